"""One call draws one chart: points and a specification in, everything a page needs to draw and to say it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from heartwork.analysis.limits import limits, median_only, plotted
from heartwork.analysis.lines import Limits, present
from heartwork.analysis.points import Columns, Label, Point, columns
from heartwork.analysis.rules import PROFILES, Side, Span, outside_limits, series
from heartwork.analysis.runs import crossings_min, longest_run_max
from heartwork.analysis.specification import Phase, Specification

ENGINE_VERSION = "1"  # raised whenever the same points and specification would give another chart

Kind = Literal["improvement", "concern", "neutral"]
Assurance = Literal["will_hit", "hit_or_miss", "will_miss"]
Status = Literal["empty", "collecting", "ready"]


class Signal(NamedTuple):
    """A rule that a point takes part in fulfilling: where it strays to, and whether that is better or worse."""

    rule: str
    side: Side | None
    kind: Kind


class ChartPoint(NamedTuple):
    """One point as drawn (a tuple and not a dataclass: a page makes thousands). near_: two sigma from the centre.

    signals: the rules it fulfils, the most telling first.
    """

    label: Label
    y: float | None
    centre: float | None
    lower: float | None
    upper: float | None
    near_lower: float | None
    near_upper: float | None
    sigma_signal: bool
    part: int
    is_baseline: bool
    is_included: bool
    signals: tuple[Signal, ...]


class PhaseResult(NamedTuple):
    """One phase. counted of needed: baseline points so far, and how many limits ask for; no limits while collecting.

    longest_run, crossings and their bounds are None when no point is off the centre. sigma_z: on P, P', U and U'.
    """

    part: int
    label: str
    reason: str
    first: Label
    last: Label
    centre: float | None
    counted: int
    needed: int
    is_collecting: bool
    n_observed: int
    n_useful: int
    longest_run: int | None
    longest_run_max: int | None
    crossings: int | None
    crossings_min: int | None
    runs_signal: bool
    sigma_z: float | None


class Change(NamedTuple):
    """A span of points that fulfil a rule together, for words.

    points: how many. since, until: the labels of the first and the last. age: points measured after the last, 0 while
    it goes on.
    """

    rule: str
    side: Side | None
    kind: Kind
    part: int
    since: Label
    until: Label
    points: int
    age: int


@dataclass(frozen=True, slots=True)
class Variation:
    """What the latest point says: common cause, or a change for better or worse (or neither), high or low."""

    kind: Literal["common_cause"] | Kind
    side: Side | None


_COMMON_CAUSE = Variation("common_cause", None)


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A chart, ready to be drawn and told; the same points, specification and version always give the same chart."""

    points: tuple[ChartPoint, ...]
    phases: tuple[PhaseResult, ...]
    changes: tuple[Change, ...]
    status: Status
    variation: Variation | None
    assurance: Assurance | None
    warnings: tuple[str, ...]
    specification: Specification
    version: str = ENGINE_VERSION


def analyse(
    points: Sequence[Point | float | None],
    specification: Specification = Specification(),  # noqa: B008 – frozen, so that all may share it
) -> ControlChart:
    """The chart of some points, oldest first: lines, signals, runs, variation and assurance.

    points: any number, 0 too; a bare number is a point with that value, None a missing one. Lines and y are in drawn
    units (times `multiply`). Changes are in order of time. Raises BadPoint, which names the point.

    Warnings: "screening_undone" (screening would have left limits of no width), "no_variation" (no value changes, so no
    limits), "missing_values", "zero_denominator", "short_phase" (one of several phases has too few points for limits).

    >>> chart = analyse([10, 14, 12], Specification("i", minimum_points=0))
    >>> chart.points[0].centre, round(chart.points[0].lower, 2), round(chart.points[0].upper, 2)
    (12.0, 4.02, 19.98)
    >>> analyse([10, 14]).status, analyse([10, 14]).phases[0].counted, analyse([]).status
    ('collecting', 2, 'empty')
    """
    all_columns = columns(points, specification.chart)
    excluded = {point.label for point in specification.excluded}
    drawn: list[ChartPoint] = []
    results: list[PhaseResult] = []
    spans: list[tuple[int, int, Span]] = []
    warnings: set[str] = set()
    for part, (phase, start, end) in enumerate(_phases(all_columns.labels, specification), 1):
        own = all_columns if end - start == len(all_columns.labels) else _slice(all_columns, start, end)
        included = [label not in excluded for label in own.labels] if excluded else [True] * (end - start)
        length = end - start if phase.baseline is None else min(phase.baseline, end - start)
        base = included if length == end - start else [counts and i < length for i, counts in enumerate(included)]
        lines, result, found = _phase(part, phase, own, base, included, specification)
        results.append(result)
        warnings.update(lines.warnings)
        spans += [(part, start, span) for span in found]
        if specification.multiply != 1:
            lines = lines.times(specification.multiply)
        drawn += _drawn(part, own, lines, length, included, found, specification)
    if not specification.may_be_negative and all(point.y is None or point.y >= 0 for point in drawn):
        drawn = [_not_negative(point) for point in drawn]
    if len(results) > 1 and any(result.is_collecting for result in results):
        warnings.add("short_phase")
    if None in all_columns.y:
        gaps = zip(all_columns.y, all_columns.weight, strict=True)
        warnings.update("zero_denominator" if n == 0 else "missing_values" for y, n in gaps if y is None)
    last = next((point for point in reversed(drawn) if point.y is not None and point.is_included), None)
    is_ready = last is not None and not results[-1].is_collecting
    return ControlChart(
        tuple(drawn),
        tuple(results),
        _changes(spans, drawn, specification),
        "empty" if last is None else "ready" if is_ready else "collecting",
        _variation(last) if last and is_ready else None,
        _assurance(drawn, results[-1].part, specification) if is_ready else None,
        tuple(sorted(warnings)),
        specification,
    )


def _phases(labels: Sequence[Label], specification: Specification) -> list[tuple[Phase, int, int]]:
    """Each phase with the position of its first point and of the next phase's; a phase without points is left out."""
    n = len(labels)
    if not specification.phases:
        return [(Phase(labels[0]), 0, n)] if n else []
    starts = [
        (next((i for i, label in enumerate(labels) if label >= phase.start), n), phase)  # type: ignore[operator]  # of one kind
        for phase in specification.phases
    ]
    if n and starts[0][0] > 0:
        starts.insert(0, (0, Phase(labels[0])))
    ends = [*(start for start, _ in starts[1:]), n]
    return [(phase, start, end) for (start, phase), end in zip(starts, ends, strict=True) if start < end]


def _slice(given: Columns, start: int, end: int) -> Columns:
    return Columns(
        given.labels[start:end],
        given.y[start:end],
        given.numerator[start:end],
        given.weight[start:end],
        given.size[start:end],
        given.sd[start:end],
    )


def _phase(
    part: int,
    phase: Phase,
    own: Columns,
    base: Sequence[bool],
    included: Sequence[bool],
    specification: Specification,
) -> tuple[Limits, PhaseResult, list[Span]]:
    counted = sum(base) if None not in own.y else len(present(own.y, base))
    is_run_chart = specification.chart == "run"
    is_collecting = counted < specification.minimum_points and not is_run_chart
    if is_collecting:
        lines = median_only(plotted(own, specification.chart), base, specification.given_centre)
    else:
        lines = limits(own, base, specification)
    seen = series(lines, included)
    found = outside_limits(lines)
    useful, longest, runs_signal = seen.useful, seen.longest, False
    if specification.chart != "mr":  # neighbouring moving ranges share a value, so runs of them say nothing
        found += PROFILES[specification.rules](seen)
        runs_signal = useful > 0 and (longest > longest_run_max(useful) or len(seen.found) - 1 < crossings_min(useful))
    scale = specification.multiply
    result = PhaseResult(
        part,
        phase.label,
        phase.reason,
        own.labels[0],
        own.labels[-1],
        None if lines.centre is None else lines.centre * scale,
        counted,
        0 if is_run_chart else specification.minimum_points,
        is_collecting,
        len(seen.at),
        useful,
        longest if useful else None,
        longest_run_max(useful) if useful else None,
        len(seen.found) - 1 if useful else None,
        crossings_min(useful) if useful else None,
        runs_signal,
        lines.sigma_z,
    )
    return lines, result, found


def _drawn(
    part: int,
    own: Columns,
    lines: Limits,
    baseline: int,
    included: Sequence[bool],
    found: Sequence[Span],
    specification: Specification,
) -> list[ChartPoint]:
    n = len(included)
    signals: list[tuple[Signal, ...]] = [()] * n
    outside = [False] * n
    for span in found:
        signal = Signal(span.rule, span.side, _kind(span.side, specification))
        for position in span.positions:
            signals[position] = (*signals[position], signal)
            outside[position] = outside[position] or span.rule == "outside_limits"
    of_baseline = [True] * baseline + [False] * (n - baseline)
    centre, parts = [lines.centre] * n, [part] * n
    four = lines.lower, lines.upper, lines.near_lower, lines.near_upper
    columns_drawn = own.labels, lines.y, centre, *four, outside, parts, of_baseline, included, signals
    return list(map(ChartPoint._make, zip(*columns_drawn, strict=True)))


def _not_negative(point: ChartPoint) -> ChartPoint:
    return point._replace(
        lower=None if point.lower is None else max(0.0, point.lower),
        near_lower=None if point.near_lower is None else max(0.0, point.near_lower),
    )


def _kind(side: Side | None, specification: Specification) -> Kind:
    if side is None or specification.direction == "neutral":
        return "neutral"
    return "improvement" if (side == "high") == (specification.direction == "up") else "concern"


def _changes(
    spans: Sequence[tuple[int, int, Span]], drawn: Sequence[ChartPoint], specification: Specification
) -> tuple[Change, ...]:
    if not spans:
        return ()
    measured = [point.y is not None for point in drawn]
    spans = sorted(spans, key=lambda entry: (entry[1] + entry[2].positions[0], entry[1] + entry[2].positions[-1]))
    return tuple(
        Change(
            span.rule,
            span.side,
            _kind(span.side, specification),
            part,
            drawn[start + span.positions[0]].label,
            drawn[start + span.positions[-1]].label,
            len(span.positions),
            sum(measured[start + span.positions[-1] + 1 :]),
        )
        for part, start, span in spans
    )


def _variation(last: ChartPoint) -> Variation:
    if not last.signals:
        return _COMMON_CAUSE
    return Variation(last.signals[0].kind, last.signals[0].side)


def _assurance(drawn: Sequence[ChartPoint], part: int, specification: Specification) -> Assurance | None:
    """Whether a steady process would meet the target every time, never, or now and then, by the latest limits."""
    target, direction = specification.target, specification.direction
    last = next((point for point in reversed(drawn) if point.part == part and point.upper is not None), None)
    if target is None or direction == "neutral" or last is None or last.lower is None or last.upper is None:
        return None
    if last.lower <= target <= last.upper:
        return "hit_or_miss"
    return "will_hit" if (target < last.lower) == (direction == "up") else "will_miss"
