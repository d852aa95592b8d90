"""The tables under docs/trust: every requirement and every attack is answered, and every test that is named exists."""

import ast
import functools
import re
from collections import Counter
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
TRUST = PROJECT / "docs" / "trust"
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
ANSWERS = {"test", "design", "not here", "open"}


def rows(page):
    """The lines of a page's tables, as lists of cells, without headings."""
    for line in (TRUST / page).read_text().splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not set(cells[0]) <= {"-", " "} and cells[0] not in ("id", "attack"):
                yield cells


@functools.cache
def functions(path):
    """The tests that a file holds, read and not imported."""
    found = PROJECT / path if path.startswith("tests/") else PROJECT / "heartwork" / path
    return {node.name for node in ast.parse(found.read_text()).body if isinstance(node, ast.FunctionDef)}


def missing(text):
    return [f"{path}::{name}" for path, name in NAMED.findall(text) if name not in functions(path)]


def test_each_requirement_of_levels_1_and_2_has_one_answer():
    table = list(rows("asvs.md"))
    assert {len(row) for row in table} == {5}
    assert [identity for identity, times in Counter(row[0] for row in table).items() if times > 1] == []
    assert all(re.fullmatch(r"V\d+\.\d+\.\d+", row[0]) for row in table)
    assert Counter(row[1] for row in table) == {"1": 70, "2": 183}
    for identity, _, words, answer, by in table:
        assert answer in ANSWERS, identity
        assert words, identity
        assert NAMED.search(by) if answer == "test" else by, identity


def test_at_least_a_hundred_are_held_by_a_test_and_the_page_counts_right():
    counted = Counter(row[3] for row in rows("asvs.md"))
    assert counted["test"] >= 100
    said = re.findall(r"^- \*\*([a-z ]+)\*\* \((\d+)\)", (TRUST / "asvs.md").read_text(), re.MULTILINE)
    assert {answer: int(number) for answer, number in said} == counted


def test_every_attack_is_tried_or_has_no_surface():
    table = list(rows("attacks.md"))
    assert len(table) >= 24
    for attack, by, left in table:
        assert NAMED.search(by) or (by == "no such surface yet" and left), attack


def test_every_test_that_is_named_exists():
    for page in sorted(TRUST.glob("*.md")):
        assert missing(page.read_text()) == [], page.name
