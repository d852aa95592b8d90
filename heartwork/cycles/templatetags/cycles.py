"""How the numbers of a measure, and what is expected of them, are written."""

from django import template
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext

from heartwork.cycles.models import Prediction
from heartwork.cycles.results import Value, level
from heartwork.measures.models import Measure

register = template.Library()


@register.filter
def counted(number: float, measure: Measure) -> str:
    """A number of this measure with what stands behind it: "66.5%" of a share; the name of a rate says of what."""
    return f"{floatformat(number)}%" if measure.is_share else floatformat(number)


@register.filter
def drawn(value: Value, measure: Measure) -> float | None:
    """One value as it is drawn: a share in percent."""
    return level(measure, [value])


@register.filter
def expected(prediction: Prediction) -> str:
    """What is expected: "60 to 70%", "60% or more", and where."""
    low, high = prediction.low, prediction.high
    words = {
        "low": "" if low is None else counted(low, prediction.measure),
        "high": "" if high is None else counted(high, prediction.measure),
    }
    if low is None:
        text = gettext("%(high)s or less") % words
    elif high is None:
        text = gettext("%(low)s or more") % words
    else:
        text = words["low"] if low == high else gettext("%(low)s to %(high)s") % words
    return f"{text}, {prediction.school.name}" if prediction.school else text
