"""What the gap finder asks of relationships: whom nobody named when a team last looked."""

import datetime

from django.db.models import Case, Expression, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from heartwork.relationships.models import Standing
from heartwork.supports.rules import Asked, StudentRule, add_fact, add_rule, always

A_YEAR = datetime.timedelta(days=365)
UNKNOWN, NAMED, NOBODYS = range(3)


def how_it_stood(asked: Asked) -> Expression:
    """How it stood with the student when a meeting last closed, within a year of the day."""
    lately = Standing.objects.filter(student=OuterRef("pk"), on__lte=asked.day, on__gt=asked.day - A_YEAR)
    nobodys = Q(adults=0) & ~Q(names_someone=True)  # whether they named none or have not answered
    code = Case(When(nobodys, then=NOBODYS), default=NAMED, output_field=IntegerField())
    latest = Subquery(lately.order_by("-on", "-pk").annotate(code=code).values("code")[:1])
    return Coalesce(latest, Value(UNKNOWN), output_field=IntegerField())


add_fact("standing", how_it_stood)
add_rule(
    StudentRule(
        "nobodys",
        _("Named by nobody"),
        always(
            _(
                "When a team last asked who knows whom, no adult said that they know the student well, and the student "
                "named no adult."
            )
        ),
        lambda asked: Q(standing=NOBODYS),
        among=lambda asked: Q(standing__in=[NAMED, NOBODYS]),
        among_words=_("students at schools where a team asked in the last year"),
        unknown=lambda asked: Q(standing=UNKNOWN),
        unknown_words=_("no team asked who knows whom in the last year"),
    )
)
