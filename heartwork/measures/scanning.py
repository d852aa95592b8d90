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
from heartwork.analysis.pooling import pool
from heartwork.analysis.scan import scan, scan_shares
from heartwork.analysis.suggestion import MORE_THAN_CHANCE
from heartwork.measures import series
from heartwork.measures.models import EVERYONE, DataPoint, Measure
from heartwork.measures.queries import choice_of, measures, specification_of
from heartwork.measures.series import Group, Place
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import Attribute, Organization, StaffMember

PERIODS = 60  # of the latest ones: about a school year and a half of weeks

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
    """What a look over many charts found: the signals, how many charts, and how many luck alone would mark."""

    found: list[Signal]
    luck: FalseSignals
    widened: list[Widened]


def signals(viewer: StaffMember, *, only: Measure | None = None, by_group: bool = False) -> Signals:
    """The signals in the charts of all schools (by_group: and of each group) that the viewer may see. Eight queries.

    Series whose every record the viewer reaches, or whose periods are all large enough, are looked at in one go.
    """
    access.require(viewer, "measure.read")
    known, schools = series.attributes(), {school.pk: school for school in roster.schools()}
    wanted = [only] if only else [m for m in measures(viewer) if not m.section_id and not m.cannot_be_measured]
    minimum = roster.district().minimum_group
    raw = _rows(wanted, by_group=by_group)
    found: list[Signal] = []
    counted: list[int] = []
    widened: list[Widened] = []
    for measure in wanted:
        drawn, measured, times = _of_measure(viewer, measure, raw.get(measure.pk, {}), schools, known, minimum)
        found += drawn
        counted += measured
        widened += [Widened(measure, times)] if times else []
    return Signals(found, expected_false_signals(counted), widened)


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


def _of_measure(
    viewer: StaffMember,
    measure: Measure,
    rows: dict[Key, list[series.Row]],
    schools: dict[int, Organization],
    known: dict[str, Attribute],
    minimum: int,
) -> tuple[list[Signal], list[int], float]:
    """The signals of one measure, how many points each chart has, and how much its limits were widened (0: not)."""
    choice = choice_of(measure, Place())
    base = replace(specification_of(measure, Place(), choice), phases=(), excluded=())
    shown = {
        key: measured for key, measured in rows.items() if key[0] in schools and series.may_see(viewer, key[1], known)
    }
    points = _as_seen(viewer, measure, shown, schools, minimum)
    if not points:
        return [], [], 0.0
    keys = list(points)
    table = _table(list(points.values()))
    flagged, sigma_z = _scan(measure, table, base.chart)
    times = 0.0
    if choice is None and base.chart in ("p", "u"):
        spread = float(np.nanmedian(sigma_z)) if not np.isnan(sigma_z).all() else 0.0
        if spread > MORE_THAN_CHANCE:
            times, base = spread, replace(base, chart="p'" if base.chart == "p" else "u'")
            flagged, _ = _scan(measure, table, base.chart)
    drawn = []
    for at in np.flatnonzero(flagged):
        school, group = keys[at]
        chart = analyse(series.points_of(measure, points[keys[at]]), base)
        drawn.append(Signal(measure, Place(schools[school]), group, series.group_words(group, known), chart))
    return drawn, [len(measured) for measured in points.values()], times


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


Table = tuple[Any, Any]


def _table(all_rows: list[list[series.Row]]) -> Table:
    """Numerators and denominators as [series, periods], NaN where there is none."""
    periods: dict[datetime.date, int] = {}
    for period in sorted({row[0] for rows in all_rows for row in rows}):
        periods[period] = len(periods)
    shape = (len(all_rows), len(periods))
    numerators, denominators = np.full(shape, np.nan), np.full(shape, np.nan)
    for at, rows in enumerate(all_rows):
        where = [periods[row[0]] for row in rows]
        numerators[at, where] = [row[1] for row in rows]
        denominators[at, where] = [row[2] for row in rows]
    return numerators, denominators


def _scan(measure: Measure, table: Table, chart: str) -> tuple[Any, Any]:
    """Which series show a signal, and sigma_z where there is one."""
    numerators, denominators = table
    if measure.is_over_people and chart in ("p", "p'", "u", "u'"):
        kind: Literal["p", "p'", "u", "u'"] = chart  # type: ignore[assignment]
        found = scan_shares(numerators, denominators, kind)
    else:
        values = numerators / denominators if measure.data != Measure.Data.COUNT else numerators
        found = scan(values, chart if chart in ("run", "i", "c") else "i")  # type: ignore[arg-type]
    return found.signal, found.sigma_z
