"""Problems, what drives them, ideas to change them, and the small tests in which ideas meet students."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heartwork.measures.models import Measure
from heartwork.roster.models import Organization, StaffMember
from heartwork.supports.models import Support
from heartwork.teams.models import Team


class Problem(models.Model):
    """A small problem within a large one, as somebody lives it; with the aim that says when it is less of one."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="problems")
    name = models.CharField(_("What we call it"), max_length=120)
    theory = models.TextField(_("Our working theory of the large problem"), blank=True)
    whose = models.CharField(_("Whose problem it is"), max_length=200)  # "a student who is new in grade 7"
    lived = models.TextField(_("What happens for them"))
    in_own_words = models.BooleanField(default=False)
    aim = models.CharField(_("What will be different"), max_length=300, blank=True)
    aim_measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    aim_goal = models.FloatField(_("Goal"), null=True, blank=True)  # as drawn: 75 for 75 %
    aim_by = models.DateField(_("By when"), null=True, blank=True)
    measures = models.ManyToManyField(Measure, related_name="+", blank=True)  # beside the aim's: what else we watch
    opened_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    closed_because = models.TextField(blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
                name="problem_closed_after_opened",
                violation_error_message=_("The last day is before the first day."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its story."""
        return reverse("problem", args=[self.public_id])

    @property
    def is_closed(self) -> bool:
        """Whether the team has laid it down."""
        return self.closed_on is not None


class IntermediateOutcome(models.Model):
    """A mile marker on the way to the aim; without a measure it says that it is not measured."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="outcomes")
    text = models.CharField(max_length=300)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class Driver(models.Model):
    """What moves the aim (a primary driver), or, with a parent, what moves that (a secondary driver)."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="drivers")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    text = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()
    measures = models.ManyToManyField(Measure, related_name="+", blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="driver_not_under_itself")
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_primary(self) -> bool:
        """Whether it moves the aim itself."""
        return self.parent_id is None


class ChangeIdea(models.Model):
    """Something a team could do differently, under the drivers that it would move."""

    class State(models.TextChoices):
        """How far an idea has come; beginning and deciding a cycle moves it on."""

        IDEA = "idea", _("not tried yet")
        TESTING = "testing", _("being tested")
        ADAPTED = "adapted", _("changed after a test")
        ADOPTED = "adopted", _("how we do it now")
        ABANDONED = "abandoned", _("laid aside")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="ideas")
    drivers = models.ManyToManyField(Driver, related_name="ideas", blank=True)
    text = models.CharField(max_length=300)
    support = models.ForeignKey(Support, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=20, default=State.IDEA)
    owner = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """Its own page."""
        return reverse("idea", args=[self.public_id])

    @property
    def key(self) -> str:
        """By what the page of its diagram knows it, to keep the keyboard where it was."""
        return f"i{self.pk}"

    @property
    def state_words(self) -> str:
        """How far it has come, in words."""
        return str(self.State(self.state).label) if self.state in self.State.values else self.state


class Cycle(models.Model):
    """One turn of Plan, Do, Study, Act: a question, predictions written first, what was seen, and what follows."""

    class Scale(models.TextChoices):
        """For how many it is tried, from small to large."""

        STUDENT = "student", _("one student")
        CLASS = "class", _("one class")
        GRADE = "grade", _("one grade")
        SCHOOL = "school", _("one school")
        DISTRICT = "district", _("the whole district")

    class Decision(models.TextChoices):
        """What follows."""

        ADOPT = "adopt", _("Adopt: this is how we do it now")
        ADAPT = "adapt", _("Adapt: change the idea and test it again")
        WIDEN = "widen", _("Widen: the same idea with more students")
        ABANDON = "abandon", _("Abandon: lay the idea aside, with what it taught us")

    class State(models.TextChoices):
        """Where it stands."""

        PLAN = "plan", _("Plan")
        DO = "do", _("Do")
        STUDY = "study", _("Study")
        DONE = "done", _("Decided")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    idea = models.ForeignKey(ChangeIdea, on_delete=models.PROTECT, related_name="cycles")
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by")
    number = models.PositiveSmallIntegerField()  # counts within its idea
    scale = models.CharField(_("With how many"), max_length=20)
    question = models.CharField(_("What do we want to find out?"), max_length=300)
    who = models.CharField(_("Who does it"), max_length=300)
    what = models.TextField(_("What exactly"))
    where = models.CharField(_("Where"), max_length=300)
    when = models.CharField(_("When"), max_length=300)
    data_plan = models.TextField(_("Who writes down what, and when"), blank=True)
    measures = models.ManyToManyField(Measure, related_name="+", through="Prediction")
    begin = models.DateField(_("First day"))
    planned_end = models.DateField(_("Last day"))
    planned_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    surprises = models.TextField(_("What surprised us"), blank=True)
    learned = models.TextField(_("What we learned"), blank=True)
    decision = models.CharField(max_length=20, blank=True)
    why = models.TextField(_("Why"), blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["begin", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["idea", "number"], name="cycle_numbered_once"),
            models.CheckConstraint(
                condition=Q(planned_end__gte=F("begin")) & (Q(ended_on=None) | Q(ended_on__gte=F("begin"))),
                name="cycle_days_in_order",
                violation_error_message=_("The last day is before the first day."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(begun_at__isnull=False), name="cycle_ended_only_if_begun"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decision="") | (Q(ended_on__isnull=False) & ~Q(decision="")),
                name="cycle_decided_only_if_ended",
            ),
        ]
        indexes = [models.Index(fields=["begin"], condition=Q(decided_at=None), name="cycle_open")]

    def __str__(self) -> str:
        return f"{self.idea_id} cycle {self.number}"

    def get_absolute_url(self) -> str:
        """Its story."""
        return reverse("cycle", args=[self.public_id])

    @property
    def state(self) -> str:
        """Where it stands: planned, going on, studied, decided."""
        if self.begun_at is None:
            return self.State.PLAN
        if self.ended_on is None:
            return self.State.DO
        return self.State.STUDY if self.decided_at is None else self.State.DONE

    @property
    def last_day(self) -> object:
        """The day it ended, or is to end."""
        return self.ended_on or self.planned_end

    @property
    def scale_words(self) -> str:
        """For how many, in words."""
        return str(self.Scale(self.scale).label)

    @property
    def decided_words(self) -> str:
        """What was decided, in a word; empty while nothing is."""
        return str(DECIDED[self.Decision(self.decision)]) if self.decision else ""

    @property
    def decision_words(self) -> str:
        """What follows, in words; empty while nothing is decided."""
        return str(self.Decision(self.decision).label) if self.decision else ""


DECIDED = {
    Cycle.Decision.ADOPT: _("adopted"),
    Cycle.Decision.ADAPT: _("adapted"),
    Cycle.Decision.WIDEN: _("widened"),
    Cycle.Decision.ABANDON: _("laid aside"),
}


class Prediction(models.Model):
    """What the team expects of one measure in one cycle: between two numbers, one of which may be left open.

    Until it is written (`written_at`) the measure's values from the cycle's first day on stay out of sight. Once the
    cycle has begun it stands. What was seen is written beside it when the team decides.
    """

    class Outcome(models.TextChoices):
        """What was seen, beside what was predicted."""

        AS_PREDICTED = "as predicted", _("as predicted")
        HIGHER = "higher", _("higher than predicted")
        LOWER = "lower", _("lower than predicted")
        TOO_EARLY = "too early", _("not enough data to tell")

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="predictions")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    low = models.FloatField(null=True, blank=True)  # as drawn: 75 for 75 %
    high = models.FloatField(null=True, blank=True)
    because = models.TextField(blank=True)
    written_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(null=True, blank=True)
    seen = models.FloatField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "measure"], name="prediction_once"),
            models.CheckConstraint(
                condition=Q(low=None) | Q(high=None) | Q(high__gte=F("low")),
                name="prediction_low_to_high",
                violation_error_message=_("The first number is larger than the second."),
            ),
            models.CheckConstraint(
                condition=Q(written_at=None) | Q(low__isnull=False) | Q(high__isnull=False),
                name="prediction_says_a_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} in {self.cycle_id}"

    @property
    def is_written(self) -> bool:
        """Whether the team has said what it expects."""
        return self.written_at is not None

    @property
    def outcome_words(self) -> str:
        """What was seen beside what was predicted, in words; empty before the team decided."""
        return str(self.Outcome(self.outcome).label) if self.outcome else ""


class CycleNote(models.Model):
    """What somebody saw or thought while a cycle went on, by day. Never changed: a later thought is another note."""

    class Kind(models.TextChoices):
        """What sort of thing was noted."""

        SEEN = "seen", _("What we saw")
        DEVIATION = "deviation", _("What went differently from the plan")
        THOUGHT = "thought", _("A thought, also about the prediction")

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=20)
    day = models.DateField()
    text = models.TextField()
    written_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"

    @property
    def kind_words(self) -> str:
        """What sort of thing it is."""
        return str(self.Kind(self.kind).label)
