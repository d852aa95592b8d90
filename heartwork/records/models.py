"""What other systems of the district record day by day: the calendar, absences, referrals and screening."""

from django.db import models

from heartwork.roster.models import Organization, StaffMember, Student


class SchoolDay(models.Model):
    """A day of the district's calendar. Days that are not in it are not school days."""

    date = models.DateField(unique=True)
    week = models.DateField()  # its Monday
    in_session = models.BooleanField(default=True)

    class Meta:
        ordering = ["date"]

    def __str__(self) -> str:
        return str(self.date)


class Absence(models.Model):
    """An exception to being at school on time: absent (A) or tardy (T). Days without one were attended."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="absences", db_index=False)
    school = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    date = models.DateField()
    code = models.CharField(max_length=1)  # A absent, T tardy
    is_excused = models.BooleanField(null=True)
    reason = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["student", "date", "code"], name="absence_once")]

    def __str__(self) -> str:
        return f"{self.student_id} {self.date} {self.code}"


class Referral(models.Model):
    """An office referral, with the fields that schools ask about first: where, when, what, who and why."""

    source_id = models.CharField(max_length=255, unique=True, null=True)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="referrals")
    school = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    date = models.DateField()
    time = models.TimeField(null=True, blank=True)
    location = models.CharField(max_length=100, blank=True)
    behavior = models.CharField(max_length=100)
    level = models.CharField(max_length=10)  # minor, major
    motivation = models.CharField(max_length=100, blank=True)
    others_involved = models.CharField(max_length=100, blank=True)
    action = models.CharField(max_length=100, blank=True)
    referred_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"{self.student_id} {self.date}"


class Screening(models.Model):
    """One student's score in a screening window, with the lines the district drew for it. Higher means more need."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="screenings", db_index=False)
    screener = models.CharField(max_length=100)
    window = models.CharField(max_length=40)  # fall, winter, spring
    date = models.DateField()
    score = models.FloatField()
    tier2_cut = models.FloatField(null=True)
    tier3_cut = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["student", "screener", "window", "date"], name="screening_once")]

    def __str__(self) -> str:
        return f"{self.student_id} {self.screener} {self.window}"
