"""How much care each field asks for: read from each room's `fields.toml`, which must leave none out."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import Model

from heartwork.privacy.kinds import KINDS


class Class(StrEnum):
    """The five classes, from what anyone may know to what one person alone may."""

    OPEN = "open"  # says nothing of a person: a school, a date of a meeting, the number of a row
    DIRECTORY = "directory"  # names, grade, school: may leave the district unless the family opted out
    RECORD = "record"  # a part of a person's record: for whom an assignment lets see it
    SENSITIVE = "sensitive"  # a part that can harm: housing, health, discipline, how a child feels; never by the way
    PRIVATE = "private"  # one person's own: shown to nobody else, not searched, not exported


OF_OTHERS = Path(__file__).with_name("fields_of_others.toml")


@dataclass(frozen=True)
class Declared:
    """What is said of one model: the kind of data a row is, and its fields by class."""

    kind: str
    fields: dict[str, list[Class]]  # a field in two classes is a mistake that `mistakes` finds


@cache
def declarations() -> dict[str, Declared]:
    """All that is declared, by the model's label ("roster.Student")."""
    said: dict[str, dict[str, str]] = tomllib.loads(OF_OTHERS.read_text())
    for app in apps.get_app_configs():
        path = Path(app.path, "fields.toml")
        if path.exists():
            said |= {f"{app.label}.{name}": table for name, table in tomllib.loads(path.read_text()).items()}
    return {label: _declared(table) for label, table in said.items()}


def _declared(table: dict[str, str]) -> Declared:
    fields: dict[str, list[Class]] = {}
    for each in Class:
        for name in table.get(each, "").split():
            fields.setdefault(name, []).append(each)
    return Declared(table.get("kind", ""), fields)


def fields_to_class(model: type[Model]) -> list[str]:
    """The fields of a model that need a class: all but the number that the database gives each row."""
    found = (*model._meta.local_fields, *model._meta.local_many_to_many)
    return [field.name for field in found if not getattr(field, "auto_created", False)]


def held() -> Iterator[type[Model]]:
    """Every model that holds something. The table behind a many-to-many field has the class of that field."""
    for model in apps.get_models():
        if not (model._meta.proxy or model._meta.auto_created):
            yield model


def class_of(model: type[Model], field: str) -> Class:
    """The class of one field. Raises KeyError for one that has none."""
    return declarations()[model._meta.label].fields[field][0]


def fields_of(model: type[Model], *classes: Class) -> list[str]:
    """The fields of a model in these classes, in the model's order: the allow list of whatever shows or writes rows."""
    return [name for name in fields_to_class(model) if class_of(model, name) in classes]


def mistakes(models: list[Any] | None = None) -> Iterator[tuple[str, str]]:
    """What is not declared, or declared of what is not there: (where, what is wrong), in sentences."""
    said = declarations()
    models = list(held()) if models is None else models
    for model in models:
        label = model._meta.label
        declared = said.get(label)
        if declared is None:
            yield label, f"{label} does not say what it holds."
            continue
        if declared.kind not in KINDS:
            yield label, f'{label} is of no kind of data that we know ("{declared.kind}").'
        names = fields_to_class(model)
        for name in names:
            if len(of := declared.fields.get(name, [])) != 1:
                yield label, f"{label}.{name} is in {'no class' if not of else ' and '.join(of)}."
        for name in declared.fields.keys() - set(names):
            yield label, f"{label} has no field {name}."
    for label in said.keys() - {model._meta.label for model in models}:
        yield label, f"There is no model {label}."
