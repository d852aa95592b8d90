"""Every chart of the district looked at once: which show a signal, beside how many would by luck alone.

A series is judged by the chart of its measure. Where nobody has chosen one, and the weeks of most schools vary more
than chance alone explains, limits are widened for all of them (Laney 2002), and the page says so.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from heartwork.analysis.control_chart import ControlChart, analyse
from heartwork.analysis.false_signals import FalseSignals, expected_false_signals
from heartwork.analysis.points import Point
from heartwork.analysis.pooling import pool
from heartwork.analysis.scan import Numbers, scan, scan_shares
from heartwork.analysis.suggestion import MORE_THAN_CHANCE
from heartwork.measures import series
from heartwork.measures.models import EVERYONE, ChartChoice, DataPoint, Measure
from heartwork.measures.queries import choices_at, measures, specification_of
from heartwork.measures.series import Group, Place
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import Organization, StaffMember

PERIODS = 60  # of the latest ones: about a school year and a half of weeks

FEW = 5.0  # events a period on average: with fewer, limits of three sigma mark far too much

Key = tuple[int, Group]  # school, group


@dataclass(frozen=True)
class Signal:
    """A chart in which something has changed beyond chance."""

    measure: Measure
    place: Place
    group: Group
    group_words: str
    chart: ControlChart


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
    viewer: StaffMember, *, only: Measure | None = None, by_group: bool = False, beside_rest: bool = False
) -> Signals:
    """The signals in the charts of all schools (by_group: and of each group) that the viewer may see.

    beside_rest: of each value minus that of the rest of the district in the same period, so that a season which all
    share is no signal. Seven queries.
    """
    access.require(viewer, "measure.read")
    known, schools = series.attributes(), {school.pk: school for school in roster.schools()}
    wanted = [only] if only else [m for m in measures(viewer) if not m.section_id and not m.cannot_be_measured]
    minimum = roster.district().minimum_group
    raw, choices = _rows(wanted, by_group=by_group), choices_at(wanted, Place())
    found: list[Signal] = []
    counted: list[int] = []
    widened: list[Widened] = []
    together: list[Measure] = []
    for measure in wanted:
        rows = {
            key: measured
            for key, measured in raw.get(measure.pk, {}).items()
            if key[0] in schools and series.may_see(viewer, key[1], known)
        }
        whole = _whole(rows) if beside_rest else None
        seen = _as_seen(viewer, measure, rows, schools, minimum)
        if beside_rest and measure.is_over_people and not access.reaches_all(viewer):
            seen = {key: measured for key, measured in seen.items() if measured is rows[key]}  # no pooled periods
        one = _of_measure(measure, seen, whole, choices.get(measure.pk))
        found += [
            Signal(measure, Place(schools[school]), group, series.group_words(group, known), chart)
            for (school, group), chart in one.drawn
        ]
        counted += one.counted
        widened += [Widened(measure, one.times)] if one.times else []
        together += [measure] if len(one.drawn) * 2 > len(one.counted) > 2 else []
    return Signals(found, expected_false_signals(counted), widened, together)


def _whole(rows: dict[Key, list[series.Row]]) -> dict[datetime.date, tuple[float, float]]:
    """The whole district's numerator and denominator, by period."""
    whole: dict[datetime.date, tuple[float, float]] = {}
    for (_, group), measured in rows.items():
        if group.is_everyone:
            for period, part, of in measured:
                before = whole.get(period, (0.0, 0.0))
                whole[period] = (before[0] + part, before[1] + of)
    return whole


def _rows(wanted: Iterable[Measure], *, by_group: bool) -> dict[int, dict[Key, list[series.Row]]]:
    """Of each measure and series the latest rows, ascending. Two queries."""
    rows = DataPoint.objects.filter(measure__in=list(wanted), superseded_at=None, section=None)
    rows = rows if by_group else rows.filter(subgroup_kind=EVERYONE)
    recent = rows.filter(subgroup_kind=EVERYONE).order_by("-period").values_list("period", flat=True).distinct()
    since = list(recent[:PERIODS])
    if not since:
        return {}
    columns = ("measure", "school", "subgroup_kind", "subgroup", "period", "numerator", "denominator")
    found: dict[int, dict[Key, list[series.Row]]] = defaultdict(lambda: defaultdict(list))
    groups: dict[tuple[str, str], Group] = {}
    ordered = rows.filter(period__gte=since[-1]).order_by("measure", "school", "subgroup_kind", "subgroup", "period")
    for measure, school, kind, name, *row in ordered.values_list(*columns).iterator(20_000):
        group = groups.setdefault((kind, name), Group(kind, name))
        found[measure][school, group].append(tuple(row))  # type: ignore[arg-type]
    return found


@dataclass(frozen=True)
class _Looked:
    """What was found in one measure: charts with a signal, points of each, how much limits were widened (0: not)."""

    drawn: list[tuple[Key, ControlChart]]
    counted: list[int]
    times: float


Whole = dict[datetime.date, tuple[float, float]]


def _of_measure(
    measure: Measure, rows: dict[Key, list[series.Row]], whole: Whole | None, choice: ChartChoice | None
) -> _Looked:
    if not rows:
        return _Looked([], [], 0.0)
    base = replace(specification_of(measure, Place(), choice), phases=(), excluded=())
    keys, counted = list(rows), [len(measured) for measured in rows.values()]
    numerators, denominators, periods = _table(list(rows.values()))
    times = 0.0
    if whole is not None:
        base = replace(base, chart="i", direction=base.direction, target=None, may_be_negative=True)
        values = _beside(numerators, denominators, periods, whole)
        found = scan(values)
        flagged = np.where(_rare(measure, numerators, denominators), found.runs_signal, found.signal)
    else:
        flagged, sigma_z = _scan(measure, numerators, denominators, base.chart)
        spread = float(np.nanmedian(sigma_z)) if not np.isnan(sigma_z).all() else 0.0
        if choice is None and base.chart in ("p", "u") and spread > MORE_THAN_CHANCE:
            times, base = spread, replace(base, chart="p'" if base.chart == "p" else "u'")
            flagged, _ = _scan(measure, numerators, denominators, base.chart)
    drawn = []
    for at in np.flatnonzero(flagged):
        if whole is None:
            points = series.points_of(measure, rows[keys[at]])
        else:
            points = [
                Point(period, value=None if np.isnan(value) else float(value))
                for period, value in zip(periods, values[at], strict=True)
            ]
        drawn.append((keys[at], analyse(points, base)))
    return _Looked(drawn, counted, times)


def _beside(numerators: Numbers, denominators: Numbers, periods: Iterable[datetime.date], whole: Whole) -> Numbers:
    """Each value minus that of the rest of the district in the same period."""
    parts, wholes = np.array([whole.get(period, (np.nan, np.nan)) for period in periods]).T
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = (parts - numerators) / (wholes - denominators)
        values: Numbers = numerators / denominators - np.where(wholes > denominators, rest, np.nan)
    return values


def _as_seen(
    viewer: StaffMember,
    measure: Measure,
    rows: dict[Key, list[series.Row]],
    schools: dict[int, Organization],
    minimum: int,
) -> dict[Key, list[series.Row]]:
    """The series as the viewer may see them: pooled or left out where they do not reach each student behind them."""
    if not measure.is_over_people or access.reaches_all(viewer):
        return rows
    by_school: dict[int, dict[Group, list[series.Row]]] = defaultdict(dict)
    for (school, group), measured in rows.items():
        by_school[school][group] = measured
    seen: dict[Key, list[series.Row]] = {}
    for school, everything in by_school.items():
        if series.sees_every_record(viewer, Place(schools[school])):
            seen |= {(school, group): measured for group, measured in everything.items()}
            continue
        hidden = series.hidden_groups(measure, everything)
        least = minimum * series.per_student(measure)
        for group, measured in everything.items():
            if group not in hidden and (pooled := _pooled(measure, measured, least)):
                seen[school, group] = pooled
    return seen


def _pooled(measure: Measure, rows: list[series.Row], least: int) -> list[series.Row]:
    if all(row[2] >= least for row in rows):
        return rows
    joined = pool(series.points_of(measure, rows), least, hold_back=True)
    return [(p.label, p.numerator, p.denominator) for p in joined]  # type: ignore[misc]


def _table(all_rows: list[list[series.Row]]) -> tuple[Numbers, Numbers, list[datetime.date]]:
    """Numerators and denominators as [series, periods], NaN where there is none; and the periods."""
    periods = sorted({row[0] for rows in all_rows for row in rows})
    place = {period: at for at, period in enumerate(periods)}
    shape = (len(all_rows), len(periods))
    numerators, denominators = np.full(shape, np.nan), np.full(shape, np.nan)
    for at, rows in enumerate(all_rows):
        where = [place[row[0]] for row in rows]
        numerators[at, where] = [row[1] for row in rows]
        denominators[at, where] = [row[2] for row in rows]
    return numerators, denominators, periods


def _scan(measure: Measure, numerators: Numbers, denominators: Numbers, chart: str) -> tuple[Any, Any]:
    """Which series show a signal, and sigma_z where there is one. Where events are rare, only runs are looked at."""
    if not (measure.is_over_people and chart in ("p", "p'", "u", "u'")):
        values = numerators if measure.data == Measure.Data.COUNT else numerators / denominators
        found = scan(values, chart if chart in ("run", "i", "c") else "i")  # type: ignore[arg-type]
        return found.signal, found.sigma_z
    kind: Literal["p", "p'", "u", "u'"] = chart  # type: ignore[assignment]
    found = scan_shares(numerators, denominators, kind)
    rare = _rare(measure, numerators, denominators)
    return np.where(rare, found.runs_signal, found.signal), np.where(rare, np.nan, found.sigma_z)


def _rare(measure: Measure, numerators: Numbers, denominators: Numbers) -> Any:
    """Of which series events, or of a share those that are not, are few."""
    events = np.nanmean(numerators, axis=1)
    if measure.data == Measure.Data.PROPORTION:
        events = np.minimum(events, np.nanmean(denominators - numerators, axis=1))
    return events < FEW if measure.is_over_people else np.zeros(len(events), dtype=bool)
