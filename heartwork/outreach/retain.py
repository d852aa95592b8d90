"""What was tried to reach a family goes when it is old."""

from django.utils.translation import gettext_lazy as _

from heartwork.outreach.models import OutreachAttempt
from heartwork.privacy.retention import Sweep, offer

offer(
    Sweep(
        "outreach",
        *(36, 12, 84),
        since=_("the day on which it was tried"),
        would_go=lambda before: OutreachAttempt.objects.filter(date__lt=before).count(),
        remove=lambda before: OutreachAttempt.objects.filter(date__lt=before).delete()[0],
    )
)
