"""What was done and what was seen, by whom and when. Only ever added to."""

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One thing somebody did, or one sensitive record somebody saw. Kept: who, what, when; never what was said.

    The database itself refuses to change or delete an entry (see the triggers in migration 0002).
    """

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="entries")
    verb = models.CharField(max_length=60)  # "support.begun", "student.seen"
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_pk = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)  # counts, dates, reasons; no words of a person

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["subject_kind", "subject_pk", "at"], name="journal_subject"),
            models.Index(fields=["actor", "at"], name="journal_actor"),
            models.Index(fields=["verb", "at"], name="journal_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"


class Waiting(models.Model):
    """An entry that has no link in the chain yet. The database puts it here; linking takes it away."""

    entry_pk = models.BigIntegerField(primary_key=True)

    class Meta:
        verbose_name_plural = "waiting"

    def __str__(self) -> str:
        return str(self.entry_pk)


class Link(models.Model):
    """One link of the chain: a hash of an entry's content and of the link before, so that no change goes unseen.

    Apart from the entry, which nobody may change once it is written: `chain.py` says when and how links are made.
    """

    number = models.BigIntegerField(primary_key=True)  # 1, 2, 3 ... without a gap
    entry_pk = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)  # SHA-256

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:8]}"
