"""Names that say nearly the same: a pair is offered, and a person says whether the two are one."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import combinations, islice
from typing import Protocol, TypeVar

ALIKE = 0.75  # from here on two names are offered as one: the share of letters that they have in common, in order
PAIRS = 5  # offered at once


class Named(Protocol):
    """Anything with a name."""

    name: str


T = TypeVar("T", bound=Named)


def near_duplicates(things: Iterable[T]) -> list[tuple[T, T]]:
    """The first few pairs whose names are nearly the same.

    Alike: the share of letters in common and in order, 2 M / T of `difflib.SequenceMatcher`; order of words and
    hyphens put aside.
    """

    def near(first: T, second: T) -> bool:
        a, b = (" ".join(sorted(re.findall(r"\w+", thing.name.casefold()))) for thing in (first, second))
        return SequenceMatcher(None, a, b).ratio() >= ALIKE

    return list(islice((pair for pair in combinations(things, 2) if near(*pair)), PAIRS))
