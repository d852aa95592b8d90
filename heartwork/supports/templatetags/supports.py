"""The mark of what a support sets out to do, for lists and tables."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from heartwork.supports.models import Emphasis
from heartwork.web.constellation import key_glyph

register = template.Library()


@register.simple_tag
def emphasis_mark(emphasis: Emphasis) -> SafeString:
    """The shape and colour of an emphasis, with its words for who cannot see them."""
    return format_html('{}<span class="hidden-visually">{}: </span>', key_glyph(emphasis.code), emphasis)
