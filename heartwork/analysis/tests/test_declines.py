"""Who has gone down: by hand, and against the same said slowly, one person at a time."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartwork.analysis.control_chart import analyse
from heartwork.analysis.declines import declines
from heartwork.analysis.points import BadPoint
from heartwork.analysis.specification import Specification

some = settings(max_examples=150, deadline=None)
NONE = math.nan
mood = st.sampled_from([NONE, 1.0, 2.0, 3.0, 4.0, 5.0])
downhill = st.lists(mood, max_size=14).map(lambda row: [*row, 5.0, 4.0, 4.0, NONE, 3.0, 2.0, 1.0])
same = mood.flatmap(lambda one: st.tuples(st.just([one] * 13), mood, mood))
low_at_last = st.tuples(st.lists(st.sampled_from([NONE, 4.0, 5.0, 5.0, 5.0]), min_size=14, max_size=18), mood, mood)
row = st.one_of(
    st.lists(mood, max_size=20), downhill, st.one_of(low_at_last, same).map(lambda it: [*it[0], it[1], it[2]])
)
STEADY = [4, 5, 4, 4, 3, 4, 5, 4, 4, 5, 4, 3]


def of(*rows, **more):
    """What is found of rows of any length: missing weeks stand in front."""
    wide = max(map(len, rows))
    return declines(np.array([[NONE] * (wide - len(each)) + [*each] for each in rows], dtype=float), **more)


def slowly(answers, n=5, latest=2, least=2.0, minimum=12):
    """falls, below, since, of one person."""
    given = [(at, value) for at, value in enumerate(answers) if not math.isnan(value)]
    values = [value for _, value in given]
    start = len(given) - 1
    while start > 0 and values[start - 1] >= values[start]:
        start -= 1
    falling = values[start:]
    falls = len(set(falling)) >= n
    if falls:  # the same answer before the fall is not of it
        start += max(at for at, value in enumerate(falling) if value == falling[0])
    before = values[: len(values) - latest]
    phase = analyse(before, Specification("i", minimum_points=minimum)).points if len(before) >= minimum else ()
    centre, lower = (phase[0].centre, phase[0].lower) if phase else (None, None)
    # A chart of one value alone draws no limits; the step of the scale is what limits it then.
    lower = centre if lower is None else lower
    low = [centre is not None and value < lower and value <= centre - least for value in values]
    below = len(low) >= latest and all(low[len(low) - latest :])
    if not falls:
        start = len(low) - next((at for at, each in enumerate(reversed(low)) if not each), len(low))
    return falls, below, given[start][0] if falls or below else -1


@some
@given(st.lists(row, min_size=1, max_size=5).filter(lambda rows: max(map(len, rows)) > 0))
def test_many_at_once_are_found_as_one_by_one(rows):
    wide = max(map(len, rows))
    rows = [[NONE] * (wide - len(each)) + each for each in rows]
    found = declines(np.array(rows))
    for at, answers in enumerate(rows):
        assert (found.falls[at], found.below[at], found.since[at]) == slowly(answers), answers
        assert found.is_known[at] == (sum(not math.isnan(each) for each in answers) >= 5)


@some
@given(row.filter(len), st.integers(0, 4))
def test_weeks_without_an_answer_change_nothing_but_the_column(answers, missing):
    plain = declines(np.array([answers]))
    wider = declines(np.array([[*answers, *[NONE] * missing]]))
    assert (plain.falls, plain.below, plain.since) == (wider.falls, wider.below, wider.since)


@some
@given(st.lists(mood, min_size=1, max_size=20), st.sampled_from([2.0, 3.0, 4.0, 5.0]))
def test_whose_latest_answer_is_higher_than_the_one_before_has_not_fallen(answers, last):
    assert not declines(np.array([[*answers, last - 1, last]])).falls[0]


def test_five_that_fall_every_time_are_a_decline_from_the_first_of_them():
    found = of([5, 5, 5, 4, 3, 2, 1])
    assert (found.falls.tolist(), found.since.tolist()) == ([True], [2])


def test_four_are_not_enough():
    assert not of([4, 3, 2, 1]).falls[0]
    assert of([4, 3, 2, 1], n=4).falls[0]


def test_a_rise_on_the_way_begins_anew():
    assert not of([5, 4, 3, 2, 3, 2, 1]).falls[0]


def test_who_has_come_to_the_end_of_the_scale_and_stays_there_is_still_found():
    found = of([5, 4, 3, 2, 1, 1, 1])
    assert (found.falls.tolist(), found.since.tolist()) == ([True], [0])


def test_who_is_better_again_is_not_found():
    assert not of([5, 4, 3, 2, 1, 2]).falls[0]


def test_two_answers_far_below_a_person_s_own_usual_are_found_and_one_is_not():
    # The mean of the twelve is 49/12 = 4.08, of their eleven steps 10/11: limits 4.08 - 2.66 x 0.91 = 1.67.
    found = of([*STEADY, 1, 1], [*STEADY, 4, 1], [*STEADY, 2, 2])
    assert found.below.tolist() == [True, False, False]
    assert found.since.tolist() == [12, -1, -1]


def test_a_single_step_is_no_signal_for_somebody_who_always_says_the_same():
    found = of([5] * 12 + [4, 4], [5] * 12 + [3, 3])
    assert found.below.tolist() == [False, True]


def test_limits_ask_for_twelve_answers_before():
    assert not of([*STEADY[1:], 1, 1]).below[0]


def test_who_was_low_all_along_is_not_unlike_themselves():
    assert not of([1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 1]).below[0]


@pytest.mark.parametrize("shape", [(0, 0), (0, 26), (3, 0), (3, 1), (3, 2)])
def test_no_people_or_no_weeks_are_no_trouble(shape):
    found = declines(np.full(shape, NONE))
    assert found.since.tolist() == [-1] * shape[0]
    assert not found.falls.any()
    assert not found.below.any()


def test_what_is_no_number_is_refused():
    with pytest.raises(BadPoint):
        of([5, math.inf])
