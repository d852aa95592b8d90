"""Words that somebody saves as they type, sealed; how they are taken in stands in `web/drafts.py`."""

from django.db import models

from heartwork.sealing.fields import SealedTextField


class Draft(models.Model):
    """Saved words; a room says whose, and about what."""

    text = SealedTextField(blank=True)
    version = models.PositiveIntegerField(default=0)  # grows with each save; a save from an older one is not lost
    window = models.CharField(max_length=40, blank=True)  # which open page saved last: its own saves follow each other
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
