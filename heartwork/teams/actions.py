"""Changes to teams and their meetings, and to who does what by when."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from heartwork.journal.actions import note
from heartwork.roster import access
from heartwork.roster.models import Assignment, Organization, StaffMember, Student
from heartwork.teams import queries
from heartwork.teams.activities import ACTIVITIES
from heartwork.teams.models import FollowUp, Meeting, Sight, Team, TeamMember

# A meeting that nobody closes still lets go of its students: after so many days.
SIGHT_DAYS = 30

# -- teams


@transaction.atomic
def create_team(actor: StaffMember, *, name: str, organization: Organization | None) -> Team:
    """A new team; whoever makes it belongs to it from today. Raises PermissionDenied outside the actor's schools."""
    access.require(actor, "team.edit")
    allowed = queries.places_for_a_team(actor)
    if not (allowed.filter(pk=organization.pk).exists() if organization else access.reaches_all(actor)):
        raise PermissionDenied("team of another school")
    team = Team.objects.create(name=name, organization=organization)
    TeamMember.objects.create(team=team, staff=actor, begin=timezone.localdate())
    note(actor, "team.created", team)
    return team


@transaction.atomic
def add_member(actor: StaffMember, *, team: Team, staff: StaffMember) -> TeamMember:
    """From today this person belongs to the team.

    In its open meetings they see the students whom the actor reaches too. Raises PermissionDenied.
    """
    _require_may_change(actor, team)
    today = timezone.localdate()
    member = queries.members(team).filter(staff=staff).first()
    if member is None:
        member, _ = TeamMember.objects.update_or_create(team=team, staff=staff, begin=today, defaults={"end": None})
        note(actor, "team.joined", team, staff=staff.pk)
    own = access.visible_to(actor).exclude(pk__in=queries.only_lent(actor))
    for meeting in team.meetings.filter(closed_at=None):
        about = Assignment.objects.filter(sight__meeting=meeting).values("student")
        lend_sight(actor, meeting=meeting, students=own.filter(pk__in=about), to=[staff])
    return member


@transaction.atomic
def end_membership(actor: StaffMember, *, team: Team, staff: StaffMember) -> None:
    """From today on this person no longer belongs to the team, nor sees the students of its open meetings."""
    _require_may_change(actor, team)
    today = timezone.localdate()
    for member in queries.members(team).filter(staff=staff):
        if member.begin < today:
            member.end = today - datetime.timedelta(days=1)
            member.save(update_fields=["end"])
        else:
            member.delete()
    _end_sights(actor, Sight.objects.filter(meeting__team=team, assignment__staff=staff))
    note(actor, "team.left", team, staff=staff.pk)


def _require_may_change(actor: StaffMember, team: Team) -> None:
    if not queries.may_change(actor, team):
        raise PermissionDenied("team")


# -- meetings


@transaction.atomic
def open_meeting(
    actor: StaffMember,
    *,
    team: Team,
    activity: str,
    held_on: datetime.date,
    facilitator: StaffMember,
) -> Meeting:
    """A sitting of the team begins. The actor and the facilitator belong to it, else PermissionDenied."""
    access.require(actor, ACTIVITIES[activity].opens)
    for person in (actor, facilitator):
        if not queries.is_member(person, team):
            raise PermissionDenied("not of this team")
    meeting = Meeting.objects.create(team=team, activity=activity, held_on=held_on, facilitator=facilitator)
    note(actor, "meeting.opened", meeting, activity=activity)
    return meeting


@transaction.atomic
def close_meeting(actor: StaffMember, *, meeting: Meeting) -> None:
    """The sitting is over: what was written stands, and nobody sees a student through it any more."""
    if not queries.is_member(actor, meeting.team):
        raise PermissionDenied("not of this team")
    meeting.closed_at = timezone.now()
    meeting.save(update_fields=["closed_at"])
    _end_sights(actor, Sight.objects.filter(meeting=meeting))
    note(actor, "meeting.closed", meeting, activity=meeting.activity)


def lend_sight(actor: StaffMember, *, meeting: Meeting, students: Iterable[Student], to: Iterable[StaffMember]) -> None:
    """While the meeting is open, these people see these students.

    The actor reaches each of them on their own: what one sees through a meeting is not lent on. Else PermissionDenied.
    """
    students = list(students)
    access.require_reach(actor, *students)
    if queries.only_lent(actor).intersection(student.pk for student in students):
        raise PermissionDenied("student lent")
    today = timezone.localdate()
    last = today + datetime.timedelta(days=SIGHT_DAYS)
    for staff in to:
        for student in students:
            if Sight.objects.filter(meeting=meeting, assignment__staff=staff, assignment__student=student).exists():
                continue
            assignment = Assignment.objects.create(
                staff=staff, role=queries.LENT, student=student, begin=today, end=last, given_by=actor
            )
            Sight.objects.create(meeting=meeting, assignment=assignment)
            note(actor, "sight.lent", student, staff=staff.pk, meeting=meeting.pk)


@transaction.atomic
def stop_lending(actor: StaffMember, *, meeting: Meeting, student: Student) -> None:
    """Nobody sees this student through the meeting any more. Raises PermissionDenied for who is not of the team."""
    if not queries.is_member(actor, meeting.team):
        raise PermissionDenied("not of this team")
    _end_sights(actor, Sight.objects.filter(meeting=meeting, assignment__student=student))


def _end_sights(actor: StaffMember, sights: Iterable[Sight]) -> None:
    """End the assignments now: the last day was yesterday. One begun today never was; the journal remembers it."""
    today = timezone.localdate()
    for assignment in Assignment.objects.filter(sight__in=sights).select_related("student", "sight"):
        note(actor, "sight.ended", assignment.student, staff=assignment.staff_id, meeting=assignment.sight.meeting_id)
        if assignment.begin and assignment.begin < today:
            if assignment.end is None or assignment.end >= today:
                assignment.end = today - datetime.timedelta(days=1)
                assignment.save(update_fields=["end"])
        else:
            assignment.delete()


# -- follow-ups


@transaction.atomic
def promise(
    actor: StaffMember,
    *,
    what: str,
    owner: StaffMember,
    due_on: datetime.date,
    meeting: Meeting | None = None,
    student: Student | None = None,
) -> FollowUp:
    """Someone does something by a day. Raises PermissionDenied for a person who may not be asked, or a far student."""
    if student:
        access.require_reach(actor, student)
    if not queries.could_own(actor, meeting=meeting, student=student).filter(pk=owner.pk).exists():
        raise PermissionDenied("owner")
    follow_up = FollowUp.objects.create(
        what=what, owner=owner, due_on=due_on, first_due_on=due_on, meeting=meeting, student=student, promised_by=actor
    )
    note(actor, "follow_up.promised", follow_up, owner=owner.pk, due_on=str(due_on))
    return follow_up


@transaction.atomic
def mark_done(actor: StaffMember, *, follow_up: FollowUp) -> None:
    """It is done. Raises PermissionDenied unless the actor owns it or wrote it down."""
    _require_mine(actor, follow_up)
    follow_up.done_on = timezone.localdate()
    follow_up.save(update_fields=["done_on"])
    note(actor, "follow_up.done", follow_up)


@transaction.atomic
def reopen(actor: StaffMember, *, follow_up: FollowUp) -> None:
    """It was not done after all. Raises PermissionDenied unless the actor owns it or wrote it down."""
    _require_mine(actor, follow_up)
    follow_up.done_on = None
    follow_up.save(update_fields=["done_on"])
    note(actor, "follow_up.reopened", follow_up)


@transaction.atomic
def pick_new_day(actor: StaffMember, *, follow_up: FollowUp, due_on: datetime.date) -> None:
    """It will be done by another day; the first one stays on record. Raises PermissionDenied."""
    _require_mine(actor, follow_up)
    before, follow_up.due_on = follow_up.due_on, due_on
    follow_up.save(update_fields=["due_on"])
    note(actor, "follow_up.moved", follow_up, was=str(before), due_on=str(due_on))


@transaction.atomic
def hand_on(actor: StaffMember, *, follow_up: FollowUp, owner: StaffMember) -> None:
    """Somebody else does it; whoever wrote it down goes on seeing whether it slips. Raises PermissionDenied."""
    _require_mine(actor, follow_up)
    allowed = queries.could_own(actor, meeting=follow_up.meeting, student=follow_up.student)
    if not allowed.filter(pk=owner.pk).exists():
        raise PermissionDenied("owner")
    before, follow_up.owner = follow_up.owner_id, owner
    follow_up.save(update_fields=["owner"])
    note(actor, "follow_up.handed_on", follow_up, was=before, owner=owner.pk)


def _require_mine(actor: StaffMember, follow_up: FollowUp) -> None:
    if actor.pk not in (follow_up.owner_id, follow_up.promised_by_id):
        raise PermissionDenied("follow-up of others")
