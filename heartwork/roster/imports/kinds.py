"""The two nouns of an import: a kind of file, and a target that its rows land in; and which file is of which kind."""

import hashlib
import importlib
import importlib.util
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import compress
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models

from heartwork.roster.imports.columns import REJECT, Column, Note

if TYPE_CHECKING:
    from heartwork.roster.imports.diff import Diff
    from heartwork.roster.imports.work import Work


@dataclass(frozen=True)
class Target:
    """A model that rows land in: what names a row, what may change in it, and how one ends that is there no longer.

    A target that others refer to (`refers`) is known by its source_id, and its rows get their number when they are
    read; any other is compared by its `key`, and gets its number from the database.
    """

    code: str
    noun: str
    model: type[models.Model]
    values: tuple[str, ...] = ()
    key: tuple[str, ...] = ("source_id",)
    refers: bool = False
    ends: str = ""  # "ended_on": a day on which it is gone; "end": the last day; "": it never ends
    ends_with: Mapping[str, str] = field(default_factory=dict)  # what else changes when it ends
    adds: bool = True  # False: it only changes what is there
    counts_as: str = "changed"  # what a change is called in the preview
    only: str = ""  # SQL on "t": the rows that this target is about
    fixed: Mapping[str, Any] = field(default_factory=dict)  # for a new row, beside the model's own defaults
    kept: Mapping[str, str] = field(default_factory=dict)  # column -> SQL of "t" and "s": how old and new join
    supersedes: str = ""  # a column for when: a row that says something else is closed, and another takes its place
    spared_with: tuple[str, str] = ("", "")  # (column, target): it does not end when that thing is spared from ending
    around: Callable[["Diff"], AbstractContextManager[None]] | None = None  # its rows being added, changed or ended

    @property
    def matches(self) -> tuple[str, ...]:
        """The columns by which a row that was read is the same as one in the database."""
        return ("id",) if self.refers else self.key

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its staging table."""
        named = ("id", "source_id") if self.refers else self.key
        return (*named, *(name for name in self.values if name not in named))


@dataclass
class Rows:
    """Rows that were cleaned, as columns."""

    raw: list[list[str]]
    lines: Sequence[int]
    file: int
    values: dict[str, list[Any]]

    def __len__(self) -> int:
        return len(self.raw)

    def __getitem__(self, name: str) -> list[Any]:
        return self.values[name]

    def get(self, name: str, blank: Any = None) -> list[Any]:
        """A column, or blanks where the file does not have it."""
        return self.values[name] if name in self.values else [blank] * len(self)

    def has(self, name: str) -> bool:
        """Whether the file has this column."""
        return name in self.values

    @cached_property
    def at(self) -> list[int]:
        """Where each row is from: the number of its file and its line, in one number."""
        base = self.file << 33
        return [base + line for line in self.lines]

    def only(self, wanted: Sequence[Any]) -> "Rows":
        """The rows for which `wanted` is true."""
        return Rows(
            list(compress(self.raw, wanted)),
            list(compress(self.lines, wanted)),
            self.file,
            {name: list(compress(values, wanted)) for name, values in self.values.items()},
        )

    def pick(self, **columns: str) -> dict[str, list[Any]]:
        """Fields and the columns they come from, for those columns that the file has."""
        return {name: self.values[column] for name, column in columns.items() if column in self.values}


@dataclass(frozen=True)
class Once:
    """What may stand in a file only once; the second row is refused, or doubted."""

    columns: tuple[str, ...]
    message: str
    severity: str = REJECT
    only: Callable[[Rows], Sequence[Any]] | None = None  # among these rows
    shown: str = ""  # the column to point at; the first, if none is named


Check = Callable[[Rows, "Work"], Iterable[tuple[int, str, Note]]]  # place of the row, column, what to tell


@dataclass(frozen=True)
class Kind:
    """A shape of file: what it is called, its columns, and how its rows land in targets."""

    code: str
    label: str
    names: tuple[str, ...]  # file names, without .csv
    columns: tuple[Column, ...]
    land: Callable[[Rows, "Work"], None]
    order: int  # files that others refer to come first
    family: str = "Heartwork"  # OneRoster, Microsoft
    help: str = ""
    checks: tuple[Check, ...] = ()
    once: tuple[Once, ...] = ()
    prepare: Callable[["Work"], None] | None = None  # before the first row of its files
    finish: Callable[["Work"], None] | None = None  # after the last
    ends: tuple[tuple[str, str], ...] = ()  # (target, prefix of source ids): ended when a whole file leaves them out
    prefix: str = ""  # of the source ids of its rows
    key: str = ""  # the column that names a row: kept safe from ending when the row is refused
    is_offered: bool = True  # on the mapping screen

    @property
    def required(self) -> list[Column]:
        """The columns without which a file is not of this kind."""
        return [column for column in self.columns if column.required]

    def columns_among(self, headings: Sequence[str]) -> dict[str, int]:
        """Where this kind's columns are among the headings of a file."""
        places: dict[str, int] = {}
        for place, heading in enumerate(headings):
            places.setdefault(plain(heading), place)
        found: dict[str, int] = {}
        for column in self.columns:
            for name in (column.name, *column.also):
                if plain(name) in places:
                    found[column.name] = places[plain(name)]
                    break
        return found


def plain(heading: str) -> str:
    """A heading without case, blanks, signs, and the prefixes that mark an extension."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"^(metadata\.|ext_)", "", heading.strip().casefold()))


def fingerprint(headings: Sequence[str]) -> str:
    """What a file with these headings is remembered by."""
    return hashlib.sha256("\n".join(sorted(plain(heading) for heading in headings)).encode()).hexdigest()


@cache
def declared() -> tuple[dict[str, Kind], dict[str, Target]]:
    """Every kind and every target that the rooms declare in their `imports` module, by code."""
    kinds: list[Kind] = []
    targets: list[Target] = []
    for app in apps.get_app_configs():
        name = f"{app.name}.imports"
        if app.name.startswith("heartwork.") and importlib.util.find_spec(name):
            module = importlib.import_module(name)
            kinds += module.KINDS
            targets += module.TARGETS
    return {kind.code: kind for kind in sorted(kinds, key=lambda kind: kind.order)}, {t.code: t for t in targets}


def kinds() -> list[Kind]:
    """Every kind of file that can be imported, in the order in which files are read."""
    return list(declared()[0].values())


def targets() -> dict[str, Target]:
    """Every target, by code."""
    return declared()[1]


@dataclass(frozen=True)
class Fit:
    """A file seen as a kind: where its columns are, or which of those it needs are missing."""

    kind: Kind
    places: dict[str, int]
    missing: tuple[str, ...]


def kind_of(stem: str, headings: Sequence[str]) -> Fit | None:
    """Which kind a file is by its name and headings; with what it lacks where only the name fits; None: unknown.

    A file of another name is known by its headings only if it has all that the kind needs and most of what it has
    means something to that kind.
    """
    fits = []
    for kind in kinds():
        places = kind.columns_among(headings)
        missing = tuple(column.name for column in kind.required if column.name not in places)
        is_named = plain(stem) in (plain(name) for name in kind.names)
        share = len(places) / max(1, len(headings))
        if is_named or (not missing and share > 0.6 and len(places) >= 3):
            fits.append((not missing, is_named, len(places), Fit(kind, places, missing)))
    if not fits:
        return None
    return max(fits, key=lambda fit: fit[:3])[3]
