"""What a migration uses that seals words which were plain: first every row, then the column for good."""

from collections.abc import Callable
from typing import Any

from django.db import migrations
from django.db.models import QuerySet

from heartwork.sealing.seals import MARK, SealBroken, fingerprint, seal, unseal

PIECE = 1000  # rows at a time


def seal_rows(app: str, model: str, column: str, *, mark: str = "") -> migrations.RunPython:
    """Seal what stands plainly in a column; back, make it plain. `mark`: a column for the fingerprint of the words.

    Twice is as once: a row that is sealed already is left alone.
    """

    def forwards(apps: Any, editor: Any) -> None:
        rows, place = _rows(apps, editor, app, model), _place(apps, app, model, column)

        def sealed(row: Any) -> None:
            words = getattr(row, column)
            if not _is_sealed(words, place):
                setattr(row, column, seal(words, place))
                if mark:
                    setattr(row, mark, fingerprint(words, place))

        _each(rows, sealed, [column, mark] if mark else [column])

    def backwards(apps: Any, editor: Any) -> None:
        rows, place = _rows(apps, editor, app, model), _place(apps, app, model, column)

        def plain(row: Any) -> None:
            if _is_sealed(getattr(row, column), place):
                setattr(row, column, unseal(getattr(row, column), place))

        _each(rows, plain, [column])

    return migrations.RunPython(forwards, backwards)


def _rows(apps: Any, editor: Any, app: str, model: str) -> QuerySet[Any]:
    return apps.get_model(app, model)._base_manager.using(editor.connection.alias).order_by("pk")


def _place(apps: Any, app: str, model: str, column: str) -> str:
    return f"{apps.get_model(app, model)._meta.db_table}.{column}"


def _is_sealed(words: str, place: str) -> bool:
    if not words.startswith(MARK):
        return False
    try:
        unseal(words, place)
    except SealBroken:
        return False  # somebody's words that happen to begin so
    return True


def _each(rows: QuerySet[Any], change: Callable[[Any], None], columns: list[str]) -> None:
    last = 0
    while piece := list(rows.filter(pk__gt=last).only("pk", *columns)[:PIECE]):
        for row in piece:
            change(row)
        rows.bulk_update(piece, columns)
        last = piece[-1].pk


class OnlySealed(migrations.AlterField):
    """The column takes nothing but sealed words from here on. Django alone would not tell PostgreSQL."""

    def database_forwards(self, app_label: str, editor: Any, from_state: Any, to_state: Any) -> None:
        """Change the column, and let the database refuse plain words."""
        super().database_forwards(app_label, editor, from_state, to_state)
        if editor.connection.vendor == "postgresql":
            table, name, field = self._named(app_label, editor, to_state)
            editor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({field.db_check(editor.connection)})")

    def database_backwards(self, app_label: str, editor: Any, from_state: Any, to_state: Any) -> None:
        """Plain words are taken again."""
        if editor.connection.vendor == "postgresql":
            table, name, _field = self._named(app_label, editor, from_state)
            editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        # Django's way back is its way forward, which here would put the rule in again.
        super().database_forwards(app_label, editor, from_state, to_state)

    def _named(self, app_label: str, editor: Any, state: Any) -> tuple[str, str, Any]:
        meta = state.apps.get_model(app_label, self.model_name)._meta
        field = meta.get_field(self.name)
        quoted = editor.quote_name
        return quoted(meta.db_table), quoted(f"{meta.db_table}_{field.column}_check"), field
