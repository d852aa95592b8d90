"""Who knows whom goes when it is old: by default at the end of the school year after, at the latest."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from heartwork.privacy.retention import Sweep, midnight, offer
from heartwork.relationships.models import Knows, LooksAfter, Marks, Round, Standing


def _rounds(before: datetime.date) -> QuerySet[Round]:
    return Round.objects.filter(meeting__closed_at__lt=midnight(before))


def _let_go(before: datetime.date) -> QuerySet[LooksAfter]:
    return LooksAfter.objects.filter(ended_on__lt=before)


def _remove_rounds(before: datetime.date) -> int:
    """The marks, who let them be seen and how it stood; the meeting itself stays."""
    gone = sum(rows.filter(round__in=_rounds(before)).delete()[0] for rows in _of_rounds())
    return gone + _let_go(before).delete()[0]


def _of_rounds() -> list[QuerySet[Any]]:
    return [Standing.objects.all(), Knows.objects.all(), Marks.objects.all()]


offer(
    Sweep(
        "relationships",
        *(24, 1, 36),
        since=_("the day on which the meeting closed, or the adult let go"),
        would_go=lambda before: (
            sum(rows.filter(round__in=_rounds(before)).count() for rows in _of_rounds()) + _let_go(before).count()
        ),
        remove=_remove_rounds,
    )
)
