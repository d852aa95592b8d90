"""The list of students: whom it shows, how it is searched, and that it stays quick."""

import pytest
from django.urls import reverse

from heartwork.journal.models import Entry
from heartwork.roster import queries
from heartwork.roster.models import Assignment, Enrollment, Section, StaffMember, Student
from heartwork.testing.people import DAY, FIRST_DAY, LAST_DAY, enroll

pytestmark = pytest.mark.data

STUDENTS = "/students/"
HTMX = {"HX-Request": "true"}


def names(client, **search):
    return [line.person.name for line in client.get(STUDENTS, search).context["lines"]]


@pytest.fixture
def priya(client, district):
    client.force_login(district.priya)
    return client


def test_only_students_within_reach_are_listed(client, district):
    client.force_login(district.tomas)
    assert names(client) == ["Maya Rivera", "Eli Scott"]


@pytest.mark.parametrize("typed", ["nunez", "Núñez", "NÚÑEZ tomas", "tom nu", "ruiz", "nun\u0303ez"])
def test_a_name_is_found_with_or_without_its_accents(priya, district, typed):
    enroll("Tomás Núñez-Ruiz", "08", district.elm)
    assert "Tomás Núñez-Ruiz" in names(priya, q=typed)


@pytest.mark.parametrize("name", ["Ярослава Кузнецова", "محمد الحسن", "Σοφία Παπαδοπούλου", "小川 花子", "Nguyễn Thị"])
def test_a_name_is_found_in_any_script(priya, district, name):
    student = enroll(name, "08", district.elm)
    for word in name.split():
        assert student.name in names(priya, q=word.lower())


def test_the_name_a_student_goes_by_is_found_too(priya, district):
    student = enroll("Robert Lane", "08", district.elm)
    student.preferred_given_name = "Bobby"
    student.save()
    assert names(priya, q="bobby") == names(priya, q="robert") == ["Bobby Lane"]


@pytest.mark.parametrize("typed", ["%", "_", "'; DROP TABLE roster_student; --", "\\", "a" * 100, "\u0000x", "🎉"])
def test_whatever_is_typed_is_only_looked_for(priya, district, typed):
    assert priya.get(STUDENTS, {"q": typed}).status_code == 200
    assert Student.objects.count() == 6


def test_a_teacher_narrows_by_own_classes_and_not_by_others_that_the_students_go_to(client, district):
    band = Section.objects.create(title="Band", school=district.elm)
    Enrollment.objects.create(student=district.maya, school=district.elm, section=band, begin=DAY)
    client.force_login(district.tomas)
    assert str(band.public_id) not in client.get(STUDENTS).content.decode()
    assert str(district.section_8b.public_id) in client.get(STUDENTS).content.decode()
    client.force_login(district.priya)
    assert str(band.public_id) in client.get(STUDENTS).content.decode()


def test_a_search_does_not_reach_further_than_the_viewer(client, district):
    client.force_login(district.tomas)
    assert names(client, q="ida") == []


def test_the_list_narrows_to_a_grade_and_a_section(priya, district):
    assert names(priya, grade="08") == ["Maya Rivera", "Eli Scott"]
    assert names(priya, section=district.section_7a.public_id) == ["Theo Adams", "Noor Hassan"]


@pytest.mark.parametrize(
    "search", [{"grade": "nine"}, {"section": "x"}, {"school": "x"}, {"page": "-1"}, {"page": "9" * 5000}]
)
def test_a_filter_that_is_not_offered_is_left_out(priya, district, search):
    assert priya.get(STUDENTS, search).status_code == 200


def test_a_section_of_another_school_is_not_offered(priya, district):
    assert names(priya, section=district.oak_homeroom.public_id) == names(priya)


def test_whoever_sees_everyone_chooses_a_school_first(client, district):
    client.force_login(district.dana)
    assert "section" not in client.get(STUDENTS).context["form"].fields
    assert names(client, school=district.oak.public_id) == ["Bo Lewis", "Ida Nelson"]
    assert names(client, school=district.oak.public_id, section=district.oak_homeroom.public_id) == [
        "Bo Lewis",
        "Ida Nelson",
    ]


def test_neither_strengths_nor_needs_are_in_the_list(priya, district):
    district.maya.strengths.create(text="Explains the offside rule", noted_by=district.ruth, noted_on=DAY)
    assert "offside" not in priya.get(STUDENTS).content.decode()


def test_the_sentence_says_how_many_and_where(client, district):
    client.force_login(district.ruth)
    page = client.get(STUDENTS).content.decode()
    assert "You see <mark>4 students</mark>: grades 7 and 8 at Elm Middle School." in page


def test_whoever_has_no_caseload_is_told_whom_to_ask(client, district):
    district.ruth.assignments.update(grades="")
    client.force_login(district.ruth)
    page = client.get(STUDENTS).content.decode()
    assert "You have no caseload yet." in page
    assert "Ask your principal" in page


def test_a_long_list_is_paged_and_says_so(priya, district):
    for n in range(30):
        enroll(f"Aaron Aa{n:02d}", "08", district.elm)
    assert len(names(priya)) == 25
    assert len(names(priya, page=2)) == 9
    assert 'rel="next"' in priya.get(STUDENTS).content.decode()
    assert 'rel="next"' not in priya.get(STUDENTS, {"page": 2}).content.decode()


def test_the_next_page_keeps_what_was_searched_for(priya, district):
    for n in range(30):
        enroll(f"Aaron Aa{n:02d}", "08", district.elm)
    assert "q=aa&amp;page=2" in priya.get(STUDENTS, {"q": "aa"}).content.decode()


def test_a_student_who_left_the_school_leaves_the_list(priya, district):
    Enrollment.objects.filter(student=district.maya).update(end=DAY.replace(day=1))
    assert "Maya Rivera" not in names(priya)


def test_the_list_is_written_down_with_how_many_it_named(priya, district):
    names(priya)
    assert Entry.objects.get(verb="students.listed").detail == {"count": 4}


def test_htmx_gets_the_list_alone(priya, district):
    part = priya.get(STUDENTS, {"q": "maya"}, headers=HTMX).content.decode()
    assert "Maya Rivera" in part
    assert "<html" not in part


def test_the_number_of_questions_does_not_grow(priya, district, django_assert_num_queries):
    with django_assert_num_queries(8):
        priya.get(STUDENTS)
    for n in range(24):
        enroll(f"Student {n}", "08", district.elm, district.section_8b, district.section_7a)
    with django_assert_num_queries(8):
        priya.get(STUDENTS)


def test_nobody_counts_the_whole_district(client, district, django_assert_num_queries):
    client.force_login(district.dana)
    with django_assert_num_queries(7) as asked:
        page = client.get(STUDENTS)
    assert "You see <mark>every student</mark> of the district." in page.content.decode()
    assert not any("COUNT" in query["sql"] for query in asked)


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (["07", "08"], "grades 7 and 8"),
        (["03"], "grade 3"),
        (["01", "KG"], "kindergarten and grade 1"),
        (["12", "10", "11"], "grades 10, 11 and 12"),
        (["99"], ""),
    ],
)
def test_grades_are_said_in_words(codes, words):
    assert queries.grades_in_words(codes) == words


def test_the_account_says_whom_i_see_and_who_else_does(client, district):
    client.force_login(district.ruth)
    page = client.get(reverse("account")).content.decode()
    assert "grades 7 and 8, Elm Middle School" in page
    for name in ("Priya Kaur", "Tomás Ruiz", "Uma Singh", "Dana Whitlock"):
        assert name in page
    assert "Otto Berg" not in page


def test_a_teacher_narrows_by_their_own_classes_whatever_else_they_hold(district):
    at_elm = {"source_id": "art", "title": "Art", "kind": "class", "school": district.elm}
    art = Section.objects.create(**at_elm, begin=FIRST_DAY, end=LAST_DAY)
    Enrollment.objects.create(student=district.maya, school=district.elm, section=art, begin=FIRST_DAY, end=LAST_DAY)
    for role, more in (("support_staff", {}), ("system_administrator", {"grades": "08"})):  # neither names a student
        Assignment.objects.create(staff=district.tomas, role=role, organization=district.elm, **more)
    tomas = StaffMember.objects.get(pk=district.tomas.pk)
    assert list(queries.sections_of_students(tomas, district.elm)) == [district.section_8b]
    Assignment.objects.create(staff=district.tomas, role="support_staff", student=district.maya)
    tomas = StaffMember.objects.get(pk=district.tomas.pk)
    assert list(queries.sections_of_students(tomas, district.elm)) == [district.section_8b, art]
