"""What a change to a system asks of people's days: its routines, its minutes, and whether they know what it is for."""

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heartwork.measures.models import Measure
from heartwork.pulse.models import Pulse
from heartwork.roster.models import StaffMember
from heartwork.supports.models import Support
from heartwork.teams.models import Meeting, Team


class Change(models.Model):
    """A change to a system, as a team proposes it or has begun it. It belongs to a support, if it is one of ours."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="changes")
    name = models.CharField(max_length=200)
    result = models.CharField(max_length=300, blank=True)  # what it is meant to lead to
    support = models.ForeignKey(Support, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    measure = models.ForeignKey(Measure, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    meetings = models.ManyToManyField(Meeting, related_name="+")  # in which the team looked at it
    proposed_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField()
    begun_on = models.DateField(null=True, blank=True)  # none: it is only proposed
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("change", args=[self.public_id])


class Routine(models.Model):
    """One routine that a change alters or brings, its bottom line, or what each may do in their own way."""

    class Kind(models.TextChoices):
        """After the report's questions on street-level bureaucracy."""

        ALTERS = "alters", _("Routines that change")
        NEW = "new", _("Routines that are new")
        BOTTOM_LINE = "bottom-line", _("The bottom line, for everyone")
        FLEXIBLE = "flexible", _("What each may do in their own way")

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="routines")
    kind = models.CharField(max_length=20, choices=Kind)
    text = models.CharField(max_length=500)
    meeting = models.ForeignKey(Meeting, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Load(models.Model):
    """How many minutes a week a support, or a change, asks of one person of a role. What has no row is not counted."""

    support = models.ForeignKey(Support, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    change = models.ForeignKey(Change, on_delete=models.CASCADE, null=True, blank=True, related_name="loads")
    role = models.CharField(max_length=60)
    minutes = models.SmallIntegerField()  # of a change: more than before, or less
    said_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    said_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(support=None, change__isnull=False) | models.Q(support__isnull=False, change=None),
                name="load_of_a_support_or_a_change",
            ),
            models.UniqueConstraint(fields=["support", "role"], name="load_of_support_once"),
            models.UniqueConstraint(fields=["change", "role"], name="load_of_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} of {self.role}"


class Heard(Pulse):
    """How one person finds a change in one week: whether they know what it is for, whether it changes their day."""

    class Question(models.TextChoices):
        """The two questions."""

        WHAT_FOR = "what-for", _("Do you know what it is for?")
        MY_DAY = "my-day", _("Does it change your day?")

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="heard")
    question = models.CharField(max_length=20, choices=Question)
    role = models.CharField(max_length=60)  # as which they work there

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "question", "staff", "week"], name="heard_once_a_week")
        ]

    def __str__(self) -> str:
        return f"{self.change_id} {self.question} {self.week}"
