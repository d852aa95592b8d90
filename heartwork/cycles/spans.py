"""Cycles as stretches of time on the charts of what they are measured by."""

from django.utils.translation import gettext

from heartwork.cycles import queries
from heartwork.measures.models import Measure
from heartwork.measures.spans import Span
from heartwork.roster import access
from heartwork.roster.models import StaffMember


def spans(viewer: StaffMember, measure: Measure) -> list[Span]:
    """The cycles with a prediction about this measure that the viewer may read. Two queries."""
    if not access.may(viewer, "cycle.read"):
        return []
    rows = queries.cycles(viewer).filter(predictions__measure=measure, begun_at__isnull=False).select_related("idea")
    return [
        Span(
            gettext("Cycle %(number)d") % {"number": cycle.number},
            cycle.idea.text,
            cycle.begin,
            cycle.ended_on,
            cycle.get_absolute_url(),
        )
        for cycle in rows
    ]
