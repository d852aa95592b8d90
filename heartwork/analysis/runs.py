"""Runs on either side of the centre: whether a series is less mixed than chance would make it."""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

Run = tuple[int, int, int, int]  # side, positions of the first and the last point, how many of them are useful


def sides(values: Iterable[float | None], centre: float | None) -> list[int | None]:
    """1 above the centre, -1 below, 0 exactly on it, None where there is no value."""
    if centre is None:
        return [None for _ in values]
    return [None if value is None else (value > centre) - (value < centre) for value in values]


def runs(side_of: Sequence[int | None]) -> list[Run]:
    """The runs, oldest first: useful points on one side, unbroken by the other.

    A point on the centre and a missing one neither lengthen a run nor break it.

    >>> runs([1, 0, 1, None, 1, -1])
    [(1, 0, 4, 3), (-1, 5, 5, 1)]
    """
    found: list[Run] = []
    side = first = last = length = 0
    for position, this in enumerate(side_of):
        if not this:
            continue
        if this == side:
            length += 1
        else:
            if length:
                found.append((side, first, last, length))
            side, first, length = this, position, 1
        last = position
    if length:
        found.append((side, first, last, length))
    return found


@lru_cache(maxsize=4096)
def longest_run_max(useful: int) -> int:
    """The longest run that is still usual among so many useful points, >= 1: round(log2 n) + 3 (Schilling 2012).

    >>> [longest_run_max(n) for n in (10, 12, 20, 24, 36, 60, 100)]
    [6, 7, 7, 8, 8, 9, 10]
    """
    return round(math.log2(useful)) + 3


@lru_cache(maxsize=4096)
def crossings_min(useful: int) -> int:
    """The fewest crossings of the centre that are still usual: the 5 % quantile of Binomial(n - 1, 1/2) (Chen 2010).

    >>> [crossings_min(n) for n in (10, 12, 20, 24, 36, 60, 100)]
    [2, 3, 6, 8, 13, 23, 41]
    """
    trials = max(useful - 1, 0)
    below, ways = 0, 1
    for crossings in range(trials + 1):
        below += ways
        if 20 * below >= 2**trials:
            return crossings
        ways = ways * (trials - crossings) // (crossings + 1)
    return trials


@lru_cache(maxsize=4096)
def usual_number_of_runs(above: int, below: int) -> tuple[int, int]:
    """Fewest and most runs that are still usual, 2.5 % beyond each, with so many points above and below the centre.

    Exact, from Swed and Eisenhart 1943, Annals of Mathematical Statistics 14: 66, which the tables of IHI abridge.

    >>> usual_number_of_runs(5, 5)
    (3, 9)
    """
    if not above or not below:
        return 1, 1
    m, n = above - 1, below - 1
    ways = {}
    for number in range(2, above + below + 1):
        k = number // 2
        if number % 2 == 0:
            ways[number] = 2 * math.comb(m, k - 1) * math.comb(n, k - 1)
        else:
            ways[number] = math.comb(m, k) * math.comb(n, k - 1) + math.comb(m, k - 1) * math.comb(n, k)
    all_ways = sum(ways.values())

    def fewest_usual(numbers: Iterable[int]) -> int:
        tail = 0
        for number in numbers:
            tail += ways[number]
            if 40 * tail > all_ways:
                return number
        return 1

    return fewest_usual(sorted(ways)), fewest_usual(sorted(ways, reverse=True))
