"""Small things every template needs: icons, and attributes of a form field."""

import secrets
import unicodedata
from functools import cache

from django import template
from django.forms import BoundField
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from heartwork.web.icons import ICONS
from heartwork.web.words import our_words

register = template.Library()
register.filter("our_words", our_words)


@register.simple_tag(takes_context=True)
def csrf_token(context: template.Context) -> SafeString:
    """Django's token, and beside it the key by which this form acts once, however often it is sent (`once`)."""
    return format_html(
        '{}<input type="hidden" name="once" value="{}">', CsrfTokenNode().render(context), secrets.token_urlsafe(16)
    )


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """An icon of the set in `web/icons.py`, hidden from screen readers: the words beside it say the same."""
    return mark_safe(  # noqa: S308 – our own constant
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{ICONS[name]}</svg>'
    )


@register.simple_tag
def hidden_figure() -> SafeString:
    """The one mark of a figure that is not told, whatever the reason: two marks would tell which was the small one."""
    return format_html('<span class="masked">{} {}</span>', icon("hidden"), gettext("hidden to protect privacy"))


@register.inclusion_tag("web/components/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, object]:
    """A form field with its label, hint and error, tied together for a screen reader."""
    described = [f"{bound.id_for_label}-hint"] if hint or bound.help_text else []
    described += [f"{bound.id_for_label}-error"] if bound.errors else []
    if described:
        bound.field.widget.attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        bound.field.widget.attrs["aria-invalid"] = "true"
    return {"field": bound, "hint": hint or bound.help_text}


@register.simple_tag
def marked(text: str) -> SafeString:
    """Our own sentence with one part between asterisks shown as with a highlighter; everything in it is escaped.

    >>> str(marked("Elm has *no support* for home"))
    'Elm has <mark>no support</mark> for home'
    """
    before, mark, rest = text.partition("*")
    inside, _, after = rest.partition("*")
    return format_html("{}<mark>{}</mark>{}", before, inside, after) if mark else format_html("{}", before)


@register.filter
def plainly(text: str, longest: int = 80) -> str:
    """Text out of somebody's file as it may be shown: what cannot be seen is named, and a long text is cut.

    A control, zero-width or direction character could hide or turn round what stands beside it.

    >>> plainly("Ro\\u202eb\\x00")
    'Ro⟨U+202E⟩b⟨U+0000⟩'
    """
    unseen = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    kept = text[:longest]
    seen = "".join(f"⟨U+{ord(c):04X}⟩" if unicodedata.category(c) in unseen else c for c in kept)
    return f"{seen}…" if len(text) > longest else seen
