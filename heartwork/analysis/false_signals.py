"""How many signals luck alone would raise over many charts, to print beside the number that were found."""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Share of charts without any change that show a signal, by number of points. Simulated by
# scripts/simulate_false_signals.py: normal values, XmR limits from all points, screened moving ranges; 200,000 charts
# each for "anhoej" and "run" (median and runs only), 10,000 for the others (standard error at most 0.005).
TABLE: Mapping[str, Mapping[int, float]] = {
    "anhoej": {
        8: 0.0305,
        10: 0.0508,
        12: 0.0636,
        16: 0.0791,
        20: 0.1063,
        24: 0.1199,
        30: 0.1397,
        36: 0.1696,
        48: 0.194,
        60: 0.2304,
        80: 0.2908,
        100: 0.326,
    },
    "run": {
        8: 0.0,
        10: 0.0078,
        12: 0.0131,
        16: 0.0087,
        20: 0.0209,
        24: 0.0312,
        30: 0.0264,
        36: 0.0428,
        48: 0.0381,
        60: 0.0438,
        80: 0.062,
        100: 0.05,
    },
    "nhs": {
        8: 0.035,
        10: 0.0551,
        12: 0.07,
        16: 0.1067,
        20: 0.1484,
        24: 0.1915,
        30: 0.2353,
        36: 0.2989,
        48: 0.3869,
        60: 0.4809,
        80: 0.5801,
        100: 0.6602,
    },
    "ihi": {
        8: 0.086,
        10: 0.1512,
        12: 0.1856,
        16: 0.2822,
        20: 0.3842,
        24: 0.4467,
        30: 0.5443,
        36: 0.6334,
        48: 0.7505,
        60: 0.8366,
        80: 0.9139,
        100: 0.9572,
    },
    "western_electric": {
        8: 0.039,
        10: 0.0608,
        12: 0.0758,
        16: 0.1133,
        20: 0.1511,
        24: 0.1884,
        30: 0.2362,
        36: 0.2909,
        48: 0.3769,
        60: 0.4672,
        80: 0.5593,
        100: 0.6533,
    },
    "nelson": {
        8: 0.0446,
        10: 0.0692,
        12: 0.0862,
        16: 0.1358,
        20: 0.1824,
        24: 0.229,
        30: 0.2829,
        36: 0.3446,
        48: 0.4474,
        60: 0.5472,
        80: 0.6517,
        100: 0.7392,
    },
}


@dataclass(frozen=True, slots=True)
class FalseSignals:
    """charts: how many. expected: how many of them luck alone would mark. at_most: so many or fewer, in 95 of 100."""

    charts: int
    expected: float
    at_most: int


def chance_of_false_signal(points: int, rules: str = "anhoej", chart: str = "i", *, minimum_points: int = 12) -> float:
    """The chance that one chart with so many points and no change at all shows a signal, 0 to 1.

    Read from the table, straight between its lines; beyond 100 points at the rate of the last 20. A run chart, and a
    chart still collecting, has runs only (with rules other than "anhoej": their whole table, which is too high).
    The table holds for XmR charts of independent, roughly normal values. Simulated for other charts without change, at
    24 points with "anhoej" (table: 0.12): P and C about 0.08 to 0.10, P' and U' 0.11 to 0.13, but up to 0.17 where a
    period has only two or three events. Values that take after the one before (correlation 0.3): 0.34. A P chart whose
    shares vary more than chance signals nearly always; that is what P' is for.

    >>> chance_of_false_signal(24) < chance_of_false_signal(24, "nhs")
    True
    """
    if rules == "anhoej" and (chart == "run" or points < minimum_points):
        rules = "run"
    table = TABLE[rules]
    known = sorted(table)
    if points <= known[0]:
        return table[known[0]] * max(0, points - 1) / (known[0] - 1)
    if points > known[-1]:
        before, last = known[-2:]
        rate = math.log((1 - table[last]) / (1 - table[before])) / (last - before)
        return 1 - (1 - table[last]) * math.exp(min(0.0, rate) * (points - last))
    above = bisect_left(known, points)
    low, high = known[above - 1], known[above]
    return table[low] + (table[high] - table[low]) * (points - low) / (high - low)


def expected_false_signals(
    points: Sequence[int], rules: str = "anhoej", chart: str = "i", *, minimum_points: int = 12
) -> FalseSignals:
    """How many of some charts would show a signal if nothing had changed anywhere.

    points: of each chart. at_most is the 95 % quantile of a binomial with the mean chance. Charts of the same students
    rise and fall together; luck then comes in clusters, and at_most is too low.

    >>> found = expected_false_signals([24] * 100)
    >>> round(found.expected), found.at_most
    (12, 18)
    """
    chances = {n: chance_of_false_signal(n, rules, chart, minimum_points=minimum_points) for n in set(points)}
    expected = math.fsum(chances[n] for n in points)
    charts = len(points)
    return FalseSignals(charts, expected, binomial_quantile(0.95, charts, expected / charts) if charts else 0)


def binomial_quantile(share: float, trials: int, chance: float) -> int:
    """The smallest k with P(X <= k) >= share, for X of so many trials.

    >>> binomial_quantile(0.95, 10, 0.5)
    8
    """
    if chance <= 0:
        return 0
    if chance >= 1:
        return trials
    so_far = 0.0
    for k in range(trials + 1):
        ways = math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1)
        so_far += math.exp(ways + k * math.log(chance) + (trials - k) * math.log1p(-chance))
        if so_far >= share:
            return k
    return trials
