"""The systems audit: which supports bear on three or four students, on paper and on the ground."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from heartwork.roster.models import StaffMember, Student
from heartwork.sealing.drafts import Draft
from heartwork.supports.models import Domain, Emphasis, Support, Tier
from heartwork.teams.models import Meeting


class AuditedStudent(models.Model):
    """One of the three or four students whom an audit is about, and why this one was picked."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="audited")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="audited")
    position = models.PositiveSmallIntegerField()
    picked = models.CharField(max_length=60)  # by hand, at random, one of each group, or the gap's code

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "student"], name="audited_once"),
            models.UniqueConstraint(fields=["meeting", "position"], name="audited_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} in {self.meeting_id}"


class Sighting(models.Model):
    """What the team says of one support around one student: seen on the ground or not, on record or not.

    For a support on record, `support` names it and `seen` is empty until somebody says. What no record holds has
    `on_record` false, and is named in the team's own words or by a support of the inventory. Closing the audit
    writes a sighting for every support then on record, so that a later audit can tell what changed.
    """

    audited = models.ForeignKey(AuditedStudent, on_delete=models.CASCADE, related_name="sightings")
    support = models.ForeignKey(Support, on_delete=models.PROTECT, null=True, related_name="sightings")
    name = models.CharField(max_length=200)
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT)
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT)
    emphasis = models.ForeignKey(Emphasis, on_delete=models.PROTECT)
    on_record = models.BooleanField()
    seen = models.BooleanField(null=True)
    helps = models.BooleanField(default=False)  # the student says so
    noted_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True)
    noted_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["audited", "support"], condition=models.Q(support__isnull=False), name="sighting_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Answer(Draft):
    """What one member of the team wrote to one of the three questions about one student.

    Each member has words of their own, so nobody writes over another's.
    """

    class Question(models.TextChoices):
        """The three questions of the activity."""

        MISSING = "missing", _("What is missing?")
        BALANCE = "balance", _("Is there too much on changing behavior, and too little general or academic support?")
        LIVED = "lived", _("What is this like for the student?")

    audited = models.ForeignKey(AuditedStudent, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=20, choices=Question.choices)
    author = models.ForeignKey(StaffMember, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audited", "question", "author"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.question} by {self.author_id}"
