"""Questions about audits: which supports bear on their students, what the team says of them, and who may read it.

While an audit is open it belongs to its team: its people read and change it, and see its students (the sights the
meeting lends). Once it is closed, each student's part of it is for those who reach that student on their own: what
somebody knew for the length of a meeting they do not go on reading. What one does not reach is not there.
"""

import datetime
import uuid
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from heartwork.audits.models import Answer, AuditedStudent, Sighting
from heartwork.roster import access
from heartwork.roster.models import Enrollment, StaffMember, Student, on_day
from heartwork.roster.prepared import prepared
from heartwork.supports import queries as supports
from heartwork.supports.bearings import Bearing, supports_around
from heartwork.supports.models import Domain, Emphasis, Support
from heartwork.teams import queries as teams
from heartwork.teams.models import FollowUp, Meeting
from heartwork.web import constellation
from heartwork.web.constellation import Mark, Sky, key_glyph, mini

CODE = "audits"  # the activity

# -- who may read which audit


def readable(viewer: StaffMember, meetings: Iterable[Meeting]) -> set[int]:
    """Which of these audits the viewer may open, by pk. Two queries."""
    meetings = list(meetings)
    mine = set(teams.my_teams(viewer).values_list("pk", flat=True))
    reached = set(_audited(viewer).filter(meeting__in=meetings).values_list("meeting", flat=True))
    return {m.pk for m in meetings if m.pk in reached and (m.is_closed or m.team_id in mine)}


def _audited(viewer: StaffMember) -> QuerySet[AuditedStudent]:
    """Audited students whom the viewer reaches."""
    return _of_meetings(AuditedStudent.objects.filter(student__in=access.visible_to(viewer)))


def _of_meetings(rows: QuerySet[AuditedStudent]) -> QuerySet[AuditedStudent]:
    return rows.select_related("student", "meeting__team__organization", "meeting__facilitator")


@dataclass(frozen=True)
class Audit:
    """An audit as one viewer may see it: the meeting, and those of its students whom the viewer reaches."""

    meeting: Meeting
    audited: list[AuditedStudent]
    unseen: int  # students of it whom the viewer does not reach
    may_edit: bool


def audit(viewer: StaffMember, public_id: uuid.UUID) -> Audit:
    """An audit the viewer may read, else Http404. Three queries."""
    audited = list(_audited(viewer).filter(meeting__public_id=public_id))
    if not audited:
        raise Http404
    meeting = audited[0].meeting
    is_open = not meeting.is_closed
    if is_open and not teams.is_member(viewer, meeting.team):
        raise Http404
    everyone = AuditedStudent.objects.filter(meeting=meeting).count()
    return Audit(meeting, audited, everyone - len(audited), is_open and access.may(viewer, "audit.edit"))


def audited(viewer: StaffMember, public_id: uuid.UUID, student: uuid.UUID) -> tuple[Audit, AuditedStudent]:
    """An audit and one of its students, else Http404."""
    found = audit(viewer, public_id)
    for each in found.audited:
        if each.student.public_id == student:
            return found, each
    raise Http404


def audits_of(viewer: StaffMember, student: Student) -> list[AuditedStudent]:
    """The student's audits that the viewer may read, the newest first; each knows its meeting. Two queries."""
    if not access.reached_among(viewer, [student]):
        return []
    rows = _audits_about(student=student.pk)
    open_to = readable(viewer, [row.meeting for row in rows]) if rows else set()
    return [row for row in rows if row.meeting_id in open_to]


@prepared
def _audits_about(*, student: int) -> QuerySet[AuditedStudent]:
    return _of_meetings(AuditedStudent.objects.filter(student=student)).order_by("-meeting__held_on", "-meeting_id")


# -- what bears on a student


@dataclass(frozen=True)
class Finding:
    """One support around one student: what the record says of it, and what the team says."""

    key: str  # what a button calls it by: "s12" a support of the inventory, "w34" one in words of the team's own
    name: str
    tier: int
    domain: str
    domain_name: str
    emphasis: str
    emphasis_name: str
    changes_behavior: bool
    on_record: bool
    seen: bool | None = None  # None: nobody has said yet
    helps: bool = False
    why: str = ""
    is_universal: bool = False

    @property
    def state(self) -> str:
        """How its mark is drawn: filled, open or dashed."""
        if not self.on_record:
            return "unrecorded"
        return "paper" if self.seen is False else ""

    @property
    def words(self) -> str:
        """What is said of record and ground."""
        if not self.on_record:
            return gettext("seen, not recorded")
        if self.seen is None:
            return gettext("on record; nobody has said yet")
        return gettext("on record and seen") if self.seen else gettext("on paper, not seen")

    @property
    def name_key(self) -> str:
        """By what it is the same support in another audit."""
        return self.key if self.key.startswith("s") else self.name.strip().casefold()

    def mark(self) -> Mark:
        """How it is drawn."""
        who = "" if self.is_universal else self.why
        return Mark(
            self.name, self.tier, self.domain, self.emphasis, who, self.state, self.words, self.helps, key=self.key
        )


def finding_of(sighting: Sighting) -> Finding:
    """What the team wrote down of one support."""
    return Finding(
        key=f"s{sighting.support_id}" if sighting.support_id else f"w{sighting.pk}",
        name=sighting.name,
        tier=sighting.tier.number,
        domain=sighting.domain.code,
        domain_name=str(sighting.domain),
        emphasis=sighting.emphasis.code,
        emphasis_name=str(sighting.emphasis),
        changes_behavior=sighting.emphasis.changes_behavior,
        on_record=sighting.on_record,
        seen=sighting.seen,
        helps=sighting.helps,
    )


def _of_bearing(bearing: Bearing, said: Sighting | None) -> Finding:
    """What is on record now, with what was said of it; what the record has caught up with was seen."""
    return Finding(
        key=f"s{bearing.support.pk}",
        name=bearing.support.name,
        tier=bearing.tier,
        domain=bearing.domain,
        domain_name=bearing.domain_name,
        emphasis=bearing.emphasis,
        emphasis_name=bearing.emphasis_name,
        changes_behavior=bearing.support.emphasis.changes_behavior,
        on_record=True,
        seen=None if said is None else said.seen if said.on_record else True,
        helps=said is not None and said.helps,
        why=bearing.why,
        is_universal=bearing.is_universal,
    )


def _together(bearings: Iterable[Bearing], sightings: Iterable[Sighting]) -> list[Finding]:
    """What is on record and what the team says, as one list."""
    sightings = list(sightings)
    said = {sighting.support_id: sighting for sighting in sightings if sighting.support_id}
    on_record = [_of_bearing(bearing, said.get(bearing.support.pk)) for bearing in bearings]
    known = {finding.key for finding in on_record}
    return on_record + [found for found in map(finding_of, sightings) if found.key not in known]


def findings(viewer: StaffMember, audited: Sequence[AuditedStudent]) -> dict[int, list[Finding]]:
    """What bears on each audited student, by the audited student's pk; six queries however many they are.

    Of an open audit the record is read as it is today. Closing an audit writes down what was on record, so a closed
    one stays as it was.
    """
    open_ones = [each for each in audited if not each.meeting.is_closed]
    around = supports_around(viewer, [each.student for each in open_ones]) if open_ones else {}
    said: dict[int, list[Sighting]] = defaultdict(list)
    rows = Sighting.objects.filter(audited__in=audited).select_related("tier", "domain", "emphasis")
    for sighting in rows:
        said[sighting.audited_id].append(sighting)
    return {
        each.pk: _together([] if each.meeting.is_closed else around.get(each.student_id, []), said[each.pk])
        for each in audited
    }


# -- what a page says of it


@dataclass(frozen=True)
class Balance:
    """One emphasis, and a mark for each support that has it."""

    name: str
    marks: list[SafeString]


@dataclass(frozen=True)
class Line:
    """A support in the picture's numbering, with what the team says of it."""

    row: constellation.Row
    finding: Finding


@dataclass(frozen=True)
class Portrait:
    """An audited student with everything that bears on them, ready to be shown."""

    audited: AuditedStudent
    findings: list[Finding]
    domains: list[Domain]
    emphases: list[Emphasis]

    @property
    def student(self) -> Student:
        """Whom it is about."""
        return self.audited.student

    @cached_property
    def sky(self) -> Sky:
        """The picture in both widths, its key and its rows."""
        marks = [finding.mark() for finding in self.findings]
        name = self.student.first_name
        return constellation.sky(name, marks, f"sky-{self.audited.pk}", domains=self.domains, emphases=self.emphases)

    @cached_property
    def thumbnail(self) -> SafeString:
        """The picture small, beside a name."""
        return mini([finding.mark() for finding in self.findings], domains=self.domains)

    @cached_property
    def lines(self) -> list[Line]:
        """The rows of the picture, each with its finding."""
        found = {finding.key: finding for finding in self.findings}
        return [Line(row, found[row.mark.key]) for row in self.sky.rows]

    @property
    def balance(self) -> list[Balance]:
        """Each emphasis, in the district's order, with its marks: seen first, then on paper, then unrecorded."""
        order = {"": 0, "paper": 1, "unrecorded": 2}
        return [
            Balance(
                str(emphasis),
                [
                    key_glyph(emphasis.code, state)
                    for state in sorted(
                        (f.state for f in self.findings if f.emphasis == emphasis.code), key=order.__getitem__
                    )
                ],
            )
            for emphasis in self.emphases
        ]

    # The counts that sentences are made of.

    @property
    def total(self) -> int:
        """How many supports bear on the student, on record or seen."""
        return len(self.findings)

    @property
    def behavior(self) -> int:
        """How many of them set out to change behavior."""
        return sum(finding.changes_behavior for finding in self.findings)

    @property
    def paper(self) -> list[str]:
        """What is on paper and not seen."""
        return [line.finding.name for line in self.lines if line.finding.state == "paper"]

    @property
    def unrecorded(self) -> list[str]:
        """What is seen and on no record."""
        return [line.finding.name for line in self.lines if line.finding.state == "unrecorded"]

    @property
    def unsaid(self) -> int:
        """Of how many nobody has said yet whether they are seen."""
        return sum(finding.on_record and finding.seen is None for finding in self.findings)

    @property
    def helps(self) -> list[str]:
        """What the student says helps."""
        return [line.finding.name for line in self.lines if line.finding.helps]

    @property
    def is_only_universal(self) -> bool:
        """Whether all of them are there because they are there for everyone."""
        return bool(self.findings) and all(finding.tier == 1 for finding in self.findings)

    @property
    def empty_domains(self) -> list[str]:
        """The parts of a life in which nothing is on record and nothing seen."""
        held = {finding.domain for finding in self.findings}
        return [str(domain) for domain in self.domains if domain.code not in held]

    @property
    def told(self) -> str:
        """Which sentence says most about this picture; the template has the words."""
        if not self.findings:
            return "nothing"
        if self.is_only_universal:
            return "universal"
        if self.behavior >= 3 and self.behavior * 4 >= self.total:
            return "behavior"
        if self.paper:
            return "paper"
        if self.unrecorded:
            return "unrecorded"
        return "empty" if self.empty_domains else "plain"


def portraits(viewer: StaffMember, audited: Sequence[AuditedStudent]) -> list[Portrait]:
    """The audited students with what bears on them. Eight queries however many they are."""
    found = findings(viewer, audited)
    domains, emphases = list(supports.domains()), list(supports.emphases())
    return [Portrait(each, found[each.pk], domains, emphases) for each in audited]


def my_audits(viewer: StaffMember) -> list[tuple[Meeting, list[Portrait]]]:
    """The open audits of the viewer's teams with a portrait of each student whom they see; for Today."""
    meetings = _open_audits(staff=viewer.pk, day=timezone.localdate())
    if not meetings:
        return []
    rows = list(_audited(viewer).filter(meeting__in=meetings).order_by("-meeting__held_on", "-meeting_id", "position"))
    by_meeting: dict[Meeting, list[Portrait]] = defaultdict(list)
    for portrait in portraits(viewer, rows) if rows else []:
        by_meeting[portrait.audited.meeting].append(portrait)
    return list(by_meeting.items())


@prepared
def _open_audits(*, staff: int, day: datetime.date) -> QuerySet[Meeting, Any]:
    rows = Meeting.objects.filter(activity=CODE, closed_at=None, team__in=teams.my_teams(staff, day))
    return rows.values_list("pk", flat=True)


# -- what changed since the last audit


@dataclass(frozen=True)
class Changes:
    """What is different about one student from one audit to the next, by the names of supports."""

    since: datetime.date
    new: list[str]
    gone: list[str]
    now_seen: list[str]
    no_longer_seen: list[str]

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.now_seen or self.no_longer_seen)


def changes(before: Iterable[Finding], now: Iterable[Finding], since: datetime.date) -> Changes:
    """What is different between two audits of one student."""
    was, being = {f.name_key: f for f in before}, {f.name_key: f for f in now}
    both = [(was[key], being[key]) for key in being if key in was]
    return Changes(
        since,
        new=sorted(being[key].name for key in being.keys() - was.keys()),
        gone=sorted(was[key].name for key in was.keys() - being.keys()),
        now_seen=sorted(b.name for a, b in both if not a.seen and a.on_record and b.seen),
        no_longer_seen=sorted(b.name for a, b in both if (a.seen or not a.on_record) and b.seen is False),
    )


def since_last_time(viewer: StaffMember, portrait: Portrait) -> Changes | None:
    """What changed since the student's last closed audit; None if there was none."""
    this = portrait.audited.meeting
    earlier = _audited(viewer).filter(student=portrait.student, meeting__closed_at__isnull=False)
    earlier = earlier.exclude(meeting=this).filter(meeting__held_on__lte=this.held_on)
    if this.closed_at:
        earlier = earlier.filter(meeting__closed_at__lt=this.closed_at)
    last = earlier.order_by("-meeting__held_on", "-meeting__closed_at").first()
    if last is None:
        return None
    before = findings(viewer, [last])[last.pk]
    return changes(before, portrait.findings, last.meeting.held_on)


# -- words


@dataclass(frozen=True)
class Asked:
    """One of the three questions about a student: my words to it, and those of others."""

    question: str
    label: str
    mine: Answer
    others: list[Answer]


def questions(viewer: StaffMember, audited: AuditedStudent) -> list[Asked]:
    """The three questions with everyone's words. One query."""
    rows = list(Answer.objects.filter(audited=audited).select_related("author").order_by("pk"))
    return [
        Asked(
            value,
            str(label),
            next(
                (row for row in rows if row.question == value and row.author_id == viewer.pk),
                Answer(audited=audited, question=value, author=viewer),
            ),
            [row for row in rows if row.question == value and row.author_id != viewer.pk and row.text.strip()],
        )
        for value, label in Answer.Question.choices
    ]


def answers(audited: Sequence[AuditedStudent]) -> dict[int, list[tuple[str, list[Answer]]]]:
    """Everyone's words to each question, by the audited student's pk; only questions that someone answered."""
    rows = Answer.objects.filter(audited__in=audited).select_related("author").order_by("pk")
    said: dict[int, dict[str, list[Answer]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.text.strip():
            said[row.audited_id][row.question].append(row)
    return {
        each.pk: [
            (str(label), said[each.pk][value]) for value, label in Answer.Question.choices if said[each.pk][value]
        ]
        for each in audited
    }


@dataclass(frozen=True)
class News:
    """Up to where someone has seen an audited student's page, as three short words to compare."""

    words: str
    web: str
    follow_ups: str

    def __str__(self) -> str:
        return f"{self.words}.{self.web}.{self.follow_ups}"

    @classmethod
    def read(cls, text: str) -> "News":
        """What a page sent back; anything odd counts as "has seen nothing"."""
        parts = text.split(".")
        return cls(*parts) if len(parts) == 3 else cls("", "", "")


def news(viewer: StaffMember, audited: AuditedStudent) -> News:
    """What has happened to this student's page by now: others' words, sightings, follow-ups. Three queries."""
    others = Answer.objects.filter(audited=audited).exclude(author=viewer).order_by("pk")
    seen = Sighting.objects.filter(audited=audited).order_by("pk").values_list("pk", "noted_at")
    promised = FollowUp.objects.filter(meeting=audited.meeting_id, student=audited.student_id).order_by("pk")

    def short(rows: Iterable[object]) -> str:
        return format(zlib.crc32(repr(list(rows)).encode()), "x")

    return News(
        short(others.values_list("pk", "version")),
        short(seen),
        short(promised.values_list("pk", "done_on", "due_on", "owner")),
    )


# -- what no record holds, and whom to pick


def addable(viewer: StaffMember, audited: AuditedStudent) -> QuerySet[Support]:
    """The supports of the inventory that could be around this student: of their schools, or of the whole district."""
    here = Enrollment.objects.filter(on_day(audited.meeting.held_on), student=audited.student_id, section=None)
    rows = Support.objects.filter(on_day(audited.meeting.held_on))
    rows = rows.filter(school__in=here.values("school")) | rows.filter(school=None)
    return rows.select_related("tier", "domain", "emphasis", "school").order_by("name", "pk")
