"""The words of a chart: what it says in one or two plain sentences, for people who know no statistics.

Each sentence is whole, so that it can be translated; the key words stand between asterisks, once. First comes what
somebody would do something about: a change that goes on, then one that passed, the goal, and what is missing.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext

from heartwork.analysis.control_chart import Change, ChartPoint, ControlChart, PhaseResult
from heartwork.analysis.points import Label
from heartwork.web.charts.figure import listed, own_words
from heartwork.web.charts.periods import WEEKS, Periods
from heartwork.web.charts.signs import Sign, shape
from heartwork.web.charts.units import Unit
from heartwork.web.charts.weeks import Gap, in_gap

# The rules from the most to the least telling.
WEIGHT = ["shift", "trend", "few_runs", "crossings", "four_of_five", "two_of_three", "outside_limits"]
MOST_NAMED = 3  # periods named one by one; more are counted


def hidden_words() -> str:
    """What stands in place of a group too small to show, everywhere the same."""
    return gettext("Hidden to protect privacy")


def sentence(
    chart: ControlChart | None,
    unit: Unit,
    *,
    periods: Periods = WEEKS,
    gaps: Sequence[Gap] = (),
) -> str:
    """What the chart says, key words between asterisks. No chart: a group too small to show.

    Two statements at most; `said` has all of them.
    """
    return " ".join(said(chart, unit, periods=periods, gaps=gaps)[:2])


def said(
    chart: ControlChart | None,
    unit: Unit,
    *,
    periods: Periods = WEEKS,
    gaps: Sequence[Gap] = (),
) -> list[str]:
    """Everything there is to say, the most telling first; only the first has marked words."""
    if chart is None:
        return [
            gettext("*Hidden to protect privacy*: too few students to show without showing who they are."),
        ]
    if chart.status == "empty":
        return [gettext("No numbers yet: *the first one begins this chart*.")]
    periods = periods.over([point.label for point in chart.points])
    teller = _Teller(chart, unit, periods)
    statements = [teller.main(), teller.earlier(), teller.new_phase(), teller.goal()]
    return [statement for statement in statements if statement] + _apart(chart, periods, gaps)


class _Teller:
    """One chart and the statements that can be made of it."""

    def __init__(self, chart: ControlChart, unit: Unit, periods: Periods) -> None:
        self.chart, self.unit, self.periods = chart, unit, periods
        self.phase = chart.phases[-1]
        self.told = told(chart)

    def main(self) -> str:
        """The first statement."""
        if self.phase.is_collecting:
            return self._collecting()
        if self.told is None:
            return self._as_before()
        if self.told.age and self.told.rule not in ("crossings", "few_runs") and self.told.side:
            return self._passed(self.told)
        return f"{self._change(self.told)} {_verdict(self.told)}".strip()

    def _collecting(self) -> str:
        words = {"counted": self.phase.counted, "needed": self.periods.count(self.phase.needed)}
        if len(self.chart.phases) > 1:
            words |= {"since": self.periods.full(self.phase.first), "before": self._about(self.chart.phases[-2])}
            return (
                gettext(
                    "New since %(since)s: *%(counted)s of %(needed)s collected*, too early to tell change from chance. "
                    "Before that about %(before)s."
                )
                % words
            )
        if self.told is not None and self.told.side:
            return (
                gettext("*%(counted)s of %(needed)s collected*. More on one side than chance would give: keep looking.")
                % words
            )
        return gettext("*%(counted)s of %(needed)s collected*: too early to tell change from chance.") % words

    def _as_before(self) -> str:
        if len(self.chart.phases) > 1:
            return gettext(
                "Since %(since)s about %(now)s, *before that %(before)s*: nothing since then but chance."
            ) % {
                "since": self.periods.full(self.phase.first),
                "now": self._about(self.phase),
                "before": self._about(self.chart.phases[-2]),
            }
        last = _with_limits(self.chart, self.phase)
        if "no_variation" in self.chart.warnings:
            return gettext("Always %(centre)s so far: *no change at all*.") % {"centre": self._about(self.phase)}
        if last is None:
            return gettext("Around %(centre)s, *as before*: nothing here but chance.") % {
                "centre": self._about(self.phase)
            }
        return gettext("Between %(lower)s and %(upper)s, *as before*: nothing here but chance.") % self._limits(last)

    def _passed(self, change: Change) -> str:
        last = _with_limits(self.chart, self.phase)
        words = {"when": self.periods.span(change.since, change.until), "centre": self._about(self.phase)}
        if change.rule == "outside_limits" and last is not None:
            words |= self._limits(last)
            if change.side == "high":
                text = gettext("Between %(lower)s and %(upper)s, *but for %(when)s*: above what chance explains.")
            else:
                text = gettext("Between %(lower)s and %(upper)s, *but for %(when)s*: below what chance explains.")
        elif change.side == "high":
            text = gettext("Higher than chance explains from %(when)s, *now as before*, around %(centre)s.")
        else:
            text = gettext("Lower than chance explains from %(when)s, *now as before*, around %(centre)s.")
        return text % words

    def _change(self, change: Change) -> str:
        centre = self.phase.centre
        words = {
            "centre": "" if centre is None else self.unit.words(centre),
            "weeks": self.periods.count(change.points),
            "since": self.periods.full(change.since),
            "when": self.periods.span(change.since, change.until),
        }
        high = change.side == "high"
        if change.rule == "shift":
            if high:
                return gettext("All above %(centre)s for %(weeks)s now, since %(since)s.") % words
            return gettext("All below %(centre)s for %(weeks)s now, since %(since)s.") % words
        if change.rule == "trend":
            if high:
                return gettext("Rising at every step since %(since)s, %(weeks)s by now.") % words
            return gettext("Falling at every step since %(since)s, %(weeks)s by now.") % words
        if change.rule in ("crossings", "few_runs"):
            if high:
                return (
                    gettext("Crosses %(centre)s less often than chance explains; the longest stay above it: %(when)s.")
                    % words
                )
            return (
                gettext("Crosses %(centre)s less often than chance explains; the longest stay below it: %(when)s.")
                % words
            )
        if change.rule in ("two_of_three", "four_of_five"):
            if high:
                return gettext("Near the upper edge more often than chance explains, since %(since)s.") % words
            return gettext("Near the lower edge more often than chance explains, since %(since)s.") % words
        if change.rule == "outside_limits":
            return self._outside(change, words)
        if change.rule in ("many_runs", "alternating"):
            return gettext("Up and down more often than chance explains: *two different things may be mixed here*.")
        if change.rule == "hugging":
            return gettext("Closer to %(centre)s than chance explains: *the numbers may be smoothed or mixed*.") % words
        return gettext("Away from %(centre)s on both sides: *two different things may be mixed here*.") % words

    def _outside(self, change: Change, words: dict[str, str]) -> str:
        if change.points > 1:
            if change.side == "high":
                return gettext("Above what chance explains for %(weeks)s now, since %(since)s.") % words
            return gettext("Below what chance explains for %(weeks)s now, since %(since)s.") % words
        value = next(point.y for point in self.chart.points if point.label == change.until)
        words |= {"value": "" if value is None else self.unit.words(value)}
        if change.side == "high":
            return gettext("The latest, %(since)s, lies *above what chance explains*: %(value)s.") % words
        return gettext("The latest, %(since)s, lies *below what chance explains*: %(value)s.") % words

    def earlier(self) -> str:
        """A change that passed and went the other way."""
        if self.told is None or self.told.age or self.phase.is_collecting:
            return ""
        whole = self.told.points  # the stretch just before is the other end of the same change
        others = [c for c in counted(self.chart) if c.side and c.side != self.told.side and c.age > whole]
        if not others:
            return ""
        other = min(others, key=lambda change: (-change.points, change.age))
        words = {"when": self.periods.span(other.since, other.until)}
        if other.kind == "improvement":
            return gettext("Earlier (%(when)s) it was better than chance explains.") % words
        if other.kind == "concern":
            return gettext("Earlier (%(when)s) it was worse than chance explains.") % words
        if other.side == "high":
            return gettext("Earlier (%(when)s) it was higher than chance explains.") % words
        return gettext("Earlier (%(when)s) it was lower than chance explains.") % words

    def new_phase(self) -> str:
        """Why people began to count anew."""
        if len(self.chart.phases) < 2 or not self.phase.reason:
            return ""
        words = {"since": self.periods.full(self.phase.first), "reason": own_words(self.phase.reason).rstrip(".")}
        return gettext("Counted anew since %(since)s: %(reason)s.") % words

    def goal(self) -> str:
        """How the goal lies to what chance gives."""
        target = self.chart.specification.target
        if target is None:
            return ""
        words = {"goal": self.unit.words(target)}
        if self.chart.assurance == "will_hit":
            return gettext("The goal of %(goal)s is reached, and not by luck alone.") % words
        if self.chart.assurance == "hit_or_miss":
            return gettext("The goal of %(goal)s is within reach: met at times, missed at times, by chance.") % words
        if self.chart.assurance == "will_miss":
            return gettext("The goal of %(goal)s is not within reach yet.") % words
        return ""

    def _about(self, phase: PhaseResult) -> str:
        return "" if phase.centre is None else self.unit.words(phase.centre)

    def _limits(self, point: ChartPoint) -> dict[str, str]:
        return dict(zip(("lower", "upper"), edges(point, self.unit), strict=True))


def edges(point: ChartPoint, unit: Unit) -> tuple[str, str]:
    """The limits at a point in words, held to where the scale ends by nature."""
    lower, upper = point.lower or 0.0, point.upper or 0.0
    if unit.least is not None and point.y is not None and point.y >= unit.least:
        lower = max(lower, unit.least)
    if unit.most is not None and point.y is not None and point.y <= unit.most:
        upper = min(upper, unit.most)
    return unit.words(lower), unit.words(upper)


def told(chart: ControlChart) -> Change | None:
    """The change that the words are about: the most telling of those that go on, else the latest that passed."""
    if not chart.phases:
        return None
    here = [change for change in counted(chart) if change.part == chart.phases[-1].part]

    def weight(change: Change) -> int:
        return WEIGHT.index(change.rule) if change.rule in WEIGHT else len(WEIGHT)

    current = [change for change in here if change.age == 0]
    if current:
        return min(current, key=weight)
    patterns = [change for change in here if change.rule in ("crossings", "few_runs")]
    return patterns[-1] if patterns else min(here, key=lambda change: change.age, default=None)


def counted(chart: ControlChart) -> list[Change]:
    """The changes that count: a stretch of points that people left out says nothing new."""
    if not chart.specification.excluded:
        return [*chart.changes]
    included = {point.label for point in chart.points if point.is_included}
    place = {point.label: i for i, point in enumerate(chart.points)}
    return [
        change
        for change in chart.changes
        if any(p.label in included for p in chart.points[place[change.since] : place[change.until] + 1])
    ]


def _verdict(change: Change) -> str:
    if change.side is None:
        return ""
    if change.age:
        return gettext("*Something moved, more than chance explains.*")
    if change.rule == "outside_limits" and change.points == 1:
        if change.kind == "improvement":
            return gettext("That is the better side: ask what helped.")
        if change.kind == "concern":
            return gettext("That is the worse side: ask what happened.")
        return gettext("Ask what was different.")
    if change.kind == "improvement":
        return gettext("*Likely a real change for the better.*")
    if change.kind == "concern":
        return gettext("*Likely a real change for the worse.*")
    if change.side == "high":
        return gettext("*Likely a real change, higher than before.*")
    return gettext("*Likely a real change, lower than before.*")


def _with_limits(chart: ControlChart, phase: PhaseResult) -> ChartPoint | None:
    here = (point for point in reversed(chart.points) if point.part == phase.part)
    return next((point for point in here if point.lower is not None and point.upper is not None), None)


def _apart(chart: ControlChart, periods: Periods, gaps: Sequence[Gap]) -> list[str]:
    """What is missing, and what was left out."""
    out = []
    missing = [point.label for point in chart.points if point.y is None and not in_gap(point.label, gaps)]
    if missing:
        words = {"weeks": periods.count(len(missing)), "when": _named(missing, periods)}
        out.append(
            gettext("No data for %(weeks)s: %(when)s.") % words
            if words["when"]
            else gettext("No data for %(weeks)s.") % words
        )
    there = {point.label for point in chart.points}
    for exclusion in chart.specification.excluded:
        if exclusion.label in there:
            words = {"when": periods.full(exclusion.label), "reason": own_words(exclusion.reason).rstrip(".")}
            out.append(
                gettext("%(when)s is left out of the lines: %(reason)s.") % words
                if words["reason"]
                else gettext("%(when)s is left out of the lines.") % words
            )
    return out


def _named(labels: Sequence[Label], periods: Periods) -> str:
    return listed([periods.full(label) for label in labels]) if len(labels) <= MOST_NAMED else ""


# -- for tables


def variation_words(chart: ControlChart | None, unit: Unit, *, periods: Periods = WEEKS) -> Sign:
    """How the series moved, in few words, with its shape: "higher since January 5 (better)", "as before"."""
    if chart is None:
        return Sign(shape("hidden"), hidden_words().lower())
    if chart.status == "empty":
        return Sign(shape("collecting"), gettext("nothing yet"))
    periods = periods.over([point.label for point in chart.points])
    phase, change = chart.phases[-1], told(chart)
    if phase.is_collecting:
        words = {"counted": phase.counted, "needed": periods.count(phase.needed)}
        return Sign(shape("collecting"), gettext("%(counted)s of %(needed)s collected") % words)
    if change is None:
        return Sign(shape("as_before"), _step_words(chart, unit, periods))
    words = {"since": periods.full(change.since), "when": periods.span(change.since, change.until)}
    if change.side is None:
        return Sign(shape("pattern"), gettext("up and down more than chance explains"))
    if change.age:
        return Sign(shape("as_before"), gettext("as before, but for %(when)s") % words)
    high = change.side == "high"
    return Sign(shape("high" if high else "low"), _moved(change, high) % words)


def _moved(change: Change, high: bool) -> str:
    if change.kind == "improvement":
        return gettext("higher since %(since)s (better)") if high else gettext("lower since %(since)s (better)")
    if change.kind == "concern":
        return gettext("higher since %(since)s (worse)") if high else gettext("lower since %(since)s (worse)")
    return gettext("higher since %(since)s") if high else gettext("lower since %(since)s")


def _step_words(chart: ControlChart, unit: Unit, periods: Periods) -> str:
    now, before = chart.phases[-1], chart.phases[-2] if len(chart.phases) > 1 else None
    if before is None or now.centre is None or before.centre is None:
        return gettext("as before")
    return gettext("about %(now)s since %(since)s, before that %(before)s") % {
        "now": unit.words(now.centre),
        "since": periods.full(now.first),
        "before": unit.words(before.centre),
    }


def assurance_words(chart: ControlChart | None, unit: Unit) -> Sign | None:
    """How the goal lies to what chance gives, in few words, with its shape; None where there is no goal."""
    if chart is None or chart.specification.target is None:
        return None
    words = {"goal": unit.words(chart.specification.target)}
    up = chart.specification.direction != "down"
    if chart.assurance == "will_hit":
        return Sign(shape("within_above" if up else "within_below"), gettext("goal %(goal)s: reached") % words)
    if chart.assurance == "hit_or_miss":
        return Sign(shape("across"), gettext("goal %(goal)s: met at times, missed at times") % words)
    if chart.assurance == "will_miss":
        return Sign(
            shape("short_below" if up else "short_above"), gettext("goal %(goal)s: not within reach yet") % words
        )
    return Sign(shape("collecting"), gettext("goal %(goal)s: too early to say") % words)


def reasons(change: Change, periods: Periods) -> str:
    """Why a point or a stretch is marked, for the note under the picture."""
    words = {"when": periods.span(change.since, change.until)}
    high = change.side == "high"
    if change.rule == "outside_limits":
        text = (
            gettext("%(when)s: above what chance explains") if high else gettext("%(when)s: below what chance explains")
        )
    elif change.rule == "trend":
        text = gettext("%(when)s: rising at every step") if high else gettext("%(when)s: falling at every step")
    elif change.rule in ("two_of_three", "four_of_five"):
        text = gettext("%(when)s: near the upper edge") if high else gettext("%(when)s: near the lower edge")
    elif change.rule in ("shift", "crossings", "few_runs"):
        text = gettext("%(when)s: all on the upper side") if high else gettext("%(when)s: all on the lower side")
    elif change.rule == "hugging":
        text = gettext("%(when)s: closer to the middle than chance explains")
    else:
        text = gettext("%(when)s: up and down more often than chance explains")
    return text % words


def names_of(groups: Iterable[str]) -> str:
    """Names of groups after each other, their asterisks tamed."""
    return listed([own_words(name) for name in groups])
