"""What charts say: one case a sentence, word for word."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from heartwork.analysis.control_chart import analyse
from heartwork.analysis.funnel import funnel as analysed_funnel
from heartwork.analysis.groups import pareto as analysed_pareto
from heartwork.analysis.points import Point
from heartwork.analysis.specification import Exclusion, Phase, Specification
from heartwork.web import charts
from heartwork.web.charts import MINUTES, PER_100, PERCENT, Gap, Group, Pair, Periods
from heartwork.web.charts.luck import luck_words
from heartwork.web.templatetags.web import marked

FIRST = date(2026, 9, 7)
WEEKS = [FIRST + timedelta(weeks=n) for n in range(60)]
STEADY = [52, 48, 55, 51, 46, 53, 50, 54, 47, 52, 56, 49, 47, 53, 51, 49, 54, 50, 52, 48]
RISEN = [50, 47, 53, 49, 45, 51, 48, 52, 46, 50, 49, 47, 56, 60, 57, 61, 58, 62, 59, 60]
FALLEN = [100 - value for value in RISEN]
BOTH = [44, 41, 46, 43, 40, 45, 42, 46, 43, 50, 54, 49, 53, 48, 55, 49, 54, 57, 60, 58, 62, 57, 61, 59, 63, 58]
CLIMB = [51, 48, 54, 50, 46, 53, 49, 55, 47, 52, 50, 45, 46, 48, 49, 51, 53, 56]
WANDERING = [45, 46, 44, 47, 45, 46, 52, 53, 54, 52, 51, 53, 49, 47, 46, 48, 53, 52, 54, 53]
SAW = [45, 55, 44, 56, 46, 54, 45, 57, 44, 55, 46, 56, 45, 54, 44, 55, 46, 57]
TWO = (Phase(WEEKS[0]), Phase(WEEKS[20], reason="two-minute talks."))


def chart(values, **choices):
    points = [Point(week, value=value) for week, value in zip(WEEKS, values, strict=False)]
    return analyse(points, Specification(**{"direction": "up", **choices}))


CASES = {
    "no change": (chart(STEADY), "Between 39% and 63%, *as before*: nothing here but chance."),
    "better": (
        chart(RISEN),
        "All above 53% for 8 weeks now, since November 30. *Likely a real change for the better.*",
    ),
    "worse": (chart(FALLEN), "All below 47% for 8 weeks now, since November 30. *Likely a real change for the worse.*"),
    "both": (
        chart(BOTH),
        "All above 51% for 10 weeks now, since December 28. *Likely a real change for the better.* "
        "Earlier (September 7 to November 9) it was worse than chance explains.",
    ),
    "higher, neither better nor worse": (
        chart(RISEN, direction="neutral"),
        "All above 53% for 8 weeks now, since November 30. *Likely a real change, higher than before.*",
    ),
    "lower is better": (
        chart(FALLEN, direction="down"),
        "All below 47% for 8 weeks now, since November 30. *Likely a real change for the better.*",
    ),
    "too little data": (chart(STEADY[:7]), "*7 of 12 weeks collected*: too early to tell change from chance."),
    "too little data, one-sided": (
        chart([50, 40, 60, 41, 42, 43, 44, 45, 56, 57], rules="ihi"),
        "*10 of 12 weeks collected*. More on one side than chance would give: keep looking.",
    ),
    "nothing yet": (chart([None, None]), "No numbers yet: *the first one begins this chart*."),
    "hidden": (None, "*Hidden to protect privacy*: too few students to show without showing who they are."),
    "missing weeks": (
        chart([*STEADY[:8], None, None, *STEADY[10:]]),
        "Between 40% and 62%, *as before*: nothing here but chance. No data for 2 weeks: November 2, November 9.",
    ),
    "many missing weeks": (
        chart([*STEADY[:8], None, None, None, None, *STEADY[8:]]),
        "Between 39% and 62%, *as before*: nothing here but chance. No data for 4 weeks.",
    ),
    "counted anew": (
        chart([*STEADY, *[value + 15 for value in STEADY]], phases=TWO),
        "Since January 25 about 66%, *before that 51%*: nothing since then but chance. "
        "Counted anew since January 25: two-minute talks.",
    ),
    "counted anew and too early": (
        chart([*STEADY, 66, 63, 69], phases=TWO),
        "New since January 25: *3 of 12 weeks collected*, too early to tell change from chance. Before that about 51%. "
        "Counted anew since January 25: two-minute talks.",
    ),
    "goal reached": (
        chart(STEADY, target=35),
        "Between 39% and 63%, *as before*: nothing here but chance. The goal of 35% is reached, and not by luck alone.",
    ),
    "goal hit or miss": (
        chart(STEADY, target=55),
        "Between 39% and 63%, *as before*: nothing here but chance. "
        "The goal of 55% is within reach: met at times, missed at times, by chance.",
    ),
    "goal not within reach": (
        chart(STEADY, target=75),
        "Between 39% and 63%, *as before*: nothing here but chance. The goal of 75% is not within reach yet.",
    ),
    "goal reached from above": (
        chart(STEADY, target=70, direction="down"),
        "Between 39% and 63%, *as before*: nothing here but chance. The goal of 70% is reached, and not by luck alone.",
    ),
    "one point now, worse": (
        chart([*STEADY[:-1], 31]),
        "The latest, January 18, lies *below what chance explains*: 31%. That is the worse side: ask what happened.",
    ),
    "one point now, better": (
        chart([*STEADY[:-1], 75]),
        "The latest, January 18, lies *above what chance explains*: 75%. That is the better side: ask what helped.",
    ),
    "one point now, neutral": (
        chart([*STEADY[:-1], 75], direction="neutral"),
        "The latest, January 18, lies *above what chance explains*: 75%. Ask what was different.",
    ),
    "one point then": (
        chart([*STEADY[:6], 30, *STEADY[7:]]),
        "Between 38% and 62%, *but for October 19*: below what chance explains.",
    ),
    "left out": (
        chart([*STEADY[:6], 12, *STEADY[7:]], excluded=(Exclusion(WEEKS[6], "the form did not open."),)),
        "Between 39% and 62%, *as before*: nothing here but chance. "
        "October 19 is left out of the lines: the form did not open.",
    ),
    "run chart": (chart(STEADY, chart="run"), "Around 51%, *as before*: nothing here but chance."),
    "trend": (
        chart(CLIMB, rules="nhs"),
        "Rising at every step since November 23, 7 weeks by now. *Likely a real change for the better.*",
    ),
    "too few crossings": (
        chart(WANDERING, chart="run"),
        "Crosses 50% less often than chance explains; the longest stay above it: October 19 to November 23. "
        "*Something moved, more than chance explains.*",
    ),
    "too many crossings": (
        chart(SAW, chart="run", rules="ihi"),
        "Up and down more often than chance explains: *two different things may be mixed here*.",
    ),
    "no variation": (chart([50] * 14), "Always 50% so far: *no change at all*."),
}


@pytest.mark.parametrize("case", CASES)
def test_the_sentence_of(case):
    analysed, words = CASES[case]
    assert charts.sentence(analysed, PERCENT) == words


@pytest.mark.parametrize("case", CASES)
def test_every_sentence_marks_its_key_words_once(case):
    words = charts.sentence(CASES[case][0], PERCENT)
    assert words.count("*") == 2
    assert "*" not in marked(words)


def test_a_goal_told_after_two_other_statements_is_still_told_in_the_caption():
    analysed = chart([*STEADY, *[value + 15 for value in STEADY]], phases=TWO, target=75)
    figure = charts.control_chart(analysed, ident="f", title="t", unit=PERCENT)
    assert "The goal of 75% is within reach: met at times, missed at times, by chance." in figure.caption


def test_weeks_within_a_rest_are_not_missing():
    analysed = chart([*STEADY[:8], None, *STEADY[9:]])
    assert "No data" in charts.sentence(analysed, PERCENT)
    assert "No data" not in charts.sentence(analysed, PERCENT, gaps=[Gap(WEEKS[7], WEEKS[9], "Fall break")])


def test_other_units_and_periods_have_their_words():
    months = Periods("month", {week: f"month {n}" for n, week in enumerate(WEEKS, 1)})
    assert charts.sentence(chart(STEADY[:7]), MINUTES, periods=months).startswith("*7 of 12 months collected*")
    assert charts.sentence(chart([*STEADY[:-1], 75]), PER_100, periods=months).startswith(
        "The latest, month 20, lies *above what chance explains*: 75.0 per 100."
    )


def test_one_week_is_not_weeks():
    assert "No data for 1 week: November 2." in charts.sentence(chart([*STEADY[:8], None, *STEADY[9:]]), PERCENT)


SIGNS = {
    "as before": chart(STEADY),
    "higher since November 30 (better)": chart(RISEN),
    "lower since November 30 (worse)": chart(FALLEN),
    "lower since November 30 (better)": chart(FALLEN, direction="down"),
    "higher since November 30": chart(RISEN, direction="neutral"),
    "as before, but for October 19": chart([*STEADY[:6], 30, *STEADY[7:]]),
    "7 of 12 weeks collected": chart(STEADY[:7]),
    "nothing yet": chart([]),
    "up and down more than chance explains": chart(SAW, chart="run", rules="ihi"),
    "about 66% since January 25, before that 51%": chart([*STEADY, *[value + 15 for value in STEADY]], phases=TWO),
    "hidden to protect privacy": None,
}


@pytest.mark.parametrize("words", SIGNS)
def test_in_a_table_the_chart_says(words):
    sign = charts.variation_words(SIGNS[words], PERCENT)
    assert sign.words == words
    assert 'aria-hidden="true"' in sign.picture


def test_higher_and_lower_have_different_shapes_whatever_is_better():
    high, low = charts.variation_words(chart(RISEN), PERCENT), charts.variation_words(chart(FALLEN), PERCENT)
    assert high.picture != low.picture
    assert low.picture == charts.variation_words(chart(FALLEN, direction="down"), PERCENT).picture


def test_the_goal_in_a_table_has_a_word_and_a_shape():
    goals = [charts.assurance_words(chart(STEADY, target=target), PERCENT) for target in (35, 55, 75)]
    assert [goal.words for goal in goals] == [
        "goal 35%: reached",
        "goal 55%: met at times, missed at times",
        "goal 75%: not within reach yet",
    ]
    assert len({goal.picture for goal in goals}) == 3
    assert charts.assurance_words(chart(STEADY), PERCENT) is None
    assert charts.assurance_words(chart(STEADY[:7], target=55), PERCENT).words == "goal 55%: too early to say"


def test_groups_are_told_by_whether_they_changed_and_never_ranked():
    groups = [
        Group("Grade 7", chart(RISEN)),
        Group("Grade 6", chart(STEADY)),
        Group("Grade 8", chart(STEADY[:5])),
        Group("In foster care", None),
    ]
    figure = charts.small_multiples(groups, ident="g", title="t", unit=PERCENT)
    assert figure.sentence == (
        "*Likely changed: Grade 7.* As before: Grade 6. Too early to say: Grade 8. "
        "1 group is hidden to protect privacy."
    )


def test_a_funnel_says_who_stands_out_and_that_the_others_do_not():
    schools = [(37, 100)] * 11 + [(160, 300)]
    names = [f"School {n}" for n in range(12)]
    far = charts.funnel(analysed_funnel(schools), names, [n for _, n in schools], ident="u", title="t")
    assert far.sentence == (
        "*School 11 (53%) lies farther from the usual 41% than chance explains.* "
        "The other 11 differ no more than their size lets one expect."
    )
    near = charts.funnel(analysed_funnel(schools[:11]), names[:11], [100] * 11, ident="u", title="t", hidden=["Oak"])
    assert near.sentence == (
        "*No group stands out*: all lie around 37%, as near as their size lets one expect. "
        "1 group is hidden to protect privacy."
    )
    assert near.table.rows[-1] == ("Oak", "", "Hidden to protect privacy", "", "")


def test_a_pareto_chart_says_what_the_few_make_up_if_they_are_few():
    few = charts.pareto(analysed_pareto({"Bus": 60, "Illness": 25, "Work": 10, "Court": 5}), ident="p", title="t")
    assert few.sentence == "*Bus, Illness make up 85%* of 100."
    even = charts.pareto(analysed_pareto(dict.fromkeys("abcd", 10)), ident="p", title="t")
    assert even.sentence == "*No few reasons stand out* among 40."
    assert charts.pareto([], ident="p", title="t").sentence == "No numbers yet: *the first ones begin this chart*."


@pytest.mark.parametrize(
    ("latest", "words"),
    [
        (57, "The gap between Elm and everyone else *shrank from 17 points to 5 points*, September 7 to October 5."),
        (40, "The gap between Elm and everyone else *grew from 17 points to 22 points*, September 7 to October 5."),
        (45, "The gap between Elm and everyone else is *17 points*."),
    ],
)
def test_a_gap_is_told_by_how_it_changed(latest, words):
    pairs = [Pair(WEEKS[0], 45, 62), Pair(WEEKS[4], latest, 62)]
    assert charts.dumbbell(pairs, ident="d", title="t", group="Elm", unit=PERCENT).sentence == words


def test_a_gap_that_is_charted_says_whether_its_change_is_more_than_chance():
    pairs = [Pair(WEEKS[0], 45, 62), Pair(WEEKS[19], 60, 62)]
    more = {"ident": "d", "title": "t", "group": "Elm", "unit": PERCENT}
    assert charts.dumbbell(pairs, gap_chart=chart(RISEN), **more).sentence.endswith(" Likely a real change.")
    assert charts.dumbbell(pairs, gap_chart=chart(STEADY), **more).sentence.endswith(" Not yet different from chance.")


def test_a_gap_hidden_all_along_is_hidden():
    pairs = [Pair(WEEKS[0], 1.0, 2.0, True)]
    figure = charts.dumbbell(pairs, ident="d", title="t", group="Elm", unit=PERCENT)
    assert figure.sentence.startswith("*Hidden to protect privacy*")


def test_rules_that_cry_wolf_say_so():
    assert luck_words(chart(STEADY * 3, rules="ihi")) == "Luck alone gives a false signal in most such charts."
    assert luck_words(chart(STEADY[:5])) == ""
    assert luck_words(chart(STEADY[:9], chart="run")) == (
        "Luck alone gives fewer than 1 false signal in 100 such charts."
    )


def test_dates_follow_the_language_of_the_reader():
    with translation.override("es"):
        assert "7 de septiembre" in charts.WEEKS.span(WEEKS[0], WEEKS[1])
