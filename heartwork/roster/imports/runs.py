"""The life of an import: taken in, read, looked at, applied or set aside. A crash leaves the old roster or the new."""

import fcntl
import gc
import json
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from heartwork.journal.actions import note
from heartwork.roster import access
from heartwork.roster.actions import keep_joined
from heartwork.roster.imports.diff import Diff, Plan, diffs
from heartwork.roster.imports.intake import ArchiveRefused, take_in
from heartwork.roster.imports.kinds import declared
from heartwork.roster.imports.problems import Problems
from heartwork.roster.imports.progress import Heart, Progress, last_heard
from heartwork.roster.imports.reading import Reading
from heartwork.roster.imports.stage import Stage
from heartwork.roster.imports.twins import find_twins
from heartwork.roster.models import ColumnMapping, ImportRun, StaffMember

log = logging.getLogger(__name__)
OnProgress = Callable[[Progress], None]
State = ImportRun.State


class NeedsAgreement(Exception):
    """Applying would end many enrollments: a person must agree first. `asks` says what to."""

    def __init__(self, asks: list[str]) -> None:
        super().__init__(" ".join(asks))
        self.asks = asks


class Stale(Exception):
    """Another import was applied since this one was read: read it again first."""


class Busy(Exception):
    """This import is being worked on already."""


def folder_of(run: ImportRun) -> Path:
    """Where the files of a run are kept."""
    return Path(settings.IMPORTS) / str(run.public_id)


def begin(actor: StaffMember | None, *, name: str, source: Path, move: bool = False) -> ImportRun:
    """Take in a zip, a folder or one CSV. `move`: the source is ours to delete afterwards. Raises ArchiveRefused."""
    if actor:
        access.require(actor, "import.edit")
    run = ImportRun(started_by=actor, name=name[:255])
    folder = folder_of(run)
    try:
        take_in(source, folder / "files")
    except ArchiveRefused:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        if move and source.is_file():
            source.unlink()
    folder.chmod(0o700)
    with transaction.atomic():
        run.save()
        note(actor, "import.begun", run)
    return run


@contextmanager
def _alone(run: ImportRun) -> Iterator[None]:
    """Only one process works on a run. The lock ends with the process, however it ends. Raises Busy."""
    with (folder_of(run) / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(_("This import is being worked on.")) from error
        yield


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Do not look for reference cycles meanwhile: among millions of cells that took a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _keep(run: ImportRun, **values: Any) -> None:
    for name, value in values.items():
        setattr(run, name, value)
    run.save(update_fields=list(values))


def last_applied() -> ImportRun | None:
    """The import that was applied last."""
    return ImportRun.objects.filter(state=State.APPLIED).order_by("-finished_at", "-pk").first()


def read(run_pk: int, on_progress: OnProgress | None = None) -> ImportRun:
    """Read the files of a run and compare them with the roster: READY to look at, or FAILED. Raises Busy."""
    run = ImportRun.objects.get(pk=run_pk)
    if run.state in (State.APPLIED, State.SET_ASIDE):
        return run
    with _alone(run):
        _keep(run, state=State.READING, error="", heard_at=timezone.now(), follows=last_applied(), progress={})
        try:
            _keep(run, state=State.READY, heard_at=timezone.now(), **_read(run, on_progress))
        except Exception as error:
            log.exception("import %s stopped while it was read", run.pk)
            _keep(run, state=State.FAILED, finished_at=timezone.now(), error=_in_words(error))
    return run


def _in_words(error: Exception) -> str:
    return _("Something went wrong that we did not expect (%(kind)s). Nothing was imported.") % {
        "kind": type(error).__name__
    }


def _read(run: ImportRun, on_progress: OnProgress | None) -> dict[str, Any]:
    folder = folder_of(run)
    files = sorted((folder / "files").iterdir())
    problems = Problems(folder / "problems.csv")
    with Heart(folder / "progress.json", _also_in(run, on_progress)) as heart:
        reading = Reading(files, problems, Stage(folder, run.pk), heart)
        try:
            reading.recognize()
            with _without_collecting():
                reading.read()
        finally:
            problems.close()
        plan = reading.plan()
        counts = reading.compare(plan)
        (folder / "plan.json").write_text(json.dumps(plan.as_json()))
        return {"summary": reading.summary(counts), "progress": {}}


def _also_in(run: ImportRun, on_progress: OnProgress | None) -> OnProgress:
    """Tells the database, too, not more often than every second."""
    last = [0.0]

    def tell(progress: Progress) -> None:
        now = timezone.now()
        if now.timestamp() - last[0] >= 1:
            last[0] = now.timestamp()
            ImportRun.objects.filter(pk=run.pk).update(heard_at=now, progress=vars(progress).copy())
        if on_progress:
            on_progress(progress)

    return tell


def apply(
    run_pk: int, *, actor: StaffMember | None, agreed: bool = False, on_progress: OnProgress | None = None
) -> ImportRun:
    """Make the roster as the files say, all of it or nothing. Raises NeedsAgreement, Stale, Busy."""
    if actor:
        access.require(actor, "import.edit")
    run = ImportRun.objects.get(pk=run_pk)
    if run.state == State.APPLIED:
        return run
    if run.state not in (State.READY, State.APPLYING):
        raise Stale(_("This import has not been read."))
    with _alone(run):
        if run.summary["asks"] and not agreed:
            raise NeedsAgreement(run.summary["asks"])
        _keep(run, state=State.APPLYING, heard_at=timezone.now())
        folder = folder_of(run)
        stage = Stage(folder, run.pk)
        plan = Plan.from_json(json.loads((folder / "plan.json").read_text()))
        try:
            with Heart(folder / "progress.json", on_progress) as heart:
                heart.progress.step = "applying"
                with stage.attached(), transaction.atomic():
                    _apply(run, actor, stage, plan, heart)
        except Stale:
            _keep(run, state=State.WAITING)
            raise
        except Exception as error:
            log.exception("import %s stopped while it was applied", run.pk)
            _keep(run, state=State.FAILED, finished_at=timezone.now(), error=_in_words(error))
            return run
        _tidy(run, stage)
        _take_stock()
    return run


def _take_stock() -> None:
    """Let the database look at what it holds now, so that it answers from the right indexes from the first page on."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit=1000")  # a sample of each index: a second for a million students
        cursor.execute("ANALYZE main" if connection.vendor == "sqlite" else "ANALYZE")  # not the staging file beside it


def _apply(run: ImportRun, actor: StaffMember | None, stage: Stage, plan: Plan, heart: Heart) -> None:
    """All that an import changes, inside one transaction."""
    _one_at_a_time()
    last = last_applied()
    if run.follows_id != (last.pk if last else None):
        raise Stale(_("Another import was applied in the meantime. Read this one again."))
    students_moved = 0
    for diff in diffs(stage, plan):
        heart.progress.file = diff.target.noun
        heart.tell()
        counts = diff.count()
        around = diff.target.around if counts.added or counts.changed or counts.ended else None
        with around(diff) if around else nullcontext():
            diff.apply(counts)
        if diff.target.code in ("student", "facts"):
            students_moved += counts.added + counts.changed
        if diff.target.code == "student" and counts.ended:
            _close_places(diff)
    twins = find_twins() if students_moved else 0
    keep_joined()
    _keep(run, state=State.APPLIED, finished_at=timezone.now(), heard_at=timezone.now(), progress={})
    nouns = {
        noun["noun"]: {what: noun[what] for what in ("added", "changed", "ended") if noun[what]}
        for noun in run.summary["nouns"]
    }
    note(actor, "roster.imported", run, twins=twins, **{noun: counts for noun, counts in nouns.items() if counts})


def _one_at_a_time() -> None:
    """Two imports are never applied at once: SQLite has one writer; PostgreSQL is asked."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('heartwork import'))")


def _close_places(students: Diff) -> None:
    """A student who left leaves every school, class and caseload the same day."""
    day, yesterday = students.plan.day.isoformat(), students.yesterday.isoformat()
    for table in ("roster_enrollment", "roster_assignment"):
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET \"end\" = '{yesterday}',"
                f' "begin" = CASE WHEN "begin" > \'{yesterday}\' THEN \'{yesterday}\' ELSE "begin" END'
                f' WHERE ("end" IS NULL OR "end" >= \'{day}\') AND student_id IN'
                f" (SELECT id FROM roster_student WHERE ended_on = '{day}')"
            )


def _tidy(run: ImportRun, stage: Stage) -> None:
    """What was uploaded is kept no longer than it is needed; what was said of its rows stays."""
    stage.discard()
    shutil.rmtree(folder_of(run) / "files", ignore_errors=True)


def set_aside(actor: StaffMember | None, run: ImportRun) -> ImportRun:
    """Do not apply this import; its files are deleted. Raises Busy."""
    if actor:
        access.require(actor, "import.edit")
    if run.state == State.APPLIED:
        return run
    with _alone(run):
        with transaction.atomic():
            _keep(run, state=State.SET_ASIDE, finished_at=timezone.now())
            note(actor, "import.set_aside", run)
        _tidy(run, Stage(folder_of(run), run.pk))
    return run


def watch(run: ImportRun) -> ImportRun:
    """The run as it is this second: how far the work is, and when it was last heard of (not saved)."""
    if run.state in (State.READING, State.APPLYING) and (heard := last_heard(folder_of(run) / "progress.json")):
        at, told = heard
        if run.heard_at is None or at > run.heard_at:
            run.heard_at, run.progress = at, told
    return run


def remember_mapping(
    actor: StaffMember | None,
    fingerprint: str,
    kind: str,
    columns: dict[str, str],
    values: dict[str, dict[str, str]] | None = None,
) -> ColumnMapping:
    """Remember what the columns of files with these headings mean: our column -> heading, and their words for ours.

    Raises ValueError for a kind or column that does not exist, or when a column that the kind needs is not given.
    """
    if actor:
        access.require(actor, "import.edit")
    known = declared()[0].get(kind)
    if known is None:
        raise ValueError(_("There is no such kind of file."))
    names = {column.name for column in known.columns}
    missing = [column.label for column in known.required if not columns.get(column.name)]
    if missing:
        raise ValueError(_("Say which column holds: %(names)s.") % {"names": ", ".join(map(str, missing))})
    if not names >= columns.keys():
        raise ValueError(_("There is no such column."))
    mapping, _made = ColumnMapping.objects.update_or_create(
        fingerprint=fingerprint,
        defaults={
            "kind": kind,
            "columns": {name: heading for name, heading in columns.items() if heading},
            "values": values or {},
            "remembered_by": actor,
        },
    )
    note(actor, "mapping.remembered", mapping)
    return mapping
