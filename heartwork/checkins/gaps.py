"""What check-ins add to the gap finder: whether a student said that an adult here knows how they are doing."""

import datetime

from django.db.models import BooleanField, Expression, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from heartwork.checkins.models import CheckIn
from heartwork.supports.rules import Asked, Narrower, add_fact, narrow_rule

RECENT = datetime.timedelta(weeks=8)  # an older answer says little about now


def says_an_adult_knows_them(asked: Asked) -> Expression:
    """Whether the student's latest recent answer was yes; no answer is not a yes."""
    recent = CheckIn.objects.filter(
        student=OuterRef("pk"), week__lte=asked.day, week__gt=asked.day - RECENT, adult_knows_me__isnull=False
    )
    latest = Subquery(recent.order_by("-week", "-pk").values("adult_knows_me")[:1])
    return Coalesce(latest, Value(False), output_field=BooleanField())


add_fact("is_known_by_an_adult", says_an_adult_knows_them, "checkin.read")
narrow_rule(
    "disconnected",
    Narrower(
        _("In the last eight weeks they did not say that an adult here knows how they are doing."),
        lambda asked: Q(is_known_by_an_adult=False),
        needs="checkin.read",
    ),
)
