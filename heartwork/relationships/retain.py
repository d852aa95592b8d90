"""Who knows whom goes when it is old: by default at the end of the school year after, at the latest."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from heartwork.privacy.retention import Sweep, midnight, offer
from heartwork.relationships.models import Knows, LooksAfter, Marks, Standing


def _old(before: datetime.date) -> list[QuerySet[Any]]:
    """The marks, who let them be seen and how it stood, of meetings closed before; who was let go before that."""
    closed = {"round__meeting__closed_at__lt": midnight(before)}
    of_rounds = [rows.filter(**closed) for rows in (Standing.objects.all(), Knows.objects.all(), Marks.objects.all())]
    return [*of_rounds, LooksAfter.objects.filter(ended_on__lt=before)]


offer(
    Sweep(
        "relationships",
        *(24, 1, 36),
        since=_("the day on which the meeting closed, or the adult let go"),
        would_go=lambda before: sum(rows.count() for rows in _old(before)),
        remove=lambda before: sum(rows.delete()[0] for rows in _old(before)),
    )
)
