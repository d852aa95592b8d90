import datetime

import pytest

from heartwork.roster.models import Enrollment
from heartwork.supports.bearings import supports_around, supports_of
from heartwork.supports.models import Domain, Emphasis, Kind, Participation, Tier, UniversalRule
from heartwork.supports.tests.stories import offer

pytestmark = pytest.mark.data


def names(bearings):
    return [bearing.support.name for bearing in bearings]


def test_every_district_starts_with_the_kinds_of_the_report(db):
    assert Kind.objects.count() >= 40
    assert all(kind.cites.startswith("Leadership for Caring") for kind in Kind.objects.all())
    assert [model.objects.count() for model in (Tier, Domain, Emphasis)] == [3, 6, 6]


def test_a_rule_for_a_school_reaches_its_students_and_nobody_else(district):
    offer("Morning circle", school=district.elm, tier=1, reach="everyone")
    assert names(supports_of(district.dana, district.maya)) == ["Morning circle"]
    assert supports_of(district.dana, district.ida) == []
    assert supports_of(district.dana, district.maya)[0].why == "everyone at Elm Middle School"


def test_a_rule_for_a_grade_or_a_section_reaches_only_it(district):
    by_grade = offer("Grade 7 welcome", tier=1, reach="everyone")
    by_grade.rules.update(grades="07")
    by_section = offer("8B circle", tier=1, reach="everyone")
    by_section.rules.update(section=district.section_8b)
    assert names(supports_of(district.dana, district.noor)) == ["Grade 7 welcome"]
    assert names(supports_of(district.dana, district.maya)) == ["8B circle"]


def test_a_student_named_by_two_rules_of_one_support_has_it_once(district):
    circle = offer("Morning circle", school=district.elm, tier=1, reach="everyone")
    UniversalRule.objects.create(support=circle, section=district.section_8b)
    assert names(supports_of(district.dana, district.maya)) == ["Morning circle"]


def test_listed_supports_bear_on_a_student_only_while_they_hold(district):
    group, day = offer("Grief group", school=district.elm), datetime.date(2026, 2, 24)
    entry = Participation.objects.create(support=group, student=district.maya, begin=day)
    assert names(supports_of(district.dana, district.maya)) == ["Grief group"]
    assert supports_of(district.dana, district.maya, day - datetime.timedelta(1)) == []
    for change in ({"end": day - datetime.timedelta(1), "begin": None}, {"end": None, "status": "exited"}):
        Participation.objects.filter(pk=entry.pk).update(**change)
        assert supports_of(district.dana, district.maya) == []


def test_waiting_for_a_place_is_not_being_in_it(district):
    group = offer("Grief group", school=district.elm)
    Participation.objects.create(support=group, student=district.maya, status="waitlisted")
    assert supports_of(district.dana, district.maya) == []
    (waiting,) = supports_of(district.dana, district.maya, with_waiting=True)
    assert (waiting.status, waiting.why) == ("waitlisted", "waiting for a place")


def test_a_support_that_has_ended_bears_on_nobody(district):
    ended = offer("Old group", school=district.elm, end=datetime.date(2026, 1, 31))
    Participation.objects.create(support=ended, student=district.maya)
    offer("Old circle", tier=1, reach="everyone", end=datetime.date(2026, 1, 31))
    assert supports_of(district.dana, district.maya) == []


def test_a_student_who_has_left_is_reached_by_no_rule(district):
    offer("Morning circle", tier=1, reach="everyone")
    Enrollment.objects.filter(student=district.maya).update(end=datetime.date(2026, 2, 1))
    assert supports_of(district.dana, district.maya) == []


def test_nobody_learns_about_students_out_of_reach(district):
    Participation.objects.create(support=offer("Grief group"), student=district.maya)
    assert supports_of(district.otto, district.maya) == []
    assert supports_around(district.lena, [district.maya]) == {}


def test_everyone_s_supports_come_first_then_by_tier_and_name(district):
    for name, tier in (("B plan", 3), ("a plan", 3), ("Group", 2), ("Club", 1)):
        Participation.objects.create(support=offer(name, tier=tier), student=district.maya)
    offer("Zest", tier=1, reach="everyone")
    assert names(supports_of(district.dana, district.maya)) == ["Zest", "Club", "Group", "a plan", "B plan"]


def test_the_number_of_queries_does_not_grow_with_the_students(district, django_assert_num_queries):
    for n in range(6):
        offer(f"Circle {n}", tier=1, reach="everyone")
        for student in district.students.values():
            Participation.objects.create(support=offer(f"Group {n}"), student=student)
    district.dana.kept_assignments = {}
    with django_assert_num_queries(5):  # one for why Dana may see them, four for the answer
        around = supports_around(district.dana, list(district.students.values()))
    assert {len(bearings) for bearings in around.values()} == {12}
