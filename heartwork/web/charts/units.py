"""How the numbers of a chart are written: percent, a rate, a plain number or minutes, in the reader's language."""

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext


@dataclass(frozen=True)
class Unit:
    """What a number counts, in drawn units: percent 0 to 100. least, most: where its scale ends by nature."""

    kind: Literal["percent", "rate", "number", "minutes"]
    decimals: int = 0
    per: int = 100
    least: float | None = 0
    most: float | None = None

    def words(self, value: float) -> str:
        """The number with its unit: "53%", "4.2 per 100", "12", "14 min"."""
        return self._with_unit(number(value, self.decimals), is_short=False)

    @property
    def factor(self) -> float:
        """What a share of one is multiplied by to be drawn: 100 for percent, what a rate is per, else 1."""
        return {"percent": 100.0, "rate": float(self.per)}.get(self.kind, 1.0)

    def on_axis(self, values: tuple[float, ...], decimals: int) -> tuple[str, ...]:
        """Numbers as an axis bears them; what a rate is per, the words beside the picture say."""
        return _on_axis(self, values, decimals, get_language())

    def difference(self, value: float) -> str:
        """How far two numbers lie apart: "14 points" for percent, without a sign."""
        apart = number(abs(value), self.decimals)
        if self.kind == "percent":
            # Translators: percentage points, the distance between 53% and 67%
            return gettext("%(number)s points") % {"number": apart}
        return self._with_unit(apart, is_short=False)

    def _with_unit(self, written: str, is_short: bool) -> str:
        if self.kind == "percent":
            return gettext("%(number)s%%") % {"number": written}
        if self.kind == "rate" and not is_short:
            return gettext("%(number)s per %(per)s") % {"number": written, "per": number(self.per)}
        if self.kind == "minutes":
            return gettext("%(number)s min") % {"number": written}
        return written


PERCENT = Unit("percent", most=100)
PER_100 = Unit("rate", decimals=1)
NUMBER = Unit("number")
MINUTES = Unit("minutes")


def number(value: float, decimals: int = 0) -> str:
    """A number by the reader's locale, rounded; halves away from zero, as people expect.

    >>> number(1234.56, 1), number(40.5), number(-0.2)
    ('1,234.6', '41', '0')
    """
    scale = 10.0**decimals
    whole = math.floor(abs(value) * scale + 0.5 + 1e-9)
    return _number(math.copysign(whole / scale, value) if whole else 0.0, decimals, get_language())


def about(count: int) -> str:
    """The size of a group, to the next five, for nobody needs it exactly: "about 75".

    >>> about(73)
    'about 75'
    """
    return gettext("about %(count)s") % {"count": number(round(count / 5) * 5)}


@lru_cache(maxsize=1024)
def _on_axis(unit: Unit, values: tuple[float, ...], decimals: int, language: str | None) -> tuple[str, ...]:
    return tuple(unit._with_unit(number(value, decimals), is_short=True) for value in values)


@lru_cache(maxsize=8192)  # the same few numbers come back on every page
def _number(value: float, decimals: int, language: str | None) -> str:
    return number_format(Decimal(f"{value:.{decimals}f}"), decimals, force_grouping=True)
