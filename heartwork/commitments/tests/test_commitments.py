"""What adults promise each other: out of a meeting, asked once a week, and never about one person."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from heartwork.commitments import actions, queries
from heartwork.commitments.models import Commitment, Kept, Modelling
from heartwork.meetings import actions as meetings
from heartwork.meetings.tests.stories import meeting_of, team_of
from heartwork.roster.models import Assignment
from heartwork.teams.actions import add_member
from heartwork.testing.people import DAY, hire

pytestmark = pytest.mark.data
SECRET = "zq I did not greet anyone"


@pytest.fixture
def promised(district):
    """A team of six that promises one thing."""
    team = team_of(district)
    for n in range(4):
        person = district.staff[f"n{n}"] = hire(f"N{n} More", "teacher", organization=district.elm)
        add_member(district.ruth, team=team, staff=person)
    meeting = meeting_of(district, "commitments", team)
    meetings.write_down(district.ruth, meeting=meeting, kind="commitment", text="We say it to each other first.")
    meetings.write_down(district.ruth, meeting=meeting, kind="modelled", text="Priya asks before she decides.")
    meetings.close(district.ruth, meeting=meeting)
    return team


def test_what_a_meeting_agrees_on_becomes_what_the_team_promises(district, promised):
    found = [(each.text, each.by_leaders) for each in Commitment.objects.all()]
    assert found == [("We say it to each other first.", False), ("Priya asks before she decides.", True)]


def test_the_recap_counts_a_promise_as_a_decision(client, district, promised):
    meeting = Commitment.objects.first().meeting
    client.force_login(district.ruth)
    recap = client.get(reverse("meeting-recap", args=[meeting.public_id])).content.decode()
    assert "The team took <mark>2 decisions</mark>." in recap
    assert "decided on nothing" not in recap


def week_after():
    return time_machine.travel(datetime.datetime(2026, 3, 3, 18, tzinfo=datetime.UTC))


def test_answers_are_shown_from_five_on_and_count_once_a_week(district, promised):
    commitment = Commitment.objects.first()
    people = [district.ruth, district.tomas, district.n0, district.n1]
    for person in people:
        actions.answer(person, commitment=commitment, answer="no")
    actions.answer(district.ruth, commitment=commitment, answer="yes")
    assert queries.promises(district.ruth, promised)[0].mine == "yes"
    with week_after():
        first = queries.promises(district.ruth, promised)[0]
        _, told = first.weeks[0]
        assert (told.counts, told.answers, first.mine) == (None, 4, "")
    actions.answer(district.n2, commitment=commitment, answer="partly")
    with week_after():
        _, told = queries.promises(district.ruth, promised)[0].weeks[0]
        assert (told.counts, told.sentence) == ([1, 1, 3], "1 yes, 1 partly, 3 not yet")


def test_the_week_that_runs_is_not_told(district, promised):
    """Else whoever watches five answers become six learns the sixth."""
    commitment = Commitment.objects.first()
    for person in (district.ruth, district.tomas, district.n0, district.n1, district.n2):
        actions.answer(person, commitment=commitment, answer="yes")
    five = queries.promises(district.ruth, promised)[0].weeks
    actions.answer(district.n3, commitment=commitment, answer="no")
    assert queries.promises(district.ruth, promised)[0].weeks == five
    with week_after():
        assert queries.promises(district.ruth, promised)[0].weeks[0][1].counts == [5, 0, 1]


def test_no_week_is_told_before_there_was_a_promise(client, district, promised):
    assert queries.promises(district.ruth, promised)[0].weeks == []
    client.force_login(district.ruth)
    assert "Nobody has answered." not in client.get(reverse("promises", args=[promised.public_id])).content.decode()
    with week_after():
        assert [str(week) for week, _told in queries.promises(district.ruth, promised)[0].weeks] == ["2026-02-23"]


def test_the_database_says_nothing_of_who_found_it_kept_or_of_ones_own_log(district, promised):
    actions.answer(district.tomas, commitment=Commitment.objects.first(), answer="partly")
    actions.note_modelling(district.tomas, text=SECRET)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT answer FROM {Kept._meta.db_table}")
        assert "partly" not in repr(cursor.fetchall())
        cursor.execute(f"SELECT text FROM {Modelling._meta.db_table}")
        assert SECRET not in repr(cursor.fetchall())


def test_the_page_of_promises_is_the_team_s_own(client, district, promised):
    address = reverse("promises", args=[promised.public_id])
    client.force_login(district.tomas)
    commitment = Commitment.objects.first()
    client.post(address, {"do": f"kept {commitment.pk}=yes"})
    client.post(address, {"do": "thank", "text": "For the bus duty", "to": district.ruth.public_id})
    client.post(address, {"do": "log", "log": SECRET})
    page = client.get(address).content.decode()
    for words in (
        "We say it to each other first.",
        "For the bus duty",
        "A week is told when it is over, from 5 answers on.",
        SECRET,
    ):
        assert words in page
    client.force_login(district.ruth)
    assert SECRET not in client.get(address).content.decode()
    for stranger in (district.priya, district.dana, district.sol, district.sam):
        client.force_login(stranger)
        assert client.get(address).status_code == 404


def test_a_promise_is_let_go_and_thanks_are_taken_down(client, district, promised):
    address = reverse("promises", args=[promised.public_id])
    thanks = actions.thank(district.tomas, team=promised, text="For all of it")
    client.force_login(district.ruth)
    assert client.post(address, {"do": f"take_down {thanks.pk}"}).status_code == 404
    client.post(address, {"do": f"let_go {Commitment.objects.first().pk}"})
    assert Commitment.objects.filter(ended_on=DAY).count() == 1
    client.force_login(district.tomas)
    client.post(address, {"do": f"take_down {thanks.pk}"})
    assert not promised.thanks.exists()
    for button in ("kept 0=yes", "kept x=yes", f"kept {Commitment.objects.last().pk}=perhaps", "take_down 0"):
        assert client.post(address, {"do": button}).status_code == 404
    empty = client.post(address, {"do": "thank"})
    assert "This field is required." in empty.content.decode()


def test_an_empty_page_says_how_to_begin(client, district):
    team = team_of(district)
    client.force_login(district.ruth)
    assert "Nothing is promised yet." in client.get(reverse("promises", args=[team.public_id])).content.decode()


def test_who_may_not_begin_a_meeting_is_not_offered_one(client, district):
    team = team_of(district)
    Assignment.objects.create(staff=district.nadia, role="facilitator", student=district.maya)
    add_member(district.ruth, team=team, staff=district.nadia)
    for person, is_offered in ((district.ruth, True), (district.nadia, False)):
        client.force_login(person)
        page = client.get(reverse("promises", args=[team.public_id])).content.decode()
        assert (reverse("meeting-new", args=["commitments"]) in page) is is_offered
