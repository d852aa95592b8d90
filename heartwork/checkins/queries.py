"""Questions about how students say they are."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from heartwork.analysis.declines import declines
from heartwork.analysis.scan import Flags, Numbers
from heartwork.checkins.models import CheckIn
from heartwork.roster import access
from heartwork.roster.models import Enrollment, StaffMember, Student, on_day
from heartwork.supports.bearings import Bearing, supports_around

RECENT = datetime.timedelta(weeks=8)  # an older answer says little about now
WEEKS = 26  # how far back answers are read: half a year
PIECE = 4096  # students at a time, so that a whole district needs little memory


@dataclass(frozen=True)
class Decline:
    """How a student’s answers have gone down. falls: week by week; else they lie far below the student’s own usual."""

    falls: bool
    since: datetime.date  # the Monday of the first of these answers
    until: datetime.date  # the Monday of the latest
    moods: list[int]  # 1 to 5, oldest first


@dataclass(frozen=True)
class GoneQuiet:
    """A student whose answers have gone down and who did not ask to talk in that time, and what is around them."""

    student: Student
    decline: Decline
    own: list[Bearing]  # supports that they are in, and not everyone
    for_everyone: int  # how many supports reach them because they reach everyone there

    @property
    def is_supported(self) -> bool:
        """Whether they are in a support beyond tier 1 that is not simply owed by law."""
        return any(each.tier > 1 and not each.support.is_required_by_law for each in self.own)


@dataclass(frozen=True)
class Quiet:
    """Who has gone quiet, by name, among those who `answered` often enough to say so; of others it is unknown."""

    found: list[GoneQuiet]
    answered: int
    unknown: int

    @property
    def unsupported(self) -> int:
        """How many of those found are in no support beyond tier 1 that is not simply owed by law."""
        return sum(not each.is_supported for each in self.found)


def gone_quiet(viewer: StaffMember, day: datetime.date | None = None) -> Quiet:
    """The students whom the viewer reaches as a counselor, enrolled on `day` (today), who have gone quiet.

    The rule is `analysis.declines`, of the answers of the last WEEKS weeks, where the latest is RECENT and no answer
    since the decline began asks to talk. Reads these answers of every student reached, a piece at a time: a thousand
    students take a quarter of a second, a hundred thousand a quarter of a minute. Seven queries at most. Raises
    PermissionDenied.
    """
    access.require(viewer, "checkin.read")
    day = day or timezone.localdate()
    here = Enrollment.objects.filter(on_day(day), student=OuterRef("pk"))
    reached = access.visible_for(viewer, "checkin.read", day=day).filter(Exists(here))
    answered, declined = 0, dict[int, Decline]()
    for piece in _pieces(reached, day):
        known, found = _declines(piece, _first_week(day))
        answered += known
        declined |= found
    # Named only here: of the others nothing is read but what they answered.
    students = list(reached.filter(pk__in=list(declined)))
    around = supports_around(viewer, students, day)
    return Quiet(
        [_with_supports(student, declined[student.pk], around.get(student.pk, [])) for student in students],
        answered,
        reached.count() - answered,
    )


def _with_supports(student: Student, decline: Decline, around: list[Bearing]) -> GoneQuiet:
    own = [each for each in around if not each.is_universal]
    return GoneQuiet(student, decline, own, len(around) - len(own))


def _first_week(day: datetime.date) -> datetime.date:
    """The Monday with which the weeks begin that are read on this day."""
    return day - datetime.timedelta(days=day.weekday(), weeks=WEEKS - 1)


@dataclass(frozen=True)
class _Piece:
    """Some students and their weeks: mood, NaN where none was told, and whether they asked to talk."""

    students: list[int]
    moods: Numbers
    asked_to_talk: Flags


def _pieces(students: QuerySet[Student], day: datetime.date) -> Iterator[_Piece]:
    """The answers of the students in the weeks up to `day`, in pieces. One query, whose rows are read as they come.

    Where a week has several answers, the one written down last tells the mood, and any of them asks to talk.
    """
    first = _first_week(day)
    rows = CheckIn.objects.filter(student__in=students.values("pk"), week__gte=first, week__lte=day)
    rows = rows.order_by("student", "week", "pk")
    piece = _empty()
    for student, week, mood, talk in rows.values_list("student", "week", "mood", "wants_to_talk").iterator(20_000):
        if not piece.students or piece.students[-1] != student:
            if len(piece.students) == PIECE:
                yield piece
                piece = _empty()
            piece.students.append(student)
        at = len(piece.students) - 1, (week - first).days // 7
        if mood is not None:
            piece.moods[at] = mood
        piece.asked_to_talk[at] |= talk
    yield piece


def _empty() -> _Piece:
    return _Piece([], np.full((PIECE, WEEKS), np.nan), np.zeros((PIECE, WEEKS), dtype=bool))


def _declines(piece: _Piece, first: datetime.date) -> tuple[int, dict[int, Decline]]:
    """Of how many students in the piece it can be said whether they have gone quiet, and who has, by pk."""
    moods, asked = piece.moods[: len(piece.students)], piece.asked_to_talk
    told = ~np.isnan(moods)
    seen = declines(moods)
    known = seen.is_known & told[:, -RECENT.days // 7 :].any(axis=1)
    found = {}
    for row in np.flatnonzero(known & (seen.falls | seen.below)):
        weeks = np.flatnonzero(told[row])
        weeks = weeks[weeks >= seen.since[row]]
        if not asked[row, weeks[0] :].any():
            since, until = (first + datetime.timedelta(weeks=int(week)) for week in (weeks[0], weeks[-1]))
            found[piece.students[row]] = Decline(
                bool(seen.falls[row]), since, until, moods[row, weeks].astype(int).tolist()
            )
    return int(known.sum()), found
