"""Look over a whole district at once: the lines and default signals of many series, the same as one chart would give.

Series go through in pieces that fit a processor's cache, turned so that one row is one period of many series; rows are
added from first to last, as `averages` does, so that the results are the same to the last bit.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from heartwork.analysis.limits import RANGE_LIMIT, RANGE_LIMIT_WEIGHTED, SIGMA_PER_RANGE
from heartwork.analysis.points import BadPoint
from heartwork.analysis.runs import crossings_min, longest_run_max

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Counts = NDArray[np.int16]

PIECE = 4096  # series at a time


@dataclass(frozen=True, slots=True)
class Scan:
    """One entry a series; NaN where there is none. outside has a row a series: 1 above, -1 below, 0 within or missing.

    lower and upper: only where they are level (run: NaN; i and c). sigma_z: only for P, P', U and U'.
    is_collecting: fewer values than `minimum_points`, so a median and no limits. signal: any point outside, or runs.
    """

    counted: Counts
    is_collecting: Flags
    centre: Numbers
    lower: Numbers
    upper: Numbers
    sigma_z: Numbers
    outside: NDArray[np.int8]
    n_useful: Counts
    longest_run: Counts
    crossings: Counts
    runs_signal: Flags
    signal: Flags


def scan(
    values: Numbers, chart: Literal["run", "i", "c"] = "i", *, screen: bool = True, minimum_points: int = 12
) -> Scan:
    """Many series of values at once. values: [series, points], oldest first, NaN where missing; no infinities.

    The same as `analyse` of each row with Specification(chart, screen_moving_ranges=screen, minimum_points=...).

    >>> found = scan(np.array([[10.0, 14, 12], [5, np.nan, 5]]), minimum_points=0)
    >>> found.centre.tolist(), found.upper.round(2).tolist(), found.n_useful.tolist()
    ([12.0, 5.0], [19.98, nan], [2, 0])
    """
    values = np.asarray(values, dtype=np.float64)
    if np.isinf(values).any():
        raise BadPoint("A value is not a finite number.")
    out = _empty(*values.shape)
    for piece in _pieces(len(values)):
        y = np.ascontiguousarray(values[piece].T)
        there = None if not np.isnan(y).any() else ~np.isnan(y)
        counted = _count(there, y)
        collecting = counted < minimum_points if chart != "run" else np.zeros(len(counted), dtype=bool)
        sigma = np.full(len(counted), np.nan)
        if chart == "run":
            centre = _median(y)
        else:
            centre = _mean(y, there, counted)
            sigma = np.sqrt(centre) if chart == "c" else _moving_range_sigma(y, there, screen)
            if collecting.any():
                centre[collecting] = _median(y[:, collecting])
                sigma[collecting] = np.nan
        lower, upper = centre + -3 * sigma, centre + 3 * sigma
        if chart == "c":
            lower = np.maximum(0.0, lower)
        _write(out, piece, y, counted, collecting, centre, lower, upper)
        out.lower[piece], out.upper[piece] = lower, upper
    return out


def scan_shares(
    numerators: Numbers,
    denominators: Numbers,
    chart: Literal["p", "p'", "u", "u'"] = "p",
    *,
    screen: bool = True,
    minimum_points: int = 12,
) -> Scan:
    """Many series of parts and wholes at once, each [series, points], NaN where missing; 0 of 0 is missing too.

    The same as `analyse` of each row. Raises BadPoint for what `analyse` refuses.

    >>> scan_shares(np.array([[3.0, 1]]), np.array([[10.0, 10]]), minimum_points=0).centre.tolist()
    [0.2]
    """
    numerators = np.asarray(numerators, dtype=np.float64)
    denominators = np.asarray(denominators, dtype=np.float64)
    is_share = chart in {"p", "p'"}
    out = _empty(*numerators.shape)
    for piece in _pieces(len(numerators)):
        part, whole = np.ascontiguousarray(numerators[piece].T), np.ascontiguousarray(denominators[piece].T)
        _refuse(part, whole, is_share)
        there = ~(np.isnan(part) | np.isnan(whole)) & (whole != 0)
        safe = np.where(there, whole, 1.0)
        y = np.where(there, part / safe, np.nan)
        counted = _count(there, y)
        collecting = counted < minimum_points
        with np.errstate(invalid="ignore"):
            centre = _sum(np.where(there, part, 0.0)) / _sum(np.where(there, whole, 0.0))
        variance = centre * (1 - centre) if is_share else centre
        sigma = np.where(there, np.sqrt(variance / safe), np.nan)
        flat = ~(sigma > 0)
        z = np.where(flat, np.nan, (y - centre) / np.where(flat, 1.0, sigma))
        sigma_z = _moving_range_sigma(z, ~np.isnan(z), screen)
        if chart in {"p'", "u'"}:
            sigma = sigma * sigma_z
        if collecting.any():
            centre[collecting] = _median(y[:, collecting])
            sigma[:, collecting] = sigma_z[collecting] = np.nan
        lower, upper = np.maximum(0.0, centre + -3 * sigma), centre + 3 * sigma
        if is_share:
            lower, upper = np.minimum(1.0, lower), np.minimum(1.0, np.maximum(0.0, upper))
        _write(out, piece, y, counted, collecting, centre, lower, upper)
        out.sigma_z[piece] = sigma_z
    return out


def scan_weighted(values: Numbers, weights: Numbers, *, screen: bool = True, minimum_points: int = 12) -> Scan:
    """Many series of values with a weight each on I' charts, both [series, points], NaN where missing; weights > 0.

    The same as `analyse` of each row of Point(value=..., denominator=weight) with Specification("i'").

    >>> scan_weighted(np.array([[0.5, 1.0]]), np.array([[10.0, 30]]), minimum_points=0).centre.tolist()
    [0.875]
    """
    values, weights = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if np.isinf(values).any() or np.isinf(weights).any() or (weights <= 0).any():
        raise BadPoint("A value is not a finite number, or its weight is not above zero.")
    out = _empty(*values.shape)
    for piece in _pieces(len(values)):
        y, weight = np.ascontiguousarray(values[piece].T), np.ascontiguousarray(weights[piece].T)
        there = ~(np.isnan(y) | np.isnan(weight))
        y, weight = np.where(there, y, np.nan), np.where(there, weight, np.nan)
        counted = _count(there, y)
        collecting = counted < minimum_points
        with np.errstate(invalid="ignore"):
            centre = _sum(np.where(there, y * weight, 0.0)) / _sum(np.where(there, weight, 0.0))
            steps = math.sqrt(math.pi / 2) * np.abs(y[1:] - y[:-1]) / np.sqrt(1 / weight[1:] + 1 / weight[:-1])
        first = y[np.argmax(there, axis=0), np.arange(y.shape[1])]
        centre = np.where(((y == first) | ~there).all(axis=0), first, centre)  # a constant is its own mean
        sigma = _screened_mean(steps, there[1:] & there[:-1], screen, RANGE_LIMIT_WEIGHTED) / np.sqrt(weight)
        if collecting.any():
            centre[collecting] = _median(y[:, collecting])
            sigma[:, collecting] = np.nan
        _write(out, piece, y, counted, collecting, centre, centre + -3 * sigma, centre + 3 * sigma)
    return out


def _pieces(n: int) -> Iterator[slice]:
    return (slice(start, min(start + PIECE, n)) for start in range(0, n, PIECE))


def _empty(series: int, points: int) -> Scan:
    def numbers() -> Numbers:
        return np.full(series, np.nan)

    def counts() -> Counts:
        return np.zeros(series, dtype=np.int16)

    def flags() -> Flags:
        return np.zeros(series, dtype=bool)

    return Scan(
        counted=counts(),
        is_collecting=flags(),
        centre=numbers(),
        lower=numbers(),
        upper=numbers(),
        sigma_z=numbers(),
        outside=np.zeros((series, points), dtype=np.int8),
        n_useful=counts(),
        longest_run=counts(),
        crossings=counts(),
        runs_signal=flags(),
        signal=flags(),
    )


def _refuse(part: Numbers, whole: Numbers, is_share: bool) -> None:
    if np.isinf(part).any() or np.isinf(whole).any():
        raise BadPoint("A number is not finite.")
    if (whole < 0).any():
        raise BadPoint("A denominator is below zero.")
    if ((whole == 0) & (part != 0) & ~np.isnan(part)).any():
        raise BadPoint("There are events over a denominator of zero.")
    if is_share and ((part < 0) | (part > whole)).any():
        raise BadPoint("A share lies between none and all.")


def _count(there: Flags | None, y: Numbers) -> Counts:
    if there is None:
        return np.full(y.shape[1], y.shape[0], dtype=np.int16)
    counted: Counts = there.sum(axis=0, dtype=np.int16)
    return counted


def _sum(rows: Numbers) -> Numbers:
    """Row by row, and not by `sum`, whose order differs with the shape."""
    result = np.zeros(rows.shape[1])
    for row in rows:
        result += row
    return result


def _mean(rows: Numbers, there: Flags | None, counted: NDArray[Any]) -> Numbers:
    """As `averages.mean`: a second pass takes the rounding out. NaN of nothing."""
    with np.errstate(invalid="ignore"):
        if there is None:
            first: Numbers = _sum(rows) / counted
            rest = np.zeros(rows.shape[1])
            step = np.empty(rows.shape[1])
            for row in rows:
                np.subtract(row, first, out=step)
                rest += step
        else:
            first = _sum(np.where(there, rows, 0.0)) / counted
            rest = _sum(np.where(there, rows - first, 0.0))
        result: Numbers = first + rest / counted
    return result


def _moving_range_sigma(y: Numbers, there: Flags | None, screen: bool) -> Numbers:
    """The mean of the moving ranges / 1.128; NaN where there is none."""
    steps = np.subtract(y[1:], y[:-1])
    np.abs(steps, out=steps)
    pairs = None if there is None else there[1:] & there[:-1]
    sigma: Numbers = _screened_mean(steps, pairs, screen, RANGE_LIMIT) / SIGMA_PER_RANGE
    return sigma


def _screened_mean(steps: Numbers, pairs: Flags | None, screen: bool, factor: float) -> Numbers:
    """As `averages.screened_mean`; NaN where there is no step. pairs: which steps there are, None: all."""
    n = _count(pairs, steps)
    average = _mean(steps, pairs, n) if len(steps) else np.full(steps.shape[1], np.nan)
    if screen and len(steps):
        with np.errstate(invalid="ignore"):
            kept = steps < factor * average  # false beside a missing value, for NaN is never less
        left = kept.sum(axis=0, dtype=np.int16)
        # Where nothing is screened the mean stays; only the others are computed again.
        again = np.flatnonzero(left < n)
        if len(again):
            screened = _mean(np.ascontiguousarray(steps[:, again]), np.ascontiguousarray(kept[:, again]), left[again])
            average[again] = np.where(screened == 0, average[again], screened)
    return average


def _median(y: Numbers) -> Numbers:
    ordered = np.sort(y, axis=0)  # NaN last
    n = y.shape[0] - np.isnan(y).sum(axis=0)
    across = np.arange(y.shape[1])
    if not len(ordered):
        return np.full(y.shape[1], np.nan)
    low, high = ordered[np.maximum((n - 1) // 2, 0), across], ordered[np.minimum(n // 2, len(y) - 1), across]
    middle: Numbers = np.where(n % 2 == 1, low, (low + high) / 2)
    return middle


def _write(
    out: Scan,
    piece: slice,
    y: Numbers,
    counted: Counts,
    collecting: Flags,
    centre: Numbers,
    lower: Numbers,
    upper: Numbers,
) -> None:
    """Signals from lines. Comparisons with NaN are false, so that what is missing never raises one."""
    outside = (y > upper).view(np.int8) - (y < lower).view(np.int8)
    side = (y > centre).view(np.int8) - (y < centre).view(np.int8)
    n = y.shape[1]
    before = np.zeros(n, dtype=np.int8)
    useful, length, longest, crossings = (np.zeros(n, dtype=np.int16) for _ in range(4))
    for row in side:
        counts = row != 0
        crosses = row * before == -1
        crossings += crosses
        useful += counts
        length *= ~crosses
        length += counts
        np.maximum(longest, length, out=longest)
        np.copyto(before, row, where=counts)
    usual = np.array([0, *map(longest_run_max, range(1, len(y) + 1))], dtype=np.int16)
    fewest = np.array([0, *map(crossings_min, range(1, len(y) + 1))], dtype=np.int16)
    runs_signal = (longest > usual[useful]) | (crossings < fewest[useful])
    out.counted[piece] = counted
    out.is_collecting[piece] = collecting
    out.centre[piece] = centre
    out.outside[piece] = outside.T
    out.n_useful[piece] = useful
    out.longest_run[piece] = longest
    out.crossings[piece] = crossings
    out.runs_signal[piece] = runs_signal
    out.signal[piece] = runs_signal | outside.any(axis=0)
