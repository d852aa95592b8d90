"""Compare what was read with what is there, and make it so: the same statements on SQLite and on PostgreSQL."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import NOT_PROVIDED

from heartwork.roster.imports.kinds import Target, targets
from heartwork.roster.imports.stage import Stage

NEW_UUID = {
    "sqlite": "lower(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2) || "
    "substr('89ab', 1 + (abs(random()) % 4), 1) || substr(hex(randomblob(2)), 2) || hex(randomblob(6)))",
    "postgresql": "gen_random_uuid()",
}


@dataclass
class Counts:
    """What an import does to one target."""

    added: int = 0
    changed: int = 0
    ended: int = 0
    untouched: int = 0


@dataclass
class Plan:
    """What was staged, and how far it speaks: enough to compare and to apply, kept between the two."""

    day: datetime.date
    given: dict[str, set[str]]  # target -> columns that the files gave
    staged: dict[str, int]
    complete: set[tuple[str, str]]  # (target, prefix of source ids): what is not named has ended

    def as_json(self) -> dict[str, Any]:
        """For keeping."""
        return {
            "day": self.day.isoformat(),
            "given": {code: sorted(columns) for code, columns in self.given.items()},
            "staged": self.staged,
            "complete": sorted(self.complete),
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Plan":
        """As it was kept."""
        return cls(
            datetime.date.fromisoformat(kept["day"]),
            {code: set(columns) for code, columns in kept["given"].items()},
            kept["staged"],
            {(code, prefix) for code, prefix in kept["complete"]},
        )


class Diff:
    """The statements for one target."""

    def __init__(self, target: Target, stage: Stage, plan: Plan) -> None:
        self.target, self.stage, self.plan = target, stage, plan
        self.meta = target.model._meta
        self.table = f'"{self.meta.db_table}"'
        self.staged = stage.table(target.code)
        self.given = plan.given.get(target.code, set())
        self.yesterday = plan.day - datetime.timedelta(days=1)

    # -- parts of statements

    def _field(self, column: str) -> models.Field[Any, Any]:
        return next(field for field in self.meta.concrete_fields if field.column == column)

    @property
    def match(self) -> str:
        """Where a staged row "s" and a row "t" of the database are the same thing."""
        parts = []
        for name in self.target.matches:
            equal = "IS NOT DISTINCT FROM" if self._field(name).null and name != "source_id" else "="
            parts.append(f't."{name}" {equal} s."{name}"')
        if self.target.only:
            parts.append(self.target.only)
        return " AND ".join(parts)

    def _new(self, name: str) -> str:
        """The value that a row of the database is to have: what its file said, or what it had."""
        if name in self.target.kept:
            return f"({self.target.kept[name]})"
        return f's."{name}"' if self._field(name).null else f'coalesce(s."{name}", t."{name}")'

    @property
    def changing(self) -> list[str]:
        """The columns that may change: those that a file gave."""
        return [name for name in self.target.values if name in self.given]

    @property
    def differs(self) -> str:
        """Where a staged row says something else than the row of the database."""
        return " OR ".join(f't."{name}" IS DISTINCT FROM {self._new(name)}' for name in self.changing) or "1 = 0"

    @property
    def open(self) -> str:
        """Rows that have not ended."""
        if self.target.ends == "ended_on":
            return 't."ended_on" IS NULL'
        return f'(t."end" IS NULL OR t."end" >= \'{self.plan.day.isoformat()}\')'

    def leaving(self) -> str:
        """Rows that end: those that a full list leaves out, and those that a file says are gone."""
        code = self.target.code
        ways = []
        named = f"SELECT g.source_id FROM {self.stage.table('gone')} g WHERE g.target = '{code}'"
        if "source_id" in self.target.columns:
            ways.append(f"t.source_id IN ({named})")
        for owner, prefix in sorted(self.plan.complete):
            if owner != code:
                continue
            absent = f"NOT EXISTS (SELECT 1 FROM {self.staged} s WHERE {self.match})"
            if "source_id" not in self.target.columns:
                ways.append(absent)
                continue
            spared = self._spared(code)
            mine = f"substr(t.source_id, 1, {len(prefix)}) = '{prefix}' AND " if prefix else ""
            with_it = ""
            if self.target.spared_with[0]:
                column, other = self.target.spared_with
                table = targets()[other].model._meta.db_table
                named_too = f'SELECT o.id FROM "{table}" o WHERE o.source_id IN ({self._spared(other)})'
                with_it = f' AND t."{column}" NOT IN ({named_too})'
            ways.append(f"(t.source_id IS NOT NULL AND {mine}{absent} AND t.source_id NOT IN ({spared}){with_it})")
        return f"{self.open} AND ({' OR '.join(ways)})" if ways else ""

    def _spared(self, code: str) -> str:
        """The things of a target that a refused row names: they must not end for it."""
        return f"SELECT g.source_id FROM {self.stage.table('spared')} g WHERE g.target = '{code}'"

    # -- questions

    def is_empty(self) -> bool:
        """Whether the database holds no row of this model."""
        return not _number(f"SELECT EXISTS (SELECT 1 FROM {self.table})")

    def count(self) -> Counts:
        """What applying would do."""
        counts = Counts()
        staged = self.plan.staged.get(self.target.code, 0)
        if staged:
            self._index()
            is_empty = self.is_empty()
            there = (
                0 if is_empty else _number(f"SELECT count(*) FROM {self.staged} s JOIN {self.table} t ON {self.match}")
            )
            changed = 0
            if there and self.changing:
                changed = _number(
                    f"SELECT count(*) FROM {self.staged} s JOIN {self.table} t ON {self.match} WHERE {self.differs}"
                )
            if self.target.counts_as == "changed":
                counts.added = staged - there  # of a target that only changes: what is told of new rows of another
            setattr(counts, self.target.counts_as, changed)
            counts.untouched = there - changed if self.target.counts_as == "changed" else 0
        if self.target.ends and (leaving := self.leaving()):
            counts.ended += _number(f"SELECT count(*) FROM {self.table} t WHERE {leaving}")
        return counts

    def _index(self) -> None:
        """For finding what a full list leaves out."""
        if any(code == self.target.code for code, _prefix in self.plan.complete) and not self.is_empty():
            columns = ", ".join(f'"{name}"' for name in self.target.matches)
            name = f"{self.target.code}_key"
            where = f'{self.stage.schema}."{name}"' if connection.vendor == "sqlite" else f'"{name}"'
            on = f'"{self.target.code}"' if connection.vendor == "sqlite" else self.staged
            _do(f"CREATE INDEX IF NOT EXISTS {where} ON {on} ({columns})")

    # -- verbs

    def apply(self, counts: Counts) -> None:
        """Add, change and end rows, as counted."""
        if counts.ended and self.target.ends:
            self.end()
        if counts.changed or not self.target.adds:
            self.change()
        if self.target.adds and (counts.added or (counts.changed and self.target.supersedes)):
            self.add()

    def add(self) -> None:
        """Put in the rows that are not there yet."""
        names, values = [], []
        for field in self.meta.concrete_fields:
            name = field.column
            if name in self.target.columns and (name in self.given or name in self.target.matches):
                value = f's."{name}"'
                default = _default(field, self.target)
                if default and not field.null and name not in self.target.matches:
                    value = f"coalesce({value}, {default})"
            elif field.primary_key:
                continue
            else:
                value = _default(field, self.target)
                if not value:
                    raise ValueError(f"{field} has no default, so a file must give it")
            names.append(f'"{name}"')
            values.append(value)
        there = "" if self.is_empty() else f" WHERE NOT EXISTS (SELECT 1 FROM {self.table} t WHERE {self.match})"
        _do(f"INSERT INTO {self.table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {self.staged} s{there}")

    def change(self) -> None:
        """Change the rows that say something else now; or close them, for `add` to put others in their place."""
        if self.target.supersedes:
            sets = f'"{self.target.supersedes}" = CURRENT_TIMESTAMP'
        else:
            sets = ", ".join(f'"{name}" = {self._new(name)}' for name in self.changing)
        _do(f"UPDATE {self.table} AS t SET {sets} FROM {self.staged} s WHERE {self.match} AND ({self.differs})")

    def end(self) -> None:
        """End the rows that are there no longer: nobody is deleted."""
        if self.target.ends == "ended_on":
            sets = f"\"ended_on\" = '{self.plan.day.isoformat()}'"
        else:
            last = f"'{self.yesterday.isoformat()}'"
            sets = f'"end" = {last}, "begin" = CASE WHEN "begin" > {last} THEN {last} ELSE "begin" END'
        sets += "".join(f", \"{name}\" = '{value}'" for name, value in self.target.ends_with.items())
        _do(f"UPDATE {self.table} AS t SET {sets} WHERE {self.leaving()}")


def diffs(stage: Stage, plan: Plan) -> Iterable[Diff]:
    """The statements for every target that this import speaks of, in the order of the targets."""
    spoken = set(plan.staged) | {code for code, _prefix in plan.complete}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT target FROM {stage.table('gone')}")
        spoken |= {row[0] for row in cursor.fetchall()}
    return [Diff(target, stage, plan) for target in targets().values() if target.code in spoken]


def _default(field: models.Field[Any, Any], target: Target) -> str:
    """What a new row has where no file says anything, as SQL; "" where a file must say it."""
    if (field.column or "") in target.fixed:
        return _literal(target.fixed[field.column or ""])
    if isinstance(field, models.UUIDField):
        return NEW_UUID[connection.vendor]
    if field.default is not NOT_PROVIDED and not callable(field.default):
        return _literal(field.default)
    if field.null:
        return "NULL"
    if isinstance(field, models.CharField | models.TextField):
        return "''"
    return ""


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE") if connection.vendor == "postgresql" else str(int(value))
    if isinstance(value, int | float):
        return str(value)
    text = str(value).replace("'", "''")
    return f"'{text}'"


def _number(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def _do(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
