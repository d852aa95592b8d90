"""How many signals luck alone would raise over many charts, to print beside the number that were found."""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

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

# The same with "anhoej" where values are skewed, as rare events are: a line for each of SKEWNESS. 20,000 charts each.
# "i": limits taken from the points (I, I', P', U'). "p": limits from theory (P, U, C). "runs": runs around a mean.
SKEWNESS = (0.0, 0.15, 0.3, 0.45, 0.7)
SKEWED: Mapping[str, tuple[tuple[float, ...], ...]] = {
    "i": (
        (0.030, 0.054, 0.065, 0.081, 0.108, 0.123, 0.138, 0.165, 0.196, 0.234, 0.293, 0.325),  # 0.0
        (0.030, 0.050, 0.066, 0.086, 0.112, 0.123, 0.144, 0.174, 0.206, 0.242, 0.309, 0.339),  # 0.15
        (0.032, 0.056, 0.068, 0.090, 0.122, 0.138, 0.160, 0.196, 0.228, 0.280, 0.345, 0.389),  # 0.3
        (0.036, 0.062, 0.076, 0.103, 0.135, 0.158, 0.187, 0.231, 0.287, 0.330, 0.416, 0.471),  # 0.45
        (0.052, 0.082, 0.101, 0.142, 0.198, 0.226, 0.273, 0.333, 0.396, 0.464, 0.577, 0.641),  # 0.7
    ),
    "p": (
        (0.010, 0.027, 0.036, 0.046, 0.075, 0.088, 0.100, 0.126, 0.151, 0.190, 0.248, 0.271),  # 0.0
        (0.012, 0.027, 0.039, 0.050, 0.082, 0.090, 0.109, 0.140, 0.164, 0.195, 0.262, 0.288),  # 0.15
        (0.014, 0.032, 0.043, 0.055, 0.090, 0.106, 0.124, 0.163, 0.184, 0.232, 0.296, 0.335),  # 0.3
        (0.020, 0.041, 0.051, 0.073, 0.105, 0.128, 0.154, 0.196, 0.244, 0.286, 0.366, 0.410),  # 0.45
        (0.031, 0.055, 0.072, 0.108, 0.160, 0.188, 0.226, 0.283, 0.336, 0.396, 0.500, 0.554),  # 0.7
    ),
    "runs": (
        (0.000, 0.012, 0.016, 0.017, 0.035, 0.041, 0.037, 0.055, 0.048, 0.053, 0.072, 0.059),  # 0.0
        (0.000, 0.012, 0.017, 0.019, 0.038, 0.041, 0.043, 0.059, 0.050, 0.056, 0.077, 0.059),  # 0.15
        (0.001, 0.013, 0.017, 0.019, 0.041, 0.043, 0.040, 0.063, 0.054, 0.062, 0.084, 0.066),  # 0.3
        (0.001, 0.014, 0.017, 0.022, 0.042, 0.046, 0.047, 0.068, 0.063, 0.071, 0.096, 0.077),  # 0.45
        (0.002, 0.020, 0.022, 0.031, 0.064, 0.066, 0.071, 0.107, 0.104, 0.121, 0.176, 0.160),  # 0.7
    ),
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
    return _between(TABLE[rules], points)


def _between(chances: Sequence[float], points: int) -> float:
    if points <= POINTS[0]:
        return chances[0] * max(0, points - 1) / (POINTS[0] - 1)
    if points > POINTS[-1]:
        rate = math.log((1 - chances[-1]) / (1 - chances[-2])) / (POINTS[-1] - POINTS[-2])
        return 1 - (1 - chances[-1]) * math.exp(min(0.0, rate) * (points - POINTS[-1]))
    above = bisect_left(POINTS, points)
    way = (points - POINTS[above - 1]) / (POINTS[above] - POINTS[above - 1])
    return chances[above - 1] + (chances[above] - chances[above - 1]) * way


def chance_where_skewed(points: int, looked_at: str, skewness: float) -> float:
    """The chance that one chart without any change shows a signal by the rules "anhoej", 0 to 1.

    looked_at: "i", "p", "runs" (see SKEWED), or "run": a run chart. skewness: of one value; for so many events on
    average 1 / sqrt(events), for a share see `skewness_of`. Straight between the lines of the table.

    >>> chance_where_skewed(24, "i", 0.0) < chance_where_skewed(24, "i", 0.4)
    True
    """
    if looked_at == "run":
        return chance_of_false_signal(points, chart="run")
    rows = [_between(row, points) for row in SKEWED[looked_at]]
    at = min(max(1, bisect_left(SKEWNESS, skewness)), len(SKEWNESS) - 1)
    way = min(1.0, (skewness - SKEWNESS[at - 1]) / (SKEWNESS[at] - SKEWNESS[at - 1]))
    return rows[at - 1] + (rows[at] - rows[at - 1]) * way


def skewness_of(events: Numbers, wholes: Numbers | None = None) -> Numbers:
    """The skewness, without sign, of counts of so many events, or with wholes of so many out of so many; inf of none.

    >>> skewness_of(np.array([4.0, 0.0])), skewness_of(np.array([5.0]), np.array([25.0])).round(2)
    (array([0.5, inf]), array([0.3]))
    """
    share = np.zeros(len(events))
    if wholes is not None:
        np.divide(events, wholes, out=share, where=wholes > 0)
    variance = events * np.maximum(0.0, 1 - share)
    skewness = np.full(len(events), np.inf)
    np.divide(np.abs(1 - 2 * share), np.sqrt(variance), out=skewness, where=variance > 0)
    return skewness


def expected_false_signals(
    points: Sequence[int], rules: str = "anhoej", chart: str = "i", *, minimum_points: int = 12
) -> FalseSignals:
    """How many of some charts would show a signal if nothing had changed anywhere, each of other people.

    points: of each chart. As `false_signals_of` of the chance of each.

    >>> found = expected_false_signals([24] * 100)
    >>> round(found.expected), found.at_most
    (12, 18)
    """
    chances = {n: chance_of_false_signal(n, rules, chart, minimum_points=minimum_points) for n in set(points)}
    return false_signals_of([chances[n] for n in points])


def false_signals_of(chances: Sequence[float], together: float = 0.0) -> FalseSignals:
    """How many of some charts would show a signal by luck, each with its own chance.

    together: how much the charts rise and fall together, the sum over all ordered pairs of the covariance of their
    signals (`covariance_of_shared_people`). The 95 % quantile of a binomial with the mean chance is moved away from
    the mean in proportion to the standard deviation, as wide as it is with that covariance (the design effect of
    cluster samples; Kish 1965, Survey Sampling: 161).

    >>> false_signals_of([0.12] * 100).at_most, false_signals_of([0.12] * 100, together=10.56).at_most
    (18, 21)
    """
    expected, charts = math.fsum(chances), len(chances)
    if not expected:
        return FalseSignals(charts, 0.0, 0)
    alone = math.fsum(chance * (1 - chance) for chance in chances)
    wider = math.sqrt(1 + together / alone) if alone else 1.0
    plain = binomial_quantile(0.95, charts, expected / charts)
    return FalseSignals(charts, expected, min(charts, math.ceil(expected + (plain - expected) * wider - 1e-9)))


def covariance_of_shared_people(chances: Sequence[float], people: Sequence[float], kinds: Sequence[str]) -> float:
    """At most how much the charts of one place rise and fall together, as they are about the same people.

    chances, people, kinds: of each chart, its chance of a false signal, how many people it is about, and of which kind
    of group they are; "all": everyone of the place. Groups of one kind share nobody.
    Two values correlate by r, the share of people in both: r^2 = (in both)^2 / (in one x in the other), for a group
    within everyone group / everyone. How many two groups of different kinds share is not known: the smaller is taken to
    lie within the larger. Their signals correlate by less than r^4 (simulated for 12 to 60 normal points: 0.12 at r^2
    of 0.5, 0.29 at 0.75, 0.48 at 0.9). So the true covariance is smaller, as a rule less than half.

    >>> round(covariance_of_shared_people([0.12, 0.12], [100, 50], ["all", "disability"]), 4)  # 2 x 0.25 x 0.12 x 0.88
    0.0528
    """
    chance, many, kind = np.asarray(chances), np.asarray(people, dtype=np.float64), np.asarray(kinds, dtype=object)
    many = np.where(many > 0, many, np.nan)
    spread = np.sqrt(chance * (1 - chance))
    r_squared = np.minimum.outer(many, many) / np.maximum.outer(many, many)
    others = kind[:, np.newaxis] != kind
    return float(np.nansum(np.where(others, np.outer(spread, spread) * r_squared**2, 0.0)))


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
