"""Charts of measures as pages show them: pictures, sentences and tables, from what `queries` tells."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext

from heartwork.analysis.control_chart import ControlChart
from heartwork.analysis.funnel import Funnel
from heartwork.analysis.funnel import funnel as funnel_limits
from heartwork.analysis.points import Label
from heartwork.analysis.variance import VarianceComponents
from heartwork.measures.differences import Difference
from heartwork.measures.hiding import per_student
from heartwork.measures.models import Measure
from heartwork.measures.queries import MeasureChart
from heartwork.measures.reasons import Reasons
from heartwork.measures.variation import Apart, Panel
from heartwork.web.charts import (
    PER_100,
    PERCENT,
    WEEKS,
    Cycle,
    Figure,
    Gap,
    Group,
    Pair,
    Periods,
    Unit,
    control_chart,
    dumbbell,
    funnel,
    pareto,
    small_multiples,
    sparkline,
)
from heartwork.web.charts.units import about


def unit_of(measure: Measure) -> Unit:
    """How the numbers of a measure are written."""
    if measure.is_share:
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


def gaps_of(measure: Measure, found: Iterable[Panel], ident: str, title: str) -> Figure:
    """How far each of several groups lies from the rest of those around it, on one scale, in the order given."""
    unit = replace(unit_of(measure), least=None, most=None)
    groups = [
        Group(panel.name, panel.gap, panel.series.people) for panel in found if panel.gap or panel.series.is_hidden
    ]
    return small_multiples(groups, ident=ident, title=title, unit=unit, periods=periods_of(measure))


def dumbbell_of(measure: Measure, found: Apart, ident: str, group: str, rest: str) -> Figure:
    """A group and the rest of those around it, month by month."""
    scale = measure.scale
    return dumbbell(
        [Pair(month, one * scale, other * scale) for month, one, other in found.months],
        ident=ident,
        title=gettext("%(measure)s: %(group)s") % {"measure": measure.name, "group": group},
        group=group,
        rest=rest,
        unit=unit_of(measure),
        gap_chart=found.chart,
        periods=periods_of(measure) if measure.cadence == Measure.Cadence.YEAR else Periods("month"),
    )


def funnel_of(measure: Measure, found: Sequence[Panel], ident: str) -> Figure:
    """Places by size, each against what its size alone lets one expect, over all that is shown of them.

    A share is of people: who is counted each week is one person still, so a place has as many as in a usual period. Of
    a rate the events are set beside those that the rate of all would lead one to expect of as many.
    """
    shown = [panel.series for panel in found if panel.series.points]
    sums = [
        (sum(p.numerator or 0.0 for p in one.points), sum(p.denominator or 0.0 for p in one.points)) for one in shown
    ]
    if measure.is_share:
        sizes = [
            float(max(1, one.people or whole // (len(one.points) * per_student(measure))))
            for one, (_, whole) in zip(shown, sums, strict=True)
        ]
        result = funnel_limits([(part / whole * n, n) for (part, whole), n in zip(sums, sizes, strict=True)])
        counted = gettext("Students")
    else:
        rate = sum(part for part, _ in sums) / (sum(whole for _, whole in sums) or 1.0)
        result = _as_rates(funnel_limits([(part, whole * rate) for part, whole in sums], "ratio"), rate)
        sizes, counted = [whole for _, whole in sums], measure.denominator
    return funnel(
        result,
        [panel.name for panel in found if panel.series.points],
        sizes,
        ident=ident,
        title=measure.name,
        unit=unit_of(measure),
        counted=counted,
        hidden=[panel.name for panel in found if panel.series.is_hidden],
    )


def _as_rates(found: Funnel, rate: float) -> Funnel:
    """A funnel of counts over those expected, with each line and value times the rate of all."""

    def times(value: float | None) -> float | None:
        return None if value is None else value * rate

    drawn = [
        replace(
            group,
            y=times(group.y),
            lower=times(group.lower),
            upper=times(group.upper),
            near_lower=times(group.near_lower),
            near_upper=times(group.near_upper),
        )
        for group in found.groups
    ]
    return replace(found, centre=times(found.centre), groups=tuple(drawn))


def reasons_of(measure: Measure, found: Reasons, ident: str, what: str) -> Figure:
    """Why, where or when something was counted, most frequent first."""
    hidden = [gettext("Another reason")] * found.hidden
    return pareto(found.bars, ident=ident, title=measure.name, what=what, hidden=hidden)


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
