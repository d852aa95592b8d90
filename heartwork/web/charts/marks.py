"""What is lettered on a chart: points with a reason, and stretches that moved together."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from heartwork.analysis.control_chart import ControlChart
from heartwork.analysis.points import Label
from heartwork.web.charts.figure import letters, own_words
from heartwork.web.charts.periods import Periods
from heartwork.web.charts.sentences import counted, reasons

TOGETHER = {"shift", "trend", "crossings", "few_runs", "two_of_three", "four_of_five"}


@dataclass(frozen=True)
class Marked:
    """A letter, the positions it stands for, and why. is_stretch: drawn as a bracket under the plot.

    own: the words of people alone, to write beside the point where there is room.
    """

    letter: str
    first: int
    last: int
    words: str
    is_stretch: bool
    own: str = ""


def marked(chart: ControlChart, periods: Periods, annotations: Mapping[Label, str]) -> list[Marked]:
    """Everything that bears a letter, in order of time; rules about the same points share one."""
    position = {point.label: i for i, point in enumerate(chart.points)}
    left = {own.label: own_words(own.reason) for own in chart.specification.excluded if own.label in position}
    notes = {position[label]: own_words(text) for label, text in annotations.items() if label in position}
    found: dict[tuple[int, int, bool], list[str]] = {}
    own: dict[tuple[int, int, bool], str] = {}
    for change in counted(chart):
        first, last = position[change.since], position[change.until]
        key = first, last, change.rule != "outside_limits"
        words = reasons(change, periods)
        if words not in found.setdefault(key, []):
            found[key].append(words)
    points_of = [key for key in found if not key[2]]
    for at in sorted({*notes, *(position[label] for label in left)}):
        key = next((key for key in points_of if key[0] <= at <= key[1]), (at, at, False))
        when = periods.full(chart.points[at].label)
        said = []
        if at in notes:
            said.append(notes[at])
            own[key] = notes[at]
        if chart.points[at].label in left:
            why = left[chart.points[at].label]
            said.append(gettext("left out of the lines: %(reason)s") % {"reason": why} if why else gettext("left out"))
        text = "; ".join(said)
        if key in found and key[0] == key[1]:
            found[key].append(text)
        else:
            found.setdefault(key, []).append(gettext("%(when)s: %(what)s") % {"when": when, "what": text})
    ordered = sorted(found.items(), key=lambda entry: (entry[0][0], entry[0][2], entry[0][1]))
    return [
        Marked(letter, first, last, "; ".join(words), is_stretch, own.get((first, last, is_stretch), ""))
        for letter, ((first, last, is_stretch), words) in zip(letters(len(ordered)), ordered, strict=True)
    ]
