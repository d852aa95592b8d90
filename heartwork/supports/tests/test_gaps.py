import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from heartwork.releases.models import Release
from heartwork.roster.models import Assignment, Choice, District, Enrollment, StudentAttribute
from heartwork.supports import gaps
from heartwork.supports.models import Support
from heartwork.supports.rules import sees_figures_only
from heartwork.supports.tests.stories import offer, screen, take_part
from heartwork.testing.people import attribute, enroll

pytestmark = pytest.mark.data


def who(viewer, code, **more):
    return {student.first_name for student in gaps.students_in_gap(viewer, code, **more)}


def gap(viewer, code):
    (found,) = gaps.gaps(viewer, only=code)
    return found


def test_in_nothing_that_not_everyone_gets_counts_no_universal_support(district):
    offer("Morning circle", school=district.elm, tier=1, reach="everyone")
    take_part(offer("Chess club", tier=1), district.maya)
    assert who(district.priya, "universal_only") == {"Eli", "Noor", "Theo"}


def test_figures_alone_are_seen_by_who_reaches_not_everyone_besides(district):
    assert {who for who, each in district.staff.items() if sees_figures_only(each)} == {"sol", "lena"}
    Assignment.objects.create(staff=district.lena, role="student_services_director", organization=district.office)
    district.lena.kept_assignments = {}
    assert not sees_figures_only(district.lena)


def test_students_are_divided_by_a_sensitive_group_only_for_who_may_know_it(district):
    for code in ("foster_care", "english_learner"):
        StudentAttribute.objects.create(student=district.maya, attribute=attribute(code))
    for person, groups in (
        (district.ruth, {"Learning English", "In foster care"}),
        (district.tomas, {"Learning English"}),
    ):
        assert {by for by, _ in gaps.partitions(person, [district.maya.pk])} == {"grade"} | groups


def test_nobody_is_named_whom_only_a_role_reaches_that_may_not_see_names(district):
    Assignment.objects.create(staff=district.tomas, role="facilitator", student=district.noor)
    assert who(district.tomas, "universal_only") == {"Maya", "Eli"}


def test_how_far_from_the_line_is_told_of_those_whose_screening_one_may_see(district):
    for student in (district.maya, district.noor):
        screen(student, 20)
    Choice.objects.create(chosen={"record.read": []}, why="We talked about it.", set_by=district.dana)
    Assignment.objects.create(staff=district.tomas, role="counselor", student=district.noor)
    lines = gaps.lines(district.tomas, [district.maya, district.noor])
    assert {line.place.person.first_name: len(line.distances) for line in lines} == {"Maya": 0, "Noor": 1}


def test_waiting_or_having_left_is_being_in_nothing(district):
    take_part(offer("Group"), district.maya, status="waitlisted")
    take_part(offer("Plan"), district.eli, status="exited")
    take_part(offer("Old"), district.noor, end=datetime.date(2026, 2, 23))
    assert who(district.priya, "universal_only") == {"Maya", "Eli", "Noor", "Theo"}


def test_a_name_in_the_list_of_a_support_for_everyone_says_nothing(district):
    take_part(offer("Morning circle", tier=1, reach="everyone"), district.maya)
    assert "Maya" in who(district.priya, "universal_only")


def test_the_border_is_where_the_district_draws_it(district):
    for student, score in ((district.maya, 18), (district.eli, 19), (district.noor, 20), (district.theo, 21)):
        screen(student, score)
    assert who(district.priya, "tier_border") == {"Eli", "Noor"}
    District.objects.update(border_below=2, border_above=1)
    assert who(district.priya, "tier_border") == {"Maya", "Eli", "Noor", "Theo"}


def test_the_border_is_told_in_two_parts_and_entitlements_do_not_count(district):
    for student in (district.maya, district.eli, district.noor):
        screen(student, 20)
    take_part(offer("Group", tier=2), district.maya)
    take_part(offer("Services owed", tier=3, is_required_by_law=True), district.eli)
    assert who(district.priya, "tier_border", part="with") == {"Maya"}
    assert who(district.priya, "tier_border", part="without") == {"Eli", "Noor"}
    assert [count for part, count in gap(district.priya, "tier_border").parts] == [2, 1]


def test_only_the_latest_score_of_each_screener_counts(district):
    screen(district.maya, 20)
    screen(district.maya, 5, window="winter", date=datetime.date(2026, 1, 20))
    screen(district.eli, 5)
    screen(district.eli, 20, screener="attendance worries", date=datetime.date(2025, 9, 1))
    screen(district.noor, 20, date=datetime.date(2026, 3, 1))  # after the day
    assert who(district.priya, "tier_border") == {"Eli"}


def test_no_score_and_no_line_are_no_data_and_never_a_zero(district):
    screen(district.maya, 20)
    screen(district.eli, 20, line=None)
    found = gap(district.priya, "tier_border")
    assert (found.count, found.among, found.unknown) == (1, 1, 3)
    without = {student.first_name for student in gaps.students_without_data(district.priya, "tier_border")}
    assert without == {"Eli", "Noor", "Theo"}


def test_a_missed_student_is_in_no_support_beyond_tier_1_of_any_kind(district):
    for student, score in ((district.maya, 23), (district.eli, 23), (district.noor, 23), (district.theo, 22)):
        screen(student, score)
    take_part(offer("Chess club", tier=1), district.maya)
    take_part(offer("Services owed", tier=3, is_required_by_law=True), district.eli)
    take_part(offer("Group"), district.noor)
    assert who(district.priya, "missed_students") == {"Maya"}


def test_behavior_only_means_that_nothing_else_beyond_tier_1_is_there(district):
    behave, relate = offer("Plan", emphasis="behavior"), offer("Group", tier=3)
    take_part(behave, district.maya, district.eli)
    take_part(relate, district.eli)
    take_part(offer("Chess club", tier=1), district.maya)
    assert who(district.priya, "behavior_only") == {"Maya"}
    (elm,) = gaps.by_school(district.priya, "behavior_only")
    assert (elm.name, elm.count, elm.among, elm.percent) == ("Elm Middle School", 1, 2, 50)


def test_without_stable_housing_asks_for_a_support_that_is_meant_for_it(district):
    for student in (district.maya, district.eli, district.noor):
        StudentAttribute.objects.create(student=student, attribute=attribute("no_stable_housing"))
    take_part(offer("Rides to school", kind="mckinney-vento"), district.maya)
    take_part(offer("Chess club", tier=1), district.eli)
    assert who(district.priya, "housing") == {"Eli", "Noor"}


def test_a_teacher_is_not_told_who_lives_without_stable_housing(district):
    assert "housing" not in {found.code for found in gaps.gaps(district.tomas)}
    with pytest.raises(Http404):
        gaps.students_in_gap(district.tomas, "housing")


def test_disconnected_students_do_well_enough_and_are_in_nothing(district):
    for student in (district.maya, district.eli, district.noor, district.ida):
        screen(student, 5)
    take_part(offer("Chess club", tier=1), district.maya)
    screen(district.noor, 30, screener="another")
    assert who(district.dana, "disconnected") == {"Eli"}  # Ida is in grade 3
    assert gap(district.dana, "disconnected").unknown == 1  # Theo


def test_intensive_support_in_a_transition_year(district):
    take_part(offer("Therapy", tier=3), district.maya, district.noor)
    take_part(offer("Services owed", tier=3, is_required_by_law=True), district.eli)
    assert who(district.priya, "transition") == {"Maya"}


def test_supports_on_paper_over_capacity_and_without_an_owner(district):
    offer("Nobody in it", school=district.elm, owner=district.ruth)
    full = offer("Full", school=district.elm, owner=district.ruth, capacity=1)
    take_part(full, district.maya, district.eli)
    take_part(offer("Ownerless", school=district.elm), district.maya)
    offer("For adults", school=district.elm, owner=district.ruth, reach="adults")
    offer("Ended", school=district.elm, end=datetime.date(2026, 2, 1))
    offer("At Oak", school=district.oak)
    names = {
        code: [support.name for support in gaps.supports_in_gap(district.priya, code)]
        for code in ("paper_support", "over_capacity", "no_owner")
    }
    assert names == {"paper_support": ["Nobody in it"], "over_capacity": ["Full"], "no_owner": ["Ownerless"]}


def test_an_owner_who_has_left_answers_for_nothing(district):
    offer("Group", school=district.elm, owner=district.ruth)
    district.ruth.ended_on = datetime.date(2026, 2, 1)
    district.ruth.save()
    assert [support.name for support in gaps.supports_in_gap(district.priya, "no_owner")] == ["Group"]


def test_everyone_is_asked_only_about_students_they_reach(district):
    assert who(district.tomas, "universal_only") == {"Maya", "Eli"}
    assert gap(district.otto, "universal_only").count == 2
    with pytest.raises(PermissionDenied):
        gaps.students_in_gap(district.lena, "universal_only")
    with pytest.raises(Http404):
        gaps.students_in_gap(district.priya, "no such gap")


def test_a_student_who_has_left_is_in_no_gap(district):
    Enrollment.objects.filter(student=district.maya).update(end=datetime.date(2026, 2, 1))
    assert "Maya" not in who(district.dana, "universal_only")


def test_a_reader_of_figures_sees_no_number_of_a_small_group(district):
    for n in range(36):
        student = enroll(f"Child{n} Example", "08", district.elm)
        if n < 30:
            screen(student, 23 if n < 12 else 5)
    found = gap(district.lena, "missed_students")
    assert (found.count, found.among, found.unknown) == (12, 30, 12)
    for student in gaps.students_in_gap(district.dana, "missed_students")[:3]:
        take_part(offer("Group"), student)
    assert gap(district.dana, "missed_students").count == 9
    again = gap(district.lena, "missed_students")  # or the difference would tell who the three are
    assert (again.count, again.among, again.unknown) == (12, 30, 12)
    Release.objects.all().delete()
    found = gap(district.lena, "missed_students")
    assert (found.count, found.among, found.unknown) == (None, None, None)


def test_hidden_cells_by_school_hide_partners_so_that_nobody_can_subtract(district):
    for n in range(40):
        student = enroll(f"Child{n} Example", "08", district.elm)
        if n < 20:
            take_part(Support.objects.first() or offer("Group"), student)
    shares = {share.name: share for share in gaps.by_school(district.sol, "universal_only")}
    assert shares["Oak Elementary School"].count is None  # two students
    assert {share.count for share in gaps.by_school(district.dana, "universal_only")} == {24, 2}


def test_schools_are_told_with_the_district_and_stay_as_it_was_told(district):
    """What a school's page adds later must fit what was told of the whole, or the difference would tell."""
    elm = [enroll(f"Child{n} Example", "08", district.elm) for n in range(40)]
    oak = [enroll(f"Infant{n} Example", "03", district.oak) for n in range(30)]
    group = offer("Group")
    take_part(group, *elm[:20], *oak[:12])
    assert gap(district.sol, "universal_only").count == 44
    first = gaps.by_school(district.sol, "universal_only")
    take_part(group, *elm[20:23])
    assert gap(district.dana, "universal_only").count == 41
    assert gap(district.sol, "universal_only").count == 44
    assert gaps.by_school(district.sol, "universal_only") == first
    assert {share.name: share.count for share in first} == {"Elm Middle School": 24, "Oak Elementary School": 20}


def test_counting_every_gap_takes_the_same_few_queries_whatever_the_number(district, django_assert_num_queries):
    group = offer("Group", school=district.elm)
    for n in range(20):
        student = enroll(f"Child{n} Example", "08", district.elm)
        screen(student, 20)
        take_part(group, student)
    district.priya.kept_assignments = {}
    with django_assert_num_queries(4):  # assignments, the district, students, supports
        gaps.gaps(district.priya)
