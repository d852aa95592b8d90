"""Questions that several rooms answer together: what Today shows, and one student's page."""

import datetime
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from heartwork.audits import queries as audits
from heartwork.audits.models import AuditedStudent
from heartwork.journal.models import Entry
from heartwork.relationships import queries as relationships
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster import reach_queries as reach
from heartwork.roster.models import ImportRun, StaffMember, Strength, Student, Told, names_of
from heartwork.roster.prepared import prepared
from heartwork.routines import queries as routines
from heartwork.supports import queries as supports
from heartwork.supports.bearings import Bearing, supports_of
from heartwork.supports.gaps import Gap, gaps, rules_for
from heartwork.supports.models import Support
from heartwork.supportteam.models import Talk
from heartwork.supportteam.queries import talks_of
from heartwork.teams import queries as teams
from heartwork.teams.models import FollowUp, Meeting
from heartwork.web.constellation import Mark, Sky, sky

SHOWN = 6  # follow-ups on Today; the rest is one step away
BUTTONS = {
    "edit": "student.edit",
    "begin": "participation.edit",
    "audit": "audit.open",
    "supports": "support.read",
}
OF_THIS_STUDENT = {"family": "family.read", "records": "record.read"}  # by the role with which one sees the student
A_WEEK = datetime.timedelta(days=7)


# -- one student


@dataclass(frozen=True)
class StudentPage:
    """All that the page of one student shows, in its order."""

    student: Student
    grade: str
    places: str
    reason: access.Reason
    viewers: int
    strengths: list[Strength]
    words: list[Strength]
    sky: Sky
    sentence: str
    bearings: list[Bearing]
    own: list[Bearing]  # those the student is listed in, or waits for
    follow_ups: list[FollowUp]
    audits: list[AuditedStudent]
    around: relationships.Around
    talks: list[Talk]  # in the meetings of support teams
    emergencies: list[access.Reason]  # who has opened it in an emergency, now

    @property
    def is_to_read(self) -> bool:
        """Whether the viewer sees it in an emergency only, and changes nothing."""
        return self.reason.role == access.READS_ONLY


def student_page(viewer: StaffMember, student: Student, day: datetime.date | None = None) -> StudentPage:
    """The page of a student whom the viewer reaches. Its number of queries depends neither on student nor district."""
    day = day or timezone.localdate()
    reasons = access.who_sees(student, day)
    mine = [reason for reason in reasons if reason.staff == viewer]
    notes = roster.strengths(viewer, student)
    around = supports_of(viewer, student, day, with_waiting=True)
    active = [bearing for bearing in around if bearing.status == "active"]
    line = roster.student_line(student, day)
    return StudentPage(
        student=student,
        grade=line.grade,
        places=" · ".join(filter(None, [line.schools, line.classes])),
        reason=min(mine, key=lambda reason: (reason.role == access.READS_ONLY, reason.how)),  # the widest
        viewers=len({reason.staff.pk for reason in reasons}),
        strengths=[note for note in notes if not note.in_own_words],
        words=[note for note in notes if note.in_own_words],
        sky=student_sky(student, active),
        sentence=around_in_words(student, active),
        bearings=active,
        own=[bearing for bearing in around if not bearing.is_universal],
        follow_ups=teams.open_about(viewer, student),
        audits=[] if viewer.seen_by else audits.audits_of(viewer, student),  # a team's, not for who looks as a member
        talks=[] if viewer.seen_by else talks_of(viewer, student),
        emergencies=[reason for reason in reasons if reason.role == access.READS_ONLY],
        around=relationships.around(viewer, student),
    )


def student_sky(student: Student, around: list[Bearing]) -> Sky:
    """The supports around a student as a picture and a table. Two queries."""
    marks = [Mark(b.support.name, b.tier, b.domain, b.emphasis, who=b.why) for b in around]
    return sky(student.first_name, marks, "sky", domains=supports.all_domains(), emphases=supports.all_emphases())


def around_in_words(student: Student, around: list[Bearing]) -> str:
    """ "18 supports reach Maya. *5 work to change behavior*.": what stands out of them, between asterisks."""
    words = {"name": student.first_name, "n": len(around)}
    first = ngettext("One support reaches %(name)s.", "%(n)d supports reach %(name)s.", len(around)) % words
    changing = sum(bearing.support.emphasis.changes_behavior for bearing in around)
    if all(bearing.is_universal for bearing in around):
        rest = ngettext("*It is there for everyone*.", "*All of them are there for everyone*.", len(around))
    elif changing:
        rest = ngettext("*One works to change behavior*.", "*%(n)d work to change behavior*.", changing) % {
            "n": changing
        }
    else:
        own = sum(not bearing.is_universal for bearing in around)
        rest = ngettext("*One is not for everyone*.", "*%(n)d are not for everyone*.", own) % {"n": own}
    return f"{first} {rest}"


# -- Today


@dataclass(frozen=True)
class Change:
    """Something that is different from when the viewer was last here."""

    kind: str  # imported, confirmed, ended, done
    on: datetime.date
    what: str
    by: StaffMember | None = None
    link: str = ""


@dataclass(frozen=True)
class Today:
    """What Today shows one person."""

    day: datetime.date
    part_of_day: str
    where: str
    follow_ups: list[FollowUp]
    count: int
    slipped: int
    audits: list[tuple[Meeting, list[audits.Portrait]]]
    since: str
    changes: list[Change]
    asked: list[routines.Change]  # what is to be answered this week
    reach: list[str]
    students: int | None
    is_for_students: bool
    may_audit: bool
    may_begin: bool
    may_import: bool
    may_see_gaps: bool
    may_see_district: bool
    may_walk: bool  # so a walk of theirs may wait on this phone
    told: list[Told]
    last_import: ImportRun | None = None


def part_of_day(hour: int) -> str:
    """Morning to noon, afternoon to five, then evening."""
    return "morning" if 3 <= hour < 12 else "afternoon" if 12 <= hour < 17 else "evening"


def today(viewer: StaffMember) -> Today:
    """What the viewer promised, their audits, what changed, and whom they see. A fixed number of queries."""
    now = timezone.localtime()
    day = now.date()
    mine = teams.still_to_do(viewer, day)
    since = last_here(viewer, now)
    places = dict.fromkeys(a.organization.name for a in access.assignments_on(viewer) if a.organization)
    sees, may_audit = access.may(viewer, "student.read"), access.may(viewer, "audit.read")
    return Today(
        day=day,
        part_of_day=part_of_day(now.hour),
        where=", ".join(list(places)[:3]),
        follow_ups=mine[:SHOWN],
        count=len(mine),
        slipped=sum(each.due_on < day for each in mine),
        audits=audits.my_audits(viewer) if may_audit else [],
        since=since_in_words(since, day),
        changes=changes(viewer, since, day),
        asked=routines.to_answer(viewer),
        reach=roster.reach_in_words(viewer),
        students=roster.count_of_students(viewer, day) if sees else 0,
        is_for_students=sees,
        may_audit=may_audit,
        may_begin=access.may(viewer, "audit.open"),
        may_import=access.may(viewer, "import.edit"),
        may_see_gaps=access.may(viewer, "gap.read"),
        may_see_district=not sees and access.may(viewer, "district.read"),
        may_walk=access.may(viewer, "walkthrough.edit"),
        told=reach.news_of_openings(viewer),
        last_import=last_import(viewer),
    )


def last_here(viewer: StaffMember, now: datetime.datetime) -> datetime.date:
    """The day on which the viewer signed in before this time; a week ago at most, and if they never did. One query."""
    before = _signed_in_before(actor=viewer.pk)
    week_ago = (now - A_WEEK).date()
    return max(timezone.localdate(before[0]), week_ago) if before else week_ago


@prepared
def _signed_in_before(*, actor: int) -> QuerySet[Entry, datetime.datetime]:
    times = Entry.objects.filter(actor=actor, verb="account.signed_in").order_by("-pk")
    return times.values_list("at", flat=True)[1:2]


def since_in_words(since: datetime.date, day: datetime.date) -> str:
    """ "Since Friday", "Earlier today", "In the last seven days"."""
    if since == day:
        return gettext("Earlier today")
    if day - since >= A_WEEK:
        return gettext("In the last seven days")
    return gettext("Since %(day)s") % {"day": date_format(since, "l")}


def changes(viewer: StaffMember, since: datetime.date, day: datetime.date) -> list[Change]:
    """What others did since that day, of what the viewer may see: newest first, eight at most. Three queries."""
    found: list[Change] = []
    if access.may(viewer, "import.read"):
        runs = ImportRun.objects.filter(state=ImportRun.State.APPLIED, finished_at__date__gte=since)
        found += [
            Change("imported", timezone.localdate(run.finished_at), run.name, run.started_by, str(run.public_id))
            for run in runs.select_related("started_by").order_by("-pk")[:8]
        ]
    if access.may(viewer, "support.read"):
        if supports.reads_district(viewer):
            near = _changed_anywhere(since=since, day=day)
        else:
            near = _changed_near(schools=sorted(access.schools_of(viewer)), since=since, day=day)
        for each in near:
            ended = each.end is not None and since <= each.end <= day
            if ended or each.confirmed_by != viewer:
                found.append(_support_change(each, ended))
    done = _done_for(promised_by=viewer.pk, since=since, day=day)
    found += [Change("done", each.done_on or day, each.what, each.owner) for each in done]
    return sorted(found, key=lambda change: change.on, reverse=True)[:8]


def _changed(rows: QuerySet[Support], since: datetime.date, day: datetime.date) -> QuerySet[Support]:
    rows = rows.filter(Q(confirmed_on__gte=since, confirmed_on__lte=day) | Q(end__gte=since, end__lte=day))
    rows = rows.select_related("confirmed_by").only(
        "name", "public_id", "confirmed_on", "end", *names_of("confirmed_by")
    )
    return rows.order_by("-confirmed_on", "-end", "pk")[:8]


@prepared
def _changed_anywhere(*, since: datetime.date, day: datetime.date) -> QuerySet[Support]:
    return _changed(Support.objects.all(), since, day)


@prepared
def _changed_near(*, schools: list[int], since: datetime.date, day: datetime.date) -> QuerySet[Support]:
    return _changed(Support.objects.filter(supports.near(schools)), since, day)


@prepared
def _done_for(*, promised_by: int, since: datetime.date, day: datetime.date) -> QuerySet[FollowUp]:
    done = FollowUp.objects.filter(promised_by=promised_by, done_on__gte=since, done_on__lte=day)
    done = done.exclude(owner=promised_by).select_related("owner").only("what", "done_on", *names_of("owner"))
    return done.order_by("-done_on", "-pk")[:8]


def _support_change(support: Support, ended: bool) -> Change:
    on = support.end if ended else support.confirmed_on
    assert on is not None
    by = None if ended else support.confirmed_by
    return Change("ended" if ended else "confirmed", on, support.name, by, str(support.public_id))


def last_import(viewer: StaffMember) -> ImportRun | None:
    """The last import that was applied, for whoever looks after imports. One query."""
    if not access.may(viewer, "import.read"):
        return None
    return ImportRun.objects.filter(state=ImportRun.State.APPLIED).order_by("-pk").first()


def a_gap(viewer: StaffMember, day: datetime.date | None = None) -> Gap | None:
    """One gap worth a look: of those with someone in them, another one each week. The queries of `gaps`."""
    if not rules_for(viewer):
        return None
    day = day or timezone.localdate()
    open_gaps = [gap for gap in gaps(viewer, day) if gap.count]
    return open_gaps[day.isocalendar().week % len(open_gaps)] if open_gaps else None
