"""Who is at a school, who reaches all of it, and who works with a student for longer."""

import datetime

import pytest

from heartwork.roster import access
from heartwork.roster.models import Assignment, Enrollment
from heartwork.testing.people import DAY, FIRST_DAY, LAST_DAY, hire

pytestmark = pytest.mark.data


def names(students):
    return {student.given_name for student in students}


def test_at_a_school_is_who_is_enrolled_there_that_day_and_not_who_only_has_a_class_there(district):
    Enrollment.objects.create(
        student=district.ida, school=district.elm, section=district.section_8b, begin=FIRST_DAY, end=LAST_DAY
    )
    assert names(access.at_school(district.elm)) == {"Maya", "Eli", "Noor", "Theo"}
    assert names(access.at_school(district.elm, LAST_DAY + datetime.timedelta(1))) == set()


def test_a_school_is_reached_by_who_reaches_each_of_its_students(district):
    for who, reached in {"dana": "elm oak", "priya": "elm", "ruth": "elm", "otto": "oak", "ada": "oak"}.items():
        for school in (district.elm, district.oak):
            assert access.reaches_school(district.staff[who], school) == (school.source_id in reached.split())
    for who in ("tomas", "uma", "lena", "sol", "sam", "nadia"):
        assert not access.reaches_school(district.staff[who], district.elm)


def test_who_reaches_all_as_somebody_else_does_so_where_both_do(district):
    district.dana.seen_by = hire("Dee Long", "student_services_director", organization=district.office)
    assert access.reaches_all(district.dana)
    district.dana.seen_by = district.priya
    assert not access.reaches_all(district.dana)


def test_who_works_with_a_student_is_neither_far_off_nor_there_for_a_while(district):
    lent = {"role": "facilitator", "student": district.maya, "begin": DAY, "end": LAST_DAY, "given_by": district.dana}
    Assignment.objects.create(staff=district.nadia, **lent)
    instead = Assignment.objects.get(staff=district.tomas)
    Assignment.objects.create(
        staff=hire("Una Day"),
        role="teacher",
        section=district.section_8b,
        organization=district.elm,
        begin=DAY,
        end=LAST_DAY,
        given_by=district.sam,
        stands_in_for=district.tomas,
        copy_of=instead,
    )
    seen = {reason.staff.given_name for reason in access.who_sees(district.maya)}
    assert {"Dana", "Nadia", "Una"} <= seen
    working = access.who_works_with(district.maya)
    assert {reason.staff.given_name for reason in working.values()} == {"Priya", "Ruth", "Tomás"}
