"""How a chart is to be drawn: the choices people made, kept with the chart so that it can be drawn again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Literal, get_args

from heartwork.analysis.points import Label

Chart = Literal["run", "i", "mr", "i'", "xbar", "s", "t", "g", "c", "u", "u'", "p", "p'"]
Rules = Literal["anhoej", "nhs", "ihi", "western_electric", "nelson"]
Direction = Literal["up", "down", "neutral"]
Spread = Literal["baseline", "phase"]


@dataclass(frozen=True)
class Phase:
    """A stretch with its own centre and limits, from the first point at or after `start` to the next phase.

    baseline: how many points, counted from the start, centre and limits are taken from and frozen; None: all of them.
    label, reason: what people call it, and why it was split off.
    """

    start: Label
    baseline: int | None = None
    label: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Exclusion:
    """A point that is drawn, but left out of centre, limits and runs, with the reason."""

    label: Label
    reason: str = ""


@dataclass(frozen=True)
class Specification:
    """Everything a chart needs beside its points.

    chart: "run" (median), "i" (XmR), "mr", "i'", "xbar", "s", "t", "g", "c", "u", "u'", "p", "p'".
    direction: which way is better; "neutral" says neither.
    target: what people hope for, in the unit of the drawn chart.
    phases: ascending by start; points before the first form a phase of their own.
    given_centre: a centre known beforehand, in the unit of the points (T: time; G: the mean, drawn at 0.693 of it).
    screen_moving_ranges: leave out moving ranges of 3.267 times their mean or more (Nelson 1982), once.
    spread: where the width of an I' chart is taken from: the baseline, or the whole phase as qicharts2 does.
    minimum_points: a phase shows limits when its baseline has so many points; before that it is a run chart.
        0 gives limits as soon as they can be computed, to compare with other software.
    multiply: the drawn scale, 100 for percent; points and given_centre stay as they are.
    may_be_negative: False draws lower limits below zero at zero, when no point is below zero.
    Raises ValueError for a name it does not know, phases out of order, or a number out of range.

    >>> Specification.from_dict(Specification("i", target=3.0).to_dict()) == Specification("i", target=3.0)
    True
    """

    chart: Chart = "i"
    direction: Direction = "neutral"
    target: float | None = None
    phases: tuple[Phase, ...] = ()
    excluded: tuple[Exclusion, ...] = ()
    given_centre: float | None = None
    rules: Rules = "anhoej"
    screen_moving_ranges: bool = True
    spread: Spread = "baseline"
    minimum_points: int = 12
    multiply: float = 1
    may_be_negative: bool = True

    def __post_init__(self) -> None:
        for name, value, known in (
            ("chart", self.chart, Chart),
            ("rules", self.rules, Rules),
            ("direction", self.direction, Direction),
            ("spread", self.spread, Spread),
        ):
            if value not in get_args(known):
                raise ValueError(f'We know no {name} "{value}"; there are {", ".join(get_args(known))}.')
        starts = [phase.start for phase in self.phases]
        if any(not earlier < later for earlier, later in pairwise(starts)):  # type: ignore[operator]  # of one kind
            raise ValueError("Phases come in order, and no two start together.")
        if any(phase.baseline is not None and phase.baseline < 1 for phase in self.phases):
            raise ValueError("A baseline has at least one point.")
        if self.multiply <= 0 or self.minimum_points < 0:
            raise ValueError("multiply is above zero and minimum_points is zero or more.")

    def to_dict(self) -> dict[str, Any]:
        """Plain values that JSON can hold; a date is {"date": "2026-09-07"}."""
        plain = asdict(self)
        plain["phases"] = [{**phase, "start": _plain(phase["start"])} for phase in plain["phases"]]
        plain["excluded"] = [{**point, "label": _plain(point["label"])} for point in plain["excluded"]]
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Specification":
        """The specification that `to_dict` wrote; what it leaves out has its default."""
        phases = tuple(Phase(**{**phase, "start": _label(phase["start"])}) for phase in plain.get("phases", ()))
        excluded = tuple(Exclusion(**{**point, "label": _label(point["label"])}) for point in plain.get("excluded", ()))
        return cls(**{**plain, "phases": phases, "excluded": excluded})


def _plain(label: Label) -> Any:
    return {"date": label.isoformat()} if isinstance(label, date) else label


def _label(plain: Any) -> Label:
    return date.fromisoformat(plain["date"]) if isinstance(plain, Mapping) else plain
