"""One question a week, to which each answers for themselves; a room says about what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from heartwork.roster.models import StaffMember
from heartwork.sealing.fields import SealedTextField


class Pulse(models.Model):
    """What one person answers in one week: theirs alone, and counted with the others'. A room says to what."""

    class Answer(models.TextChoices):
        """The three answers to any such question."""

        YES = "yes", _("Yes")
        PARTLY = "partly", _("Partly")
        NO = "no", _("Not yet")

    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    week = models.DateField()  # its Monday
    answer = SealedTextField()

    class Meta:
        abstract = True
