"""Remove each access check, one at a time, and see that a test fails.

    .venv/bin/python scripts/remove_each_check.py [--only access.py:120] [--workers 2] [--list] [tests ...]

Each mutant is one change to one file: a condition of `roster/access.py`, or of another function that says yes or no
about a staff member, dropped, forced or turned round; a role given a right that it has not in `roster/access.toml`, or
taken one; a page open to everyone who is signed in; a `require...` left out; a 404 not raised; a question to the access
rule answered as if there were none. Every file is read that asks the rule or refuses, so a new room needs no entry. A
mutant that no test notices is printed and the script ends with 1.

How it stays short: one pytest session imports everything, collects the tests and migrates the database. From then on
each run of tests is a fork of that process. First all tests run with nothing removed, and must pass; meanwhile each
function tells which tests walk through it. Then each mutant gets a fork of its own, where the code of its function is
exchanged for the changed one, and the tests that walk through it run until one fails: those nearest first, then the
quickest. In the end the tests that failed run once more with nothing removed, and must pass.

Only a failing test counts. A mutant that breaks the run in another way, or takes too long (`--seconds`), is printed as
not noticed: it wants a test beside it, not one that comes past in the end. Nothing on the disk is changed. On two cores
the access rule against its own tests takes 20 minutes, and its table, word by word, five.
The other rooms take an hour, in three parts, each with the tests that can notice it:

    --only 'heartwork/(?!roster/access)(?!.*open to everyone)' --seconds 120 (all tests but those of doors and offers)
    --only 'heartwork/.*open to everyone' (the test in test_doors.py of what each door asks)
    --only '(what both left)' (test_offers.py, and the tests of the room)
"""

import argparse
import ast
import copy
import functools
import gc
import importlib
import itertools
import multiprocessing
import multiprocessing.connection
import os
import re
import sys
import time
import tomllib
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

PROJECT = Path(__file__).resolve().parents[1]
ACCESS = "heartwork/roster/access.py"
TABLE = "heartwork/roster/access.toml"
NEAREST = "heartwork/roster/tests/test_access"  # of the rule, and of its table
DOORS = "heartwork/config/tests/test_doors.py"
REFUSALS = ("heartwork/config/tests/test_actions_refuse.py", "heartwork/config/tests/test_questions_refuse.py")
OF_DOORS = f"{DOORS}::test_each_door_asks_what_it_declares_whatever_is_asked_behind_it"
# These work by the `heartwork` command, in processes of their own, where nothing is removed.
ELSEWHERE = ["test_backups.py", "test_backups_postgresql.py", "test_command_line.py", "test_demo.py", "test_killed.py"]
ELSEWHERE += ["test_prepared.py"]  # of keeping questions, which none is here
TURNED = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
TURNED |= {ast.LtE: ast.Gt, ast.GtE: ast.Lt, ast.Lt: ast.GtE, ast.Gt: ast.LtE}
CONDITIONS = (ast.If, ast.IfExp, ast.BoolOp, ast.Compare)
# What the access rule would answer if there were none: in words, and as an expression.
MODELS = "__import__('heartwork.roster.models', fromlist=['models'])"
WITHOUT_RULE = {
    "visible_to": ("every student", f"{MODELS}.Student.objects.all()"),
    "own": ("every student", f"{MODELS}.Student.objects.all()"),
    "visible_for": ("every student", f"{MODELS}.Student.objects.all()"),
    "reached_among": ("every student", f"set({MODELS}.Student.objects.values_list('pk', flat=True))"),
    "schools_of": ("every school", f"set({MODELS}.Organization.objects.values_list('pk', flat=True))"),
    "reaches_all": ("True", "True"),
    "may": ("True", "True"),
}

# Conditions without which the answer is the same: (function, what) -> why nobody can notice. Most only spare work.
SAME_ANSWER = {
    ("_visible", "key not in kept -> True"): "the way is worked out again, from the same assignments",
    ("_reached_by", "schools -> True"): "in no school, there is nobody: Django asks nothing",
    ("_reached_by", "sections -> True"): "in no section, there is nobody: Django asks nothing",
    ("_reached_by", "by_name -> True"): "by no role, there is nobody: Django asks nothing",
    ("_reached_by", "without the condition assignment.organization_id"): "no enrollment is at no school",
    ("_reached_by", "without the condition assignment.grades"): "in no grade, there is nobody: Django asks nothing",
    ("_reached_by", "assignment.organization_id and assignment.grades -> True"): "the two above",
    ("_reached_by", "filter without student__isnull=False"): "no enrollment is of no student; lets an index be used",
    ("_reached_by", "rest -> True"): "a union of one way is that way",
    ("places_of", "unknown -> True"): "of no students, there are no places: Django asks nothing",
    ("_reason", "assignment.organization -> True"): "a way by school or grades has one; the types do not know it",
    ("Asked.facts", "access.may(self.viewer, needs) -> True"): "only rules that the viewer may know ask for it",
    ("Asked.alike", "access.may(self.viewer, needs) -> True"): "only rules that the viewer may know ask for it",
    ("only_lent", "without the condition each.role in access.LENT"): "who is named otherwise is taken off again below",
    ("only_lent", "without the condition each.student_id"): "no student has no key; the types do not know it",
    ("entries", "without: access.require(viewer, 'journal.read')"): "`own_staff` asks for a right of the same people",
    ("to_answer", "access.may(viewer, 'routine.read') -> True"): "`asked_as` asks for each; this spares a query",
    ("participants", "access.may(viewer, 'student.read') -> True"): "who may not reaches nobody",
    ("sections_reached", "without the condition a.section_id"): "no section has no key; the types do not know it",
    ("students", "access.reaches_all(viewer, day) -> True"): "two ways to find the same rows by name",
    ("supports", "access.schools_of(viewer) -> every school"): "the order of a list that everyone reads",
    (
        "SupportSearch.__init__",
        "access.schools_of(viewer) -> every school",
    ): "shortens a long list to choose from",
    ("reached_among", "filter without pk__in=wanted"): "reads everyone in reach; the last line narrows again",
    # Checks of actions, likewise.
    ("explain", "without: access.require(actor, 'import.edit')"): "`remember_mapping` asks the same, first of all",
    ("sign_release", "without: access.require(actor, 'release.sign')"): "`to_sign` asks the same, before anything",
    ("begin", "without: access.require(actor, 'meeting.edit')"): "whoever may open one may, and a test says so",
    ("give_substitute", "without: access.require(actor, 'substitute.edit')"): "`handed_on` asks the same",
    ("end_substitute", "without: access.require(actor, 'substitute.edit')"): "`standing_in` asks the same",
    ("open_in_emergency", "without: access.require(actor, 'emergency.open')"): "`student_meant` asks the same",
    ("_require_place", "without: access.require(actor, 'measure.edit')"): "`may_edit_at` asks the same, first of all",
}


# -- what can be removed


@dataclass(frozen=True)
class Mutant:
    """One file with one check removed."""

    path: str
    line: int
    what: str
    nth: int  # of the changes to this file
    function: str  # the outermost around it: "Reason.sentence"
    lines: range = range(0)  # of that function
    door: str = ""  # the page whose declaration it is: tests of who is kept out never walk through the page
    turn: tuple[str, str, str] = ("", "", "")  # of the table: may, what, role; or reach, role, how far

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.function}: {self.what}"


def _name(call: ast.AST) -> str:
    """The last name of what is called: `access.require_reach(...)` -> "require_reach"."""
    function = call.func if isinstance(call, ast.Call) else call
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _asks(tree: ast.Module) -> bool:
    """Whether a file asks who may, or refuses: by what it imports."""
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return not {each.name for node in froms for each in node.names}.isdisjoint(
        ("access", "Http404", "PermissionDenied")
    )


def _answers_who_may(node: ast.AST) -> bool:
    """Whether a function says yes or no about a staff member: a rule of its room."""
    if not isinstance(node, ast.FunctionDef):
        return False
    of_whom = [ast.unparse(argument.annotation) for argument in node.args.args if argument.annotation]
    return "StaffMember" in of_whom and node.returns is not None and ast.unparse(node.returns) == "bool"


def _looks_at_roles(node: ast.AST) -> bool:
    """Whether a condition asks for somebody's role itself."""
    condition = node.test if isinstance(node, ast.If | ast.IfExp) else node
    read = [inner for inner in ast.walk(condition) if isinstance(inner, ast.Attribute)]
    return any(each.attr == "role" or ast.unparse(each) in ("access.REACH", "access.roles_of") for each in read)


def _changes(tree: ast.Module, path: str) -> Iterator[tuple[ast.AST, str]]:
    """Yields after changing the tree in place, and changes it back when asked for the next."""
    rules = [node for node in ast.walk(tree) if _answers_who_may(node)] if not path.endswith("actions.py") else []
    of_rules = {inner for rule in rules for inner in ast.walk(rule)}
    for node in ast.walk(tree):
        if path == ACCESS or node in of_rules or (isinstance(node, CONDITIONS) and _looks_at_roles(node)):
            yield from _conditions(node)
        if path != ACCESS:
            yield from _answers(node)
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if _name(decorator) == "shows" and "self.read" not in ast.unparse(decorator):  # done by `open_door`
                    yield node, f"{node.name} is open to everyone"
        for field_ in ("body", "orelse"):
            block = getattr(node, field_, None)
            if not isinstance(block, list):
                continue
            for at, statement in enumerate(block):
                is_check = isinstance(statement, ast.Expr) and _name(statement.value).lstrip("_").startswith("require")
                if is_check or (isinstance(statement, ast.Raise) and _is_refusal(statement)):
                    block[at] = ast.copy_location(ast.Pass(), statement)
                    yield statement, f"without: {ast.unparse(statement)}"
                    block[at] = statement


def _is_refusal(statement: ast.Raise) -> bool:
    return statement.exc is not None and _name(statement.exc) in ("Http404", "PermissionDenied")


def _answers(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """What is asked of the access rule, answered as if there were none."""
    for name, value in ast.iter_fields(node):
        held: Any = value if isinstance(value, list) else node.__dict__
        for place in range(len(value)) if isinstance(value, list) else [name]:
            asked = held[place]
            called = ast.unparse(asked.func).removeprefix("access.") if isinstance(asked, ast.Call) else ""
            if called in WITHOUT_RULE:
                words, expression = WITHOUT_RULE[called]
                held[place] = ast.parse(expression, mode="eval").body
                yield asked, f"{ast.unparse(asked)} -> {words}"
                held[place] = asked


def _conditions(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """The changes to one condition of the access rule."""
    if isinstance(node, ast.If | ast.IfExp):
        test = node.test
        for value in (True, False):
            node.test = _whatever(test, value)
            yield test, f"{ast.unparse(test)} -> {value}"
        node.test = test
    if isinstance(node, ast.BoolOp):
        operands = node.values
        is_and = isinstance(node.op, ast.And)
        for at, operand in enumerate(operands):
            if isinstance(operand, ast.Name | ast.UnaryOp | ast.Compare):
                node.values = [*operands[:at], _whatever(operand, is_and), *operands[at + 1 :]]
            else:
                again = [operands[0 if at else 1]] if len(operands) == 2 else []
                node.values = operands[:at] + operands[at + 1 :] + again
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


def _whatever(condition: ast.expr, value: bool) -> ast.expr:
    """The value, whatever the condition: which is still named, because a function in another must go on to hold it."""
    return ast.copy_location(ast.BoolOp(ast.Or() if value else ast.And(), [ast.Constant(value), condition]), condition)


def _functions(tree: ast.Module) -> dict[str, range]:
    """The lines of each function and method; one inside another belongs to it."""
    found = {}
    for node in tree.body:
        prefix, block = (f"{node.name}.", node.body) if isinstance(node, ast.ClassDef) else ("", [node])
        for each in block:
            if isinstance(each, ast.FunctionDef):
                first = min([each.lineno, *(decorator.lineno for decorator in each.decorator_list)])
                found[prefix + each.name] = range(first, (each.end_lineno or first) + 1)
    return found


@functools.cache
def files() -> list[str]:
    """The files that hold checks, the access rule first."""
    found = sorted(str(path.relative_to(PROJECT)) for path in (PROJECT / "heartwork").rglob("*.py"))
    ours = [path for path in found if not {"tests", "migrations", "testing"} & set(Path(path).parts)]
    return [ACCESS, *(path for path in ours if path != ACCESS and _asks(_tree(path)))]


def mutants(only: str = "") -> list[Mutant]:
    """Every mutant in whose words this pattern is found, those of the access rule first."""
    found: dict[tuple[str, int, int, str], Mutant] = {}
    for path in files():
        tree = _tree(path)
        functions = _functions(tree)
        for nth, (node, what) in enumerate(_changes(tree, path)):
            line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
            if not re.search(only, f"{path}:{line}: {what}"):
                continue
            function, lines = next(((name, at) for name, at in functions.items() if line in at), ("", range(0)))
            door = node.name if isinstance(node, ast.FunctionDef) else ""
            mutant = Mutant(path, line, what, nth, function, lines, door)
            found.setdefault((path, line, column, what), mutant)
    return list(found.values()) + [
        each for each in of_the_table() if re.search(only, f"{each.path}:{each.line}: {each.what}")
    ]


def of_the_table() -> Iterator[Mutant]:
    """Each role given each right that it has not, and taken each that it has; and reaching as far as others do."""
    text = (PROJECT / TABLE).read_text()
    policy = tomllib.loads(text)
    lines = {line.split("=")[0].strip(' "'): number for number, line in enumerate(text.splitlines(), 1) if "= " in line}
    everyone = [*policy["reach"], "everyone"]
    for what, roles in policy["may"].items():
        for role in everyone:
            words = f"{role} may {'no longer ' if role in roles else ''}{what}"
            yield Mutant(TABLE, lines[what], words, 0, "may", turn=("may", what, role))
    for role, far in policy["reach"].items():
        for other in sorted({*policy["reach"].values()} - {far}):
            yield Mutant(TABLE, lines[role], f"{role} reaches: {other}", 0, "reach", turn=("reach", role, other))


def _tree(path: str) -> ast.Module:
    return ast.parse((PROJECT / path).read_text())


def _compiled(tree: ast.Module, path: str) -> CodeType:
    return compile(ast.fix_missing_locations(tree), str(PROJECT / path), "exec")


# -- exchanging the code of functions that are already there


def _inner(code: CodeType) -> Iterator[CodeType]:
    """The code of every function in this code."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inner(constant)


def exchange(path: str, changed: CodeType, lines: range | None = None) -> None:
    """Give the functions of a file (on these lines) the changed code, wherever they are held: one object each."""
    new = {(code.co_qualname, code.co_firstlineno): code for code in _inner(changed)}
    count = 0
    for function in functions_in().get(str(PROJECT / path), []):
        old = function.__code__
        if lines is None or old.co_firstlineno in lines:
            function.__code__ = new[old.co_qualname, old.co_firstlineno]
            count += 1
    if not count:
        raise LookupError("no such function")


@functools.cache
def functions_in() -> dict[str, list[FunctionType]]:
    """Every function of ours that there is, by its file. Asked for once, before anything is forked: it is slow."""
    for path in files():
        _module(path)  # a file of pages may be imported with the first request only
    found: dict[str, list[FunctionType]] = {}
    for each in gc.get_objects():
        if type(each) is FunctionType and each.__code__.co_filename.startswith(str(PROJECT)):
            found.setdefault(each.__code__.co_filename, []).append(each)
    return found


def open_door(path: str, name: str) -> None:
    """Let everyone who is signed in see and change what a page shows."""
    door = getattr(_module(path), name)
    while "read" not in door.__code__.co_freevars:
        door = door.__wrapped__
    kept = dict(zip(door.__code__.co_freevars, door.__closure__, strict=True))
    kept["read"].cell_contents, kept["change"].cell_contents = "self.read", "self.edit"


def turn(part: str, name: str, value: str) -> None:
    """Change one word of the table: give or take a right, or set how far a role reaches."""
    access = _module(ACCESS)
    if part == "reach":
        access.REACH[name] = value
    else:
        (access.MAY[name].remove if value in access.MAY[name] else access.MAY[name].append)(value)


def _module(path: str) -> Any:
    return importlib.import_module(path.removesuffix(".py").replace("/", "."))


def remove(mutant: Mutant) -> None:
    """Take the check out of the code of this process."""
    if mutant.door:
        open_door(mutant.path, mutant.door)
    elif mutant.path == TABLE:
        turn(*mutant.turn)
    else:
        tree = _tree(mutant.path)
        changing = _changes(tree, mutant.path)
        next(itertools.islice(changing, mutant.nth, None))
        exchange(mutant.path, _compiled(tree, mutant.path), mutant.lines)


def telling() -> dict[str, CodeType]:
    """The code of each file, in which each function tells that a test walks through it, by the outermost around it."""
    told = {}
    for path in files():
        tree = _tree(path)
        for function, lines in _functions(tree).items():
            tell = ast.parse(f"_walked_({(path, function)!r})").body[0]
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef) and node.lineno in lines:
                    node.body.insert(1 if ast.get_docstring(node) else 0, tell)
        told[path] = _compiled(tree, path)
    return told


# -- runs of tests, each in a process of its own


@dataclass(frozen=True)
class Job:
    """Tests to run: on a mutant, or with nothing removed."""

    tests: list[str]
    mutant: Mutant | None = None
    telling: dict[str, CodeType] = field(default_factory=dict)  # to learn which test walks where


@dataclass
class Outcome:
    """How a run of tests went."""

    failed: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)  # of each test that ran
    walked: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    trouble: str = ""  # why this run says nothing


def run_tests(session: pytest.Session, items: dict[str, pytest.Item], job: Job) -> Outcome:
    """Run the tests in this process, a fork of its own."""
    outcome = Outcome()
    walked: set[tuple[str, str]] = set()
    if job.mutant:
        try:
            remove(job.mutant)
        except Exception as error:
            return Outcome(trouble=f"could not be removed: {error!r}")
    for path, code in job.telling.items():
        _module(path)._walked_ = walked.add
        exchange(path, code)
    chosen = [items[test] for test in job.tests]
    session._setupstate.teardown_exact(chosen[0])
    for item, following in zip(chosen, [*chosen[1:], chosen[-1]], strict=True):
        walked.clear()
        began = time.monotonic()
        reports = runtestprotocol(item, log=False, nextitem=following)
        outcome.seconds[item.nodeid] = time.monotonic() - began
        for place in walked:
            outcome.walked.setdefault(place, []).append(item.nodeid)
        if any(report.failed for report in reports):
            outcome.failed.append(item.nodeid)
            if job.mutant:
                break
    return outcome


def _and_tell(pipe: Any, session: pytest.Session, items: dict[str, pytest.Item], job: Job) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    try:
        pipe.send(run_tests(session, items, job))
    except BaseException:  # also an end of the process that a test asked for
        pipe.send(Outcome(trouble=traceback.format_exc()))
    os._exit(0)  # what stands behind the session is the first process's to clean


class Runs:
    """The session that is forked, and what was learned with nothing removed."""

    def __init__(self, session: pytest.Session, workers: int, limit: int) -> None:
        self.session, self.workers, self.limit = session, workers, limit
        self.items = {item.nodeid: item for item in session.items}
        self.seconds: dict[str, float] = {}
        self.walked: dict[tuple[str, str], set[str]] = {}
        self.telling = telling()
        first = next(item for item in session.items if "district" in getattr(item, "fixturenames", ()))
        other = next(item for item in session.items if item is not first)
        runtestprotocol(first, log=False, nextitem=other)  # migrates the database, which every fork then has
        functions_in()
        gc.freeze()  # else the first collection in a fork copies all that it shares

    def side_by_side(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Outcome]]:
        """Do the jobs; what comes of them, as they end."""
        fork = multiprocessing.get_context("fork")
        waiting = iter(jobs)
        running: dict[Any, tuple[Job, Any, float]] = {}
        while True:
            while len(running) < self.workers and (job := next(waiting, None)):
                here, there = fork.Pipe(duplex=False)
                process = fork.Process(target=_and_tell, args=(there, self.session, self.items, job))
                process.start()
                there.close()
                running[here] = (job, process, time.monotonic() + self.limit)
            if not running:
                return
            told: list[Any] = multiprocessing.connection.wait(list(running), timeout=1)
            late = [pipe for pipe, (job, _, until) in running.items() if job.mutant and time.monotonic() > until]
            for pipe in {*told, *late}:
                job, process, _ = running.pop(pipe)
                if pipe in told:
                    try:
                        outcome = pipe.recv()
                    except EOFError:
                        outcome = Outcome(trouble="the process ended without a word")
                else:
                    process.kill()
                    outcome = Outcome(trouble=f"still running after {self.limit} seconds")
                process.join()
                yield job, outcome

    def with_nothing_removed(self, tests: list[str]) -> list[str]:
        """Run the tests on the code as it is; those that fail. Learns which test walks where."""
        parts = [tests[at :: self.workers] for at in range(self.workers)]
        failed = []
        for _, outcome in self.side_by_side(Job(part, telling=self.telling) for part in parts if part):
            failed += outcome.failed + ([outcome.trouble] if outcome.trouble else [])
            self.seconds |= outcome.seconds
            for place, met in outcome.walked.items():
                self.walked.setdefault(place, set()).update(met)
        return failed

    def tests_for(self, mutant: Mutant) -> list[str]:
        """The tests that can notice the mutant: those nearest to it first, then the quickest."""
        found = self.walked.get((mutant.path, mutant.function), set())
        if mutant.door:
            found = found | {test for test in self.items if test.startswith(DOORS)}
        if mutant.path == TABLE:
            found = {test for test in self.items if test.startswith(NEAREST)}
        room = Path(mutant.path).parent
        row = f"[{room.name}.{mutant.function}]"  # of the table of actions

        def distance(test: str) -> tuple[bool, bool, bool, float]:
            is_first = test.startswith(NEAREST) or test.endswith(row) or (bool(mutant.door) and test == OF_DOORS)
            refuses = test.startswith(REFUSALS) and f"[{room.name}." in test
            return not is_first, not test.startswith(f"{room}/tests"), not refuses, self.seconds[test]

        return sorted(found, key=distance)

    def attempt(self, todo: list[Mutant]) -> tuple[dict[Mutant, str], set[str]]:
        """Those that no test noticed, and why; and the tests that noticed the others."""
        missed: dict[Mutant, str] = {}
        witnesses: set[str] = set()
        jobs = [Job(self.tests_for(mutant), mutant) for mutant in todo]
        for job in jobs:
            if job.mutant and not job.tests:
                missed[job.mutant] = "no test walks here"
        jobs = [job for job in jobs if job.tests]
        for done, (job, outcome) in enumerate(self.side_by_side(jobs), 1):
            assert job.mutant
            if outcome.failed and not outcome.trouble:
                witnesses.update(outcome.failed)
            else:
                missed[job.mutant] = outcome.trouble or f"{len(outcome.seconds)} tests pass"
                print(f"NOT NOTICED {job.mutant} ({missed[job.mutant]})", flush=True)
            if done % 20 == 0 or done == len(jobs):
                print(f"{done} of {len(jobs)}", flush=True)
        return missed, witnesses


class Plan:
    """What the session does in place of running each test once."""

    def __init__(self, todo: list[Mutant], workers: int, limit: int) -> None:
        self.todo, self.workers, self.limit, self.answer = todo, workers, limit, 2

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Learn, remove one check after the other, and see that the tests were right to fail."""
        if session.testsfailed:
            return None  # a file of tests could not be read: pytest says so
        began = time.monotonic()
        runs = Runs(session, self.workers, self.limit)
        failed = runs.with_nothing_removed(list(runs.items))
        print(f"{len(runs.seconds)} tests with nothing removed: {time.monotonic() - began:.0f} s", flush=True)
        if failed:
            print("They must pass before anything is removed:", *failed, sep="\n  ")
            return True
        missed, witnesses = runs.attempt(self.todo)
        failed = runs.with_nothing_removed(sorted(witnesses, key=runs.seconds.__getitem__))
        if failed:
            print("They noticed a check that was gone, but also fail when none is:", *failed, sep="\n  ")
            return True
        print(f"\n{len(self.todo)} checks removed one at a time: {len(self.todo) - len(missed)} noticed,", end=" ")
        print(f"{len(missed)} not. {(time.monotonic() - began) / 60:.0f} minutes.")
        for mutant, why in missed.items():
            print(f"NOT NOTICED {mutant} ({why})")
        self.answer = 1 if missed else 0
        return True


def main() -> int:
    """Try every mutant; 0 when a test noticed each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help='a pattern: only checks with this in "path:line: what"')
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=600, help="at most so long for the tests of one mutant")
    parser.add_argument("--list", action="store_true", help="name the mutants and stop")
    parser.add_argument("tests", nargs="*", default=["heartwork"], help="only these tests: folders and files")
    options = parser.parse_args()
    everything = mutants(options.only)
    todo = [mutant for mutant in everything if (mutant.function, mutant.what) not in SAME_ANSWER]
    gone = set(SAME_ANSWER) - {(mutant.function, mutant.what) for mutant in everything}
    if gone and not options.only:
        print("Listed as the same answer, and not in the code:", *gone, sep="\n  ")
        return 2
    if options.list:
        print(*todo, sep="\n")
        return 0
    os.chdir(PROJECT)
    sys.path.insert(0, str(PROJECT))  # this code, also where another copy is installed
    _module("heartwork/roster/prepared.py").SHAPES = 0  # each question put together anew, by every test that asks it
    plan = Plan(todo, options.workers, options.seconds)
    arguments = ["-q", "-s", "-m", "not browser", "-p", "no:cacheprovider", *options.tests]
    code = pytest.main(arguments + [f"--ignore-glob=*/{name}" for name in ELSEWHERE], plugins=[plan])
    return plan.answer if code in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) else int(code)


if __name__ == "__main__":
    sys.exit(main())
