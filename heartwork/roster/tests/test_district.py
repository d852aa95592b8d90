"""The district in numbers, its own rules, and the groups it reports."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from heartwork.journal.models import Entry
from heartwork.roster import actions, queries
from heartwork.roster.models import Attribute, Enrollment, Organization, StudentAttribute
from heartwork.testing.people import DAY, attribute, enroll

pytestmark = pytest.mark.data


@pytest.fixture
def many(district):
    """Thirty students more at Elm and twelve at Oak; twenty of Elm learn English, three are in foster care."""
    elm = [enroll(f"Ann {n}", "08", district.elm) for n in range(30)]
    oak = [enroll(f"Ben {n}", "03", district.oak) for n in range(12)]
    for student in elm[:20]:
        StudentAttribute.objects.create(student=student, attribute=attribute("english_learner"))
    for student in elm[:3]:
        StudentAttribute.objects.create(student=student, attribute=attribute("foster_care"))
    return elm, oak


def figure(lines, label):
    return next(line.count for line in lines if line.label == label)


def test_whoever_sees_everyone_sees_every_number(many, district):
    figures = queries.district_figures(district.dana)
    assert figures.students == 48
    assert figure(figures.by_school, "Elm Middle School") == 34
    assert figure(figures.by_grade, "grade 7") == 2
    assert figure(figures.others, "In foster care") == 3
    assert not figures.is_hidden


@pytest.mark.parametrize("who", ["sol", "lena", "priya", "tomas"])
def test_small_groups_are_hidden_from_everyone_else(many, district, who):
    figures = queries.district_figures(district.staff[who])
    assert figures.students == 48
    assert figure(figures.others, "In foster care") is None
    assert figure(figures.others, "Learning English") == 20
    assert figure(figures.by_grade, "grade 7") is None
    assert [line.count for line in figures.by_grade].count(None) >= 2  # or the total would tell
    assert figures.is_hidden


def test_how_large_a_school_is_is_told_as_in_these_figures(many, district):
    enroll("Kit", "01", Organization.objects.create(source_id="fir", name="Fir School", parent=district.office))
    for who in ("dana", "sol"):
        sizes = queries.school_sizes(district.staff[who], DAY)
        lines = queries.district_figures(district.staff[who]).by_school
        told = {line.label: line.count for line in lines}
        assert {Organization.objects.get(pk=pk).name: n for pk, n in sizes.items()} == told
        assert (told["Fir School"] == 1) is (who == "dana")


def test_a_district_too_small_to_show_shows_nothing(district):
    figures = queries.district_figures(district.sol)
    assert figures.students is None
    assert all(line.count is None for line in [*figures.by_school, *figures.by_grade, *figures.others])


def test_students_who_left_are_not_counted(many, district):
    Enrollment.objects.filter(student=many[0][0]).update(end=DAY.replace(day=1))
    assert queries.district_figures(district.dana).students == 47


def test_each_student_is_counted_once_in_the_federal_categories(district):
    for student, codes in {
        district.maya: ["hispanic", "white"],
        district.eli: ["white"],
        district.noor: ["black"],
        district.theo: ["black", "asian"],
        district.ida: ["race_not_reported"],
    }.items():
        for code in codes:
            StudentAttribute.objects.create(student=student, attribute=attribute(code))
    counts = {line.label: line.count for line in queries.district_figures(district.dana).by_race}
    assert counts["Hispanic/Latino of any race"] == 1
    assert counts["White"] == 1
    assert counts["Black or African American"] == 1
    assert counts["Two or more races"] == 1
    assert counts["Race not reported"] == 2  # Ida, and Bo of whom nothing is on record
    assert sum(counts.values()) == 6


def test_a_student_at_two_schools_is_one_student(district):
    Enrollment.objects.create(student=district.maya, school=district.oak, begin=DAY)
    assert queries.district_figures(district.dana).students == 6


def test_the_numbers_ask_a_fixed_number_of_questions(many, district, django_assert_num_queries):
    with django_assert_num_queries(QUESTIONS):
        queries.district_figures(district.sol)
    for n in range(5):
        actions.change_attribute(district.dana, label=f"Group {n}", code=f"group_{n}", kind="own", order=50 + n)
    with django_assert_num_queries(QUESTIONS):
        queries.district_figures(district.sol)


QUESTIONS = 15  # of which three write in the ledger what was told anew


# -- the district's own rules


def test_a_rule_is_changed_and_what_was_before_is_kept(client, district):
    client.force_login(district.dana)
    form = client.get(reverse("district-settings")).context["form"]
    fields = {name: value if value is not None else "" for name, value in form.initial.items()} | {"minimum_group": 20}
    assert client.post(reverse("district-settings"), fields).status_code == 302
    district.district.refresh_from_db()
    assert district.district.minimum_group == 20
    assert Entry.objects.get(verb="district.changed").detail == {"changes": {"minimum_group": [10, 20]}}
    page = client.get(reverse("district")).content.decode()
    assert "Dana Whitlock" in page


@pytest.mark.parametrize(
    ("name", "value"), [("minimum_group", 2), ("asks_before_ending_percent", 101), ("transition_grades", "9th")]
)
def test_a_rule_out_of_bounds_is_refused_in_words(client, district, name, value):
    client.force_login(district.dana)
    form = client.get(reverse("district-settings")).context["form"]
    fields = {key: was if was is not None else "" for key, was in form.initial.items()} | {name: value}
    page = client.post(reverse("district-settings"), fields)
    assert page.status_code == 200
    assert page.context["form"].errors[name]
    assert not Entry.objects.filter(verb="district.changed").exists()


def test_grades_are_taken_as_people_write_them(client, district):
    client.force_login(district.dana)
    form = client.get(reverse("district-settings")).context["form"]
    fields = {key: was if was is not None else "" for key, was in form.initial.items()}
    client.post(reverse("district-settings"), fields | {"transition_grades": "8, 5 kg"})
    district.district.refresh_from_db()
    assert district.district.transition_grades == "KG 05 08"


def test_only_those_who_may_change_a_rule(district):
    for who in ("lena", "priya", "sam", "nadia"):
        with pytest.raises(PermissionDenied):
            actions.change_settings(district.staff[who], minimum_group=5)


# -- the groups it reports


def test_a_district_adds_a_group_of_its_own(client, district):
    client.force_login(district.dana)
    client.post(reverse("attributes"), {"label": "Migrant families", "kind": "Mobility", "order": 30})
    added = Attribute.objects.get(code="migrant_families")
    assert (added.label, added.kind) == ("Migrant families", "mobility")


def test_two_groups_of_one_name_would_be_one(client, district):
    client.force_login(district.dana)
    page = client.post(reverse("attributes"), {"label": "English learner", "kind": "language", "order": 30})
    assert "There is one of this name already" in page.content.decode()


def test_a_group_is_called_otherwise_and_the_old_name_is_kept(client, district):
    client.force_login(district.dana)
    client.post(reverse("attribute", args=["english_learner"]), {"label": "Multilingual", "order": 7})
    assert attribute("english_learner").label == "Multilingual"
    assert Entry.objects.get(verb="attribute.changed").detail["changes"]["label"] == [
        "Learning English",
        "Multilingual",
    ]


def test_a_group_that_is_not_there_is_404(client, district):
    client.force_login(district.dana)
    assert client.get(reverse("attribute", args=["nothing"])).status_code == 404
