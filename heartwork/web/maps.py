"""Draws boxes in columns and the links between them: one map, or two like mirror images, with what they share between.

Data in, SVG out; colours live in heartwork.css. A row holds the same thing on both sides, so a link that both maps have
is a shape repeated, and one that they do not is a hole. Colours and strokes stand as attributes too, for paper, which
knows no style sheet.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from heartwork.web.constellation import wrap

BOX, PITCH, TALL, HEAD = 176, 84, 72, 56  # px: a box's width; from row to row; a box's height; room for the headings
STEP = 240  # px: from one column to the next
LETTER, LINE = 14.5, 18  # px: size of the words, from line to line

Pair = tuple[int, int]  # keys of two boxes, of which the first leads to the second


@dataclass(frozen=True)
class Box:
    """One thing. why: told under the words of one that stands out; is_here: else only its place is on this map."""

    key: int
    kind: str
    name: str
    why: str = ""
    is_here: bool = True


@dataclass(frozen=True)
class Column:
    """Things of one kind, from the top."""

    head: str
    boxes: Sequence[Box]


@dataclass(frozen=True)
class Side:
    """One map: its columns, the outermost first, and its links, which may lead on to what stands in the middle."""

    title: str
    columns: Sequence[Column]
    links: Set[Pair]


def draw(sides: Sequence[Side], middle: Column, *, said: str) -> SafeString:
    """One map, with `middle` as its last column; or two, with `middle` between them. said: for those who hear it."""
    mirrored = len(sides) == 2
    width = STEP * sum(len(side.columns) for side in sides) + BOX
    rows = max(1, *(len(column.boxes) for column in [*sides[0].columns, middle]))
    both = sides[0].links & sides[1].links if mirrored else set()
    shapes: list[SafeString] = []
    for number, side in enumerate(sides):
        columns = [*side.columns, middle]
        lefts = [width - BOX - STEP * n if number else STEP * n for n in range(len(columns))]
        at: dict[int, Place] = {}
        for left, column in zip(lefts, columns, strict=True):
            at |= {box.key: place for place, box in _at(left, column, rows)}
        for start, end in sorted(side.links, key=lambda pair: (pair in both, pair)):
            if start in at and end in at:
                shapes.append(_link(at[start], at[end], is_both=(start, end) in both, leftward=bool(number)))
        for left, column in zip(lefts, side.columns, strict=False):
            shapes += _column(left, column, rows)
    shapes += _column(STEP * len(sides[0].columns), middle, rows, look=" middle")
    if mirrored:
        words = '<text x="{}" y="16" text-anchor="{}" font-weight="700">{}</text>'
        shapes += [format_html(words, 0, "start", sides[0].title), format_html(words, width, "end", sides[1].title)]
    return format_html(
        '<svg class="map{}" viewBox="0 0 {} {}" role="img" aria-label="{}" font-family="sans-serif"'
        ' font-size="{}">{}</svg>',
        *("" if mirrored else " one", width, HEAD + rows * PITCH + 8, said, LETTER),
        format_html_join("", "{}", ((shape,) for shape in shapes)),
    )


Place = tuple[float, float]  # of a box: its left edge, and the middle of its height


def _at(left: float, column: Column, rows: int) -> list[tuple[Place, Box]]:
    """Where each box of a column stands; a shorter column in the middle of the longest."""
    top = HEAD + (rows - len(column.boxes) + 1) * PITCH / 2
    return [((left, top + n * PITCH), box) for n, box in enumerate(column.boxes)]


def _link(start: Place, end: Place, *, is_both: bool, leftward: bool) -> SafeString:
    (x1, y1), (x2, y2) = start, end
    x1, x2 = (x1, x2 + BOX) if leftward else (x1 + BOX, x2)
    bend = (x1 + x2) / 2
    path = f"M{x1:.0f} {y1:.0f}C{bend:.0f} {y1:.0f} {bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    kind, stroke = ("link both", 5) if is_both else ("link", 1.75)
    return format_html('<path class="{}" fill="none" stroke="#555" stroke-width="{}" d="{}"/>', kind, stroke, path)


def _column(left: float, column: Column, rows: int, look: str = "") -> list[SafeString]:
    """The boxes of a column, and its heading."""
    head = format_html('<text class="head" x="{}" y="42" text-anchor="middle">{}</text>', left + BOX / 2, column.head)
    return [*(_box(x, centre, box, look) for (x, centre), box in _at(left, column, rows)), head]


def _box(x: float, centre: float, box: Box, look: str) -> SafeString:
    """A box with its words."""
    words = wrap(box.name, LETTER, BOX - 20, 2 if box.why else 3) if box.is_here else []
    lines = [*((word, "") for word in words), *([(box.why, "why" if box.is_here else "absent")] if box.why else [])]
    top = centre - (len(lines) - 1) * LINE / 2 + 5
    kind = f"box{look}{' orphan' if box.why else ''}" if box.is_here else "absent"
    said = ((x + BOX / 2, f"{top + LINE * n:.1f}", each, line) for n, (line, each) in enumerate(lines))
    return format_html(
        '<g data-part="{}" data-kind="{}"><title>{}</title><rect class="{}" x="{}" y="{}" width="{}" height="{}"'
        ' rx="12" fill="#fff" stroke="#555"{}/>{}</g>',
        *(box.key, box.kind, box.name, kind, x + 1, f"{centre - TALL / 2:.0f}", BOX - 2, TALL),
        SafeString(' stroke-dasharray="6 4"') if box.why else "",
        format_html_join("", '<text x="{}" y="{}" text-anchor="middle" class="{}">{}</text>', said),
    )
