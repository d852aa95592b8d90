"""Whom an average hides: each group of a place beside everyone else there, over a stretch of time.

A group's count is set against what the rest of its own school would give for as many people, so that a school with a
low or high level does not mark all its groups. Limits allow for how much groups differ anyway (Spiegelhalter 2005).
"""

import math
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Sum

from heartwork.analysis.funnel import Funnel, FunnelGroup, funnel
from heartwork.analysis.variance import VarianceComponents, variance_components
from heartwork.measures import hiding, places, values
from heartwork.measures.models import EVERYONE, Measure
from heartwork.measures.places import ALL, Group, Place
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import StaffMember
from heartwork.supports import queries as supports

SIGMAS = 3.09  # 99.8 % of groups without a difference lie within
ENOUGH = 5.0  # events that the rest would lead one to expect: with fewer, a ratio says nothing


@dataclass(frozen=True)
class Difference:
    """A group at a place: its value and that of everyone else there, in drawn units, and where it lies in the funnel.

    times: its value over that of the rest. expected: events that the rest would lead one to expect of as many people.
    """

    place: Place
    group: Group
    group_words: str
    value: float
    rest: float
    times: float
    expected: float
    stands_out: bool
    is_higher: bool

    @property
    def school_name(self) -> str:
        """The school; "" for the district."""
        return self.place.school.name if self.place.school else ""


@dataclass(frozen=True)
class Differences:
    """All groups that may be told of, those that stand out first, then by place and name; and the funnel of them."""

    found: list[Difference]
    funnel: Funnel
    hidden: int  # groups that may not be told of

    @property
    def standing_out(self) -> list[Difference]:
        """Those beyond the limits."""
        return [each for each in self.found if each.stands_out]


Sums = dict[Group, tuple[float, float, int]]  # numerator, denominator, periods


def differences(viewer: StaffMember, measure: Measure, *, by_school: bool = True) -> Differences:
    """Each group beside the rest of its school (or, by_school False, of the district). Five queries.

    Who does not read the whole district is told of the schools they work at. Only a measure over people has groups to
    set beside each other. Raises PermissionDenied.
    """
    access.require(viewer, "measure.read")
    known, schools = places.attributes(), {school.pk: school for school in roster.schools()}
    if not supports.reads_district(viewer):
        own = access.schools_of(viewer)
        schools = {pk: school for pk, school in schools.items() if pk in own}
    sums: dict[int, Sums] = {}
    withheld_at: dict[int, set[Group]] = {}
    if measure.is_over_people and (by_school or access.reaches_all(viewer)):
        sums = _sums(measure, by_school=by_school)
        withheld_at = {} if access.reaches_all(viewer) else hiding.hidden_at_schools(measure)
    elif measure.is_over_people:
        everything = hiding.of_district(viewer, [measure])[measure.pk]
        sums = {0: {group: _sum(rows) for group, rows in everything.items()}}
        withheld_at = {0: hiding.hidden_groups(measure, everything)}
    told: list[_Told] = []
    hidden = 0
    for pk, groups in sums.items():
        place = Place(schools.get(pk)) if pk else Place()
        if (pk and not place.school) or ALL not in groups:
            continue
        every = places.sees_every_record(viewer, place)
        withheld = set() if every else withheld_at.get(pk, set())
        side = 0 if every else hiding.least_side(measure)
        for group in groups:
            if group.is_everyone or group.is_crossed or not places.may_see(viewer, group, known):
                continue
            if group in withheld or (side and _is_near_an_end(groups, group, side)):
                hidden += 1
            elif one := _beside_the_rest(measure, place, group, groups):
                told.append(one)
    drawn = funnel([(one.events, one.expected) for one in told], "ratio")
    found = [
        _difference(measure, one, places.group_words(one.group, known), limits, drawn.tau2)
        for one, limits in zip(told, drawn.groups, strict=True)
    ]
    found.sort(key=lambda each: (not each.stands_out, each.school_name, each.group_words))
    return Differences(found, drawn, hidden)


def _sums(measure: Measure, *, by_school: bool) -> dict[int, Sums]:
    """All values of a measure added up, by school (0: the district) and group. One query."""
    rows = values.current(measure).filter(section=None, school__kind="school").order_by()
    rows = rows.exclude(subgroup_kind__contains=places.ACROSS)
    columns = ("school", "subgroup_kind", "subgroup") if by_school else ("subgroup_kind", "subgroup")
    found: dict[int, Sums] = defaultdict(dict)
    periods = Count("period", distinct=True)
    for *at, part, whole, n in rows.values_list(*columns).annotate(Sum("numerator"), Sum("denominator"), periods):
        *school, kind, name = at
        found[school[0] if school else 0][Group(kind, name)] = (part, whole, n)
    return found


def _sum(rows: list[values.Row]) -> tuple[float, float, int]:
    return sum(row[1] for row in rows), sum(row[2] for row in rows), len(rows)


@dataclass(frozen=True)
class _Told:
    """A group that may be told of: what is rarer of it and of the rest, counted, and what the rest would lead one to.

    Of a share above one half those are counted who are not in it: absences say more than days attended.
    """

    place: Place
    group: Group
    value: float
    rest: float
    events: float
    expected: float
    rest_events: float
    counts_the_others: bool


def _is_near_an_end(groups: Sums, group: Group, side: int) -> bool:
    """Whether nearly none or nearly all of a group, or of the rest, are counted: that tells of single people."""
    (part, whole, _), (all_part, all_whole, _) = groups[group], groups[ALL]
    rest_part, rest_whole = all_part - part, all_whole - whole
    return min(part, whole - part, rest_part, rest_whole - rest_part) < side


def _beside_the_rest(measure: Measure, place: Place, group: Group, groups: Sums) -> _Told | None:
    part, whole, _ = groups[group]
    all_part, all_whole, _ = groups[ALL]
    rest_part, rest_whole = all_part - part, all_whole - whole
    if rest_whole <= 0 or whole <= 0:
        return None
    flip = measure.is_share and all_part * 2 > all_whole
    events, rest_events = (whole - part, rest_whole - rest_part) if flip else (part, rest_part)
    expected = rest_events / rest_whole * whole
    if rest_events <= 0 or expected < ENOUGH:
        return None
    return _Told(place, group, part / whole, rest_part / rest_whole, events, expected, rest_events, flip)


def _difference(measure: Measure, one: _Told, words: str, limits: FunnelGroup, tau2: float) -> Difference:
    """The rest is counted too, so its own chance is added to that of the group, and what groups differ by anyway."""
    log_ratio = (limits.z or 0.0) * (limits.sigma or 1.0)
    sigma = math.sqrt((limits.sigma or 1.0) ** 2 + 1 / one.rest_events + tau2)
    is_higher = (log_ratio > 0) != one.counts_the_others
    beyond = abs(log_ratio) / sigma > SIGMAS
    scale, times = measure.scale, one.value / one.rest if one.rest else math.inf
    return Difference(
        one.place, one.group, words, one.value * scale, one.rest * scale, times, one.expected, beyond, is_higher
    )


def where_variance_lies(viewer: StaffMember, measure: Measure) -> VarianceComponents | None:
    """How much of the difference between sections lies between schools; None where there are too few sections.

    Each section counts with its value over all periods. Needs two schools and five sections. One query.
    """
    access.require(viewer, "measure.read")
    if not measure.is_over_people or not supports.reads_district(viewer):
        return None
    rows = values.current(measure).filter(section__isnull=False, subgroup_kind=EVERYONE).order_by("school", "section")
    sums = list(rows.values_list("school", "section").annotate(Sum("numerator"), Sum("denominator")))
    if len(sums) < 5 or len({school for school, *_ in sums}) < 2:
        return None
    return variance_components(
        [part / whole for _, _, part, whole in sums], [school for school, *_ in sums], seed=measure.pk
    )
