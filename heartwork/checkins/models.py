"""How students say they are."""

from django.db import models

from heartwork.roster.models import Section, Student
from heartwork.sealing.fields import SealedTextField


class CheckIn(models.Model):
    """One student's answer in one week. An empty field is an answer not given, never a bad one."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="checkins", db_index=False)
    section = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    week = models.DateField()  # its Monday
    date = models.DateField(null=True)
    mood = models.PositiveSmallIntegerField(null=True)  # 1 to 5
    adult_knows_me = models.BooleanField(null=True)
    wants_to_talk = models.BooleanField(default=False)
    comment = SealedTextField(blank=True)  # a student’s own words
    comment_mark = models.CharField(max_length=64, blank=True, default="", editable=False)  # equal words, equal marks

    class Meta:
        indexes = [models.Index(fields=["student", "week"], name="checkin_by_student")]

    def __str__(self) -> str:
        return f"{self.student_id} {self.week}"
