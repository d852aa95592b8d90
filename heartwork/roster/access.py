"""Who may see whom, and why: decided here and nowhere else.

Reach comes from dated assignments and is worked out in SQL. A view declares what it shows with `@shows`; a view
without a declaration stops the start. Absent and forbidden get the same answer: 404.
"""

import datetime
import functools
import tomllib
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone

from heartwork.roster.models import (
    Assignment,
    Choice,
    Enrollment,
    Organization,
    StaffMember,
    Student,
    holding,
    names_of,
    on_day,
)
from heartwork.roster.prepared import prepared
from heartwork.roster.reasons import ROLE_NAMES as ROLE_NAMES
from heartwork.roster.reasons import Reason as Reason

POLICY: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("access.toml").read_text())
REACH: dict[str, str] = POLICY["reach"]
MAY: dict[str, list[str]] = POLICY["may"]
LIMITS: dict[str, list[str]] = POLICY["choices"]  # by right: the roles of which the district itself may say
LENT = {"facilitator", "break_glass"}  # given by what happens, and ended by it; no person gives one by hand
READS_ONLY = "break_glass"  # a page opened in an emergency is read, and nothing is changed through it

# -- reach: from assignments to students


def has_left(person: StaffMember, day: datetime.date | None = None) -> bool:
    """Whether the person no longer works here on `day` (today), or was told not to sign in."""
    return not person.is_active or bool(person.ended_on and person.ended_on <= (day or timezone.localdate()))


def assignments_on(viewer: StaffMember, day: datetime.date | None = None) -> list[Assignment]:
    """The viewer's assignments that hold on `day` (today); none for someone who has left. One query a request."""
    day = day or timezone.localdate()
    if has_left(viewer, day):
        return []
    kept: dict[datetime.date, list[Assignment]] = getattr(viewer, "kept_assignments", {})
    if day not in kept:
        kept[day] = _held(staff=viewer.pk, day=day, now=timezone.now())
    return kept[day]


@prepared
def _held(*, staff: int, day: datetime.date, now: datetime.datetime) -> QuerySet[Assignment]:
    # What the district has chosen comes along, so that a page asks for both at once, and anew each time.
    newest = Choice.objects.order_by("-pk").values("chosen")[:1]
    rows = Assignment.objects.filter(holding(day, now), staff=staff)
    return rows.select_related("organization", "section").annotate(chosen=Subquery(newest)).order_by("pk")


def roles_of(viewer: StaffMember, day: datetime.date | None = None) -> set[str]:
    """The roles the viewer holds on `day` (today), anywhere."""
    return {assignment.role for assignment in assignments_on(viewer, day)}


def may(viewer: StaffMember, what: str) -> bool:
    """Whether one of the viewer's roles may do `what` ("student.read"). Says nothing of which students."""
    if viewer.seen_by and not may(viewer.seen_by, what):
        return False
    if "everyone" in MAY[what]:
        return not has_left(viewer)
    held = assignments_on(viewer)
    return any(each.role in _that_may(what, each) for each in held)


def roles_that_may(what: str, chosen: dict[str, list[str]] | None) -> set[str]:
    """The roles that may do `what`, where the district has chosen so: inside the limits, whatever was chosen."""
    roles = set(MAY[what])
    if chosen is None or what not in chosen:
        return roles
    limits = set(LIMITS.get(what, ()))
    return (roles - limits) | (limits & set(chosen[what]))


def chosen_now() -> dict[str, list[str]]:
    """What the district has chosen, by right. One query."""
    return Choice.objects.order_by("-pk").values_list("chosen", flat=True).first() or {}


def reaches_all(viewer: StaffMember, day: datetime.date | None = None) -> bool:
    """Whether the viewer reaches every student of the district: by a role that may, and that names nothing narrower."""
    if viewer.seen_by and not reaches_all(viewer.seen_by, day):
        return False
    return _are_for_all(assignments_on(viewer, day))


def _are_for_all(assignments: list[Assignment]) -> bool:
    return any(
        REACH.get(assignment.role) == "district" and not assignment.section_id and not assignment.student_id
        for assignment in assignments
    )


def schools_of(viewer: StaffMember, day: datetime.date | None = None) -> set[int]:
    """The organizations the viewer's assignments name, by pk: where they belong, not whom they may see."""
    return {a.organization_id for a in assignments_on(viewer, day) if a.organization_id}


def visible_to(viewer: StaffMember, day: datetime.date | None = None) -> QuerySet[Student]:
    """The students whom the viewer reaches on `day` (today): where every question about students starts.

    A page asks many questions, so within one request the way to these students is worked out once.
    """
    return _visible(viewer, day, lambda each: True)


def own(viewer: StaffMember, day: datetime.date | None = None) -> QuerySet[Student]:
    """Those of them whom the viewer reaches otherwise than by a lent role: theirs to hand on, or to take along."""
    return _visible(viewer, day, lambda each: each.role not in LENT)


def at_school(school: Organization | None, day: datetime.date | None = None) -> QuerySet[Student]:
    """Everyone enrolled at a school on `day` (today), whoever asks: to be narrowed, or counted."""
    here = Enrollment.objects.filter(on_day(day or timezone.localdate()), school=school, section=None)
    return Student.objects.filter(Exists(here.filter(student=OuterRef("pk"))))


def reaches_school(viewer: StaffMember, school: Organization | None) -> bool:
    """Whether the viewer reaches every student of the school, none of them by a lent role alone. One query at most."""
    if reaches_all(viewer):
        return True
    return not at_school(school).exclude(pk__in=own(viewer).order_by().values("pk")).exists()


def visible_for(viewer: StaffMember, *rights: str, day: datetime.date | None = None) -> QuerySet[Student]:
    """Those of them whom the viewer reaches by a role with all these rights: a right goes no further than its role."""
    return _visible(viewer, day, lambda each: all(each.role in _that_may(what, each) for what in rights))


def _that_may(what: str, assignment: Assignment) -> set[str]:
    return roles_that_may(what, assignment.chosen)  # type: ignore[attr-defined]


def _visible(viewer: StaffMember, day: datetime.date | None, counts: Callable[[Assignment], bool]) -> QuerySet[Student]:
    """The students whom the viewer reaches by the assignments that count."""
    day = day or timezone.localdate()
    held = [each for each in assignments_on(viewer, day) if counts(each)]
    kept: dict[tuple[datetime.date, frozenset[str]], QuerySet[Student]] = getattr(viewer, "kept_reach", {})
    key = (day, frozenset(each.role for each in held))
    if key not in kept:
        kept[key] = _reached_by(viewer, day, held)
    if viewer.seen_by:
        return Student.objects.filter(pk__in=kept[key].order_by().values("pk")).filter(
            pk__in=_visible(viewer.seen_by, day, counts).order_by().values("pk")
        )
    return kept[key].all()


def _reached_by(viewer: StaffMember, day: datetime.date, assignments: list[Assignment]) -> QuerySet[Student]:
    if _are_for_all(assignments):
        return Student.objects.all()
    here = Enrollment.objects.filter(on_day(day))
    schools: set[int] = set()
    sections: set[int] = set()
    by_name: set[str] = set()  # the roles that name students
    # Only the ways that the assignments take are asked for: most people have one, and every page asks several times.
    ways: list[QuerySet[Any, Any]] = []
    for assignment in assignments:
        far = REACH.get(assignment.role)
        if far == "school" and assignment.organization_id:
            schools.add(assignment.organization_id)
        elif far == "caseload":
            if assignment.student_id:
                by_name.add(assignment.role)
            elif assignment.section_id:
                sections.add(assignment.section_id)
            elif assignment.organization_id and assignment.grades:
                grades = assignment.grades.split()
                ways.append(here.filter(section=None, school=assignment.organization_id, student__grade__in=grades))
    if schools:
        ways.append(here.filter(section=None, school__in=schools))
    if sections:
        ways.append(here.filter(section__in=sections))
    if by_name:
        named = Assignment.objects.filter(holding(day), staff=viewer, role__in=by_name, student__isnull=False)
        # A student who has left the district leaves every caseload the same day.
        ways.append(named.filter(Exists(here.filter(student=OuterRef("student")))))
    if not ways:
        return Student.objects.none()
    first, *rest = [way.order_by().values_list("student") for way in ways]
    return Student.objects.filter(pk__in=first.union(*rest) if rest else first)


# -- the reason, in words


class Place(NamedTuple):
    """Where a student is on a day: at a school (no section), or in one of its sections."""

    school_id: int
    school: str
    section_id: int | None
    section: str | None
    kind: str | None  # of the section: "homeroom"


def places_of(students: Iterable[Student], day: datetime.date) -> dict[int, list[Place]]:
    """Where each of the students is on `day`, by their pk: schools and sections, by name.

    One query; none for students of whom it was asked before, since a page about one student asks in several rooms.
    """
    asked = list(students)
    unknown = [student for student in asked if day not in getattr(student, "kept_places", {})]
    if unknown:
        found: dict[int, list[Place]] = {student.pk: [] for student in unknown}
        for student, *place in _enrolled(students=list(found), day=day):
            found[student].append(Place(*place))
        for each in unknown:
            each.kept_places = getattr(each, "kept_places", {}) | {day: found[each.pk]}  # type: ignore[attr-defined]
    return {student.pk: student.kept_places[day] for student in asked}  # type: ignore[attr-defined]


@prepared
def _enrolled(*, students: list[int], day: datetime.date) -> QuerySet[Enrollment, Any]:
    rows = Enrollment.objects.filter(on_day(day), student__in=students).order_by("school__name", "section__title")
    return rows.values_list("student", "school", "school__name", "section", "section__title", "section__kind")


def who_sees(student: Student, day: datetime.date | None = None, staff: StaffMember | None = None) -> list[Reason]:
    """Everyone who reaches the student on `day` (today), with the reason, by family name; or the reasons of one.

    The same rule as `visible_to`, read from the other end. One query, and one for where the student is.
    """
    day = day or timezone.localdate()
    places = places_of([student], day)[student.pk]
    schools = sorted({place.school_id for place in places if place.section_id is None})
    asked: dict[str, Any] = {
        "enrolled": [student.pk] if places else [],
        "schools": schools,
        "sections": sorted({place.section_id for place in places if place.section_id}),
        "grade": student.grade,
        "schools_with_grade": schools if student.grade else [],
        "day": day,
        "now": timezone.now(),
    }
    rows = _reaching(**asked).filter(staff=staff) if staff else _all_reaching(**asked)
    return [_reason(row) for row in rows]


def _reaching(
    *,
    enrolled: list[int],
    schools: list[int],
    sections: list[int],
    grade: str,
    schools_with_grade: list[int],
    day: datetime.date,
    now: datetime.datetime,
) -> QuerySet[Assignment]:
    """The assignments by which a student of this grade, enrolled in these schools and sections, is reached."""
    by_reach = {far: [role for role in REACH if REACH[role] == far] for far in ("district", "school", "caseload")}
    # Each way has an index of its own, which leaves out the rows that the way cannot mean.
    reached = (
        Q(role__in=by_reach["district"], section=None, student=None)
        | Q(role__in=by_reach["school"], organization__in=schools)
        | Q(role__in=by_reach["caseload"], student=None, section__in=sections)
        | Q(role__in=by_reach["caseload"], student__in=enrolled)
    )
    in_grade = Q(role__in=by_reach["caseload"], student=None, section=None, organization__in=schools_with_grade)
    reached |= in_grade & Q(grades__contains=grade)
    rows = Assignment.objects.filter(holding(day, now), reached, staff__is_active=True)
    rows = rows.exclude(staff__ended_on__lte=day)
    rows = rows.select_related("staff", "organization", "section", "stands_in_for", "copy_of")
    columns = ["role", "begin", "end", "ends_at", "student", "section__title", "organization__name", "copy_of__end"]
    rows = rows.only(*columns, *names_of("staff", "stands_in_for"))
    return rows.order_by("staff__family_name", "staff__given_name", "staff_id", "pk")


_all_reaching = prepared(_reaching)


def who_works_with(student: Student) -> dict[int, Reason]:
    """Who sees the student because they work with them for longer, by pk: none who stands in for somebody. Two queries.

    Of the staff, for whoever reaches the student: the caller asks.
    """
    first: dict[int, Reason] = {}
    for reason in who_sees(student):
        is_lent = reason.role in LENT or reason.stands_in_for
        if REACH[reason.role] in ("school", "caseload") and not is_lent:
            first.setdefault(reason.staff.pk, reason)
    return first


def _reason(assignment: Assignment) -> Reason:
    if REACH[assignment.role] == "district":
        how, where = "district", ""
    elif assignment.student_id:
        how, where = "student", ""
    elif assignment.section:
        how, where = "section", assignment.section.title
    else:
        how = "grades" if REACH[assignment.role] == "caseload" else "school"
        where = assignment.organization.name if assignment.organization else ""
    held = assignment
    ends = [held.end, held.copy_of.end if held.copy_of else None]
    until = min((each for each in ends if each), default=None)
    return Reason(held.staff, held.role, where, held.begin, until, how, held.stands_in_for, held.ends_at)


def reason_to_see(viewer: StaffMember, student: Student, day: datetime.date | None = None) -> Reason | None:
    """Why the viewer sees this student on `day` (today), in the widest way; None: they do not."""
    return next(iter(sorted(who_sees(student, day, viewer), key=lambda reason: reason.how)), None)


# -- asking for permission


def student_or_404(viewer: StaffMember, public_id: uuid.UUID) -> Student:
    """The student with this id if the viewer reaches them, else Http404: absent and forbidden look alike."""
    student = visible_to(viewer).filter(public_id=public_id).first()
    if student is None:
        raise Http404
    kept: set[int] = getattr(viewer, "kept_students", set())
    kept.add(student.pk)
    return student


def reached_among(viewer: StaffMember, students: Iterable[Student], day: datetime.date | None = None) -> set[int]:
    """Those of the students whom the viewer reaches on `day` (today), by pk. One query, or none for one just asked for.

    A page about one student asks for the student first, and then in several rooms for what is around them: within one
    request the answer for today is kept.
    """
    wanted = {student.pk for student in students}
    kept: set[int] = getattr(viewer, "kept_students", set()) if day in (None, timezone.localdate()) else set()
    if not wanted <= kept:
        kept |= set(visible_to(viewer, day).filter(pk__in=wanted).order_by().values_list("pk", flat=True))
    return wanted & kept


def require(actor: StaffMember, what: str) -> None:
    """Raise PermissionDenied unless one of the actor's roles may do `what`."""
    if not may(actor, what):
        raise PermissionDenied(what)


def may_of(viewer: StaffMember, what: str, *students: Student) -> bool:
    """Whether the viewer may do `what` of each of these students: by a role with which they reach that student.

    One query more than `reached_among`, for somebody with one role that may and another that may not.
    """
    wanted = {student.pk for student in students}
    if not may(viewer, what) or reached_among(viewer, students) != wanted:
        return False
    if all(each.role in _that_may(what, each) for each in _held_by_both(viewer)):
        return True
    return set(visible_for(viewer, what).filter(pk__in=wanted).order_by().values_list("pk", flat=True)) == wanted


def _held_by_both(viewer: StaffMember) -> list[Assignment]:
    """What the viewer holds, and whoever looks as them."""
    return assignments_on(viewer) + (assignments_on(viewer.seen_by) if viewer.seen_by else [])


def require_may_of(actor: StaffMember, what: str, *students: Student) -> None:
    """Raise PermissionDenied unless the actor may do `what` of every one of the students."""
    if not may_of(actor, what, *students):
        raise PermissionDenied(what)


def require_may_edit(actor: StaffMember, student: Student) -> None:
    """Raise PermissionDenied unless the actor's role may change students' records, and reaches this one."""
    require(actor, "student.edit")
    require_reach(actor, student)


def require_sight(viewer: StaffMember, *students: Student) -> None:
    """Raise PermissionDenied unless the viewer reaches every one of the students, for reading."""
    if reached_among(viewer, students) != {student.pk for student in students}:
        raise PermissionDenied("student out of reach")


def require_reach(actor: StaffMember, *students: Student) -> None:
    """Raise PermissionDenied unless the actor reaches every one of the students, and not only in an emergency.

    Two queries more for each student whose page the actor opened in one.
    """
    require_sight(actor, *students)
    opened = {a.student_id for a in assignments_on(actor) if a.role == READS_ONLY}
    for student in students:
        if student.pk in opened and all(reason.role == READS_ONLY for reason in who_sees(student, staff=actor)):
            raise PermissionDenied("student to read of only")


# -- the door of every page

View = Callable[..., HttpResponseBase]


class Request(HttpRequest):
    """A request to a page behind a door: whoever asks has signed in."""

    user: StaffMember  # type: ignore[assignment]


def shows(read: str, *, change: str | None = None, as_another: bool = False) -> Callable[[View], View]:
    """Declare what a view shows (`read`) and, where it takes changes, what it changes (`change`).

    Who may not is answered 404, like a page that is not there. A view without `change` takes no unsafe method. Whoever
    looks as somebody else reads only what says that it asks nothing but these rules whom it shows (`as_another`).
    """
    for what in filter(None, (read, change)):
        if what not in MAY:
            raise ValueError(f'"{what}" is not in access.toml')

    def declare(view: View) -> View:
        @functools.wraps(view)
        def door(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            is_read = request.method in ("GET", "HEAD", "OPTIONS")
            what = read if is_read else change
            if what is None or not may(request.user, what):
                raise Http404
            if request.user.seen_by and not (as_another and is_read):
                raise Http404
            try:
                return view(request, *args, **kwargs)
            except PermissionDenied as denied:
                raise Http404 from denied

        door.shows = (read, change)  # type: ignore[attr-defined]
        door.as_another = as_another  # type: ignore[attr-defined]
        return door

    return declare


def public(reason: str) -> Callable[[View], View]:
    """Declare that a view may be seen without signing in, and why."""

    def declare(view: View) -> View:
        view.public = reason  # type: ignore[attr-defined]
        return view

    return declare


class SignedInMiddleware:
    """Everyone signs in first, except where a view is declared public; an htmx part is told to go and sign in.

    Also keeps the viewer's assignments for the length of one request, so that a page asks for them once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        if getattr(view, "public", None):
            return None
        if not request.user.is_authenticated:  # nor is whoever has left: see `sign_in.Backend`
            return _first_sign_in(request)
        request.user.kept_assignments = {}  # type: ignore[attr-defined]
        request.user.kept_reach = {}  # type: ignore[attr-defined]
        request.user.kept_students = set()  # type: ignore[attr-defined]
        return None


def _first_sign_in(request: HttpRequest) -> HttpResponse:
    """On to signing in, and from there back to this page; a form that is sent goes along, so that nothing is lost."""
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        here = urlsplit(request.headers.get("HX-Current-URL", "")).path
        response["HX-Redirect"] = redirect_to_login(here).url if here else resolve_url(settings.LOGIN_URL)
        return response
    if request.method == "POST":
        again = redirect_to_login(request.get_full_path(), resolve_url("sign-in-again"))
        return redirect(again.url, preserve_request=True)
    return redirect_to_login(request.get_full_path())
