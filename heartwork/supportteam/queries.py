"""Questions about a support team's meeting: who is on its agenda, who is talked about now, and what may be read of it.

Every question starts from the students whom the viewer reaches. While a meeting is open its team sees the students on
its agenda (the sights that it lends); once it is closed, each student's part is for those who reach that student on
their own. What one does not reach is not there, whoever sits at the table.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet
from django.utils import timezone

from heartwork.meetings.queries import readable
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import StaffMember, Strength, Student
from heartwork.roster.prepared import prepared
from heartwork.supports import gaps
from heartwork.supports.rules import RULES, StudentRule, Words
from heartwork.supportteam.models import Hurdle, Talk
from heartwork.teams import queries as teams
from heartwork.teams.models import FollowUp, Meeting, Stage

MOST = 12  # students in one meeting: more would be a list, and no talk


def talks(viewer: StaffMember, meeting: Meeting) -> QuerySet[Talk]:
    """The students on the agenda whom the viewer reaches, in its order."""
    rows = Talk.objects.filter(meeting=meeting, student__in=access.visible_to(viewer))
    return rows.select_related("student", "put_by", "meeting")


def may_put_on(viewer: StaffMember, meeting: Meeting) -> bool:
    """Whether the viewer puts students of their own on the agenda: of the team, and with students at all."""
    return access.may(viewer, "student_meeting.open") and teams.is_member(viewer, meeting.team)


def talk_now(meeting: Meeting) -> Talk | None:
    """The student to be talked about now: the first on the agenda who was not yet. For the action; not to be shown."""
    return Talk.objects.filter(meeting=meeting, talked_at=None).first()


@dataclass(frozen=True)
class Told:
    """One student on the agenda, for a viewer who reaches them: strengths, what is in the way, what is done."""

    talk: Talk
    grade: str
    strengths: list[Strength]
    words: list[Strength]
    hurdles: list[Hurdle]
    steps: list[FollowUp]
    open: list[FollowUp]  # what was promised before and is still to do
    before: list[Hurdle]  # what the team saw in the way the last time

    @property
    def student(self) -> Student:
        """Whom it is about."""
        return self.talk.student

    @property
    def why(self) -> Words:
        """From which gap the student was put on the agenda, in words."""
        return why_in_words(self.talk)


def why_in_words(talk: Talk) -> Words:
    """From which gap; "" for one who was put there by hand."""
    rule = RULES.get(talk.why)
    return rule.title if rule else ""


@dataclass(frozen=True)
class Agenda:
    """A support team's meeting as one viewer may see it."""

    viewer: StaffMember
    meeting: Meeting

    @cached_property
    def talks(self) -> list[Talk]:
        """The students on it whom the viewer reaches."""
        return list(talks(self.viewer, self.meeting))

    @cached_property
    def all(self) -> int:
        """How many there are in all."""
        return Talk.objects.filter(meeting=self.meeting).count()

    @property
    def unseen(self) -> int:
        """How many the viewer does not reach."""
        return self.all - len(self.talks)

    @cached_property
    def _now(self) -> Talk | None:
        talks_begun = self.meeting.stage != Stage.ALONE and not self.meeting.is_closed
        return talk_now(self.meeting) if talks_begun else None

    @property
    def number(self) -> int:
        """The how-manieth is talked about now; 0 for none."""
        now = self._now
        return 1 + Talk.objects.filter(meeting=self.meeting, position__lt=now.position).count() if now else 0

    @property
    def is_last(self) -> bool:
        """Whether nobody comes after."""
        return self.number == self.all

    @property
    def shown(self) -> list[Talk]:
        """Whom a page tells about: who is talked about now; of a meeting that is over, each who was talked about."""
        if self.meeting.is_closed:
            return [talk for talk in self.talks if talk.talked_at]
        return [talk for talk in self.talks if self._now and talk.pk == self._now.pk]

    @property
    def left(self) -> list[Talk]:
        """Of a meeting that is over, whom it did not come to: named, and no more."""
        return [talk for talk in self.talks if self.meeting.is_closed and not talk.talked_at]

    @cached_property
    def now(self) -> Told | None:
        """Who is talked about now, if the viewer reaches them."""
        return tell(self.viewer, self.shown)[0] if self._now and self.shown else None

    @cached_property
    def told(self) -> list[Told]:
        """What is told of each of them, for the recap."""
        return tell(self.viewer, self.shown)

    @property
    def with_lines(self) -> list[tuple[Talk, Words]]:
        """Each on the agenda, and from which gap."""
        return [(talk, why_in_words(talk)) for talk in self.talks]


def tell(viewer: StaffMember, found: Sequence[Talk]) -> list[Told]:
    """What may be told of these talks, whose students the viewer reaches. Four queries for each, and they are few."""
    said: dict[int, list[Hurdle]] = defaultdict(list)
    for hurdle in Hurdle.objects.filter(talk__in=found).select_related("said_by"):
        said[hurdle.talk_id].append(hurdle)
    return [_told(viewer, talk, said[talk.pk]) for talk in found]


def _told(viewer: StaffMember, talk: Talk, hurdles: list[Hurdle]) -> Told:
    notes = roster.strengths(viewer, talk.student)
    promised = list(teams.follow_ups_of(viewer, student=talk.student))
    earlier = Talk.objects.filter(student=talk.student, meeting__team=talk.meeting.team_id, meeting__lt=talk.meeting_id)
    before = earlier.exclude(meeting__closed_at=None).order_by("-meeting").first()
    return Told(
        talk=talk,
        grade=roster.grade_name(talk.student.grade),
        strengths=[note for note in notes if not note.in_own_words],
        words=[note for note in notes if note.in_own_words],
        hurdles=hurdles,
        steps=[each for each in promised if each.meeting_id == talk.meeting_id],
        open=[each for each in promised if each.meeting_id != talk.meeting_id and each.done_on is None],
        before=list(before.hurdles.all()) if before else [],
    )


def talks_of(viewer: StaffMember, student: Student) -> list[Talk]:
    """The meetings about a student that the viewer may open, the newest first; each talk knows its meeting."""
    if not access.reached_among(viewer, [student]):
        return []
    rows = _talks_about(student=student.pk)
    open_to = readable(viewer, [row.meeting for row in rows]) if rows else set()
    return [row for row in rows if row.meeting_id in open_to]


@prepared
def _talks_about(*, student: int) -> QuerySet[Talk]:
    return Talk.objects.filter(student=student).select_related("meeting__team").order_by("-meeting")


# -- whom to put on the agenda


@dataclass(frozen=True)
class Waiting:
    """A student about whom somebody promised something that is still to do."""

    student: Student
    follow_ups: list[FollowUp]


def waiting(viewer: StaffMember, meeting: Meeting) -> list[Waiting]:
    """Students of the viewer's own with open follow-ups of the team, not on the agenda; the earliest day first."""
    found: dict[Student, list[FollowUp]] = defaultdict(list)
    there = set(Talk.objects.filter(meeting=meeting).values_list("student", flat=True)) | teams.only_lent(viewer)
    rows = teams.follow_ups_of(viewer, team=meeting.team).filter(done_on=None, student__in=access.visible_to(viewer))
    for each in rows:
        if each.student and each.student.pk not in there:
            found[each.student].append(each)
    return [Waiting(student, promised) for student, promised in found.items()]


def gaps_to_choose(viewer: StaffMember) -> list[gaps.Gap]:
    """The gaps into which students fall, each with its count, that the viewer may open."""
    if not access.may(viewer, "gap_students.read"):
        return []
    return [gap for gap in gaps.gaps(viewer, timezone.localdate()) if gap.is_about_students and gap.count != 0]


def why_of(code: str) -> str:
    """What is kept of a gap from which a student was put on the agenda: nothing of one about a sensitive group."""
    rule = RULES.get(code)
    return code if isinstance(rule, StudentRule) and rule.needs == "gap.read" else ""
