"""Questions about what families have told us and asked of us, and what left the district."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heartwork.privacy.kinds import KINDS
from heartwork.privacy.models import Consent, Disclosure, FamilyRequest, OptOut, Period
from heartwork.privacy.retention import SWEEPS, Sweep, months_before
from heartwork.roster import access
from heartwork.roster.models import StaffMember, Student

CONSENT, DIRECTORY = "consent", "directory"

# Why a part of a record may leave the district. The first needs a signature, the second an absent opt-out.
BASES: dict[str, str | Promise] = {
    CONSENT: _("the family’s signed consent"),
    DIRECTORY: _("directory information"),
    "school": _("the school where the student goes next"),
    "study": _("a study for the district, under an agreement"),
    "audit": _("an audit or evaluation by the state"),
    "court": _("a court order or subpoena"),
    "emergency": _("a health or safety emergency"),
    "law": _("another law that asks for it"),
    "none": _("none: it was asked for, and not given"),
}


def opted_out() -> QuerySet[OptOut]:
    """The opt-outs that hold: whoever has one is left out of all directory information that leaves the district."""
    return OptOut.objects.filter(end=None)


def may_leave(students: QuerySet[Student]) -> QuerySet[Student]:
    """Those of the students whose directory information may leave the district: their families did not opt out."""
    return students.exclude(pk__in=opted_out().values("student"))


def holding_consents(day: datetime.date) -> QuerySet[Consent]:
    """The consents that hold on this day: signed by then, not over, and not withdrawn."""
    return Consent.objects.filter(Q(until=None) | Q(until__gte=day), signed_on__lte=day, withdrawn_at=None)


@dataclass(frozen=True)
class Family:
    """What one student's family has said and asked, and what of the record left the district. Newest first."""

    opt_out: OptOut | None  # the one that holds
    consents: list[Consent]
    holding: set[int]  # of these consents, by pk
    disclosures: list[Disclosure]
    requests: list[FamilyRequest]


def family(viewer: StaffMember, student: Student) -> Family:
    """All of it, for who may. Five queries. Raises PermissionDenied."""
    access.require_may_of(viewer, "family.read", student)
    return Family(
        opted_out().filter(student=student).select_related("noted_by").first(),
        list(student.consents.select_related("noted_by", "withdrawn_by")),
        set(holding_consents(timezone.localdate()).filter(student=student).values_list("pk", flat=True)),
        list(student.disclosures.select_related("noted_by", "signed_by", "struck_by")),
        list(student.family_requests.select_related("reviewed_by").order_by("-asked_on", "-pk")),
    )


def consents_to_choose(viewer: StaffMember, student: Student) -> QuerySet[Consent]:
    """The consents of this student's family that hold today."""
    access.require_may_of(viewer, "family.read", student)
    return holding_consents(timezone.localdate()).filter(student=student)


def consent(viewer: StaffMember, public_id: uuid.UUID) -> Consent:
    """One consent about a student whom the viewer reaches; else 404."""
    return _one(Consent.objects.filter(student__in=access.visible_for(viewer, "family.read")), public_id)


def disclosure(viewer: StaffMember, public_id: uuid.UUID) -> Disclosure:
    """One line of what left, about a student whom the viewer reaches; else 404."""
    return _one(Disclosure.objects.filter(student__in=access.visible_for(viewer, "family.read")), public_id)


def release(viewer: StaffMember, public_id: uuid.UUID) -> Disclosure:
    """One release that waits for the superintendent; else 404."""
    return _one(to_sign(viewer), public_id)


def to_sign(viewer: StaffMember) -> QuerySet[Disclosure]:
    """What rests on a family's consent and waits for the superintendent's signature: to whom and why, of no names."""
    access.require(viewer, "release.sign")
    rows = Disclosure.objects.filter(basis=CONSENT, signed_at=None, struck_at=None)
    return rows.select_related("consent", "noted_by").order_by("asked_on", "pk")


def family_request(viewer: StaffMember, public_id: uuid.UUID) -> FamilyRequest:
    """One request about a student whom the viewer reaches; else 404."""
    rows = FamilyRequest.objects.filter(student__in=access.visible_for(viewer, "family.read"))
    return _one(rows.select_related("student", "prepared_by", "reviewed_by", "noted_by"), public_id)


def open_requests(viewer: StaffMember) -> QuerySet[FamilyRequest]:
    """Requests about students whom the viewer reaches that are not answered yet, the first due first."""
    access.require(viewer, "family.read")
    rows = FamilyRequest.objects.filter(answered_on=None, student__in=access.visible_for(viewer, "family.read"))
    return rows.select_related("student").order_by("due_on", "pk")


def _one(rows: QuerySet[Any], public_id: uuid.UUID) -> Any:
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


# -- how long


def months_kept() -> dict[str, int]:
    """For how many months each kind of data that can go is kept, by its key. One query."""
    chosen = dict(Period.objects.values_list("kind", "months"))
    return {kind: min(max(chosen.get(kind, sweep.months), sweep.least), sweep.most) for kind, sweep in SWEEPS.items()}


@dataclass(frozen=True)
class Kept:
    """One kind of data that goes when it is old: how long it is kept, and how much would go today (None: not asked)."""

    sweep: Sweep
    months: int
    would_go: int | None


def retention(viewer: StaffMember, *, look: bool = False) -> list[Kept]:
    """How long everything is kept that can go; with `look`, also how much would go today, which reads the tables."""
    access.require(viewer, "privacy.read")
    months, today = months_kept(), timezone.localdate()
    return [
        Kept(sweep, months[kind], sweep.would_go(months_before(today, months[kind])) if look else None)
        for kind in KINDS
        if (sweep := SWEEPS.get(kind))
    ]
