"""A site whose declarations are not whole does not start."""

import pytest

from heartwork.config import serving
from heartwork.config.saying import Problem
from heartwork.privacy import classes
from heartwork.privacy.classes import Declared


def test_a_field_without_a_class_keeps_the_site_from_being_served(monkeypatch):
    said = classes.declarations()
    declared = said["roster.Student"]
    rest = {field: of for field, of in declared.fields.items() if field != "birth_date"}
    monkeypatch.setattr(classes, "declarations", lambda: said | {"roster.Student": Declared(declared.kind, rest)})
    with pytest.raises(Problem, match="birth_date is in no class"):
        serving.serve("127.0.0.1", 0, 1)


def test_a_site_that_declares_everything_passes():
    serving.require_declarations()
