"""The maps as a picture: outcomes in the middle, what each group does and believes outward, like mirror images.

A row holds the same thing on both sides, so a link that both groups drew is a shape repeated, and one that they did not
is a hole. Colours and strokes stand as attributes too, for paper, which knows no style sheet.
"""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from heartwork.beliefs.models import Kind, Part
from heartwork.beliefs.queries import TheMap
from heartwork.web.constellation import wrap

BOX, PITCH, TALL, HEAD = 176, 84, 72, 56  # px: a box's width; from row to row; a box's height; room for the headings
STEP = 240  # px: from one column to the next
LETTER, LINE = 14.5, 18  # px: size of the words, from line to line


def drawn(found: TheMap, groups: Sequence[int]) -> SafeString:
    """The map of one group, from beliefs on the left to outcomes; or of both, with the outcomes between them."""
    mirrored = len(groups) == 2
    width = STEP * (4 if mirrored else 2) + BOX
    columns = {Kind.BELIEF: found.beliefs, Kind.ACTION: found.actions, Kind.OUTCOME: found.agreed}
    rows = max(1, *(len(parts) for parts in columns.values()))
    centre = {
        part.pk: HEAD + (rows - len(parts)) * PITCH / 2 + n * PITCH + PITCH / 2
        for parts in columns.values()
        for n, part in enumerate(parts)
    }
    both = found.links[1] & found.links[2] if mirrored else set()
    shapes = []
    for side, group in enumerate(groups):
        left = {kind: (width - BOX - STEP * n if side else STEP * n) for n, kind in enumerate(Kind)}
        for pair in sorted(found.links[group], key=lambda pair: (pair in both, pair)):
            start, end = (found.by_pk[pk] for pk in pair)
            ends = (left[Kind(start.kind)] + (0 if side else BOX), left[Kind(end.kind)] + (BOX if side else 0))
            if start.pk in centre and end.pk in centre:
                shapes.append(_link(ends, (centre[start.pk], centre[end.pk]), is_both=pair in both))
        for kind in (Kind.BELIEF, Kind.ACTION):
            shapes += [
                _box(left[kind], centre[part.pk], part, _why(found, group, part), found.is_on(group, part))
                for part in columns[kind]
            ]
            shapes.append(_head(left[kind], kind))
    middle = STEP * 2
    for part in found.agreed:
        missed = all(found.stands_alone(group, part) for group in groups)
        shapes.append(_box(middle, centre[part.pk], part, gettext("nothing reaches it") if missed else "", True))
    shapes.append(_head(middle, Kind.OUTCOME))
    if mirrored:
        shapes += [
            format_html('<text x="0" y="16" font-weight="700">{}</text>', gettext("Group 1 began from what we do")),
            format_html(
                '<text x="{}" y="16" text-anchor="end" font-weight="700">{}</text>',
                *(width, gettext("Group 2 began from what we believe")),
            ),
        ]
    return format_html(
        '<svg class="map{}" viewBox="0 0 {} {}" role="img" aria-label="{}" font-family="sans-serif"'
        ' font-size="{}">{}</svg>',
        *("" if mirrored else " one", width, HEAD + rows * PITCH + 8, _title(found, mirrored), LETTER),
        format_html_join("", "{}", ((shape,) for shape in shapes)),
    )


def _title(found: TheMap, mirrored: bool) -> str:
    if mirrored:
        return gettext("Two maps of what we do and why. The lists below say the same.")
    return gettext("The map of your group. The lists below say the same.")


def _why(found: TheMap, group: int, part: Part) -> str:
    """Why a box stands out on the map of a group; "" for one that does not."""
    if not found.is_on(group, part):
        return gettext("not on this map")
    if not found.stands_alone(group, part):
        return ""
    return gettext("no action serves it") if part.kind == Kind.BELIEF else gettext("no belief explains it")


def _link(across: tuple[float, float], down: tuple[float, float], *, is_both: bool) -> SafeString:
    (x1, x2), (y1, y2) = across, down
    bend = (x1 + x2) / 2
    path = f"M{x1:.0f} {y1:.0f}C{bend:.0f} {y1:.0f} {bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    kind, stroke = ("link both", 5) if is_both else ("link", 1.75)
    return format_html('<path class="{}" fill="none" stroke="#555" stroke-width="{}" d="{}"/>', kind, stroke, path)


def _box(x: float, centre: float, part: Part, why: str, is_here: bool) -> SafeString:
    """A box with its words. why: told under the words of one that stands out."""
    words = wrap(part.name, LETTER, BOX - 20, 2 if why else 3) if is_here else []
    lines = [*((word, "") for word in words), *([(why, "why" if is_here else "absent")] if why else [])]
    top = centre - (len(lines) - 1) * LINE / 2 + 5
    kind = (
        "absent"
        if not is_here
        else "box" + (" outcome" if part.kind == Kind.OUTCOME else "") + (" orphan" if why else "")
    )
    said = ((x + BOX / 2, f"{top + LINE * n:.1f}", each, line) for n, (line, each) in enumerate(lines))
    return format_html(
        '<g data-part="{}" data-kind="{}"><title>{}</title><rect class="{}" x="{}" y="{}" width="{}" height="{}"'
        ' rx="12" fill="#fff" stroke="#555"{}/>{}</g>',
        *(part.pk, part.kind, part.name, kind, x + 1, f"{centre - TALL / 2:.0f}", BOX - 2, TALL),
        SafeString(' stroke-dasharray="6 4"') if why else "",
        format_html_join("", '<text x="{}" y="{}" text-anchor="middle" class="{}">{}</text>', said),
    )


def _head(x: float, kind: Kind) -> SafeString:
    words = {
        Kind.BELIEF: gettext("Beliefs"),
        Kind.ACTION: gettext("Actions"),
        Kind.OUTCOME: gettext("Outcomes we share"),
    }
    return format_html('<text class="head" x="{}" y="42" text-anchor="middle">{}</text>', x + BOX / 2, words[kind])
