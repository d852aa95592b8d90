"""The page that teaches to read charts shows what the code draws now."""

import importlib.util
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def script():
    found = importlib.util.spec_from_file_location(
        "draw_reading_charts", PROJECT / "scripts" / "draw_reading_charts.py"
    )
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def documents(script):
    return script.documents()


def test_the_page_and_its_pictures_are_what_the_code_draws_now(documents, script):
    stale = [path.name for path, text in documents.items() if not path.exists() or path.read_text("utf-8") != text]
    assert stale == [], "Run scripts/draw_reading_charts.py."
    assert {*script.PICTURES.glob("*.svg")} == {*documents} - {script.PAGE}


def test_every_picture_stands_alone(documents):
    for path, text in documents.items():
        if path.suffix != ".svg":
            continue
        root = ElementTree.fromstring(text)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        style = root.find("{http://www.w3.org/2000/svg}style").text
        assert "var(" not in style
        assert "light-dark(" not in style
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)


def test_every_picture_of_the_page_exists_and_has_words_for_those_who_cannot_see_it(documents, script):
    shown = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", documents[script.PAGE])
    assert len(shown) >= 20
    assert all(words for words, _ in shown)
    assert {script.PAGE.parent / path for _, path in shown} == {*documents} - {script.PAGE}
