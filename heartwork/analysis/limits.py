"""Centre and limits of one phase, for each chart: the formulas and nothing else.

Numbers in brackets are equations of D. C. Montgomery, "Introduction to Statistical Quality Control". Limits stand three
sigma from the centre, near limits two.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from heartwork.analysis.averages import mean, median, moving_ranges, screened_mean, total, weighted_mean
from heartwork.analysis.lines import Limits, Values, level, no_limits, present, stepped, taken
from heartwork.analysis.points import BadPoint, Columns
from heartwork.analysis.specification import Specification

SIGMA_PER_RANGE = 1.128  # d2 for pairs: the mean moving range of normal values is 1.128 sigma [6.33]
RANGE_LIMIT = 3.267  # D4 for pairs: three sigma of a moving range, in mean moving ranges
RANGE_LIMIT_WEIGHTED = 3.2665  # the same, as commonly written for I' charts
NHS_WIDTH = 2.66  # Making Data Count rounds 3 / 1.128 so
GEOMETRIC_MEDIAN = 0.693  # log 2, rounded (Provost and Murray 2011: 228)
TIME_POWER = 3.6  # Nelson 1994, J. Quality Technology 26: 239


def median_only(y: Values, base: Sequence[bool], given: float | None) -> Limits:
    """A run chart: the median of the baseline."""
    centre = median(present(y, base)) if given is None else given
    return no_limits(y, centre)


def limits(points: Columns, base: Sequence[bool], specification: Specification) -> Limits:
    """Centre and limits of one phase. base: which points they are taken from. Where a formula has no answer: None."""
    return _FORMULAS[specification.chart](points, base, specification)


def plotted(points: Columns, chart: str) -> Values:
    """What the chart shows of each point."""
    if chart == "mr":
        steps = [None if a is None or b is None else abs(b - a) for a, b in pairwise(points.y)]
        return [None, *steps] if points.y else []
    if chart == "s":
        return points.sd
    if chart == "c":
        return [y if part is None else part for y, part in zip(points.y, points.numerator, strict=True)]
    return points.y


def _run(points: Columns, base: Sequence[bool], specification: Specification) -> Limits:
    return median_only(points.y, base, specification.given_centre)


def _individuals(points: Columns, base: Sequence[bool], specification: Specification) -> Limits:
    """I: mean, and the mean moving range of the baseline / 1.128 [6.33]. An excluded point leaves its neighbours side
    by side; a missing one does not."""
    given = specification.given_centre
    centre = mean(present(points.y, base)) if given is None else given
    average, warning = screened_mean(
        moving_ranges(taken(points.y, base)), RANGE_LIMIT, specification.screen_moving_ranges
    )
    if average is None:
        return no_limits(points.y, centre, *([warning] if warning else []))
    sigma = average * (NHS_WIDTH / 3) if specification.rules == "nhs" else average / SIGMA_PER_RANGE
    return level(points.y, centre, sigma, warnings=(warning,) if warning else ())


def _moving_range(points: Columns, base: Sequence[bool], specification: Specification) -> Limits:
    """MR: the steps themselves, upper limit 3.267 times their mean, lower limit 0."""
    y = plotted(points, "mr")
    given = specification.given_centre
    centre = mean(present(y, base)) if given is None else given
    n = len(y)
    zero: Values = [0.0] * n
    if centre is None:
        return replace(no_limits(y, None), lower=zero, near_lower=zero)
    return Limits(y, centre, zero, [RANGE_LIMIT * centre] * n, zero, [RANGE_LIMIT / 3 * 2 * centre] * n)


def _weighted_individuals(points: Columns, base: Sequence[bool], specification: Specification) -> Limits:
    """I': as I, for ratios of unequal weight n: a step counts sqrt(pi / 2) |y_i - y_j| / sqrt(1/n_i + 1/n_j), and sigma
    at a point is the mean of those / sqrt(n). (Taylor 2018, "Normalized Individuals Chart".)"""
    weight = [None if y is None else (1.0 if n is None else n) for y, n in zip(points.y, points.weight, strict=True)]
    pairs = [(y, n) if y is not None and n else None for y, n in zip(points.y, weight, strict=True)]
    of_baseline = [pair for pair, counts in zip(pairs, base, strict=True) if counts]
    centre = specification.given_centre
    if centre is None:
        centre = weighted_mean([pair for pair in of_baseline if pair])
    stretch = pairs if specification.spread == "phase" else of_baseline
    steps = [
        math.sqrt(math.pi / 2) * abs(b[0] - a[0]) / math.sqrt(1 / a[1] + 1 / b[1])
        for a, b in pairwise(stretch)
        if a and b
    ]
    average, warning = screened_mean(steps, RANGE_LIMIT_WEIGHTED, specification.screen_moving_ranges)
    sigma: Values = [average / math.sqrt(n) if average is not None and n else None for n in weight]
    return stepped(points.y, centre, sigma, warnings=(warning,) if warning else ())


def _pooled_sd(points: Columns, base: Sequence[bool]) -> float | None:
    """The mean of the subgroups' standard deviations when they are of one size [6.29], else pooled [6.31]."""
    of_baseline = [(size, sd) for size, sd, counts in zip(points.size, points.sd, base, strict=True) if counts and size]
    sds = [(size, sd) for size, sd in of_baseline if sd is not None]
    if not sds:
        return None
    if len({size for size, _ in of_baseline}) == 1:
        return mean([sd for _, sd in sds])
    return math.sqrt(total((size - 1) * sd * sd for size, sd in sds) / total(size - 1 for size, _ in sds))


@lru_cache(maxsize=1024)
def c4(n: int) -> float:
    """The mean of the standard deviation of n normal values, n >= 2, in sigmas.

    >>> round(c4(2), 4), round(c4(5), 4)
    (0.7979, 0.94)
    """
    return math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))


def _subgroup_mean(points: Columns, base: Sequence[bool], specification: Specification) -> Limits:
    """Xbar: the mean of all baseline values, sigma = Sp / (c4(n) sqrt(n)), that is A3 Sp [6.30, 6.31]."""
    centre = specification.given_centre
    if centre is None:
        sizes = zip(points.y, points.size, base, strict=True)
        centre = weighted_mean([(y, size) for y, size, counts in sizes if counts and y is not None])
    pooled = _pooled_sd(points, base)
    sigma: Values = [
        pooled / (c4(size) * math.sqrt(size)) if pooled is not None and size > 1 else None for size in points.size
    ]
    return stepped(points.y, centre, sigma)


def _subgroup_sd(points: Columns, base: Sequence[bool], specification: Specification) -> Limits:
    """S: Sp, and B3 and B4 times it: Sp (1 -+ 3 sqrt(1 - c4^2) / c4), not below zero [6.29, 6.31]."""
    centre = _pooled_sd(points, base) if specification.given_centre is None else specification.given_centre
    sigma: Values = [
        centre * math.sqrt(1 - c4(size) ** 2) / c4(size) if centre is not None and size > 1 else None
        for size in points.size
    ]
    return stepped(points.sd, centre, sigma, floor=0)


def _time_between(points: Columns, base: Sequence[bool], specification: Specification) -> Limits:
    """T: an I chart of y ** (1 / 3.6), drawn back, not below zero; a near limit below is left out."""
    for label, y in zip(points.labels, points.y, strict=True):
        if y is not None and y <= 0:
            raise BadPoint(f"Point {label} is {y:g}; the time between two events is above zero on a T chart.")
    given = specification.given_centre
    root: Values = [None if y is None else y ** (1 / TIME_POWER) for y in points.y]
    of_baseline = taken(root, base)
    centre = mean([y for y in of_baseline if y is not None]) if given is None else given ** (1 / TIME_POWER)
    average, warning = screened_mean(moving_ranges(of_baseline), RANGE_LIMIT, specification.screen_moving_ranges)
    sigma = None if average is None else average / SIGMA_PER_RANGE
    inner = level(root, centre, sigma, warnings=(warning,) if warning else ())

    def back(line: Values, below: float | None) -> Values:
        return [None if v is None else (below if v < 0 else v**TIME_POWER) for v in line]

    return Limits(
        back(root, None),
        None if centre is None else centre**TIME_POWER,
        [0.0] * len(root) if sigma is None else back(inner.lower, 0.0),
        back(inner.upper, 0.0),
        back(inner.near_lower, None),
        back(inner.near_upper, 0.0),
        inner.middle,
        inner.sigma,
        None,
        inner.warnings,
        root,
    )


def _cases_between(points: Columns, base: Sequence[bool], specification: Specification) -> Limits:
    """G: limits around the mean m, sigma = sqrt(m (m + 1)) (Montgomery: 319); the drawn centre is the median, so that
    runs can be counted (Provost and Murray 2011: 228)."""
    y, given = present(points.y, base), specification.given_centre
    middle = mean(y) if given is None else given
    around = level(points.y, middle, None if middle is None else math.sqrt(middle * (middle + 1)), floor=0)
    centre = median(y) if given is None else GEOMETRIC_MEDIAN * given
    return replace(around, centre=centre)


def _counts(points: Columns, base: Sequence[bool], specification: Specification) -> Limits:
    """C: the mean count, sigma = its square root [7.17]."""
    y = plotted(points, "c")
    centre = mean(present(y, base)) if specification.given_centre is None else specification.given_centre
    return level(y, centre, None if centre is None else math.sqrt(centre), floor=0)


def _shares(points: Columns, base: Sequence[bool], specification: Specification) -> Limits:
    """P: all of the baseline, p = sum / sum, sigma = sqrt(p (1 - p) / n). U: u = sum / sum, sigma = sqrt(u / n) [7.19].
    P' and U' (Laney 2002): sigma times sigma_z, the mean moving range of z = (y - centre) / sigma, / 1.128."""
    chart = specification.chart
    ceiling = 1.0 if chart in {"p", "p'"} else math.inf
    centre = specification.given_centre
    if centre is None:
        complete = [
            (part, whole)
            for part, whole, counts in zip(points.numerator, points.weight, base, strict=True)
            if counts and part is not None and whole
        ]
        if complete:
            centre = total(part for part, _ in complete) / total(whole for _, whole in complete)
    if centre is None:
        return no_limits(points.y, None)
    variance = centre * (1 - centre) if ceiling == 1 else centre
    sigma: Values = [math.sqrt(variance / whole) if whole else None for whole in points.weight]
    z: Values = [None if y is None or not s else (y - centre) / s for y, s in zip(points.y, sigma, strict=True)]
    average, warning = screened_mean(moving_ranges(taken(z, base)), RANGE_LIMIT, specification.screen_moving_ranges)
    sigma_z = None if average is None else average / SIGMA_PER_RANGE
    if chart in {"p", "u"}:
        return stepped(points.y, centre, sigma, 0, ceiling, sigma_z)
    widened: Values = [s * sigma_z if s is not None and sigma_z is not None else None for s in sigma]
    return stepped(points.y, centre, widened, 0, ceiling, sigma_z, (warning,) if warning else ())


_FORMULAS: Mapping[str, Callable[[Columns, Sequence[bool], Specification], Limits]] = {
    "run": _run,
    "i": _individuals,
    "mr": _moving_range,
    "i'": _weighted_individuals,
    "xbar": _subgroup_mean,
    "s": _subgroup_sd,
    "t": _time_between,
    "g": _cases_between,
    "c": _counts,
    "u": _shares,
    "u'": _shares,
    "p": _shares,
    "p'": _shares,
}
