"""What a chart is drawn from: one point a period, and how rows that share a period become one point."""

import math
import operator
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

Label = int | str | date
Aggregate = Literal["mean", "median", "sum"]

_AGGREGATES: Mapping[Aggregate, Callable[[list[float]], float]] = {
    "mean": lambda values: math.fsum(values) / len(values),
    "median": statistics.median,
    "sum": math.fsum,
}


_NEEDS_WHOLE = frozenset({"u", "u'", "p", "p'"})
_NEEDS_WHOLE_WORDS = "needs a numerator and a denominator on a chart of type"


class BadPoint(ValueError):
    """A point that no chart could place; the words name the point."""


@dataclass(frozen=True, slots=True)
class Point:
    """One period: a number, or a part and its whole, or several raw numbers. All left out: nothing was measured.

    label: what the period is called, its Monday for example; labels ascend. None: the position, counted from 1.
    value: the number itself; with `denominator` its weight (an I' chart).
    numerator, denominator: events or people, and how many there could have been (>= 0).
    samples: the raw numbers of the period, in any order (Xbar and S charts); None among them is missing.
    """

    label: Label | None = None
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    samples: tuple[float | None, ...] = ()


@dataclass(slots=True)
class Columns:
    """The points of a chart as columns of one length; None is missing."""

    labels: list[Label]
    y: list[float | None]
    numerator: list[float | None]
    weight: list[float | None]
    size: list[int]
    sd: list[float | None]


def columns(points: Sequence[Point | float | None], chart: str) -> Columns:
    """The points checked and laid out for a chart. A bare number is a point with that value, None a missing one.

    Where numerator or denominator is missing the point is missing; 0 of 0 has no value. Raises BadPoint for a number
    that is not finite, a denominator below zero, events over a denominator of zero, a share above one on a P chart,
    a point without what its chart needs, and labels that do not ascend.

    >>> columns([Point(numerator=3, denominator=12), None], "p").y
    [0.25, None]
    """
    if Point not in {*map(type, points)}:
        return _bare(points, chart)  # type: ignore[arg-type]  # no Point among them
    given = [point if isinstance(point, Point) else Point(value=point) for point in points]
    labels: list[Label] = [at if point.label is None else point.label for at, point in enumerate(given, 1)]
    if not all(map(operator.lt, labels, labels[1:])):
        earlier, later = next((a, b) for a, b in pairwise(labels) if not operator.lt(a, b))
        raise BadPoint(f"Point {later} comes after {earlier}; labels ascend, each once.")
    value = _finite([point.value for point in given], labels)
    part = _finite([point.numerator for point in given], labels)
    whole = _finite([point.denominator for point in given], labels)
    samples = [point.samples for point in given]
    rows = [_row(chart, *row) for row in zip(labels, value, part, whole, samples, strict=True)]
    y, numerator, weight, size, sd = map(list, zip(*rows, strict=True))
    return Columns(labels, y, numerator, weight, size, sd)


def _bare(values: Sequence[float | None], chart: str) -> Columns:
    """Numbers without labels, the quick way."""
    n = len(values)
    y = _finite(values, range(1, n + 1))
    if chart in _NEEDS_WHOLE and y.count(None) < n:
        raise BadPoint(f"Point {next(i for i, v in enumerate(y, 1) if v is not None)} {_NEEDS_WHOLE_WORDS} {chart}.")
    none: list[float | None] = [None] * n
    size = [0 if value is None else 1 for value in y] if None in y else [1] * n
    return Columns([*range(1, n + 1)], y, none, none, size, none)


_Row = tuple[float | None, float | None, float | None, int, float | None]


def _row(
    chart: str,
    label: Label,
    value: float | None,
    part: float | None,
    whole: float | None,
    samples: Sequence[float | None],
) -> _Row:
    """What is drawn, numerator, denominator or weight, number of samples, their standard deviation."""
    if part is None and whole is None and not samples:
        if value is not None and chart in _NEEDS_WHOLE:
            raise BadPoint(f"Point {label} {_NEEDS_WHOLE_WORDS} {chart}.")
        return value, None, None, 0 if value is None else 1, None
    if samples:
        mean, size, sd = _mean_and_sd([v for v in _finite(samples, [label] * len(samples)) if v is not None])
        return mean, None, None, size, sd
    if whole is not None and whole < 0:
        raise BadPoint(f"Point {label} has a denominator below zero ({whole:g}).")
    if value is not None and part is None and chart not in _NEEDS_WHOLE:
        return value, None, whole, 1, None
    if part is None or whole is None:
        return None, None, None, 0, None
    if whole == 0 and part != 0:
        raise BadPoint(f"Point {label} has {part:g} events over a denominator of zero.")
    if (chart == "p" or chart == "p'") and not 0 <= part <= whole:
        raise BadPoint(f"Point {label} has {part:g} of {whole:g}; a share lies between none and all.")
    return part / whole if whole else None, part, whole, 1, None


def _finite(values: Sequence[float | None], labels: Sequence[Label]) -> list[float | None]:
    """NaN is missing; an infinite number is refused by name."""
    found = [None if value is None or value != value else value for value in values]
    if math.inf in found or -math.inf in found:
        label = next(label for label, value in zip(labels, found, strict=True) if value in (math.inf, -math.inf))
        raise BadPoint(f"Point {label} is not a finite number.")
    return found


def _mean_and_sd(values: list[float]) -> tuple[float | None, int, float | None]:
    """Mean, count and sample standard deviation (n - 1); exact sums, so that the order makes no difference."""
    n = len(values)
    if not n:
        return None, 0, None
    mean = math.fsum(values) / n
    mean += math.fsum(value - mean for value in values) / n  # takes the rounding out
    if n == 1:
        return mean, 1, None
    return mean, n, math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1))


def subgroups(
    chart: str,
    x: Sequence[Label],
    y: Sequence[float | None],
    n: Sequence[float | None] | None = None,
    *,
    aggregate: Aggregate = "mean",
) -> list[Point]:
    """One point for each value of x, ascending, from rows that may share it.

    With n: sums of y and of n over the rows that have both. Without: on Xbar and S charts all raw y are kept; on a C
    chart they are added; on an I' chart they are aggregated and their count is the weight; else they are aggregated.
    A period in which nothing was measured is a missing point. The order of the rows makes no difference.

    >>> subgroups("run", [1, 1, 2], [4, 6, None])
    [Point(label=1, value=5.0, numerator=None, denominator=None, samples=()), \
Point(label=2, value=None, numerator=None, denominator=None, samples=())]
    """
    rows: dict[Label, list[tuple[float | None, float | None]]] = {}
    wholes = [None] * len(y) if n is None else _finite(n, x)
    for label, value, whole in zip(x, _finite(y, x), wholes, strict=True):
        rows.setdefault(label, []).append((value, whole))
    ascending = sorted(rows.items(), key=lambda row: row[0])
    return [_subgroup(chart, label, pairs, n is not None, aggregate) for label, pairs in ascending]


def _subgroup(
    chart: str,
    label: Label,
    pairs: Iterable[tuple[float | None, float | None]],
    has_whole: bool,
    aggregate: Aggregate,
) -> Point:
    if has_whole:
        complete = [(value, whole) for value, whole in pairs if value is not None and whole is not None]
        if not complete:
            return Point(label)
        return Point(
            label,
            numerator=math.fsum(value for value, _ in complete),
            denominator=math.fsum(whole for _, whole in complete),
        )
    values = [value for value, _ in pairs if value is not None]
    if not values:
        return Point(label)
    if chart in {"xbar", "s"}:
        return Point(label, samples=tuple(values))
    value = math.fsum(values) if chart == "c" else _AGGREGATES[aggregate](values)
    return Point(label, value=value, denominator=len(values) if chart == "i'" else None)
