"""Every rule by a small case a reader can follow: mean 0, three sigma at 3, near limits at 2."""

import pytest

from heartwork.analysis.control_chart import analyse
from heartwork.analysis.lines import Limits
from heartwork.analysis.points import Point
from heartwork.analysis.rules import PROFILES, outside_limits, series
from heartwork.analysis.specification import Exclusion, Phase, Specification


def marked(rules, y, included=None):
    """The rules of a profile on a chart with centre 0 and sigma 1: {rule: [(side, positions from 0)]}."""
    n = len(y)
    lines = Limits(y, 0.0, [-3.0] * n, [3.0] * n, [-2.0] * n, [2.0] * n, 0.0, [1.0] * n)
    found = {}
    for span in [*outside_limits(lines), *PROFILES[rules](series(lines, included or [True] * n))]:
        found.setdefault(span.rule, []).append((span.side, list(span.positions)))
    return found


ALL = list(range(20))
NONE = None
GOLDEN = [
    # Making Data Count
    ("nhs", "a point outside, and one exactly on the limit is inside", [0.1, 3.1, -3.0, -3.1], {
        "outside_limits": [("high", [1]), ("low", [3])]}),
    ("nhs", "seven on one side", [1, 1, 1, 1, 1, 1, 1], {"shift": [("high", ALL[:7])]}),
    ("nhs", "six on one side are not enough", [1, 1, 1, 1, 1, 1, -1], {}),
    ("nhs", "eight on one side are all part of it", [-1] * 8, {"shift": [("low", ALL[:8])]}),
    ("nhs", "a point on the mean breaks a shift", [1, 1, 1, 1, 0, 1, 1, 1, 1], {}),
    ("nhs", "a missing point breaks a shift", [1, 1, 1, 1, NONE, 1, 1, 1, 1], {}),
    ("nhs", "seven rising points, six steps", [-1.5, -1, -.5, .5, 1, 1.5, 1.9], {"trend": [("high", ALL[:7])]}),
    ("nhs", "seven falling points", [1.9, 1.5, 1, .5, -.5, -1, -1.5], {"trend": [("low", ALL[:7])]}),
    ("nhs", "equal neighbours break a trend", [-1.5, -1, -.5, -.5, .5, 1, 1.5], {}),
    ("nhs", "six rising points are not enough", [-1.5, -1, -.5, .5, 1, 1.5, 1.5], {}),
    ("nhs", "the peak of two trends belongs to the later", [-3, -2, -1, -.5, .5, 1, 1.9, 1, .5, -.5, -1, -1.9, -2.5], {
        "trend": [("high", ALL[:6]), ("low", ALL[6:13])]}),
    ("nhs", "two of three near the limit flag only the two", [2.5, 1, 2.5], {"two_of_three": [("high", [0, 2])]}),
    ("nhs", "two of three need all three on one side", [2.5, -1, 2.5], {}),
    ("nhs", "one near each limit is nothing", [2.5, 1, -2.5], {}),
    ("nhs", "a point outside does not count as near", [3.5, 1, 2.5], {"outside_limits": [("high", [0])]}),
    ("nhs", "a missing point between is nothing", [2.5, NONE, 2.5], {}),
    ("nhs", "missing values alone raise nothing", [NONE] * 9, {}),
    # Anhøj: seven of ten useful points in a row is more than six, and crossings fewer than two
    ("anhoej", "a run of seven among ten", [1, -1, -1, 1, 1, 1, 1, 1, 1, 1], {"shift": [("high", ALL[3:10])]}),
    ("anhoej", "a run of six among ten is usual", [1, 1, -1, -1, 1, 1, 1, 1, 1, 1], {}),
    ("anhoej", "one crossing among twelve", [-1] * 6 + [1] * 6, {"crossings": [("high", ALL[6:12])]}),
    ("anhoej", "a point on the centre and a gap leave a run whole", [1, -1, -1, 1, 1, 0, 1, NONE, 1, 1, 1, 1], {
        "shift": [("high", [3, 4, 6, 8, 9, 10, 11])]}),
    ("anhoej", "all on the centre is nothing", [0] * 20, {}),
    # IHI
    ("ihi", "six on one side, over a point on the median", [1, 1, 1, 0, 1, 1, 1, -1, 1, -1], {
        "shift": [("high", [0, 1, 2, 4, 5, 6])]}),
    ("ihi", "a trend of five, equal neighbours counted once", [-1, -.5, -.5, .5, 1, 1.5, -1, 1, -1], {
        "trend": [("high", [0, 1, 3, 4, 5])]}),
    ("ihi", "two runs among twelve are few", [-1, -1.5] * 2 + [-1] + [1, 1.5] * 2 + [1] + [1.5], {
        "shift": [("high", ALL[5:11])], "few_runs": [("high", ALL[5:11])]}),
    ("ihi", "a run at each point is many", [1, -1] * 6, {"many_runs": [(None, ALL[:12])]}),
    # Western Electric
    ("western_electric", "two of three beyond two sigma", [2.1, 0, 2.2], {"two_of_three": [("high", [0, 2])]}),
    ("western_electric", "on different sides is nothing", [2.1, 0, -2.2], {}),
    ("western_electric", "exactly two sigma is not beyond", [2, 0, 2], {}),
    ("western_electric", "four of five beyond one sigma", [-1.1, -1.2, .1, -1.3, -1.4], {
        "four_of_five": [("low", [0, 1, 3, 4])]}),
    ("western_electric", "eight on one side", [.5] * 8, {"shift": [("high", ALL[:8])]}),
    ("western_electric", "seven on one side are not enough", [.5] * 7, {}),
    # Nelson
    ("nelson", "nine on one side", [.5] * 9, {"shift": [("high", ALL[:9])]}),
    ("nelson", "eight on one side are not enough", [.5] * 8, {}),
    ("nelson", "six rising", [-1.2, -.9, -.4, .3, .8, 1.2], {"trend": [("high", ALL[:6])]}),
    ("nelson", "fourteen alternating", [.5, -1.5] * 7, {"alternating": [(None, ALL[:14])]}),
    ("nelson", "thirteen alternating are not enough", [.5, -1.5] * 6 + [.5], {}),
    ("nelson", "fifteen within one sigma", [.5, .4, -.5, -.4] * 3 + [.5, .4, -.5], {"hugging": [(None, ALL[:15])]}),
    ("nelson", "eight beyond one sigma on both sides", [1.5, 1.6, -1.5, -1.6] * 2, {"mixture": [(None, ALL[:8])]}),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "name", "y", "expected"), GOLDEN, ids=[f"{case[0]}: {case[1]}" for case in GOLDEN])
def test_golden(rules, name, y, expected):
    assert marked(rules, y) == expected


MIRRORED = {"high": "low", "low": "high", None: None}


@pytest.mark.parametrize(("rules", "name", "y", "expected"), GOLDEN, ids=[f"{case[0]}: {case[1]}" for case in GOLDEN])
def test_golden_upside_down(rules, name, y, expected):
    mirrored = {rule: [(MIRRORED[side], at) for side, at in spans] for rule, spans in marked(rules, y).items()}
    assert marked(rules, [None if value is None else -value for value in y]) == mirrored


def test_an_excluded_point_is_passed_over_but_can_be_outside():
    y = [1, 1, 1, 9, 1, 1, 1, 1]
    found = marked("nhs", y, [value != 9 for value in y])
    assert found == {"outside_limits": [("high", [3])], "shift": [("high", [0, 1, 2, 4, 5, 6, 7])]}


def test_the_first_signal_of_a_point_is_the_most_telling():
    y = [0, 1] * 6 + [3, 4, 5, 6, 7, 8, 9]
    chart = analyse(y, Specification("i", direction="up", rules="nhs", phases=(Phase(1, baseline=12),)))
    assert [signal.rule for signal in chart.points[-1].signals] == ["outside_limits", "trend", "shift"]
    assert [signal.rule for signal in chart.points[12].signals] == ["trend", "shift"]


def test_a_rising_trend_below_the_mean_is_an_improvement_when_up_is_better():
    """A point may be better by one rule and worse by another; each signal says which."""
    y = [10, 12] * 6 + [1, 2, 3, 4, 5, 6, 7]
    chart = analyse(y, Specification("i", direction="up", rules="nhs", phases=(Phase(1, baseline=12),)))
    kinds = {signal.rule: signal.kind for signal in chart.points[-1].signals}
    assert kinds == {"trend": "improvement", "two_of_three": "concern", "shift": "concern"}
    assert chart.variation.kind == "improvement"


def test_rules_begin_again_with_a_phase():
    y = [0, 1] * 6 + [1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0]
    rebased = Specification("i", rules="nhs", phases=(Phase(17),), minimum_points=0)
    assert analyse([0, 1] * 4 + [1, 1, 1, 1] + [2, 2, 2, 2, 1, 1, 1, 0], Specification("i", rules="nhs")).changes
    assert not analyse(y, rebased).changes


@pytest.mark.parametrize(
    ("target", "direction", "expected"),
    [
        (90, "up", "will_miss"),
        (10, "up", "hit_or_miss"),
        (0, "up", "will_hit"),
        (90, "down", "will_hit"),
        (0, "down", "will_miss"),
        (90, "neutral", None),
        (None, "up", None),
    ],
)
def test_assurance_is_read_by_direction_from_the_latest_phase(target, direction, expected):
    y = [100, 101] * 6 + [10, 11] * 6
    chart = analyse(y, Specification("i", direction=direction, target=target, phases=(Phase(13),)))
    assert chart.assurance == expected


@pytest.mark.parametrize(
    ("direction", "last", "kind", "side"),
    [
        ("up", 30, "improvement", "high"),
        ("up", -30, "concern", "low"),
        ("down", 30, "concern", "high"),
        ("down", -30, "improvement", "low"),
        ("neutral", 30, "neutral", "high"),
        ("up", 1, "common_cause", None),
    ],
)
def test_variation_speaks_of_the_latest_point(direction, last, kind, side):
    chart = analyse([0, 1] * 8 + [last, None], Specification("i", direction=direction))
    assert (chart.variation.kind, chart.variation.side) == (kind, side)


def test_variation_passes_over_a_point_that_was_excluded():
    chart = analyse([0, 1] * 8 + [30], Specification("i", excluded=(Exclusion(17, "snow"),)))
    assert chart.variation.kind == "common_cause"
    assert chart.points[-1].sigma_signal


def test_a_change_says_since_when_how_many_and_how_long_ago():
    weeks = [Point(f"2026-{w:02}", value=v) for w, v in enumerate([5, 4, 6, 4, 5, 6] * 2 + [20, 21, 5, None, 4], 1)]
    chart = analyse(weeks, Specification("i", direction="down", phases=(Phase("2026-01", baseline=12),)))
    change = chart.changes[0]
    assert (change.rule, change.side, change.kind) == ("outside_limits", "high", "concern")
    assert (change.since, change.until, change.points, change.age) == ("2026-13", "2026-14", 2, 2)
