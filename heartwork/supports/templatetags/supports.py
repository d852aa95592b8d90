"""Small things that each line of a list of supports says: its mark, who is in it, who waits.

They are tags and not templates of their own: a list says them up to fifty times, and including a template is dear.
"""

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from heartwork.supports.coverage import PlacesLine
from heartwork.supports.models import Emphasis, Reach
from heartwork.supports.queries import SupportLine
from heartwork.web.constellation import key_glyph
from heartwork.web.templatetags.web import hidden_figure

register = template.Library()


@register.simple_tag
def emphasis_mark(emphasis: Emphasis) -> SafeString:
    """The shape and colour of an emphasis, with its words for who cannot see them."""
    return format_html('{}<span class="hidden-visually">{}: </span>', key_glyph(emphasis.code), emphasis)


@register.simple_tag
def in_it(line: PlacesLine | SupportLine) -> str:
    """How many are in a support, as far as the reader may know."""
    numbers = line.numbers
    if line.support.reach == Reach.EVERYONE:
        return gettext("everyone")
    if line.support.reach == Reach.ADULTS:
        return gettext("adults")
    if numbers.active is None:
        return hidden_figure()
    if numbers.capacity is not None:
        return gettext("%(n)s of %(of)s") % {"n": intcomma(numbers.active), "of": intcomma(numbers.capacity)}
    return intcomma(numbers.active) if numbers.active else gettext("nobody")


@register.simple_tag
def waiting(line: PlacesLine | SupportLine) -> str:
    """How many wait for a support, as far as the reader may know."""
    if line.support.reach != Reach.LISTED:
        return ""
    if line.numbers.waiting is None:
        return hidden_figure()
    return intcomma(line.numbers.waiting) if line.numbers.waiting else gettext("nobody")
