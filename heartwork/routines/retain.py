"""What people answered about a change goes soon: it is told for a few weeks, and nothing else is made of it."""

from django.utils.translation import gettext_lazy as _

from heartwork.privacy.retention import Sweep, offer
from heartwork.routines.models import Heard

offer(
    Sweep(
        "heard",
        *(6, 2, 36),
        since=_("the week of the answer"),
        would_go=lambda before: Heard.objects.filter(week__lt=before).count(),
        remove=lambda before: Heard.objects.filter(week__lt=before).delete()[0],
    )
)
