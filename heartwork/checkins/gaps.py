"""What check-ins add to the gap finder: whether an adult here knows how a student is doing, and who has gone quiet."""

from django.db.models import BooleanField, Expression, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from heartwork.checkins.models import CheckIn
from heartwork.checkins.queries import RECENT
from heartwork.supports.rules import Asked, Narrower, PageOfItsOwn, add_fact, add_page, narrow_rule


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
add_page(
    PageOfItsOwn(
        "gone-quiet",
        _("Gone quiet"),
        _("Students whose moods fall time after time, or lie far below their own usual, and who did not ask to talk."),
        needs="checkin.read",
    )
)
