"""Writing down what families tell us and ask of us, and what leaves the district."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from heartwork.journal.actions import note, note_each
from heartwork.privacy import queries
from heartwork.privacy.due import due_on
from heartwork.privacy.models import Consent, Disclosure, FamilyRequest, OptOut, Period
from heartwork.privacy.retention import SWEEPS, months_before
from heartwork.roster import access
from heartwork.roster.models import StaffMember, Student


def saw_family(viewer: StaffMember, student: Student) -> None:
    """The viewer read what this student's family said, and what left the district. Raises PermissionDenied."""
    access.require_may_of(viewer, "family.read", student)
    note(viewer, "family.seen", student)


# -- directory information


@transaction.atomic
def opt_out(actor: StaffMember, *, student: Student, said_by: str) -> OptOut:
    """From today this student's directory information goes to nobody outside. Raises PermissionDenied."""
    access.require_may_of(actor, "family.edit", student)
    found, is_new = OptOut.objects.get_or_create(
        student=student, end=None, defaults={"said_by": said_by, "begin": timezone.localdate(), "noted_by": actor}
    )
    if is_new:
        note(actor, "opt_out.begun", student)
    return found


@transaction.atomic
def opt_back_in(actor: StaffMember, *, student: Student) -> None:
    """The family took it back: directory information may leave again. Raises PermissionDenied."""
    access.require_may_of(actor, "family.edit", student)
    if OptOut.objects.filter(student=student, end=None).update(end=timezone.localdate(), ended_by=actor):
        note(actor, "opt_out.ended", student)


# -- consent


@transaction.atomic
def note_consent(actor: StaffMember, *, student: Student, **said: Any) -> Consent:
    """A family signed: records, purpose, recipient, signed_by, signed_on, how, until. Raises PermissionDenied."""
    access.require_may_of(actor, "family.edit", student)
    consent = Consent.objects.create(student=student, noted_by=actor, **said)
    note(actor, "consent.noted", student)
    return consent


@transaction.atomic
def withdraw_consent(actor: StaffMember, *, consent: Consent) -> None:
    """The family took it back: from now on nothing leaves under it. Raises PermissionDenied."""
    access.require_may_of(actor, "family.edit", consent.student)
    open_ones = Consent.objects.filter(pk=consent.pk, withdrawn_at=None)
    if open_ones.update(withdrawn_at=timezone.now(), withdrawn_by=actor):
        note(actor, "consent.withdrawn", consent.student)


# -- what leaves the district


@transaction.atomic
def note_disclosure(
    actor: StaffMember,
    *,
    student: Student,
    basis: str,
    asked_on: datetime.date,
    recipient: str = "",
    interest: str = "",
    records: str = "",
    consent: Consent | None = None,
) -> Disclosure:
    """Someone outside asked for a part of this student's record. Raises PermissionDenied.

    Under a consent it goes to whom and for what the family signed, once the superintendent has signed too. Directory
    information of a student whose family opted out is refused. Otherwise it left today; on basis "none" it did not.
    """
    access.require_may_of(actor, "family.edit", student)
    today = timezone.localdate()
    if basis not in queries.BASES or (consent is None) == (basis == queries.CONSENT):
        raise PermissionDenied("no such basis")
    if basis == queries.DIRECTORY and queries.opted_out().filter(student=student).exists():
        raise PermissionDenied("the family opted out")
    if consent:
        if not queries.holding_consents(today).filter(pk=consent.pk, student=student).exists():
            raise PermissionDenied("no such consent")
        recipient, interest, records = consent.recipient, consent.purpose, consent.records
    disclosure = Disclosure.objects.create(
        student=student,
        recipient=recipient,
        interest=interest,
        records=records,
        basis=basis,
        consent=consent,
        asked_on=asked_on,
        made_on=None if basis in ("none", queries.CONSENT) else today,
        noted_by=actor,
    )
    note(actor, "disclosure.noted", student, basis=basis)
    return disclosure


@transaction.atomic
def sign_release(actor: StaffMember, *, disclosure: Disclosure) -> None:
    """The superintendent signs a release under a consent that still holds. Raises PermissionDenied, Http404."""
    access.require(actor, "release.sign")
    today = timezone.localdate()
    waiting = queries.to_sign(actor).filter(pk=disclosure.pk, consent__in=queries.holding_consents(today))
    if not Disclosure.objects.filter(pk__in=waiting.order_by().values("pk")).update(
        signed_by=actor, signed_at=timezone.now(), made_on=today
    ):
        raise Http404
    note(actor, "release.signed", disclosure)


@transaction.atomic
def strike_disclosure(actor: StaffMember, *, disclosure: Disclosure, why: str) -> None:
    """A line was a mistake: it is struck out, with the reason, and stays to be read. Raises PermissionDenied."""
    access.require_may_of(actor, "family.edit", disclosure.student)
    lines = Disclosure.objects.filter(pk=disclosure.pk, struck_at=None)
    if lines.update(struck_at=timezone.now(), struck_by=actor, struck_why=why):
        note(actor, "disclosure.struck", disclosure.student)


@transaction.atomic
def export_students(
    actor: StaffMember, students: QuerySet[Student], *, recipient: str, interest: str, records: str, basis: str
) -> list[Student]:
    """Rows about these students leave the district: who of them may, each with a line on record.

    Raises PermissionDenied.

    Whatever writes rows about students into a file for someone outside starts here, and writes only whom it answers:
    those whom the actor reaches by a role that may, which no lent one does. On basis "directory" students whose
    families opted out are left out; "consent" is given for one student at a time.
    """
    access.require(actor, "family.edit")
    if basis not in queries.BASES or basis in (queries.CONSENT, "none"):
        raise PermissionDenied("no such basis")
    rows = students.filter(pk__in=access.visible_for(actor, "family.edit").order_by().values("pk"))
    leaving = list(queries.may_leave(rows) if basis == queries.DIRECTORY else rows)
    today = timezone.localdate()
    said = {"recipient": recipient, "interest": interest, "records": records, "basis": basis}
    Disclosure.objects.bulk_create(
        Disclosure(student=each, asked_on=today, made_on=today, noted_by=actor, by_export=True, **said)
        for each in leaving
    )
    note_each(actor, "disclosure.exported", leaving)
    return leaving


# -- requests of families


@transaction.atomic
def note_request(
    actor: StaffMember, *, student: Student, kind: str, asked_by: str, asked_on: datetime.date, what: str
) -> FamilyRequest:
    """A family asks to read or correct the record; from now on there is a day by which it is answered.

    Raises PermissionDenied.
    """
    access.require_may_of(actor, "family.edit", student)
    said = {"kind": kind, "asked_by": asked_by, "asked_on": asked_on, "what": what}
    asked = FamilyRequest.objects.create(student=student, due_on=due_on(asked_on), noted_by=actor, **said)
    note(actor, "request.noted", student, kind=kind, due_on=str(asked.due_on))
    return asked


@transaction.atomic
def prepare_answer(actor: StaffMember, *, asked: FamilyRequest, answer: str, answer_text: str) -> None:
    """Someone gathers what the family asked for and writes the answer; another person looks it through next.

    Raises PermissionDenied; Http404 once it was handed out.
    """
    access.require_may_of(actor, "family.edit", asked.student)
    said = {"answer": answer, "answer_text": answer_text, "prepared_by": actor, "prepared_at": timezone.now()}
    _change(asked, Q_OPEN, **said, reviewed_by=None, reviewed_at=None)
    note(actor, "request.prepared", asked.student, answer=answer)


@transaction.atomic
def review_answer(actor: StaffMember, *, asked: FamilyRequest) -> None:
    """Somebody else than who prepared it has looked it through. Raises PermissionDenied, Http404."""
    access.require_may_of(actor, "family.review", asked.student)
    if asked.prepared_by_id == actor.pk:
        raise PermissionDenied("prepared it")
    _change(asked, Q_OPEN | {"prepared_at__isnull": False}, reviewed_by=actor, reviewed_at=timezone.now())
    note(actor, "request.reviewed", asked.student)


@transaction.atomic
def hand_out_answer(actor: StaffMember, *, asked: FamilyRequest) -> None:
    """The family has its answer. Raises PermissionDenied; Http404 unless it was looked through."""
    access.require_may_of(actor, "family.edit", asked.student)
    today = timezone.localdate()
    _change(asked, Q_OPEN | {"reviewed_at__isnull": False}, answered_on=today)
    note(actor, "request.answered", asked.student, days_late=max(0, (today - asked.due_on).days))


Q_OPEN: dict[str, Any] = {"answered_on": None}


def _change(asked: FamilyRequest, only_if: dict[str, Any], **values: Any) -> None:
    if not FamilyRequest.objects.filter(pk=asked.pk, **only_if).update(**values):
        raise Http404


# -- how long


@transaction.atomic
def set_periods(actor: StaffMember, months: dict[str, int]) -> None:
    """The district keeps these kinds of data for so many months, inside their limits. Raises PermissionDenied."""
    access.require(actor, "district.edit")
    before = queries.months_kept()
    for kind, number in months.items():
        sweep = SWEEPS.get(kind)
        if sweep is None or not sweep.least <= number <= sweep.most:
            raise PermissionDenied("outside its limits")
        if number != before[kind]:
            Period.objects.update_or_create(kind=kind, defaults={"months": number, "set_by": actor})
            note(actor, "retention.changed", kind=kind, months=[before[kind], number])


@dataclass(frozen=True)
class Gone:
    """How much of one kind went, or would go: what is from before this day."""

    kind: str
    before: datetime.date
    count: int


def retain(*, dry_run: bool = False) -> list[Gone]:
    """Let go what is older than its period; each kind in a transaction of its own, and the journal says what went.

    dry_run: only count. Done by the clock and by the command, for nobody.
    """
    today, gone = timezone.localdate(), []
    for kind, months in queries.months_kept().items():
        before = months_before(today, months)
        if dry_run:
            gone.append(Gone(kind, before, SWEEPS[kind].would_go(before)))
            continue
        with transaction.atomic():
            count = SWEEPS[kind].remove(before)
            if count:
                note(None, "retention.done", kind=kind, before=str(before), count=count)
        gone.append(Gone(kind, before, count))
    return gone
