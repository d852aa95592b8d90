"""Every change to what the district does for care, and to who is in it."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify

from heartwork.journal.actions import note
from heartwork.roster import access
from heartwork.roster.models import Section, StaffMember, Student
from heartwork.supports import queries
from heartwork.supports.models import (
    Kind,
    Participation,
    Partnership,
    Position,
    ProfessionalLearning,
    Reach,
    Support,
    UniversalRule,
)

PARTICULARS: dict[str, type[models.Model]] = {
    Kind.Particulars.POSITION: Position,
    Kind.Particulars.PARTNERSHIP: Partnership,
    Kind.Particulars.LEARNING: ProfessionalLearning,
}


# -- the inventory


@transaction.atomic
def add_support(
    actor: StaffMember,
    *,
    particulars: dict[str, Any] | None = None,
    grades: Iterable[str] = (),
    sections: Iterable[Section] = (),
    **fields: Any,
) -> Support:
    """The district does this too, from now on; whoever adds it says by that that it runs. Raises PermissionDenied."""
    school = fields.get("school")
    _require_may_edit(actor, school.pk if school else None)
    support = Support(confirmed_on=timezone.localdate(), confirmed_by=actor, **fields)
    support.save()
    _set_rules(support, grades, sections)
    _set_particulars(support, particulars or {})
    note(actor, "support.added", support)
    return support


@transaction.atomic
def change_support(
    actor: StaffMember,
    support: Support,
    *,
    particulars: dict[str, Any] | None = None,
    grades: Iterable[str] = (),
    sections: Iterable[Section] = (),
    **fields: Any,
) -> Support:
    """Another word, tier, owner, reach: the journal keeps which fields changed. Raises PermissionDenied."""
    _require_may_edit(actor, support.school_id)
    changed = [name for name, value in fields.items() if getattr(support, name) != value]
    for name in changed:
        setattr(support, name, fields[name])
    _require_may_edit(actor, support.school_id)
    support.save()
    _set_rules(support, grades, sections)
    _set_particulars(support, particulars or {})
    note(actor, "support.changed", support, fields=changed)
    return support


def _require_may_edit(actor: StaffMember, school_pk: int | None) -> None:
    if not queries.may_edit(actor, school_pk):
        raise PermissionDenied("support out of reach")


def _set_rules(support: Support, grades: Iterable[str], sections: Iterable[Section]) -> None:
    """Whom a support for everyone reaches: some classes, or else its school or the district, in all or some grades."""
    support.rules.all().delete()
    if support.reach != Reach.EVERYONE:
        return
    rules = [UniversalRule(support=support, school=support.school, section=section) for section in sections]
    whole = [UniversalRule(support=support, school=support.school, grades=" ".join(grades))]
    UniversalRule.objects.bulk_create(rules or whole)


def _set_particulars(support: Support, particulars: dict[str, Any]) -> None:
    """What this kind of support adds; nothing where nothing was said."""
    model = PARTICULARS.get(support.kind.particulars if support.kind else "")
    if model and particulars:
        model._default_manager.update_or_create(support=support, defaults=particulars)


@transaction.atomic
def confirm_support(actor: StaffMember, support: Support) -> None:
    """Somebody says that it still runs, today. Raises PermissionDenied."""
    _require_may_edit(actor, support.school_id)
    support.confirmed_on, support.confirmed_by = timezone.localdate(), actor
    support.save(update_fields=["confirmed_on", "confirmed_by"])
    note(actor, "support.confirmed", support)


@transaction.atomic
def end_support(actor: StaffMember, support: Support, end: datetime.date) -> None:
    """It runs until this day, and bears on nobody after; who was in it stays on record. Raises PermissionDenied."""
    _require_may_edit(actor, support.school_id)
    support.end = end
    support.save(update_fields=["end"])
    note(actor, "support.ended", support, end=end.isoformat())


# -- who is in it


@transaction.atomic
def begin_participation(
    actor: StaffMember,
    *,
    student: Student,
    support: Support,
    begin: datetime.date | None = None,
    waits: bool = False,
) -> Participation:
    """From `begin` (today) the student is in this support, or waits for a place in it.

    Who waited and now begins keeps one row; who is in it already stays in it. Raises PermissionDenied.
    """
    _require_may_place(actor, student)
    found = queries.participation_of(student, support, timezone.localdate())
    if found and found.status == Participation.Status.ACTIVE:
        return found
    if not queries.open_to(actor, student).filter(pk=support.pk).exists():
        raise PermissionDenied("support not open to this student")
    participation = found or Participation(student=student, support=support)
    participation.status = Participation.Status.WAITLISTED if waits else Participation.Status.ACTIVE
    participation.begin = begin or timezone.localdate()
    participation.save()
    note(actor, "participation.waiting" if waits else "participation.begun", student, support=support.pk)
    return participation


@transaction.atomic
def end_participation(actor: StaffMember, participation: Participation, end: datetime.date) -> None:
    """The student is in the support until this day, or no longer waits for it. Raises PermissionDenied."""
    _require_may_place(actor, participation.student)
    waited = participation.status == Participation.Status.WAITLISTED
    participation.end = max(end, participation.begin or end)
    if waited or participation.end < timezone.localdate():
        participation.status = Participation.Status.EXITED
    participation.save(update_fields=["end", "status"])
    note(
        actor,
        "participation.no_longer_waiting" if waited else "participation.ended",
        participation.student,
        support=participation.support_id,
        end=participation.end.isoformat(),
    )


def _require_may_place(actor: StaffMember, student: Student) -> None:
    access.require(actor, "participation.edit")
    access.require_reach(actor, student)


# -- kinds


@transaction.atomic
def change_kind(actor: StaffMember, kind: Kind | None = None, **fields: Any) -> Kind:
    """The district words a kind of support its own way, or adds one. Raises PermissionDenied."""
    access.require(actor, "kind.edit")
    is_new = kind is None
    kind = kind or Kind(code=_free_code(fields["name"]))
    changed = [name for name, value in fields.items() if getattr(kind, name, None) != value] if not is_new else []
    for name, value in fields.items():
        setattr(kind, name, value)
    kind.save()
    note(actor, "kind.added" if is_new else "kind.changed", kind, fields=changed)
    return kind


def _free_code(name: str) -> str:
    """An address for a new kind, made from its name, that no other kind has."""
    base = slugify(name)[:50] or "kind"
    taken = set(Kind.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(code for code in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if code not in taken)


# -- what was seen


def saw_students(viewer: StaffMember, about: models.Model | None, count: int, **detail: Any) -> None:
    """The viewer was shown a list that names this many students: of a support, or of a gap."""
    if count:
        note(viewer, "students.listed", about, count=count, **detail)
