"""Questions about whom students trust: what they said, and the links by which they are asked."""

import datetime
import json
import uuid
from itertools import groupby

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import Assignment, Organization, Section, StaffMember, Student, holding, works_here
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
    if not access.may_of(viewer, "trusted.read", student):
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
    """The viewer's own students of a class or of the whole school, by name; none whom a lent role alone reaches."""
    access.require(viewer, "trusted.ask")
    return roster.students(viewer, school=school, section=section).filter(pk__in=_asked_by(viewer))


def _asked_by(adult: StaffMember) -> QuerySet[Student]:
    """The students whom this adult may ask, and whose words they read: none once they have left."""
    return access.visible_for(adult, "trusted.ask").order_by().values("pk")  # type: ignore[return-value]


def my_askings(viewer: StaffMember) -> list[Asking]:
    """The links that the viewer gave out, the newest first."""
    access.require(viewer, "trusted.ask")
    return list(Asking.objects.filter(opened_by=viewer).select_related("school", "section")[: roster.PAGE])


def askings_left_to(viewer: StaffMember) -> list[Asking]:
    """Links of others by which a student lately wrote what is the viewer's to read: whoever asked reaches them no more.

    Two queries, and two for each adult who asked students of the viewer's.
    """
    mine = access.visible_for(viewer, "trusted.read").order_by().values("pk")
    lately = Said.objects.filter(slip__student__in=mine, said_at__date__gt=timezone.localdate() - FRESH)
    said = lately.exclude(words="").exclude(slip__asking__opened_by=viewer)
    left: set[int] = set()
    for adult in StaffMember.objects.filter(pk__in=said.order_by().values("slip__asking__opened_by")):
        of_adult = said.filter(slip__asking__opened_by=adult).exclude(slip__student__in=_asked_by(adult))
        left.update(of_adult.order_by().values_list("slip__asking", flat=True))
    return list(Asking.objects.filter(pk__in=left).select_related("school", "section"))


def asking(viewer: StaffMember, public_id: uuid.UUID) -> Asking:
    """A link that the viewer gave out, or by which a student wrote what is theirs to read now; else Http404."""
    access.require(viewer, "trusted.ask")
    rows = Asking.objects.filter(public_id=public_id).select_related("school", "section", "opened_by")
    found = rows.first()
    if found is None or (found.opened_by_id != viewer.pk and not _words(viewer, found).exists()):
        raise Http404
    return found


def slips(viewer: StaffMember, found: Asking) -> QuerySet[Slip]:
    """The slips of a link that the viewer gave out, of the students whom they still reach, by name; of others' none."""
    rows = Slip.objects.filter(asking=found, asking__opened_by=viewer, student__in=_asked_by(viewer))
    rows = rows.select_related("asking", "student")
    return rows.order_by("student__family_name", "student__given_name", "pk")


def slips_by_grade(viewer: StaffMember, found: Asking) -> list[tuple[str, list[tuple[Slip, str]]]]:
    """The slips by grade, each with the student's class, by class and name: as they are handed out. Two queries.

    Of a link without students one group without slips; Http404 for somebody else's link.
    """
    if found.opened_by_id != viewer.pk:
        raise Http404
    rows = list(slips(viewer, found))
    lines = {line.person.pk: line for line in roster.student_lines([row.student for row in rows])}
    rows.sort(key=lambda row: (row.student.grade, lines[row.student_id].classes))  # and by name, as they came
    groups = groupby(rows, key=lambda row: lines[row.student_id].grade)
    by_grade = [(grade, [(row, lines[row.student_id].classes) for row in of_grade]) for grade, of_grade in groups]
    return by_grade or [("", [])]


def words_said(viewer: StaffMember, found: Asking) -> list[Said]:
    """What students wrote: to whoever asked, of those whom they still reach; of the others, to who may read it now."""
    return list(_words(viewer, found).select_related("slip__student").order_by("said_at"))


def _words(viewer: StaffMember, found: Asking) -> QuerySet[Said]:
    rows = Said.objects.filter(slip__asking=found).exclude(words="")
    still = _asked_by(found.opened_by)
    if found.opened_by_id == viewer.pk:
        return rows.filter(slip__student__in=still)
    mine = access.visible_for(viewer, "trusted.read").order_by().values("pk")
    return rows.filter(slip__student__in=mine).exclude(slip__student__in=still)


def readers(slip: Slip) -> list[StaffMember]:
    """Who reads what the student of this slip writes: whoever asked, as long as they reach the student.

    Else those who may know whom the student names, the nearest of them; none where there is nobody.
    """
    asker = slip.asking.opened_by
    if _asked_by(asker).filter(pk=slip.student_id).exists():
        return [asker]
    may = access.roles_that_may("trusted.read", access.chosen_now())
    reasons = [reason for reason in access.who_sees(slip.student) if reason.role in may]
    near = [reason for reason in reasons if access.REACH[reason.role] != "district"]
    return list({reason.staff.pk: reason.staff for reason in near or reasons}.values())


def open_asking(token: str) -> Asking | None:
    """The link with this token, as long as it is open and whoever gave it out still may. For whoever holds it."""
    rows = Asking.objects.filter(token=token, closes_at__gt=timezone.now()).select_related("school", "opened_by")
    found = rows.first()
    return found if found and access.may(found.opened_by, "trusted.ask") else None


def staff_offered(school: Organization, day: datetime.date | None = None) -> QuerySet[StaffMember]:
    """The adults whom a student of this school may name: who works with students there, by name."""
    day = day or timezone.localdate()
    at_school = Q(organization=school) | Q(section__school=school)
    here = Assignment.objects.filter(holding(day), at_school, role__in=OFFERED)
    return StaffMember.objects.filter(works_here(day), pk__in=here.values("staff"))
