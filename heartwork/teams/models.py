"""People who work together, their meetings, and who does what by when."""

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heartwork.roster.models import Assignment, Organization, StaffMember, Student
from heartwork.teams.activities import ACTIVITIES


class Team(models.Model):
    """People who look at something together: a grade team, a student-support team."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, blank=True)
    members = models.ManyToManyField(StaffMember, through="TeamMember", related_name="teams")
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def school(self) -> Organization | None:
        """The school at which it works; None for a team of the district."""
        return self.organization if self.organization and self.organization.kind == "school" else None


class TeamMember(models.Model):
    """A staff member in a team, between two dates."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="memberships")
    begin = models.DateField()
    end = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "staff", "begin"], name="team_member_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} in {self.team_id}"


class Stage(models.TextChoices):
    """How far a meeting is: each writes alone, all is revealed together, talked over, decided."""

    ALONE = "alone", _("Alone")
    REVEALED = "revealed", _("Revealed")
    DISCUSSED = "discussed", _("Discussed")
    DECIDED = "decided", _("Decided")


class Meeting(models.Model):
    """One sitting of one activity. Open until it is closed; a recap comes out of it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="meetings")
    activity = models.CharField(max_length=60)  # the room whose activity it is: "audits"
    held_on = models.DateField()
    facilitator = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    follows = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True)
    topic = models.CharField(max_length=200, blank=True)
    stage = models.CharField(max_length=20, default=Stage.ALONE)
    stage_ends_at = models.DateTimeField(null=True, blank=True)  # what the clock on the wall counts down to
    code = models.CharField(max_length=30, blank=True)  # spoken: by it people join, as long as the meeting is open
    changes = models.PositiveIntegerField(default=0)  # grows with all that the screens of others show

    class Meta:
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(closed_at=None) & ~models.Q(code=""), name="meeting_code_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.activity} {self.held_on}"

    def get_absolute_url(self) -> str:
        """Where it goes on while it is open; afterwards, its recap."""
        activity = ACTIVITIES[self.activity]
        return reverse(activity.recap if self.is_closed else activity.page, args=[self.public_id])

    @property
    def is_closed(self) -> bool:
        """Whether the meeting is over; what was written then stands."""
        return self.closed_at is not None

    @property
    def name(self) -> str:
        """What the activity is called."""
        return str(ACTIVITIES[self.activity].name)


class Sight(models.Model):
    """That a member of the team sees a student because of an open meeting: the dated assignment it gave them.

    It ends when the meeting closes or the person leaves the team, and on its last day at the latest.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="sights")
    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="sight")

    def __str__(self) -> str:
        return f"{self.assignment_id} through {self.meeting_id}"


class FollowUp(models.Model):
    """Who does what by when."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    what = models.CharField(max_length=300)
    owner = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="follow_ups")
    due_on = models.DateField()
    first_due_on = models.DateField()  # as first promised; a new day does not hide that it slipped
    done_on = models.DateField(null=True, blank=True)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, null=True, blank=True, related_name="follow_ups")
    student = models.ForeignKey(Student, on_delete=models.CASCADE, null=True, blank=True, related_name="follow_ups")
    promised_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    promised_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["owner", "due_on"], condition=models.Q(done_on=None), name="follow_up_open")]

    def __str__(self) -> str:
        return f"{self.owner_id} by {self.due_on}"
