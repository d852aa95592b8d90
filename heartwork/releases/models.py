"""Figures about groups that were told to those who may not open each record behind them. Only ever added to."""

from django.db import models


class Release(models.Model):
    """The answer to one question, as it was told from a day on until enough people have come or gone for another."""

    question = models.CharField(max_length=200)  # "students by school and grade"
    number = models.PositiveIntegerField()  # 1 is the first answer to it
    minimum = models.PositiveSmallIntegerField()  # people, below which a count was hidden
    day = models.DateField()  # on which it was first told
    counts = models.JSONField()  # how many people were in each cell: to know whether enough have moved; never shown
    told = models.JSONField()  # each figure, or null where it was hidden
    how = models.CharField(max_length=10)  # as `analysis.suppression.Told.how`

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "minimum", "number"], name="one_release_of_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.question}, {self.day}"
