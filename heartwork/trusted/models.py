"""Whom students trust: links for a limited time, a slip of paper for each student, and what they said, sealed."""

import uuid

from django.db import models

from heartwork.roster.models import Organization, Section, StaffMember, Student
from heartwork.sealing.fields import SealedTextField


class Asking(models.Model):
    """A link by which students, each with a slip of paper, say which adults they trust; for a limited time."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token = models.CharField(max_length=40, unique=True)  # 128 bits, in the link
    school = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, related_name="+")
    opened_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    closes_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.section_id or self.school_id} {self.opened_at:%Y-%m-%d}"


class Slip(models.Model):
    """The slip of paper of one student: a short code; the three pictures beside it follow from code and link."""

    asking = models.ForeignKey(Asking, on_delete=models.CASCADE, related_name="slips")
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=8)
    misses = models.PositiveSmallIntegerField(default=0)  # wrong pictures to this code; after five it opens nothing

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asking", "student"], name="slip_once"),
            models.UniqueConstraint(fields=["asking", "code"], name="slip_code_once"),
        ]

    def __str__(self) -> str:
        return f"of {self.student_id}"


class Said(models.Model):
    """What one student said: the adults they would go to (none: nobody yet), and in their words how they know."""

    slip = models.OneToOneField(Slip, on_delete=models.CASCADE, related_name="said")
    adults = SealedTextField()  # JSON: the pks of staff
    words = SealedTextField(blank=True)
    said_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "said"

    def __str__(self) -> str:
        return f"on {self.slip_id}"
