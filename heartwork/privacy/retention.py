"""How long each kind of data is kept, and what goes when its period is over.

A room offers what it can let go in its `retain.py`, with a period and limits. The district may change the period inside
the limits. What no room offers is kept until somebody decides otherwise.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from heartwork.privacy.kinds import KINDS, Words


@dataclass(frozen=True)
class Sweep:
    """One kind of data that goes when it is old: kept for `months`, which a district may set from `least` to `most`.

    Both functions take a day: how many go that are from before it, and remove them, answering how many went.
    """

    kind: str  # a key of KINDS
    months: int
    least: int
    most: int
    since: Words  # from when its age counts: "the day of the absence"
    would_go: Callable[[datetime.date], int]
    remove: Callable[[datetime.date], int]

    @property
    def name(self) -> Words:
        """What it is, in words."""
        return KINDS[self.kind].name


SWEEPS: dict[str, Sweep] = {}


def offer(sweep: Sweep) -> None:
    """A room can let this go when it is old."""
    if not sweep.least <= sweep.months <= sweep.most or sweep.kind not in KINDS:
        raise ValueError(f"the period of {sweep.kind} lies outside its own limits, or there are no words for it")
    SWEEPS[sweep.kind] = sweep


def months_before(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months earlier; the last day of a month that is shorter.

    >>> months_before(datetime.date(2026, 3, 31), 1)
    datetime.date(2026, 2, 28)
    """
    number = day.year * 12 + day.month - 1 - months
    first = datetime.date(number // 12, number % 12 + 1, 1)
    last = (first + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def midnight(day: datetime.date) -> datetime.datetime:
    """The moment at which a day begins here."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
