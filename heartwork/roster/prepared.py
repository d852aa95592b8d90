"""Questions that are put to the database in the same words each time: Django finds the words once in each process.

Django puts a query together anew whenever it is asked: a millisecond for a plain one, five for one with many joins, of
which the database itself needs a tenth. A student's page asks fifteen, and that was half of its time. `prepared` keeps
the words, with a gap for each thing that is given, and fills the gaps each time. Rows are never kept: what comes back
is what a query put together anew brings, each time from the database.

So a prepared question may depend on what it is given and on nothing else. A clock or a table that it read while it was
put together would be asked about as it was then, for as long as the process lives: both are refused when it is first
asked. What is decided in Python (`if` there is a grade) is decided before, by whoever gives.

Nothing else rests on this: with `return lambda **given: list(build(**given))` in its place everything works, slower.
"""

from __future__ import annotations  # Django's fields take no parameters while a program runs

import copy
import datetime
import functools
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import (
    BigIntegerField,
    DateField,
    DateTimeField,
    Expression,
    Field,
    QuerySet,
    TextField,
    UUIDField,
)
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")
Given = ParamSpec("Given")

FIELDS: dict[type, Field[Any, Any]] = {
    int: BigIntegerField(),
    str: TextField(),
    datetime.date: DateField(),
    datetime.datetime: DateTimeField(),
    uuid.UUID: UUIDField(),
}
SHAPES = 64  # of one question: lists of other lengths are other words
A_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class _Gap(NamedTuple):
    """Where in the words a given thing goes: its name, and of a list, which of its members."""

    name: str
    place: int | None


class _ToBeGiven(Expression):
    """Stands in a question for one thing to be given, or for a list of so many."""

    def __init__(self, name: str, size: int | None, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name, self.size = name, size

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        if self.size is None:
            return "%s", [_Gap(self.name, None)]
        if not self.size:
            raise EmptyResultSet
        return f"({', '.join(['%s'] * self.size)})", [_Gap(self.name, n) for n in range(self.size)]


@dataclass(frozen=True)
class _Kept:
    """A question put together: its words, and what Django made of them to turn rows into objects."""

    rows: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    values: tuple[Any, ...]  # constants, and gaps


Shape = tuple[tuple[str, type, int | None], ...]  # name, type of it or of its members, length of a list


def prepared(build: Callable[Given, QuerySet[Any, Row]]) -> Callable[Given, list[Row]]:
    """The rows of the question that `build` puts together of what it is given by name: numbers, words, days, lists.

    Raises TypeError for anything else, for None, and for a question that reads the clock or the database.
    """
    if build.__closure__:  # type: ignore[attr-defined]  # a plain function
        raise TypeError(
            f"{build.__qualname__} knows more than it is given; write it beside the others, not inside one."
        )

    @functools.lru_cache(maxsize=SHAPES)
    def kept(using: str, shape: Shape) -> _Kept | None:
        with connections[using].execute_wrapper(_refused):
            rows = build(**{name: _ToBeGiven(name, size, FIELDS[kind]) for name, kind, size in shape})  # type: ignore[arg-type, call-arg]
            compiler = rows.query.get_compiler(using)
            try:
                sql, values = compiler.as_sql()
            except EmptyResultSet:
                return None
        if any(isinstance(each, datetime.date) or (isinstance(each, str) and A_DAY.match(each)) for each in values):
            raise TypeError(f"{build.__qualname__} holds a day or a moment of its own; it must be given.")
        return _Kept(rows, compiler, sql, tuple(values))

    @functools.wraps(build)
    def ask(*args: Given.args, **given: Given.kwargs) -> list[Row]:
        found = kept(DEFAULT_DB_ALIAS, tuple((name, *_shape(name, value)) for name, value in given.items()))
        return _rows(found, given) if found else []

    return ask


def _shape(name: str, value: Any) -> tuple[type, int | None]:
    size, one = (len(value), next(iter(value), 0)) if isinstance(value, list) else (None, value)
    if type(one) not in FIELDS:
        raise TypeError(
            f"{name} is a {type(one).__name__}; what a prepared question is given is one of {list(FIELDS)}."
        )
    return type(one), size


def _refused(execute: Any, sql: str, *rest: Any) -> NoReturn:
    raise TypeError(f"A prepared question read the database while it was put together: {sql}")


def _rows(found: _Kept, given: dict[str, Any]) -> list[Any]:
    connection = connections[DEFAULT_DB_ALIAS]

    def filled(each: Any) -> Any:
        if not isinstance(each, _Gap):
            return each
        value = given[each.name] if each.place is None else given[each.name][each.place]
        return FIELDS[type(value)].get_db_prep_value(value, connection)

    values = tuple(filled(each) for each in found.values)
    compiler = copy.copy(found.compiler)  # it is changed while it works, and a connection belongs to one thread
    compiler.connection = connection
    compiler.as_sql = lambda *args, **kwargs: (found.sql, values)  # type: ignore[method-assign]  # of a copy
    rows = found.rows.all()
    rows.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]  # of a copy
    return list(rows)
