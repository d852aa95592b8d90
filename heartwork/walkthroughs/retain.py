"""What observers noted goes when it is old: by default five years after the visit, for a school is seen over time."""

from django.utils.translation import gettext_lazy as _

from heartwork.privacy.retention import Sweep, offer
from heartwork.walkthroughs.models import Visit

offer(
    Sweep(
        "walks",
        *(60, 12, 120),
        since=_("the day of the visit"),
        would_go=lambda before: Visit.objects.filter(held_on__lt=before).count(),
        remove=lambda before: Visit.objects.filter(held_on__lt=before).delete()[1].get("walkthroughs.Visit", 0),
    )
)
