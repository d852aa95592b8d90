"""Many small charts on one scale, one for each group, and the smallest of all: a line in a table of measures."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from heartwork.analysis.control_chart import ChartPoint, ControlChart
from heartwork.web.charts.canvas import PANEL, SPARK, Canvas, Scale, pieces
from heartwork.web.charts.control import value_and_edges
from heartwork.web.charts.figure import NOTHING, Figure, Panel, Table, plain
from heartwork.web.charts.marks import marked
from heartwork.web.charts.periods import WEEKS, Periods
from heartwork.web.charts.plot import Plot, values_of
from heartwork.web.charts.sentences import hidden_words, names_of, said, sentence, told
from heartwork.web.charts.units import Unit, about
from heartwork.web.charts.weeks import Gap, in_gap, lay_out


@dataclass(frozen=True)
class Group:
    """A group and its chart; None where it is too small to be shown. size: people, written rounded."""

    name: str
    chart: ControlChart | None
    size: int | None = None


def small_multiples(
    groups: Sequence[Group],
    *,
    ident: str,
    title: str,
    unit: Unit,
    periods: Periods = WEEKS,
    gaps: Sequence[Gap] = (),
) -> Figure:
    """One panel a group in the order given, all with the same weeks and the same scale, a sentence under each.

    A hidden group has a panel of the same size, and neither its size nor a number of it is anywhere.
    """
    seen = [group.chart for group in groups if group.chart is not None]
    values = [value for chart in seen for value in values_of(chart, unit)]
    axis = sorted({point.label for chart in seen for point in chart.points})  # type: ignore[type-var]
    periods = periods.over(axis)
    panels = []
    for n, group in enumerate(groups, 1):
        if group.chart is None:
            panels.append(Panel(group.name, "", NOTHING, hidden_words()))
            continue
        own = f"{ident}-{n}"
        words = plain(said(group.chart, unit, periods=periods, gaps=gaps)[0])
        notes = marked(group.chart, periods, {})
        plot = Plot(group.chart, PANEL, own, unit, periods=periods, notes=notes, gaps=gaps, shared=values, axis=axis)
        size = "" if group.size is None else about(group.size)
        panels.append(Panel(group.name, size, plot.draw().svg(own, group.name, words), words))
    caption = []
    if axis:
        when = periods.span(axis[0], axis[-1])
        caption = [
            gettext("The same weeks, %(when)s, and the same scale in each. In no order of merit.") % {"when": when}
        ]
    return Figure(
        ident=ident,
        title=title,
        sentence=_of_groups(groups),
        wide=NOTHING,
        narrow=NOTHING,
        table=_table(groups, unit, periods, gaps),
        caption=tuple(caption),
        panels=tuple(panels),
    )


def _of_groups(groups: Sequence[Group]) -> str:
    """Which groups moved, which did not, and how many are hidden."""
    seen = [(group.name, group.chart) for group in groups if group.chart is not None]
    ready = [(name, chart) for name, chart in seen if chart.status == "ready"]
    moved = {name for name, chart in ready if (change := told(chart)) is not None and not change.age}
    stepped = {name for name, chart in ready if len(chart.phases) > 1} - moved
    still = [name for name, _ in ready if name not in moved | stepped]
    early = [name for name, chart in seen if chart.status != "ready"]
    out = []
    if moved:
        names = names_of(name for name, _ in ready if name in moved)
        out.append(gettext("*Likely changed: %(names)s.*") % {"names": names})
    if stepped:
        names = names_of(name for name, _ in ready if name in stepped)
        out.append(gettext("As before since they were counted anew: %(names)s.") % {"names": names})
    if still:
        text = gettext("As before: %(names)s.") if moved else gettext("*As before: %(names)s.*")
        out.append(text % {"names": names_of(still)})
    if early:
        out.append(gettext("Too early to say: %(names)s.") % {"names": names_of(early)})
    if hidden := len(groups) - len(seen):
        out.append(
            ngettext(
                "%(count)s group is hidden to protect privacy.",
                "%(count)s groups are hidden to protect privacy.",
                hidden,
            )
            % {"count": hidden}
        )
    return " ".join(out)


def _table(groups: Sequence[Group], unit: Unit, periods: Periods, gaps: Sequence[Gap]) -> Table:
    """A row for each period and a column for each group; at the end its centres and limits, phase by phase."""
    seen = {group.name: {point.label: point for point in group.chart.points} for group in groups if group.chart}
    labels = sorted({label for points in seen.values() for label in points})  # type: ignore[type-var]
    rows = []
    for label in labels:
        here = [points[label] for points in seen.values() if label in points]
        if all(point.y is None for point in here) and in_gap(label, gaps):
            continue
        cells = [_cell(group, seen.get(group.name, {}).get(label), unit) for group in groups]
        rows.append((periods.full(label), *cells))
    if seen:
        rows.append((gettext("Middle"), *(_by_phase(group, unit, periods, 1) for group in groups)))
        rows.append((gettext("By chance, between"), *(_by_phase(group, unit, periods, 2) for group in groups)))
    return Table((periods.heading, *(group.name for group in groups)), tuple(rows))


def _cell(group: Group, point: ChartPoint | None, unit: Unit) -> str:
    if group.chart is None:
        return hidden_words()
    return "" if point is None else value_and_edges(point, unit)[0]


def _by_phase(group: Group, unit: Unit, periods: Periods, which: int) -> str:
    """Centre (1) or limits (2) of each phase, at its latest point; a new phase says since when."""
    if group.chart is None:
        return hidden_words()
    latest = {point.part: point for point in group.chart.points}
    words_of: list[str] = []
    for phase in group.chart.phases:
        words = value_and_edges(latest[phase.part], unit)[which]
        if words_of and words:
            words = gettext("%(value)s since %(since)s") % {"value": words, "since": periods.full(phase.first)}
        words_of.append(words)
    return "; ".join(filter(None, words_of))


def sparkline(
    chart: ControlChart | None,
    *,
    ident: str,
    title: str,
    unit: Unit,
    periods: Periods = WEEKS,
    gaps: Sequence[Gap] = (),
) -> Figure:
    """The line alone, its centre and its latest point, for a row of a table; the words beside it say the rest.

    It has one picture for all widths; no chart: hidden, and no picture.
    """
    words = sentence(chart, unit, periods=periods, gaps=gaps)
    if chart is None:
        return Figure(ident, title, words, NOTHING, NOTHING, Table((), ()))
    canvas = Canvas(SPARK)
    canvas.height = SPARK.plot + 8
    values = values_of(chart, unit) or [0.0]
    low, high = min(values), max(values)
    marks = Scale(low, high if high > low else low + 1, 4, SPARK.plot + 4, (), 0)
    weeks = lay_out(
        [point.label for point in chart.points],
        [point.y is not None for point in chart.points],
        gaps,
        left=2,
        right=SPARK.width - SPARK.right,
        gap_width=SPARK.gap,
        slots=1,
    )
    places = [
        None if point.y is None or x is None else (x, marks.y(point.y))
        for point, x in zip(chart.points, weeks.at, strict=True)
    ]
    for phase in chart.phases:
        inside = [i for i, point in enumerate(chart.points) if point.part == phase.part]
        if phase.centre is not None and inside:
            a, b = weeks.edges(inside[0], inside[-1])
            canvas.draw(f'<path class="centre" d="M{a:.1f} {marks.y(phase.centre):.1f}H{b:.1f}"/>')
    for stretch in weeks.stretches:
        for piece in pieces(places[i] for i in stretch):
            canvas.line("data", piece)
    latest = next((i for i in range(len(places) - 1, -1, -1) if places[i]), None)
    if latest is not None and (at := places[latest]):
        kind = "special" if chart.points[latest].sigma_signal else "dot"
        r = SPARK.ring if kind == "special" else SPARK.dot
        canvas.draw(f'<circle class="{kind}" cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{r}"/>')
    picture = canvas.svg(ident, title, words)
    periods = periods.over([point.label for point in chart.points])
    return Figure(ident, title, words, picture, NOTHING, _table([Group(title, chart)], unit, periods, gaps))
