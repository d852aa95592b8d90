"""Staff, their assignments, and who may change them."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from heartwork.journal.models import Entry
from heartwork.roster import access, actions
from heartwork.testing.people import DAY, LAST_DAY, enroll, hire

pytestmark = pytest.mark.data
YESTERDAY = DAY - datetime.timedelta(1)


def about(name, person, *more):
    return reverse(name, args=[person.public_id, *more])


def names(client, **search):
    return {line.person.given_name for line in client.get(reverse("people"), search).context["lines"]}


def test_a_principal_sees_the_staff_of_their_own_school_and_changes_nothing(client, district):
    client.force_login(district.priya)
    assert names(client) == {"Priya", "Ruth", "Tomás", "Uma"}
    assert client.get(about("person", district.ada)).status_code == 404
    assert "Give an assignment" not in client.get(about("person", district.tomas)).content.decode()
    for name in ("assign", "give-sign-in", "end-person"):
        assert client.post(about(name, district.tomas)).status_code == 404


def test_only_a_role_that_sees_one_school_asks_for_it(client, district):
    client.force_login(district.sam)
    asked = "Choose the school: this role sees students of one school only."
    for role, is_asked in (("superintendent", False), ("principal", True), ("teacher", True)):
        assert (asked in client.get(about("assign", district.nadia), {"role": role}).content.decode()) is is_asked


def test_staff_are_found_by_name_and_role(client, district):
    client.force_login(district.sam)
    assert names(client, q="tomas") == {"Tomás"}
    assert names(client, role="principal") == {"Priya", "Otto"}


def test_whoever_has_left_is_in_a_list_of_their_own(client, district):
    actions.end_person(district.sam, district.ada)
    client.force_login(district.sam)
    assert "Ada" not in names(client)
    assert names(client, gone="on") == {"Ada"}


def test_the_list_asks_a_fixed_number_of_questions(client, district, django_assert_num_queries):
    client.force_login(district.sam)
    with django_assert_num_queries(5):
        client.get(reverse("people"))
    for n in range(24):
        hire(f"Person{n} Example", "teacher", organization=district.elm, section=district.section_8b)
    with django_assert_num_queries(5):
        client.get(reverse("people"))


def give(client, person, role, organization=None, **fields):
    where = f"&organization={organization.public_id}" if organization else ""
    return client.post(f"{about('assign', person)}?role={role}{where}", {"begin": "2026-02-24", **fields})


@pytest.fixture
def dana(client, district):
    client.force_login(district.dana)
    return client


def test_a_counselor_is_given_grades(dana, district):
    give(dana, district.nadia, "counselor", district.elm, grades=["07", "08"], end="2026-06-12")
    assert set(access.visible_to(district.nadia)) == {district.maya, district.eli, district.noor, district.theo}
    entry = Entry.objects.get(verb="assignment.given")
    assert (entry.actor, entry.subject_pk) == (district.dana, district.nadia.pk)


def test_a_teacher_is_given_a_class(dana, district):
    give(dana, district.nadia, "teacher", district.elm, section=district.section_7a.public_id)
    assert set(access.visible_to(district.nadia)) == {district.noor, district.theo}


def test_students_are_given_by_name_or_by_the_number_on_their_card(dana, district):
    district.eli.identifier = "20417"
    district.eli.save()
    give(dana, district.nadia, "support_staff", district.elm, students="Maya Rivera\n 20417 \n\n")
    assert set(access.visible_to(district.nadia)) == {district.maya, district.eli}


@pytest.mark.parametrize(
    ("line", "count"), [("Maya", "2 students found"), ("Zoe", "0 students found"), ("Ida Nelson", "0")]
)
def test_a_name_that_means_nobody_or_several_is_asked_again(dana, district, line, count):
    enroll("Maya Stone", "08", district.elm)
    page = give(dana, district.nadia, "support_staff", district.elm, students=line)
    assert count in page.content.decode()
    assert not district.nadia.assignments.exists()


def test_an_assignment_that_would_reach_nobody_is_not_given(dana, district):
    page = give(dana, district.nadia, "counselor", district.elm)
    assert "so far this would reach nobody" in page.content.decode()
    assert not district.nadia.assignments.exists()


def test_a_role_of_one_school_needs_the_school(dana, district):
    page = dana.get(f"{about('assign', district.nadia)}?role=principal")
    assert "Choose the school" in page.content.decode()


def test_the_last_day_comes_after_the_first(dana, district):
    page = give(dana, district.nadia, "principal", district.elm, end="2026-02-01")
    assert "The last day is before the first day." in page.content.decode()


def test_a_section_of_another_school_is_no_choice(dana, district):
    give(dana, district.nadia, "teacher", district.elm, section=district.oak_homeroom.public_id)
    assert not district.nadia.assignments.exists()


def test_a_system_administrator_gives_assignments_without_seeing_a_student(client, district):
    client.force_login(district.sam)
    page = client.get(f"{about('assign', district.nadia)}?role=support_staff&organization={district.elm.public_id}")
    assert "students" not in page.context["form"].fields
    give(client, district.nadia, "support_staff", district.elm, students="Maya Rivera")
    assert not district.nadia.assignments.exists()


def test_a_system_administrator_reads_no_name_of_a_student_in_an_assignment(client, district):
    client.force_login(district.sam)
    page = client.get(about("person", district.uma)).content.decode()
    assert "a student named to them" in page
    assert "Noor" not in page


def test_nobody_gives_themselves_an_assignment(client, district):
    client.force_login(district.sam)
    give(client, district.sam, "principal", district.elm)
    assert access.roles_of(district.sam) == {"system_administrator"}
    with pytest.raises(PermissionDenied):
        actions.give_assignment(district.sam, staff=district.sam, role="principal", begin=DAY)


@pytest.mark.parametrize("role", ["facilitator", "wizard"])
def test_a_role_that_is_not_given_by_hand_is_refused(district, role):
    with pytest.raises(PermissionDenied):
        actions.give_assignment(district.dana, staff=district.nadia, role=role, begin=DAY)


def test_a_student_out_of_reach_cannot_be_named(district):
    with pytest.raises(PermissionDenied):
        actions.give_assignment(
            district.sam, staff=district.nadia, role="support_staff", students=[district.maya], begin=DAY
        )


def test_ending_an_assignment_ends_what_it_let_one_see(dana, district):
    assignment = district.tomas.assignments.get()
    dana.post(about("end-assignment", district.tomas, assignment.pk), {"last_day": str(YESTERDAY)})
    assert not access.visible_to(district.tomas).exists()
    assert Entry.objects.filter(verb="assignment.ended", subject_pk=district.tomas.pk).exists()


def test_an_assignment_of_someone_else_is_not_there(dana, district):
    assignment = district.ada.assignments.get()
    assert dana.get(about("end-assignment", district.tomas, assignment.pk)).status_code == 404


def test_who_has_left_sees_nobody_and_can_come_back(dana, district):
    dana.post(about("end-person", district.tomas))
    district.tomas.refresh_from_db()
    assert not access.visible_to(district.tomas, LAST_DAY).exists()
    dana.post(about("end-person", district.tomas), {"back": "yes"})
    district.tomas.refresh_from_db()
    assert access.visible_to(district.tomas).exists()


def test_nobody_ends_themselves(dana, district):
    dana.post(about("end-person", district.dana))
    district.dana.refresh_from_db()
    assert district.dana.is_active


def test_every_thing_one_may_do_has_words(client, district):
    from heartwork.roster.help import WHAT

    assert set(access.MAY) == set(WHAT)


def test_the_list_says_in_few_words_what_someone_is(client, district):
    client.force_login(district.sam)
    lines = {line.person.given_name: line for line in client.get(reverse("people")).context["lines"]}
    assert lines["Ruth"].today == ["counselor, Elm Middle School, grades 7 and 8"]
    assert lines["Uma"].today == ["support staff, Elm Middle School, 1 student by name"]
    assert lines["Nadia"].today == []


def test_who_has_no_password_does_not_sign_in_yet(client, district):
    district.tomas.password = "!"
    district.tomas.save()
    client.force_login(district.sam)
    assert not next(iter(client.get(reverse("people"), {"q": "tomas"}).context["lines"])).signs_in


def test_reading_the_names_in_a_caseload_is_written_down(client, district):
    client.force_login(district.dana)
    client.get(about("person", district.uma))
    assert Entry.objects.get(verb="students.listed").detail == {"count": 1}
