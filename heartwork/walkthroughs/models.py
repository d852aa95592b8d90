"""What observers saw of care as they walked through a school."""

import json
import uuid

from django.db import models
from django.urls import reverse
from django.utils import timezone

from heartwork.roster.models import Organization, StaffMember
from heartwork.sealing.fields import SealedTextField
from heartwork.teams.models import Meeting
from heartwork.walkthroughs.walking import FEWEST, Answers, is_marked, read, unlinked


class Visit(models.Model):
    """One day on which a school is walked through, by one or several observers."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    school = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField()
    planned_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    talks = models.ManyToManyField(Meeting, related_name="visits")  # the meetings in which a team talked about it
    told = SealedTextField(blank=True)  # JSON: `to_tell`, kept when somebody sends or takes back after it could be read

    class Meta:
        ordering = ["-held_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["school", "held_on"], name="visit_once_a_day")]

    def __str__(self) -> str:
        return f"{self.school_id} {self.held_on}"

    def get_absolute_url(self) -> str:
        """What was seen, as far as the reader may know it."""
        return reverse("visit", args=[self.public_id])

    @property
    def to_tell(self) -> list[Answers]:
        """The marks that are told: once, when the day is over and three observers have marked something; else none.

        Counted again with each sending, the step from one count to the next would be what one person marked.
        """
        if self.told:
            kept: list[Answers] = json.loads(self.told)
            return kept
        marked = [answers for walk in self.walks.all() if is_marked(answers := read(walk.answers))]
        return unlinked(marked) if self.held_on < timezone.localdate() and len(marked) >= FEWEST else []


class Walk(models.Model):
    """What one observer saw on a visit, once they have sent it. Until then it is on their own phone only."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="walks")
    observer = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    answers = SealedTextField()  # JSON: see `Answers` in walking.py
    draft = models.CharField(max_length=40, blank=True)  # which draft it was sent from
    sent_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["visit", "observer"], name="walk_once")]

    def __str__(self) -> str:
        return f"{self.visit_id} by {self.observer_id}"
