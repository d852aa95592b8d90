"""Where differences lie: between schools, between sections within a school, or between students within a section."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

FEWEST_SCHOOLS = 10  # with fewer, an interval from resampling schools is too narrow to be relied on


@dataclass(frozen=True, slots=True)
class Component:
    """One level. variance in squared units; share of all variance, 0 to 1, with its interval (None: one school)."""

    level: Literal["school", "section", "student"]
    variance: float
    share: float | None
    share_lower: float | None
    share_upper: float | None


@dataclass(frozen=True, slots=True)
class VarianceComponents:
    """The levels, widest first, and what they were computed from. warnings: "few_schools", "nothing_within"."""

    components: tuple[Component, ...]
    students: int
    sections: int
    schools: int
    warnings: tuple[str, ...]


def variance_components(
    values: Sequence[float] | Numbers,
    schools: Sequence[Hashable],
    sections: Sequence[Hashable] | None = None,
    *,
    seed: int,
    resamples: int = 1000,
    confidence: float = 0.95,
) -> VarianceComponents:
    """How much of the variance of a measure lies at each level, nested and of any sizes.

    values: one a student, finite; 0 and 1 for yes and no (shares are then on the scale of proportions). schools,
    sections: each student's; a section is told apart within its school. Without sections: two levels.
    Method of moments from the analysis of variance, negative estimates set to zero (Searle, Casella and McCulloch 1992,
    "Variance Components": 69-78, 429). Interval: percentiles when whole schools are drawn again with replacement,
    `resamples` times from `seed`; with few schools it is too narrow, and the warning "few_schools" says so.
    Raises ValueError when lengths differ or a value is not finite.

    >>> [c.variance for c in variance_components([1, 3, 5, 7], ["Elm", "Elm", "Oak", "Oak"], seed=1).components]
    [7.0, 2.0]
    """
    y = np.asarray(values, dtype=np.float64)
    if len(schools) != len(y) or (sections is not None and len(sections) != len(y)):
        raise ValueError("Each value has a school and, where there are any, a section.")
    if not np.isfinite(y).all():
        raise ValueError("Values are finite numbers; leave out what was not measured.")
    school = _numbered(schools)
    section = school if sections is None else _numbered(list(zip(school.tolist(), sections, strict=True)))
    sums = _sums_by_school(y, school, section)
    levels: tuple[Literal["school", "section", "student"], ...] = ("school", "section", "student")
    variances = _components(sums.sum(axis=0, keepdims=True))[0]
    share = _shares(variances[None])[0]
    low, high = np.full(3, np.nan), np.full(3, np.nan)
    if len(sums) > 1:
        drawn = np.random.default_rng(seed).multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=resamples)
        shares = _shares(_components(drawn @ sums))
        tail = (1 - confidence) / 2
        if np.isfinite(shares).any():
            low, high = np.nanquantile(shares, [tail, 1 - tail], axis=0)
    kept = [i for i, level in enumerate(levels) if sections is not None or level != "section"]
    components = tuple(
        Component(levels[i], float(variances[i]), *(_or_none(line[i]) for line in (share, low, high))) for i in kept
    )
    warnings = [
        *(["few_schools"] if len(sums) < FEWEST_SCHOOLS else []),
        *(["nothing_within"] if len(y) == (int(section.max()) + 1 if len(y) else 0) else []),
    ]
    return VarianceComponents(
        components, len(y), 0 if sections is None else len(np.unique(section)), len(sums), tuple(warnings)
    )


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _numbered(names: Sequence[Hashable]) -> NDArray[np.intp]:
    """0, 1, 2 ... in order of first appearance."""
    numbers: dict[Hashable, int] = {}
    return np.fromiter((numbers.setdefault(name, len(numbers)) for name in names), dtype=np.intp, count=len(names))


def _sums_by_school(y: Numbers, school: NDArray[np.intp], section: NDArray[np.intp]) -> Numbers:
    """For each school the sums that the analysis of variance needs, so that drawing schools again is one product:
    students n, sections, 1, sum y, n mean^2, squares between sections, squares within, sum of n_ij^2 / n_i,
    sum of n_ij^2, n^2."""
    if not len(y):
        return np.zeros((0, 10))
    y = y - y.mean()  # moves nothing but the rounding
    n_section = np.bincount(section).astype(np.float64)
    of_school = np.zeros(len(n_section), dtype=np.intp)
    of_school[section] = school
    mean_section = np.bincount(section, y) / n_section
    n = np.bincount(school).astype(np.float64)
    total = np.bincount(school, y)
    mean = total / n
    between = np.bincount(of_school, n_section * (mean_section - mean[of_school]) ** 2, len(n))
    within = np.bincount(school, (y - mean_section[section]) ** 2)
    squares = np.bincount(of_school, n_section**2, len(n))
    count = np.bincount(of_school, minlength=len(n)).astype(np.float64)
    return np.stack(
        [n, count, np.ones(len(n)), total, n * mean**2, between, within, squares / n, squares, n**2], axis=1
    )


def _components(sums: Numbers) -> Numbers:
    """Variances of school, section and student from summed sums; each row is one set of schools."""
    n, sections, schools, total, squares, between, within, k1, k2, k3 = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        student = np.where(n > sections, within / (n - sections), 0.0)
        k = n - k1
        section = np.where(sections > schools, np.maximum(0.0, (between - (sections - schools) * student) / k), 0.0)
        above = squares - total**2 / n - (schools - 1) * student - (k1 - k2 / n) * section
        school = np.where(schools > 1, np.maximum(0.0, above / (n - k3 / n)), 0.0)
    return np.stack([school, section, student], axis=1)


def _shares(variances: Numbers) -> Numbers:
    whole = variances.sum(axis=1, keepdims=True)
    shares: Numbers = np.divide(variances, whole, out=np.full_like(variances, np.nan), where=whole > 0)
    return shares
