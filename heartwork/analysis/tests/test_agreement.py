"""How far the views of several people lie apart."""

import pytest

from heartwork.analysis.agreement import disagreement, stand_in_two_camps


def test_views_lie_apart_from_all_alike_to_half_at_each_end():
    assert disagreement([7, 0, 0, 0, 7]) == 1
    assert disagreement([0, 0, 9, 0, 0]) == 0
    assert disagreement([1]) == 0
    assert disagreement([3, 0, 0, 0, 3]) > disagreement([2, 1, 0, 1, 2]) > disagreement([0, 3, 0, 3, 0])


@pytest.mark.parametrize("counts", [[3, 1, 0, 1, 3], [2, 0, 0, 0, 1], [3, 0, 2, 0, 3], [2, 0, 0, 2]])
def test_two_camps_stand_at_the_ends(counts):
    assert stand_in_two_camps(counts)


@pytest.mark.parametrize(
    "counts", [[2, 2, 2, 1, 1], [1, 1, 1, 1, 1], [4, 0, 4, 0, 4], [2, 2, 2, 2], [0, 3, 0, 3, 0], [5]]
)
def test_views_that_are_spread_evenly_or_close_are_no_two_camps(counts):
    assert not stand_in_two_camps(counts)
