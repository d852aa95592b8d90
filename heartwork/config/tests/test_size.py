"""The engine of meetings stays small, and so does what is an activity's own: what grows belongs somewhere else."""

import ast
import tokenize
from pathlib import Path

import heartwork

HOUSE = Path(heartwork.__file__).parent
ENGINE, OWN = 800, 600  # lines of code: without blank ones, comments and docstrings
NOT_CODE = {tokenize.ENCODING, tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE}
NOT_CODE |= {tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def lines_of_code(room: str) -> int:
    """Of a room, its tests and migrations left out."""
    files = [path for path in (HOUSE / room).rglob("*.py") if not {"tests", "migrations"} & set(path.parts)]
    return sum(len(_code(path) - _docstrings(path)) for path in files)


def _code(path: Path) -> set[int]:
    with path.open("rb") as file:
        found = [token for token in tokenize.tokenize(file.readline) if token.type not in NOT_CODE]
    return {line for token in found for line in range(token.start[0], token.end[0] + 1)}


def _docstrings(path: Path) -> set[int]:
    held = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, held) and node.body]
    first = [node.body[0] for node in nodes if ast.get_docstring(node, clean=False) is not None]
    return {line for each in first for line in range(each.lineno, (each.end_lineno or each.lineno) + 1)}


def test_the_engine_of_meetings_stays_small():
    assert lines_of_code("meetings") < ENGINE


def test_what_is_an_activitys_own_stays_small():
    rooms = {path.parent.name for path in HOUSE.glob("*/activity.py")} - {"audits"}  # which has pages of its own
    assert len(rooms) >= 10
    assert {room: lines for room in sorted(rooms) if (lines := lines_of_code(room)) >= OWN} == {}
