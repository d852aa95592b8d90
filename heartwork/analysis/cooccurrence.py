"""What comes together and what does not: pairs of things over the people who have them."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Pair(Generic[K]):
    """Two things, and how many people have both, one of them only, or neither; the four add up to everyone."""

    first: K
    second: K
    both: int
    only_first: int
    only_second: int
    neither: int

    @property
    def is_always(self) -> bool:
        """Whether nobody has one without the other."""
        return self.only_first == 0 and self.only_second == 0

    @property
    def is_never(self) -> bool:
        """Whether nobody has both."""
        return self.both == 0


def pairs(holdings: Iterable[frozenset[K]], least: int) -> list[Pair[K]]:
    """Every pair of things that at least `least` people have each, in the order of their `repr`.

    holdings: what each person has. least: >= 1; with fewer people, "always" and "never" say nothing.

    >>> pairs([frozenset("ab"), frozenset("ab"), frozenset("c"), frozenset("cb")], 2)[0]
    Pair(first='a', second='b', both=2, only_first=0, only_second=1, neither=1)
    """
    people = list(holdings)
    held = Counter(thing for has in people for thing in has)
    common = sorted((thing for thing, count in held.items() if count >= least), key=repr)
    together = Counter(pair for has in people for pair in combinations(sorted(has & set(common), key=repr), 2))
    return [
        Pair(
            first,
            second,
            both := together[first, second],
            held[first] - both,
            held[second] - both,
            len(people) - held[first] - held[second] + both,
        )
        for first, second in combinations(common, 2)
    ]
