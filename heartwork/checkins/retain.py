"""Check-ins go when they are old: by default at the end of the school year after, at the latest."""

from django.utils.translation import gettext_lazy as _

from heartwork.checkins.models import CheckIn
from heartwork.privacy.retention import Sweep, offer

offer(
    Sweep(
        "checkins",
        *(24, 1, 36),
        since=_("the week of the answer"),
        would_go=lambda before: CheckIn.objects.filter(week__lt=before).count(),
        remove=lambda before: CheckIn.objects.filter(week__lt=before).delete()[0],
    )
)
