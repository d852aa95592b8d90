"""Small counts stay hidden, and so does what would give them away."""

import doctest
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartwork.analysis import suppression
from heartwork.analysis.suppression import columns_to_withhold, shown, told_apart

tables = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 60), max_size=9)
minimums = st.integers(1, 25)


def hidden_counts(counts, minimum):
    return [counts[key] for key, count in shown(counts, minimum).items() if count is None]


def test_the_examples_in_the_docstrings_are_right():
    assert doctest.testmod(suppression).failed == 0


@given(tables, minimums)
def test_no_small_count_is_shown(counts, minimum):
    assert all(count >= minimum for count in shown(counts, minimum).values() if count is not None)


@given(tables, minimums)
def test_what_is_shown_is_true(counts, minimum):
    assert all(count in (None, counts[key]) for key, count in shown(counts, minimum).items())


@given(tables, minimums)
def test_no_count_is_hidden_alone_unless_it_is_all_there_is(counts, minimum):
    assert len(hidden_counts(counts, minimum)) != 1 or len(counts) == 1


@given(tables, minimums)
def test_the_hidden_ones_come_to_the_minimum_unless_everything_is_hidden(counts, minimum):
    hidden = hidden_counts(counts, minimum)
    assert not hidden or sum(hidden) >= minimum or len(hidden) == len(counts)


@given(tables, minimums)
def test_nothing_is_hidden_where_no_count_is_small(counts, minimum):
    if all(count >= minimum for count in counts.values()):
        assert shown(counts, minimum) == counts


@given(st.data(), tables, minimums)
def test_the_order_of_the_rows_makes_no_difference(data, counts, minimum):
    mixed = dict(data.draw(st.permutations(list(counts.items()))))
    assert shown(mixed, minimum) == shown(counts, minimum)


def possible_counts(counts, answer):
    """What each hidden count could be, for a reader who knows the total and that none is above the smallest shown."""
    unknown = [key for key, count in answer.items() if count is None]
    seen = [count for count in answer.values() if count is not None]
    left = sum(counts.values()) - sum(seen)
    ways = [way for way in product(range(min(seen) + 1), repeat=len(unknown)) if sum(way) == left]
    return {key: {way[i] for way in ways} for i, key in enumerate(unknown)}


@given(tables, minimums)
def test_no_more_is_hidden_than_three_conditions_ask_for(counts, minimum):
    """Without its largest partner, the hidden ones would be told apart."""
    hidden = sorted(hidden_counts(counts, minimum))
    if hidden and hidden[-1] >= minimum:
        fewer, most = hidden[:-1], hidden[-1]
        least = max(0, sum(fewer) - (len(fewer) - 1) * most)
        assert len(hidden) == 2 or sum(fewer) < minimum or min(most, sum(fewer)) - least < 5


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 14), min_size=2), st.integers(1, 10))
def test_a_reader_can_place_no_hidden_count_within_less_than_five(counts, minimum):
    answer = shown(counts, minimum)
    if None in answer.values() and set(answer.values()) != {None}:
        for possible in possible_counts(counts, answer).values():
            assert max(possible) - min(possible) >= 5


def test_two_counts_just_under_the_minimum_need_a_partner_though_they_are_two():
    """9 + 9 = 18, and the next is 10: a reader would know that each is 8, 9 or 10."""
    assert shown({"a": 9, "b": 9, "c": 10, "d": 50}, 10) == {"a": None, "b": None, "c": None, "d": 50}
    assert shown({"a": 9, "b": 9, "c": 10, "d": 50}, 10, least_width=0)["c"] == 10


@given(tables.filter(lambda t: len(t) > 1), minimums)
def test_a_reader_who_subtracts_is_left_with_several_possibilities(counts, minimum):
    """The total less what is shown leaves a sum that at least two unknowns share; each may be anything up to it."""
    answer = shown(counts, minimum)
    left = sum(counts.values()) - sum(count for count in answer.values() if count is not None)
    unknown = [key for key, count in answer.items() if count is None]
    if unknown and len(unknown) < len(counts):
        assert len(unknown) >= 2
        assert left >= minimum


def test_nobody_at_all_is_hidden_like_a_small_number():
    assert shown({"foster": 0, "not foster": 40, "not known": 12}, 10) == {
        "foster": None,
        "not foster": 40,
        "not known": None,
    }


def test_a_zero_that_can_be_nothing_else_is_shown():
    counts = {"grade 7": 40, "grade 8": 0, "grade 12": 0}
    assert shown(counts, 10, impossible={"grade 12"}) == {"grade 7": None, "grade 8": None, "grade 12": 0}


def test_of_two_equal_partners_the_same_one_is_hidden_each_time():
    assert shown({"b": 20, "a": 20, "small": 3}, 10) == {"b": 20, "a": None, "small": None}


def test_a_single_small_group_is_hidden_though_it_has_no_partner():
    assert shown({"all": 4}, 10) == {"all": None}


@pytest.mark.parametrize(("counts", "minimum"), [({"a": -1}, 10), ({"a": 1}, 0)])
def test_counts_that_cannot_be_are_refused(counts, minimum):
    with pytest.raises(ValueError, match="zero or more"):
        shown(counts, minimum)


CELLS = st.lists(
    st.tuples(st.integers(0, 4), st.sets(st.integers(0, 4), min_size=2, max_size=4)),
    max_size=5,
    unique_by=lambda r: r[0],
).map(lambda rows: [(str(row), str(column)) for row, columns in rows for column in sorted(columns)])


def determined(cells, sums):
    """The cells that linear algebra can tell, of those whose sums (lists of cells) are known."""
    if not cells:
        return set()
    known = np.array([[float(cell in some) for cell in cells] for some in sums])
    rank = np.linalg.matrix_rank(known)
    unit = np.eye(len(cells))
    return {cell for at, cell in enumerate(cells) if np.linalg.matrix_rank(np.vstack([known, unit[at]])) == rank}


def sums_of(cells, withheld=frozenset()):
    rows = [{cell for cell in cells if cell[0] == row} for row in {row for row, _ in cells}]
    columns = [{cell for cell in cells if cell[1] == column} for column in {column for _, column in cells} - withheld]
    return [*rows, *columns]


@given(CELLS)
def test_a_cell_on_no_ring_is_one_that_the_totals_tell(cells):
    assert set(told_apart(cells)) == determined(cells, sums_of(cells))


@given(CELLS)
def test_with_some_columns_withheld_no_cell_is_told(cells):
    assert determined(cells, sums_of(cells, columns_to_withhold(cells))) == set()
