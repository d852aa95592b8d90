"""Who has gone quiet: the question, and its page."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from heartwork.checkins import actions, queries
from heartwork.checkins.models import CheckIn
from heartwork.journal.models import Entry
from heartwork.roster.models import Assignment, Enrollment
from heartwork.supports.tests.stories import offer, take_part
from heartwork.testing.people import DAY, enroll

URL = "/students/gone-quiet/"
MONDAY = datetime.date(2026, 2, 23)
FALL = [5, 4, 3, 2, 1]
STEADY = [4, 5, 4, 4, 3, 4, 5, 4, 4, 5, 4, 3]


def weeks_ago(weeks):
    return MONDAY - datetime.timedelta(weeks=weeks)


def tell(student, moods, *, until=0, talk=()):
    """The student tells these moods, one a week, the last of them `until` weeks ago; asks to talk at some of them."""
    CheckIn.objects.bulk_create(
        CheckIn(student=student, week=weeks_ago(until + len(moods) - 1 - at), mood=mood, wants_to_talk=at in talk)
        for at, mood in enumerate(moods)
    )


def found(viewer, day=DAY):
    return {each.student.first_name for each in queries.gone_quiet(viewer, day).found}


def read(client, person, address=URL, **more):
    client.force_login(person)
    response = client.get(address, **more)
    assert response.status_code == 200, address
    return response.content.decode()


# -- the question


@pytest.mark.data
def test_whose_mood_falls_every_time_has_gone_quiet_since_the_first_of_these_weeks(district):
    tell(district.maya, [5, 5, *FALL])
    tell(district.eli, STEADY)
    (maya,) = queries.gone_quiet(district.ruth, DAY).found
    assert maya.student == district.maya
    assert maya.decline == queries.Decline(True, weeks_ago(4), MONDAY, FALL)


@pytest.mark.data
def test_a_teacher_who_stands_in_for_a_counselor_reads_no_answers_of_the_own_class(district):
    tell(district.maya, FALL)
    tell(district.noor, FALL)
    Assignment.objects.create(staff=district.tomas, role="counselor", student=district.noor, begin=DAY)
    assert found(district.tomas) == {"Noor"}
    with pytest.raises(PermissionDenied):
        actions.read_answers(district.tomas, [district.noor, district.maya])


@pytest.mark.data
def test_who_is_far_below_their_own_usual_has_gone_quiet_too(district):
    tell(district.maya, [*STEADY, 1, 1])
    tell(district.eli, [*STEADY, 4, 1])
    (maya,) = queries.gone_quiet(district.ruth, DAY).found
    assert maya.decline == queries.Decline(False, weeks_ago(1), MONDAY, [1, 1])


@pytest.mark.data
def test_who_asked_to_talk_in_that_time_is_not_quiet_and_who_asked_before_is(district):
    tell(district.maya, [5, *FALL], talk=[3])
    tell(district.eli, [5, *FALL], talk=[0])
    assert found(district.ruth) == {"Eli"}


@pytest.mark.data
def test_asking_to_talk_without_telling_a_mood_counts(district):
    tell(district.maya, FALL, until=1)
    CheckIn.objects.create(student=district.maya, week=MONDAY, wants_to_talk=True)
    assert found(district.ruth) == set()


@pytest.mark.data
def test_of_two_answers_in_a_week_the_later_tells_the_mood(district):
    tell(district.maya, FALL)
    CheckIn.objects.create(student=district.maya, week=MONDAY, mood=4)
    assert found(district.ruth) == set()


@pytest.mark.data
def test_what_was_said_long_ago_and_what_comes_later_say_nothing_of_today(district):
    tell(district.maya, FALL, until=8)
    tell(district.eli, FALL, until=7)
    tell(district.noor, FALL, until=-1)
    tell(district.theo, [5, 4], until=27)
    tell(district.theo, [3, 2, 1])
    assert found(district.ruth) == {"Eli"}


@pytest.mark.data
def test_who_is_not_enrolled_today_or_out_of_reach_is_not_found(district):
    for student in (district.maya, district.noor, district.ida):
        tell(student, FALL)
    Enrollment.objects.filter(student=district.noor).update(end=DAY - datetime.timedelta(1))
    assert found(district.ruth) == {"Maya"}


@pytest.mark.data
def test_of_whom_it_cannot_be_said_is_told_apart(district):
    tell(district.maya, FALL)
    tell(district.eli, [4, 4, 5, 4, 5])
    tell(district.noor, [4, 3, 2, 1])
    quiet = queries.gone_quiet(district.ruth, DAY)
    assert (quiet.answered, quiet.unknown) == (2, 2)


@pytest.mark.data
def test_what_supports_them_is_told_and_neither_a_waiting_list_nor_what_the_law_owes_is_enough(district):
    for student in (district.maya, district.eli, district.noor, district.theo):
        tell(student, FALL)
    take_part(offer("Grief group", school=district.elm), district.maya)
    take_part(offer("Chess club", school=district.elm, tier=1), district.eli)
    take_part(offer("Circle", school=district.elm), district.noor, status="waitlisted")
    take_part(offer("English", school=district.elm, is_required_by_law=True), district.theo)
    offer("Advisory", school=district.elm, tier=1, reach="everyone")
    quiet = queries.gone_quiet(district.ruth, DAY)
    around = {each.student.first_name: each for each in quiet.found}
    assert [bearing.support.name for bearing in around["Maya"].own] == ["Grief group"]
    assert {name for name, each in around.items() if each.is_supported} == {"Maya"}
    assert {each.for_everyone for each in quiet.found} == {1}
    assert quiet.unsupported == 3


@pytest.mark.parametrize("who", ["dana", "priya", "tomas", "uma", "lena", "sol", "sam", "nadia"])
def test_only_a_counselor_may_ask(district, who):
    with pytest.raises(PermissionDenied):
        queries.gone_quiet(getattr(district, who), DAY)


@pytest.mark.data
def test_pieces_make_no_difference(district, monkeypatch):
    for student in (district.maya, district.eli, district.noor):
        tell(student, FALL)
    monkeypatch.setattr(queries, "PIECE", 2)
    quiet = queries.gone_quiet(district.ruth, DAY)
    assert ({each.student.first_name for each in quiet.found}, quiet.answered) == ({"Maya", "Eli", "Noor"}, 3)


@pytest.mark.data
def test_the_number_of_queries_does_not_grow_with_the_students(district, django_assert_num_queries):
    group = offer("Group", school=district.elm)
    for n in range(30):
        student = enroll(f"Child{n} Example", "08", district.elm)
        tell(student, FALL)
        take_part(group, student)
    district.ruth.kept_assignments, district.ruth.kept_reach = {}, {}  # as for the length of a request
    # Why Ruth may see them; their answers, names and number; where they are, rules and places in supports, and who of
    # them is hers.
    with django_assert_num_queries(8):
        assert len(queries.gone_quiet(district.ruth, DAY).found) == 30


# -- the page


def test_the_page_says_who_since_when_and_what_supports_them(client, district):
    tell(district.maya, [5, *FALL])
    tell(district.eli, [*STEADY, 1, 1])
    take_part(offer("Grief group", school=district.elm), district.maya)
    page = read(client, district.ruth)
    assert "<mark>2 students</mark> say that they are doing less well" in page
    assert "One is in no support beyond Tier 1, or only in what the law owes them." in page
    assert f'href="{reverse("student", args=[district.maya.public_id])}"' in page
    assert "January 26" in page
    assert "5, 4, 3, 2, 1" in page
    assert "Grief group" in page
    assert "far below their own usual" in page
    assert "A number is not a diagnosis." in page


def test_whose_answers_were_read_is_in_the_journal(client, district):
    tell(district.maya, FALL)
    tell(district.eli, STEADY)
    read(client, district.ruth)
    entry = Entry.objects.get(verb="checkins.read")
    assert (entry.actor, entry.subject_pk, entry.detail) == (district.ruth, district.maya.pk, {})
    page = read(client, district.dana, reverse("journal") + "?verb=checkins.read")
    assert "read a student’s answers in check-ins" in page


def test_before_any_answer_the_page_says_what_belongs_here(client, district):
    page = read(client, district.ruth)
    assert "<mark>No answers yet</mark>" in page
    assert "Students appear here once they have told their mood in five weeks or more." in page
    assert not Entry.objects.filter(verb="checkins.read").exists()


def test_nobody_found_is_told_apart_from_nobody_asked(client, district):
    tell(district.maya, STEADY)
    page = read(client, district.ruth)
    assert "<mark>Nobody</mark>, as far as their answers go." in page
    assert "Of 3 students it cannot be said" in page


def test_a_counselor_without_a_caseload_still_reads_a_page(client, district):
    Assignment.objects.filter(staff=district.ruth).update(grades="")
    assert "<mark>No answers yet</mark>" in read(client, district.ruth)


@pytest.mark.parametrize("who", ["tomas", "uma", "priya", "dana", "lena", "nadia"])
def test_for_others_there_is_no_such_page(client, district, who):
    tell(district.maya, FALL)
    client.force_login(getattr(district, who))
    assert client.get(URL).status_code == 404
    assert "Gone quiet" not in client.get(reverse("gaps")).content.decode()


def test_who_has_not_signed_in_is_sent_to_sign_in(client, district):
    assert client.get(URL).status_code == 302


def test_the_gap_finder_leads_there(client, district):
    assert f'<a href="{URL}">Gone quiet</a>' in read(client, district.ruth, reverse("gaps"))


def test_htmx_gets_the_list_alone(client, district):
    tell(district.maya, FALL)
    page = read(client, district.ruth, headers={"HX-Request": "true"})
    assert page.lstrip().startswith('<section id="list"')
    assert "Maya Rivera" in page


def test_a_long_list_has_pages_and_only_those_shown_are_journalled(client, district):
    for n in range(30):
        tell(enroll(f"Child{n} Example", "08", district.elm), FALL)
    read(client, district.ruth, URL + "?page=2")
    assert Entry.objects.filter(verb="checkins.read").count() == 5


def test_the_page_takes_the_same_queries_whatever_the_number(client, district, django_assert_max_num_queries):
    for n in range(25):
        tell(enroll(f"Child{n} Example", "08", district.elm), FALL)
    client.force_login(district.ruth)
    with django_assert_max_num_queries(13):
        client.get(URL)
