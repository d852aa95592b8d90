"""What is told of a week: enough answers, by group and by none."""

import doctest

from heartwork.pulse import telling


def test_the_examples_in_the_docstrings_are_right():
    assert doctest.testmod(telling).failed == 0


def test_four_answers_are_not_told_and_five_are():
    assert telling.told(["yes"] * 4).sentence == "Shown from 5 answers on."
    assert telling.told(["yes"] * 3 + ["partly", "no"]).sentence == "3 yes, 1 partly, 1 not yet"
    assert telling.told([]).sentence == "Nobody has answered."
