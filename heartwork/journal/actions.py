"""Writing in the journal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models

from heartwork.journal.models import Entry

if TYPE_CHECKING:
    from heartwork.roster.models import StaffMember


def note(actor: "StaffMember | None", verb: str, subject: models.Model | None = None, **detail: Any) -> Entry:
    """Write down that `actor` did `verb` to `subject`; actor None means the system itself (a command, a schedule).

    detail: numbers, dates and reasons that explain it; never names or words of a student. Who looks as somebody else is
    written down by their own name, with the other's number.
    """
    if actor and actor.seen_by:
        actor, detail = actor.seen_by, detail | {"viewing_as": actor.pk}
    return Entry.objects.create(
        actor=actor,
        verb=verb,
        subject_kind=subject._meta.label_lower if subject is not None else "",
        subject_pk=subject.pk if subject is not None else None,
        detail=detail,
    )


def note_each(actor: "StaffMember", verb: str, subjects: Iterable[models.Model]) -> None:
    """Write down that `actor` did `verb` to each of the subjects, an entry each. One query."""
    who, detail = (actor.seen_by, {"viewing_as": actor.pk}) if actor.seen_by else (actor, {})
    Entry.objects.bulk_create(
        Entry(actor=who, verb=verb, subject_kind=each._meta.label_lower, subject_pk=each.pk, detail=detail)
        for each in subjects
    )
