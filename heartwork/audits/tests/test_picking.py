"""Whom to look at: chance is fair, groups are each there, and nobody is picked out of reach."""

import random
from collections import Counter

import pytest

from heartwork.audits import picking
from heartwork.audits.tests.conftest import open_audit
from heartwork.roster.models import Enrollment, StudentAttribute
from heartwork.testing.people import attribute

pytestmark = pytest.mark.data


def test_candidates_are_those_whom_both_reach(district):
    assert set(picking.candidates(district.ruth, district.tomas)) == {district.maya, district.eli}


def test_who_left_is_no_candidate(district, day):
    Enrollment.objects.filter(student=district.maya).update(end="2026-02-01")
    assert district.maya not in picking.candidates(district.dana, district.dana)


def test_whom_one_sees_only_through_an_open_audit_is_no_candidate(district, story):
    assert not picking.candidates(district.nadia, district.nadia).exists()
    assert set(picking.candidates(district.tomas, district.tomas)) == {district.maya, district.eli}


def test_candidates_are_found_by_a_part_of_a_name(district):
    assert list(picking.candidates(district.ruth, district.ruth, q="no")) == [district.noor]


def test_candidates_of_a_gap_are_in_it(district):
    everyone = picking.candidates(district.ruth, district.ruth, gap="universal_only")
    assert district.ida not in everyone


def test_chance_picks_different_students_and_reads_only_those(district, django_assert_num_queries):
    rows = picking.candidates(district.dana, district.dana).order_by().prefetch_related(None)
    with django_assert_num_queries(4):  # a count, and one for each
        drawn = picking.at_random(rows, 3, random.Random(1))
    assert len(set(drawn)) == 3


def test_chance_picks_everyone_where_there_are_few(district):
    rows = picking.candidates(district.tomas, district.tomas)
    assert set(picking.at_random(rows, 4)) == {district.maya, district.eli}


def test_everyone_is_as_likely_as_any_other(district):
    dice = random.Random(3)
    rows = picking.candidates(district.ruth, district.ruth)
    drawn = Counter(student.first_name for _ in range(120) for student in picking.at_random(rows, 1, dice))
    assert set(drawn) == {"Maya", "Eli", "Noor", "Theo"}
    assert min(drawn.values()) > 15


def test_one_of_each_grade(district):
    drawn = picking.one_of_each(picking.candidates(district.dana, district.dana), "grade", 4, random.Random(2))
    assert sorted(student.grade for student in drawn) == ["03", "07", "08"]


def test_one_of_each_group_and_one_of_none(district):
    learning = attribute("english_learner")
    for student in (district.maya, district.noor):
        StudentAttribute.objects.create(student=student, attribute=learning)
    drawn = picking.one_of_each(picking.candidates(district.ruth, district.ruth), "language", 4, random.Random(2))
    assert len(drawn) == 2
    assert len({district.maya, district.noor} & set(drawn)) == 1


def test_a_student_of_two_groups_is_drawn_once(district):
    for code in ("black", "hispanic"):
        StudentAttribute.objects.create(student=district.maya, attribute=attribute(code))
    for seed in range(5):
        rows = picking.candidates(district.ruth, district.ruth)
        drawn = picking.one_of_each(rows, "race_ethnicity", 4, random.Random(seed))
        assert len(drawn) == len(set(drawn))


def test_sensitive_groups_are_not_drawn_by(district):
    StudentAttribute.objects.create(student=district.maya, attribute=attribute("foster_care"))
    StudentAttribute.objects.create(student=district.maya, attribute=attribute("english_learner"))
    assert picking.kinds_of_group(district.ruth) == ["language"]


def test_whom_one_picked_stays_on_offer_while_one_looks_for_the_next(district):
    lines = picking.offer(district.ruth, picked=[str(district.maya.public_id), "nonsense"], q="noor")
    assert [line.person for line in lines] == [district.maya, district.noor]


def test_nobody_out_of_reach_is_on_offer(district):
    assert picking.offer(district.ruth, picked=[str(district.ida.public_id)], q="ida") == []


def test_how_they_were_picked_is_kept(district, story):
    meeting = open_audit(district, story.team, [district.maya], picked="universal_only")
    assert meeting.audited.get().picked == "universal_only"
