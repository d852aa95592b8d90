"""Draws a chart over weeks of school. Data in, SVG out; colours and weights live in heartwork.css.

From below: the lines of the scale, cycles as spans, the band of what chance gives with its centre, stepping where a new
phase begins, rests as hatched gaps, the goal, the weeks themselves, rings and letters. Labels stand where neither the
data nor another label is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from heartwork.analysis.control_chart import ControlChart, PhaseResult
from heartwork.analysis.points import Label
from heartwork.web.charts.canvas import (
    Box,
    Canvas,
    Scale,
    Size,
    Spot,
    crosses,
    hatch,
    left_of,
    path,
    pieces,
    scale,
    upright,
)
from heartwork.web.charts.marks import TOGETHER, Marked
from heartwork.web.charts.periods import WEEKS, Periods
from heartwork.web.charts.units import Unit
from heartwork.web.charts.weeks import FEWEST_SLOTS, Gap, draw_gaps, lay_out, write_names
from heartwork.web.constellation import text_width, wrap

LANE = 20  # px, of a bracket under the plot
LONGEST = 320  # px, of a reason written beside its point; longer ones stand in the caption


@dataclass(frozen=True)
class Cycle:
    """A test of change, from its first period to its last."""

    first: Label
    last: Label
    name: str
    about: str = ""


class Plot:
    """One chart laid out in one size.

    shared: values the scale holds in place of the chart's own, and axis: labels the weeks are laid out by, so that
    pictures beside each other can be compared.
    """

    def __init__(
        self,
        chart: ControlChart,
        size: Size,
        ident: str,
        unit: Unit,
        *,
        periods: Periods = WEEKS,
        notes: Sequence[Marked] = (),
        cycles: Sequence[Cycle] = (),
        gaps: Sequence[Gap] = (),
        shared: Sequence[float] = (),
        axis: Sequence[Label] = (),
    ) -> None:
        self.chart, self.size, self.ident, self.unit, self.periods = chart, size, ident, unit, periods
        self.notes, self.canvas = notes, Canvas(size)
        points = chart.points
        marks = scale(shared or values_of(chart, unit), unit, size.ticks, 0, size.plot)
        self.left = left_of(marks, unit, size.font)
        needed = chart.phases[-1].needed if chart.phases else 0
        there = {point.label: point.y is not None for point in points}
        labels = [*axis] or [*there]
        self.weeks = lay_out(
            labels,
            [there.get(label, True) for label in labels],
            gaps,
            left=self.left,
            right=size.width - size.right,
            gap_width=size.gap,
            slots=1 if size.kind == "panel" else max(FEWEST_SLOTS, needed),
        )
        if axis:
            self.weeks = self.weeks.only([*there])
        self.cycles, lanes = self._cycles_in_lanes(cycles)
        self.lane = size.font * (2.35 if size.kind == "wide" else 1.2) + 12
        top = 14 + self.lane * lanes
        self.marks = Scale(marks.low, marks.high, top, top + size.plot, marks.marks, marks.decimals)
        self.stretches, lanes = self._stretches_in_lanes()
        self.foot = self.marks.bottom + LANE * lanes
        self.canvas.height = self.foot + (8 if size.kind == "panel" else size.font + 19)
        self.at = [  # where each point is drawn
            None if point.y is None or x is None else (x, self.marks.y(point.y))
            for point, x in zip(points, self.weeks.at, strict=True)
        ]
        self.line = [at for at in self.at if at is not None]
        self.dots: list[Box] = []  # the room that dots and rings take
        for point, at in zip(points, self.at, strict=True):
            if at is not None:
                (x, y), r = at, size.ring if point.sigma_signal else size.dot
                self.dots.append((x - r, y - r, x + r, y + r))

    def draw(self) -> Canvas:
        """The picture, ready to be written out."""
        canvas, marks, target = self.canvas, self.marks, self.chart.specification.target
        canvas.draw(hatch(f"{self.ident}-hatch"))
        if self.line or target is not None:
            upright(canvas, marks, self.unit, self.left, self.weeks.right)
        else:  # nothing yet: no number is written that nobody counted
            canvas.draw(f'<path class="axis" d="M{self.left:.1f} {marks.bottom:.1f}H{self.weeks.right:.1f}"/>')
            middle = (self.left + self.weeks.right) / 2, (marks.top + marks.bottom) / 2
            canvas.write("about", gettext("No numbers yet"), (*middle, "middle"))
        for cycle, a, b, lane in self.cycles:
            self._draw_cycle(cycle, a, b, marks.top - 8 - self.lane * lane)
        here = 0
        for phase in self.chart.phases:
            first = here
            while here < len(self.at) and self.chart.points[here].part == phase.part:
                here += 1
            self._draw_phase(phase, first, here)
        draw_gaps(canvas, self.weeks, self.ident, marks.top, marks.bottom)
        if target is not None:
            canvas.draw(f'<path class="goal" d="M{self.left:.1f} {marks.y(target):.1f}H{self.weeks.right + 6:.1f}"/>')
        self._draw_data()
        for note, lane in self.stretches:
            self._draw_stretch(note, marks.bottom + LANE * lane + 10)
        if self.size.kind != "panel":
            write_names(canvas, self.weeks, self.periods, self.foot + self.size.font + 9)
            self._write_levels()
            self._write_letters()
        return canvas

    # -- what lies behind the points

    def _cycles_in_lanes(self, cycles: Sequence[Cycle]) -> tuple[list[tuple[Cycle, float, float, int]], int]:
        """Each cycle with its left and right edge, and its row above the plot (0 is next to it); how many rows."""
        ends: list[float] = []
        out = []
        for cycle in sorted(cycles, key=lambda cycle: cycle.first):  # type: ignore[arg-type,return-value]
            inside = [
                i
                for i, label in enumerate(self.weeks.labels)
                if cycle.first <= label <= cycle.last and self.weeks.at[i] is not None  # type: ignore[operator]
            ]
            if not inside:
                continue
            a, b = self.weeks.edges(inside[0], inside[-1])
            long = max(text_width(words, self.size.font) for words in self._cycle_words(cycle))
            start = min(a, self.size.width - long - 2)
            lane = next((i for i, end in enumerate(ends) if end <= start), len(ends))
            ends[lane : lane + 1] = [max(b, start + long) + 10]
            out.append((cycle, a, b, lane))
        return out, len(ends)

    def _cycle_words(self, cycle: Cycle) -> list[str]:
        rows = [cycle.name, cycle.about] if self.size.kind == "wide" and cycle.about else [cycle.name]
        return [wrap(row, self.size.font, self.size.width * 0.3, 1)[0] for row in rows]

    def _draw_cycle(self, cycle: Cycle, a: float, b: float, y: float) -> None:
        """The span, its bar on top, and its name above the bar."""
        font, height = self.size.font, self.marks.bottom - y
        self.canvas.draw(f'<rect class="cycle" x="{a:.1f}" y="{y:.1f}" width="{b - a:.1f}" height="{height:.1f}"/>')
        self.canvas.draw(
            f'<rect class="cycle-bar" x="{a:.1f}" y="{y - 4:.1f}" width="{b - a:.1f}" height="5" rx="2.5"/>'
        )
        rows = self._cycle_words(cycle)
        x = min(a, self.size.width - max(text_width(row, font) for row in rows) - 2)
        for n, row in enumerate(reversed(rows)):
            kind = "on-cycle" if n == len(rows) - 1 else "about"
            self.canvas.write(kind, row, (x, y - 10 - n * font * 1.15, "start"))

    def _draw_phase(self, phase: PhaseResult, first: int, end: int) -> None:
        """Band, limits and centre of one phase, in pieces between rests; the band steps with each period's size."""
        for stretch in self.weeks.stretches:
            inside = [i for i in stretch if first <= i < end]
            if not inside:
                continue
            a, b = self.weeks.edges(inside[0], inside[-1])
            lower, upper = self._steps(inside)
            if lower:
                self.canvas.draw(f'<path class="band" d="{path([*upper, *reversed(lower)])}Z"/>')
                self.canvas.line("limit", upper)
                self.canvas.line("limit", lower)
            if phase.centre is not None:
                kind = "centre so-far" if phase.is_collecting else "centre"
                self.canvas.draw(f'<path class="{kind}" d="M{a:.1f} {self.marks.y(phase.centre):.1f}H{b:.1f}"/>')

    def _steps(self, inside: Sequence[int]) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
        """Lower and upper limit as steps; a period without a number takes those of the one before."""
        points, half = self.chart.points, self.weeks.step / 2
        lower: list[tuple[float, float]] = []
        upper: list[tuple[float, float]] = []
        now = next((points[i] for i in inside if points[i].lower is not None and points[i].upper is not None), None)
        if now is None:
            return lower, upper
        low, high = now.lower, now.upper
        y_low, y_high = self.marks.y(low or 0.0), self.marks.y(high or 0.0)
        for i in inside:
            point, x = points[i], self.weeks.at[i]
            if point.lower is not None and point.upper is not None and (point.lower != low or point.upper != high):
                low, high = point.lower, point.upper
                y_low, y_high = self.marks.y(low), self.marks.y(high)
            if x is None:
                continue
            for line, y in ((lower, y_low), (upper, y_high)):
                if line and line[-1][1] == y:
                    line[-1] = (x + half, y)
                    continue
                if line:  # pooled periods lie apart: the step reaches to the next one
                    line[-1] = (x - half, line[-1][1])
                line += [(x - half, y), (x + half, y)]
        return lower, upper

    # -- the points

    def _draw_data(self) -> None:
        """The line, broken by rests and by periods without a number, and a dot for each period."""
        size, out = self.size, self.canvas.shapes
        for stretch in self.weeks.stretches:
            for piece in pieces(self.at[i] for i in stretch):
                self.canvas.line("data", piece)
        for point, at in zip(self.chart.points, self.at, strict=True):
            if at is None:
                continue
            x, y = at
            if not point.is_included:
                d = size.ring * 0.8
                out.append(f'<path class="left-out" d="M{x - d:.1f} {y - d:.1f}l{2 * d:.1f} {2 * d:.1f}m0 {-2 * d:.1f}')
                out.append(f'l{-2 * d:.1f} {2 * d:.1f}"/>')
            elif point.sigma_signal:
                out.append(f'<circle class="special" cx="{x:.1f}" cy="{y:.1f}" r="{size.ring}"/>')
            else:
                is_together = point.signals and any(signal.rule in TOGETHER for signal in point.signals)
                kind = "dot together" if is_together else "dot"
                out.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{size.dot}"/>')

    def _stretches_in_lanes(self) -> tuple[list[tuple[Marked, int]], int]:
        """Each stretch with its row under the plot, and how many rows there are."""
        ends: list[float] = []
        out = []
        for note in self.notes:
            if note.is_stretch and self.size.kind != "panel":  # hollow dots tell it there; panels stay of one height
                a, b = self.weeks.edges(note.first, note.last)
                lane = next((i for i, end in enumerate(ends) if end <= a + 1), len(ends))
                ends[lane : lane + 1] = [max(b, a + LANE)]
                out.append((note, lane))
        return out, len(ends)

    def _draw_stretch(self, note: Marked, y: float) -> None:
        """A bracket under the points that moved together, with its letter in the middle."""
        a, b = self.weeks.edges(note.first, note.last)
        self.canvas.draw(f'<path class="stretch" d="M{a + 2:.1f} {y - 5:.1f}V{y:.1f}H{b - 2:.1f}V{y - 5:.1f}"/>')
        self.canvas.place("on-stretch", note.letter, [((a + b) / 2, y + self.size.font * 0.3, "middle")])

    def _write_letters(self) -> None:
        """The letter of each marked point beside it; with the reason people gave, where there is room for it."""
        points = self.chart.points
        for note in self.notes:
            there = [(i, at) for i in range(note.first, note.last + 1) if (at := self.at[i]) is not None]
            if note.is_stretch or not there:
                continue
            _, at = max(there, key=lambda here: abs((points[here[0]].y or 0.0) - (points[here[0]].centre or 0.0)))
            if self.size.kind == "wide" and note.own:
                words = f"{note.letter}: {note.own}"
                spots = [spot for spot in _beside(at) if self._is_clear(words, spot)]
                if text_width(words, self.size.font) < LONGEST and self.canvas.place(
                    "on-special", words, spots, self.dots
                ):
                    continue
            spots = [spot for spot in self._around(at) if self.marks.top - 4 < spot[1] < self.marks.bottom + 4]
            spots.sort(key=lambda spot: not self._is_clear(note.letter, spot))
            if self.canvas.place("on-special", note.letter, spots, self.dots) is None:
                self.canvas.place("on-special", note.letter, spots)

    def _around(self, at: tuple[float, float]) -> list[Spot]:
        """Where a letter may stand, the best first: beside its point, under or over it, and farther away."""
        (x, y), font, near = at, self.size.font, self.size.ring + 4
        away = near + font * 0.8
        return [
            *((x + near, y + font * 0.9, "start"), (x - near, y + font * 0.9, "end")),
            *((x + near, y - font * 0.3, "start"), (x - near, y - font * 0.3, "end")),
            *((x, y + away, "middle"), (x, y - near - 2, "middle")),
            *((x, y + sign * (away + k * font), "middle") for k in (1, 2, 3, 4) for sign in (1, -1)),
        ]

    def _is_clear(self, words: str, spot: Spot) -> bool:
        """Whether words at a spot lie within the plot and off the line of data."""
        box = left, top, right, bottom = self.canvas.box(words, spot)
        inside = left >= self.left and right <= self.weeks.right and top >= self.marks.top
        return inside and bottom <= self.marks.bottom + 6 and not crosses(box, self.line)

    def _in_rest(self, left: float, right: float) -> bool:
        """Whether something from left to right reaches into time without school."""
        return any(left < b + 4 and a - 4 < right for a, b, _ in self.weeks.gaps)

    # -- the words in the picture

    def _write_levels(self) -> None:
        """The goal, and the centre of every phase: the latest at the right where there is room, the others in place."""
        target, size, canvas = self.chart.specification.target, self.size, self.canvas
        phases = [phase for phase in self.chart.phases if phase.centre is not None]
        goal = "" if target is None else gettext("Goal %(value)s") % {"value": self.unit.words(target)}
        latest = self._latest(phases)
        if size.kind == "wide":
            self._write_beside(latest, goal)
            inside = phases[:-1]
        else:
            inside = phases
            if target is not None:
                canvas.place("on-goal", goal, self._along(self.marks.y(target)))
        for phase in inside:
            words = latest[0][1] if phase is phases[-1] else self._former(phase)
            if canvas.place("on-centre", words, self._spots(phase, words), self.dots) is None:
                canvas.place("on-centre", words, self._spots(phase, words))

    def _along(self, y: float) -> Iterator[Spot]:
        """Where words may stand along a level line: over it, then under it."""
        left, right = self.left, self.weeks.right
        for baseline in (y - 5, y + self.size.font + 1):
            yield left + 3, baseline, "start"
            yield right, baseline, "end"
            for k in (1, 2, 3):
                yield left + k * (right - left) / 4, baseline, "middle"

    def _latest(self, phases: Sequence[PhaseResult]) -> list[tuple[str, str]]:
        """The words on the latest centre, row by row, each with its class."""
        if not phases or phases[-1].centre is None:
            return []
        value = self.unit.words(phases[-1].centre)
        if len(phases) > 1:
            since = gettext("since %(since)s") % {"since": self.periods.full(phases[-1].first)}
            return [("on-centre", gettext("Now %(value)s") % {"value": value}), ("tick-label", since)]
        name = centre_word(self.chart, phases[-1])
        words = gettext("%(name)s %(value)s") % {"name": name, "value": value}
        if self.size.kind == "wide" and text_width(words, self.size.font) > self.size.right - 16:
            return [("on-centre", name), ("on-centre", value)]
        return [("on-centre", words)]

    def _former(self, phase: PhaseResult) -> str:
        value = self.unit.words(phase.centre or 0.0)
        if phase.label:
            return gettext("%(name)s: %(value)s") % {"name": phase.label, "value": value}
        return gettext("Before: %(value)s") % {"value": value} if len(self.chart.phases) == 2 else value

    def _write_beside(self, latest: list[tuple[str, str]], goal: str) -> None:
        """Goal and latest centre in the column at the right, one above the other."""
        font, x = self.size.font, self.weeks.right + 12
        room, target = self.size.width - x - 2, self.chart.specification.target
        centre = next((phase.centre for phase in reversed(self.chart.phases) if phase.centre is not None), None)
        blocks: list[tuple[float, list[tuple[str, str]]]] = []
        for value, block in ((centre, latest), (target, [("on-goal", goal)])):
            if value is not None:
                rows = [(kind, row) for kind, words in block for row in wrap(words, font, room, 2)]
                blocks.append((self.marks.y(value), rows))
        blocks.sort(key=lambda block: block[0])
        heights = [len(rows) * font * 1.3 for _, rows in blocks]
        # The first row stands on its line; further rows follow below.
        wanted = [y + (height - font * 1.3) / 2 for (y, _), height in zip(blocks, heights, strict=True)]
        for (_, rows), middle, height in zip(blocks, self.canvas.column(wanted, heights, 2), heights, strict=True):
            y = middle - height / 2 + font
            for n, (kind, row) in enumerate(rows):
                self.canvas.write(kind, row, (x, y + n * font * 1.3, "start"))

    def _spots(self, phase: PhaseResult, words: str) -> Iterator[Spot]:
        """Where the value of a centre may stand: on its line, over the band, under it, anywhere at last."""
        points, marks, font, ring = self.chart.points, self.marks, self.size.font, self.size.ring + 5
        here = [i for i, point in enumerate(points) if point.part == phase.part]
        start, end = self.weeks.edges(here[0], here[-1])
        width, target = text_width(words, font), self.chart.specification.target
        centre = marks.y(phase.centre or 0.0)
        goal = None if target is None else marks.y(target)
        room = max(0.0, end - start - width - 8)
        lefts = (
            [start + 4 + room * share for share in (0, 0.5, 1, 0.25, 0.75)] if room else [start + 4, end - width - 4]
        )
        lefts = [max(self.left + 2, min(left, self.weeks.right - width - 2)) for left in lefts]
        uppers = [marks.y(points[i].upper or 0.0) for i in here if points[i].upper is not None]
        lowers = [marks.y(points[i].lower or 0.0) for i in here if points[i].lower is not None]
        top, bottom = min(uppers, default=centre), max(lowers, default=centre)
        for left in lefts:
            for baseline in (centre - 6, centre + font + 3):
                if self._is_clear(words, (left, baseline, "start")) and not self._in_rest(left, left + width):
                    yield left, baseline, "start"
        later: list[Spot] = []
        for left in lefts:
            ys = [y for x, y in self.line if left - self.weeks.step <= x <= left + width + self.weeks.step]
            above = min([top - 6, *(y - ring for y in ys)])
            below = max([bottom + 4, *(y + ring for y in ys)]) + font * 0.8
            for baseline in (above, below):
                if marks.top + font * 0.7 < baseline < marks.bottom - 3:
                    on_goal = goal is not None and baseline - font < goal < baseline + font * 0.4
                    if on_goal or self._in_rest(left, left + width):
                        later.append((left, baseline, "start"))
                    else:
                        yield left, baseline, "start"
        yield from later
        for left in lefts:
            yield left, centre - 6, "start"
            yield left, centre + font + 3, "start"
        rows = int(self.size.plot / font / 0.8) - 1
        for left in lefts:
            for k in range(rows):
                yield left, marks.top + font * (1 + k * 0.8), "start"


def values_of(chart: ControlChart, unit: Unit) -> list[float]:
    """Every value that the scale of a chart must hold. Limits may leave the unit's range; what was measured may not."""
    measured = [point.y for point in chart.points if point.y is not None]
    lines = {line for point in chart.points for line in (point.lower, point.upper, point.centre) if line is not None}
    if unit.most is not None and all(y <= unit.most for y in measured):
        lines = {min(line, unit.most) for line in lines}
    if unit.least is not None and all(y >= unit.least for y in measured):
        lines = {max(line, unit.least) for line in lines}
    target = chart.specification.target
    return [*measured, *lines, *([] if target is None else [target])]


def centre_word(chart: ControlChart, phase: PhaseResult) -> str:
    """What the centre line is called."""
    if phase.is_collecting or chart.specification.chart == "run":
        return gettext("Middle")
    return gettext("Level") if chart.specification.chart in ("t", "g") else gettext("Average")


def _beside(at: tuple[float, float]) -> list[Spot]:
    x, y = at
    return [
        *((x - 14, y + 5, "end"), (x + 14, y + 5, "start"), (x - 12, y + 20, "end"), (x + 12, y + 20, "start")),
        *((x, y + 26, "middle"), (x + 12, y - 12, "start"), (x - 12, y - 12, "end"), (x, y - 18, "middle")),
    ]
