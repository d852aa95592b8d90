"""What a team wants, does and believes, and how two of its groups link these: its theory of action.

It belongs to the team and lasts from one meeting to the next. Each row keeps the meeting in which it was put down,
because what a group draws is not seen by the other until that meeting reveals it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from heartwork.measures.models import Measure
from heartwork.roster.models import StaffMember
from heartwork.supports.models import Support
from heartwork.teams.models import Meeting, Team


class Kind(models.TextChoices):
    """What a part of a map is; in the order in which one leads to the next."""

    BELIEF = "belief", _("Belief")
    ACTION = "action", _("Action")
    OUTCOME = "outcome", _("Outcome")


class Group(models.IntegerChoices):
    """The two groups, by where they begin."""

    ONE = 1, _("Group 1, which begins from what we do")
    TWO = 2, _("Group 2, which begins from what we believe")


class Membership(models.Model):
    """In which of the two groups somebody draws at a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    group = models.PositiveSmallIntegerField(choices=Group)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "staff"], name="belief_group_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} in {self.group}"


class Part(models.Model):
    """A belief, an action or an outcome. Outcomes are agreed by all; of the others each group puts down its own."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="parts")
    meeting = models.ForeignKey(Meeting, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    group = models.PositiveSmallIntegerField(choices=Group, null=True, blank=True)  # None: an outcome
    name = models.CharField(max_length=200)
    is_end = models.BooleanField(default=False)  # an outcome: the end itself, or a mile marker on the way
    agreed_at = models.DateTimeField(null=True, blank=True)  # an outcome: since when all stand behind it
    measure = models.ForeignKey(Measure, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    support = models.ForeignKey(Support, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    same_as = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="others")
    left_out_at = models.DateTimeField(null=True, blank=True)
    put_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="outcome", group=None) | ~models.Q(kind="outcome") & models.Q(group__in=[1, 2]),
                name="part_of_a_group",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """That one group drew: this belief leads to this action, or this action to this outcome."""

    meeting = models.ForeignKey(Meeting, on_delete=models.SET_NULL, null=True, related_name="+")
    group = models.PositiveSmallIntegerField(choices=Group)
    start = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="leads")
    end = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="reached")
    drawn_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["group", "start", "end"], name="belief_link_once")]

    def __str__(self) -> str:
        return f"{self.start_id} -> {self.end_id}"


class Observation(models.Model):
    """Whether a belief is what we say, or what we do: what was seen. The latest one tells where it stands."""

    class Standing(models.TextChoices):
        """After Argyris and Schön: espoused theories and theories in use."""

        ESPOUSED = "espoused", _("we say it, and do otherwise")
        IN_USE = "in_use", _("seen in use")

    belief = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="observations")
    meeting = models.ForeignKey(Meeting, on_delete=models.SET_NULL, null=True, related_name="+")
    standing = models.CharField(_("Where it stands"), max_length=20, choices=Standing)
    text = models.CharField(_("What was seen, where"), max_length=300)
    noted_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Choice(models.Model):
    """What the team chose for an outcome: change what it does (single loop), or look at a belief again (double)."""

    class Loop(models.TextChoices):
        """After Argyris and Schön: single-loop and double-loop learning."""

        SINGLE = "single", _("change what we do")
        DOUBLE = "double", _("look again at a belief behind it")

    outcome = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="choices")
    meeting = models.ForeignKey(Meeting, on_delete=models.SET_NULL, null=True, related_name="+")
    loop = models.CharField(_("What we choose"), max_length=20, choices=Loop)
    part = models.ForeignKey(Part, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(_("Why"), max_length=300)
    made_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField()

    class Meta:
        ordering = ["made_on", "pk"]

    def __str__(self) -> str:
        return f"{self.loop} for {self.outcome_id}"
