"""Where the differences lie is found again in data made with known differences."""

import numpy as np
import pytest

from heartwork.analysis.variance import variance_components


def made(rng, schools, sections, students, of_school, of_section, of_student):
    """Unbalanced: about so many of each."""
    y, school, section = [], [], []
    for s in range(schools):
        at_school = rng.normal(0, of_school)
        for c in range(rng.integers(sections - 1, sections + 2)):
            at_section = at_school + rng.normal(0, of_section)
            n = rng.integers(students // 2, students * 3 // 2)
            y += list(at_section + rng.normal(0, of_student, n))
            school += [s] * n
            section += [c] * n
    return y, school, section


def test_made_differences_are_found_again():
    y, school, section = made(np.random.default_rng(1), 200, 5, 10, 2.0, 1.0, 3.0)
    found = variance_components(y, school, section, seed=1)
    assert [c.level for c in found.components] == ["school", "section", "student"]
    assert [c.variance for c in found.components] == pytest.approx([4, 1, 9], rel=0.25)
    assert sum(c.share for c in found.components) == pytest.approx(1)
    assert all(c.share_lower <= c.share <= c.share_upper for c in found.components)


def test_a_balanced_case_by_hand():
    """Two schools of two sections of two students: mean squares 32, 4 and 2, so 7, 1 and 2."""
    y = [1, 3, 3, 5, 5, 7, 7, 9]
    found = variance_components(y, list("EEEEOOOO"), list("aabbaabb"), seed=1)
    assert [c.variance for c in found.components] == [7, 1, 2]
    assert (found.students, found.sections, found.schools) == (8, 4, 2)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    held = 0
    for seed in range(60):
        y, school, section = made(np.random.default_rng(seed), 20, 4, 8, 1.0, 0.5, 2.0)
        share = variance_components(y, school, section, seed=seed, resamples=200).components[0]
        held += share.share_lower <= 1 / 5.25 <= share.share_upper
    assert held >= 53


def test_yes_and_no_have_components_too():
    rng = np.random.default_rng(3)
    chance = np.repeat(rng.choice([0.2, 0.8], 40), 50)
    y = (rng.random(2000) < chance).astype(float)
    found = variance_components(y, np.repeat(np.arange(40), 50).tolist(), seed=1)
    assert [c.level for c in found.components] == ["school", "student"]
    assert found.components[0].variance == pytest.approx(0.09, rel=0.2)
    assert found.components[1].variance == pytest.approx(0.16, rel=0.1)


def test_names_of_sections_may_be_used_again_in_another_school():
    y, school, section = made(np.random.default_rng(5), 12, 3, 6, 1, 1, 1)
    named = [f"{s}-{c}" for s, c in zip(school, section, strict=True)]
    one, other = (variance_components(y, school, labels, seed=2) for labels in (section, named))
    assert one == other


def test_few_schools_are_said_to_be_few_and_one_has_no_interval():
    assert variance_components([1, 2, 3, 9], ["E", "E", "O", "O"], seed=1).warnings == ("few_schools",)
    alone = variance_components([1, 2, 3], ["E", "E", "E"], seed=1)
    assert alone.components[0].share_lower is None
    assert alone.components[1].variance == 1


def test_the_same_seed_gives_the_same_interval():
    y, school, section = made(np.random.default_rng(7), 15, 3, 6, 1, 1, 1)
    assert variance_components(y, school, section, seed=4) == variance_components(y, school, section, seed=4)


def test_nothing_varies_and_nobody_is_there():
    assert variance_components([2, 2, 2, 2], ["E", "E", "O", "O"], seed=1).components[0].share is None
    assert variance_components([], [], seed=1).students == 0


def test_lengths_and_numbers_are_checked():
    with pytest.raises(ValueError, match="school"):
        variance_components([1.0], [], seed=1)
    with pytest.raises(ValueError, match="finite"):
        variance_components([float("nan")], ["E"], seed=1)
