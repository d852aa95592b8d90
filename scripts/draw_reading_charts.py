"""Draws docs/reading-charts.md and its pictures from the numbers below, with the code that draws them in Heartwork.

Run it after a change to heartwork/web/charts; a test says when it is time. Each picture is an SVG with its own style,
so that it shows on a code host, on paper and without a network.
"""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heartwork.config.settings")

import django  # noqa: E402

django.setup()

from django.utils import translation  # noqa: E402

from heartwork.analysis.control_chart import ControlChart, analyse  # noqa: E402
from heartwork.analysis.funnel import funnel as analysed_funnel  # noqa: E402
from heartwork.analysis.groups import gap, pareto  # noqa: E402
from heartwork.analysis.points import Point  # noqa: E402
from heartwork.analysis.specification import Exclusion, Phase, Specification  # noqa: E402
from heartwork.web import charts  # noqa: E402
from heartwork.web.charts import Cycle, Figure, Gap, Group, Pair  # noqa: E402

PAGE = PROJECT / "docs" / "reading-charts.md"
PICTURES = PROJECT / "docs" / "pictures" / "reading"
STYLES = PROJECT / "heartwork" / "web" / "static" / "web" / "heartwork.css"

# -- a school year, and numbers given by hand

FIRST = date(2026, 9, 7)
RESTS = (
    Gap(date(2026, 11, 16), date(2026, 11, 30), "Thanksgiving"),
    Gap(date(2026, 12, 14), date(2027, 1, 4), "Winter break"),
)
WEEKS = [
    week
    for week in (FIRST + timedelta(weeks=n) for n in range(30))
    if not any(rest.after < week < rest.before for rest in RESTS)
]
JANUARY = WEEKS.index(date(2027, 1, 4))

STEADY = [52, 48, 55, 51, 46, 53, 50, 54, 47, 52, 56, 49, 47, 53, 51, 49, 54, 50, 52, 48]
RISEN = [50, 47, 53, 49, 45, 51, 48, 52, 46, 50, 49, 47, 56, 60, 57, 61, 58, 62, 59, 60]
STEPPED = [52, 48, 55, 51, 46, 53, 50, 54, 47, 52, 56, 49, 51, 53, 66, 63, 69, 65, 68, 64, 67, 66, 70, 65, 68, 64]
DIPPED = [44, 41, 46, 43, 40, 45, 42, 46, 43, 50, 54, 49, 53, 48, 55, 49, 54, 57, 60, 58, 62, 57, 61, 59, 63, 58]


def points(values: Sequence[float | None]) -> list[Point]:
    """A number a week of school, from September."""
    return [Point(week, value=value) for week, value in zip(WEEKS, values, strict=False)]


def chart(values: Sequence[float | None], **choices: object) -> ControlChart:
    """The chart of these numbers; up is better unless said otherwise."""
    specification = Specification(**{"direction": "up", "may_be_negative": False, **choices})  # type: ignore[arg-type]
    return analyse(points(values), specification)


def figure(ident: str, analysed: ControlChart | None, title: str = "An adult I would go to", **more: object) -> Figure:
    """The chart as a page would show it."""
    unit = more.pop("unit", charts.PERCENT)
    return charts.control_chart(analysed, ident=ident, title=title, unit=unit, gaps=RESTS, **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Example:
    """One chart of the page. says: how to read it, for someone who has never seen one."""

    heading: str
    figure: Figure
    says: str

    @property
    def pictures(self) -> list[tuple[str, str, str]]:
        """File name, alternative text and SVG of each picture."""
        panels = [(f"{self.figure.ident}-{n}", p.name, p.picture) for n, p in enumerate(self.figure.panels, 1)]
        whole = [(self.figure.ident, self.figure.title, self.figure.wide)]
        return [(name, alt, svg) for name, alt, svg in panels or whole if svg]


def examples() -> Iterator[Example]:
    """Every kind of chart and every kind of sentence, from the plainest on."""
    yield Example(
        "Nothing has changed",
        figure("no-change", chart(STEADY)),
        "Each dot is a week. The line is the average; the pale band is where weeks fall by chance, as long as nothing "
        "changes. All dots are inside, on both sides of the line: a good week is no success yet and a bad one no "
        "failure. If you want other numbers, something has to be done differently.",
    )
    yield Example(
        "Better",
        figure("better", chart(RISEN)),
        "Since Thanksgiving every week lies above the average. One or two would be luck; so many in a row seldom are. "
        "The dots that moved together are hollow, over a bracket with a letter. Ask what was done differently, and "
        "keep it.",
    )
    yield Example(
        "Worse",
        figure("worse", chart([100 - value for value in RISEN], direction="up"), "Came to school every day"),
        "The same, downward, where up is better. The chart does not say why. Nothing is red: it is a question, not a "
        "verdict.",
    )
    yield Example(
        "An early concern and a later improvement",
        figure("both", chart(DIPPED)),
        "Two stretches moved, each with a bracket of its own: low in September, high since January. The sentence tells "
        "the one that goes on first.",
    )
    yield Example(
        "Higher, and nobody says whether that is better",
        figure(
            "neutral",
            chart([value / 2 for value in RISEN], direction="neutral"),
            "Visits to the counselor",
            unit=charts.PER_100,
        ),
        "For some measures more is neither good nor bad. More visits can mean more need or more trust. The chart says "
        "higher and leaves the rest to you.",
    )
    yield Example(
        "Lower is better",
        figure(
            "lower",
            chart([82 - value for value in RISEN], direction="down"),
            "Minutes of class missed",
            unit=charts.MINUTES,
        ),
        "Where less is better, a stay below the line is the better side, and the words say so.",
    )
    yield Example(
        "Too little data",
        figure("collecting", chart(STEADY[:7])),
        "Before twelve weeks there is no band, because nobody could say where it lies. The dashed line is the middle "
        "so far: half of the weeks are above it. Keep collecting.",
    )
    yield Example(
        "Nothing yet",
        figure("nothing", chart([None] * 3)),
        "No number has come in. An empty chart is not a zero.",
    )
    yield Example(
        "Weeks without data",
        figure("missing", chart([*STEADY[:8], None, None, *STEADY[10:]])),
        "Two weeks have no number, and the line breaks there. No data is not zero and not fine: ask why there is none.",
    )
    yield Example(
        "Where the band follows how many answered",
        figure(
            "sizes",
            analyse(
                [
                    Point(week, numerator=round(n * value / 100), denominator=n)
                    for week, value, n in zip(WEEKS, STEADY, [40, 42, 41, 95, 98, 96, 97] * 3, strict=False)
                ],
                Specification("p", direction="up", multiply=100),
            ),
        ),
        "The band is wider in weeks when few answered: among 40 students chance moves a share more than among 95. Each "
        "week is compared with its own band.",
    )
    yield Example(
        "Counted anew",
        figure(
            "new-phase",
            chart(
                STEPPED,
                target=75,
                phases=(Phase(WEEKS[0]), Phase(WEEKS[JANUARY], reason="two-minute talks are now what everyone does")),
            ),
            cycles=(
                Cycle(WEEKS[8], WEEKS[10], "Cycle 1", "Names at the door"),
                Cycle(WEEKS[JANUARY], WEEKS[JANUARY + 3], "Cycle 2", "Two-minute talks"),
            ),
        ),
        "People decided that a change is real, knew why, expected it to last and watched it for weeks. From then on a "
        "new average is counted; the line steps, and the old average stays for comparison. Spans with a bar on top are "
        "tests of change. Hatched gaps are weeks without school.",
    )
    yield Example(
        "Counted anew, and too early",
        figure("new-phase-early", chart(STEPPED[:17], phases=(Phase(WEEKS[0]), Phase(WEEKS[JANUARY])))),
        "The new stretch is young. It has a dashed middle and no band until twelve weeks are in.",
    )
    yield Example(
        "Goal reached",
        figure("goal-reached", chart(STEADY, target=35)),
        "The dotted line is the goal. The whole band lies on its better side: as things are, no week is likely to "
        "miss it. Choose a next goal, or look elsewhere.",
    )
    yield Example(
        "Goal met at times",
        figure("goal-at-times", chart(STEADY, target=55)),
        "The goal runs through the band: some weeks meet it, some miss it, and nobody did anything differently. Praise "
        "for one week and worry about the next would both be about luck.",
    )
    yield Example(
        "Goal not within reach yet",
        figure("goal-far", chart(STEADY, target=75)),
        "The goal lies beyond the band. More effort of the same kind will not reach it; a change in how things are "
        "done might.",
    )
    yield Example(
        "One week that stands out, just now",
        figure("one-week", chart([*STEADY[:-1], 31])),
        "A ring with a letter is a week outside the band. Chance seldom does that. Ask those who were there what was "
        "different, while they remember.",
    )
    yield Example(
        "One week that stood out, with its reason",
        figure(
            "one-week-past",
            chart([*STEADY[:6], 30, *STEADY[7:]]),
            annotations={WEEKS[6]: "fire drill week, half of the advisories met"},
        ),
        "Somebody wrote down why. The weeks after it are as before, so nothing needs to be done.",
    )
    yield Example(
        "A week left out",
        figure(
            "left-out",
            chart(
                [*STEADY[:6], 12, *STEADY[7:]], excluded=(Exclusion(WEEKS[6], "the form did not open at two schools"),)
            ),
        ),
        "A crossed-out week is shown and not counted, because it measured something else. The reason is always there; "
        "leaving weeks out because they look bad would make the chart worthless.",
    )
    yield Example(
        "A run chart",
        figure("run-chart", chart(STEADY, chart="run"), "Minutes until a family is called back", unit=charts.MINUTES),
        "The simplest chart: dots and their middle, no band. It finds lasting changes by long stays on one side, and "
        "does not judge single weeks.",
    )
    yield Example(
        "Rising at every step",
        figure(
            "trend",
            chart([51, 48, 54, 50, 46, 53, 49, 55, 47, 52, 50, 45, 46, 48, 49, 51, 53, 56], rules="nhs"),
        ),
        "Seven weeks, each above the one before. Some districts choose rules that look for this. They find more, and "
        "give more false alarms: the caption says how many.",
    )
    yield Example(
        "Crosses the middle too seldom",
        figure(
            "few-crossings",
            chart([45, 46, 44, 47, 45, 46, 52, 53, 54, 52, 51, 53, 49, 47, 46, 48, 53, 52, 54, 53], chart="run"),
        ),
        "No stay on one side is long enough by itself, but the line wanders instead of going to and fro. Something "
        "moves slowly.",
    )
    yield Example(
        "Up and down too often",
        figure(
            "many-crossings",
            chart([45, 55, 44, 56, 46, 54, 45, 57, 44, 55, 46, 56, 45, 54, 44, 55, 46, 57], rules="ihi", chart="run"),
        ),
        "Every other week is high. Perhaps two groups answer in turn, or two people count differently. Chart them "
        "apart.",
    )
    yield _small_multiples()
    yield Example(
        "A group too small to show",
        figure("hidden", None),
        "Where so few students are counted that one of them could be recognized, there is no chart, for anybody who "
        "may not see each student. The words are the same everywhere. Where a neighbor would give the group away, the "
        "neighbor is hidden too.",
    )
    yield _funnel()
    yield _pareto()
    yield _dumbbell()
    yield Example(
        "A line in a table",
        charts.sparkline(
            chart(RISEN), ident="sparkline", title="An adult I would go to", unit=charts.PERCENT, gaps=RESTS
        ),
        "The chart without its words, as small as a word itself. In a table of measures the words stand beside it: "
        + "; ".join(f'"{words}"' for words in _table_words())
        + ".",
    )


def _table_words() -> list[str]:
    shown = [chart(RISEN, target=75), chart(STEADY, target=55), chart(STEADY[:7], target=35)]
    signs = [charts.variation_words(each, charts.PERCENT) for each in shown]
    goals = [charts.assurance_words(each, charts.PERCENT) for each in shown]
    return [sign.words for pair in zip(signs, goals, strict=True) for sign in pair if sign]


def _small_multiples() -> Example:
    phases = (Phase(WEEKS[0]), Phase(WEEKS[JANUARY]))
    groups = [
        Group("Grade 6", chart([value + 3 for value in STEPPED], phases=phases), 74),
        Group("Grade 7", chart(RISEN), 71),
        Group("Grade 8", chart([value - 2 for value in STEADY]), 69),
        Group("Learning English", chart([value - 6 for value in RISEN]), 46),
        Group("In foster care", None),
    ]
    return Example(
        "The same for several groups",
        charts.small_multiples(groups, ident="groups", title="An adult I would go to", unit=charts.PERCENT, gaps=RESTS),
        "One small chart a group, all with the same weeks and the same scale, so that eyes can compare. The order is "
        "always the same and says nothing about merit. The group that is too small keeps its place.",
    )


def _funnel() -> Example:
    schools = [
        (44, 120),
        (61, 180),
        (30, 75),
        (92, 250),
        (120, 340),
        (23, 60),
        (55, 150),
        (70, 210),
        (25, 95),
        (140, 300),
        (38, 110),
    ]
    names = ["Alder", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Juniper", "Larch", "Maple", "Oak", "Pine"]
    return Example(
        "Schools of different size",
        charts.funnel(
            analysed_funnel(schools),
            names,
            [n for _, n in schools],
            ident="funnel",
            title="Students who named an adult they would go to",
            counted="Students who answered",
            hidden=["Willow"],
        ),
        "Each dot is a school. Small schools are at the left, where chance spreads dots widely; large ones at the "
        "right. Between the lines, schools differ no more than chance: there is no first and no last among them. A "
        "ring lies outside; go and learn there.",
    )


def _pareto() -> Example:
    reasons = {
        "Missed the bus": 41,
        "Illness": 34,
        "Looked after a brother or sister": 12,
        "Appointment": 6,
        "Weather": 4,
        "Work": 2,
    }
    return Example(
        "Reasons, most frequent first",
        charts.pareto(pareto(reasons), ident="reasons", title="Why students missed the first period", hidden=["Court"]),
        "The few solid bars at the top make up most of all. Begin there: a late bus can be moved, and four in "
        "ten late mornings with it. Hollow bars are the many that make up little.",
    )


def _dumbbell() -> Example:
    months = [
        date(2026, 9, 1),
        date(2026, 10, 1),
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2027, 2, 1),
    ]
    english = [(18, 40), (19, 41), None, (23, 42), (25, 41), (26, 41)]
    everyone = [(142, 240), (144, 241), (140, 238), (146, 242), (147, 241), (148, 243)]
    one = [
        Point(month) if pair is None else Point(month, numerator=pair[0], denominator=pair[1])
        for month, pair in zip(months, english, strict=True)
    ]
    whole = [Point(month, numerator=k, denominator=n) for month, (k, n) in zip(months, everyone, strict=True)]
    pairs = []
    for small, large in zip(one, whole, strict=True):
        if small.numerator is None or small.denominator is None:
            pairs.append(Pair(small.label, None, None, is_hidden=True))
            continue
        rest = (large.numerator - small.numerator) / (large.denominator - small.denominator)
        pairs.append(Pair(small.label, 100 * small.numerator / small.denominator, 100 * rest))
    gaps = analyse(gap(one, whole), Specification("run", direction="neutral", multiply=100))
    names = {month: f"{month:%B}" for month in months}
    return Example(
        "A gap over time",
        charts.dumbbell(
            pairs,
            ident="gap",
            title="An adult I would go to, by month",
            group="Learning English",
            unit=charts.PERCENT,
            gap_chart=gaps,
            periods=charts.Periods("month", names),
        ),
        "Two dots a month: the group filled, everyone else open. What counts is the way between them. It can shrink "
        "because one rises or because the other falls, so look at both. A dashed box is a month hidden to protect "
        "privacy.",
    )


# -- pictures that stand alone


def style() -> str:
    """The part of our stylesheet that charts need, with the day's value for each token."""
    css = STYLES.read_text(encoding="utf-8")
    rules = css[css.index("/* Charts (") : css.index("/* End of charts */")]
    rules = re.sub(r"/\*.*?\*/", "", rules, flags=re.S)
    days = dict(re.findall(r"--([\w-]+): light-dark\((#\w+), #\w+\)", css))

    def day(found: re.Match[str]) -> str:
        name, fallback = found[1], found[2]
        if name == "sans":
            return "system-ui, sans-serif"
        return days.get(name) or re.sub(r"var\(--([\w-]+)\)", lambda inner: days[inner[1]], fallback or "")

    rules = re.sub(r"var\(--([\w-]+)(?:, (var\(--[\w-]+\)))?\)", day, rules)
    return " ".join(rules.split())


def alone(svg: str) -> str:
    """The picture as a file of its own, on white."""
    head, rest = svg.split(">", 1)
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    named, shapes = rest.split("</desc>", 1)
    return f'{head} xmlns="http://www.w3.org/2000/svg">{named}</desc><style>{style()}</style>{ground}{shapes}\n'


INTRODUCTION = """# How to read charts

For everyone; no statistics needed. Each chart in Heartwork has a sentence, a picture and a table, and they say the
same. The sentence is enough for most days. All numbers here are invented, and this page is drawn by the code that draws
the charts in Heartwork (`scripts/draw_reading_charts.py`).

Three things to know:

- **Numbers move by chance.** A week is higher or lower than the one before for no reason at all. The pale band shows
  how far chance goes.
- **A signal is a pattern that chance seldom makes:** one week far out, or many on one side. It says that something
  changed, not what. And luck gives false signals too; the caption of each chart says how often.
- **Nothing is good or bad by color.** Every sign has a shape and a word: a ring, a hollow dot, a bracket, a cross, a
  dotted line, hatching.
"""


def documents() -> dict[Path, str]:
    """The page and its pictures as they should be, by their paths."""
    out: dict[Path, str] = {}
    with translation.override("en-us"):
        parts = [INTRODUCTION]
        for n, example in enumerate(examples(), 1):
            shown = example.figure
            lines = [f"## {n}. {example.heading}", "> " + re.sub(r"\*(.+?)\*", r"**\1**", shown.sentence)]
            for panel in shown.panels:
                if panel.is_hidden:
                    lines.append(f"{panel.name}: *{panel.sentence}*")
                    continue
                name = f"{shown.ident}-{shown.panels.index(panel) + 1}"
                lines.append(
                    f"{panel.name}, {panel.size}: {panel.sentence}\n\n![{panel.name}](pictures/reading/{name}.svg)"
                )
            if shown.wide:
                lines.append(f"![{shown.title}: {shown.plain_sentence}](pictures/reading/{shown.ident}.svg)")
            lines += ["\n".join(f"- **{note.letter}** {note.words}" for note in shown.notes)] if shown.notes else []
            lines += [f"*{' '.join(shown.caption)}*"] if shown.caption else []
            lines.append(example.says)
            parts.append("\n\n".join(lines) + "\n")
            out |= {PICTURES / f"{name}.svg": alone(svg) for name, _, svg in example.pictures}
        out[PAGE] = "\n".join(parts)
    return out


def main() -> None:
    """Write them, and take away pictures that no chart needs any more."""
    wanted = documents()
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in set(PICTURES.glob("*.svg")) - set(wanted):
        old.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.write(f"{len(wanted) - 1} pictures and {PAGE.relative_to(PROJECT)}\n")


if __name__ == "__main__":
    main()
