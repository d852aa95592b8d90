"""Groups beside each other: what comes most often, how far one lies from the rest, how far apart they all are."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from heartwork.analysis.points import BadPoint, Label, Point, columns


@dataclass(frozen=True, slots=True)
class ParetoBar:
    """One reason: how often, its share of all, and the share of all down to here, each 0 to 1."""

    name: str
    count: float
    share: float
    cumulative_share: float


def pareto(counts: Mapping[str, float]) -> list[ParetoBar]:
    """Reasons by how often they came, most first, equals by name; those that never came are left out.

    Raises ValueError for a count below zero.

    >>> [(bar.name, bar.cumulative_share) for bar in pareto({"ride": 1, "illness": 6, "family": 3})]
    [('illness', 0.6), ('family', 0.9), ('ride', 1.0)]
    """
    if any(count < 0 for count in counts.values()):
        raise ValueError("Counts are zero or more.")
    ordered = sorted(((name, count) for name, count in counts.items() if count), key=lambda row: (-row[1], row[0]))
    whole = math.fsum(count for _, count in ordered)
    bars, so_far = [], 0.0
    for name, count in ordered:
        so_far += count
        bars.append(ParetoBar(name, count, count / whole, so_far / whole))
    return bars


def gap(group: Sequence[Point], whole: Sequence[Point], *, against: Literal["rest", "whole"] = "rest") -> list[Point]:
    """One group minus the rest, or minus the whole it is part of, for each period that both have.

    "rest" needs numerators and denominators, and the group within the whole. Chart the result as a series of its own:
    zero is no gap. Raises BadPoint where the group is larger than the whole.

    >>> elm, all_schools = Point(1, numerator=6, denominator=10), Point(1, numerator=30, denominator=40)
    >>> round(gap([elm], [all_schools])[0].value, 2), round(gap([elm], [all_schools], against="whole")[0].value, 2)
    (-0.2, -0.15)
    """
    kind = "u" if against == "rest" else "run"
    one, every = columns(group, kind), columns(whole, kind)
    there = {
        label: (y, part, n)
        for label, y, part, n in zip(every.labels, every.y, every.numerator, every.weight, strict=True)
    }
    gaps = []
    for label, y, part, n in zip(one.labels, one.y, one.numerator, one.weight, strict=True):
        other, other_part, other_n = there.get(label, (None, None, None))
        if y is None or other is None:
            continue
        if against == "rest":
            if part is None or n is None or other_part is None or other_n is None:
                continue
            if part > other_part or n > other_n or (n == other_n and part != other_part):
                raise BadPoint(f"At {label} the group is not part of the whole.")
            if n == other_n:
                continue
            other = (other_part - part) / (other_n - n)
        gaps.append(Point(label, value=y - other))
    return gaps


def spread(
    groups: Mapping[str, Sequence[Point]], measure: Literal["range", "sd"] = "range", *, least: int = 2
) -> list[Point]:
    """How far apart groups are in each period: largest minus smallest, or standard deviation (n - 1), unweighted.

    least: how many groups a period needs, >= 2; others are missing points. When this falls, a change reached everybody.

    >>> [p.value for p in spread({"Elm": [Point(1, value=3.0)], "Oak": [Point(1, value=7.0), Point(2, value=6.0)]})]
    [4.0, None]
    """
    by_label: dict[Label, list[float]] = {}
    for points in groups.values():
        laid_out = columns(points, "run")
        for label, y in zip(laid_out.labels, laid_out.y, strict=True):
            by_label.setdefault(label, []).extend([] if y is None else [y])
    ascending = sorted(by_label.items(), key=lambda row: row[0])
    return [
        Point(label, value=_width(values, measure) if len(values) >= max(2, least) else None)
        for label, values in ascending
    ]


def _width(values: Sequence[float], measure: str) -> float:
    if measure == "range":
        return max(values) - min(values)
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
