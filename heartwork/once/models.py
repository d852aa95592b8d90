"""What was acted upon, so that the same request or the same task does not act again; and which workers live."""

from django.db import models

from heartwork.sealing.fields import SealedTextField


class Answered(models.Model):
    """One request that changed something, and what it was answered."""

    key = models.CharField(max_length=64, unique=True)  # a keyed hash of who, where, which form, and what it said
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = SealedTextField(blank=True)

    class Meta:
        verbose_name_plural = "answered"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.status}"


class Effect(models.Model):
    """Something that a task has done, and does not do again (`effects.py`)."""

    key = models.CharField(max_length=200, unique=True)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key


class Beat(models.Model):
    """That a worker for long work lives: when it was last heard of."""

    worker = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.worker} {self.at:%H:%M:%S}"
