"""What check-ins add to the gap finder: whether a student said that an adult here knows how they are doing."""

import datetime

from django.db.models import BooleanField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from heartwork.checkins.models import CheckIn
from heartwork.supports.rules import Asked, Narrower, narrow_rule

RECENT = datetime.timedelta(weeks=8)  # an older answer says little about now


def does_not_say_an_adult_knows_them(asked: Asked) -> Q:
    """The student's latest recent answer was no, or there is none: no answer is not a yes."""
    recent = CheckIn.objects.filter(
        student=OuterRef("pk"), week__lte=asked.day, week__gt=asked.day - RECENT, adult_knows_me__isnull=False
    )
    latest = Subquery(recent.order_by("-week", "-pk").values("adult_knows_me")[:1])
    return ~Q(Coalesce(latest, Value(False), output_field=BooleanField()))


narrow_rule(
    "disconnected",
    Narrower(
        _("In the last eight weeks they did not say that an adult here knows how they are doing."),
        does_not_say_an_adult_knows_them,
        needs="checkin.read",
    ),
)
