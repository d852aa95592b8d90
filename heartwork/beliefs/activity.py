"""What the activity "theory of action" is.

Source: Leadership for Caring and Supportive Schools (Washington State University, 2021), theories of action: the first
activity.
"""

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from heartwork.beliefs import actions, appraisal, forms, pictures, queries
from heartwork.beliefs.models import Choice, Kind, Observation
from heartwork.measures.models import Measure
from heartwork.meetings.buttons import press, typed
from heartwork.meetings.queries import in_stages
from heartwork.roster.models import StaffMember
from heartwork.supports.models import Support
from heartwork.teams.activities import Together, offer
from heartwork.teams.appearances import show
from heartwork.teams.models import Meeting


def table(viewer: StaffMember, meeting: Meeting) -> dict[str, Any]:
    """What the pages of the activity need beside the meeting itself; what costs is asked for when it is shown."""
    found = queries.the_map(viewer, meeting)
    asked: dict[str, Any] = {"viewer": viewer, "meeting": meeting}
    return {
        "map": found,
        "own_map": partial(pictures.drawn, found, [found.group or 1]),
        "both_maps": partial(pictures.drawn, found, [1, 2]),
        "outcome_form": partial(forms.OutcomeForm, auto_id="outcome-%s", **asked),
        "action_form": partial(forms.ActionForm, auto_id="action-%s", **asked),
        "belief_form": partial(forms.BeliefForm, auto_id="belief-%s", **asked),
        "link_form": partial(forms.LinkForm, auto_id="link-%s", **asked),
        "choice_form": partial(forms.ChoiceForm, auto_id=False, **asked),
        "standings": partial(queries.standings, viewer, meeting),
        "standing_words": Observation.Standing.choices,
        "appraisals": partial(appraisal.appraisals, viewer, meeting),
    }


THEORY = in_stages(
    queries.CODE,
    _("Theory of action"),
    about=_(
        "What you hope for, what you do for it, and what you believe, so that you do it: do the three hang together?"
    ),
    source=_("Theories of action: intended outcomes and beliefs"),
    minutes=75,
    template="beliefs/meeting.html",
    context=table,
    chose=lambda meeting: Choice.objects.filter(meeting=meeting).count(),
    acts={
        "outcome": typed(forms.OutcomeForm, actions.name_outcome),
        "measure": typed(forms.MeasureForm, actions.measure_by, "outcome"),
        "agree": press(actions.agree),
        "group": press(actions.choose_group, "group"),
        "put_action": typed(forms.ActionForm, partial(actions.put_down, kind=Kind.ACTION)),
        "put_belief": typed(forms.BeliefForm, partial(actions.put_down, kind=Kind.BELIEF)),
        "leave_out": press(actions.leave_out, "part"),
        "link": typed(forms.LinkForm, actions.link),
        "unlink": press(actions.unlink, "start", "end"),
        "one": press(actions.make_one, "first", "second"),
        "same": typed(forms.SameForm, actions.make_one),
        "observe": typed(forms.ObservationForm, actions.observe, "belief"),
        "change": typed(forms.ChangeForm, partial(actions.choose, loop=Choice.Loop.SINGLE), "outcome"),
        "rethink": typed(forms.RethinkForm, partial(actions.choose, loop=Choice.Loop.DOUBLE), "outcome"),
    },
    says={
        "alone": _(
            "First agree on what you hope for. Then two groups draw apart: one begins from what you do, the other from"
            " what you believe."
        ),
        "revealed": _("Two maps of what we do and why. First say which names mean the same; then look."),
        "discussed": _("Which of these beliefs do we hold, and which can be seen in what we do?"),
        "decided": _("Where are we, and what changes: what we do, or what we believe?"),
    },
    together=[
        Together("alike", _("Where the maps agree")),
        Together("apart", _("Where they do not, and what we make of it")),
    ],
)

offer(THEORY)
show(Support, queries.where_drawn)
show(Measure, queries.where_drawn)
