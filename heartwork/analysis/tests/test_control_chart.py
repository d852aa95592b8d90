"""What must be true of every chart, and what must not happen to any."""

import json
import math
from datetime import date
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartwork.analysis.control_chart import ENGINE_VERSION, analyse
from heartwork.analysis.points import BadPoint, Point, subgroups
from heartwork.analysis.specification import Chart, Exclusion, Phase, Specification

CHARTS = get_args(Chart)
SHARES = ["p", "p'", "u", "u'"]
numbers = st.integers(1, 400).map(lambda n: n / 4)
some = settings(max_examples=25, deadline=None)


def a_point(chart, draw):
    if chart in SHARES:
        whole = draw(st.integers(1, 60))
        return Point(numerator=draw(st.integers(0, whole)), denominator=whole)
    if chart in {"xbar", "s"}:
        return Point(samples=tuple(draw(st.lists(numbers, min_size=1, max_size=5))))
    if chart == "i'":
        return Point(value=draw(numbers), denominator=draw(st.integers(1, 60)))
    return Point(value=draw(numbers))


@st.composite
def charts(draw, least=1, most=20, gaps=True):
    chart = draw(st.sampled_from(CHARTS))
    n = draw(st.integers(least, most))
    return chart, [Point() if gaps and draw(st.integers(0, 7)) == 0 else a_point(chart, draw) for _ in range(n)]


def lines(points):
    return [(p.y, p.centre, p.lower, p.upper, p.near_lower, p.near_upper) for p in points]


def close(values):
    return [pytest.approx(value, rel=1e-9, abs=1e-9) if value is not None else None for value in values]


@some
@given(charts(most=16), st.data())
def test_freezing_the_first_points_is_drawing_them_alone(drawn, data):
    chart, points = drawn
    k = data.draw(st.integers(1, len(points)))
    frozen = analyse(points, Specification(chart, phases=(Phase(1, baseline=k),), minimum_points=0))
    alone = analyse(points[:k], Specification(chart, minimum_points=0))
    assert lines(frozen.points[:k]) == lines(alone.points)
    assert frozen.phases[0].sigma_z == alone.phases[0].sigma_z


@some
@given(charts(least=4), st.data())
def test_later_points_never_move_frozen_limits(drawn, data):
    chart, points = drawn
    k = data.draw(st.integers(1, len(points) - 1))
    specification = Specification(chart, phases=(Phase(1, baseline=k),), minimum_points=0)
    assert lines(analyse(points, specification).points[:-1]) == lines(analyse(points[:-1], specification).points)


@some
@given(charts(least=4), st.data())
def test_phases_know_nothing_of_each_other(drawn, data):
    chart, points = drawn
    cut = data.draw(st.integers(1, len(points) - 1))
    both = analyse(points, Specification(chart, phases=(Phase(cut + 1),), minimum_points=0))
    first, second = (analyse(part, Specification(chart, minimum_points=0)) for part in (points[:cut], points[cut:]))
    assert lines(both.points) == lines(first.points) + lines(second.points)
    assert [p.signals for p in both.points] == [p.signals for p in (*first.points, *second.points)]


@some
@given(st.sampled_from(["run", "i", "mr", "i'", "xbar", "s"]), st.data(), st.sampled_from([0.5, 4.0, 100.0]))
def test_scaling_the_values_scales_the_lines(chart, data, scale):
    points = [a_point(chart, data.draw) for _ in range(data.draw(st.integers(1, 14)))]
    larger = [
        Point(
            value=None if p.value is None else p.value * scale,
            denominator=p.denominator,
            samples=tuple(sample * scale for sample in p.samples),
        )
        for p in points
    ]
    specification = Specification(chart, minimum_points=0)
    plain, scaled = analyse(points, specification), analyse(larger, specification)
    drawn = analyse(points, Specification(chart, minimum_points=0, multiply=scale))
    for one, other, third in zip(lines(plain.points), lines(scaled.points), lines(drawn.points), strict=True):
        assert list(other) == close(None if value is None else value * scale for value in one)
        assert list(third) == close(other)


@some
@given(st.sampled_from(["run", "i"]), st.lists(st.integers(-50, 50), min_size=1, max_size=20), st.data())
def test_up_and_down_are_mirrors(chart, values, data):
    rules = data.draw(st.sampled_from(["anhoej", "nhs", "ihi", "western_electric", "nelson"]))
    up = analyse(values, Specification(chart, direction="up", rules=rules, minimum_points=0))
    down = analyse([-v for v in values], Specification(chart, direction="down", rules=rules, minimum_points=0))
    other = {"high": "low", "low": "high", None: None}
    for one, two in zip(up.points, down.points, strict=True):
        upside_down = [two.centre, two.upper, two.lower, two.near_upper, two.near_lower]
        assert [one.centre, one.lower, one.upper, one.near_lower, one.near_upper] == [
            None if line is None else -line for line in upside_down
        ]
        assert [(s.rule, s.side, s.kind) for s in one.signals] == [(s.rule, other[s.side], s.kind) for s in two.signals]


@some
@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.integers(0, 3))
def test_points_on_the_centre_are_never_useful(values, centre):
    phase = analyse(values, Specification("run", given_centre=centre)).phases[0]
    assert phase.n_useful == sum(value != centre for value in values)
    if phase.n_useful == 0:
        assert (phase.longest_run, phase.crossings, phase.runs_signal) == (None, None, False)


@some
@given(st.sampled_from(["xbar", "s", "i", "run", "c", "p", "u'"]), st.data())
def test_the_order_of_rows_within_a_period_makes_no_difference(chart, data):
    rows = data.draw(st.lists(st.tuples(st.integers(1, 6), numbers), min_size=1, max_size=25))
    mixed = data.draw(st.permutations(rows))

    def made(given):
        n = [value + 1 for _, value in given] if chart in SHARES else None
        points = subgroups(chart, [x for x, _ in given], [value for _, value in given], n)
        return lines(analyse(points, Specification(chart, minimum_points=0)).points)

    assert made(rows) == made(mixed)


@pytest.mark.parametrize(("plain", "prime"), [("p", "p'"), ("u", "u'")])
def test_laneys_charts_are_the_plain_ones_where_sigma_z_is_one(plain, prime):
    """z alternates between two values 1.128 apart, so that its mean moving range is 1.128 and sigma_z is 1."""
    n = 10_000
    p = 0.5
    step = 1.128 / 2 * math.sqrt((p * (1 - p) if plain == "p" else p) / n)
    points = [Point(numerator=(p + sign * step) * n, denominator=n) for sign in (1, -1) * 8]
    one, other = (analyse(points, Specification(chart)) for chart in (plain, prime))
    assert other.phases[0].sigma_z == pytest.approx(1)
    for a, b in zip(lines(one.points), lines(other.points), strict=True):
        assert list(a) == close(b)


@some
@given(charts(least=0), st.sampled_from([0, 12]))
def test_no_number_of_points_is_too_few_to_ask(drawn, minimum):
    chart, points = drawn
    result = analyse(points, Specification(chart, minimum_points=minimum))
    assert len(result.points) == len(points)
    assert analyse(points, Specification.from_dict(json.loads(json.dumps(result.specification.to_dict())))) == result
    for point in result.points:
        assert point.y is not None or not point.signals


@pytest.mark.parametrize("chart", [chart for chart in CHARTS if chart not in {*SHARES, "xbar", "s"}])
def test_a_constant_series_has_no_signals(chart):
    result = analyse([0.1] * 20, Specification(chart))
    assert not result.changes
    assert all(point.y is None or point.centre in (point.y, 0) or chart in {"g", "t"} for point in result.points)


def test_a_constant_series_has_no_limits_and_says_so():
    chart = analyse([5] * 14)
    assert (chart.points[0].centre, chart.points[0].lower, chart.warnings) == (5, None, ("no_variation",))


def test_screening_never_leaves_limits_of_no_width():
    chart = analyse([5] * 19 + [50])
    assert chart.points[0].lower < 5 < chart.points[0].upper
    assert chart.warnings == ("screening_undone",)
    assert sum(point.sigma_signal for point in chart.points) == 1


def test_screening_is_a_choice_that_is_kept():
    y = [5, 6] * 8 + [60]
    screened, plain = analyse(y), analyse(y, Specification(screen_moving_ranges=False))
    assert screened.points[0].upper < plain.points[0].upper
    assert plain.specification.to_dict()["screen_moving_ranges"] is False


def test_before_twelve_points_there_is_a_run_chart_that_counts():
    chart = analyse([3, 9, 4, None, 5], Specification("i"))
    assert chart.status == "collecting"
    assert (chart.phases[0].counted, chart.phases[0].needed) == (4, 12)
    assert (chart.points[0].centre, chart.points[0].upper) == (4.5, None)
    assert (chart.variation, chart.assurance) == (None, None)


def test_nothing_measured_is_empty():
    assert analyse([]).status == analyse([None, None]).status == "empty"


def test_zero_of_zero_is_a_gap_and_the_rest_is_unmoved():
    points = [Point(numerator=k, denominator=10) for k in [3, 4, 5, 4] * 3]
    with_gap = [*points[:5], Point(numerator=0, denominator=0), *points[5:]]
    chart = analyse(with_gap, Specification("u"))
    assert (chart.points[5].y, chart.points[5].upper) == (None, None)
    assert lines(chart.points)[0] == lines(analyse(points, Specification("u")).points)[0]
    assert chart.warnings == ("zero_denominator",)


@pytest.mark.parametrize(
    ("points", "chart", "words"),
    [
        ([Point("week 1", numerator=2, denominator=0)], "u", "Point week 1 has 2 events over a denominator of zero"),
        ([Point(numerator=1, denominator=-2)], "u", "Point 1 has a denominator below zero"),
        ([Point(numerator=3, denominator=2)], "p", "Point 1 has 3 of 2"),
        ([1, math.inf], "i", "Point 2 is not a finite number"),
        ([1.0], "p", "Point 1 needs a numerator and a denominator"),
        ([Point(value=1)], "u", "Point 1 needs a numerator and a denominator"),
        ([4, 0.0], "t", "Point 2 is 0; the time between two events is above zero"),
        ([Point(2, value=1), Point(1, value=1)], "i", "Point 1 comes after 2"),
        ([Point(1, value=1), Point(1, value=1)], "i", "labels ascend, each once"),
    ],
)
def test_a_point_that_cannot_be_is_refused_by_name(points, chart, words):
    with pytest.raises(BadPoint, match=words):
        analyse(points, Specification(chart, minimum_points=0))


def test_each_phase_freezes_its_own_baseline():
    y = [1, 3] * 8 + [11, 13] * 8
    phases = (Phase(1, 4, "before"), Phase(17, 4, "after", "new schedule"))
    chart = analyse(y, Specification("i", phases=phases, minimum_points=0))
    assert [phase.centre for phase in chart.phases] == [2, 12]
    assert [sum(p.is_baseline for p in chart.points if p.part == part) for part in (1, 2)] == [4, 4]
    assert (chart.phases[1].label, chart.phases[1].reason) == ("after", "new schedule")


def test_a_phase_begins_at_the_first_point_on_or_after_its_date():
    weeks = [Point(date(2026, 9, day), value=1.0) for day in (7, 14, 28)]
    chart = analyse(weeks, Specification("run", phases=(Phase(date(2026, 9, 21)),)))
    assert [point.part for point in chart.points] == [1, 1, 2]


def test_an_excluded_point_brings_its_neighbours_side_by_side_and_a_missing_one_does_not():
    y = [0, 1, 50, 9, 10, 9]
    without = analyse(y, Specification("i", excluded=(Exclusion(3, "fire drill"),), minimum_points=0))
    gap = analyse([0, 1, None, 9, 10, 9], Specification("i", minimum_points=0))
    widths = [chart.points[0].upper - chart.points[0].centre for chart in (without, gap)]
    assert widths[0] == pytest.approx(3 * (1 + 8 + 1 + 1) / 4 / 1.128)
    assert widths[1] == pytest.approx(3 * (1 + 1 + 1) / 3 / 1.128)


def test_lower_limits_stay_at_zero_only_when_nothing_is_below_it():
    y = [0, 9, 1, 8] * 3
    assert analyse(y, Specification(may_be_negative=False)).points[0].lower == 0
    assert analyse([*y, -1], Specification(may_be_negative=False)).points[0].lower < 0


def test_a_given_centre_is_in_the_unit_of_the_points():
    assert analyse([2.0, 3] * 6, Specification("t", given_centre=7)).points[0].centre == pytest.approx(7)
    assert analyse([2.0, 3] * 6, Specification("g", given_centre=10)).points[0].centre == pytest.approx(6.93)


def test_sizes_of_one_have_no_limits_on_xbar_and_no_point_on_s():
    points = [Point(samples=(1.0, 2.0, 3.0))] * 6 + [Point(samples=(2.0,))]
    for chart, there in (("xbar", 2.0), ("s", None)):
        last = analyse([Point(samples=p.samples) for p in points], Specification(chart, minimum_points=0)).points[-1]
        assert (last.y, last.upper) == (there, None)


def test_large_subgroups_do_not_overflow():
    point = Point(samples=tuple(float(v % 7) for v in range(2000)))
    assert math.isfinite(analyse([point, point], Specification("s", minimum_points=0)).points[0].upper)


@pytest.mark.parametrize(
    "wrong",
    [
        {"chart": "pie"},
        {"rules": "luck"},
        {"direction": "sideways"},
        {"phases": (Phase(3), Phase(2))},
        {"phases": (Phase(1, baseline=0),)},
        {"multiply": 0},
        {"minimum_points": -1},
    ],
)
def test_a_specification_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError):
        Specification(**wrong)


def test_a_specification_comes_back_from_json_with_its_dates():
    specification = Specification(
        "p'",
        "up",
        0.9,
        (Phase(date(2026, 9, 7), 12, "this year"),),
        (Exclusion(date(2026, 10, 5), "storm"),),
        rules="nhs",
    )
    assert Specification.from_dict(json.loads(json.dumps(specification.to_dict()))) == specification
    assert analyse([]).version == ENGINE_VERSION
