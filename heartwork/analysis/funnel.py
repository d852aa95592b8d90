"""Funnels: groups of different size in one period, each against what its size alone would let us expect."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from heartwork.analysis.averages import total
from heartwork.analysis.points import BadPoint

NEAR, FAR = 1.959964, 3.090232  # normal quantiles: 95 % and 99.8 % lie within
FEWEST_GROUPS = 10  # with fewer, the estimate of overdispersion is not to be relied on


@dataclass(frozen=True, slots=True)
class FunnelGroup:
    """One group, in the order given. lower and upper hold 99.8 % of groups like it, near_lower and near_upper 95 %.

    These lines allow for tau2, the plain_ ones do not. Not measured (0 of 0): y and z are None.
    """

    y: float | None = None
    z: float | None = None
    sigma: float | None = None
    z_winsorised: float | None = None
    lower: float | None = None
    upper: float | None = None
    near_lower: float | None = None
    near_upper: float | None = None
    plain_lower: float | None = None
    plain_upper: float | None = None
    plain_near_lower: float | None = None
    plain_near_upper: float | None = None
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class Funnel:
    """A funnel. centre: all numerators over all denominators, None of nothing. phi: mean squared winsorised z.

    tau2: the variance between groups beyond chance, on the transformed scale. warnings: "few_groups" under 10.
    """

    centre: float | None
    phi: float | None
    tau2: float
    groups: tuple[FunnelGroup, ...]
    warnings: tuple[str, ...]


def funnel(groups: Sequence[tuple[float, float]], kind: Literal["proportion", "ratio"] = "proportion") -> Funnel:
    """Limits for groups given as (numerator, denominator), with additive overdispersion.

    "proportion": Y = asin sqrt(p), s = 1 / (2 sqrt n). "ratio" of two counts o / e: Y = log((o + .5) / (e + .5)),
    s^2 = o / (o + .5)^2 + e / (e + .5)^2, but lines are drawn with s = 1 / (2 sqrt e). z = (Y - centre) / s; z is held
    within its 10 % and 90 % quantiles (R's type 7); k groups, phi = mean z^2, w = 1 / s^2,
    tau2 = max(0, (k phi - (k - 1)) / (sum w - sum w^2 / sum w)).
    Source: Spiegelhalter 2005, Statistics in Medicine 24: 1185, and Quality and Safety in Health Care 14: 347.
    Raises BadPoint for a negative number, events over zero, or a proportion above one.

    >>> result = funnel([(10, 100), (10, 100), (25, 100)])
    >>> round(result.centre, 2), result.groups[0].y, result.warnings
    (0.15, 0.1, ('few_groups',))
    """
    for position, (part, whole) in enumerate(groups, 1):
        if part < 0 or whole < 0 or (whole == 0 and part > 0):
            raise BadPoint(f"Group {position} has {part:g} of {whole:g}.")
        if kind == "proportion" and part > whole:
            raise BadPoint(f"Group {position} has {part:g} of {whole:g}; a proportion lies between none and all.")
    events, exposure = total(part for part, _ in groups), total(whole for _, whole in groups)
    if not exposure:
        return Funnel(None, None, 0.0, (FunnelGroup(),) * len(groups), ("few_groups",))
    centre = events / exposure
    scores = [_score(part, whole, centre, kind) for part, whole in groups]
    z = [score[0] for score in scores if score is not None]
    low, high = _quantile(z, 0.1), _quantile(z, 0.9)
    k = len(z)
    phi = total(min(high, max(low, value)) ** 2 for value in z) / k if k else None
    weights = [1 / score[1] ** 2 for score in scores if score is not None]
    tau2 = 0.0
    if phi is not None and k > 1 and k * phi >= k - 1:
        sum_of_weights = total(weights)
        tau2 = max(0.0, (k * phi - (k - 1)) / (sum_of_weights - total(w * w for w in weights) / sum_of_weights))
    made = []
    for (part, whole), score in zip(groups, scores, strict=True):
        if not whole:
            made.append(FunnelGroup())
            continue
        y = part / whole
        plain, wide = 1 / (4 * whole), 1 / (4 * whole) + tau2
        lower, upper = _line(centre, -FAR, wide, kind), _line(centre, FAR, wide, kind)
        made.append(
            FunnelGroup(
                y=y,
                z=score[0] if score else None,
                sigma=score[1] if score else None,
                z_winsorised=min(high, max(low, score[0])) if score else None,
                lower=lower,
                upper=upper,
                near_lower=_line(centre, -NEAR, wide, kind),
                near_upper=_line(centre, NEAR, wide, kind),
                plain_lower=_line(centre, -FAR, plain, kind),
                plain_upper=_line(centre, FAR, plain, kind),
                plain_near_lower=_line(centre, -NEAR, plain, kind),
                plain_near_upper=_line(centre, NEAR, plain, kind),
                is_outside=not lower <= y <= upper,
            )
        )
    return Funnel(centre, phi, tau2, tuple(made), ("few_groups",) if k < FEWEST_GROUPS else ())


def _score(part: float, whole: float, centre: float, kind: str) -> tuple[float, float] | None:
    """z and its sigma, None where there is none."""
    if not whole:
        return None
    if kind == "proportion":
        sigma = 1 / (2 * math.sqrt(whole))
        return (math.asin(math.sqrt(part / whole)) - math.asin(math.sqrt(centre))) / sigma, sigma
    if not centre:
        return None
    sigma = math.sqrt(part / (part + 0.5) ** 2 + whole / (whole + 0.5) ** 2)
    return (math.log((part + 0.5) / (whole + 0.5)) - math.log(centre)) / sigma, sigma


def _line(centre: float, sigmas: float, variance: float, kind: str) -> float:
    sigma = math.sqrt(variance)
    if kind == "proportion":
        # Held to the quarter circle: beyond it the sine would turn back and draw the line on the wrong side.
        angle = math.asin(math.sqrt(centre)) + sigmas * sigma
        return math.sin(min(math.pi / 2, max(0.0, angle))) ** 2
    return centre * math.exp(sigmas * sigma) if centre else 0.0


def _quantile(values: Sequence[float], share: float) -> float:
    """The quantile, straight between neighbours (Hyndman and Fan's type 7); 0 of nothing."""
    if not values:
        return 0.0
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    below = math.floor(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])
