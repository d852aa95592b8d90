"""What people decide about an import. The work itself is done by `imports`, in the background."""

import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from heartwork.journal.actions import note
from heartwork.roster import access, import_queries, imports
from heartwork.roster.imports.tasks import apply_import, read_import
from heartwork.roster.models import ImportRun, StaffMember

State = ImportRun.State


def take_in(actor: StaffMember, files: Iterable[UploadedFile]) -> ImportRun:
    """The files just uploaded become an import, to be read in the background. Raises ArchiveRefused."""
    access.require(actor, "import.edit")
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        paths = [Path(folder) / str(file.name) for file in files]
        for file, path in zip(files, paths, strict=True):
            Path(file.temporary_file_path()).rename(path)  # type: ignore[attr-defined]
        source = paths[0] if len(paths) == 1 else Path(folder)
        name = ", ".join(sorted(path.name for path in paths))[:255]
        with transaction.atomic():
            run = imports.begin(actor, name=name, source=source, move=True)
            read_import.enqueue(run.pk)
    return run


@transaction.atomic
def ask_to_apply(actor: StaffMember, run: ImportRun, *, agreed: bool = False) -> bool:
    """Apply in the background what the preview shows. False if someone else, or the first of two clicks, was faster."""
    access.require(actor, "import.edit")
    now = _held(run)
    if now.state != State.READY:
        return False
    _begin(now, State.APPLYING)
    apply_import.enqueue(run.pk, actor.pk, agreed)
    return True


@transaction.atomic
def ask_to_read(actor: StaffMember, run: ImportRun) -> bool:
    """Read the files again in the background. False if that is under way, or the import is over."""
    access.require(actor, "import.edit")
    now = _held(run)
    if now.state not in (State.READY, State.FAILED) and not import_queries.is_silent(now):
        return False
    _begin(now, State.WAITING)
    read_import.enqueue(run.pk)
    return True


@transaction.atomic
def explain(
    actor: StaffMember, run: ImportRun, fingerprint: str, kind: str, columns: dict[str, str], values: dict[str, Any]
) -> None:
    """Remember what the columns of a file mean; once no file is left to explain, read them all again.

    Raises PermissionDenied, also for files whose rows are somebody else's to read.
    """
    access.require(actor, "import.edit")
    _require_rows(actor, run)
    imports.remember_mapping(actor, fingerprint, kind, columns, values)
    if not import_queries.unknown_files(actor, run):
        ask_to_read(actor, run)


@transaction.atomic
def set_aside(actor: StaffMember, run: ImportRun) -> None:
    """Nothing of this import will be applied. Does nothing to one that is at work, or over."""
    access.require(actor, "import.edit")
    now = _held(run)
    if now.state in (State.READY, State.FAILED):
        with suppress(imports.Busy):
            imports.set_aside(actor, now)


def note_download(actor: StaffMember, run: ImportRun) -> None:
    """Write down that the actor took away the rows that could not be taken as they are. Raises PermissionDenied."""
    access.require(actor, "import.read")
    _require_rows(actor, run)
    note(actor, "import.rejects_downloaded", run)


def _require_rows(actor: StaffMember, run: ImportRun) -> None:
    if not import_queries.sees_rows(actor, run):
        raise PermissionDenied("rows of somebody else's import")


def _held(run: ImportRun) -> ImportRun:
    """The import as it is this second, which nobody else changes until this transaction ends."""
    return imports.watch(ImportRun.objects.select_for_update().get(pk=run.pk))


def _begin(run: ImportRun, state: str) -> None:
    run.state, run.heard_at, run.progress = state, timezone.now(), {}
    run.save(update_fields=["state", "heard_at", "progress"])
