"""What the district counts: definitions, values by time, place and subgroup, and how a chart of them is drawn."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heartwork.roster.models import Organization, Section, StaffMember

EVERYONE = "all"  # of the people behind a value: all of them, not a group


class Measure(models.Model):
    """What is counted, over what, how often, by whom, and which way is better."""

    class Kind(models.TextChoices):
        """What a measure is for, in improvement work."""

        OUTCOME = "outcome", _("outcome: what we want for students")
        PROCESS = "process", _("process: whether we do what we set out to do")
        BALANCING = "balancing", _("balancing: what we might harm by it")

    class Data(models.TextChoices):
        """What its values are."""

        PROPORTION = "proportion", _("a share: so many of so many")
        RATE = "rate", _("a rate: how often, over so many people or days")
        COUNT = "count", _("a count, in periods alike")
        NUMBER = "number", _("one number a period, such as minutes or a mean rating")

    class Direction(models.TextChoices):
        """Which way is better."""

        UP = "up", _("higher is better")
        DOWN = "down", _("lower is better")
        NEUTRAL = "neutral", _("neither: we want to know")

    class Cadence(models.TextChoices):
        """How often a value is due: in weeks, days or years in which there is school."""

        WEEK = "week", _("every week of school")
        DAY = "day", _("every day of school")
        YEAR = "year", _("every school year")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source_id = models.CharField(max_length=255, unique=True, null=True)
    name = models.CharField(_("Name"), max_length=255)
    kind = models.CharField(_("What it is for"), max_length=40, default=Kind.PROCESS)
    data = models.CharField(_("What is counted"), max_length=40)
    direction = models.CharField(_("Which way is better"), max_length=60, default=Direction.NEUTRAL)
    definition = models.TextField(_("In words, so that two people count alike"), blank=True)
    numerator = models.CharField(_("What is counted"), max_length=255)
    denominator = models.CharField(_("Out of what"), max_length=255, blank=True)
    cadence = models.CharField(_("How often"), max_length=40, default=Cadence.WEEK)
    source = models.CharField(max_length=40, default="typed")  # a code of `sources`
    school = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")  # None: district
    section = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, related_name="+")
    goal = models.FloatField(_("Goal"), null=True)  # as drawn: 75 for 75 %
    recorder = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+")
    # How many of the denominator one student makes in a period: 5 for days of a week; None: not told.
    per_student = models.PositiveSmallIntegerField(null=True)
    # An outcome that cannot be measured is a statement of its own; a process that can be measured stands for it.
    cannot_be_measured = models.BooleanField(default=False)
    stands_for = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="stand_ins")
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def scale(self) -> float:
        """By what a value is multiplied to be drawn: shares in percent, rates by 100."""
        return 100.0 if self.is_over_people else 1.0

    @property
    def is_over_people(self) -> bool:
        """Whether its values have a denominator of people, so that few of them could be made out."""
        return self.data in (self.Data.PROPORTION, self.Data.RATE)

    @property
    def is_share(self) -> bool:
        """Whether its values are so many of so many, so that near to none and to all they tell of single people."""
        return self.data == self.Data.PROPORTION


class DataPoint(models.Model):
    """One value of a school or section, and of a subgroup (`EVERYONE` for all). Never changed: superseded by another.

    A count or a number has its value as numerator, over 1.
    """

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="points", db_index=False)
    period = models.DateField()  # the day, or the week's Monday
    school = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    section = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    subgroup_kind = models.CharField(max_length=60)
    subgroup = models.CharField(max_length=100)
    numerator = models.FloatField()
    denominator = models.FloatField()
    entered_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    entered_at = models.DateTimeField(null=True)  # None: brought by an import, or counted from records
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "subgroup_kind", "subgroup", "school", "period"],
                condition=Q(section=None, superseded_at=None),
                name="data_point_of_school_once",
            ),
            models.UniqueConstraint(
                fields=["measure", "subgroup_kind", "subgroup", "section", "period"],
                condition=Q(section__isnull=False, superseded_at=None),
                name="data_point_of_section_once",
            ),
            models.CheckConstraint(condition=Q(denominator__gt=0), name="data_point_over_something"),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.period}"


class HeldBack(models.Model):
    """A value of a school as it was told, and is told still, to those who may not open each record behind it.

    Since then fewer people have come or gone than may be told of. `denominator` 0: nothing was told of the period.
    """

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="held_back", db_index=False)
    school = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    subgroup_kind = models.CharField(max_length=60)
    subgroup = models.CharField(max_length=100)
    period = models.DateField()
    numerator = models.FloatField()
    denominator = models.FloatField()

    class Meta:
        verbose_name_plural = "held back"
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "school", "subgroup_kind", "subgroup", "period"], name="held_back_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.period}"


class Look(models.Model):
    """What a look over all charts of a measure found: kept until its values change, and then made again.

    Each of the last four lists holds what `looks.Seen` names of a series, the group by its place in `groups`: as who
    reaches each student sees them, and `pooled` as everyone else does, without what is hidden.
    """

    measure = models.OneToOneField(Measure, on_delete=models.CASCADE, primary_key=True, related_name="look")
    made_for = models.CharField(max_length=100)  # what else it rests on, beside the values: see `looks.rests_on`
    since = models.DateField()  # of the values after this day
    last = models.DateField(null=True)  # the latest of their periods; None: there are no values
    periods = models.JSONField()
    usual = models.JSONField()  # in each of the periods, in the district, and whether of those who are not counted
    groups = models.JSONField()
    everyone = models.JSONField()
    everyone_pooled = models.JSONField()
    by_group = models.JSONField()
    by_group_pooled = models.JSONField()

    def __str__(self) -> str:
        return f"{self.measure_id} {self.last}"


class ChartChoice(models.Model):
    """How the charts of a measure at one place and of one subgroup are drawn from now on: the latest choice holds.

    The specification is kept whole, with its phases and excluded points, so that any report can be drawn again.
    """

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="choices")
    school = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")  # None: district
    section = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, related_name="+")
    subgroup_kind = models.CharField(max_length=60, default=EVERYONE)
    subgroup = models.CharField(max_length=100, default=EVERYONE)
    specification = models.JSONField()
    engine = models.CharField(max_length=20)  # the version that drew it then
    what = models.CharField(max_length=20)  # chart, phase, excluded
    reason = models.TextField()
    made_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.what}"


class Annotation(models.Model):
    """What happened in a period, pinned to the charts of a section, of a school or of all: snow days, a new bus."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="annotations")
    school = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")  # None: all places
    section = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, related_name="+")  # then of it alone
    period = models.DateField()
    words = models.CharField(max_length=200)
    added_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["period", "pk"]

    def __str__(self) -> str:
        return f"{self.period} {self.words}"
