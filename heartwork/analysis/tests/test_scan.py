"""A scan says of each series what its own chart says, to the last bit."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartwork.analysis.control_chart import analyse
from heartwork.analysis.points import BadPoint, Point
from heartwork.analysis.scan import scan, scan_shares, scan_weighted
from heartwork.analysis.specification import Specification

some = settings(max_examples=60, deadline=None)
value = st.one_of(
    st.just(math.nan), st.integers(0, 5).map(float), st.sampled_from([0.1, 0.2, 0.3, 7.7]), st.floats(0, 9)
)


def nan(value):
    return math.nan if value is None else value


def check(found, row, chart):
    phase = chart.phases[0]
    if math.isnan(found.centre[row]):
        assert phase.centre is None
    else:
        assert found.centre[row] == phase.centre
    assert found.counted[row] == phase.counted
    assert found.is_collecting[row] == phase.is_collecting
    assert found.outside[row].tolist() == [
        0 if not point.sigma_signal else 1 if point.y > point.upper else -1 for point in chart.points
    ]
    assert found.n_useful[row] == phase.n_useful
    assert found.longest_run[row] == (phase.longest_run or 0)
    assert found.crossings[row] == (phase.crossings or 0)
    assert found.runs_signal[row] == phase.runs_signal
    assert found.signal[row] == bool(chart.changes)
    assert np.array_equal(found.sigma_z[row], nan(phase.sigma_z), equal_nan=True)


def series(draw, number, points):
    return np.array([[draw(number) for _ in range(points)] for _ in range(draw(st.integers(1, 4)))])


@some
@given(st.data(), st.integers(1, 26), st.sampled_from(["run", "i", "c"]), st.booleans(), st.sampled_from([0, 12]))
def test_values(data, points, chart, screen, minimum):
    values = series(data.draw, value, points)
    found = scan(values, chart, screen=screen, minimum_points=minimum)
    specification = Specification(chart, screen_moving_ranges=screen, minimum_points=minimum)
    for row, one in enumerate(values.tolist()):
        own = analyse(one, specification)
        check(found, row, own)
        assert np.array_equal(found.lower[row], nan(own.points[0].lower), equal_nan=True)
        assert np.array_equal(found.upper[row], nan(own.points[0].upper), equal_nan=True)


@some
@given(st.data(), st.integers(1, 20), st.sampled_from(["p", "p'", "u", "u'"]), st.booleans(), st.sampled_from([0, 12]))
def test_shares(data, points, chart, screen, minimum):
    wholes = series(data.draw, st.one_of(st.just(math.nan), st.integers(0, 40).map(float)), points)
    shares = np.array([[data.draw(st.sampled_from([0, 0.25, 0.5, 1])) for _ in range(points)] for _ in wholes])
    parts = np.floor(shares * wholes)
    found = scan_shares(parts, wholes, chart, screen=screen, minimum_points=minimum)
    for row in range(len(wholes)):
        own = [
            Point(numerator=None if k != k else k, denominator=None if n != n else n)
            for k, n in zip(parts[row].tolist(), wholes[row].tolist(), strict=True)
        ]
        check(found, row, analyse(own, Specification(chart, screen_moving_ranges=screen, minimum_points=minimum)))


@some
@given(st.data(), st.integers(1, 20), st.booleans(), st.sampled_from([0, 12]))
def test_values_with_a_weight(data, points, screen, minimum):
    values = series(data.draw, value, points)
    weights = np.array(
        [[data.draw(st.one_of(st.just(8.0), st.floats(0.5, 900))) for _ in range(points)] for _ in values]
    )
    found = scan_weighted(values, weights, screen=screen, minimum_points=minimum)
    for row in range(len(values)):
        own = [
            Point(value=None if y != y else y, denominator=None if y != y else n)
            for y, n in zip(values[row].tolist(), weights[row].tolist(), strict=True)
        ]
        check(found, row, analyse(own, Specification("i'", screen_moving_ranges=screen, minimum_points=minimum)))


def test_series_do_not_touch_each_other_across_pieces():
    values = np.random.default_rng(1).normal(size=(9000, 13))
    found = scan(values)
    for row in (0, 4095, 4096, 8191, 8192, 8999):
        check(found, row, analyse(values[row].tolist()))


@pytest.mark.parametrize(
    ("parts", "wholes"), [([1.0], [0.0]), ([1.0], [-1.0]), ([2.0], [1.0]), ([math.inf], [1.0]), ([-1.0], [1.0])]
)
def test_what_a_chart_refuses_a_scan_refuses(parts, wholes):
    with pytest.raises(BadPoint):
        scan_shares(np.array([parts]), np.array([wholes]), "p")


def test_an_infinite_value_is_refused():
    with pytest.raises(BadPoint):
        scan(np.array([[1.0, math.inf]]))
    with pytest.raises(BadPoint):
        scan_weighted(np.array([[1.0, 2.0]]), np.array([[1.0, 0.0]]))
