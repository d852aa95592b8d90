"""Sums and means in one fixed order, so that one chart and a scan of a whole district give the same bits."""

from collections.abc import Iterable, Sequence
from itertools import pairwise


def total(values: Iterable[float]) -> float:
    """The sum, added from first to last (the built-in `sum` adds otherwise from Python 3.12 on)."""
    result = 0.0
    for value in values:
        result += value
    return result


def mean(values: Sequence[float]) -> float | None:
    """The mean, None of nothing. A second pass takes the rounding out, so that a constant is its own mean.

    >>> mean([0.1] * 7), mean([])
    (0.1, None)
    """
    n = len(values)
    if not n:
        return None
    first = total(values) / n
    rest = 0.0
    for value in values:
        rest += value - first
    return first + rest / n


def weighted_mean(pairs: Sequence[tuple[float, float]]) -> float | None:
    """The mean of (value, weight), None without any weight; a constant is its own mean here too.

    >>> weighted_mean([(0.5, 10), (1.0, 30)]), weighted_mean([(0.1, 1)] * 7)
    (0.875, 0.1)
    """
    weight = total(w for _, w in pairs)
    if not weight:
        return None
    if len({value for value, _ in pairs}) == 1:
        return pairs[0][0]
    return total(value * w for value, w in pairs) / weight


def median(values: Sequence[float]) -> float | None:
    """The middle value, or halfway between the two middle ones; None of nothing.

    >>> median([3, 1, 2, 10])
    2.5
    """
    n = len(values)
    if not n:
        return None
    ordered = sorted(values)
    return ordered[n // 2] if n % 2 else (ordered[n // 2 - 1] + ordered[n // 2]) / 2


def moving_ranges(values: Sequence[float | None]) -> list[float]:
    """The steps between neighbours, without sign; there is none beside a missing value.

    >>> moving_ranges([1, 4, 2, None, 7])
    [3, 2]
    """
    if None not in values:
        return [abs(b - a) for a, b in pairwise(values)]  # type: ignore[operator]  # none is None here
    return [abs(b - a) for a, b in pairwise(values) if a is not None and b is not None]


def screened_mean(ranges: Sequence[float], factor: float, screen: bool) -> tuple[float | None, str | None]:
    """The mean of moving ranges, without those of `factor` times the mean or more; beside it a warning, or None.

    One pass (Nelson 1982, J. Quality Technology 14: 172). If only zeros were left while the values vary, nothing is
    screened ("screening_undone"): limits of no width would call every point special. If no value ever changed there
    is no mean to speak of ("no_variation").

    >>> screened_mean([1, 1, 1, 1, 1, 1, 20], 3.267, screen=True)
    (1.0, None)
    >>> screened_mean([0, 0, 0, 0, 0, 0, 7], 3.267, screen=True)
    (1.0, 'screening_undone')
    """
    average = mean(ranges)
    if average is None or not screen:
        return average, None
    highest = factor * average
    kept = [step for step in ranges if step < highest]
    screened = average if len(kept) == len(ranges) else mean(kept)
    if screened is None:
        return None, "no_variation"
    if screened == 0:
        return average, "screening_undone"
    return screened, None
