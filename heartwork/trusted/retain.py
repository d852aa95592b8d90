"""What students said goes when it is old: by default a year after the link closed."""

import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from heartwork.privacy.retention import Sweep, midnight, offer
from heartwork.trusted.models import Asking


def _askings(before: datetime.date) -> QuerySet[Asking]:
    return Asking.objects.filter(closes_at__lt=midnight(before))


offer(
    Sweep(
        "trusted",
        *(12, 1, 24),
        since=_("the day on which the link closed"),
        would_go=lambda before: _askings(before).count(),
        remove=lambda before: _askings(before).delete()[0],
    )
)
