"""Where cleaned rows wait, beside the database, until someone has looked at them and they are applied.

On SQLite a file of its own, so that reading a large roster never holds up the people who use the site; on PostgreSQL
unlogged tables in a schema of the run.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from typing import Any

from django.db import connection

from heartwork.roster.imports.kinds import Target, targets

BLANK: Iterable[None] = repeat(None)  # a column that a file gives by saying nothing
APPLY_CACHE_KB = 400_000  # what is looked up for a million students fits; a small import does not use it
LISTS = {"gone": ("target", "source_id"), "spared": ("target", "source_id")}


class Stage:
    """The staging tables of one run: one for each target, and lists of what is gone and what is to be spared."""

    def __init__(self, folder: Path, number: int) -> None:
        self.path = folder / "stage.sqlite3"
        self.schema = f"stage_{number}"
        self.given: dict[str, set[str]] = {}  # target -> the columns that files gave
        self.counts: dict[str, int] = {}
        self.writer: sqlite3.Connection | None = None

    # -- filling

    def begin(self) -> None:
        """Empty tables."""
        self.discard()
        if connection.vendor == "sqlite":
            self.writer = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            # The stage is thrown away and made anew after a crash, so it need not survive one.
            self.writer.executescript(
                "PRAGMA page_size=16384; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-32768;"
                "PRAGMA locking_mode=EXCLUSIVE; BEGIN"
            )
            for target in targets().values():
                self.writer.execute(f'CREATE TABLE "{target.code}" ("at" bigint, {_typed(target)})')
            for name, listed in LISTS.items():
                self.writer.execute(f'CREATE TABLE "{name}" ({", ".join(f"{column} text" for column in listed)})')
            return
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {self.schema}")
            for target in targets().values():
                cursor.execute(f'CREATE UNLOGGED TABLE {self.schema}."{target.code}" ("at" bigint, {_typed(target)})')
            for name, listed in LISTS.items():
                plain = ", ".join(f"{column} text" for column in listed)
                cursor.execute(f'CREATE UNLOGGED TABLE {self.schema}."{name}" ({plain})')

    def add(self, code: str, at: Sequence[int], /, **columns: Iterable[Any]) -> None:
        """Rows for a target, as columns; `at` says where each is from. A column that no file gives stays empty."""
        if not at:
            return
        self.given.setdefault(code, set()).update(columns)
        self.counts[code] = self.counts.get(code, 0) + len(at)
        filled = {name: values for name, values in columns.items() if values is not BLANK}
        self._write(code, ["at", *filled], [at, *filled.values()])

    def list_down(self, name: str, code: str, source_ids: Sequence[str]) -> None:
        """Things of a target that are gone, or that are to be spared from ending."""
        if source_ids:
            self._write(name, ["target", "source_id"], [[code] * len(source_ids), source_ids])

    def remove(self, at: Iterable[int]) -> None:
        """Take away the rows that came from these places."""
        places = list(at)
        for code in self.given:
            for start in range(0, len(places), 500):
                some = places[start : start + 500]
                marks = ", ".join("?" if self.writer else "%s" for _ in some)
                if self.writer:
                    taken = self.writer.execute(f'DELETE FROM "{code}" WHERE "at" IN ({marks})', some).rowcount
                else:
                    with connection.cursor() as cursor:
                        cursor.execute(f'DELETE FROM {self.schema}."{code}" WHERE "at" IN ({marks})', some)
                        taken = cursor.rowcount
                self.counts[code] -= taken

    def finish(self) -> None:
        """Everything has been read."""
        if self.writer:
            self.writer.execute("COMMIT")
            self.writer.close()
            self.writer = None
        else:
            with connection.cursor() as cursor:
                for code in self.given:
                    cursor.execute(f'ANALYZE {self.schema}."{code}"')

    def _write(self, table: str, names: list[str], columns: list[Iterable[Any]]) -> None:
        if self.writer:
            marks = ", ".join("?" * len(names))
            statement = f'INSERT INTO "{table}" ({_quoted(names)}) VALUES ({marks})'
            self.writer.executemany(statement, zip(*columns, strict=False))  # some columns repeat without end
            return
        with (
            connection.cursor() as cursor,
            cursor.copy(f'COPY {self.schema}."{table}" ({_quoted(names)}) FROM STDIN') as copy,
        ):
            copy.write("\n".join(map("\t".join, zip(*map(_copied, columns), strict=False))) + "\n")

    # -- using

    @contextmanager
    def attached(self) -> Iterator[None]:
        """While this lasts, the staging tables are at hand beside those of the database."""
        if connection.vendor != "sqlite":
            yield
            return
        if self.schema not in let_go():
            with connection.cursor() as cursor:
                cursor.execute(f"ATTACH DATABASE %s AS {self.schema}", [str(self.path)])
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA main.cache_size")
            before = cursor.fetchone()[0]
            cursor.execute(f"PRAGMA main.cache_size = {-APPLY_CACHE_KB}")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA main.cache_size = {before}")
            let_go()

    def table(self, name: str) -> str:
        """A staging table as SQL names it."""
        return f'{self.schema}."{name}"'

    def discard(self) -> None:
        """Throw the staging tables away."""
        if connection.vendor == "sqlite":
            for path in self.path.parent.glob(self.path.name + "*"):
                path.unlink()
        else:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP SCHEMA IF EXISTS {self.schema} CASCADE")


def let_go() -> set[str]:
    """Detach staging files. Returns those that stay, because a transaction around us (a test's) holds them."""
    if connection.vendor != "sqlite" or connection.connection is None:
        return set()
    held = set()
    raw = connection.connection
    for _number, name, _file in raw.execute("PRAGMA database_list").fetchall():
        if name.startswith("stage_"):
            try:
                raw.execute(f"DETACH DATABASE {name}")
            except sqlite3.OperationalError:
                held.add(name)
    return held


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _typed(target: Target) -> str:
    """The columns of a staging table, of the types they have in the database: else no index would serve the two."""
    return ", ".join(f'"{name}" {_type_of(target, name)}' for name in target.columns)


def _type_of(target: Target, name: str) -> str:
    field = next(field for field in target.model._meta.concrete_fields if field.column == name)
    return str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection))


def _copied(values: Iterable[Any]) -> Iterable[str]:
    """A column as COPY reads it."""
    if isinstance(values, repeat):
        return repeat(_cell(next(values)))
    cells = list(values)
    try:
        joined = "\x1f".join(cells)
    except TypeError:  # not all of them are texts
        return [_cell(cell) for cell in cells]
    if "\\" in joined or "\n" in joined or "\t" in joined or "\r" in joined:
        return [_cell(cell) for cell in cells]
    return cells


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return str(value)
