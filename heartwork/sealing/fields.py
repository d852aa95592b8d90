"""A field for words that only some may read: a str in Python, sealed in the database."""

from collections.abc import Iterator
from typing import Any, NoReturn

from django.apps import apps
from django.core.exceptions import FieldError
from django.db import connection, models
from django.db.models import lookups

from heartwork.sealing.keys import ID_LENGTH
from heartwork.sealing.seals import MARK, seal, unseal


class SealedTextField(models.TextField):
    """Text that is sealed whenever it is written, under a fresh key each time, for this table and column.

    Nothing can be searched, compared or sorted by it; a query may ask only whether it is empty (`text=""`). The
    database itself refuses words that are not sealed. A table or column that holds sealed words is not renamed
    without sealing them anew.
    """

    description = "Text, sealed"

    @property
    def place(self) -> str:
        """Where these words are written; words from elsewhere do not open here."""
        return f"{self.model._meta.db_table}.{self.column}"

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """The one door into the database: whatever is written is sealed here."""
        if value is None or hasattr(value, "as_sql"):
            return super().get_db_prep_save(value, connection)
        return seal(str(value), self.place)

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        """The one door out."""
        return None if value is None else unseal(value, self.place)

    def db_check(self, connection: Any) -> str:
        """The database takes nothing but sealed words, whoever writes."""
        column = connection.ops.quote_name(self.column)
        return f"{column} = '' OR substr({column}, 1, {len(MARK)}) = '{MARK}'"

    def get_lookup(self, lookup_name: str) -> Any:
        """Whether it is empty, and no other question."""
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        if lookup_name == "exact":
            return _IsEmpty
        self._refuse()

    def get_transform(self, lookup_name: str) -> NoReturn:
        """No part or form of it can be asked for."""
        self._refuse()

    def value_to_string(self, obj: models.Model) -> NoReturn:
        """Never written into a dump: those are read by whoever finds them."""
        raise FieldError(f"{self} is sealed and is not written out. Use: heartwork backup")

    def _refuse(self) -> NoReturn:
        raise FieldError(f"{self} is sealed: nothing can be searched or compared by it.")


class _IsEmpty(lookups.Exact):
    """`text=""`; every other value is refused."""

    prepare_rhs = False

    def get_prep_lookup(self) -> Any:
        """Refuse every value but the empty one."""
        if self.rhs != "":
            raise FieldError("Sealed words can be asked only whether they are empty.")
        return ""

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        """No words, which are not sealed."""
        return "%s", [value]


def sealed_fields() -> Iterator[SealedTextField]:
    """Every sealed field of every room."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedTextField):
                yield field


def keys_in_use() -> set[str]:
    """The ids of the keys that rows were sealed under. Reads each table that holds sealed words once."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        for field in sealed_fields():
            table = connection.ops.quote_name(field.model._meta.db_table)
            column = connection.ops.quote_name(field.column or field.name)
            cursor.execute(
                f"SELECT DISTINCT substr({column}, {len(MARK) + 1}, {ID_LENGTH}) FROM {table} WHERE {column} <> ''"
            )
            found |= {row[0] for row in cursor.fetchall()}
    return found


def place_of(model: type[models.Model], name: str) -> str:
    """What the words of this sealed field are sealed for: its table and column."""
    field = model._meta.get_field(name)
    if not isinstance(field, SealedTextField):
        raise TypeError(f"{field} is not sealed")
    return field.place
