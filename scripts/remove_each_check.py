"""Remove each access check, one at a time, and see that a test fails.

    .venv/bin/python scripts/remove_each_check.py [--only access.py] [--workers 2] [--list]

Each mutant is one change to one file, in a copy of the code: a condition of `roster/access.py` dropped, forced or
turned round; a page open to everyone who is signed in; a `require...` of an action left out; a question that starts
from every student instead of those the viewer reaches; a 404 not raised. A mutant that no test notices is printed and
the script ends with 1.
"""

import argparse
import ast
import concurrent.futures
import copy
import os
import queue
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
ACCESS = "heartwork/roster/access.py"
ALWAYS = ["heartwork/roster/tests/test_access.py", "heartwork/config/tests/test_doors.py"]
TURNED = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
TURNED |= {ast.LtE: ast.Gt, ast.GtE: ast.Lt, ast.Lt: ast.GtE, ast.Gt: ast.LtE}
EVERY_STUDENT = ast.parse("__import__('heartwork.roster.models').roster.models.Student.objects.all()", mode="eval").body


@dataclass(frozen=True)
class Mutant:
    """One file with one check removed."""

    path: str
    line: int
    what: str
    source: str


def _name(call: ast.AST) -> str:
    """The last name of what is called: `access.require_reach(...)` -> "require_reach"."""
    function = call.func if isinstance(call, ast.Call) else call
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _changes(tree: ast.Module, path: str) -> Iterator[tuple[ast.AST, str]]:
    """Yields after changing the tree in place, and changes it back when asked for the next."""
    for node in ast.walk(tree):
        if path == ACCESS:
            yield from _conditions(node)
        if isinstance(node, ast.FunctionDef):
            for at, decorator in enumerate(node.decorator_list):
                if _name(decorator) == "shows":
                    node.decorator_list[at] = ast.parse(
                        "access.shows('self.read', change='self.edit')", mode="eval"
                    ).body
                    yield node, f"{node.name} is open to everyone"
                    node.decorator_list[at] = decorator
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if not isinstance(block, list):
                continue
            for at, statement in enumerate(block):
                is_check = isinstance(statement, ast.Expr) and _name(statement.value).startswith("require")
                if is_check or (isinstance(statement, ast.Raise) and _is_refusal(statement)):
                    block[at] = ast.copy_location(ast.Pass(), statement)
                    yield statement, f"without: {ast.unparse(statement)}"
                    block[at] = statement
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.Call) and _name(value) == "visible_to" and path != ACCESS:
                setattr(node, field, EVERY_STUDENT)
                yield value, "every student instead of those in reach"
                setattr(node, field, value)
            if isinstance(value, list):
                for at, item in enumerate(value):
                    if isinstance(item, ast.Call) and _name(item) == "visible_to" and path != ACCESS:
                        value[at] = EVERY_STUDENT
                        yield item, "every student instead of those in reach"
                        value[at] = item


def _is_refusal(statement: ast.Raise) -> bool:
    return statement.exc is not None and _name(statement.exc) in ("Http404", "PermissionDenied")


def _conditions(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """The changes to one condition of the access rule."""
    if isinstance(node, ast.If | ast.IfExp):
        test = node.test
        for value in (True, False):
            node.test = ast.copy_location(ast.Constant(value), test)
            yield test, f"{ast.unparse(test)} -> {value}"
        node.test = test
    if isinstance(node, ast.BoolOp):
        operands = node.values
        for at, operand in enumerate(operands):
            node.values = (
                operands[:at] + operands[at + 1 :] + ([operands[0 if at else 1]] if len(operands) == 2 else [])
            )
            yield operand, f"without the condition {ast.unparse(operand)}"
        node.values = operands
    if isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
        operator = node.ops[0]
        node.ops[0] = TURNED[type(operator)]()
        yield node, f"turned round: {ast.unparse(node)}"
        node.ops[0] = operator
    if isinstance(node, ast.Call) and _name(node) in ("filter", "exclude", "Q") and ast.unparse(node.func) != "filter":
        keywords, arguments = node.keywords, node.args
        for at, keyword in enumerate(keywords):
            node.keywords = keywords[:at] + keywords[at + 1 :]
            yield keyword.value, f"{_name(node)} without {ast.unparse(keyword)}"
        node.keywords = keywords
        for at, argument in enumerate(arguments):
            node.args = arguments[:at] + arguments[at + 1 :]
            yield argument, f"{_name(node)} without {ast.unparse(argument)}"
        node.args = arguments
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr) and isinstance(node.right, ast.Call):
        before = copy.copy(node.__dict__)
        node.op = ast.BitAnd()
        yield node, "and in place of or"
        node.__dict__.update(before)


def mutants(only: str = "") -> list[Mutant]:
    """Every mutant of the code, those of the access rule first."""
    names = {"access.py", "views.py", "actions.py", "queries.py", "gaps.py"}
    files = [PROJECT / ACCESS]
    files += sorted(
        path
        for path in (PROJECT / "heartwork").glob("*/*.py")
        if path.name in names or path.name.startswith(("import_views", "import_queries", "import_actions"))
    )
    found: dict[tuple[str, int, str], Mutant] = {}
    for path in files:
        place = str(path.relative_to(PROJECT))
        if only and only not in place:
            continue
        tree = ast.parse(path.read_text())
        for node, what in _changes(tree, place):
            line = getattr(node, "lineno", 0)
            source = ast.unparse(tree)
            found.setdefault((place, line, what), Mutant(place, line, what, source))
    return list(found.values())


def is_noticed(mutant: Mutant, folder: Path) -> bool:
    """Whether a test fails with this mutant in place of the code."""
    target = folder / mutant.path
    original = target.read_text()
    target.write_text(mutant.source)
    room = Path(mutant.path).parent / "tests"
    tests = [test for test in ALWAYS if (folder / test).exists()]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-m",
        "not browser",
        *tests,
        str(room),
    ]
    try:
        run = subprocess.run(
            command, cwd=folder, capture_output=True, timeout=600, env=os.environ | {"PYTHONPATH": str(folder)}
        )
        return run.returncode != 0
    except subprocess.TimeoutExpired:
        return True
    finally:
        target.write_text(original)


def main() -> int:
    """Try every mutant; 0 when a test noticed each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only files whose path has this in it")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="name the mutants and stop")
    options = parser.parse_args()
    todo = mutants(options.only)
    if options.list:
        print(*(f"{m.path}:{m.line}: {m.what}" for m in todo), sep="\n")
        return 0
    missed = []
    with tempfile.TemporaryDirectory() as scratch:
        folders: queue.Queue[Path] = queue.Queue()
        for worker in range(options.workers):
            folder = Path(scratch, str(worker))
            ignore = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", "docs")
            shutil.copytree(PROJECT, folder, ignore=ignore)
            folders.put(folder)

        def attempt(mutant: Mutant) -> tuple[Mutant, bool]:
            folder = folders.get()
            try:
                return mutant, is_noticed(mutant, folder)
            finally:
                folders.put(folder)

        with concurrent.futures.ThreadPoolExecutor(options.workers) as pool:
            for done, (mutant, noticed) in enumerate(pool.map(attempt, todo), 1):
                if not noticed:
                    missed.append(mutant)
                    print(f"NOT NOTICED {mutant.path}:{mutant.line}: {mutant.what}", flush=True)
                elif done % 10 == 0:
                    print(f"{done} of {len(todo)}", flush=True)
    print(f"{len(todo)} checks removed one at a time; {len(todo) - len(missed)} noticed, {len(missed)} not.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
