"""The lines of one phase: how they are laid from a centre and a sigma, and what they are taken from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

Values = list[float | None]


@dataclass(slots=True)
class Limits:
    """One phase: what is plotted, and the lines. sigma: at each point, around the middle of the limits."""

    y: Values
    centre: float | None
    lower: Values
    upper: Values
    near_lower: Values
    near_upper: Values
    middle: float | None = None
    sigma: Sequence[float | None] = ()
    sigma_z: float | None = None
    warnings: tuple[str, ...] = ()
    even: Values | None = None  # y on the scale on which the limits are symmetric, where that is another

    def score(self) -> Values:
        """How far each point is from the middle of its limits, in sigmas."""
        if self.middle is None:
            return [None] * len(self.y)
        y = self.y if self.even is None else self.even
        return [None if v is None or not s else (v - self.middle) / s for v, s in zip(y, self.sigma, strict=True)]

    def times(self, scale: float) -> "Limits":
        """The same on a drawn scale."""

        def drawn(line: Values) -> Values:
            return [None if value is None else value * scale for value in line]

        return replace(
            self,
            y=drawn(self.y),
            centre=None if self.centre is None else self.centre * scale,
            lower=drawn(self.lower),
            upper=drawn(self.upper),
            near_lower=drawn(self.near_lower),
            near_upper=drawn(self.near_upper),
        )


def no_limits(y: Values, centre: float | None, *warnings: str) -> Limits:
    """A centre line only."""
    none: Values = [None] * len(y)
    return Limits(y, centre, none, none, none, none, warnings=warnings)


def taken(values: Values, base: Sequence[bool]) -> Values:
    """The values of the baseline, missing ones among them."""
    if False not in base:
        return values
    return [value for value, counts in zip(values, base, strict=True) if counts]


def present(values: Values, base: Sequence[bool]) -> list[float]:
    """The values of the baseline that were measured."""
    return [value for value in taken(values, base) if value is not None]


def level(
    y: Values, centre: float | None, sigma: float | None, floor: float = -math.inf, warnings: tuple[str, ...] = ()
) -> Limits:
    """Limits that are the same at each point."""
    if centre is None or sigma is None:
        return no_limits(y, centre, *warnings)
    n = len(y)
    return Limits(
        y,
        centre,
        [max(floor, centre - 3 * sigma)] * n,
        [centre + 3 * sigma] * n,
        [max(floor, centre - 2 * sigma)] * n,
        [centre + 2 * sigma] * n,
        centre,
        [sigma] * n,
        warnings=warnings,
    )


def stepped(
    y: Values,
    centre: float | None,
    sigma: Values,
    floor: float = -math.inf,
    ceiling: float = math.inf,
    sigma_z: float | None = None,
    warnings: tuple[str, ...] = (),
) -> Limits:
    """Limits that differ from point to point."""
    if centre is None:
        return no_limits(y, None, *warnings)

    def line(times: float) -> Values:
        return [
            None if s is None else floor if (at := centre + times * s) < floor else ceiling if at > ceiling else at
            for s in sigma
        ]

    return Limits(y, centre, line(-3), line(3), line(-2), line(2), centre, sigma, sigma_z, warnings)
