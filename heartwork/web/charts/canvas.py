"""Paper for a chart: sizes, scales, and texts that never cover one another."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from django.utils.safestring import SafeString, mark_safe

from heartwork.web.charts.figure import plain
from heartwork.web.charts.units import Unit
from heartwork.web.constellation import solve_column, text_width

Box = tuple[float, float, float, float]  # left, top, right, bottom
Spot = tuple[float, float, str]  # x, baseline, anchor


@dataclass(frozen=True)
class Size:
    """The measures of a picture in px. font: as the stylesheet sets it for this kind of picture."""

    kind: str
    width: float
    plot: float  # height of the plot
    right: float
    font: float
    dot: float
    ring: float
    gap: float
    ticks: int


WIDE = Size("wide", 1080, 300, 132, 14, 4.2, 7.5, 40, 7)
NARROW = Size("narrow", 328, 210, 12, 15, 3, 6, 16, 5)
SPARK = Size("spark", 136, 28, 4, 14, 3, 3.5, 5, 4)
PANEL = Size("panel", 340, 100, 8, 15, 2.4, 4.5, 12, 4)


class Canvas:
    """Shapes in the order in which they are drawn, and the places that texts have taken."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.shapes: list[str] = []
        self.taken: list[Box] = []
        self.height = 0.0

    def draw(self, shape: str) -> None:
        """Add a shape."""
        self.shapes.append(shape)

    def line(self, kind: str, points: Sequence[tuple[float, float]]) -> None:
        """A line through points."""
        self.shapes.append(f'<path class="{kind}" d="{path(points)}"/>')

    def box(self, words: str, spot: Spot) -> Box:
        """The room that words would take."""
        x, y, anchor = spot
        width, size = text_width(words, self.size.font), self.size.font
        left = x - (width if anchor == "end" else width / 2 if anchor == "middle" else 0)
        return left, y - size * 0.8, left + width, y + size * 0.26

    def is_free(self, box: Box, others: Iterable[Box] = ()) -> bool:
        """Whether a text could stand there: within the picture, and over no other text."""
        left, top, right, bottom = box
        if left < 0 or right > self.size.width or top < 0 or (self.height and bottom > self.height):
            return False
        for taken in (self.taken, others):
            for a, b, c, d in taken:
                if left < c and a < right and top < d and b < bottom:
                    return False
        return True

    def write(self, kind: str, words: str, spot: Spot, box: Box | None = None) -> None:
        """Words at a spot, whatever is there; the room is taken from now on."""
        x, y, anchor = spot
        self.taken.append(box or self.box(words, spot))
        how = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self.shapes.append(f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}"{how}>{escape(words)}</text>')

    def place(self, kind: str, words: str, spots: Iterable[Spot], others: Sequence[Box] = ()) -> Spot | None:
        """Words at the first spot that is free; None, and nothing written, when none is."""
        for spot in spots:
            box = self.box(words, spot)
            if self.is_free(box, others):
                self.write(kind, words, spot, box)
                return spot
        return None

    def column(self, wanted: Sequence[float], heights: Sequence[float], gap: float) -> list[float]:
        """The middles of blocks one above the other, near where they want to be, and all within the picture."""
        middles = solve_column(wanted, heights, gap)
        if not middles:
            return middles
        above = 2 - (middles[0] - heights[0] / 2)
        below = middles[-1] + heights[-1] / 2 - (self.height - 2)
        shift = above if above > 0 else -below if below > 0 else 0.0
        return [middle + shift for middle in middles]

    def svg(self, ident: str, title: str, desc: str) -> SafeString:
        """All of it as one picture with a name and a description."""
        size, height = self.size, self.height
        return mark_safe(  # noqa: S308 – every word in it was escaped on its way
            f'<svg class="chart {size.kind}" viewBox="0 0 {size.width:.0f} {height:.0f}" width="{size.width:.0f}" '
            f'height="{height:.0f}" role="img" aria-labelledby="{ident}-t {ident}-d"><title id="{ident}-t">'
            f'{escape(title)}</title><desc id="{ident}-d">{escape(plain(desc))}</desc>{"".join(self.shapes)}</svg>'
        )


def path(points: Iterable[tuple[float, float]]) -> str:
    """A line through points, as SVG writes it."""
    return "M" + "L".join([f"{x:.1f} {y:.1f}" for x, y in points])


def crosses(box: Box, line: Sequence[tuple[float, float]]) -> bool:
    """Whether a line, whose points run from left to right, passes through a box.

    >>> crosses((0, 0, 2, 2), [(-1, 1), (3, 1)]), crosses((0, 0, 2, 2), [(-1, 4), (3, 4)])
    (True, False)
    """
    left, top, right, bottom = box
    for (a, b), (c, d) in pairwise(line):
        if c < left or a > right:
            continue
        slope = (d - b) / (c - a) if c > a else 0.0
        ends = [b + slope * (x - a) for x in (max(a, left), min(c, right))]
        if min(ends) < bottom and max(ends) > top:
            return True
    return False


def pieces(places: Iterable[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """A line in the pieces between the places where it is broken; a piece has at least two points.

    >>> pieces([(0, 1), (1, 2), None, (3, 1)])
    [[(0, 1), (1, 2)]]
    """
    out: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place is None:
            out.append([])
        else:
            out[-1].append(place)
    return [piece for piece in out if len(piece) > 1]


@dataclass(frozen=True)
class Scale:
    """The upright axis: values from low (at bottom) to high (at top), with round numbers to write beside it."""

    low: float
    high: float
    top: float
    bottom: float
    marks: tuple[float, ...]
    decimals: int

    def y(self, value: float) -> float:
        """Where a value lies; one beyond the scale, at its end."""
        share = (value - self.low) / (self.high - self.low)
        return self.bottom - min(1.0, max(0.0, share)) * (self.bottom - self.top)


def scale(values: Sequence[float], unit: Unit, most: int, top: float, bottom: float) -> Scale:
    """A scale that holds all values, with about so many round marks.

    >>> scale([41, 58], Unit("percent", most=100), 6, 0, 100).marks
    (40.0, 45.0, 50.0, 55.0, 60.0)
    """
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if high - low < 1e-9 * max(1.0, abs(high)):
        room = abs(high) * 0.1 or 1.0
        low, high = low - room, high + room
    least = None if unit.least is None or low < unit.least else unit.least
    greatest = None if unit.most is None or high > unit.most else unit.most
    room = (high - low) * 0.04  # so that no ring lies on the edge
    low = low - room if least is None else max(least, low - room)
    high = high + room if greatest is None else min(greatest, high + room)
    rough = (high - low) / max(1, most - 1)
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough * 0.999999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if least is not None:
        first = max(first, math.ceil(least / step - 1e-9))
    if greatest is not None:
        last = max(first + 1, min(last, math.floor(greatest / step + 1e-9)))
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    marks = tuple(round(i * step, decimals) for i in range(first, last + 1))
    low = min(marks[0], low) if least is None else max(least, min(marks[0], low))
    return Scale(low, max(marks[-1], high), top, bottom, marks, decimals)


def left_of(marks: Scale, unit: Unit, font: float) -> float:
    """How much room the numbers beside the axis need."""
    return max(text_width(words, font) for words in unit.on_axis(marks.marks, marks.decimals)) + 12


def hatch(ident: str) -> str:
    """The sign for "nothing here": thin slanted lines."""
    return (
        f'<pattern id="{ident}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<path d="M0 0V7" class="empty-line"/></pattern>'
    )


def upright(canvas: Canvas, marks: Scale, unit: Unit, left: float, right: float) -> None:
    """The lines of a scale and the numbers beside them."""
    for mark, words in zip(marks.marks, unit.on_axis(marks.marks, marks.decimals), strict=True):
        y = marks.y(mark)
        canvas.draw(f'<path class="axis" d="M{left:.1f} {y:.1f}H{right:.1f}"/>')
        canvas.write("tick-label", words, (left - 8, y + 5, "end"))
