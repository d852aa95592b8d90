"""What people write alone and say together in a meeting that goes through its stages.

What a person writes alone is sealed, and is read back to them only. What they share is a copy of its own, so that what
the others see does not change under them, and is gone when they take it back.
"""

from django.db import models

from heartwork.roster.models import StaffMember
from heartwork.sealing.drafts import Draft
from heartwork.sealing.fields import SealedTextField
from heartwork.teams.models import Meeting


class Seat(models.Model):
    """That a person is at a meeting: in the room, or from afar."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="seats")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField(auto_now_add=True)
    is_done = models.BooleanField(default=False)  # says so, so that the others need not wait

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "staff"], name="seat_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} at {self.meeting_id}"


class Writing(Draft):
    """What one person writes alone to one prompt: theirs, and read by nobody else."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="writings")
    author = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    prompt = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "author", "prompt"], name="writing_once")]

    def __str__(self) -> str:
        return f"{self.prompt} by {self.author_id}"


class Passage(models.Model):
    """A line of somebody's writing that they share with the meeting, from the moment on when all is revealed."""

    writing = models.ForeignKey(Writing, on_delete=models.CASCADE, related_name="passages")
    text = SealedTextField()
    shared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"of {self.writing_id}"


class Rating(models.Model):
    """How one person sees one thing on the table: marked alone, then one dot among the others', without a name."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="ratings")
    author = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=60)
    answer = SealedTextField()  # JSON: what was marked

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "author", "item"], name="rating_once")]

    def __str__(self) -> str:
        return f"{self.item} by {self.author_id}"


class Line(models.Model):
    """One line of what the team writes down together: a likeness, a difference, what it decides."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=30)
    about = models.CharField(max_length=60, blank=True)  # the thing on the table that it is about
    text = models.CharField(max_length=500)
    written_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text
