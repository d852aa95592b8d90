"""Two maps of the same things, each drawn without the other: which links both have, and which one has."""

from collections.abc import Set
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Alignment(Generic[T]):
    """The links of maps 1 and 2: each (start, end), of which the first leads to the second. In order of their names.

    >>> maps = Alignment({("known", "asks")}, {("known", "asks"), ("rested", "asks")})
    >>> maps.both, maps.one
    ([('known', 'asks')], [('rested', 'asks', 2)])
    >>> maps.behind("asks"), maps.leads_on(1, "rested"), maps.is_reached(1, "asks")
    ([('known', [1, 2]), ('rested', [2])], False, True)
    """

    first: Set[tuple[T, T]]
    second: Set[tuple[T, T]]

    @cached_property
    def table(self) -> list[tuple[T, T, bool, bool]]:
        """Every link, and whether each of the two maps has it."""
        every = [(*link, link in self.first, link in self.second) for link in self.first | self.second]
        return sorted(every, key=lambda row: (str(row[0]).casefold(), str(row[1]).casefold()))

    @property
    def both(self) -> list[tuple[T, T]]:
        """The links that both maps have."""
        return [(start, end) for start, end, in_first, in_second in self.table if in_first and in_second]

    @property
    def one(self) -> list[tuple[T, T, int]]:
        """The links that one map has, and which."""
        rows = self.table
        return [(start, end, 1 if in_first else 2) for start, end, in_first, in_second in rows if in_first != in_second]

    def of(self, number: int) -> list[tuple[T, T]]:
        """The links of map 1 or 2."""
        return [(start, end) for start, end, *has in self.table if has[number - 1]]

    def leads_on(self, number: int, thing: T) -> bool:
        """Whether on map 1 or 2 the thing leads to anything."""
        return any(start == thing for start, _end in self.of(number))

    def is_reached(self, number: int, thing: T) -> bool:
        """Whether on map 1 or 2 anything leads to the thing."""
        return any(end == thing for _start, end in self.of(number))

    def behind(self, thing: T) -> list[tuple[T, list[int]]]:
        """What leads to the thing, and on which maps."""
        return [(start, [n for n in (1, 2) if has[n - 1]]) for start, end, *has in self.table if end == thing]
