"""Absences, referrals and screenings go when they are old."""

from django.utils.translation import gettext_lazy as _

from heartwork.privacy.retention import Sweep, offer
from heartwork.records.models import Absence, Referral, Screening

offer(
    Sweep(
        "attendance",
        *(84, 12, 240),
        since=_("the day of the absence"),
        would_go=lambda before: Absence.objects.filter(date__lt=before).count(),
        remove=lambda before: Absence.objects.filter(date__lt=before).delete()[0],
    )
)
offer(
    Sweep(
        "referrals",
        *(84, 12, 240),
        since=_("the day of the referral"),
        would_go=lambda before: Referral.objects.filter(date__lt=before).count(),
        remove=lambda before: Referral.objects.filter(date__lt=before).delete()[0],
    )
)
offer(
    Sweep(
        "screening",
        *(84, 12, 240),
        since=_("the day of the screening"),
        would_go=lambda before: Screening.objects.filter(date__lt=before).count(),
        remove=lambda before: Screening.objects.filter(date__lt=before).delete()[0],
    )
)
