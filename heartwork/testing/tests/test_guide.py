"""The pictures of the user guide: each is shown, each that is shown is there, and the main pages are there twice."""

import re

import pytest
from django.conf import settings

GUIDE = settings.PROJECT / "docs" / "guide"
SHOWN = re.compile(r"!\[([^\]]*)\]\(pictures/([a-z-]+\.png)\)")
MAIN_PAGES = [
    "sign-in",
    "today",
    "students",
    "student",
    "constellation",
    "who-sees",
    "supports",
    "coverage",
    "gaps",
    "gap",
    "audit-new",
    "audit",
    "audit-student",
    "audit-questions",
    "recap",
    "patterns",
    "follow-ups",
    "together",
    "imports",
    "people",
]


def shown() -> dict[str, str]:
    """The pictures in the guide, and what is said of each to those who do not see it."""
    return {name: words for path in GUIDE.glob("*.md") for words, name in SHOWN.findall(path.read_text())}


def test_every_picture_is_shown_and_every_one_shown_is_there():
    assert {path.name for path in (GUIDE / "pictures").iterdir()} == shown().keys()


def test_every_picture_says_in_words_what_it_is():
    assert [name for name, words in shown().items() if len(words) < 4] == []


@pytest.mark.parametrize("name", MAIN_PAGES)
def test_a_main_page_is_shown_on_a_phone_and_on_a_laptop(name):
    assert {f"{name}-phone.png", f"{name}-laptop.png"} <= shown().keys()
