"""Pages of teams and follow-ups: they work, plain and in parts; a stranger meets 404; an empty one says what to do."""

import datetime

import pytest
from django.urls import reverse

from heartwork.journal.models import Entry
from heartwork.roster.models import Assignment
from heartwork.teams import actions
from heartwork.teams.models import FollowUp, Team

HTMX = {"HX-Request": "true"}


@pytest.fixture
def promise(district, meeting, day):
    """Ruth says hello to Maya in the morning."""
    return actions.promise(
        district.tomas,
        what="Say hello at the door",
        owner=district.ruth,
        due_on=day,
        meeting=meeting,
        student=district.maya,
    )


def page_of(client, person, name, *args):
    client.force_login(person)
    return client.get(reverse(name, args=args))


def test_an_empty_together_says_what_belongs_there(client, district):
    response = page_of(client, district.ruth, "together")
    assert "You are in no team yet." in response.content.decode()
    assert reverse("team-new") in response.content.decode()


def test_a_teacher_without_a_team_is_told_whom_to_ask(client, district):
    body = page_of(client, district.tomas, "together").content.decode()
    assert "Ask a counselor or your principal" in body
    assert reverse("team-new") not in body


def test_together_shows_what_goes_on(client, district, meeting):
    body = page_of(client, district.ruth, "together").content.decode()
    assert "<mark>One meeting</mark> of your teams goes on." in body
    assert "Grade 8 team" in body


def test_together_offers_what_who_looks_may_begin(client, district, team):
    Assignment.objects.create(staff=district.nadia, role="facilitator", student=district.maya)
    actions.add_member(district.ruth, team=team, staff=district.nadia)
    links = ("audit-new", "activities", "team-new", "askings", "walkthroughs", "patterns", "board", "join")
    for person, offered in ((district.ruth, links), (district.nadia, ("board", "join"))):
        body = page_of(client, person, "together").content.decode()
        assert tuple(name for name in links if f'href="{reverse(name)}"' in body) == offered


@pytest.mark.parametrize("person", ["sam"])
def test_who_works_in_no_team_meets_404(client, district, person):
    assert page_of(client, getattr(district, person), "together").status_code == 404


def test_a_team_is_made_with_a_plain_form(client, district):
    client.force_login(district.ruth)
    response = client.post(reverse("team-new"), {"name": "Grade 7 team", "organization": district.elm.public_id})
    assert response.url == reverse("team", args=[Team.objects.get().public_id])
    assert "Now add the others" in client.get(response.url).content.decode()


def test_a_school_that_is_not_offered_is_not_taken(client, district):
    client.force_login(district.ruth)
    client.post(reverse("team-new"), {"name": "Theirs", "organization": district.oak.public_id})
    assert not Team.objects.exists()


def test_a_team_shows_its_people_and_what_it_has_to_do(client, district, team, promise):
    body = page_of(client, district.ruth, "team", team.public_id).content.decode()
    assert "Tomás Ruiz" in body
    assert "Say hello at the door" in body
    assert "Maya Rivera" in body


def test_a_stranger_meets_404_at_a_team(client, district, team):
    assert page_of(client, district.otto, "team", team.public_id).status_code == 404


def test_someone_is_found_added_and_leaves_again_with_plain_forms(client, district, team):
    client.force_login(district.ruth)
    there = reverse("team", args=[team.public_id])
    assert "Uma Singh" in client.get(there, {"q": "uma"}).content.decode()
    client.post(there, {"do": "add", "staff": district.uma.public_id})
    assert "Uma Singh" in client.get(there).content.decode()
    client.post(there, {"do": "end", "staff": district.uma.public_id})
    assert "Uma Singh" not in client.get(there).content.decode()


def test_htmx_gets_the_list_of_people_alone(client, district, team):
    client.force_login(district.ruth)
    response = client.post(
        reverse("team", args=[team.public_id]), {"do": "add", "staff": district.uma.public_id}, headers=HTMX
    )
    body = response.content.decode()
    assert "Uma Singh" in body
    assert "<html" not in body


def test_a_teacher_in_the_team_sees_it_and_does_not_change_it(client, district, team):
    client.force_login(district.tomas)
    there = reverse("team", args=[team.public_id])
    assert "Find someone to add" not in client.get(there).content.decode()
    assert client.post(there, {"do": "add", "staff": district.uma.public_id}).status_code == 404


def test_an_empty_list_of_follow_ups_says_where_they_come_from(client, district):
    assert "Follow-ups come out of meetings" in page_of(client, district.sol, "follow-ups").content.decode()


def test_my_follow_ups_names_what_has_slipped_and_offers_two_ways_on(client, district, promise, day):
    FollowUp.objects.update(due_on=day - datetime.timedelta(days=4))
    body = page_of(client, district.ruth, "follow-ups").content.decode()
    assert "since Friday" in body
    assert "Pick a new day" in body
    assert "hand it on" in body


def test_what_slipped_long_ago_says_the_date(client, district, promise, day):
    FollowUp.objects.update(due_on=day - datetime.timedelta(days=20))
    assert "since February 4" in page_of(client, district.ruth, "follow-ups").content.decode()


def test_a_list_that_names_a_student_is_in_the_journal(client, district, promise):
    page_of(client, district.ruth, "follow-ups")
    assert Entry.objects.filter(actor=district.ruth, verb="students.listed", detail__count=1).exists()


def test_ticking_gives_back_the_line_with_the_way_to_undo(client, district, promise):
    client.force_login(district.ruth)
    there = reverse("follow-up", args=[promise.public_id])
    body = client.post(there, {"do": "done"}, headers=HTMX).content.decode()
    assert "Done February 24" in body
    assert 'value="reopen"' in body


def test_without_javascript_ticking_leads_back_to_the_page_one_was_on(client, district, promise):
    client.force_login(district.ruth)
    there = reverse("follow-up", args=[promise.public_id])
    assert client.post(there, {"do": "done", "next": "/together/"}).url == "/together/"
    assert client.post(there, {"do": "reopen", "next": "https://elsewhere.example/"}).url == reverse("follow-ups")


def test_a_new_day_and_another_owner(client, district, promise):
    client.force_login(district.ruth)
    there = reverse("follow-up", args=[promise.public_id])
    client.post(there, {"do": "new_day", "due_on": "2026-03-06"})
    client.post(there, {"do": "hand_on", "owner": district.tomas.public_id})
    promise.refresh_from_db()
    assert (promise.due_on, promise.owner) == (datetime.date(2026, 3, 6), district.tomas)


def test_a_day_that_is_over_is_refused_with_a_sentence(client, district, promise):
    client.force_login(district.ruth)
    response = client.post(reverse("follow-up", args=[promise.public_id]), {"do": "new_day", "due_on": "2026-02-01"})
    assert "That day is over." in response.content.decode()


def test_a_strangers_follow_up_is_404(client, district, promise):
    assert page_of(client, district.priya, "follow-up", promise.public_id).status_code == 404
