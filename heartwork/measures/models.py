"""What the district counts: definitions, and values by week, place and subgroup."""

from django.db import models
from django.db.models import Q

from heartwork.roster.models import Organization, Section


class Measure(models.Model):
    """What is counted, over what, and which way is better."""

    source_id = models.CharField(max_length=255, unique=True, null=True)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=40)  # proportion, rate
    direction = models.CharField(max_length=60)
    numerator = models.CharField(max_length=255)
    denominator = models.CharField(max_length=255)
    frequency = models.CharField(max_length=40)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class DataPoint(models.Model):
    """One value: a numerator and denominator for a week, a school or section, and a subgroup ("all" for everyone)."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="points", db_index=False)
    week = models.DateField()  # its Monday
    school = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    section = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    subgroup_kind = models.CharField(max_length=60)
    subgroup = models.CharField(max_length=100)
    numerator = models.FloatField()
    denominator = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "week", "school", "subgroup_kind", "subgroup"],
                condition=Q(section=None),
                name="data_point_of_school_once",
            ),
            models.UniqueConstraint(
                fields=["measure", "week", "section", "subgroup_kind", "subgroup"],
                condition=Q(section__isnull=False),
                name="data_point_of_section_once",
            ),
            models.CheckConstraint(condition=Q(denominator__gt=0), name="data_point_over_something"),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.week}"
