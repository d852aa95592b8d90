"""What a team does for care, as it lists it: each may be a lever, or there because it is expected."""

from django.db import models

from heartwork.roster.models import StaffMember
from heartwork.supports.models import Support
from heartwork.teams.models import Team


class Lever(models.Model):
    """One thing that a team does for care. It stays on the team's list from one meeting to the next."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="levers")
    name = models.CharField(max_length=200)
    support = models.ForeignKey(Support, on_delete=models.SET_NULL, null=True, blank=True, related_name="levers")
    since = models.PositiveSmallIntegerField(null=True, blank=True)  # a year
    law = models.CharField(max_length=200, blank=True)  # where the law asks for it, if it does
    same_as = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="others")
    left_out_at = models.DateTimeField(null=True, blank=True)  # not what the team wants to talk about
    listed_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "support"], condition=models.Q(support__isnull=False), name="lever_of_support_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
