"""Questions about reach that changes: who stands in, what was opened in an emergency, what the district chose,
and who by all of this can see a student.
"""

import datetime
import uuid
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.journal.models import Entry
from heartwork.roster import access, help
from heartwork.roster.models import (
    Assignment,
    Choice,
    Enrollment,
    Opening,
    StaffMember,
    Student,
    Told,
    holding,
    names_of,
    on_day,
    search_key,
)
from heartwork.roster.prepared import prepared

A_DAY = datetime.timedelta(hours=24)
EVERYWHERE = {"student_services_director", "system_administrator"}  # others speak for their own school


# -- substitutes


def handed_on(viewer: StaffMember, absent: StaffMember) -> list[Assignment]:
    """What somebody else can take over from this person: classes and caseloads for which the viewer may speak.

    Not what the person has in somebody else's place. One query.
    """
    access.require(viewer, "substitute.edit")
    by_caseload = [role for role, far in access.REACH.items() if far == "caseload" and role not in access.LENT]
    rows = _to_speak_for(viewer, absent.assignments.filter(role__in=by_caseload, stands_in_for=None))
    return list(rows.select_related("organization", "section", "student", "stands_in_for").order_by("pk"))


def standing_in(viewer: StaffMember, absent: StaffMember, staff: StaffMember) -> QuerySet[Assignment]:
    """What this one has in that one's place, now or later, as far as the viewer may speak for it."""
    access.require(viewer, "substitute.edit")
    return _to_speak_for(viewer, Assignment.objects.filter(stands_in_for=absent, staff=staff))


def _to_speak_for(viewer: StaffMember, rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Those that are not over; for a principal, of the own school and its students."""
    rows = rows.exclude(end__lt=timezone.localdate()).exclude(ends_at__lte=timezone.now())
    if not access.roles_of(viewer).isdisjoint(EVERYWHERE):
        return rows
    led = [a.organization_id for a in access.assignments_on(viewer) if a.role == "principal"]
    here = Q(organization__in=led) | Q(section__school__in=led) | Q(student__in=access.own(viewer))
    return rows.filter(pk__in=Assignment.objects.filter(here).order_by().values("pk"))


@dataclass(frozen=True)
class StandIn:
    """Somebody who stands in for a person, now or later: from when to when, at most."""

    staff: StaffMember
    begin: datetime.date | None
    end: datetime.date | None


def substitutes(viewer: StaffMember, absent: StaffMember) -> list[StandIn]:
    """Who stands in for this person, today or later, by the first day. One query."""
    access.require(viewer, "substitute.edit")
    rows = _to_speak_for(viewer, Assignment.objects.filter(stands_in_for=absent))
    rows = rows.select_related("staff").order_by("begin", "pk")
    found: dict[int, StandIn] = {}
    for row in rows.only("begin", "end", *names_of("staff")):
        here = found.get(row.staff_id)
        ends = [each for each in (row.end, here.end if here else None) if each]
        found[row.staff_id] = StandIn(row.staff, here.begin if here else row.begin, max(ends, default=None))
    return list(found.values())


def people_called(words: str) -> list[StaffMember]:
    """Who works here and signs in by this name, or has this e-mail, or else this whole name; three at most."""
    rows = StaffMember.objects.filter(is_active=True).exclude(ended_on__lte=timezone.localdate())
    if found := list(rows.filter(Q(username__iexact=words) | Q(email__iexact=words))[:3] if words else []):
        return found
    for word in search_key(words).split():
        rows = rows.filter(Q(search_key__contains=f" {word} ") | Q(search_key__endswith=f" {word}"))
    return list(rows[:3]) if search_key(words) else []


# -- pages opened in an emergency


def student_meant(viewer: StaffMember, *, name: str, fact: str) -> Student | None:
    """The one student of the district with this whole name and this number on the card, or birth date.

    None: nobody, several, not enrolled today, or someone whom the viewer sees anyway; which of these, nobody is told.
    """
    access.require(viewer, "emergency.open")
    words = search_key(name).split()
    born = _day(fact)
    if len(words) < 2 or not fact:
        return None
    here = Enrollment.objects.filter(on_day(timezone.localdate()))
    rows = Student.objects.filter(Q(identifier=fact) | Q(birth_date=born) if born else Q(identifier=fact))
    for word in words:
        rows = rows.filter(Q(search_key__contains=f" {word} ") | Q(search_key__endswith=f" {word}"))
    found = list(rows.filter(pk__in=here.values("student"))[:2])
    if len(found) != 1 or access.reached_among(viewer, found):
        return None
    return found[0]


def _day(words: str) -> datetime.date | None:
    for form in formats.get_format("DATE_INPUT_FORMATS"):
        try:
            return datetime.datetime.strptime(words, form).date()
        except ValueError:
            continue
    return None


def to_tell(viewer: StaffMember, student: Student) -> list[StaffMember]:
    """Who is told that the viewer opens this student's page: who may be, sees the student, and is not the viewer."""
    roles = access.MAY["emergency.told"]
    told = {reason.staff.pk: reason.staff for reason in access.who_sees(student) if reason.role in roles}
    told.pop(viewer.pk, None)
    return list(told.values())


def tries(viewer: StaffMember) -> int:
    """How often the viewer tried to open a page in the last 24 hours, with or without success. One query."""
    since = timezone.now() - A_DAY
    tried = ["emergency.opened", "emergency.not_opened"]
    return Entry.objects.filter(actor=viewer, verb__in=tried, at__gt=since).count()


def opened_by(viewer: StaffMember) -> list[Opening]:
    """The pages that the viewer has open in an emergency now, the first to end first. One query."""
    rows = _openings().filter(assignment__staff=viewer, assignment__ends_at__gt=timezone.now())
    return list(rows.order_by("assignment__ends_at"))


def told_to(viewer: StaffMember) -> list[Told]:
    """The openings of which the viewer is told, the newest first, of students whom they see. One query; 50 at most."""
    if not access.may(viewer, "emergency.told"):
        return []
    rows = Told.objects.filter(staff=viewer, opening__assignment__student__in=access.visible_to(viewer))
    return list(_with_openings(rows)[:50])


def news_of_openings(viewer: StaffMember) -> list[Told]:
    """Those of them that the viewer has not seen yet, which are few. One query, and one where there are any."""
    rows = _unseen(staff=viewer.pk) if access.may(viewer, "emergency.told") else []
    students = [row.opening.assignment.student for row in rows]
    reached = access.reached_among(viewer, [student for student in students if student])
    return [row for row in rows if row.opening.assignment.student_id in reached]


def _with_openings(rows: QuerySet[Told]) -> QuerySet[Told]:
    return rows.select_related(*(f"opening__{each}" for each in OPENED)).order_by("-opening__opened_at")


@prepared
def _unseen(*, staff: int) -> QuerySet[Told]:
    return _with_openings(Told.objects.filter(staff=staff, seen_at=None))


def opening_told(viewer: StaffMember, public_id: uuid.UUID) -> Told:
    """One opening of which the viewer is told; else 404."""
    access.require(viewer, "emergency.told")
    rows = Told.objects.filter(staff=viewer, opening__public_id=public_id)
    found = rows.select_related("opening__assignment__student").first()
    if found is None:
        raise Http404
    return found


def own_opening(viewer: StaffMember, public_id: uuid.UUID) -> Opening:
    """A page that the viewer has open in an emergency; else 404."""
    for each in opened_by(viewer):
        if each.public_id == public_id:
            return each
    raise Http404


OPENED = ("assignment__student", "assignment__staff")


def _openings() -> QuerySet[Opening]:
    return Opening.objects.select_related(*OPENED)


# -- what the district has chosen


@dataclass(frozen=True)
class Chosen:
    """One time at which the district chose: when, who, why, and what became different, in words."""

    choice: Choice
    changes: list[str]


def choices(viewer: StaffMember) -> list[Chosen]:
    """Each time the district chose who may see and do what, the newest first. One query."""
    access.require(viewer, "district.read")
    rows = list(Choice.objects.select_related("set_by").order_by("-pk")[:51])
    before: list[dict[str, list[str]]] = [*(each.chosen for each in rows[1:]), {}]
    return [Chosen(row, _changes(old, row.chosen)) for row, old in zip(rows, before, strict=False)][:50]


def _changes(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[str]:
    found = []
    for what in access.LIMITS:
        had, has = access.roles_that_may(what, before), access.roles_that_may(what, after)
        words = {"what": help.WHAT[what]}
        if gained := has - had:
            listed = get_text_list([str(each) for each in help.names_of_roles(gained)], gettext("and"))
            found.append(gettext("%(what)s: now also %(roles)s") % (words | {"roles": listed}))
        if lost := had - has:
            listed = get_text_list([str(each) for each in help.names_of_roles(lost)], gettext("and"))
            found.append(gettext("%(what)s: no longer %(roles)s") % (words | {"roles": listed}))
    return found


# -- who can see a student

SEES: dict[str, str | Promise] = {
    "record.read": _("attendance, screening, referrals"),
    "checkin.read": _("answers in check-ins"),
    "family.read": _("what the family said and asked"),
}


@dataclass(frozen=True)
class Seer:
    """Someone who can see a student: why, in each way, and what of the record beside the page."""

    staff: StaffMember
    reasons: list[access.Reason]
    sees: list[str | Promise]
    may_change: bool


def who_sees(viewer: StaffMember, student: Student, day: datetime.date | None = None) -> list[Seer]:
    """Everyone who sees this student, once each, by family name, for someone who does too; else 404. Four queries.

    What they see beside the page is what the roles may with which they see this student, as the district has chosen.
    """
    day = day or timezone.localdate()
    reasons: dict[int, list[access.Reason]] = {}
    for reason in access.who_sees(student, day):
        reasons.setdefault(reason.staff.pk, []).append(reason)
    if viewer.pk not in reasons:
        raise Http404
    roles: dict[int, set[str]] = {pk: set() for pk in reasons}
    for pk, role in Assignment.objects.filter(holding(day), staff__in=roles).values_list("staff", "role"):
        roles[pk].add(role)
    chosen = access.chosen_now()
    may = {what: access.roles_that_may(what, chosen) for what in (*SEES, "student.edit")}
    found = []
    for pk, each in reasons.items():
        sees = [words for what, words in SEES.items() if any(reason.role in may[what] for reason in each)]
        is_to_read = all(reason.role == access.READS_ONLY for reason in each)
        found.append(Seer(each[0].staff, each, sees, bool(roles[pk] & may["student.edit"]) and not is_to_read))
    return found


def emergencies_of(viewer: StaffMember, student: Student) -> list[Opening]:
    """Who opened this student's page in an emergency in the last year, newest first; of one out of sight, nobody."""
    if not access.reached_among(viewer, [student]):
        return []
    a_year_ago = timezone.now() - datetime.timedelta(days=365)
    rows = _openings().filter(assignment__student=student, opened_at__gt=a_year_ago)
    return list(rows.defer("reason").order_by("-opened_at"))
