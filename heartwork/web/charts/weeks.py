"""The level axis: a slot for each period of school, and a gap where school rested. A rest is never a zero."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from heartwork.analysis.points import Label
from heartwork.web.charts.canvas import Canvas
from heartwork.web.charts.periods import Periods
from heartwork.web.constellation import text_width

FEWEST_SLOTS = 12  # a chart of few points leaves room for those to come


@dataclass(frozen=True)
class Gap:
    """Time without school, between the last period before it and the first after it, and what it is called."""

    after: Label
    before: Label
    name: str


@dataclass(frozen=True)
class Weeks:
    """Where periods lie. at: the middle of each slot, None for a period that lies in a gap and has no number.

    gaps: left edge, right edge and name. stretches: positions of the periods between gaps.
    """

    labels: Sequence[Label]
    at: list[float | None]
    step: float
    left: float
    right: float
    gaps: list[tuple[float, float, str]]
    stretches: list[list[int]]

    def only(self, labels: Sequence[Label]) -> "Weeks":
        """The same places for some of the periods."""
        place = dict(zip(self.labels, self.at, strict=True))
        stretch_of = {self.labels[i]: n for n, stretch in enumerate(self.stretches) for i in stretch}
        stretches = [
            [i for i, label in enumerate(labels) if stretch_of.get(label) == n] for n in range(len(self.stretches))
        ]
        return replace(self, labels=labels, at=[place.get(label) for label in labels], stretches=stretches)

    def edges(self, first: int, last: int) -> tuple[float, float]:
        """The left edge of one slot and the right edge of another; slots in gaps are passed over."""
        middles = [x for x in self.at[first : last + 1] if x is not None]
        if not middles:
            return self.left, self.left
        return middles[0] - self.step / 2, middles[-1] + self.step / 2


def in_gap(label: Label, gaps: Sequence[Gap]) -> bool:
    """Whether a period lies wholly in time without school."""
    return any(gap.after < label < gap.before for gap in gaps)  # type: ignore[operator]


def lay_out(
    labels: Sequence[Label],
    measured: Sequence[bool],
    gaps: Sequence[Gap],
    *,
    left: float,
    right: float,
    gap_width: float,
    slots: int = FEWEST_SLOTS,
) -> Weeks:
    """The slots of some periods from left to right, with gaps between them.

    >>> lay_out([1, 2, 3], [True] * 3, [Gap(2, 3, "break")], left=0, right=70, gap_width=10, slots=3).at
    [10.0, 30.0, 60.0]
    """
    shown = [has or not in_gap(label, gaps) for label, has in zip(labels, measured, strict=True)]
    before: dict[int, list[str]] = {}  # by position: the gaps that come before it
    for gap in gaps:
        here = [i for i, label in enumerate(labels) if shown[i] and label >= gap.before]  # type: ignore[operator]
        if here and any(shown[: here[0]]):
            before.setdefault(here[0], []).append(gap.name)
    count = max(sum(shown), slots, 1)
    wide = min(gap_width, (right - left) / 3 / len(before)) if before else 0
    step = (right - left - wide * len(before)) / count
    x = left
    at: list[float | None] = []
    drawn: list[tuple[float, float, str]] = []
    stretches: list[list[int]] = [[]]
    for i, is_shown in enumerate(shown):
        if i in before:
            drawn.append((x, x + wide, ", ".join(before[i])))
            x += wide
            stretches.append([])
        if is_shown:
            at.append(x + step / 2)
            stretches[-1].append(i)
            x += step
        else:
            at.append(None)
    return Weeks(labels, at, step, left, right, drawn, [stretch for stretch in stretches if stretch])


def write_names(canvas: Canvas, weeks: Weeks, periods: Periods, y: float) -> None:
    """The names of periods under their slots: each, or every other, or fewer, so that none meets the next."""
    shown = [i for i, x in enumerate(weeks.at) if x is not None]
    if not shown:
        return
    font = canvas.size.font
    names = dict(zip(shown, periods.shorts([weeks.labels[i] for i in shown]), strict=True))
    widest = max(text_width(name, font) for name in names.values())
    every = max(1, -int(-(widest + 12) // weeks.step))
    for i in shown[::every]:
        x = weeks.at[i]
        if x is not None and x + text_width(names[i], font) / 2 < canvas.size.width:
            canvas.write("tick-label", names[i], (x, y, "middle"))


def draw_gaps(canvas: Canvas, weeks: Weeks, ident: str, top: float, bottom: float) -> None:
    """Hatched bands, each with its name written upward where there is room."""
    font = canvas.size.font
    for left, right, name in weeks.gaps:
        canvas.draw(
            f'<rect class="rest" fill="url(#{ident}-hatch)" x="{left:.1f}" y="{top:.1f}" '
            f'width="{right - left:.1f}" height="{bottom - top:.1f}"/>'
        )
        long = text_width(name, font)
        if right - left < font * 1.3 or long > bottom - top - 16:
            continue
        x = (left + right) / 2 + font * 0.35
        canvas.taken.append((left, bottom - 8 - long, right, bottom - 8))
        canvas.draw(
            f'<text class="pause" transform="translate({x:.1f} {bottom - 8:.1f}) rotate(-90)">{escape(name)}</text>'
        )
