"""Why something was counted: reasons that people typed, or what records say of referrals; most frequent first.

Who may not see each record is told of finished months alone, and of no reason that stands for a few students, nor of
its partner.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import ExtractHour
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.analysis.groups import ParetoBar, pareto
from heartwork.analysis.suppression import columns_to_withhold, shown
from heartwork.measures.calendar import period_of
from heartwork.measures.hiding import FLOOR
from heartwork.measures.models import Measure
from heartwork.measures.places import REASON, Place, sees_every_record
from heartwork.measures.values import at_place, current
from heartwork.records.models import Referral
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import StaffMember

OF_REFERRALS: dict[str, str | Promise] = {
    "behavior": _("What happened"),
    "location": _("Where"),
    "time": _("At what time"),
    "motivation": _("What for"),
}

Tally = dict[str, tuple[float, int]]  # of a reason: how often, and about how many people


@dataclass(frozen=True)
class Reasons:
    """How often each reason came, most frequent first, between two days; and how many may not even be named."""

    bars: list[ParetoBar]
    hidden: int
    since: datetime.date
    until: datetime.date


def ways(measure: Measure) -> dict[str, str | Promise]:
    """By what reasons of a measure can be counted: of what kind they are, and what a page calls it; none for most."""
    if measure.source == "referrals":
        return OF_REFERRALS
    return {REASON: _("Reason")} if measure.data == Measure.Data.COUNT else {}


def reasons(viewer: StaffMember, measure: Measure, place: Place, by: str) -> Reasons:
    """How often each reason came since the school year began. Four queries at most. Raises PermissionDenied."""
    access.require(viewer, "measure.read")
    every = sees_every_record(viewer, place)
    until = timezone.localdate()
    if not every:
        until = until.replace(day=1) - datetime.timedelta(days=1)
    since = period_of(Measure.Cadence.YEAR, until)
    at = _referrals(place, by, since, until) if measure.source == "referrals" else _typed(measure, place, since, until)
    if every:
        counted = _added(at.values())
        return Reasons(pareto({name: n for name, (n, _) in counted.items()}), 0, since, until)
    own = {school.pk for school in roster.schools() if sees_every_record(viewer, Place(school))}
    hidden = {school: set() if school in own else _hidden(there) for school, there in at.items()}
    cells = [(str(school), name) for school, names in hidden.items() for name in names]
    withheld = columns_to_withhold(cells) if len(at) > 1 else set()
    kept = [
        {name: n for name, n in there.items() if not (name in withheld and name in hidden[school])}
        for school, there in at.items()
    ]
    counted = _added(kept)
    out_of_sight = _hidden(counted) | (set(_added(at.values())) - set(counted))
    told = {name: n for name, (n, _) in counted.items() if name not in out_of_sight}
    return Reasons(pareto(told), len(out_of_sight), since, until)


def _hidden(there: Tally) -> set[str]:
    told = shown({name: people for name, (_, people) in there.items()}, FLOOR)
    return {name for name, people in told.items() if people is None}


def _added(tallies: Iterable[Mapping[str, tuple[float, int]]]) -> Tally:
    found: Tally = {}
    for there in tallies:
        for name, (n, people) in there.items():
            before, of = found.get(name, (0.0, 0))
            found[name] = (before + n, of + people)
    return found


def _referrals(place: Place, by: str, since: datetime.date, until: datetime.date) -> dict[int, Tally]:
    rows = Referral.objects.filter(date__range=(since, until), school__isnull=False).order_by()
    if place.section:  # records are of schools, not of sections
        return {}
    rows = rows.filter(school=place.school) if place.school else rows
    column = "hour" if by == "time" else by
    rows = rows.annotate(hour=ExtractHour("time")) if by == "time" else rows
    found: dict[int, Tally] = defaultdict(dict)
    for school, reason, n, people in rows.values_list("school", column).annotate(
        n=Count("pk"), people=Count("student", distinct=True)
    ):
        name = _hour(reason) if by == "time" else str(reason).strip()
        name = name or gettext("not on record")
        before, of = found[school].get(name, (0.0, 0))
        found[school][name] = (before + n, of + people)
    return found


def _hour(hour: int | None) -> str:
    if hour is None:
        return ""
    words = {"from": time_format(datetime.time(hour)), "to": time_format(datetime.time((hour + 1) % 24))}
    return gettext("%(from)s to %(to)s") % words


def _typed(measure: Measure, place: Place, since: datetime.date, until: datetime.date) -> dict[int, Tally]:
    """By school; what was entered for the district itself counts in periods in which no school has a value."""
    rows = at_place(current(measure).filter(subgroup_kind=REASON, period__range=(since, until)), place)
    columns = ("school", "school__kind", "subgroup", "period", "numerator")
    every = list(rows.order_by().values_list(*columns))
    of_schools = {period for _, of, _, period, _ in every if of == "school"}
    found: dict[int, Tally] = defaultdict(dict)
    for school, of, name, period, n in every:
        if of == "school" or period not in of_schools:
            before, people = found[school].get(name, (0.0, 0))
            found[school][name] = (before + n, people + int(n))
    return found
