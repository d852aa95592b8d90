"""Every field has one class, or the site does not start."""

import ast
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import models
from django.test.utils import isolate_apps

import heartwork
from heartwork.privacy import classes
from heartwork.privacy.classes import Class, Declared
from heartwork.privacy.kinds import KINDS
from heartwork.roster.access import MAY
from heartwork.roster.models import Student

pytestmark = pytest.mark.data


@pytest.fixture
def without(monkeypatch):
    """Forget what is declared of one field of a student, as if it had just been added."""

    def forget(name):
        said = classes.declarations()
        declared = said["roster.Student"]
        rest = {field: of for field, of in declared.fields.items() if field != name}
        changed = said | {"roster.Student": Declared(declared.kind, rest)}
        monkeypatch.setattr(classes, "declarations", lambda: changed)

    return forget


def wrong():
    return [text for _, text in classes.mistakes()]


def test_every_field_of_every_model_has_one_class():
    assert wrong() == []


def test_a_field_added_without_a_class_stops_the_start(without):
    without("birth_date")
    assert wrong() == ["roster.Student.birth_date is in no class."]
    assert "heartwork.E002" in {found.id for found in run_checks()}
    with pytest.raises(SystemCheckError, match="birth_date is in no class"):
        call_command("check")


@isolate_apps("heartwork.roster")
def test_a_model_added_without_a_word_is_found():
    class Shoe(models.Model):
        student = models.ForeignKey(Student, on_delete=models.CASCADE)
        size = models.IntegerField()

        class Meta:
            app_label = "roster"

        def __str__(self):
            return "shoe"

    assert "roster.Shoe does not say what it holds." in [text for _, text in classes.mistakes([Shoe])]


def test_a_field_in_two_classes_and_one_that_is_not_there_are_found(monkeypatch):
    said = dict(classes.declarations())
    fields = said["roster.Student"].fields
    said["roster.Student"] = Declared(
        "nothing", fields | {"grade": [Class.OPEN, Class.RECORD], "shoe_size": [Class.OPEN]}
    )
    monkeypatch.setattr(classes, "declarations", lambda: said)
    assert wrong() == [
        'roster.Student is of no kind of data that we know ("nothing").',
        "roster.Student.grade is in open and record.",
        "roster.Student has no field shoe_size.",
    ]


def test_every_kind_is_held_and_names_a_line_of_the_table():
    assert {declared.kind for declared in classes.declarations().values()} == KINDS.keys()
    assert {kind.read for kind in KINDS.values() if kind.read} <= MAY.keys()


def test_fields_by_class_come_in_the_order_of_the_model():
    names = classes.fields_of(Student, Class.DIRECTORY)
    assert names[0] == "given_name"
    assert "birth_date" not in names


def test_no_form_takes_all_the_fields_of_a_model():
    """`fields = "__all__"` lets in, or shows, whatever is added later."""
    everything = [
        path
        for path in Path(heartwork.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assign)
        and any(getattr(target, "id", "") == "fields" for target in node.targets)
        and getattr(node.value, "value", None) == "__all__"
    ]
    assert everything == []
