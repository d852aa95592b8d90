"""How far the views of several people lie apart."""

from heartwork.analysis.agreement import disagreement


def test_views_lie_apart_from_all_alike_to_half_at_each_end():
    assert disagreement([7, 0, 0, 0, 7]) == 1
    assert disagreement([0, 0, 9, 0, 0]) == 0
    assert disagreement([1]) == 0
    assert disagreement([3, 0, 0, 0, 3]) > disagreement([2, 1, 0, 1, 2]) > disagreement([0, 3, 0, 3, 0])
