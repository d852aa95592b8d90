"""Pairs over people: the four counts add up, and the words "always" and "never" mean what they say."""

import doctest

from hypothesis import given
from hypothesis import strategies as st

from heartwork.analysis import cooccurrence
from heartwork.analysis.cooccurrence import pairs

people = st.lists(st.frozensets(st.sampled_from("abcdef")), max_size=30)


def test_the_examples_in_the_docstrings_are_right():
    assert doctest.testmod(cooccurrence).failed == 0


@given(people, st.integers(1, 5))
def test_the_four_counts_are_those_of_a_plain_count(holdings, least):
    for pair in pairs(holdings, least):
        assert pair.both == sum({pair.first, pair.second} <= has for has in holdings)
        assert pair.only_first == sum(pair.first in has and pair.second not in has for has in holdings)
        assert pair.only_second == sum(pair.second in has and pair.first not in has for has in holdings)
        assert pair.both + pair.only_first + pair.only_second + pair.neither == len(holdings)


@given(people, st.integers(1, 5))
def test_only_what_enough_people_have_is_paired(holdings, least):
    for pair in pairs(holdings, least):
        assert pair.both + pair.only_first >= least
        assert pair.both + pair.only_second >= least


def test_two_things_that_nobody_has_apart_come_always_together():
    (pair,) = pairs([frozenset("ab"), frozenset("ab"), frozenset()], 2)
    assert pair.is_always
    assert not pair.is_never


def test_two_things_that_nobody_has_together_never_come_together():
    (pair,) = pairs([frozenset("a"), frozenset("b")], 1)
    assert pair.is_never
    assert not pair.is_always
