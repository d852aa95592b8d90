"""The students on the agenda of a support team's meeting, and what the team sees in the way of each."""

from django.db import models

from heartwork.roster.models import StaffMember, Student
from heartwork.sealing.fields import SealedTextField
from heartwork.teams.models import Meeting


class Talk(models.Model):
    """One student on the agenda of one meeting: talked about one at a time, in the order of the agenda."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="talks")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="talks")
    position = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=60, blank=True)  # the code of a gap, where it is none of a sensitive group
    put_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    talked_at = models.DateTimeField(null=True, blank=True)  # none: still to come, or talked about now

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "student"], name="talk_once"),
            models.UniqueConstraint(fields=["meeting", "position"], name="talk_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} in {self.meeting_id}"


class Hurdle(models.Model):
    """What one of the team sees in the student's way: in the day, in the lesson, on the way here, with us."""

    talk = models.ForeignKey(Talk, on_delete=models.CASCADE, related_name="hurdles")
    text = SealedTextField()
    said_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"of {self.talk_id}"
