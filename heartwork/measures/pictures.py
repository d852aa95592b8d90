"""Charts of measures as pages show them: pictures, sentences and tables, from what `queries` tells."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext

from heartwork.analysis.control_chart import ControlChart
from heartwork.analysis.points import Label
from heartwork.analysis.variance import VarianceComponents
from heartwork.measures.differences import Difference
from heartwork.measures.models import Measure
from heartwork.measures.queries import MeasureChart, Panel
from heartwork.web.charts import (
    PER_100,
    PERCENT,
    WEEKS,
    Cycle,
    Figure,
    Gap,
    Group,
    Periods,
    Unit,
    control_chart,
    small_multiples,
    sparkline,
)
from heartwork.web.charts.units import about


def unit_of(measure: Measure) -> Unit:
    """How the numbers of a measure are written."""
    if measure.data == Measure.Data.PROPORTION:
        return PERCENT
    if measure.data == Measure.Data.RATE:
        return PER_100
    return Unit("number", decimals=1 if measure.data == Measure.Data.NUMBER else 0)


def periods_of(measure: Measure) -> Periods:
    """What its periods are called."""
    if measure.cadence == Measure.Cadence.YEAR:
        return Periods("time")
    return Periods("day") if measure.cadence == Measure.Cadence.DAY else WEEKS


def picture(found: MeasureChart, ident: str = "chart") -> Figure:
    """One chart with its phases, notes, holidays and what was tried."""
    measure, labels = found.measure, [point.label for point in found.chart.points]
    notes: dict[datetime.date, str] = {}
    for note in found.annotations:
        if label := _label_at(note.period, labels):  # type: ignore[arg-type]
            notes[label] = "; ".join(filter(None, (notes.get(label), note.words)))
    return control_chart(
        None if found.is_hidden else found.chart,
        ident=ident,
        title=gettext("%(measure)s, %(place)s") % {"measure": measure.name, "place": found.place.name},
        unit=unit_of(measure),
        periods=periods_of(measure),
        annotations=notes,  # type: ignore[arg-type]
        cycles=_cycles(found, labels),  # type: ignore[arg-type]
        gaps=[Gap(gap.after, gap.before, gettext("a break")) for gap in found.gaps],
        more=_numbers(found),
        source=_counted(measure),
    )


def _label_at(day: datetime.date, labels: list[datetime.date]) -> datetime.date | None:
    """The period drawn that a day belongs to: the latest that begins by then."""
    return next((label for label in reversed(labels) if label <= day), None)


def _cycles(found: MeasureChart, labels: list[datetime.date]) -> list[Cycle]:
    drawn = []
    for span in found.spans:
        inside = [label for label in labels if span.begin <= label and (span.end is None or label <= span.end)]
        if inside:
            drawn.append(Cycle(inside[0], inside[-1], span.name, span.what))
    return drawn


def _numbers(found: MeasureChart) -> dict[str, dict[Label, str]]:
    """Part and whole of each period for the table; for who may not see every record, only about how many."""
    if not found.measure.is_over_people:
        return {}
    whole = found.measure.denominator or gettext("Out of")
    if found.series.depth == "every":
        part = found.measure.numerator or gettext("Counted")
        return {
            part: {p.label: f"{p.numerator:g}" for p in found.series.points if p.numerator is not None},  # type: ignore[misc]
            whole: {p.label: f"{p.denominator:g}" for p in found.series.points if p.denominator is not None},  # type: ignore[misc]
        }
    return {whole: {p.label: about(round(p.denominator or 0)) for p in found.series.points}}  # type: ignore[misc]


def _counted(measure: Measure) -> str:
    if measure.definition:
        return measure.definition
    if not measure.is_over_people:
        return ""
    words = {"part": measure.numerator, "whole": measure.denominator}
    return gettext("Counted: %(part)s, out of: %(whole)s.") % words


def apart(measure: Measure, chart: ControlChart | None, ident: str, title: str) -> Figure | None:
    """How far apart, period by period: a group from everyone else, or groups from each other."""
    if chart is None:
        return None
    least = None if chart.specification.may_be_negative else 0  # a gap may lie below zero, a spread does not
    unit = replace(unit_of(measure), least=least, most=None)
    return control_chart(chart, ident=ident, title=title, unit=unit, periods=periods_of(measure))


def spark(measure: Measure, chart: ControlChart | None, ident: str) -> Figure:
    """The line alone, for a row of a list."""
    return sparkline(chart, ident=ident, title=measure.name, unit=unit_of(measure), periods=periods_of(measure))


def panels(measure: Measure, found: Iterable[Panel], ident: str, title: str) -> Figure:
    """Several places or groups on one scale, in the order given."""
    groups = [
        Group(panel.name, None if panel.series.is_hidden else panel.chart, panel.series.people) for panel in found
    ]
    return small_multiples(groups, ident=ident, title=title, unit=unit_of(measure), periods=periods_of(measure))


def difference_words(measure: Measure, each: Difference) -> str:
    """ "Asian: 60%, everyone else 75%": a group beside the rest, in words."""
    unit = unit_of(measure)
    words = {"group": each.group_words, "value": unit.words(each.value), "rest": unit.words(each.rest)}
    return gettext("%(group)s: %(value)s, everyone else there %(rest)s") % words


@dataclass(frozen=True)
class Share:
    """How much of the difference between sections lies at a level, in percent, with the interval it is known to."""

    percent: int
    low: int
    high: int


def shares(found: VarianceComponents | None) -> Share | None:
    """What lies between schools; the rest lies within them. None where it cannot be said."""
    between = next((each for each in found.components if each.level == "school"), None) if found else None
    if between is None or between.share is None or between.share_lower is None or between.share_upper is None:
        return None
    return Share(round(between.share * 100), round(between.share_lower * 100), round(between.share_upper * 100))
