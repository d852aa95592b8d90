import datetime

import pytest

from heartwork.checkins.models import CheckIn
from heartwork.supports import gaps
from heartwork.supports.tests.stories import screen

pytestmark = pytest.mark.data
MONDAY = datetime.date(2026, 2, 16)


def answer(student, knows, week=MONDAY):
    CheckIn.objects.create(student=student, week=week, adult_knows_me=knows)


def test_who_says_that_an_adult_knows_them_is_not_disconnected(district):
    for student in (district.maya, district.eli, district.noor, district.theo):
        screen(student, 5)
    answer(district.maya, True)
    answer(district.eli, True, MONDAY - datetime.timedelta(weeks=2))
    answer(district.eli, False)
    answer(district.noor, True, MONDAY - datetime.timedelta(weeks=20))  # too long ago
    found = {student.first_name for student in gaps.students_in_gap(district.ruth, "disconnected")}
    assert found == {"Eli", "Noor", "Theo"}


def test_what_a_student_answered_shapes_the_list_of_the_counselor_alone(district):
    screen(district.maya, 5)
    answer(district.maya, True)
    assert district.maya in gaps.students_in_gap(district.priya, "disconnected")
    (for_ruth,) = gaps.gaps(district.ruth, only="disconnected")
    (for_priya,) = gaps.gaps(district.priya, only="disconnected")
    assert (len(for_ruth.also), len(for_priya.also)) == (1, 0)
