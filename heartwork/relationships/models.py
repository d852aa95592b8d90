"""Which students adults say they know well, and who looks after whom.

What an adult marks is sealed and theirs; what they let others see is a copy of its own (`Knows`). When a meeting
closes, what came of it stays as numbers of each student (`Standing`).
"""

import uuid

from django.db import models
from django.db.models import Q

from heartwork.roster.models import Organization, StaffMember, Student
from heartwork.sealing.drafts import Draft
from heartwork.teams.models import Meeting


class Round(models.Model):
    """What a meeting about relationships looks at: the students of one school, and how it goes about it."""

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="round")
    school = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")
    names_everyone = models.BooleanField(default=False)  # the team chooses from all names of the school meanwhile
    carries = models.PositiveSmallIntegerField(default=8)  # students whom one adult can look after well

    def __str__(self) -> str:
        return f"of {self.meeting_id}"


class Marks(Draft):
    """The students whom one person says they know well: their public ids, a line each. Read by that person alone."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="marks")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "marks"
        constraints = [models.UniqueConstraint(fields=["round", "staff"], name="marks_once")]

    def __str__(self) -> str:
        return f"of {self.staff_id} in {self.round_id}"

    @property
    def chosen(self) -> set[uuid.UUID]:
        """The public ids of the students."""
        return {uuid.UUID(line) for line in self.text.split()}


class Knows(models.Model):
    """That an adult says they know this student well, since they let those see it who see the student."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="known")
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="known_by")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "knows"
        constraints = [models.UniqueConstraint(fields=["round", "student", "staff"], name="knows_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} knows {self.student_id}"


class Standing(models.Model):
    """How it stood with one student when a meeting closed: how many adults know them well, and what they say."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="standings")
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="standings", db_index=False)
    on = models.DateField()
    adults = models.PositiveSmallIntegerField()
    names_someone = models.BooleanField(null=True)  # None: was not asked, or has not answered

    class Meta:
        indexes = [models.Index(fields=["student", "on"], name="standing_by_student")]
        constraints = [models.UniqueConstraint(fields=["round", "student"], name="standing_once")]

    def __str__(self) -> str:
        return f"{self.student_id} {self.on}"


class LooksAfter(models.Model):
    """That an adult gets to know a student and keeps an eye on how they are, until it is let go."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="looked_after_by")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="looks_after")
    meeting = models.ForeignKey(Meeting, on_delete=models.SET_NULL, null=True, related_name="+")
    since = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    asked_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "looks after"
        constraints = [
            models.UniqueConstraint(fields=["student", "staff"], condition=Q(ended_on=None), name="looks_after_once")
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} looks after {self.student_id}"
