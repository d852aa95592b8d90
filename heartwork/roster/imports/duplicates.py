"""What stands in the files twice: found by sorting hashes, which needs little memory for millions of rows."""

from array import array
from collections.abc import Callable, Sequence
from itertools import compress
from typing import Any

import numpy as np

from heartwork.roster.imports.kinds import Once, Rows


class Seen:
    """What has been met of one thing that may be met only once."""

    def __init__(self, once: Once) -> None:
        self.once = once
        self.hashes = array("q")
        self.places = array("q")

    def add(self, rows: Rows) -> None:
        """Meet these rows."""
        wanted = self.once.only(rows) if self.once.only else None
        if wanted is None or all(wanted):
            self.hashes.extend(map(hash, keys(self.once, rows)))
            self.places.extend(rows.at)
        elif any(wanted):
            self.hashes.extend(map(hash, compress(keys(self.once, rows), wanted)))
            self.places.extend(compress(rows.at, wanted))

    def candidates(self) -> list[int]:
        """Where the rows are that may stand for one thing: all with a hash that came more than once, in order."""
        hashes = np.frombuffer(self.hashes, dtype=np.int64) if self.hashes else np.empty(0, np.int64)
        ordered = np.sort(hashes)
        twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        del ordered
        if not len(twice):
            return []
        places = np.frombuffer(self.places, dtype=np.int64)
        found: list[int] = np.sort(places[np.isin(hashes, twice)]).tolist()
        return found


def named(column: str) -> Callable[[Rows], Sequence[Any]]:
    """Rows that have a name of their own in this column."""
    return lambda rows: rows.get(column, "")


def unnamed(column: str) -> Callable[[Rows], Sequence[Any]]:
    """Rows that have no name of their own in this column, and are known by what they say."""

    def only(rows: Rows) -> Sequence[Any]:
        names = rows.get(column, "")
        return [not name for name in names] if "" in names else [False]

    return only


def keys(once: Once, rows: Rows) -> Sequence[Any]:
    """What each row stands for."""
    columns = [rows.get(name) for name in once.columns]
    return columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))
