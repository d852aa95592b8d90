"""Writing in the journal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models

from heartwork.journal.models import Entry

if TYPE_CHECKING:
    from heartwork.roster.models import StaffMember


def note(actor: "StaffMember | None", verb: str, subject: models.Model | None = None, **detail: Any) -> Entry:
    """Write down that `actor` did `verb` to `subject`; actor None means the system itself (a command, a schedule).

    detail: numbers, dates and reasons that explain it; never names or words of a student.
    """
    return Entry.objects.create(
        actor=actor,
        verb=verb,
        subject_kind=subject._meta.label_lower if subject is not None else "",
        subject_pk=subject.pk if subject is not None else None,
        detail=detail,
    )


def note_each(actor: "StaffMember", verb: str, subjects: Iterable[models.Model]) -> None:
    """Write down that `actor` did `verb` to each of the subjects, an entry each. One query."""
    Entry.objects.bulk_create(
        Entry(actor=actor, verb=verb, subject_kind=each._meta.label_lower, subject_pk=each.pk) for each in subjects
    )
