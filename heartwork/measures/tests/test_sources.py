"""Measures counted from the records: they come to what one counts by hand, and counting again changes only what did."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from heartwork.journal.models import Entry
from heartwork.measures.actions import define_measure, gather
from heartwork.measures.models import DataPoint
from heartwork.measures.tests.stories import THIS_WEEK, WEEK, in_school
from heartwork.records.models import Absence, Referral, SchoolDay, Screening
from heartwork.roster.models import Enrollment, StudentAttribute
from heartwork.testing.people import attribute, enroll

pytestmark = pytest.mark.data

LAST_WEEK = THIS_WEEK - WEEK
MONDAY, TUESDAY, WEDNESDAY = (LAST_WEEK + datetime.timedelta(days=n) for n in range(3))


def away(student, *days, code="A", school=None):
    school = school or student.enrollments.filter(section=None).first().school
    for day in days:
        Absence.objects.create(student=student, school=school, date=day, code=code)


def refer(student, day, n=1):
    school = student.enrollments.filter(section=None).first().school
    for _ in range(n):
        Referral.objects.create(student=student, school=school, date=day, behavior="Left class", level="minor")


def screen(student, score, day=TUESDAY, line=20):
    Screening.objects.create(student=student, screener="mood", window="winter", date=day, score=score, tier2_cut=line)


def belongs(student, *codes):
    for code in codes:
        StudentAttribute.objects.create(student=student, attribute=attribute(code))


def counted(measure):
    """The current values: {(school, kind, group, week): (part, whole)}."""
    rows = DataPoint.objects.filter(measure=measure, superseded_at=None)
    columns = ("school__source_id", "subgroup_kind", "subgroup", "period", "numerator", "denominator")
    return {tuple(row[:4]): tuple(row[4:]) for row in rows.values_list(*columns)}


# -- attendance


def test_days_attended_are_those_of_everyone_enrolled_minus_those_missed(district):
    in_school(LAST_WEEK, THIS_WEEK)
    away(district.maya, MONDAY, TUESDAY)
    away(district.ida, WEDNESDAY)
    measure = define_measure(district.dana, name="Days attended", source="attendance")
    assert (measure.data, measure.direction, measure.per_student) == ("proportion", "neutral", 5)
    # Elm has four students and Oak two; on Thursday and Friday nobody was reported, so these days are not counted.
    assert counted(measure) == {
        ("elm", "all", "all", LAST_WEEK): (4 * 3 - 2, 4 * 3),
        ("oak", "all", "all", LAST_WEEK): (2 * 3 - 1, 2 * 3),
    }


def test_a_late_arrival_is_no_absence(district):
    in_school(LAST_WEEK)
    away(district.maya, MONDAY, code="T")
    away(district.eli, MONDAY)
    measure = define_measure(district.dana, name="Days attended", source="attendance")
    assert counted(measure)["elm", "all", "all", LAST_WEEK] == (3, 4)


def test_a_holiday_is_not_counted_though_somebody_was_marked_absent_on_it(district):
    in_school(LAST_WEEK)
    SchoolDay.objects.filter(date=TUESDAY).update(in_session=False)
    away(district.maya, MONDAY, TUESDAY)
    measure = define_measure(district.dana, name="Days attended", source="attendance")
    assert counted(measure)["elm", "all", "all", LAST_WEEK] == (3, 4)


def test_a_week_without_school_is_no_value(district):
    in_school(LAST_WEEK - WEEK, THIS_WEEK)
    away(district.maya, LAST_WEEK - WEEK, THIS_WEEK)
    measure = define_measure(district.dana, name="Days attended", source="attendance")
    assert {key[3] for key in counted(measure)} == {LAST_WEEK - WEEK, THIS_WEEK}


def test_who_moved_in_on_wednesday_counts_from_wednesday(district):
    in_school(LAST_WEEK)
    Enrollment.objects.filter(student=district.eli).update(begin=WEDNESDAY)
    away(district.maya, MONDAY, WEDNESDAY)
    measure = define_measure(district.dana, name="Days attended", source="attendance")
    assert counted(measure)["elm", "all", "all", LAST_WEEK] == (3 + 4 - 2, 3 + 4)


def test_groups_are_those_of_the_roster(district):
    in_school(LAST_WEEK)
    for student in (district.maya, district.noor, district.ida):
        belongs(student, "english_learner")
    belongs(district.maya, "asian")
    away(district.maya, MONDAY)
    away(district.ida, MONDAY)
    found = counted(define_measure(district.dana, name="Days attended", source="attendance"))
    assert found["elm", "englishLearner", "true", LAST_WEEK] == (1, 2)
    assert found["oak", "englishLearner", "true", LAST_WEEK] == (0, 1)
    (race,) = [key for key in found if key[1] == "raceEthnicity"]
    assert (race[0], found[race]) == ("elm", (0, 1))


def test_who_is_in_a_group_no_more_counts_in_it_until_then(district):
    in_school(LAST_WEEK, THIS_WEEK)
    for student in (district.maya, district.eli):
        belongs(student, "english_learner")
        screen(student, 25, THIS_WEEK)
        away(student, MONDAY, THIS_WEEK)
        refer(student, THIS_WEEK)
    StudentAttribute.objects.filter(student=district.maya).update(end=WEDNESDAY)
    StudentAttribute.objects.filter(student=district.eli).update(begin=TUESDAY)
    english = ("elm", "englishLearner", "true")
    found = counted(define_measure(district.dana, name="Days attended", source="attendance"))
    assert (found[*english, LAST_WEEK], found[*english, THIS_WEEK]) == ((0, 1), (0, 1))
    assert counted(define_measure(district.dana, name="Referrals", source="referrals"))[*english, THIS_WEEK] == (1, 1)
    assert counted(define_measure(district.dana, name="Screened", source="screening"))[*english, THIS_WEEK] == (1, 1)


def test_an_absence_at_a_school_the_student_does_not_attend_does_not_go_below_zero(district):
    in_school(LAST_WEEK)
    for student in (district.maya, district.eli, district.noor):
        away(student, MONDAY, school=district.oak)
    found = counted(define_measure(district.dana, name="Days attended", source="attendance"))
    assert found["oak", "all", "all", LAST_WEEK] == (0, 2)


# -- referrals


def test_referrals_are_counted_by_week_over_who_is_enrolled_at_its_end(district):
    in_school(LAST_WEEK, THIS_WEEK)
    refer(district.maya, MONDAY, 2)
    refer(district.noor, TUESDAY)
    refer(district.maya, THIS_WEEK)
    Enrollment.objects.filter(student=district.eli).update(end=WEDNESDAY)
    found = counted(define_measure(district.dana, name="Referrals", source="referrals"))
    assert found["elm", "all", "all", LAST_WEEK] == (3, 3)
    assert found["elm", "all", "all", THIS_WEEK] == (1, 3)
    assert found["oak", "all", "all", LAST_WEEK] == (0, 2)  # school went on, and nobody was referred: a zero


def test_a_referral_of_a_student_counts_in_each_of_their_groups(district):
    in_school(LAST_WEEK)
    belongs(district.maya, "english_learner", "low_income")
    refer(district.maya, MONDAY, 2)
    found = counted(define_measure(district.dana, name="Referrals", source="referrals"))
    assert found["elm", "englishLearner", "true", LAST_WEEK] == (2, 1)
    assert found["elm", "economicDisadvantage", "true", LAST_WEEK] == (2, 1)


# -- screening


def test_screening_counts_who_reached_the_line_of_who_was_screened(district):
    for student, score in ((district.maya, 20), (district.eli, 19.5), (district.noor, 31), (district.ida, 3)):
        screen(student, score)
    screen(district.theo, 40, line=None)  # without a line there is nothing to reach
    found = counted(define_measure(district.dana, name="Screened", source="screening"))
    assert found == {("elm", "all", "all", LAST_WEEK): (2, 3), ("oak", "all", "all", LAST_WEEK): (0, 1)}


def test_screening_counts_where_the_student_was_on_that_day(district):
    Enrollment.objects.filter(student=district.maya).update(end=MONDAY)
    Enrollment.objects.create(student=district.maya, school=district.oak, begin=TUESDAY)
    screen(district.maya, 25)
    found = counted(define_measure(district.dana, name="Screened", source="screening"))
    assert found == {("oak", "all", "all", LAST_WEEK): (1, 1)}


# -- counting again


def test_counting_again_changes_nothing_when_nothing_did(district):
    in_school(LAST_WEEK)
    away(district.maya, MONDAY)
    measure = define_measure(district.dana, name="Days attended", source="attendance")
    before = list(DataPoint.objects.order_by("pk").values_list())
    assert gather(district.dana, measure) == (0, 0)
    assert list(DataPoint.objects.order_by("pk").values_list()) == before


def test_counting_again_supersedes_only_what_changed(district):
    in_school(LAST_WEEK, THIS_WEEK)
    away(district.maya, MONDAY)
    away(district.ida, MONDAY)
    measure = define_measure(district.dana, name="Days attended", source="attendance")
    away(district.eli, MONDAY)  # told late
    away(district.eli, THIS_WEEK)
    assert gather(district.dana, measure) == (2, 1)  # this week of two schools is new, last week of Elm has changed
    closed = DataPoint.objects.exclude(superseded_at=None)
    assert [(p.school, p.period, p.numerator) for p in closed] == [(district.elm, LAST_WEEK, 3)]
    assert counted(measure)["elm", "all", "all", LAST_WEEK] == (2, 4)
    assert Entry.objects.filter(verb="measure.gathered").latest("pk").detail == {"new": 2, "changed": 1}


def test_what_is_not_in_the_records_any_more_is_not_shown_any_more(district):
    in_school(LAST_WEEK)
    belongs(district.maya, "english_learner")
    away(district.maya, MONDAY)
    measure = define_measure(district.dana, name="Days attended", source="attendance")
    StudentAttribute.objects.all().delete()  # it was a mistake
    gather(district.dana, measure)
    assert {key[1] for key in counted(measure)} == {"all"}
    assert DataPoint.objects.filter(subgroup_kind="englishLearner").exclude(superseded_at=None).count() == 1


def test_a_measure_of_one_school_counts_that_school_alone(district):
    in_school(LAST_WEEK)
    away(district.maya, MONDAY)
    away(district.ida, MONDAY)
    measure = define_measure(district.priya, name="Days attended", source="attendance", school=district.elm)
    assert {key[0] for key in counted(measure)} == {"elm"}


def test_without_records_nothing_is_counted_and_nothing_stops(client, district):
    measure = define_measure(district.dana, name="Days attended", source="attendance")
    client.force_login(district.dana)
    page = client.post(reverse("measure-gather", args=[measure.public_id]), follow=True).content.decode()
    assert "nothing is different" in page
    assert counted(measure) == {}


def test_counting_again_is_for_who_may_edit(client, district):
    measure = define_measure(district.dana, name="Days attended", source="attendance")
    for who in (district.tomas, district.priya, district.uma):
        with pytest.raises(PermissionDenied):
            gather(who, measure)
        client.force_login(who)
        assert client.post(reverse("measure-gather", args=[measure.public_id])).status_code == 404


@pytest.mark.parametrize("source", ["attendance", "referrals", "screening"])
def test_counting_asks_the_same_number_of_questions_however_many_students(
    district, source, django_assert_max_num_queries
):
    in_school(LAST_WEEK, THIS_WEEK)
    measure = define_measure(district.dana, name="Counted", source=source)
    for n in range(40):
        student = enroll(f"Student {n}", "07", district.elm)
        belongs(student, "english_learner")
        away(student, MONDAY)
        refer(student, MONDAY)
        screen(student, n)
    with django_assert_max_num_queries(27):
        gather(district.dana, measure)


def test_a_class_cannot_be_counted_from_records_of_schools(client, district):
    client.force_login(district.tomas)
    in_school(LAST_WEEK)
    away(district.noor, MONDAY)  # of another class
    said = {"name": "Days attended", "kind": "outcome", "data": "proportion", "cadence": "week", "direction": "up"}
    said |= {"source": "attendance", "where": f"section {district.section_8b.public_id}"}
    assert "Records are counted by school" in client.post(reverse("measure-new"), said).content.decode()
    assert not DataPoint.objects.exists()
