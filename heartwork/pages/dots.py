"""How many of how many, as dots: one for each, so that a share is seen and not worked out."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

MOST = 600  # beyond this, dots are only a texture: the sentence says it better
ACROSS, STEP, SIZE = 40, 13.2, 10


def dots(inside: int, among: int) -> SafeString | None:
    """The picture, the ones inside first; None where there are too many to draw, or none."""
    if not 0 < inside <= among <= MOST:
        return None
    drawn = "".join(
        f'<rect x="{n % ACROSS * STEP:.1f}" y="{n // ACROSS * STEP:.1f}" width="{SIZE}" height="{SIZE}" rx="3"'
        f' class="{"on" if n < inside else "off"}"/>'
        for n in range(among)
    )
    height = ((among - 1) // ACROSS + 1) * STEP
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        round(ACROSS * STEP - 2),
        round(height, 1),
        gettext("%(n)d of %(all)d") % {"n": inside, "all": among},
        mark_safe(drawn),  # noqa: S308 – numbers alone
    )
