"""Views of a team as dots, one a person, above the steps of a scale: never a mean."""

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

STEP, ACROSS, EACH, LOWEST = 80, 3, 21, 12  # px: a step of the scale; dots in a row; one dot; room below


def dots(counts: Sequence[int], scale: Sequence[object], *, title: str, mine: int | None) -> SafeString:
    """How many stand at each step, as a picture with the same in words.

    counts: n >= 1 numbers of people, one a step; scale: the steps' words. mine: the viewer's own step, from 1, whose
    dot is ringed, seen by them alone.
    """
    rows = max(1, max((count + ACROSS - 1) // ACROSS for count in counts))
    height, width = rows * EACH + 29, STEP * len(counts)
    base = height - LOWEST
    drawn = [f'<path class="row-line" d="M4 {base + 4}H{width - 4}" stroke-width="1.5"/>']
    for step, count in enumerate(counts):
        middle = STEP * step + STEP / 2
        drawn.append(f'<path class="row-line" d="M{middle} {base}v8" stroke-width="1.5"/>')
        for n in range(count):
            row, place = divmod(n, ACROSS)
            in_row = min(ACROSS, count - row * ACROSS)
            x, y = middle + (place - (in_row - 1) / 2) * EACH, base - 12 - row * EACH
            if n == 0 and mine == step + 1:
                drawn.append(f'<circle class="mine" cx="{x}" cy="{y}" r="10.5"/>')
                drawn.append(f'<circle class="pupil" cx="{x}" cy="{y}" r="3.2"/>')
            else:
                drawn.append(f'<circle class="view" cx="{x}" cy="{y}" r="8.5"/>')
        if count:
            top = base - 12 - ((count - 1) // ACROSS) * EACH - 16
            drawn.append(f'<text x="{middle}" y="{top + 4}" text-anchor="middle" font-size="16">{count}</text>')
    said = [gettext("%(n)d %(step)s") % {"n": count, "step": words} for count, words in zip(counts, scale, strict=True)]
    return format_html(
        '<svg class="views" viewBox="0 -10 {} {}" role="img" aria-label="{}: {}">{}</svg>',
        *(width, height + 10, title, ", ".join(said)),
        mark_safe("".join(drawn)),  # noqa: S308 – numbers of our own
    )
