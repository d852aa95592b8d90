"""Whom an average hides: each group of a place beside everyone else there, over a stretch of time.

A group's count is set against what the rest of its own school would give for as many people, so that a school with a
low or high level does not mark all its groups. Limits allow for how much groups differ anyway (Spiegelhalter 2005).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import models

from heartwork.analysis.funnel import Funnel, FunnelGroup, funnel
from heartwork.analysis.points import Point
from heartwork.analysis.variance import VarianceComponents, variance_components
from heartwork.measures import hiding, places, series, values
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


Sum = tuple[float, float]  # numerator, denominator


def differences(viewer: StaffMember, measure: Measure, *, by_school: bool = True) -> Differences:
    """Each group beside the rest of its school (or, by_school False, of the district). Eight queries at most.

    Who does not read the whole district is told of the schools they work at. Only a measure over people has groups to
    set beside each other. Raises PermissionDenied.
    """
    access.require(viewer, "measure.read")
    known, told, hidden = places.attributes(), [], 0
    for place, group, own, everyone in _sums(viewer, measure, by_school=by_school):
        if group.is_everyone or group.is_crossed or not places.may_see(viewer, group, known):
            continue
        if own is None or everyone is None:
            hidden += 1
        elif one := _beside_the_rest(measure, place, group, own, everyone):
            told.append(one)
    drawn = funnel([(one.events, one.expected) for one in told], "ratio")
    found = [
        _difference(measure, one, places.group_words(one.group, known), limits, drawn.tau2)
        for one, limits in zip(told, drawn.groups, strict=True)
    ]
    found.sort(key=lambda each: (not each.stands_out, each.school_name, each.group_words))
    return Differences(found, drawn, hidden)


def _sums(
    viewer: StaffMember, measure: Measure, *, by_school: bool
) -> Iterator[tuple[Place, Group, Sum | None, Sum | None]]:
    """Each group of each place, added up over all periods, and everyone there over the same; None: not to be told."""
    if not measure.is_over_people:
        return
    at = [Place()]
    if by_school:
        own = None if supports.reads_district(viewer) else access.schools_of(viewer)
        at = [Place(school) for school in roster.schools() if own is None or school.pk in own]
    every = [place for place in at if places.sees_every_record(viewer, place)]
    sums = _on_record(measure, by_school=by_school) if every else {}
    for place in every:
        groups = sums.get(place.school_pk or 0, {})
        for group, own_sum in groups.items() if ALL in groups else ():
            yield place, group, own_sum, groups[ALL]
    if len(every) < len(at):
        yield from _as_told(viewer, measure, [place for place in at if place not in every])


def _on_record(measure: Measure, *, by_school: bool) -> dict[int, dict[Group, Sum]]:
    """All values of a measure added up, by school (0: the district) and group. One query."""
    rows = values.current(measure).filter(section=None, school__kind="school").order_by()
    rows = rows.exclude(subgroup_kind__contains=places.ACROSS)
    columns = ("school", "subgroup_kind", "subgroup") if by_school else ("subgroup_kind", "subgroup")
    found: dict[int, dict[Group, Sum]] = defaultdict(dict)
    for *at, part, whole in rows.values_list(*columns).annotate(models.Sum("numerator"), models.Sum("denominator")):
        *school, kind, name = at
        found[school[0] if school else 0][Group(kind, name)] = (part, whole)
    return found


def _as_told(
    viewer: StaffMember, measure: Measure, at: list[Place]
) -> Iterator[tuple[Place, Group, Sum | None, Sum | None]]:
    """The same for who may not see each student: of what the charts tell of a group and of everyone, and no more."""
    if at == [Place()]:
        everywhere = [(Place(), series.seen(viewer, measure, Place(), None))]
    else:
        everywhere = [each for each in series.at_schools(viewer, measure, None) if each[0] in at]
    for place, there in everywhere:
        for group, one in there.items() if ALL in there else ():
            own, everyone = (_added_up(points) for points in series.side_by_side(one, there[ALL]))
            is_told = own[1] and not _is_near_an_end(own, everyone, hiding.least_side(measure))
            yield place, group, own if is_told else None, everyone


def _added_up(points: Iterable[Point]) -> Sum:
    return sum(point.numerator or 0.0 for point in points), sum(point.denominator or 0.0 for point in points)


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


def _is_near_an_end(own: Sum, everyone: Sum, side: int) -> bool:
    """Whether nearly none or nearly all of a group, or of the rest, are counted: that tells of single people."""
    (part, whole), (rest_part, rest_whole) = own, (everyone[0] - own[0], everyone[1] - own[1])
    return side > 0 and min(part, whole - part, rest_part, rest_whole - rest_part) < side


def _beside_the_rest(measure: Measure, place: Place, group: Group, own: Sum, everyone: Sum) -> _Told | None:
    (part, whole), (all_part, all_whole) = own, everyone
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
    sums = list(rows.values_list("school", "section").annotate(models.Sum("numerator"), models.Sum("denominator")))
    if len(sums) < 5 or len({school for school, *_ in sums}) < 2:
        return None
    return variance_components(
        [part / whole for _, _, part, whole in sums], [school for school, *_ in sums], seed=measure.pk
    )
