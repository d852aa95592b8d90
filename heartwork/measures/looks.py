"""What a look over all charts of a measure finds, worked out at both depths, and kept beside its values.

Where events are rare, periods are joined until a few come together, and only runs are looked at: weeks without any lie
below a mean that a single event lifts, and would look like a run. Where there are too few even so, no signal can show.

The values of a measure lie in one table, a series a row and a period a column: there are thousands of them. What is
found rests on the values and on little else, so it is kept until these change (`actions.look_again`); a page reads it,
and works it out only where it is not there yet.
"""

import datetime
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal, NamedTuple

import numpy as np
from django.db import connection, transaction
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.utils import timezone
from numpy.typing import NDArray

from heartwork.analysis.control_chart import ENGINE_VERSION
from heartwork.analysis.false_signals import chance_where_skewed, skewness_of
from heartwork.analysis.points import Point
from heartwork.analysis.pooling import pool
from heartwork.analysis.scan import Flags, Numbers, Scan, scan, scan_shares, scan_weighted
from heartwork.analysis.specification import Chart, Specification
from heartwork.analysis.usual import joined, periods_to_join, times_as_usual
from heartwork.measures import hiding, places
from heartwork.measures.models import ChartChoice, DataPoint, Look, Measure
from heartwork.measures.places import Group, Place
from heartwork.measures.queries import choices_at, specification_of
from heartwork.measures.series import Depth
from heartwork.measures.told import Instead, instead, last_told
from heartwork.roster import queries as roster

RECENT = datetime.timedelta(weeks=60)  # how far back is looked: about a school year and a half
FEW = 5.0  # events a period on average: with fewer, limits of three sigma mark far too much
FEWEST = 2.0  # events a period on average: with fewer, periods are joined, for runs would be marked too
LEFT = 8  # periods that are left at least when some are joined: with fewer, hardly anything could show
SHARES = ("p", "p'", "u", "u'")
WIDER: dict[str, Chart] = {"p": "p'", "u": "u'"}  # charts, and the same with limits as wide as weeks vary (Laney 2002)
DIGITS = 12  # of a value beside what is usual: what is beyond comes of the division, and would be a signal of nothing
VERSION = "3"  # raised whenever the same values would give another look

Key = tuple[int, Group]  # school, group

# What is said of a series, as bits of one number.
OWN_PAST = 1  # it shows a signal
WIDENED = 2  # it still does where limits are widened
BESIDE_REST = 4  # it shows one beside what is usual in the district
IS_SINGLE = 8  # its periods are shown one by one: only then is it compared with the rest


class Seen(NamedTuple):
    """One series of a look, at one depth. people: the middle denominator. chances: that luck marks it, by its own
    past, with limits widened, and beside the rest; `marks` are what it shows. sigma_z: NaN where there is none."""

    school: int
    group: Group
    people: float
    sigma_z: float
    marks: int
    own_past: float
    widened: float
    beside_rest: float


@dataclass(frozen=True)
class Table:
    """The values of a measure: [series, periods], NaN where there is none."""

    keys: list[Key]
    periods: list[datetime.date]
    numerators: Numbers
    denominators: Numbers

    def only(self, rows: Sequence[int] | NDArray[Any]) -> "Table":
        """Some of its series."""
        return Table([self.keys[row] for row in rows], self.periods, self.numerators[rows], self.denominators[rows])

    def join(self, periods: int) -> "Table":
        """So many neighbouring periods in one, each called by the first of them."""
        if periods == 1:
            return self
        numerators, denominators = joined(self.numerators, periods), joined(self.denominators, periods)
        return Table(self.keys, self.periods[::periods][: numerators.shape[1]], numerators, denominators)


_NOTHING = Table([], [], np.empty((0, 0)), np.empty((0, 0)))
_NONE = np.nan, np.nan


# -- kept


def rests_on(measure: Measure, choice: ChartChoice | None, minimum: int) -> str:
    """What a look rests on beside the values, in a word: one that was made for something else is not read."""
    chosen = choice.pk if choice else "none"
    return f"{VERSION} {ENGINE_VERSION} {measure.data} {hiding.per_student(measure)} {minimum} {chosen}"


def looks_of(measures: Sequence[Measure], choices: Mapping[int, ChartChoice], minimum: int) -> dict[int, Look]:
    """The look over each measure, by its pk: as it was kept, or made now. One query, or four if some are made."""
    kept = {look.pk: look for look in Look.objects.filter(measure__in=measures)}
    found, missing = {}, []
    for measure in measures:
        look = kept.get(measure.pk)
        if look and look.made_for == rests_on(measure, choices.get(measure.pk), minimum):
            found[measure.pk] = look
        else:
            missing.append(measure)
    return found | {look.pk: look for look in _made(missing, choices, minimum)}


def seen(
    look: Look, depth: Depth, *, schools: Container[int], groups: Container[Group], by_group: bool
) -> Iterator[Seen]:
    """The series of a look at one depth: of everyone at these schools, and of each of these groups if wanted."""
    rows = look.everyone if depth == "every" else look.everyone_pooled
    if by_group:
        rows = rows + (look.by_group if depth == "every" else look.by_group_pooled)
    named = [group if (group := Group(kind, name)) in groups else None for kind, name in look.groups]
    for school, at, people, sigma_z, *rest in rows:
        if school in schools and (group := named[at]):
            yield Seen(school, group, people, math.nan if sigma_z is None else sigma_z, *rest)


def stale() -> list[Measure]:
    """The measures whose look is missing, or was made for something else. Four queries."""
    rows = Measure.objects.filter(section=None, ended_on=None, cannot_be_measured=False)
    measures, minimum = list(rows.order_by("pk")), roster.district().minimum_group
    made_for, choices = dict(Look.objects.values_list("pk", "made_for")), choices_at(measures, Place())
    return [each for each in measures if made_for.get(each.pk) != rests_on(each, choices.get(each.pk), minimum)]


@transaction.atomic
def keep(measure: Measure) -> Look:
    """Look over all charts of a measure and keep what is found. Nobody changes its values meanwhile. Nine queries."""
    hold([measure.pk])
    measure = Measure.objects.get(pk=measure.pk)
    choices, minimum = choices_at([measure], Place()), roster.district().minimum_group
    (look,) = _made([measure], choices, minimum)
    Look.objects.filter(pk=measure.pk).delete()
    look.save(force_insert=True)
    return look


@transaction.atomic
def forget(measures: Iterable[Measure] | None = None) -> None:
    """The values of these (None: of any) are changing in this transaction: what was found in them holds no more."""
    pks = None if measures is None else [measure.pk for measure in measures]
    hold(pks)
    (Look.objects.all() if pks is None else Look.objects.filter(pk__in=pks)).delete()


def hold(pks: list[int] | None) -> None:
    """Until this transaction ends, nobody else looks at these measures or changes their values. (SQLite: ever so.)"""
    rows = Measure.objects.select_for_update(no_key=True).order_by("pk")
    list((rows if pks is None else rows.filter(pk__in=pks)).values_list("pk"))


# -- made


def _made(measures: Sequence[Measure], choices: Mapping[int, ChartChoice], minimum: int) -> Iterator[Look]:
    """A new look over each of the measures, one after the other. Three queries."""
    if not measures:
        return
    schools = {school.pk for school in roster.schools()}
    left, told = {measure.pk: measure for measure in measures}, instead(measures)
    since = timezone.localdate() - RECENT
    for pk, table in _tables(measures, since):
        here = table.only([row for row, (school, _) in enumerate(table.keys) if school in schools])
        measure = left.pop(pk)
        yield _look(measure, here, told_of(here, told[pk]), since, choices.get(pk), minimum)
    for measure in left.values():
        yield _look(measure, _NOTHING, _NOTHING, since, choices.get(measure.pk), minimum)


def told_of(table: Table, instead: Mapping[int, Mapping[Group, Instead]]) -> Table:
    """The values as they are told to who may not see each student; instead: by school and group, see `told`."""
    if not instead:
        return table
    told = replace(table, numerators=table.numerators.copy(), denominators=table.denominators.copy())
    columns = {period: column for column, period in enumerate(table.periods)}
    for row, (school, group) in enumerate(table.keys):
        for period, (part, whole) in instead.get(school, {}).get(group, {}).items():
            if period in columns:
                column = columns[period]
                told.numerators[row, column], told.denominators[row, column] = (part, whole) if whole else _NONE
    return told


def settled(measure: Measure, table: Table) -> Table:
    """Without the periods that are not told yet to who may not see each student."""
    until = bisect_right(table.periods, last_told(measure))
    kept = replace(table, numerators=table.numerators.copy(), denominators=table.denominators.copy())
    kept.numerators[:, until:] = kept.denominators[:, until:] = np.nan
    return kept


def _look(
    measure: Measure, table: Table, told: Table, since: datetime.date, choice: ChartChoice | None, minimum: int
) -> Look:
    chart = specification_of(measure, Place(), choice).chart
    usual = usual_of(measure, told)
    every = _seen(measure, table, table, chart, usual)
    pooled = every
    if measure.is_over_people:
        told = settled(measure, told)
        there = np.flatnonzero(~np.isnan(told.denominators).all(axis=1))
        single, shown = _as_others_see(measure, told.only(there), minimum)
        pooled = _seen(measure, shown, single, chart, usual)
    groups = list(dict.fromkeys(group for _, group in table.keys))
    at = {group: number for number, group in enumerate(groups)}

    def rows(of: Iterable[Seen], *, is_everyone: bool) -> list[tuple[float | None, ...]]:
        return [
            (one.school, at[one.group], one.people, None if math.isnan(one.sigma_z) else one.sigma_z, *one[4:])
            for one in of
            if one.group.is_everyone == is_everyone
        ]

    by_period = [None if math.isnan(value) else value for value in usual.by_period.tolist()]
    return Look(
        measure=measure,
        made_for=rests_on(measure, choice, minimum),
        since=since,
        last=table.periods[-1] if table.keys else None,
        periods=[day.isoformat() for day in table.periods],
        usual=[by_period, usual.counts_the_others],
        groups=[(group.kind, group.name) for group in groups],
        everyone=rows(every, is_everyone=True),
        everyone_pooled=rows(pooled, is_everyone=True),
        by_group=rows(every, is_everyone=False),
        by_group_pooled=rows(pooled, is_everyone=False),
    )


def _tables(wanted: Iterable[Measure], since: datetime.date) -> Iterator[tuple[int, Table]]:
    """The values of each measure after a day. One query, whose rows are taken as the database gives them, for speed."""
    rows = DataPoint.objects.filter(measure__in=wanted, superseded_at=None, section=None, period__gt=since)
    rows = rows.exclude(
        Q(subgroup_kind__contains=places.ACROSS) | Q(subgroup_kind=places.REASON)
    )  # on pages of their own
    columns = ("measure", "subgroup_kind", "subgroup", "school")
    ordered = rows.order_by(*columns, "period").values_list(
        *columns, Cast("period", CharField()), "numerator", "denominator"
    )
    sql, values = ordered.query.sql_with_params()  # days as text: to read each as a date takes longer than all the rest
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for measure, some in groupby(cursor, key=itemgetter(0)):
            yield measure, _table(list(some))


def _table(raw: list[tuple[Any, ...]]) -> Table:
    """Rows of one measure, ordered by series and period, as a table."""
    _, kinds, names, schools, days, numerators, denominators = zip(*raw, strict=True)
    periods = {day: at for at, day in enumerate(sorted(set(days)))}
    begins = np.zeros(len(raw), dtype=bool)
    begins[0] = True
    for column in (np.array(schools), np.array(names, dtype=object), np.array(kinds, dtype=object)):
        begins[1:] |= column[1:] != column[:-1]
    row_of, column_of = np.cumsum(begins) - 1, [periods[day] for day in days]
    table = np.full((2, int(row_of[-1]) + 1, len(periods)), np.nan)
    table[0, row_of, column_of] = numerators
    table[1, row_of, column_of] = denominators
    groups: dict[tuple[str, str], Group] = {}
    keys = []
    for at in np.flatnonzero(begins).tolist():
        group = groups.setdefault((kinds[at], names[at]), Group(kinds[at], names[at]))
        keys.append((schools[at], group))
    return Table(keys, [datetime.date.fromisoformat(day) for day in periods], table[0], table[1])


@dataclass(frozen=True)
class Usual:
    """What is usual in the district in each period: see `times_as_usual`; of a mere number: the value in the middle.

    counts_the_others: of a share above one half those are counted who are not in it.
    """

    by_period: Numbers
    counts_the_others: bool = False


def usual_of(measure: Measure, table: Table) -> Usual:
    """What is usual in the district, of the series of everyone at a school."""
    at = table.only([row for row, (_, group) in enumerate(table.keys) if group.is_everyone])
    if not measure.is_over_people:
        return Usual(_middle(at.numerators / at.denominators))
    others = measure.is_share and np.nansum(at.numerators) * 2 > np.nansum(at.denominators)
    events = at.denominators - at.numerators if others else at.numerators
    return Usual(times_as_usual(events, at.denominators), bool(others))


def _middle(values: Numbers) -> Numbers:
    """What the school in the middle would have in each period: its usual level, and how far that period lies off it."""
    usual = np.array([np.nanmedian(row) for row in values])
    off = values - usual[:, np.newaxis]
    there = ~np.isnan(off).all(axis=0)
    middle = np.full(values.shape[1], np.nan)
    if len(values):
        middle[there] = np.nanmedian(off[:, there], axis=0) + np.median(usual)
    return middle


def _as_others_see(measure: Measure, table: Table, minimum: int) -> tuple[Table, Table]:
    """The series as someone sees them who may not see each student: period by period, and with periods joined.

    Groups of too few are left out, and periods of too few joined with their neighbours, or left out too. Period by
    period a series is told only where none had to be joined: it is empty elsewhere.
    """
    if not table.denominators.size:
        return table, table
    least, side = hiding.least_told(measure, minimum), hiding.least_side(measure)
    people = np.nanmedian(table.denominators, axis=1) // hiding.per_student(measure)
    at_school: dict[int, dict[Group, int]] = defaultdict(dict)
    for row, (school, group) in enumerate(table.keys):
        at_school[school][group] = row
    hidden = {
        school: hiding.too_few(
            {group: int(people[row]) for group, row in rows.items()}, _rests(measure, table.denominators, rows)
        )
        for school, rows in at_school.items()
    }
    is_large = np.nanmin(table.denominators, axis=1) >= least
    if side:
        sides = np.minimum(table.numerators, table.denominators - table.numerators)
        is_large &= np.nanmin(sides, axis=1) >= side
    single = replace(table, numerators=table.numerators.copy(), denominators=table.denominators.copy())
    single.numerators[~is_large] = single.denominators[~is_large] = np.nan
    shown = replace(table, numerators=table.numerators.copy(), denominators=table.denominators.copy())
    kept = [
        row
        for row, (school, group) in enumerate(table.keys)
        if group not in hidden[school] and (is_large[row] or join_small_periods(shown, row, least, side))
    ]
    return single.only(kept), shown.only(kept)


def _rests(measure: Measure, denominators: Numbers, rows: dict[Group, int]) -> dict[str, int]:
    """How many people of a school are in none of the groups of a kind: as `hiding.rests_of`."""
    everyone = rows.get(places.ALL)
    kinds: dict[str, list[int]] = defaultdict(list)
    for group, row in rows.items():
        kinds[group.kind] += [] if group.is_everyone else [row]
    rests = {}
    for kind, some in kinds.items():
        if some and everyone is not None:
            both = denominators[[everyone, *some]]
            left = (np.nan_to_num(both[0]) - np.nansum(both[1:], axis=0))[~np.isnan(both).all(axis=0)]
            rests[kind] = math.ceil(max(0.0, float(np.median(left))) / hiding.per_student(measure))
    return rests


def join_small_periods(table: Table, row: int, least: int, side: int) -> bool:
    """Put joined periods in place of those of too few; whether any is large enough."""
    pooled = pool(_points(table, row), least, side=side, hold_back=True)
    table.numerators[row], table.denominators[row] = np.nan, np.nan
    for point in pooled:
        column = table.periods.index(point.label)  # type: ignore[arg-type]
        table.numerators[row, column], table.denominators[row, column] = point.numerator, point.denominator  # type: ignore[assignment]
    return bool(pooled)


def _points(table: Table, row: int) -> list[Point]:
    measured = zip(table.periods, table.numerators[row].tolist(), table.denominators[row].tolist(), strict=True)
    return [Point(day, numerator=part, denominator=whole) for day, part, whole in measured if part == part]


def _seen(measure: Measure, table: Table, single: Table, chart: Chart, usual: Usual) -> list[Seen]:
    """What each series shows: of the table by its own past, of single periods beside the rest."""
    if not table.keys:
        return []
    own = find(measure, table, chart)
    wide = find(measure, table, WIDER[chart]) if chart in WIDER and measure.is_over_people else own
    is_single = np.asarray(~np.isnan(single.denominators).all(axis=1))
    beside = find(measure, single.only(np.flatnonzero(is_single)), chart, usual)
    differs, by_luck = np.zeros_like(is_single), np.zeros(is_single.shape)
    differs[is_single], by_luck[is_single] = beside.marked, beside.chances
    marks = OWN_PAST * own.marked + WIDENED * wide.marked + BESIDE_REST * differs + IS_SINGLE * is_single
    people = np.nanmedian(table.denominators, axis=1)
    columns = (people, own.sigma_z, marks, own.chances, wide.chances, by_luck)
    each = zip(table.keys, *(column.round(5).tolist() for column in columns), strict=True)
    return [Seen(school, group, *rest) for (school, group), *rest in each]


class Found(NamedTuple):
    """Of each series: whether it shows a signal, how likely luck alone would mark it, sigma_z (NaN where events are
    rare, or there is none), and the points of its chart where they were asked for."""

    marked: Flags
    chances: Numbers
    sigma_z: Numbers
    points: dict[int, list[Point]]


def find(
    measure: Measure, table: Table, chart: Chart, usual: Usual | None = None, *, with_points: bool = False
) -> Found:
    """Look over the series of a table, by this chart, or each beside what is usual."""
    if not measure.is_over_people or (usual is None and chart not in SHARES):
        return _find_in_numbers(measure, table, chart, usual, with_points)
    if usual:
        events = table.denominators - table.numerators if usual.counts_the_others else table.numerators
        wholes = table.denominators * usual.by_period
        there = wholes > 0
        wholes, events = np.where(there, wholes, np.nan), np.where(there, events, np.nan)
        chart, table = "i'", replace(table, numerators=events, denominators=wholes)
    events = _events(measure, table)
    rare = events < FEW
    series = len(table.keys)
    made = Found(np.zeros(series, dtype=bool), np.zeros(series), np.full(series, np.nan), {})
    together = periods_to_join(events, FEWEST)
    for periods in np.unique(together[together * LEFT <= max(LEFT, len(table.periods))]).tolist():
        rows = np.flatnonzero(together == periods)
        part = table.only(rows).join(int(periods))
        found = _scan(part, chart, usual)
        made.marked[rows] = np.where(rare[rows], found.runs_signal, found.signal)
        made.chances[rows] = _chances(measure, chart, part, found, rare[rows])
        made.sigma_z[rows] = np.where(rare[rows], np.nan, found.sigma_z)
        if with_points:
            for at, row in enumerate(rows.tolist()):
                made.points[row] = _points(part, at) if usual is None else _points_beside(part, at, usual)
    return made


def _find_in_numbers(measure: Measure, table: Table, chart: Chart, usual: Usual | None, with_points: bool) -> Found:
    """Values that are no share nor rate of people, or are drawn as if they were not."""
    values = table.numerators if measure.data == Measure.Data.COUNT else table.numerators / table.denominators
    if usual:
        chart, values = "i", np.round(values - usual.by_period, DIGITS)
    drawn: Any = chart if chart in ("run", "i", "c") else "i"
    found = scan(values, drawn)
    looked_at = {"c": "p", "run": "run"}.get(drawn, "i")
    skewness = skewness_of(np.nanmean(values, axis=1)) if drawn == "c" else np.zeros(len(values))
    each = zip(found.counted.tolist(), skewness.tolist(), strict=True)
    chances = np.array([_chance_of(points, looked_at, skew) for points, skew in each])
    rows = range(len(table.keys)) if with_points else ()
    points = {
        row: [
            Point(day, value=value if value == value else None)
            for day, value in zip(table.periods, values[row].tolist(), strict=True)
        ]
        for row in rows
    }
    return Found(found.signal, chances, np.full(len(table.keys), np.nan), points)


def _scan(table: Table, chart: str, usual: Usual | None = None) -> Scan:
    if usual is None:
        kind: Literal["p", "p'", "u", "u'"] = chart  # type: ignore[assignment]
        return scan_shares(table.numerators, table.denominators, kind)
    return scan_weighted(_beside(table, usual), table.denominators)


def _beside(table: Table, usual: Usual) -> Numbers:
    rates = np.round(table.numerators / table.denominators, DIGITS)
    return 1 - rates if usual.counts_the_others else rates


def _points_beside(table: Table, row: int, usual: Usual) -> list[Point]:
    values = _beside(table.only([row]), usual)[0].tolist()
    measured = zip(table.periods, values, table.denominators[row].tolist(), strict=True)
    return [Point(day, value=value, denominator=n) if value == value else Point(day) for day, value, n in measured]


def _events(measure: Measure, table: Table) -> Numbers:
    """How many events each series has a period, or of a share those that are not, if they are fewer."""
    events, periods = np.nansum(table.numerators, axis=1), (~np.isnan(table.denominators)).sum(axis=1)
    if measure.is_share:
        events = np.minimum(events, np.nansum(table.denominators - table.numerators, axis=1))
    return np.divide(events, periods, out=np.zeros(len(events)), where=periods > 0)


def _chances(measure: Measure, chart: str, table: Table, found: Scan, rare: Flags) -> list[float]:
    """How likely luck alone would mark each series."""
    events, wholes = np.nanmean(table.numerators, axis=1), np.nanmean(table.denominators, axis=1)
    skewness = skewness_of(events, wholes if measure.is_share else None)
    limits = "p" if chart in ("p", "u") else "i"
    each = zip(found.counted.tolist(), rare.tolist(), skewness.tolist(), strict=True)
    return [_chance_of(points, "runs" if is_rare else limits, skew) for points, is_rare, skew in each]


def _chance_of(points: int, looked_at: str, skewness: float) -> float:
    is_collecting = points < Specification.minimum_points
    return _known_chance(points, "run" if is_collecting else looked_at, round(skewness, 2) if skewness < 1 else 1.0)


_known_chance = lru_cache(maxsize=10_000)(chance_where_skewed)
