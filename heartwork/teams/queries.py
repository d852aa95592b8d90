"""Questions about teams, their meetings, and who promised what by when."""

import datetime
import uuid
from collections import defaultdict

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.http import Http404
from django.utils import timezone

from heartwork.roster import access
from heartwork.roster.models import Assignment, Organization, StaffMember, Student, holding, names_of, on_day
from heartwork.roster.prepared import prepared
from heartwork.teams.activities import ACTIVITIES
from heartwork.teams.models import FollowUp, Meeting, Team, TeamMember

MATCHES = 12  # how many people a search offers
A_WEEK = datetime.timedelta(days=7)
LENT = "facilitator"  # the role that an open meeting lends

# -- teams


def my_teams(viewer: StaffMember | int, day: datetime.date | None = None) -> QuerySet[Team]:
    """The teams to which the viewer (or who has this number) belongs on `day` (today)."""
    mine = TeamMember.objects.filter(on_day(day or timezone.localdate()), staff=viewer)
    return Team.objects.filter(pk__in=mine.values("team"), ended_on=None).select_related("organization")


def team(viewer: StaffMember, public_id: uuid.UUID) -> Team:
    """A team the viewer belongs to, one of a school they lead, or, with reach over everyone, any; else Http404."""
    found = Team.objects.filter(public_id=public_id).select_related("organization").first()
    if found is None or not (is_member(viewer, found) or leads(viewer, found)):
        raise Http404
    return found


def is_member(viewer: StaffMember, team: Team, day: datetime.date | None = None) -> bool:
    """Whether the viewer belongs to the team on `day` (today)."""
    return TeamMember.objects.filter(on_day(day or timezone.localdate()), team=team, staff=viewer).exists()


def leads(viewer: StaffMember, team: Team) -> bool:
    """Whether the viewer answers for the team's school, or for the whole district."""
    led = {a.organization_id for a in access.assignments_on(viewer) if access.REACH.get(a.role) == "school"}
    return access.reaches_all(viewer) or (team.organization_id is not None and team.organization_id in led)


def may_change(viewer: StaffMember, team: Team) -> bool:
    """Whether the viewer may say who belongs to the team."""
    return access.may(viewer, "team.edit") and (is_member(viewer, team) or leads(viewer, team))


def members(team: Team, day: datetime.date | None = None) -> QuerySet[TeamMember]:
    """Who belongs to the team on `day` (today), by name."""
    rows = team.memberships.filter(on_day(day or timezone.localdate())).select_related("staff")
    return rows.order_by("staff__family_name", "staff__given_name", "pk")


def staff_of(team: Team, day: datetime.date | None = None) -> QuerySet[StaffMember]:
    """The people who belong to the team on `day` (today), and still work here."""
    return people_of(Team.objects.filter(pk=team.pk), day)


def people_of(teams: QuerySet[Team], day: datetime.date | None = None) -> QuerySet[StaffMember]:
    """The people who belong to any of the teams on `day` (today), and still work here."""
    here = TeamMember.objects.filter(on_day(day or timezone.localdate()), team__in=teams)
    return StaffMember.objects.filter(pk__in=here.values("staff"), is_active=True, ended_on=None)


def places_for_a_team(viewer: StaffMember) -> QuerySet[Organization]:
    """The schools and offices for which the viewer may make a team."""
    rows = Organization.objects.filter(ended_on=None)
    return rows if access.reaches_all(viewer) else rows.filter(pk__in=access.schools_of(viewer))


def joinable(viewer: StaffMember, team: Team) -> QuerySet[StaffMember]:
    """People of the team's school, or of the office above it, who are not in it; none if it is not the viewer's say."""
    if not may_change(viewer, team):
        return StaffMember.objects.none()
    here = Assignment.objects.filter(holding(timezone.localdate())).exclude(role=LENT)
    if team.organization:
        here = here.filter(organization__in=[team.organization_id, team.organization.parent_id])
    rows = StaffMember.objects.filter(pk__in=here.values("staff"), is_active=True, ended_on=None)
    return rows.exclude(pk__in=members(team).values("staff"))


def could_join(viewer: StaffMember, team: Team, q: str) -> list[StaffMember]:
    """The first few people called so who could join the team; nobody before a name is typed."""
    rows = joinable(viewer, team) if q.strip() else StaffMember.objects.none()
    for word in q.split():
        rows = rows.filter(
            Q(given_name__icontains=word) | Q(family_name__icontains=word) | Q(preferred_given_name__icontains=word)
        )
    return list(rows[:MATCHES])


# -- meetings


def meetings(viewer: StaffMember, team: Team | None = None) -> QuerySet[Meeting]:
    """The meetings of one team, or of all to which the viewer belongs; the newest first."""
    rows = Meeting.objects.filter(activity__in=ACTIVITIES).select_related("team", "facilitator")
    return rows.filter(team=team) if team else rows.filter(team__in=my_teams(viewer))


def open_meetings(viewer: StaffMember, activity: str = "") -> QuerySet[Meeting]:
    """The meetings of the viewer's teams that go on; of one activity, if it is named."""
    rows = meetings(viewer).filter(closed_at=None)
    return rows.filter(activity=activity) if activity else rows


def readable(viewer: StaffMember, rows: list[Meeting]) -> set[int]:
    """Which of the meetings the viewer may open, by pk; each activity says so for its own."""
    by_activity: dict[str, list[Meeting]] = defaultdict(list)
    for meeting in rows:
        by_activity[meeting.activity].append(meeting)
    return {pk for code, here in by_activity.items() for pk in ACTIVITIES[code].readable(viewer, here)}


def only_lent(viewer: StaffMember) -> set[int]:
    """The students, by pk, whom the viewer sees only by open meetings or in an emergency: not theirs to lend on.

    One query, and one where there are any.
    """
    held = access.assignments_on(viewer)
    lent = {each.student_id for each in held if each.role in access.LENT and each.student_id}
    return lent - set(access.own(viewer).filter(pk__in=lent).values_list("pk", flat=True)) if lent else set()


# -- follow-ups


def _told(
    viewer: StaffMember, rows: QuerySet[FollowUp], day: datetime.date | None, *, of_reached: bool = False
) -> QuerySet[FollowUp]:
    """The follow-ups with what a list says of each: has it slipped, lately, was it moved; may the student be named.

    of_reached: they are all about a student whom the viewer is known to reach.
    """
    day = day or timezone.localdate()
    said = _as_a_list_says(rows, day, day - A_WEEK)
    if of_reached:
        return said.annotate(names_student=Value(True))
    return said.annotate(names_student=Exists(access.visible_to(viewer, day).filter(pk=OuterRef("student"))))


def _as_a_list_says(rows: QuerySet[FollowUp], day: datetime.date, week_ago: datetime.date) -> QuerySet[FollowUp]:
    def whether(condition: Q) -> ExpressionWrapper:
        return ExpressionWrapper(condition, output_field=BooleanField())

    columns = ["public_id", "what", "due_on", "first_due_on", "done_on", "meeting__activity", "meeting__closed_at"]
    columns += ["meeting__public_id", "meeting__team__name", *names_of("owner", "promised_by", "student")]
    rows = rows.select_related("owner", "promised_by", "student", "meeting__team").only(*columns)
    return rows.annotate(
        has_slipped=whether(Q(done_on=None, due_on__lt=day)),
        slipped_this_week=whether(Q(due_on__gt=week_ago)),
        was_moved=whether(~Q(first_due_on=F("due_on"))),
    )


def my_follow_ups(viewer: StaffMember, day: datetime.date | None = None) -> QuerySet[FollowUp]:
    """What the viewer has still to do, the earliest day first. One query."""
    return _told(viewer, FollowUp.objects.filter(owner=viewer, done_on=None), day)


def still_to_do(viewer: StaffMember, day: datetime.date) -> list[FollowUp]:
    """The first hundred of them, for Today. One query, and one where they are about students."""
    rows = _open_of(owner=viewer.pk, day=day, week_ago=day - A_WEEK)
    reached = access.reached_among(viewer, [row.student for row in rows if row.student], day)
    for row in rows:
        row.names_student = row.student_id in reached  # type: ignore[attr-defined]
    return rows


@prepared
def _open_of(*, owner: int, day: datetime.date, week_ago: datetime.date) -> QuerySet[FollowUp]:
    return _as_a_list_says(FollowUp.objects.filter(owner=owner, done_on=None), day, week_ago)[:100]


def asked_of_others(viewer: StaffMember, day: datetime.date | None = None) -> QuerySet[FollowUp]:
    """What others have still to do that the viewer wrote down or handed on; the earliest day first."""
    return _told(viewer, FollowUp.objects.filter(promised_by=viewer, done_on=None).exclude(owner=viewer), day)


def done_lately(viewer: StaffMember, day: datetime.date | None = None) -> QuerySet[FollowUp]:
    """What the viewer has done in the last two weeks, the newest first."""
    day = day or timezone.localdate()
    rows = FollowUp.objects.filter(owner=viewer, done_on__gt=day - datetime.timedelta(days=14))
    return _told(viewer, rows, day).order_by("-done_on", "-pk")


def follow_up(viewer: StaffMember, public_id: uuid.UUID) -> FollowUp:
    """A follow-up that the viewer owns or wrote down, else Http404."""
    rows = FollowUp.objects.filter(Q(owner=viewer) | Q(promised_by=viewer), public_id=public_id)
    found = _told(viewer, rows, None).first()
    if found is None:
        raise Http404
    return found


def follow_ups_of(
    viewer: StaffMember, *, meeting: Meeting | None = None, team: Team | None = None, student: Student | None = None
) -> QuerySet[FollowUp]:
    """The follow-ups of a meeting or a team, or about a student, that the viewer may read.

    One about a student is for those who reach the student, who own it or who wrote it down; one about nobody in
    particular for the team.
    """
    mine = Q(owner=viewer) | Q(promised_by=viewer)
    reached = student is not None and bool(access.reached_among(viewer, [student]))
    if student:
        rows = FollowUp.objects.filter(Q() if reached else mine, student=student)
    else:
        of_team = Q(student=None, meeting__team__in=my_teams(viewer))
        rows = FollowUp.objects.filter(mine | Q(student__in=access.visible_to(viewer)) | of_team)
    if meeting:
        rows = rows.filter(meeting=meeting)
    if team:
        rows = rows.filter(meeting__team=team)
    return _told(viewer, rows, None, of_reached=reached)


def open_about(viewer: StaffMember, student: Student) -> list[FollowUp]:
    """What is promised about a student and still to do, as far as the viewer may read it; the earliest day first."""
    if not access.reached_among(viewer, [student]):
        return list(follow_ups_of(viewer, student=student).filter(done_on=None))
    day = timezone.localdate()
    return _open_about(student=student.pk, day=day, week_ago=day - A_WEEK)


@prepared
def _open_about(*, student: int, day: datetime.date, week_ago: datetime.date) -> QuerySet[FollowUp]:
    rows = FollowUp.objects.filter(student=student, done_on=None)
    return _as_a_list_says(rows, day, week_ago).annotate(names_student=Value(True))


def could_own(
    viewer: StaffMember, *, meeting: Meeting | None = None, student: Student | None = None
) -> QuerySet[StaffMember]:
    """Who may be asked: the team's people and, about a student, the adults who reach them; always the viewer.

    About a student, of the team only those who were in it when it met: they have heard of the student there.
    """
    people = {viewer.pk}
    if meeting:
        today = set(staff_of(meeting.team).values_list("pk", flat=True))
        people |= (
            today & set(staff_of(meeting.team, meeting.held_on).values_list("pk", flat=True)) if student else today
        )
    if student:
        people |= {reason.staff.pk for reason in access.who_sees(student)}
    elif not meeting:
        here = Assignment.objects.filter(holding(timezone.localdate()), organization__in=access.schools_of(viewer))
        people |= set(here.values_list("staff", flat=True))
    return StaffMember.objects.filter(pk__in=people, is_active=True, ended_on=None)
