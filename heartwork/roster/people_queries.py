"""Questions about the staff: whom a viewer may look at, and what their assignments are."""

import datetime
import uuid
from dataclasses import dataclass

from django.db.models import F, Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from heartwork.roster import access
from heartwork.roster.models import Assignment, StaffMember, holding, search_key
from heartwork.roster.queries import grades_in_words


def own_staff(viewer: StaffMember) -> QuerySet[StaffMember]:
    """The staff whose assignments the viewer may read: everyone's, or for a principal those of their own school."""
    access.require(viewer, "assignment.read")
    if not access.roles_of(viewer).isdisjoint({"student_services_director", "system_administrator"}):
        return StaffMember.objects.all()
    led = [a.organization_id for a in access.assignments_on(viewer) if a.role == "principal"]
    here = Assignment.objects.filter(holding(timezone.localdate())).filter(
        Q(organization__in=led) | Q(section__school__in=led)
    )
    return StaffMember.objects.filter(pk__in=here.order_by().values("staff"))


def people(viewer: StaffMember, *, q: str = "", role: str = "", gone: bool = False) -> QuerySet[StaffMember]:
    """The staff whom the viewer may look at, by name, each with the assignments of today. Two queries."""
    day = timezone.localdate()
    rows = own_staff(viewer)
    has_gone = Q(is_active=False) | Q(ended_on__lte=day)
    rows = rows.filter(has_gone) if gone else rows.exclude(has_gone)
    for word in search_key(q).split()[:5]:
        rows = rows.filter(search_key__contains=f" {word}")
    if role in access.ROLE_NAMES:
        rows = rows.filter(pk__in=Assignment.objects.filter(holding(day), role=role).values("staff"))
    current = Assignment.objects.filter(holding(day)).select_related("organization", "section").order_by("pk")
    return rows.prefetch_related(Prefetch("assignments", current, to_attr="today"))


@dataclass(frozen=True)
class PersonLine:
    """A staff member in a list: who, what they are today, and whether they sign in."""

    person: StaffMember
    today: list[str]
    signs_in: bool


def person_lines(people: list[StaffMember]) -> list[PersonLine]:
    """The staff of a page of `people`, in words. No query."""
    lines = []
    for person in people:
        signs_in = bool(person.username and person.password and person.has_usable_password())
        lines.append(PersonLine(person, _in_words(person.today), signs_in))  # type: ignore[attr-defined]
    return lines


def _in_words(held: list[Assignment]) -> list[str]:
    """What someone is, a phrase for each role: "teacher, Elm Middle School, 6 classes". No query."""
    by_role: dict[str, list[Assignment]] = {}
    for each in held:
        by_role.setdefault(each.role, []).append(each)
    found = []
    for role, rows in by_role.items():
        places = dict.fromkeys(row.organization.name for row in rows if row.organization and not row.student_id)
        grades = sorted({grade for row in rows for grade in row.grades.split()})
        classes = dict.fromkeys(row.section.title for row in rows if row.section)
        named = sum(bool(row.student_id) for row in rows)
        words = [str(access.ROLE_NAMES.get(role, role)), *places, grades_in_words(grades)]
        if len(classes) > 2:
            words.append(ngettext("%(n)d class", "%(n)d classes", len(classes)) % {"n": len(classes)})
        else:
            words += classes
        if named:
            words.append(ngettext("%(n)d student by name", "%(n)d students by name", named) % {"n": named})
        found.append(", ".join(filter(None, words)))
    return found


def person(viewer: StaffMember, public_id: uuid.UUID) -> StaffMember:
    """One staff member whom the viewer may look at; else 404. One query."""
    found = own_staff(viewer).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Line:
    """One assignment in words: as what, where or for whom, from when to when, and whether it holds today."""

    assignment: Assignment
    role: str
    where: str
    state: str  # now, later, over
    stands_in_for: StaffMember | None = None
    names_student: bool = False  # to a reader who sees that student

    @property
    def until(self) -> datetime.date | None:
        """Its last day."""
        over = self.assignment.ends_at
        return timezone.localdate(over) if over else self.assignment.end


def assignments(viewer: StaffMember, whose: StaffMember, day: datetime.date | None = None) -> list[Line]:
    """Every assignment of this person, those of today first. Students are named only to whoever sees them.

    Two queries.
    """
    rows = whose.assignments.select_related("organization", "section", "student", "stands_in_for", "copy_of")
    return lines_of(viewer, list(rows.order_by(F("end").desc(nulls_first=True), "-pk")), day)


def lines_of(viewer: StaffMember, rows: list[Assignment], day: datetime.date | None = None) -> list[Line]:
    """These assignments in words, those of today first. One query."""
    day = day or timezone.localdate()
    named = {row.student_id for row in rows if row.student_id}
    visible = set(access.visible_to(viewer, day).filter(pk__in=named).values_list("pk", flat=True)) if named else set()
    found = []
    for row in rows:
        if row.student:
            where = row.student.name if row.student_id in visible else gettext("a student named to them")
        elif row.section:
            where = row.section.title
        else:
            where = row.organization.name if row.organization else gettext("the district")
            if row.grades:
                where = f"{grades_in_words(row.grades.split())}, {where}"
        begun = not row.begin or row.begin <= day
        over = _is_over(row, day) or bool(row.copy_of and _is_over(row.copy_of, day))
        state = "over" if over else "now" if begun else "later"
        role = str(access.ROLE_NAMES.get(row.role, row.role))
        found.append(Line(row, role, where, state, row.stands_in_for, row.student_id in visible))
    return sorted(found, key=lambda line: ("now", "later", "over").index(line.state))


def _is_over(row: Assignment, day: datetime.date) -> bool:
    return bool(row.end and row.end < day) or bool(row.ends_at and row.ends_at <= timezone.now())


def is_taken(username: str, but: StaffMember) -> bool:
    """Whether somebody else signs in by this name, whatever its case."""
    return StaffMember.objects.filter(username__iexact=username).exclude(pk=but.pk).exists()


def assignment_line(viewer: StaffMember, whose: StaffMember, pk: int) -> Line:
    """One assignment of this person, in words; else 404."""
    for line in assignments(viewer, whose):
        if line.assignment.pk == pk:
            return line
    raise Http404


def my_assignments(viewer: StaffMember) -> list[Line]:
    """What the viewer is today, and where: why they see whom."""
    return [line for line in assignments(viewer, viewer) if line.state == "now"]


def also_reach(viewer: StaffMember, day: datetime.date | None = None) -> dict[str, list[StaffMember]]:
    """Who else reaches students where the viewer has some, by role. Two queries; fifty people at most."""
    day = day or timezone.localdate()
    mine = [a for a in access.assignments_on(viewer, day) if access.REACH.get(a.role) in ("school", "caseload")]
    where = [a.organization_id or (a.section.school_id if a.section else None) for a in mine]
    places = {place for place in where if place}
    far = [role for role, reach in access.REACH.items() if reach == "district"]
    near = [role for role, reach in access.REACH.items() if reach in ("school", "caseload")]
    rows = Assignment.objects.filter(holding(day), staff__is_active=True).exclude(staff__ended_on__lte=day)
    rows = rows.filter(
        Q(role__in=far) | Q(role__in=near, organization__in=places) | Q(role__in=near, section__school__in=places)
    ).exclude(staff=viewer)
    found: dict[str, list[StaffMember]] = {}
    if mine:
        for row in rows.select_related("staff").order_by("staff__family_name", "staff_id")[:200]:
            people = found.setdefault(row.role, [])
            if row.staff not in people and len(people) < 50:
                people.append(row.staff)
    return {str(name): found[role] for role, name in access.ROLE_NAMES.items() if role in found}
