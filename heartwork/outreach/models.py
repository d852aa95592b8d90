"""How families were reached."""

from django.db import models

from heartwork.roster.models import Guardian, StaffMember, Student


class OutreachAttempt(models.Model):
    """One attempt to reach a family, and what came of it."""

    source_id = models.CharField(max_length=255, unique=True, null=True)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="outreach")
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, null=True, related_name="outreach")
    date = models.DateField()
    method = models.CharField(max_length=40)
    language = models.CharField(max_length=40, blank=True)
    purpose = models.CharField(max_length=100, blank=True)
    made_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    outcome = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.student_id} {self.date} {self.method}"
