"""Who reaches whom, and the reason given for it."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse

from heartwork.roster import access
from heartwork.roster.models import Assignment, Choice, Enrollment
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
    assert not access.who_sees(district.maya, staff=district.priya)
    assert not access.who_sees(district.maya, staff=district.ruth)


def test_someone_who_left_reaches_nobody(district):
    district.dana.ended_on = DAY
    district.dana.save()
    assert not access.visible_to(district.dana).exists()
    assert not access.who_sees(district.ida, staff=district.dana)


def test_a_word_that_is_no_role_of_ours_reaches_nobody(district):
    Assignment.objects.filter(staff=district.priya).update(role="ext:wizard")
    assert not access.visible_to(district.priya).exists()


def test_a_counselor_without_grades_reaches_nobody_yet(district):
    Assignment.objects.filter(staff=district.ruth).update(grades="")
    assert not access.visible_to(district.ruth).exists()


def yesterday():
    return DAY - datetime.timedelta(1)


def tomorrow():
    return DAY + datetime.timedelta(1)


def test_the_day_that_is_asked_about_decides(district):
    Assignment.objects.filter(staff=district.tomas).update(end=DAY)
    assert access.visible_to(district.tomas, DAY).exists()
    assert not access.visible_to(district.tomas, tomorrow()).exists()
    assert access.who_sees(district.maya, DAY, district.tomas)
    assert not access.who_sees(district.maya, tomorrow(), district.tomas)


def test_without_a_day_today_is_meant(district):
    Assignment.objects.filter(staff=district.tomas).update(end=yesterday())
    assert not access.visible_to(district.tomas).exists()
    assert not access.who_sees(district.maya, staff=district.tomas)
    assert access.roles_of(district.tomas) == set()


def test_the_caseload_of_a_student_by_name_has_an_end_and_a_beginning(district):
    for dates in ({"end": yesterday()}, {"begin": tomorrow()}):
        Assignment.objects.filter(staff=district.uma).update(**{"begin": None, "end": None} | dates)
        assert not access.visible_to(district.uma).exists()
        assert not access.who_sees(district.noor, staff=district.uma)


def test_a_student_who_left_the_district_leaves_every_caseload(district):
    Enrollment.objects.filter(student=district.noor).update(end=yesterday())
    assert not access.visible_to(district.uma).exists()
    assert not access.who_sees(district.noor, staff=district.uma)
    assert district.noor in access.visible_to(district.dana)


def test_an_account_that_was_closed_reaches_nobody_even_with_assignments(district):
    for person in (district.priya, district.dana, district.uma):
        person.is_active = False
        person.save()
        assert not access.visible_to(person).exists()
        assert not access.who_sees(district.noor, staff=person)


def test_someone_who_leaves_later_still_works_today(district):
    district.priya.ended_on = tomorrow()
    district.priya.save()
    assert district.maya in access.visible_to(district.priya)
    assert access.who_sees(district.maya, staff=district.priya)
    assert not access.visible_to(district.priya, tomorrow()).exists()


def test_a_student_whose_grade_nobody_knows_is_in_no_caseload_by_grade(district):
    district.maya.grade = ""
    district.maya.save()
    assert district.maya not in access.visible_to(district.ruth)
    assert not access.who_sees(district.maya, staff=district.ruth)


def test_a_caseload_by_grade_stops_at_its_grades_and_its_school(district):
    Assignment.objects.filter(staff=district.ruth).update(grades="08")
    assert set(access.visible_to(district.ruth)) == {district.maya, district.eli}
    assert not access.who_sees(district.noor, staff=district.ruth)
    Assignment.objects.filter(staff=district.ruth).update(grades="03 08")
    assert district.ida not in access.visible_to(district.ruth)
    assert not access.who_sees(district.ida, staff=district.ruth)


def test_a_caseload_by_grade_needs_a_school(district):
    Assignment.objects.filter(staff=district.ruth).update(organization=None)
    assert not access.visible_to(district.ruth).exists()


def test_a_principal_without_a_school_reaches_nobody(district):
    Assignment.objects.filter(staff=district.priya).update(organization=None)
    assert not access.visible_to(district.priya).exists()
    assert not access.who_sees(district.maya, staff=district.priya)


def test_a_name_is_narrower_than_the_section_or_grades_beside_it(district):
    Assignment.objects.filter(staff=district.tomas).update(student=district.maya)
    assert set(access.visible_to(district.tomas)) == {district.maya}
    assert not access.who_sees(district.eli, staff=district.tomas)
    Assignment.objects.filter(staff=district.ruth).update(student=district.maya)
    assert set(access.visible_to(district.ruth)) == {district.maya}
    assert not access.who_sees(district.eli, staff=district.ruth)


def test_a_section_is_narrower_than_the_grades_beside_it(district):
    Assignment.objects.filter(staff=district.tomas).update(grades="07 08")
    assert set(access.visible_to(district.tomas)) == {district.maya, district.eli}
    assert not access.who_sees(district.noor, staff=district.tomas)


def test_a_role_that_reaches_by_school_does_not_reach_by_name(district):
    Assignment.objects.create(staff=district.priya, role="principal", student=district.ida)
    assert district.ida not in access.visible_to(district.priya)
    assert not access.who_sees(district.ida, staff=district.priya)


@pytest.mark.parametrize("narrower", ["section", "student"])
def test_a_role_for_the_whole_district_that_names_something_narrower_reaches_nobody(district, narrower):
    named = {"section": district.section_8b, "student": district.maya}[narrower]
    Assignment.objects.filter(staff=district.dana).update(**{narrower: named})
    assert not access.visible_to(district.dana).exists()
    assert not access.who_sees(district.maya, staff=district.dana)


def test_a_role_that_sees_figures_reaches_no_student_by_any_way(district):
    Assignment.objects.create(
        staff=district.lena, role="district_leader", student=district.ida, section=district.section_8b, grades="07"
    )
    assert not access.visible_to(district.lena).exists()
    assert not access.who_sees(district.ida, staff=district.lena)


@pytest.mark.parametrize("where", ["section", "grades", "school"])
def test_a_role_without_reach_reaches_nobody_by_section_grades_or_school(district, where):
    places = {"section": {"section": district.section_8b}, "grades": {"organization": district.elm, "grades": "08"}}
    for person, role in ((district.nadia, "district_leader"), (district.sam, "system_administrator")):
        place = places.get(where, {"organization": district.elm})
        Assignment.objects.create(staff=person, role=role, **place)
        assert not access.visible_to(person).exists()
        assert not access.who_sees(district.maya, staff=person)


def test_what_ended_does_not_come_back_because_something_else_holds(district):
    Assignment.objects.filter(staff=district.uma).update(end=yesterday())
    Assignment.objects.create(staff=district.uma, role="support_staff", organization=district.elm)
    assert not access.visible_to(district.uma).exists()


@pytest.mark.parametrize(
    ("who", "role", "end"),
    [("uma", "support_staff", yesterday()), ("uma", "principal", None), ("ada", "teacher", None)],
)
def test_beside_one_name_another_counts_only_while_it_holds_by_a_role_that_names_and_for_oneself(
    district, who, role, end
):
    Assignment.objects.create(staff=district.staff[who], role=role, student=district.theo, end=end)
    assert set(access.visible_to(district.uma)) == {district.noor}
    assert not access.who_sees(district.theo, staff=district.uma)


def test_who_was_just_asked_for_is_not_asked_for_again(district, django_assert_num_queries):
    district.priya.kept_students = set()
    access.student_or_404(district.priya, district.maya.public_id)
    with django_assert_num_queries(0):
        assert access.reached_among(district.priya, [district.maya]) == {district.maya.pk}


def test_what_is_kept_of_today_says_nothing_of_another_day(district):
    district.priya.kept_students = set()
    access.student_or_404(district.priya, district.maya.public_id)
    assert access.reached_among(district.priya, [district.maya], LAST_DAY + datetime.timedelta(1)) == set()


def test_several_assignments_add_up(district):
    Assignment.objects.create(staff=district.tomas, role="support_staff", student=district.ida, begin=DAY)
    assert set(access.visible_to(district.tomas)) == {district.maya, district.eli, district.ida}


@pytest.mark.parametrize("role", sorted(access.LENT))
def test_ones_own_are_those_whom_no_lent_role_alone_reaches(district, role):
    for student in (district.maya, district.ida):
        Assignment.objects.create(staff=district.tomas, role=role, student=student, begin=DAY)
    assert set(access.visible_to(district.tomas)) == {district.maya, district.eli, district.ida}
    assert set(access.own(district.tomas)) == {district.maya, district.eli}
    assert set(access.own(district.uma)) == {district.noor}


def test_a_right_goes_no_further_than_the_role_that_has_it(district):
    Choice.objects.create(chosen={"record.read": ["facilitator"]}, why="We talked about it.", set_by=district.dana)
    Assignment.objects.create(staff=district.tomas, role="facilitator", student=district.ida, begin=DAY)
    Assignment.objects.create(staff=district.tomas, role="counselor", student=district.noor, begin=DAY)
    tomas, maya, ida, noor = district.tomas, district.maya, district.ida, district.noor
    assert access.may(tomas, "record.read")
    assert {each for each in (maya, ida, noor) if access.may_of(tomas, "record.read", each)} == {ida, noor}
    assert {each for each in (maya, ida, noor) if access.may_of(tomas, "checkin.read", each)} == {noor}
    assert set(access.visible_for(tomas, "record.read")) == {ida, noor}
    assert set(access.visible_for(tomas, "record.read", "checkin.read")) == {noor}
    assert set(access.visible_for(tomas, "checkin.read", day=DAY - datetime.timedelta(1))) == set()
    access.require_may_of(tomas, "record.read", ida, noor)
    with pytest.raises(PermissionDenied):
        access.require_may_of(tomas, "record.read", ida, maya)


def test_whom_one_does_not_reach_or_without_the_right_one_may_nothing_of(district):
    assert access.may_of(district.ruth, "checkin.read", district.maya)
    assert not access.may_of(district.ruth, "checkin.read", district.ida)
    assert not access.may_of(district.tomas, "checkin.read", district.maya)
    assert not access.may_of(district.tomas, "checkin.read")  # not of nobody, either
    Assignment.objects.create(staff=district.ruth, role="teacher", section=district.section_8b, begin=DAY)
    assert not access.may_of(district.ruth, "checkin.read", district.ida)


def test_whoever_looks_as_another_may_no_more_of_a_student_than_their_own_role(district):
    Assignment.objects.create(staff=district.ruth, role="counselor", student=district.ida, begin=DAY)
    Assignment.objects.create(staff=district.priya, role="break_glass", student=district.ida, begin=DAY)
    district.ruth.seen_by = district.priya
    assert access.may_of(district.ruth, "family.read", district.maya)
    assert access.may_of(district.ruth, "record.read", district.ida)
    assert not access.may_of(district.ruth, "family.read", district.ida)
    district.tomas.seen_by = district.priya
    assert set(access.visible_to(district.tomas)) == {district.maya, district.eli}


def test_only_where_one_role_may_and_another_may_not_it_is_asked_by_which_a_student_is_reached(
    district, django_assert_num_queries
):
    for role, questions in (("counselor", 0), ("teacher", 1)):
        Assignment.objects.create(staff=district.ruth, role=role, student=district.maya, begin=DAY)
        district.ruth.kept_assignments, district.ruth.kept_students = {}, set()
        access.reached_among(district.ruth, [district.maya])
        with django_assert_num_queries(questions):
            assert access.may_of(district.ruth, "checkin.read", district.maya)


def test_everyone_who_sees_a_student_is_named_once_for_each_reason_by_family_name(district):
    names = [(reason.staff.first_name, reason.about()) for reason in access.who_sees(district.noor)]
    assert names == [
        ("Priya", "principal, Elm Middle School, until June 12"),
        ("Ruth", "counselor, Elm Middle School, until June 12"),
        ("Uma", "support staff: caseload, until June 12"),
        ("Dana", "student services director, sees every student"),
    ]


REASONS = [
    ("dana", "you are student services director of the district", "student services director, sees every student"),
    ("priya", "you are principal at Elm Middle School", "principal, Elm Middle School"),
    ("ruth", "this student is in your caseload", "counselor, Elm Middle School"),
    ("tomas", "you teach 8B", "teacher, 8B"),
    ("uma", "this student is in your caseload", "support staff: caseload"),
    (
        "nadia",
        "your team has an open meeting about this student, until it closes",
        "has an open meeting about this student, until it closes",
    ),
]


@pytest.mark.parametrize(("who", "to_them", "of_them"), REASONS)
def test_each_way_to_a_student_has_its_words_without_an_end(district, who, to_them, of_them):
    Assignment.objects.filter(staff=district.uma).update(student=district.maya)
    Assignment.objects.create(staff=district.nadia, role="facilitator", student=district.maya)
    Assignment.objects.filter(staff=district.staff[who]).update(end=None)
    reason = access.reason_to_see(district.staff[who], district.maya)
    assert (reason.sentence(), reason.about()) == (to_them, of_them)


def test_the_day_on_which_a_caseload_ends_is_said(district):
    assert str(access.reason_to_see(district.uma, district.noor)) == "this student is in your caseload until June 12"


def test_the_places_of_a_person_are_those_their_assignments_name(district):
    assert access.schools_of(district.priya) == {district.elm.pk}
    assert access.schools_of(district.nadia) == set()
    assert access.schools_of(district.priya, LAST_DAY + datetime.timedelta(1)) == set()


def test_what_a_role_may_do_is_what_the_table_says(district):
    for what, roles in access.MAY.items():
        for who, role in (("dana", "student_services_director"), ("tomas", "teacher"), ("sam", "system_administrator")):
            assert access.may(district.staff[who], what) == (role in roles or "everyone" in roles)


def test_every_role_in_the_table_has_a_reach_and_a_name():
    named = {role for roles in access.MAY.values() for role in roles} - {"everyone"}
    assert named <= set(access.REACH)
    assert set(access.REACH) == set(access.ROLE_NAMES)


def test_an_action_asks_for_the_role_and_for_the_reach(district):
    access.require(district.priya, "student.edit")
    access.require_may_edit(district.priya, district.maya)
    access.require_reach(district.priya, district.maya, district.eli)
    for refused in (
        lambda: access.require(district.sam, "student.edit"),
        lambda: access.require_may_edit(district.priya, district.ida),
        lambda: access.require_reach(district.priya, district.maya, district.ida),
    ):
        with pytest.raises(PermissionDenied):
            refused()


def test_reach_alone_is_no_right_to_edit(district):
    Assignment.objects.create(staff=district.nadia, role="facilitator", student=district.maya)
    access.require_reach(district.nadia, district.maya)
    with pytest.raises(PermissionDenied):
        access.require_may_edit(district.nadia, district.maya)


def test_a_student_out_of_reach_is_not_found(district):
    assert access.student_or_404(district.priya, district.maya.public_id) == district.maya
    with pytest.raises(Http404):
        access.student_or_404(district.priya, district.ida.public_id)


def test_a_page_can_only_show_what_the_table_knows():
    with pytest.raises(ValueError, match=r"not in access\.toml"):
        access.shows("moon.read")


def test_a_refusal_inside_a_page_is_a_page_that_is_not_there(district, rf):
    @access.shows("self.read")
    def page(request):
        raise PermissionDenied

    request = rf.get("/")
    request.user = district.nadia
    with pytest.raises(Http404):
        page(request)


def test_a_page_that_changes_nothing_takes_no_unsafe_method(district, rf):
    @access.shows("self.read")
    def page(request):
        return HttpResponse()

    for method in ("post", "put", "patch", "delete"):
        request = getattr(rf, method)("/")
        request.user = district.dana
        with pytest.raises(Http404):
            page(request)


def test_strangers_are_sent_to_sign_in_and_a_part_is_told_where(client, db):
    assert client.get("/students/").url == "/sign-in/?next=/students/"
    part = client.get("/students/", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (401, "/sign-in/")


def test_what_is_public_needs_no_sign_in(client, db):
    assert client.get("/health").status_code == 200


def test_a_request_asks_once_for_the_assignments(district, django_assert_num_queries):
    district.priya.kept_assignments = {}
    with django_assert_num_queries(1):
        access.roles_of(district.priya)
        access.may(district.priya, "student.read")
        access.schools_of(district.priya)


def test_within_one_request_the_reach_is_worked_out_once_and_read_anew(district, django_assert_num_queries):
    district.tomas.kept_assignments, district.tomas.kept_reach = {}, {}
    assert access.visible_to(district.tomas).count() == 2
    Enrollment.objects.filter(student=district.maya, section=district.section_8b).delete()
    with django_assert_num_queries(1):
        assert set(access.visible_to(district.tomas)) == {district.eli}
