"""Every chart of the district looked at once: which show a signal, beside how many would by luck alone.

A series is judged by the chart of its measure. Where nobody has chosen one, and the weeks of most schools vary more
than chance alone explains, limits are widened for all of them (Laney 2002), and the page says so. What each series
shows was worked out when its values changed (`looks`); here it is put together for one reader.
"""

import datetime
import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np
from django.utils import timezone

from heartwork.analysis.control_chart import ControlChart, analyse
from heartwork.analysis.false_signals import FalseSignals, covariance_of_shared_people, false_signals_of
from heartwork.analysis.points import Point
from heartwork.analysis.specification import Specification
from heartwork.analysis.suggestion import MORE_THAN_CHANCE
from heartwork.measures import hiding, looks, places
from heartwork.measures.looks import Key, Seen, Table, Usual
from heartwork.measures.models import DataPoint, Look, Measure
from heartwork.measures.places import Group, Place
from heartwork.measures.queries import choices_at, specification_of
from heartwork.measures.series import Depth
from heartwork.measures.told import instead
from heartwork.measures.values import Row
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import Attribute, Organization, StaffMember
from heartwork.supports import queries as supports

OWN_PAST, WIDENED, BESIDE_REST = map(attrgetter, ("own_past", "widened", "beside_rest"))


@dataclass(frozen=True)
class Signal:
    """A series in which something has changed beyond chance. Its chart is drawn for those that a page shows."""

    measure: Measure
    school: Organization
    group: Group
    group_words: str
    depth: Depth
    specification: Specification
    look: Look
    minimum: int  # how many people each period is of, at the least, where it is pooled
    is_beside: bool  # the chart is of how each value lies beside what is usual in the district

    @property
    def key(self) -> Key:
        """Of which series it is."""
        return self.school.pk, self.group

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.school)


@dataclass(frozen=True)
class Widened:
    """A measure whose limits were widened, and how many times as much as by chance its series vary, in the middle."""

    measure: Measure
    times: float


@dataclass(frozen=True)
class Signals:
    """What a look over many charts found: the signals, how many charts, and how many luck alone would mark.

    together: measures of which most charts moved, and so the district as a whole.
    """

    found: list[Signal]
    luck: FalseSignals
    widened: list[Widened]
    together: list[Measure]


def signals(
    viewer: StaffMember, wanted: Sequence[Measure], *, by_group: bool = False, beside_rest: bool = False
) -> Signals:
    """The signals in these measures' charts of all schools (by_group: and of each group) that the viewer may see.

    beside_rest: of each value as it would be if the period had been a usual one for the school in the middle, so that a
    season which all share is no signal, nor one school that changes a signal of the others. (With two schools it still
    is.) Six queries, or two more where a look was not kept.
    """
    access.require(viewer, "measure.read")
    known, schools = places.attributes(), {school.pk: school for school in roster.schools()}
    choices = choices_at(wanted, Place())
    minimum = roster.district().minimum_group
    kept = looks.looks_of(wanted, choices, minimum)
    own = set(schools) if access.reaches_all(viewer) else schools.keys() & supports.schools_reached(viewer)
    found: list[Signal] = []
    chances: list[float] = []
    shared = 0.0
    widened: list[Widened] = []
    together: list[Measure] = []
    for measure in wanted:
        look, choice = kept[measure.pk], choices.get(measure.pk)
        if look.last is None or look.last <= timezone.localdate() - looks.RECENT:
            continue
        every = own if measure.is_over_people else schools  # whose series are told period by period
        there = _at_depths(viewer, look, schools, every, known, by_group=by_group)
        if beside_rest:
            there = [(depth, one) for depth, one in there if one.marks & looks.IS_SINGLE]
        mark, by_luck = (looks.BESIDE_REST, BESIDE_REST) if beside_rest else (looks.OWN_PAST, OWN_PAST)
        base = replace(specification_of(measure, Place(), choice), phases=(), excluded=())
        if beside_rest:
            base = replace(base, chart="i'" if measure.is_over_people else "i", target=None, may_be_negative=True)
        elif choice is None and base.chart in looks.WIDER and measure.is_over_people:
            spread = [one.sigma_z for _, one in there if one.sigma_z == one.sigma_z]
            times = statistics.median(spread) if spread else 0.0
            if times > MORE_THAN_CHANCE:
                mark, by_luck, base = looks.WIDENED, WIDENED, replace(base, chart=looks.WIDER[base.chart])
                widened.append(Widened(measure, times))
        moved = [(depth, one) for depth, one in there if one.marks & mark]
        moved.sort(key=lambda each: (each[1].group.kind, each[1].group.name, each[1].school))
        found += [
            Signal(
                measure=measure,
                school=schools[one.school],
                group=one.group,
                group_words=places.group_words(one.group, known),
                depth=depth,
                specification=base,
                look=look,
                minimum=minimum,
                is_beside=beside_rest,
            )
            for depth, one in moved
        ]
        chances += [by_luck(one) for _, one in there]
        shared += _shared([one for _, one in there], by_luck) if by_group and measure.is_over_people else 0.0
        able = sum(by_luck(one) > 0 for _, one in there)
        together += [measure] if len(moved) * 2 > able > 2 else []
    return Signals(found, false_signals_of(chances, shared), widened, together)


def _shared(there: Sequence[Seen], by_luck: Callable[[Seen], float]) -> float:
    """How much the signals of these charts of one measure rise and fall together, school by school."""
    at_school: dict[int, list[Seen]] = defaultdict(list)
    for one in there:
        at_school[one.school].append(one)
    return math.fsum(
        covariance_of_shared_people(
            [by_luck(one) for one in some], [one.people for one in some], [one.group.kind for one in some]
        )
        for some in at_school.values()
    )


def _at_depths(
    viewer: StaffMember,
    look: Look,
    schools: Collection[int],
    own: Collection[int],
    known: Mapping[str, Attribute],
    *,
    by_group: bool,
) -> list[tuple[Depth, Seen]]:
    """The series of a look as someone sees them who reaches every student of their `own` schools alone."""
    groups = {Group(kind, name) for kind, name in look.groups}
    told = {group for group in groups if places.may_see(viewer, group, known)}
    others = [school for school in schools if school not in own]
    within: tuple[tuple[Depth, Collection[int]], ...] = (("every", own), ("pooled", others))
    return [
        (depth, one)
        for depth, where in within
        if where
        for one in looks.seen(look, depth, schools=set(where), groups=told, by_group=by_group)
    ]


def charts(viewer: StaffMember, shown: Sequence[Signal]) -> list[ControlChart]:
    """The charts in which these signals can be seen. Two queries."""
    return [analyse(each, one.specification) for one, each in zip(shown, points(viewer, shown), strict=True)]


def points(viewer: StaffMember, shown: Sequence[Signal]) -> list[list[Point]]:
    """The values of these signals, as their charts show them, at the depth at which each was found. Two queries."""
    access.require(viewer, "measure.read")
    rows = DataPoint.objects.filter(
        measure__in={each.measure for each in shown},
        superseded_at=None,
        section=None,
        school__in={each.school for each in shown},
        subgroup_kind__in={each.group.kind for each in shown},
        subgroup__in={each.group.name for each in shown},
        period__gt=min((each.look.since for each in shown), default=timezone.localdate()),
    )
    values: dict[tuple[int, Key], list[Row]] = defaultdict(list)
    columns = ("measure", "school", "subgroup_kind", "subgroup", "period", "numerator", "denominator")
    for measure, school, kind, name, *row in rows.order_by().values_list(*columns):
        values[measure, (school, Group(kind, name))].append(tuple(row))  # type: ignore[arg-type]
    alike: dict[tuple[int, Depth], list[int]] = defaultdict(list)
    for number, each in enumerate(shown):
        alike[each.measure.pk, each.depth].append(number)
    found: dict[int, list[Point]] = {}
    told = instead({each.measure for each in shown if each.depth == "pooled"})
    for numbers in alike.values():
        some = [shown[number] for number in numbers]
        table = _table(some[0].look, {each.key: values[each.measure.pk, each.key] for each in some})
        if some[0].depth == "pooled":
            table = looks.settled(some[0].measure, looks.told_of(table, told[some[0].measure.pk]))
        found |= dict(zip(numbers, _points(some[0], table), strict=True))
    return [found[number] for number in range(len(shown))]


def _table(look: Look, rows: Mapping[Key, list[Row]]) -> Table:
    """Some series of a look, in the periods of all of it."""
    periods = [datetime.date.fromisoformat(day) for day in look.periods]
    column = {day: at for at, day in enumerate(periods)}
    table = np.full((2, len(rows), len(periods)), np.nan)
    for at, measured in enumerate(rows.values()):
        for day, part, whole in measured:
            if day in column:
                table[:, at, column[day]] = part, whole
    return Table(list(rows), periods, table[0], table[1])


def _points(signal: Signal, table: Table) -> list[list[Point]]:
    """Of series that are alike in their measure and depth with this one."""
    measure, usual = signal.measure, None
    if signal.is_beside:
        by_period, counts_the_others = signal.look.usual
        usual = Usual(np.array(by_period, dtype=np.float64), counts_the_others)
    elif signal.depth == "pooled" and measure.is_over_people:
        least, side = hiding.least_told(measure, signal.minimum), hiding.least_side(measure)
        for row in range(len(table.keys)):
            looks.join_small_periods(table, row, least, side)
    made = looks.find(measure, table, signal.specification.chart, usual, with_points=True).points
    return [made[row] for row in range(len(table.keys))]
