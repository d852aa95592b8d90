"""Pages about measures: they open, strangers meet 404, they read well when empty, a plain form is enough."""

import csv
import datetime
import io
import uuid

import pytest
from django.urls import reverse

from heartwork.journal.models import Entry
from heartwork.measures.models import DataPoint, Measure
from heartwork.measures.tests.stories import STEADY, THIS_WEEK, WEEK, count, on_record
from heartwork.roster.models import Organization
from heartwork.testing.people import hire

OF_ONE = [
    "measure",
    "measure-variation",
    "measure-bright-spots",
    "measure-visit",
    "measure-csv",
    "measure-edit",
    "measure-enter",
    "measure-paste",
    "measure-chart",
    "measure-phase",
    "measure-leave-out",
    "measure-note",
]


READ = ("measure", "measure-variation", "measure-bright-spots", "measure-visit", "measure-csv")  # and changes nothing


def at(name, measure, query=""):
    return reverse(name, args=[measure.public_id]) + query


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def table(client, address):
    return list(csv.reader(io.StringIO(client.get(address).content.decode("utf-8-sig"))))


@pytest.fixture
def greeted(district):
    """A measure of the whole district, with 24 weeks at each school."""
    measure = count("Greeted by name")
    on_record(measure, district.elm, STEADY)
    on_record(measure, district.oak, STEADY)
    return measure


# -- who may


def test_whoever_works_with_students_sees_the_list(client, district, greeted):
    for who in ("sol", "lena", "dana", "priya", "otto", "ruth", "tomas", "ada", "uma"):
        client.force_login(district.staff[who])
        assert "Greeted by name" in read(client, reverse("measures")), who


def test_who_has_no_assignment_or_only_looks_after_the_system_sees_no_measure(client, district, greeted):
    for who in ("nadia", "sam"):
        client.force_login(district.staff[who])
        assert client.get(reverse("measures")).status_code == 404
        assert client.get(at("measure", greeted)).status_code == 404


@pytest.mark.parametrize("name", OF_ONE)
def test_a_stranger_meets_404(client, district, name):
    of_oak = count("Reading together", school=district.oak)
    for who in ("tomas", "ruth", "priya", "uma"):
        client.force_login(district.staff[who])
        assert client.get(at(name, of_oak)).status_code == 404, who
        assert client.get(reverse(name, args=[uuid.uuid4()])).status_code == 404, who


@pytest.mark.parametrize("name", [name for name in OF_ONE if name not in READ])
def test_the_district_as_a_whole_is_not_a_principals_to_change(client, district, greeted, name):
    client.force_login(district.priya)
    assert client.get(at(name, greeted, "?school=all")).status_code == 404
    assert client.get(at(name, greeted, f"?school={district.oak.public_id}")).status_code == 404


def test_a_measure_of_a_class_is_known_to_its_teacher_and_the_principal_alone(client, district):
    count("Told a good thing", section=district.section_8b)
    knows = set()
    for who in ("sol", "lena", "dana", "priya", "otto", "ruth", "tomas", "ada", "uma"):
        client.force_login(district.staff[who])
        if "Told a good thing" in read(client, reverse("measures")):
            knows.add(who)
    assert knows == {"dana", "priya", "tomas"}


def test_a_section_of_someone_else_is_not_a_place_to_look(client, district, greeted):
    client.force_login(district.tomas)
    assert client.get(at("measure", greeted, f"?section={district.section_7a.public_id}")).status_code == 404
    assert client.get(at("measure", greeted, f"?section={uuid.uuid4()}")).status_code == 404
    assert client.get(at("measure", greeted, f"?school={uuid.uuid4()}")).status_code == 404
    read(client, at("measure", greeted, f"?section={district.section_8b.public_id}"))


@pytest.mark.parametrize("query", ["?school=elm", "?section=8b", "?school=%00", f"?school={'x' * 400}"])
def test_a_place_that_makes_no_sense_is_a_place_that_is_not_there(client, district, greeted, query):
    client.force_login(district.dana)
    assert client.get(at("measure", greeted, query)).status_code == 404
    assert client.get(at("measure-csv", greeted, query)).status_code == 404
    assert client.get(f"{reverse('measures')}{query}").status_code in (200, 404)


def test_a_group_that_nobody_counts_is_an_empty_chart(client, district, greeted):
    client.force_login(district.dana)
    assert "Greeted by name" in read(client, at("measure", greeted, "?kind=hair&group=red"))
    assert client.get(at("measure", greeted, "?kind=%00&group=red")).status_code == 404


def test_a_sensitive_group_is_for_those_who_help_with_it(client, district, greeted):
    on_record(greeted, district.elm, STEADY, group=("homeless", "true"))
    client.force_login(district.tomas)
    for name in ("measure", "measure-csv"):
        assert client.get(at(name, greeted, "?kind=homeless&group=true")).status_code == 404
    assert "housing" not in read(client, at("measure-variation", greeted)).lower()
    client.force_login(district.priya)
    read(client, at("measure", greeted, "?kind=homeless&group=true"))
    assert "housing" in read(client, at("measure-variation", greeted)).lower()


# -- an empty district


def test_an_empty_district_says_what_belongs_here(client, district):
    client.force_login(district.dana)
    assert "Nothing is counted yet" in read(client, reverse("measures"))
    assert "no values yet" in read(client, reverse("signals"))


def test_a_measure_without_values_reads_well(client, district):
    measure = count("Greeted by name")
    client.force_login(district.dana)
    page = read(client, at("measure", measure))
    assert "nan" not in page.lower()
    assert "none yet" in read(client, reverse("measures"))
    assert "Nothing is counted by group here" in read(client, at("measure-variation", measure))
    assert len(table(client, at("measure-csv", measure))) == 1
    for name in ("measure-phase", "measure-leave-out", "measure-note"):
        read(client, at(name, measure))


def test_a_district_without_any_school_opens(client, db, day):
    sol = hire("Sol Reyes", "superintendent")
    measure = count("Greeted by name")
    client.force_login(sol)
    for address in (reverse("measures"), reverse("signals"), at("measure", measure), at("measure-variation", measure)):
        read(client, address)
    read(client, at("measure-variation", measure, "?by=school"))


def test_an_outcome_that_cannot_be_measured_shows_what_stands_for_it(client, district):
    outcome = count("A child feels at home", kind="outcome", cannot_be_measured=True)
    client.force_login(district.dana)
    assert "nothing stands for it yet" in read(client, at("measure", outcome))
    count("Greeted by name", stands_for=outcome)
    assert "Greeted by name" in read(client, at("measure", outcome))
    assert client.get(at("measure-variation", outcome)).status_code == 404
    assert client.get(at("measure-chart", outcome)).status_code == 404
    assert client.get(at("measure-enter", outcome)).status_code == 404


# -- plain forms


NEW = {
    "name": "Greeted by name",
    "kind": "process",
    "data": "proportion",
    "numerator": "students greeted",
    "denominator": "students who came in",
    "cadence": "week",
    "direction": "up",
    "per_student": "1",
    "source": "typed",
}


def test_a_teacher_begins_to_count_in_their_class(client, district):
    client.force_login(district.tomas)
    where = f"section {district.section_8b.public_id}"
    response = client.post(reverse("measure-new"), NEW | {"where": where})
    measure = Measure.objects.get()
    assert response.url == at("measure", measure)
    assert (measure.section, measure.school, measure.source) == (district.section_8b, district.elm, "typed")
    assert Entry.objects.filter(verb="measure.defined", actor=district.tomas).exists()


def test_a_teacher_cannot_count_for_a_school_or_for_the_district(client, district):
    client.force_login(district.tomas)
    for where in ("", f"school {district.elm.public_id}", f"section {district.section_7a.public_id}"):
        assert client.post(reverse("measure-new"), NEW | {"where": where}).status_code == 200
    assert not Measure.objects.exists()


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"numerator": ""}, "Say what is counted"),
        ({"denominator": ""}, "out of what?"),
        ({"goal": "140"}, "between 0 and 100"),
        ({"cannot_be_measured": "on"}, "Only an outcome"),
        ({"recorder_name": "Nobody Known"}, "We know nobody"),
        ({"name": ""}, "required"),
    ],
)
def test_what_is_missing_from_a_definition_is_said_at_its_field(client, district, said, answer):
    client.force_login(district.dana)
    page = client.post(reverse("measure-new"), NEW | said).content.decode()
    assert answer in page
    assert not Measure.objects.exists()


def test_words_and_goal_can_change_and_the_journal_keeps_which(client, district, greeted):
    client.force_login(district.dana)
    said = {name: NEW[name] for name in ("name", "kind", "numerator", "denominator", "direction")}
    response = client.post(at("measure-edit", greeted), said | {"goal": "85", "recorder_name": "uma", "per_student": 1})
    assert response.status_code == 302
    greeted.refresh_from_db()
    assert (greeted.goal, greeted.recorder, greeted.data) == (85, district.uma, "proportion")
    assert {"goal", "recorder"} <= set(Entry.objects.get(verb="measure.changed").detail["fields"])


def test_what_is_counted_no_more_leaves_the_list_and_stays_on_record(client, district, greeted):
    client.force_login(district.dana)
    assert client.post(at("measure-end", greeted)).url == reverse("measures")
    assert "Greeted by name" not in read(client, reverse("measures"))
    assert "Greeted by name" in read(client, at("measure", greeted))
    assert DataPoint.objects.filter(measure=greeted).count() == 48
    assert client.get(at("measure-enter", greeted)).status_code == 404


def test_one_value_is_two_numbers_and_a_tap(client, district):
    measure = count("Greeted by name", section=district.section_8b)
    client.force_login(district.tomas)
    response = client.post(at("measure-enter", measure), {"period": "2026-02-24", "numerator": 18, "denominator": 24})
    assert response.status_code == 302
    point = DataPoint.objects.get()
    assert (point.period, point.numerator, point.denominator) == (THIS_WEEK, 18, 24)
    assert (point.section, point.entered_by) == (district.section_8b, district.tomas)
    assert "18 of 24" in read(client, at("measure-enter", measure))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"period": "2026-02-25"}, "still to come"),
        ({"numerator": "25"}, "more than the whole"),
        ({"numerator": "-1"}, "zero or more"),
        ({"denominator": "0", "numerator": "0"}, "above zero"),
        ({"numerator": "many"}, "number"),
        ({"numerator": "nan"}, "number"),
        ({"numerator": "inf", "denominator": "inf"}, "number"),
        ({"period": ""}, "required"),
    ],
)
def test_a_value_that_no_chart_could_bear_is_refused_with_a_sentence(client, district, said, answer):
    measure = count("Greeted by name", section=district.section_8b)
    client.force_login(district.tomas)
    page = client.post(
        at("measure-enter", measure), {"period": "2026-02-24", "numerator": "18", "denominator": "24"} | said
    )
    assert page.status_code == 200
    assert answer in page.content.decode()
    assert not DataPoint.objects.exists()


def test_pasted_values_are_shown_before_they_are_put_on_record(client, district):
    measure = count("Greeted by name", section=district.section_8b)
    client.force_login(district.tomas)
    text = "week\tgreeted\tthere\n2026-02-09\t18\t24\n2026-02-16\t20\t24"
    page = client.post(at("measure-paste", measure), {"text": text}).content.decode()
    assert "2 values were read" in page
    assert not DataPoint.objects.exists()
    assert client.post(at("measure-paste", measure), {"text": text, "apply": "1"}).status_code == 302
    assert [(p.period.day, p.numerator) for p in DataPoint.objects.order_by("period")] == [(9, 18), (16, 20)]


def test_one_bad_line_keeps_the_whole_paste_out_even_when_it_is_applied_at_once(client, district):
    measure = count("Greeted by name", section=district.section_8b)
    client.force_login(district.tomas)
    text = "2026-02-09\t18\t24\n2026-02-16\tmany\t24"
    page = client.post(at("measure-paste", measure), {"text": text, "apply": "1"}).content.decode()
    assert "Line 2" in page
    assert "Nothing was put on record" in page
    assert not DataPoint.objects.exists()


def test_a_pasted_day_that_is_still_to_come_is_no_value(client, district):
    measure = count("Greeted by name", section=district.section_8b)
    client.force_login(district.tomas)
    page = client.post(at("measure-paste", measure), {"text": "2027-02-22, 18, 24", "apply": "1"}).content.decode()
    assert "Line 1: 2027-02-22 is still to come" in page
    assert not DataPoint.objects.exists()


def test_words_pasted_as_numbers_are_shown_as_words(client, district):
    measure = count("Greeted by name", section=district.section_8b)
    client.force_login(district.tomas)
    page = client.post(at("measure-paste", measure), {"text": "2026-02-16,1,2\n<script>alert(1)</script>,1,2"})
    assert "<script>alert" not in page.content.decode()


# -- numbers to take away


def test_the_numbers_of_a_chart_can_be_taken_away(client, district, greeted):
    client.force_login(district.priya)
    headings, first, *_ = table(client, at("measure-csv", greeted, f"?school={district.elm.public_id}"))
    assert headings[:2] == ["Week of", "Value"]
    assert {"75%", "18", "24"} <= set(first)
    response = client.get(at("measure-csv", greeted))
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("word", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")'])
def test_a_formula_in_words_is_no_formula_in_a_spreadsheet(client, district, word):
    measure = count(word, numerator=word, denominator=f"{word} there")
    on_record(measure, district.elm, STEADY)
    client.force_login(district.priya)
    client.post(at("measure-note", measure), {"period": str(THIS_WEEK), "words": word})
    rows = table(client, at("measure-csv", measure))
    assert f"'{word}" in rows[0]
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


# -- cost and languages


def test_the_list_asks_the_same_number_of_questions_however_many_values_and_schools(
    client, district, greeted, django_assert_num_queries
):
    client.force_login(district.dana)
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get(reverse("measures"))
    grow(district, greeted)
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get(reverse("measures"))


QUERIES_OF_THE_LIST = 9
QUERIES = {  # for who sees every record, and for a reader of figures
    "measure": (16, 17),
    "measure-variation": (21, 30),
    "measure-enter": (10, 9),
    "measure-csv": (10, 11),
    "measure-bright-spots": (17, 19),
}


def grow(district, measure):
    """Twenty more schools, each with values of everyone and of three groups."""
    for n in range(20):
        school = type(district.elm).objects.create(source_id=f"s{n}", name=f"School {n}", parent=district.office)
        on_record(measure, school, STEADY)
        for name in ("Asian", "White", "Two or More Races"):
            on_record(measure, school, STEADY, group=("raceEthnicity", name))


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize(("who", "which"), [("dana", 0), ("lena", 1)])
def test_a_page_asks_the_same_number_of_questions_however_large_the_district(
    client, district, greeted, name, who, which, django_assert_num_queries
):
    on_record(greeted, district.elm, STEADY, group=("raceEthnicity", "Asian"))
    client.force_login(district.staff[who])
    with django_assert_num_queries(QUERIES[name][which]):
        client.get(at(name, greeted))
    grow(district, greeted)
    with django_assert_num_queries(QUERIES[name][which]):
        client.get(at(name, greeted))


def test_a_look_over_all_charts_asks_the_same_few_questions_however_many_there_are(
    client, district, greeted, django_assert_num_queries
):
    client.force_login(district.lena)
    address = reverse("signals") + "?groups=each&beside=rest"
    with django_assert_num_queries(12):
        client.get(address)
    grow(district, greeted)
    on_record(count("Lunch with an adult"), district.elm, STEADY)
    with django_assert_num_queries(12):
        client.get(address)


SPANISH = {"HTTP_ACCEPT_LANGUAGE": "es"}


@pytest.mark.parametrize("name", OF_ONE)
def test_every_page_of_a_measure_opens_in_spanish(client, district, greeted, name):
    client.force_login(district.dana)
    response = client.get(at(name, greeted), **SPANISH)
    assert response.status_code == 200
    if name != "measure-csv":
        assert 'lang="es"' in response.content.decode()


def test_the_list_and_the_signals_open_in_spanish(client, district, greeted):
    client.force_login(district.dana)
    for name in ("measures", "signals", "measure-new"):
        response = client.get(reverse(name), **SPANISH)
        assert response.status_code == 200
        assert 'lang="es"' in response.content.decode()


def test_the_journal_calls_a_measure_by_its_name(client, district, greeted):
    client.force_login(district.lena)
    client.post(at("measure-note", greeted, "?school=all"), {"period": str(THIS_WEEK), "words": "It snowed"})
    client.force_login(district.dana)  # one's own doings are read by others
    page = read(client, reverse("journal"))
    assert "pinned what happened to a chart" in page
    assert "Greeted by name" in page


def test_a_day_far_from_any_value_can_be_asked_for_without_harm(client, district, greeted):
    client.force_login(district.dana)
    other = str(THIS_WEEK - 300 * WEEK)
    assert (
        "Select a valid choice"
        in client.post(at("measure-phase", greeted), {"start": other, "reason": "x"}).content.decode()
    )
    assert datetime.date.fromisoformat(other) < THIS_WEEK


def test_an_outcome_that_cannot_be_measured_stands_in_the_list_and_says_so(client, district):
    Measure.objects.create(name="A child feels at home", kind="outcome", cannot_be_measured=True)
    client.force_login(district.lena)
    page = read(client, reverse("measures"))
    assert "A child feels at home" in page
    assert "Cannot be measured" in page


def test_a_note_comes_off_the_chart_and_stays_on_record(client, district, greeted):
    client.force_login(district.lena)
    client.post(at("measure-note", greeted, "?school=all"), {"period": str(THIS_WEEK), "words": "It snowed"})
    page = read(client, at("measure", greeted, "?school=all"))
    pinned = greeted.annotations.get()
    assert reverse("measure-note-off", args=[greeted.public_id, pinned.pk]) in page
    assert client.post(reverse("measure-note-off", args=[greeted.public_id, pinned.pk])).status_code == 302
    assert "It snowed" not in read(client, at("measure", greeted, "?school=all"))
    pinned.refresh_from_db()
    assert pinned.withdrawn_at is not None
    assert client.post(reverse("measure-note-off", args=[greeted.public_id, pinned.pk])).status_code == 404


def test_how_far_apart_schools_lie_has_a_chart_for_who_sees_every_record(client, district):
    measure = count("Greeted by name")
    third = Organization.objects.create(name="Ash School", kind="school", identifier="ash")
    for school, part in ((district.elm, 60), (district.oak, 70), (third, 80)):
        on_record(measure, school, [(part + n % 3, 100) for n in range(14)])
    address = at("measure-variation", measure, "?by=school")
    client.force_login(district.dana)
    assert "When this falls, a change has reached everybody" in read(client, address)
    client.force_login(district.lena)
    assert "When this falls, a change has reached everybody" not in read(client, address)


def test_a_group_that_differs_in_the_whole_district_is_named(client, district):
    measure = count("Greeted by name")
    for school in (district.elm, district.oak):
        on_record(measure, school, [(150, 200)] * 14)
        on_record(measure, school, [(30, 60)] * 14, group=("raceEthnicity", "Asian"))
        for number in range(14):  # with few groups, one that differs is taken for how much groups differ anyway
            on_record(measure, school, [(46 + number % 3, 60)] * 14, group=(f"club {number}", "true"))
    client.force_login(district.dana)
    page = read(client, at("measure-variation", measure, "?school=all"))
    assert "In the whole district, beyond chance" in page
