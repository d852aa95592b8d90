"""What is usual in a district in each period, and rare events joined until they can be looked at.

Arrays of [series, periods], oldest first, NaN where there is no value.
"""

import numpy as np

from heartwork.analysis.scan import Numbers

ENOUGH = 5.0  # events a period that the school in the middle leads one to expect: with fewer, its ratio says little


def times_as_usual(events: Numbers, wholes: Numbers) -> Numbers:
    """How many times as many events as usual each period has, 1 for a usual one; NaN where no school has a value.

    events, wholes: a row for each school. Each is set against its own rate of all periods (indirect standardization),
    and of these ratios the middle is taken, not the sum: one school that changes would move the sum, and all others
    would seem to change. Only where events are so rare that the middle would jump is it the ratio of the sums.

    >>> times_as_usual(np.array([[10.0, 30], [20, 60], [30, 10]]), np.full((3, 2), 100.0))
    array([0.5, 1.5])
    """
    there = ~(np.isnan(events) | np.isnan(wholes)) & (wholes > 0)
    events, wholes = np.where(there, events, 0.0), np.where(there, wholes, 0.0)
    total = wholes.sum(axis=1, keepdims=True)
    expected = wholes * np.divide(events.sum(axis=1, keepdims=True), total, out=np.zeros_like(total), where=total > 0)
    able = there & (expected > 0)
    times = np.full(events.shape[1], np.nan)
    periods = able.any(axis=0)
    if not periods.any():
        return np.where(there.any(axis=0), 1.0, times)
    if np.median(expected[able]) >= ENOUGH:
        ratios = np.where(able, events / np.where(able, expected, 1.0), np.nan)
        times[periods] = np.nanmedian(ratios[:, periods], axis=0)
    else:
        times[periods] = events.sum(axis=0)[periods] / expected.sum(axis=0)[periods]
    return times


def joined(values: Numbers, periods: int) -> Numbers:
    """So many neighbouring periods at a time added up; those left at the end join the last. NaN where none has any.

    >>> joined(np.array([[1.0, 2, np.nan, 4, 5]]), 2)
    array([[3., 9.]])
    """
    starts = np.arange(0, max(1, values.shape[1] - periods + 1), periods)
    there = np.add.reduceat((~np.isnan(values)).astype(int), starts, axis=1) > 0
    return np.where(there, np.add.reduceat(np.nan_to_num(values), starts, axis=1), np.nan)


def periods_to_join(mean_events: Numbers, fewest: float) -> Numbers:
    """How many periods to join until so many events come together; infinite where there is none.

    >>> periods_to_join(np.array([7.0, 2.0, 0.9, 0.0]), 2.0)
    array([ 1.,  1.,  3., inf])
    """
    with np.errstate(divide="ignore"):
        return np.maximum(1.0, np.ceil(fewest / mean_events))
