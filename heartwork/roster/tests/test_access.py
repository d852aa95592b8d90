"""Who reaches whom, and the reason given for it."""

import datetime

import pytest

from heartwork.roster import access
from heartwork.roster.models import Assignment, Enrollment
from heartwork.testing.people import DAY, LAST_DAY

pytestmark = pytest.mark.data

SEES = {
    "sol": "",
    "lena": "",
    "dana": "maya eli noor theo ida bo",
    "priya": "maya eli noor theo",
    "otto": "ida bo",
    "ruth": "maya eli noor theo",
    "tomas": "maya eli",
    "ada": "ida bo",
    "uma": "noor",
    "sam": "",
    "nadia": "",
}


@pytest.mark.parametrize(("who", "students"), SEES.items())
def test_each_person_reaches_the_students_of_their_assignments(district, who, students):
    expected = {district.students[name] for name in students.split()}
    assert set(access.visible_to(district.staff[who])) == expected


@pytest.mark.parametrize("who", SEES)
def test_the_reason_and_the_reach_are_one_rule(district, who):
    person = district.staff[who]
    reached = set(access.visible_to(person))
    for student in district.students.values():
        assert (access.reason_to_see(person, student) is not None) == (student in reached)


def test_the_reason_is_a_sentence(district):
    assert str(access.reason_to_see(district.tomas, district.maya)) == "you teach 8B until June 12"
    assert (
        str(access.reason_to_see(district.priya, district.maya))
        == "you are principal at Elm Middle School until June 12"
    )


def test_reach_ends_the_day_after_the_assignment_ends(district):
    assert access.visible_to(district.tomas, LAST_DAY).exists()
    assert not access.visible_to(district.tomas, LAST_DAY + datetime.timedelta(1)).exists()


def test_reach_begins_with_the_assignment(district):
    Assignment.objects.filter(staff=district.tomas).update(begin=DAY + datetime.timedelta(1))
    assert not access.visible_to(district.tomas).exists()


def test_a_student_who_left_a_section_leaves_its_teacher(district):
    Enrollment.objects.filter(student=district.maya, section=district.section_8b).update(
        end=DAY - datetime.timedelta(1)
    )
    assert set(access.visible_to(district.tomas)) == {district.eli}
    assert access.reason_to_see(district.tomas, district.maya) is None


def test_a_student_who_left_the_school_leaves_its_principal_and_counselor(district):
    Enrollment.objects.filter(student=district.maya, section=None).update(end=DAY - datetime.timedelta(1))
    assert district.maya not in access.visible_to(district.priya)
    assert district.maya not in access.visible_to(district.ruth)


def test_someone_who_left_reaches_nobody(district):
    district.dana.ended_on = DAY
    district.dana.save()
    assert not access.visible_to(district.dana).exists()
    assert access.who_sees(district.ida)[0].staff != district.dana


def test_a_word_that_is_no_role_of_ours_reaches_nobody(district):
    Assignment.objects.filter(staff=district.priya).update(role="ext:wizard")
    assert not access.visible_to(district.priya).exists()


def test_a_counselor_without_grades_reaches_nobody_yet(district):
    Assignment.objects.filter(staff=district.ruth).update(grades="")
    assert not access.visible_to(district.ruth).exists()
