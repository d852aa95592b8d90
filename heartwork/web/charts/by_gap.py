"""The gap between a group and the rest, period by period."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from heartwork.analysis.control_chart import ControlChart
from heartwork.analysis.points import Label
from heartwork.web.charts.canvas import NARROW, WIDE, Canvas, Scale, Size, hatch, left_of, scale, upright
from heartwork.web.charts.figure import Figure, Table, own_words
from heartwork.web.charts.periods import WEEKS, Periods
from heartwork.web.charts.sentences import hidden_words, told
from heartwork.web.charts.units import Unit
from heartwork.web.charts.weeks import Gap, draw_gaps, lay_out, write_names
from heartwork.web.constellation import wrap


@dataclass(frozen=True)
class Pair:
    """A group and the rest in one period, in drawn units; None: no data. is_hidden: too few people."""

    label: Label
    group: float | None
    rest: float | None
    is_hidden: bool = False


def dumbbell(
    pairs: Sequence[Pair],
    *,
    ident: str,
    title: str,
    group: str,
    unit: Unit,
    rest: str = "",
    gap_chart: ControlChart | None = None,
    periods: Periods = WEEKS,
    gaps: Sequence[Gap] = (),
) -> Figure:
    """How far a group lies from the rest, period by period: a filled dot, an open one, and the way between them.

    gap_chart: the gap analysed as a series of its own; it says whether its change is more than chance.
    """
    rest = rest or gettext("everyone else")
    pairs = [Pair(pair.label, None, None, True) if pair.is_hidden else pair for pair in pairs]
    periods = periods.over([pair.label for pair in pairs])
    words = _gap_words(pairs, group, rest, unit, periods, gap_chart)
    rows = []
    for pair in pairs:
        when = periods.full(pair.label)
        if pair.group is None or pair.rest is None:
            rows.append((when, hidden_words() if pair.is_hidden else gettext("no data"), "", ""))
        else:
            apart = unit.difference(pair.group - pair.rest)
            rows.append((when, unit.words(pair.group), unit.words(pair.rest), apart))

    def drawn(size: Size) -> SafeString:
        own = f"{ident}-{size.kind}"
        return _draw_pairs(pairs, size, own, group, rest, unit, periods, gaps).svg(own, title, words)

    headings = periods.heading, group, rest, gettext("Gap")
    caption = gettext("Filled: %(group)s. Open: %(rest)s. The shorter the way between them, the smaller the gap.")
    return Figure(
        ident=ident,
        title=title,
        sentence=words,
        wide=drawn(WIDE),
        narrow=drawn(NARROW),
        table=Table(headings, tuple(rows)),
        caption=(caption % {"group": group, "rest": rest},),
    )


def _gap_words(
    pairs: Sequence[Pair], group: str, rest: str, unit: Unit, periods: Periods, chart: ControlChart | None
) -> str:
    known = [(pair.label, pair.group - pair.rest) for pair in pairs if pair.group is not None and pair.rest is not None]
    names = {"group": own_words(group), "rest": own_words(rest)}
    if not known:
        if any(pair.is_hidden for pair in pairs):
            return gettext("*Hidden to protect privacy*: too few students to show without showing who they are.")
        return gettext("No numbers yet: *the first ones begin this chart*.")
    (first, before), (last, now) = known[0], known[-1]
    words = names | {
        "before": unit.difference(before),
        "now": unit.difference(now),
        "first": periods.full(first),
        "last": periods.full(last),
    }
    if len(known) == 1 or words["before"] == words["now"]:
        out = gettext("The gap between %(group)s and %(rest)s is *%(now)s*.") % words
    elif abs(now) < abs(before):
        out = (
            gettext(
                "The gap between %(group)s and %(rest)s *shrank from %(before)s to %(now)s*, %(first)s to %(last)s."
            )
            % words
        )
    else:
        out = (
            gettext("The gap between %(group)s and %(rest)s *grew from %(before)s to %(now)s*, %(first)s to %(last)s.")
            % words
        )
    if chart is not None and chart.status == "ready":
        change = told(chart)
        if change is not None and not change.age:
            out += " " + gettext("Likely a real change.")
        else:
            out += " " + gettext("Not yet different from chance.")
    return out


def _draw_pairs(
    pairs: Sequence[Pair],
    size: Size,
    ident: str,
    group: str,
    rest: str,
    unit: Unit,
    periods: Periods,
    gaps: Sequence[Gap],
) -> Canvas:
    canvas = Canvas(size)
    font = size.font
    values = [y for pair in pairs for y in (pair.group, pair.rest) if y is not None]
    top = 14.0 if size.kind == "wide" else 14 + 2 * font * 1.3
    marks = scale(values, unit, size.ticks, top, top + size.plot)
    left = left_of(marks, unit, font)
    weeks = lay_out(
        [pair.label for pair in pairs],
        [pair.group is not None or pair.is_hidden for pair in pairs],
        gaps,
        left=left,
        right=size.width - size.right - (60 if size.kind == "wide" else 0),
        gap_width=size.gap,
        slots=4,
    )
    canvas.height = marks.bottom + font + 16
    canvas.draw(hatch(f"{ident}-hatch"))
    upright(canvas, marks, unit, left, weeks.right)
    draw_gaps(canvas, weeks, ident, marks.top, marks.bottom)
    r, end = size.dot + 1.5, None
    for pair, x in zip(pairs, weeks.at, strict=True):
        if x is None:
            continue
        if pair.is_hidden:
            wide = min(weeks.step * 0.6, 26)
            canvas.draw(
                f'<rect class="unseen" x="{x - wide / 2:.1f}" y="{marks.top + 4:.1f}" width="{wide:.1f}" '
                f'height="{marks.bottom - marks.top - 8:.1f}" rx="4"/>'
            )
        if pair.group is None or pair.rest is None:
            continue
        one, other = marks.y(pair.group), marks.y(pair.rest)
        canvas.draw(f'<path class="apart" d="M{x:.1f} {one:.1f}V{other:.1f}"/>')
        canvas.draw(f'<circle class="open" cx="{x:.1f}" cy="{other:.1f}" r="{r}"/>')
        canvas.draw(f'<circle class="dot" cx="{x:.1f}" cy="{one:.1f}" r="{r}"/>')
        end = (pair.group, pair.rest)
    write_names(canvas, weeks, periods, marks.bottom + font + 6)
    if size.kind == "wide" and end:
        _name_ends(canvas, marks, weeks.right + 10, [(end[0], group), (end[1], rest)], unit)
    elif size.kind != "wide":
        for n, (kind, name) in enumerate((("dot", group), ("open", rest))):
            y = font + 4 + n * font * 1.3
            canvas.draw(f'<circle class="{kind}" cx="{left + 5:.1f}" cy="{y - font * 0.32:.1f}" r="{r}"/>')
            canvas.write("about", wrap(name, font, size.width - left - 18, 1)[0], (left + 16, y, "start"))
    return canvas


def _name_ends(canvas: Canvas, marks: Scale, x: float, ends: list[tuple[float, str]], unit: Unit) -> None:
    """The names of both, and their latest values, beside the last dots."""
    font = canvas.size.font
    room = canvas.size.width - x - 2
    ends = sorted(ends, key=lambda end: -end[0])
    blocks = [
        wrap(gettext("%(name)s %(value)s") % {"name": name, "value": unit.words(value)}, font, room, 3)
        for value, name in ends
    ]
    heights = [len(rows) * font * 1.25 for rows in blocks]
    wanted = [marks.y(value) for value, _ in ends]
    for rows, middle, height in zip(blocks, canvas.column(wanted, heights, 6), heights, strict=True):
        for n, row in enumerate(rows):
            canvas.write("name", row, (x, middle - height / 2 + font * (1 + n * 1.25), "start"))
