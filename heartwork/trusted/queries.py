"""Questions about whom students trust: what they said, and the links by which they are asked."""

import datetime
import json
import uuid

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import Assignment, Organization, Section, StaffMember, Student, on_day
from heartwork.trusted.models import Asking, Said, Slip

FRESH = datetime.timedelta(days=120)  # what a student said longer ago is not counted any more
OFFERED = ["principal", "counselor", "support_staff", "teacher"]  # the roles whom a student may name


# -- what students said


def said_at(school: Organization | None, day: datetime.date) -> dict[int, set[int]]:
    """The adults (pks) whom each student of the school named lately, by the student's pk. One query."""
    since = day - FRESH
    rows = Said.objects.filter(slip__asking__school=school, said_at__date__gt=since).order_by("said_at", "pk")
    return {student: set(json.loads(adults)) for student, adults in rows.values_list("slip__student", "adults")}


def named_by(viewer: StaffMember, student: Student) -> list[StaffMember] | None:
    """The adults whom a student, whom the viewer reaches, named lately; None: not the viewer's to know. Two queries."""
    if not access.may(viewer, "trusted.read") or not access.reached_among(viewer, [student]):
        return None
    since = timezone.localdate() - FRESH
    said = Said.objects.filter(slip__student=student, said_at__date__gt=since).order_by("-said_at", "-pk").first()
    return list(StaffMember.objects.filter(pk__in=json.loads(said.adults))) if said else []


# -- asking them


def sections_to_ask(viewer: StaffMember, school: Organization) -> QuerySet[Section]:
    """The classes of this school whose students the viewer may ask."""
    access.require(viewer, "trusted.ask")
    return roster.sections_of_students(viewer, school)


def students_to_ask(viewer: StaffMember, school: Organization, section: Section | None) -> QuerySet[Student]:
    """The viewer's own students of a class or of the whole school, by name."""
    access.require(viewer, "trusted.ask")
    return roster.students(viewer, school=school, section=section)


def my_askings(viewer: StaffMember) -> list[Asking]:
    """The links that the viewer gave out, the newest first."""
    access.require(viewer, "trusted.ask")
    return list(Asking.objects.filter(opened_by=viewer).select_related("school", "section")[: roster.PAGE])


def asking(viewer: StaffMember, public_id: uuid.UUID) -> Asking:
    """A link that the viewer gave out, else Http404: what is said by it is for whoever asked."""
    access.require(viewer, "trusted.ask")
    rows = Asking.objects.filter(opened_by=viewer, public_id=public_id).select_related("school", "section")
    found = rows.first()
    if found is None:
        raise Http404
    return found


def slips(viewer: StaffMember, found: Asking) -> QuerySet[Slip]:
    """The slips of a link, of the students whom the viewer still reaches, by name."""
    rows = asking(viewer, found.public_id).slips.filter(student__in=access.visible_to(viewer).order_by().values("pk"))
    return rows.select_related("student").order_by("student__family_name", "student__given_name", "pk")


def words_said(viewer: StaffMember, found: Asking) -> list[Said]:
    """What students wrote, of those whom the viewer still reaches: whoever asked reads all of it."""
    rows = Said.objects.filter(slip__in=slips(viewer, found)).exclude(words="")
    return list(rows.select_related("slip__student").order_by("said_at"))


def open_asking(token: str) -> Asking | None:
    """The link with this token, as long as it is open. For whoever holds it, who has no account."""
    found = Asking.objects.filter(token=token, closes_at__gt=timezone.now()).select_related("school", "opened_by")
    return found.first()


def staff_offered(school: Organization, day: datetime.date | None = None) -> QuerySet[StaffMember]:
    """The adults whom a student of this school may name: who works with students there, by name."""
    here = Assignment.objects.filter(
        on_day(day or timezone.localdate()),
        Q(organization=school) | Q(section__school=school),
        role__in=OFFERED,
    )
    return StaffMember.objects.filter(pk__in=here.values("staff"), is_active=True, ended_on=None)
