"""How many signals luck alone would raise over many charts, to print beside the number that were found."""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Share of charts without any change that show a signal, by number of points. Simulated by
# scripts/simulate_false_signals.py: normal values, XmR limits from all points, screened moving ranges; 200,000 charts
# each for "anhoej" and "run" (median and runs only), 10,000 for the others (standard error at most 0.005).
POINTS = (8, 10, 12, 16, 20, 24, 30, 36, 48, 60, 80, 100)
TABLE: Mapping[str, tuple[float, ...]] = {
    "anhoej": (0.030, 0.051, 0.064, 0.079, 0.106, 0.120, 0.140, 0.170, 0.194, 0.230, 0.291, 0.326),
    "run": (0.000, 0.008, 0.013, 0.009, 0.021, 0.031, 0.026, 0.043, 0.038, 0.044, 0.062, 0.050),
    "nhs": (0.035, 0.055, 0.070, 0.107, 0.148, 0.192, 0.235, 0.299, 0.387, 0.481, 0.580, 0.660),
    "ihi": (0.086, 0.151, 0.186, 0.282, 0.384, 0.447, 0.544, 0.633, 0.750, 0.837, 0.914, 0.957),
    "western_electric": (0.039, 0.061, 0.076, 0.113, 0.151, 0.188, 0.236, 0.291, 0.377, 0.467, 0.559, 0.653),
    "nelson": (0.045, 0.069, 0.086, 0.136, 0.182, 0.229, 0.283, 0.345, 0.447, 0.547, 0.652, 0.739),
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
    chances = TABLE[rules]
    if points <= POINTS[0]:
        return chances[0] * max(0, points - 1) / (POINTS[0] - 1)
    if points > POINTS[-1]:
        rate = math.log((1 - chances[-1]) / (1 - chances[-2])) / (POINTS[-1] - POINTS[-2])
        return 1 - (1 - chances[-1]) * math.exp(min(0.0, rate) * (points - POINTS[-1]))
    above = bisect_left(POINTS, points)
    way = (points - POINTS[above - 1]) / (POINTS[above] - POINTS[above - 1])
    return chances[above - 1] + (chances[above] - chances[above - 1]) * way


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
