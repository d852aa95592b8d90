"""Every chart of the district looked at once: which show a signal, beside how many would by luck alone.

A series is judged by the chart of its measure. Where nobody has chosen one, and the weeks of most schools vary more
than chance alone explains, limits are widened for all of them (Laney 2002), and the page says so.

Where events are rare, periods are joined until a few come together, and only runs are looked at: weeks without any lie
below a mean that a single event lifts, and would look like a run. Where there are too few even so, no signal can show.

All values of a measure lie in one table, a series a row and a period a column: a page looks at thousands of them.
"""

import datetime
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

import numpy as np
from django.db import connection
from django.db.models import CharField
from django.db.models.functions import Cast
from django.utils import timezone
from numpy.typing import NDArray

from heartwork.analysis.control_chart import ControlChart, analyse
from heartwork.analysis.false_signals import (
    FalseSignals,
    chance_where_skewed,
    covariance_of_shared_people,
    false_signals_of,
    skewness_of,
)
from heartwork.analysis.points import Point
from heartwork.analysis.pooling import pool
from heartwork.analysis.scan import Flags, Numbers, Scan, scan, scan_shares, scan_weighted
from heartwork.analysis.specification import Specification
from heartwork.analysis.suggestion import MORE_THAN_CHANCE
from heartwork.analysis.usual import joined, periods_to_join, times_as_usual
from heartwork.measures import hiding, places
from heartwork.measures.models import EVERYONE, ChartChoice, DataPoint, Measure
from heartwork.measures.places import Group, Place
from heartwork.measures.queries import choices_at, specification_of
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import StaffMember

RECENT = datetime.timedelta(weeks=60)  # how far back is looked: about a school year and a half
FEW = 5.0  # events a period on average: with fewer, limits of three sigma mark far too much
FEWEST = 2.0  # events a period on average: with fewer, periods are joined, for runs would be marked too
LEFT = 8  # periods that are left at least when some are joined: with fewer, hardly anything could show
SHARES = ("p", "p'", "u", "u'")
DIGITS = 12  # of a value beside what is usual: what is beyond comes of the division, and would be a signal of nothing

VALUE = ("numerator", "denominator")

Key = tuple[int, Group]  # school, group


@dataclass(frozen=True)
class Signal:
    """A series in which something has changed beyond chance; its chart is drawn for those that a page shows."""

    measure: Measure
    place: Place
    group: Group
    group_words: str
    points: list[Point]
    specification: Specification

    @property
    def chart(self) -> ControlChart:
        """The chart in which it can be seen."""
        return analyse(self.points, self.specification)


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


def signals(
    viewer: StaffMember, wanted: Sequence[Measure], *, by_group: bool = False, beside_rest: bool = False
) -> Signals:
    """The signals in these measures' charts of all schools (by_group: and of each group) that the viewer may see.

    beside_rest: of each value as it would be if the period had been a usual one for the school in the middle, so that a
    season which all share is no signal, nor one school that changes a signal of the others. (With two schools it still
    is.) Six queries.
    """
    access.require(viewer, "measure.read")
    known, schools = places.attributes(), {school.pk: school for school in roster.schools()}
    minimum = roster.district().minimum_group
    tables, choices = _tables(wanted, by_group=by_group), choices_at(wanted, Place())
    found: list[Signal] = []
    chances: list[float] = []
    shared = 0.0
    widened: list[Widened] = []
    together: list[Measure] = []
    for measure in wanted:
        if measure.pk not in tables:
            continue
        table = tables[measure.pk]
        may = {group: places.may_see(viewer, group, known) for group in {group for _, group in table.keys}}
        table = table.only([row for row, (school, group) in enumerate(table.keys) if school in schools and may[group]])
        usual = _usual(measure, table) if beside_rest else None
        everywhere = not measure.is_over_people or access.reaches_all(viewer)
        if not everywhere:
            own = {pk for pk, school in schools.items() if places.sees_every_record(viewer, Place(school))}
            table = _as_seen(measure, table, own, minimum, with_pooled=not beside_rest)
        if not table.keys:
            continue
        one = _of_measure(measure, table, usual, choices.get(measure.pk))
        found += [
            Signal(measure, Place(schools[school]), group, places.group_words(group, known), points, one.specification)
            for (school, group), points in one.moved
        ]
        chances += one.chances
        shared += _shared(measure, table, one.chances) if by_group else 0.0
        widened += [Widened(measure, one.times)] if one.times else []
        able = sum(chance > 0 for chance in one.chances)
        together += [measure] if len(one.moved) * 2 > able > 2 else []
    return Signals(found, false_signals_of(chances, shared), widened, together)


def _tables(wanted: Sequence[Measure], *, by_group: bool) -> dict[int, Table]:
    """The recent values of each measure. One query, whose rows are taken as the database gives them, for speed."""
    if not wanted:
        return {}
    rows = DataPoint.objects.filter(measure__in=wanted, superseded_at=None, section=None)
    rows = rows.filter(period__gt=timezone.localdate() - RECENT)
    rows = rows if by_group else rows.filter(subgroup_kind=EVERYONE)
    columns = ("measure", "subgroup_kind", "subgroup", "school")
    ordered = rows.order_by(*columns, "period").values_list(*columns, Cast("period", CharField()), *VALUE)
    sql, values = ordered.query.sql_with_params()  # days as text: to read each as a date takes longer than all the rest
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        raw = cursor.fetchall()
    if len(wanted) == 1 and raw:
        return {wanted[0].pk: _table(raw)}
    return {measure: _table(list(some)) for measure, some in groupby(raw, key=itemgetter(0))}


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
class _Usual:
    """What is usual in the district in each period: see `times_as_usual`; of a mere number: the value in the middle.

    counts_the_others: of a share above one half those are counted who are not in it.
    """

    by_period: Numbers
    counts_the_others: bool = False


def _usual(measure: Measure, table: Table) -> _Usual:
    at = table.only([row for row, (_, group) in enumerate(table.keys) if group.is_everyone])
    if not measure.is_over_people:
        return _Usual(_middle(at.numerators / at.denominators))
    others = measure.data == Measure.Data.PROPORTION and np.nansum(at.numerators) * 2 > np.nansum(at.denominators)
    events = at.denominators - at.numerators if others else at.numerators
    return _Usual(times_as_usual(events, at.denominators), bool(others))


def _middle(values: Numbers) -> Numbers:
    """What the school in the middle would have in each period: its usual level, and how far that period lies off it."""
    usual = np.array([np.nanmedian(row) for row in values])
    off = values - usual[:, np.newaxis]
    there = ~np.isnan(off).all(axis=0)
    middle = np.full(values.shape[1], np.nan)
    if len(values):
        middle[there] = np.nanmedian(off[:, there], axis=0) + np.median(usual)
    return middle


def _shared(measure: Measure, table: Table, chances: Sequence[float]) -> float:
    """How much the signals of this measure's charts rise and fall together, school by school."""
    if not measure.is_over_people:
        return 0.0
    people = np.nanmedian(table.denominators, axis=1).tolist()
    at_school: dict[int, list[int]] = defaultdict(list)
    for row, (school, _) in enumerate(table.keys):
        at_school[school].append(row)
    return math.fsum(
        covariance_of_shared_people(
            [chances[row] for row in rows], [people[row] for row in rows], [table.keys[row][1].kind for row in rows]
        )
        for rows in at_school.values()
    )


def _as_seen(measure: Measure, table: Table, own: set[int], minimum: int, *, with_pooled: bool) -> Table:
    """The series as someone sees them who reaches every student of their `own` schools alone.

    Elsewhere groups of too few are left out, and periods of too few joined with their neighbours, or left out too.
    """
    least = minimum * hiding.per_student(measure)
    people = np.nanmedian(table.denominators, axis=1) // hiding.per_student(measure)
    at_school: dict[int, dict[Group, int]] = defaultdict(dict)
    for row, (school, group) in enumerate(table.keys):
        at_school[school][group] = row
    hidden = {
        school: hiding.too_few(
            {group: int(people[row]) for group, row in rows.items()}, _rests(measure, table.denominators, rows)
        )
        for school, rows in at_school.items()
        if school not in own
    }
    is_large = np.nanmin(table.denominators, axis=1) >= least
    kept = []
    numerators, denominators = table.numerators.copy(), table.denominators.copy()
    for row, (school, group) in enumerate(table.keys):
        if school in own:
            kept.append(row)
        elif group not in hidden[school]:
            is_shown = is_large[row] or (with_pooled and _pool(table, row, least, numerators, denominators))
            kept += [row] if is_shown else []
    return Table(table.keys, table.periods, numerators, denominators).only(kept)


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


def _pool(table: Table, row: int, least: int, numerators: Numbers, denominators: Numbers) -> bool:
    """Put joined periods in place of single ones; whether any is large enough."""
    joined = pool(_points(table, row), least, hold_back=True)
    numerators[row], denominators[row] = np.nan, np.nan
    for point in joined:
        column = table.periods.index(point.label)  # type: ignore[arg-type]
        numerators[row, column], denominators[row, column] = point.numerator, point.denominator  # type: ignore[assignment]
    return bool(joined)


def _points(table: Table, row: int) -> list[Point]:
    measured = zip(table.periods, table.numerators[row].tolist(), table.denominators[row].tolist(), strict=True)
    return [Point(day, numerator=part, denominator=whole) for day, part, whole in measured if part == part]


@dataclass(frozen=True)
class _Looked:
    """What was found in one measure: series with a signal, how likely luck alone would mark each chart, how they are
    drawn, how much limits were widened (0: not)."""

    moved: list[tuple[Key, list[Point]]]
    chances: list[float]
    specification: Specification
    times: float


def _of_measure(measure: Measure, table: Table, usual: _Usual | None, choice: ChartChoice | None) -> _Looked:
    base = replace(specification_of(measure, Place(), choice), phases=(), excluded=())
    if not measure.is_over_people or (usual is None and base.chart not in SHARES):
        return _of_numbers(measure, table, usual, base)
    times = 0.0
    if usual:
        base = replace(base, chart="i'", target=None, may_be_negative=True)
        events = table.denominators - table.numerators if usual.counts_the_others else table.numerators
        wholes = table.denominators * usual.by_period
        there = wholes > 0
        wholes, events = np.where(there, wholes, np.nan), np.where(there, events, np.nan)
        table = replace(table, numerators=events, denominators=wholes)
    events = _events(measure, table)
    rare = events < FEW
    if usual is None and choice is None and base.chart in ("p", "u") and not rare.all():
        sigma_z = _scan(table.only(np.flatnonzero(~rare)), base.chart).sigma_z
        spread = float(np.nanmedian(sigma_z)) if not np.isnan(sigma_z).all() else 0.0
        if spread > MORE_THAN_CHANCE:
            times, base = spread, replace(base, chart="p'" if base.chart == "p" else "u'")
    moved: dict[int, list[Point]] = {}
    chances = [0.0] * len(table.keys)
    together = periods_to_join(events, FEWEST)
    for periods in np.unique(together[together * LEFT <= max(LEFT, len(table.periods))]).tolist():
        rows = np.flatnonzero(together == periods)
        part = table.only(rows).join(int(periods))
        found = _scan(part, base.chart, usual)
        flagged = np.where(rare[rows], found.runs_signal, found.signal)
        by_luck = _chances(measure, base.chart, part, found, rare[rows])
        for at, row in enumerate(rows.tolist()):
            chances[row] = by_luck[at]
            if flagged[at]:
                moved[row] = _points(part, at) if usual is None else _points_beside(part, at, usual)
    return _Looked([(table.keys[row], moved[row]) for row in sorted(moved)], chances, base, times)


def _of_numbers(measure: Measure, table: Table, usual: _Usual | None, base: Specification) -> _Looked:
    """Values that are no share nor rate of people, or are drawn as if they were not."""
    values = table.numerators if measure.data == Measure.Data.COUNT else table.numerators / table.denominators
    if usual:
        base = replace(base, chart="i", target=None, may_be_negative=True)
        values = np.round(values - usual.by_period, DIGITS)
    chart: Any = base.chart if base.chart in ("run", "i", "c") else "i"
    found = scan(values, chart)
    looked_at = {"c": "p", "run": "run"}.get(chart, "i")
    skewness = skewness_of(np.nanmean(values, axis=1)) if chart == "c" else np.zeros(len(values))
    each = zip(found.counted.tolist(), skewness.tolist(), strict=True)
    chances = [_chance_of(points, looked_at, skew) for points, skew in each]
    moved = []
    for row in np.flatnonzero(found.signal).tolist():
        points = [
            Point(day, value=value if value == value else None)
            for day, value in zip(table.periods, values[row].tolist(), strict=True)
        ]
        moved.append((table.keys[row], points))
    return _Looked(moved, chances, base, 0.0)


def _scan(table: Table, chart: str, usual: _Usual | None = None) -> Scan:
    if usual is None:
        kind: Literal["p", "p'", "u", "u'"] = chart  # type: ignore[assignment]
        return scan_shares(table.numerators, table.denominators, kind)
    return scan_weighted(_beside(table, usual), table.denominators)


def _beside(table: Table, usual: _Usual) -> Numbers:
    rates = np.round(table.numerators / table.denominators, DIGITS)
    return 1 - rates if usual.counts_the_others else rates


def _points_beside(table: Table, row: int, usual: _Usual) -> list[Point]:
    values = _beside(table.only([row]), usual)[0].tolist()
    measured = zip(table.periods, values, table.denominators[row].tolist(), strict=True)
    return [Point(day, value=value, denominator=n) if value == value else Point(day) for day, value, n in measured]


def _events(measure: Measure, table: Table) -> Numbers:
    """How many events each series has a period, or of a share those that are not, if they are fewer."""
    events, periods = np.nansum(table.numerators, axis=1), (~np.isnan(table.denominators)).sum(axis=1)
    if measure.data == Measure.Data.PROPORTION:
        events = np.minimum(events, np.nansum(table.denominators - table.numerators, axis=1))
    return np.divide(events, periods, out=np.zeros(len(events)), where=periods > 0)


def _chances(measure: Measure, chart: str, table: Table, found: Scan, rare: Flags) -> list[float]:
    """How likely luck alone would mark each series."""
    events, wholes = np.nanmean(table.numerators, axis=1), np.nanmean(table.denominators, axis=1)
    skewness = skewness_of(events, wholes if measure.data == Measure.Data.PROPORTION else None)
    limits = "p" if chart in ("p", "u") else "i"
    each = zip(found.counted.tolist(), rare.tolist(), skewness.tolist(), strict=True)
    return [_chance_of(points, "runs" if is_rare else limits, skew) for points, is_rare, skew in each]


def _chance_of(points: int, looked_at: str, skewness: float) -> float:
    is_collecting = points < Specification.minimum_points
    return _known_chance(points, "run" if is_collecting else looked_at, round(skewness, 2) if skewness < 1 else 1.0)


_known_chance = lru_cache(maxsize=10_000)(chance_where_skewed)
