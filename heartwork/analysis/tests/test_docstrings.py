"""Every example a reader can check by hand is checked by the machine too."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

from heartwork import analysis

MODULES = sorted(module.name for module in pkgutil.iter_modules(analysis.__path__) if module.name != "tests")


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_are_right(name):
    assert doctest.testmod(importlib.import_module(f"heartwork.analysis.{name}")).failed == 0


def test_the_examples_in_the_guide_to_the_numbers_are_right():
    guide = Path(analysis.__file__).parents[2] / "docs" / "analysis.md"
    assert doctest.testfile(str(guide), module_relative=False).failed == 0
