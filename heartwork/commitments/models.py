"""What the adults of a team commit to in how they treat each other, whether it was kept, and thanks."""

from django.db import models

from heartwork.pulse.models import Pulse
from heartwork.roster.models import StaffMember
from heartwork.sealing.fields import SealedTextField
from heartwork.teams.models import Meeting, Team


class Commitment(models.Model):
    """One thing that a team promises each other, from the meeting in which it was agreed until it is let go."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="commitments")
    text = models.CharField(max_length=500)
    by_leaders = models.BooleanField(default=False)  # what those who lead promise to show first
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+")
    agreed_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Kept(Pulse):
    """How one person found a commitment kept in one week."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="kept")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["commitment", "staff", "week"], name="kept_once_a_week")]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.week}"


class Thanks(models.Model):
    """A word of thanks on the team's wall, to one person or to all."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="thanks")
    to = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=300)
    said_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "thanks"

    def __str__(self) -> str:
        return f"to {self.to_id}"


class Modelling(models.Model):
    """What a person who leads noted for themselves: when they showed what was promised, and when not. Theirs alone."""

    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    text = SealedTextField()

    class Meta:
        ordering = ["-day", "-pk"]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.day}"
