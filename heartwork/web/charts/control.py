"""A control chart or a run chart over weeks of school, as a page shows it: pictures, words, notes and numbers."""

from collections.abc import Mapping, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from heartwork.analysis.control_chart import ChartPoint, ControlChart
from heartwork.analysis.points import Label
from heartwork.web.charts.canvas import NARROW, WIDE, Size
from heartwork.web.charts.figure import NOTHING, Figure, Note, Table, listed, own_words
from heartwork.web.charts.luck import luck_words
from heartwork.web.charts.marks import TOGETHER, Marked, marked
from heartwork.web.charts.periods import WEEKS, Periods
from heartwork.web.charts.plot import Cycle, Plot, centre_word
from heartwork.web.charts.sentences import counted, edges, said
from heartwork.web.charts.units import Unit
from heartwork.web.charts.weeks import Gap, in_gap


def control_chart(
    chart: ControlChart | None,
    *,
    ident: str,
    title: str,
    unit: Unit,
    periods: Periods = WEEKS,
    annotations: Mapping[Label, str] | None = None,
    cycles: Sequence[Cycle] = (),
    gaps: Sequence[Gap] = (),
    more: Mapping[str, Mapping[Label, str]] | None = None,
    source: str = "",
) -> Figure:
    """A chart as a page shows it. No chart: the group is too small, and nothing of it is drawn or written.

    ident: makes the ids of the pictures its own in the page. annotations: reasons by the label of their point.
    more: further columns of the table, by their headings; numbers of people in them are rounded by the caller.
    source: a sentence on what was counted, which opens the caption.
    """
    if chart is None:
        return Figure(ident, title, said(None, unit)[0], NOTHING, NOTHING, Table((), ()))
    periods = periods.over([point.label for point in chart.points])
    annotations = annotations or {}
    notes = marked(chart, periods, annotations)
    statements = said(chart, unit, periods=periods, gaps=gaps)
    desc = " ".join([*statements, *(f"{note.letter}: {note.words}." for note in notes)])

    def drawn(size: Size) -> SafeString:
        own = f"{ident}-{size.kind}"
        plot = Plot(chart, size, own, unit, periods=periods, notes=notes, cycles=cycles, gaps=gaps)
        return plot.draw().svg(own, title, desc)

    return Figure(
        ident=ident,
        title=title,
        sentence=" ".join(statements[:2]),
        wide=drawn(WIDE),
        narrow=drawn(NARROW),
        table=_table(chart, unit, periods, notes, cycles, gaps, more or {}),
        notes=tuple(Note(note.letter, note.words) for note in notes),
        caption=tuple(filter(None, (source, *statements[2:], *_caption(chart, cycles, gaps, periods)))),
    )


def _table(
    chart: ControlChart,
    unit: Unit,
    periods: Periods,
    notes: Sequence[Marked],
    cycles: Sequence[Cycle],
    gaps: Sequence[Gap],
    more: Mapping[str, Mapping[Label, str]],
) -> Table:
    said_at: dict[int, list[str]] = {}
    for note in notes:
        for i in [note.first] if note.is_stretch else range(note.first, note.last + 1):
            said_at.setdefault(i, []).append(
                gettext("%(letter)s: %(words)s") % {"letter": note.letter, "words": note.words}
            )
    starts = {phase.first: phase for phase in chart.phases[1:]}
    has_limits = any(point.lower is not None for point in chart.points)
    centre = centre_word(chart, chart.phases[-1]) if chart.phases else gettext("Middle")
    headings = [periods.heading, gettext("Value"), centre]
    headings += [gettext("By chance, between")] if has_limits else []
    rows = []
    for i, point in enumerate(chart.points):
        if point.y is None and in_gap(point.label, gaps):
            continue
        row = [periods.full(point.label), *value_and_edges(point, unit)]
        row = row if has_limits else row[:3]
        row += [column.get(point.label, "") for column in more.values()]
        about = said_at.get(i, [])
        about += [_begins(cycle) for cycle in cycles if cycle.first == point.label]
        if point.label in starts:
            why = own_words(starts[point.label].reason)
            about.append(gettext("New phase: %(reason)s") % {"reason": why} if why else gettext("New phase"))
        row.append(". ".join(words.rstrip(".") for words in about))
        rows.append(tuple(row))
    return Table((*headings, *more, gettext("Note")), tuple(rows))


def value_and_edges(point: ChartPoint, unit: Unit) -> tuple[str, str, str]:
    """Value, centre and limits of a point in words."""
    value = gettext("no data") if point.y is None else unit.words(point.y)
    centre = "" if point.centre is None else unit.words(point.centre)
    if point.lower is None or point.upper is None:
        return value, centre, ""
    lower, upper = edges(point, unit)
    return value, centre, gettext("%(lower)s and %(upper)s") % {"lower": lower, "upper": upper}


def _begins(cycle: Cycle) -> str:
    if not cycle.about:
        return gettext("%(cycle)s begins") % {"cycle": cycle.name}
    return gettext("%(cycle)s begins: %(about)s") % {"cycle": cycle.name, "about": cycle.about}


def _caption(chart: ControlChart, cycles: Sequence[Cycle], gaps: Sequence[Gap], periods: Periods) -> list[str]:
    """How to read the picture, and what luck alone would do."""
    if chart.status == "empty":
        return []
    out = []
    if any(point.lower is not None for point in chart.points):
        varies = len({(point.part, point.lower, point.upper) for point in chart.points if point.y is not None})
        if varies > len(chart.phases):
            out.append(gettext("The band is where the numbers fall by chance; it is narrower where more were counted."))
        else:
            out.append(gettext("The band is where the numbers fall by chance."))
    else:
        out.append(gettext("The line in the middle has half of the numbers on each side."))
    if any(change.rule in TOGETHER for change in counted(chart)):
        out.append(gettext("Hollow dots over a bracket moved together."))
    labels = [point.label for point in chart.points]
    drawn = [gap for gap in gaps if labels[0] <= gap.after and gap.before <= labels[-1]]  # type: ignore[operator]
    names = list(dict.fromkeys(gap.name for gap in drawn))
    if names:
        out.append(gettext("Hatched: no school (%(names)s).") % {"names": listed(names)})
    if cycles:
        told = [
            gettext("%(cycle)s: %(about)s, %(when)s")
            % {
                "cycle": cycle.name,
                "about": cycle.about or gettext("a test of change"),
                "when": periods.span(cycle.first, cycle.last),
            }
            for cycle in cycles
        ]
        out.append(gettext("Spans with a bar on top are tests of change. %(cycles)s.") % {"cycles": "; ".join(told)})
    return [*out, luck_words(chart)]
