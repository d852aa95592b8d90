"""What is usual in a period is what the school in the middle has, and rare events wait for one another."""

import numpy as np
import pytest

from heartwork.analysis.usual import joined, periods_to_join, times_as_usual

LARGE = np.full((5, 4), 1000.0)


def test_what_all_schools_share_is_taken_out_of_each_whatever_its_level():
    season = np.array([1.0, 0.5, 1.5, 1.0])
    events = np.array([[20.0], [40], [50], [60], [300]]) * season
    usual = times_as_usual(events, LARGE)
    assert usual == pytest.approx(season)
    assert np.ptp(events / (LARGE * usual), axis=1) == pytest.approx([0] * 5)


def test_one_school_that_changes_is_not_usual_however_large_it_is():
    events = np.array([[50.0] * 4] * 4 + [[1000, 1000, 9000, 9000]])
    wholes = np.array([[1000.0] * 4] * 4 + [[10_000.0] * 4])
    assert times_as_usual(events, wholes) == pytest.approx([1] * 4)


def test_where_events_are_rare_all_schools_together_say_what_is_usual():
    events = np.array([[0.0, 0, 1, 0], [0, 0, 0, 2], [1, 0, 0, 0], [0, 1, 0, 1], [0, 1, 1, 0]])
    assert times_as_usual(events, LARGE) == pytest.approx([0.5, 1, 1, 1.5])


def test_a_period_without_a_value_has_nothing_usual_and_one_without_any_event_is_like_the_rest():
    nan = np.nan
    events, wholes = np.array([[5.0, nan, 5]] * 3), np.array([[50.0, nan, 50]] * 3)
    assert times_as_usual(events, wholes) == pytest.approx([1, nan, 1], nan_ok=True)
    assert times_as_usual(events * 0, wholes) == pytest.approx([1, nan, 1], nan_ok=True)


def test_periods_are_joined_without_losing_an_event():
    nan = np.nan
    rows = np.array([[1.0, 2, 3, 4, 5, 6, 7], [nan, nan, nan, 1, nan, nan, 2]])
    assert joined(rows, 3) == pytest.approx(np.array([[6, 22], [nan, 3]]), nan_ok=True)
    assert joined(rows, 1) == pytest.approx(rows, nan_ok=True)
    assert joined(rows, 9) == pytest.approx(np.array([[28], [3]]))
    assert periods_to_join(np.array([0.4, 2.0]), 2.0).tolist() == [5, 1]
