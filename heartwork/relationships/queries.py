"""Questions about which adult knows which student, as adults say it and as students do.

What an adult marked is read back to that adult alone; of others' marks only counts are told, from three adults on.
"""

import datetime
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext

from heartwork.meetings.queries import FEWEST, meeting
from heartwork.relationships.models import Knows, LooksAfter, Marks, Round, Standing
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import Organization, StaffMember, Student, works_here
from heartwork.roster.prepared import prepared
from heartwork.teams.models import Meeting
from heartwork.teams.queries import is_member
from heartwork.trusted import queries as trusted

CARRIES = 8  # students whom one adult looks after, where no team has said otherwise
LISTED = 60  # students nobody named who stand on one page


# -- the meeting


def round_of(meeting: Meeting) -> Round:
    """What the meeting looks at; Http404 where it is about something else. One query."""
    return get_object_or_404(Round.objects.select_related("school", "meeting__team"), meeting=meeting)


def round_read(viewer: StaffMember, public_id: uuid.UUID) -> Round:
    """The round of a meeting that the viewer may read, else Http404."""
    return round_of(meeting(viewer, public_id))


def offered(viewer: StaffMember, found: Round) -> QuerySet[Student]:
    """The students among whom the viewer may mark whom they know well: their own of the school, and none lent to them.

    While the meeting is open, whoever leads may lay all names of the school before the team, as long as they reach
    everyone there.
    """
    if found.school is None or not access.may(viewer, "student.read"):
        return Student.objects.none()
    rows = access.at_school(found.school)
    is_laid_open = found.names_everyone and not found.meeting.is_closed and is_member(viewer, found.meeting.team)
    if is_laid_open and access.reaches_school(found.meeting.facilitator, found.school):
        return rows
    return rows.filter(pk__in=access.own(viewer).order_by().values("pk"))


def my_marks(viewer: StaffMember, found: Round) -> Marks:
    """What the viewer themselves has marked in this round; nobody else's."""
    return Marks.objects.filter(round=found, staff=viewer).first() or Marks(round=found, staff=viewer)


def is_shared(viewer: StaffMember, found: Round) -> bool:
    """Whether the viewer's name stands beside the students whom they marked in this round."""
    return Knows.objects.filter(round=found, staff=viewer).exists()


# -- what adults say beside what students say


@dataclass(frozen=True)
class Stand:
    """How many adults say they know a student well, and whether the student names one (None: has not answered)."""

    adults: int
    names: bool | None

    @property
    def is_nobodys(self) -> bool:
        """No adult knows them well, and they have named none either."""
        return not self.adults and not self.names

    @property
    def cell(self) -> str:
        """Its place in the picture."""
        return f"{'known' if self.adults else 'unknown'} {SAYS[self.names]}"


SAYS = {True: "names", False: "nobody", None: "silent"}


def marked_by(found: Round) -> int:
    """How many adults have marked somebody. One query."""
    return found.marks.exclude(text="").count()


def stands(found: Round) -> dict[int, Stand] | None:
    """How it stands with each student of the round, by pk; None while fewer than three adults have marked anybody.

    Of a meeting that is over: as it stood then. It unseals what a whole school said, and is kept with the round: a page
    asks several times. Three queries at most.
    """
    if not hasattr(found, "kept_stands"):
        found.kept_stands = _stands(found)  # type: ignore[attr-defined]
    return found.kept_stands  # type: ignore[attr-defined, no-any-return]


def _stands(found: Round) -> dict[int, Stand] | None:
    if found.meeting.is_closed:
        rows = found.standings.values_list("student", "adults", "names_someone")
        return {pk: Stand(adults, names) for pk, adults, names in rows} or None
    marks = list(found.marks.exclude(text=""))
    if len(marks) < FEWEST:
        return None
    adults = Counter(public_id for each in marks for public_id in each.chosen)
    says = trusted.said_at(found.school, timezone.localdate())
    here = access.at_school(found.school).order_by().values_list("pk", "public_id")
    return {pk: Stand(adults[public_id], bool(says[pk]) if pk in says else None) for pk, public_id in here}


@dataclass(frozen=True)
class Line:
    """A student in the list: where they are, how it stands with them, and who looks after them already.

    is_told: whether the viewer may know if the student names nobody or has not answered.
    """

    place: roster.StudentLine
    stand: Stand
    adults: list[str]
    is_told: bool


def nobodys(viewer: StaffMember, found: Round) -> list[Line]:
    """The students whom nobody named, of those the viewer reaches: who has no adult yet first. Seven queries."""
    known = {pk: stand for pk, stand in (stands(found) or {}).items() if stand.is_nobodys}
    students = list(access.visible_to(viewer).filter(pk__in=list(known)))
    after: dict[int, list[str]] = defaultdict(list)
    for each in _all_looking_after(timezone.localdate()).filter(student__in=students):
        after[each.student_id].append(each.staff.name)
    may_know = access.visible_for(viewer, "trusted.read").filter(pk__in=list(known))
    told = set(may_know.order_by().values_list("pk", flat=True))
    lines = [
        Line(line, known[line.person.pk], after[line.person.pk], line.person.pk in told)
        for line in roster.student_lines(students)
    ]
    return sorted(lines, key=lambda line: bool(line.adults))


def _all_looking_after(day: datetime.date) -> QuerySet[LooksAfter]:
    """Who looks after whom, of those who work here on the day."""
    return LooksAfter.objects.filter(works_here(day, "staff__"), ended_on=None).select_related("staff")


# -- one student


@dataclass(frozen=True)
class Around:
    """A student's adults: who says so, whom the student names (None: not the viewer's to know), who looks after."""

    known_by: list[StaffMember]
    looked_after: list[LooksAfter]
    stand: Stand | None
    named: list[StaffMember] | None


def around(viewer: StaffMember, student: Student) -> Around:
    """The adults around a student whom the viewer reaches, else Http404. Five queries at most."""
    if not access.reached_among(viewer, [student]):
        raise Http404
    day = timezone.localdate()
    stand = next((Stand(*latest) for latest in _stands_of(student=student.pk)), None)
    named = trusted.named_by(viewer, student)
    return Around(_knowing(student=student.pk, day=day), _looking_after(student=student.pk, day=day), stand, named)


@prepared
def _knowing(*, student: int, day: datetime.date) -> QuerySet[StaffMember]:
    knows = Knows.objects.filter(student=student).values("staff")
    return StaffMember.objects.filter(works_here(day), pk__in=knows)


@prepared
def _looking_after(*, student: int, day: datetime.date) -> QuerySet[LooksAfter]:
    return _all_looking_after(day).filter(student=student)


@prepared
def _stands_of(*, student: int) -> QuerySet[Standing, Any]:
    rows = Standing.objects.filter(student=student).order_by("-on", "-pk")
    return rows.values_list("adults", "names_someone")[:1]


@dataclass(frozen=True)
class Adult:
    """Who could look after a student: why they see the student, how many they look after, whether that is much."""

    reason: access.Reason
    looks_after: int
    is_full: bool

    @property
    def words(self) -> str:
        """ "Ruth Okafor (counselor, Elm; looks after 3)"."""
        words = {"name": self.reason.staff.name, "why": self.reason.about(), "n": self.looks_after}
        if self.is_full:
            return gettext("%(name)s (%(why)s; carries many already)") % words
        return gettext("%(name)s (%(why)s; looks after %(n)d)") % words


def could_look_after(viewer: StaffMember, student: Student) -> list[Adult]:
    """The adults who see this student because they work with them, with what each carries. Six queries at most.

    Full is who looks after as many as the last team at the school found right, or is named by as many students; how
    many named whom is not told. Http404 for a student out of reach.
    """
    if not access.reached_among(viewer, [student]):
        raise Http404
    working, day = access.who_works_with(student), timezone.localdate()
    places = {place.school_id for place in access.places_of([student], day)[student.pk]}
    carried: dict[int, set[int]] = defaultdict(set)
    named_by: dict[int, set[int]] = defaultdict(set)
    for staff, pk in LooksAfter.objects.filter(staff__in=list(working), ended_on=None).values_list("staff", "student"):
        carried[staff].add(pk)
    for school in Organization.objects.filter(pk__in=places):
        for pk, adults in trusted.said_at(school, day).items():
            for staff in adults:
                named_by[staff].add(pk)
    rounds = Round.objects.filter(school__in=places).order_by("-pk")
    limit = rounds.values_list("carries", flat=True).first() or CARRIES
    return [Adult(why, len(carried[pk]), len(carried[pk] | named_by[pk]) >= limit) for pk, why in working.items()]
