"""`heartwork import`: the same import as on the page, told on a terminal."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from rich.table import Table
from rich.text import Text

from heartwork.config.saying import Problem, bar, console
from heartwork.roster import imports
from heartwork.roster.models import ImportRun, StaffMember

MOST_GROUPS = 25  # kinds of problem that are shown; the file with the rows has them all
NO_ANSWER = 3
WORDS = {"reject": "left out", "warn": "kept, look", "clean": "mended"}


def import_path(path: Path, *, username: str | None, yes: bool, agreed: bool, only_read: bool) -> int:
    """Read, show, ask, apply. 0 when applied or nothing to do, 3 when a person said no. Raises Problem."""
    actor = _actor(username)
    if not path.exists():
        raise Problem(f"There is no {path}.", "Give a zip, a folder or one CSV file.")
    try:
        run = imports.begin(actor, name=path.resolve().name, source=path)
    except imports.ArchiveRefused as refused:
        raise Problem(str(refused), "Nothing was imported.") from refused
    run = _with_bar("Reading", lambda on_progress: imports.read(run.pk, on_progress))
    if run.state == ImportRun.State.FAILED:
        raise Problem(run.error or "It could not be read.", "Nothing was imported.")
    show(run)
    if not _changes(run):
        imports.set_aside(actor, run)
        console.print("Nothing to do: everything in it is here already.")
        return 0
    if only_read:
        console.print("Read and left to be applied, on the page Imports or with --yes.")
        return 0
    agreed = agreed or not run.summary.get("asks")
    if not (yes and agreed):
        for question in run.summary.get("asks", []):
            console.print(Text(question, style="bold"))
        if yes:
            raise Problem("It was not applied, because it would end so much.", "If that is right: --agree-to-end-many")
        if console.input("Apply it? Type yes: ").strip().lower() != "yes":
            console.print("Nothing was changed. It waits on the page Imports.")
            return NO_ANSWER
        agreed = True
    run = apply(run, actor, agreed=agreed)
    console.print("Applied.")
    return 0


def apply(run: ImportRun, actor: StaffMember | None, *, agreed: bool) -> ImportRun:
    """Apply what was read, with a bar. Raises Problem."""
    try:
        return _with_bar(
            "Applying", lambda on_progress: imports.apply(run.pk, actor=actor, agreed=agreed, on_progress=on_progress)
        )
    except imports.Stale as stale:
        raise Problem("Another import was applied while you read this one.", "Run the same command again.") from stale
    except imports.NeedsAgreement as needs:
        raise Problem(str(needs), "If that is right: --agree-to-end-many") from needs


def read_and_apply(actor: StaffMember | None, *, name: str, source: Path) -> ImportRun:
    """For the demo: the real import, without questions."""
    run = imports.begin(actor, name=name, source=source)
    run = _with_bar("Reading", lambda on_progress: imports.read(run.pk, on_progress))
    if run.state == ImportRun.State.FAILED:
        raise Problem(run.error)
    return apply(run, actor, agreed=True)


def _alone(work: Callable[[], ImportRun]) -> ImportRun:
    try:
        return work()
    except imports.Busy as busy:
        raise Problem(str(busy), "Wait until the other one is done.") from busy


def _actor(username: str | None) -> StaffMember | None:
    if username is None:
        return None
    person = StaffMember.objects.filter(username__iexact=username, is_active=True).first()
    if not person:
        raise Problem(f"Nobody signs in as {username}.", "Leave --as out, or give the name someone signs in with.")
    return person


def _with_bar(what: str, work: Callable[[Callable[[imports.Progress], None]], ImportRun]) -> ImportRun:
    with bar(what) as progress:

        def on_progress(done: imports.Progress) -> None:
            progress.at(done.bytes, done.of_bytes or None, f"{what} {done.file}".strip())

        return _alone(lambda: work(on_progress))


def _changes(run: ImportRun) -> int:
    return sum(noun["added"] + noun["changed"] + noun["ended"] for noun in run.summary.get("nouns", []))


def show(run: ImportRun) -> None:
    """The preview, as on the page: files, what would change, and what is not right with which rows."""
    said = run.summary
    console.print(f"\n{said.get('form', '')}")
    files = _table("file", "rows", "kept", "with a word", "left out", "")
    for one in said.get("files", []):
        numbers = [f"{one[name]:,}" for name in ("rows", "kept", "warned", "rejected")]
        files.add_row(Text(one["name"]), *numbers, Text(one.get("problem") or ""))
    console.print(files)
    nouns = _table("", "new", "changed", "ended", "as before")
    for noun in said.get("nouns", []):
        nouns.add_row(noun["noun"], *(f"{noun[name]:,}" for name in ("added", "changed", "ended", "untouched")))
    console.print("\nWhat it would change", style="bold")
    console.print(nouns)
    groups = said.get("groups", [])
    if groups:
        console.print("\nWhat is not as it should be", style="bold")
        for group in groups[:MOST_GROUPS]:
            what = ", ".join(name for name in (group["file"], group["column"]) if name)
            told = f"{what}: {group['message']} ({_where(group)})"
            console.print(Text(f"{group['count']:>7,} {WORDS[group['severity']]:<11} {told}"))
        if len(groups) > MOST_GROUPS:
            console.print(f"and {len(groups) - MOST_GROUPS} more kinds")
        console.print(f"Every such row: {settings.IMPORTS / str(run.public_id) / 'problems.csv'}", soft_wrap=True)
    for unknown in said.get("unknown", []):
        console.print(
            f"\n{unknown['name']}: no kind of file that we know. Say what its columns mean on the page Imports."
        )
    console.print()


def _where(group: dict[str, Any]) -> str:
    """On which lines a problem stands, as far as they were kept; of a whole file, what it is about."""
    lines = [str(example["line"]) for example in group["examples"] if example["line"]]
    if not lines:
        return ", ".join(["the whole file", *(example["value"] for example in group["examples"] if example["value"])])
    return f"line {', '.join(lines)}" + (", ..." if group["count"] > len(lines) else "")


def _table(*headings: str) -> Table:
    table = Table(box=None, show_edge=False, pad_edge=False)
    for heading in headings:
        numeric = heading in ("rows", "kept", "with a word", "left out", "new", "changed", "ended", "as before")
        table.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    return table
