"""What the district does for care: the inventory, who is in which support, and what each kind of support adds."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heartwork.roster.models import Attribute, Organization, Section, StaffMember, Student, dates_in_order
from heartwork.web.words import our_words


class Reach(models.TextChoices):
    """Whom a support reaches."""

    EVERYONE = "everyone", _("Everyone its rule names")
    LISTED = "listed", _("Students who are listed")
    ADULTS = "adults", _("Adults, and students through them")


class Tier(models.Model):
    """How many a support is for: everyone (1), some students (2), one student at a time (3)."""

    number = models.PositiveSmallIntegerField(unique=True, validators=[MinValueValidator(1), MaxValueValidator(3)])
    name = models.CharField(max_length=60)
    meaning = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return our_words(self.name)


class Domain(models.Model):
    """A part of a student's life that supports bear on: a sector of the constellation, always in the same place."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    sector = models.PositiveSmallIntegerField(unique=True, validators=[MaxValueValidator(5)])  # clockwise from the top

    class Meta:
        ordering = ["sector"]

    def __str__(self) -> str:
        return our_words(self.name)


class Emphasis(models.Model):
    """What a support sets out to do: build a relationship, teach a skill, change behavior, and so on."""

    code = models.SlugField(max_length=40, unique=True)  # also the shape and colour of its mark
    name = models.CharField(max_length=60)
    changes_behavior = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        verbose_name_plural = "emphases"

    def __str__(self) -> str:
        return our_words(self.name)


class Kind(models.Model):
    """A kind of support, ready to adopt; what it usually is. The district may edit all of it and add its own."""

    class Particulars(models.TextChoices):
        """What a support of this kind has beside what every support has."""

        NONE = "", _("Nothing more")
        POSITION = "position", _("A position: how much of a person")
        PARTNERSHIP = "partnership", _("A partnership: with whom, by what agreement")
        LEARNING = "learning", _("Professional learning: tools or beliefs")

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    about = models.CharField(max_length=400, blank=True)
    cites = models.CharField(max_length=200, blank=True)  # where the idea comes from
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT)
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT)
    emphasis = models.ForeignKey(Emphasis, on_delete=models.PROTECT)
    particulars = models.CharField(max_length=20, choices=Particulars.choices, blank=True)
    reach = models.CharField(max_length=20, choices=Reach.choices, default=Reach.LISTED)
    # Students whom this kind is meant for: the gap finder asks for those of them who are in none.
    meant_for = models.ForeignKey(Attribute, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_offered = models.BooleanField(default=True)
    # What another system may call it: words, lower case, separated by "|"; used when an inventory is imported.
    known_as = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["tier__number", "name"]

    def __str__(self) -> str:
        return our_words(self.name)


class Support(models.Model):
    """Anything the district does for care, at one school or in the whole district, between two dates."""

    Reach = Reach

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, null=True, blank=True, related_name="supports")
    name = models.CharField(max_length=200)
    school = models.ForeignKey(  # empty: the whole district
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="supports"
    )
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT)
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT)
    emphasis = models.ForeignKey(Emphasis, on_delete=models.PROTECT)
    reach = models.CharField(max_length=20, choices=Reach.choices, default=Reach.LISTED)
    is_required_by_law = models.BooleanField(default=False)  # an entitlement, beside the tiers
    owner = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="owned")
    capacity = models.PositiveIntegerField(null=True, blank=True)  # places; empty: not limited or not known
    minutes_per_week = models.PositiveIntegerField(null=True, blank=True)
    cost_per_year = models.PositiveIntegerField(null=True, blank=True)  # whole dollars
    provider = models.CharField(max_length=200, blank=True)
    intended_outcome = models.CharField(max_length=400, blank=True)
    begin = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)  # when somebody last said that it runs
    confirmed_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["tier__number", "name", "pk"]
        constraints = [dates_in_order("support_dates_in_order")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("support", args=[self.public_id])


class UniversalRule(models.Model):
    """Whom a support for everyone reaches: all students of its school, of some grades, or of one section.

    A support may have several; a student named by any of them is reached. Nobody is copied: it is worked out.
    """

    support = models.ForeignKey(Support, on_delete=models.CASCADE, related_name="rules")
    school = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    grades = models.CharField(max_length=100, blank=True)  # codes, separated by spaces; empty: every grade

    def __str__(self) -> str:
        return f"{self.support_id}: {self.grades or 'every grade'}"


class Participation(models.Model):
    """A student in a listed support, or waiting for a place, between two dates."""

    class Status(models.TextChoices):
        """Whether the student is in it."""

        ACTIVE = "active", _("In it")
        WAITLISTED = "waitlisted", _("Waiting for a place")
        EXITED = "exited", _("No longer in it")

    source_id = models.CharField(max_length=255, unique=True, null=True)
    support = models.ForeignKey(Support, on_delete=models.PROTECT, related_name="participations")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="participations")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.ACTIVE)
    begin = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    referred_by = models.CharField(max_length=60, blank=True)
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, blank=True, db_index=False)

    class Meta:
        constraints = [dates_in_order("participation_dates_in_order")]

    def __str__(self) -> str:
        return f"{self.student_id} in {self.support_id}"


class Position(models.Model):
    """What is particular to a support that is a person: how much of one, and whether the place is filled."""

    support = models.OneToOneField(Support, on_delete=models.CASCADE, related_name="position")
    full_time_equivalent = models.DecimalField(max_digits=5, decimal_places=2)
    vacant_since = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(full_time_equivalent__gte=0), name="position_not_negative")]

    def __str__(self) -> str:
        return f"{self.full_time_equivalent}"


class Partnership(models.Model):
    """What is particular to a support that others give: who, and until when the agreement holds."""

    support = models.OneToOneField(Support, on_delete=models.CASCADE, related_name="partnership")
    partner = models.CharField(max_length=200)
    agreement_until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.partner


class ProfessionalLearning(models.Model):
    """What is particular to learning for adults: does it hand over tools, or set out to change what they believe?"""

    class Aim(models.TextChoices):
        """What the learning is for (the report tells the two apart)."""

        TOOLS = "tools", _("To give tools")
        BELIEFS = "beliefs", _("To change beliefs")

    support = models.OneToOneField(Support, on_delete=models.CASCADE, related_name="learning")
    aim = models.CharField(max_length=20, choices=Aim.choices)
    hours = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    adults = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.aim
