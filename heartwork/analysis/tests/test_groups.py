"""Pooled periods, gaps, spreads, reasons and seasons."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartwork.analysis.control_chart import analyse
from heartwork.analysis.funnel import funnel
from heartwork.analysis.groups import gap, pareto, spread
from heartwork.analysis.points import BadPoint, Point
from heartwork.analysis.pooling import pool
from heartwork.analysis.seasons import change_since_earlier, season_phases
from heartwork.analysis.specification import Specification
from heartwork.analysis.suggestion import suggest

weeks = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda pair: (min(pair), max(pair))), max_size=20)


def made(pairs):
    return [Point(week, numerator=k, denominator=n) for week, (k, n) in enumerate(pairs, 1)]


@settings(max_examples=50)
@given(weeks, st.integers(1, 15))
def test_every_pooled_period_is_large_enough_and_nobody_is_lost(pairs, minimum):
    pooled = pool(made(pairs), minimum)
    assert all(point.denominator >= minimum for point in pooled)
    whole = sum(n for _, n in pairs)
    assert sum(point.denominator for point in pooled) == (whole if whole >= minimum else 0)
    if pooled:
        assert sum(point.numerator for point in pooled) == sum(k for k, _ in pairs)


@settings(max_examples=50)
@given(weeks, st.integers(0, 9))
def test_what_is_held_back_never_changes_what_was_shown_before(pairs, more):
    before = pool(made(pairs), 10, hold_back=True)
    after = pool(made([*pairs, (0, more)]), 10, hold_back=True)
    assert after[: len(before)] == before


def test_pooled_limits_come_from_pooled_points():
    points = pool(made([(2, 5), (3, 6)] * 14))
    chart = analyse(points, Specification("p"))
    assert [round(point.y * 11) for point in chart.points] == [5] * 14
    assert len({point.upper for point in chart.points}) == 1


@settings(max_examples=50)
@given(weeks, st.integers(1, 5))
def test_of_each_pooled_share_so_many_are_on_either_side(pairs, side):
    for hold_back in (True, False):
        pooled = pool(made(pairs), 10, side=side, hold_back=hold_back)
        assert all(side <= point.numerator <= point.denominator - side for point in pooled)


def test_a_value_without_people_cannot_be_pooled():
    with pytest.raises(BadPoint):
        pool([Point(1, value=3.0)])


def test_reasons_that_never_came_are_left_out_and_nothing_is_no_bar():
    assert [bar.name for bar in pareto({"b": 2, "a": 2, "c": 0})] == ["a", "b"]
    assert pareto({}) == pareto({"a": 0}) == []
    with pytest.raises(ValueError, match="zero or more"):
        pareto({"a": -1})


def test_a_gap_has_only_periods_that_both_have():
    group = [Point(1, numerator=1, denominator=4), Point(2), Point(3, numerator=2, denominator=4)]
    whole = [Point(1, numerator=9, denominator=20), Point(2, numerator=9, denominator=20)]
    assert [(point.label, point.value) for point in gap(group, whole)] == [(1, 0.25 - 0.5)]


def test_a_group_that_is_everybody_has_no_gap_to_the_rest():
    same = [Point(1, numerator=1, denominator=4)]
    assert gap(same, same) == []
    with pytest.raises(BadPoint, match="not part"):
        gap([Point(1, numerator=5, denominator=6)], same)


def test_the_spread_of_three_schools():
    groups = {"Elm": [Point(1, value=2)], "Oak": [Point(1, value=4)], "Ash": [Point(1, value=9)]}
    assert spread(groups)[0].value == 7
    assert spread(groups, "sd")[0].value == pytest.approx(13**0.5)
    assert spread(groups, least=4)[0].value is None


def test_a_season_is_not_taken_for_a_change():
    draw = random.Random(1)
    seasons = (["fall"] * 12 + ["winter"] * 12) * 2
    y = [draw.gauss(50 if season == "fall" else 30, 1) for season in seasons]
    assert analyse(y).changes
    assert not analyse(y, Specification(phases=season_phases(range(1, 49), seasons))).changes
    year_on_year = change_since_earlier([Point(i, value=v) for i, v in enumerate(y, 1)], lambda week: week - 24)
    assert len(year_on_year) == 24
    assert not analyse(year_on_year).changes


@pytest.mark.parametrize(
    ("points", "data", "chart", "reason"),
    [
        ([Point(numerator=k, denominator=40) for k in [9, 12, 10, 11] * 4], "proportion", "p", "proportion"),
        (
            [Point(numerator=k, denominator=9000) for k in [900, 1300] * 8],
            "proportion",
            "p'",
            "proportion_varies_more_than_chance",
        ),
        ([Point(numerator=k, denominator=400) for k in [9, 12, 8, 11] * 4], "rate", "u", "rate"),
        ([Point(numerator=k, denominator=400) for k in [90, 200] * 8], "rate", "u'", "rate_varies_more_than_chance"),
        ([4, 6, 5, 3] * 4, "count", "c", "count"),
        ([40, 160] * 8, "count", "i", "count_varies_more_than_chance"),
        ([0, 0, 0, 1] * 4, "count", "t", "rare_events"),
        ([Point(numerator=k, denominator=90) for k in [0, 0, 1, 0] * 4], "proportion", "g", "rare_events"),
        ([3.5, 3.6] * 6, "continuous", "i", "one_value_a_period"),
        ([Point(value=3.5, denominator=n) for n in [3, 30] * 6], "continuous", "i'", "weights_differ"),
        ([Point(samples=(1.0, 2.0))] * 12, "samples", "xbar", "several_values_a_period"),
        ([Point(samples=(1.0,))] * 12, "samples", "i", "one_value_a_period"),
        ([3.0] * 12, "time_between", "t", "time_between_events"),
        ([3] * 12, "cases_between", "g", "cases_between_events"),
        ([3] * 11, "cases_between", "run", "few_points"),
        ([], "continuous", "run", "few_points"),
    ],
)
def test_a_chart_is_suggested_with_its_reason(points, data, chart, reason):
    found = suggest(points, data)
    assert (found.chart, found.reason) == (chart, reason)
    assert all(isinstance(figure, int | float) for figure in found.figures.values())


def test_a_funnel_line_never_turns_back_beyond_none_or_all():
    small = funnel([(0, 3), (1, 200), (2, 200)]).groups[0]
    assert small.lower == 0
    assert not small.is_outside


@pytest.mark.parametrize("kind", ["proportion", "ratio"])
def test_a_funnel_of_nothing_is_drawn_without_lines(kind):
    assert funnel([], kind).groups == ()
    assert funnel([(0, 0), (0, 0)], kind).groups[0].lower is None
    assert funnel([(0, 10), (0, 20)], kind).groups[0].y == 0
    with pytest.raises(BadPoint):
        funnel([(1, 0)], kind)
