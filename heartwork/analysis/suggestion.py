"""Which chart suits some data, and why: a suggestion with its figures, for a person to take or leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from heartwork.analysis.averages import mean
from heartwork.analysis.control_chart import analyse
from heartwork.analysis.limits import plotted
from heartwork.analysis.points import Point, columns
from heartwork.analysis.specification import Chart, Specification

Data = Literal["proportion", "rate", "count", "continuous", "samples", "time_between", "cases_between"]
Reason = Literal[
    "few_points",
    "rare_events",
    "proportion",
    "proportion_varies_more_than_chance",
    "rate",
    "rate_varies_more_than_chance",
    "count",
    "count_varies_more_than_chance",
    "one_value_a_period",
    "weights_differ",
    "several_values_a_period",
    "time_between_events",
    "cases_between_events",
]

MORE_THAN_CHANCE = 1.2  # sigma_z above which Laney's charts are offered; our choice, for none is agreed on


@dataclass(frozen=True)
class Suggestion:
    """A chart, the reason as a code, and the figures behind it; others that would do."""

    chart: Chart
    reason: Reason
    figures: Mapping[str, float]
    others: tuple[Chart, ...] = ()


def suggest(points: Sequence[Point | float | None], data: Data, *, minimum_points: int = 12) -> Suggestion:
    """The chart to begin with. Nothing is ever switched: the chart drawn is the one in the specification.

    data: what the numbers are. "proportion": people who of people who could; "rate": events over exposure; "count":
    events in periods alike; "continuous": one number a period; "samples": several raw numbers a period;
    "time_between" and "cases_between": one number an event. Raises BadPoint as `analyse` does.

    >>> suggest([Point(numerator=k, denominator=4000) for k in [300, 420] * 7], "proportion").chart
    "p'"
    >>> suggest([5, 6, 7], "continuous").reason, suggest([5, 6, 7], "continuous").figures
    ('few_points', {'points': 3, 'needed': 12})
    """
    chart = _FIRST[data]
    laid_out = columns(points, chart)
    measured = sum(1 for y in laid_out.y if y is not None)
    if measured < minimum_points:
        return Suggestion("run", "few_points", {"points": measured, "needed": minimum_points}, (chart,))
    if data in {"proportion", "rate", "count"}:
        return _of_events(points, data, chart)
    if data == "continuous":
        weights = {n for n in laid_out.weight if n}
        if len(weights) > 1:
            return Suggestion("i'", "weights_differ", {"smallest": min(weights), "largest": max(weights)}, ("i",))
        return Suggestion("i", "one_value_a_period", {"points": measured}, ("run",))
    if data == "samples":
        sizes = [size for size in laid_out.size if size]
        several = sum(1 for size in sizes if size > 1)
        if several * 2 < len(sizes):
            return Suggestion("i", "one_value_a_period", {"points": measured, "with_several": several}, ("run",))
        figures = {"points": measured, "with_several": several, "smallest": min(sizes), "largest": max(sizes)}
        return Suggestion("xbar", "several_values_a_period", figures, ("s", "i"))
    reason: Reason = "time_between_events" if data == "time_between" else "cases_between_events"
    return Suggestion(chart, reason, {"points": measured}, ("run",))


_FIRST: Mapping[Data, Chart] = {
    "proportion": "p",
    "rate": "u",
    "count": "c",
    "continuous": "i",
    "samples": "xbar",
    "time_between": "t",
    "cases_between": "g",
}


def _of_events(points: Sequence[Point | float | None], data: Data, chart: Chart) -> Suggestion:
    """P, U or C, unless events are rare or the series varies more than chance."""
    laid_out = columns(points, chart)
    if data == "count":
        points = [None if count is None else Point(numerator=count, denominator=1) for count in plotted(laid_out, "c")]
        laid_out = columns(points, "u")
    events = mean([part for part in laid_out.numerator if part is not None]) or 0.0
    wholes = [whole for whole in laid_out.weight if whole]
    typical = mean(wholes) or 0.0
    figures = {"events_a_period": events, "mean_denominator": typical}
    if data == "count":
        del figures["mean_denominator"]
    if events < 1:
        return Suggestion("g" if data == "proportion" else "t", "rare_events", figures, (chart, "run"))
    drawn = analyse(points, Specification("p" if data == "proportion" else "u", minimum_points=0))
    sigma_z = drawn.phases[0].sigma_z
    if sigma_z is None:
        return Suggestion(chart, data, figures, ("run",))  # type: ignore[arg-type]  # "p" or "u", by `data`
    figures["sigma_z"] = sigma_z
    if sigma_z <= MORE_THAN_CHANCE:
        return Suggestion(chart, data, figures, ("run",))  # type: ignore[arg-type]  # "p" or "u", by `data`
    if data == "proportion":
        return Suggestion("p'", "proportion_varies_more_than_chance", figures, ("p", "run"))
    if data == "rate":
        return Suggestion("u'", "rate_varies_more_than_chance", figures, ("u", "run"))
    return Suggestion("i", "count_varies_more_than_chance", figures, ("c", "run"))
