"""Looking as somebody else: what both may see, on the pages that say so, and nothing is changed."""

import datetime
import itertools
import re

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from heartwork.config.tests import test_doors
from heartwork.journal.actions import note_each
from heartwork.journal.models import Entry
from heartwork.roster import access, actions, reach_queries
from heartwork.roster.checks import every_view
from heartwork.roster.models import Assignment, StaffMember
from heartwork.testing.people import DAY

story = test_doors.story
SHOWN = {"students", "student", "who-sees", "student-records", "access-help"}
TOKENS = re.compile(rb'value="[^"]+"|hx-headers=[^>]+|<title>[^<]+')  # another one in each answer
PEOPLE = ["sol", "dana", "priya", "otto", "ruth", "tomas", "uma", "sam"]


def through(district, me, other):
    """`other` as `me` looks at them."""
    person = StaffMember.objects.get(pk=district.staff[other].pk)
    person.seen_by = district.staff[me]
    return person


def look_as(client, me, other):
    client.force_login(me)
    return client.post(reverse("view-as", args=[other.public_id]))


@pytest.mark.data
@pytest.mark.parametrize(("me", "other"), list(itertools.permutations(PEOPLE, 2)))
def test_one_reaches_and_may_what_both_reach_and_may(district, me, other):
    person, mine, theirs = through(district, me, other), district.staff[me], district.staff[other]
    assert set(access.visible_to(person)) == set(access.visible_to(mine)) & set(access.visible_to(theirs))
    assert access.reaches_all(person) == (access.reaches_all(mine) and access.reaches_all(theirs))
    for what in access.MAY:
        assert access.may(person, what) == (access.may(mine, what) and access.may(theirs, what))


def test_pages_that_are_shown_so_say_it_and_no_other_page_is_there_by_any_method(client, story):
    views = {pattern.name: pattern.callback for _, pattern in every_view() if hasattr(pattern.callback, "shows")}
    assert {name for name, view in views.items() if view.as_another} == SHOWN
    test_doors.give_own(story, story.tomas)
    assert look_as(client, story.priya, story.tomas).url == reverse("students")
    wrong = []
    for name, door in test_doors.DOORS.items():
        if name == "view-as-end":
            continue
        url = reverse(name, kwargs=door.fills(story, "own"))
        for method in (*test_doors.SAFE, *test_doors.UNSAFE):
            answer = test_doors.ask(client, method, url, door.posts)
            if (answer.status_code == 200) is not (name in SHOWN and method in test_doors.SAFE):
                wrong.append(f"{method} {name}: {answer.status_code}")
            if method == "get" and b"look as <strong>Tom" not in answer.content:
                wrong.append(f"{name} does not say as whom one looks")
    assert wrong == []


@pytest.mark.data
def test_looking_begins_where_that_person_sees_something(client, district):
    assert look_as(client, district.dana, district.tomas).url == reverse("students")
    client.logout()
    assert look_as(client, district.dana, district.sol).url == reverse("access-help")


@pytest.mark.data
def test_absent_forbidden_and_not_shown_so_are_one_answer(client, district):
    look_as(client, district.priya, district.tomas)
    of = lambda student: reverse("student", args=[student.public_id])  # noqa: E731
    forbidden, mine_alone = client.get(of(district.ida)), client.get(of(district.noor))
    not_shown = client.get(reverse("measures"))
    assert client.get(of(district.maya)).status_code == 200
    assert {each.status_code for each in (forbidden, mine_alone, not_shown)} == {404}
    assert len({TOKENS.sub(b"", each.content) for each in (forbidden, mine_alone, not_shown)}) == 1


@pytest.mark.data
def test_the_journal_names_both(client, district):
    look_as(client, district.priya, district.tomas)
    client.get(reverse("student", args=[district.maya.public_id]))
    client.post(reverse("view-as-end"))
    begun, seen, ended = Entry.objects.filter(
        verb__in=["viewing.begun", "student.seen", "viewing.ended"], actor=district.priya
    ).order_by("pk")
    assert (begun.subject_pk, ended.subject_pk) == (district.tomas.pk, district.tomas.pk)
    assert (seen.subject_pk, seen.detail["viewing_as"]) == (district.maya.pk, district.tomas.pk)
    note_each(through(district, "priya", "tomas"), "student.seen", [district.eli])
    last = Entry.objects.order_by("pk").last()
    assert (last.actor, last.detail) == (district.priya, {"viewing_as": district.tomas.pk})


@pytest.mark.data
def test_one_tap_ends_it(client, district):
    look_as(client, district.priya, district.tomas)
    assert client.get(reverse("today")).status_code == 404
    assert client.post(reverse("view-as-end")).url == reverse("person", args=[district.tomas.public_id])
    assert client.get(reverse("today")).status_code == 200
    assert client.post(reverse("view-as-end")).url == reverse("today")


@pytest.mark.data
def test_it_ends_with_the_session_and_is_nobody_elses(client, district):
    look_as(client, district.priya, district.tomas)
    session = client.session
    note = session["viewing"]
    client.post(reverse("sign-out"))
    assert "viewing" not in client.session
    client.force_login(district.dana)
    session = client.session
    session["viewing"] = note  # of another who was here before
    session.save()
    assert client.get(reverse("today")).status_code == 200


@pytest.mark.data
def test_it_ends_after_an_hour(client, district):
    look_as(client, district.priya, district.tomas)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=20), tick=False):
        client.get(reverse("students"))
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=40), tick=False):
        assert client.get(reverse("today")).status_code == 404
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=61), tick=False):
        assert client.get(reverse("today")).status_code == 200


@pytest.mark.data
def test_an_idle_session_that_is_over_forgets_it(client, district):
    look_as(client, district.priya, district.tomas)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=45), tick=False):
        client.get(reverse("students"))
        assert "viewing" not in client.session


@pytest.mark.data
@pytest.mark.parametrize("change", ["left", "moved", "no longer principal"])
def test_it_is_over_at_the_next_page_when_one_of_them_changes(client, district, change):
    look_as(client, district.priya, district.tomas)
    if change == "left":
        actions.end_person(district.sam, district.tomas)
    else:
        who = district.tomas if change == "moved" else district.priya
        Assignment.objects.filter(staff=who).update(end=DAY - datetime.timedelta(1))
    assert client.get(reverse("today")).status_code == 200


@pytest.mark.data
def test_looking_as_someone_with_more_gives_nothing_more(client, district):
    before = set(access.visible_to(district.sam))
    look_as(client, district.sam, district.dana)
    assert before == set()
    assert client.get(reverse("students")).status_code == 404
    assert client.get(reverse("student", args=[district.maya.public_id])).status_code == 404


@pytest.mark.data
def test_a_page_that_is_shown_so_takes_no_change_even_if_it_takes_some_otherwise(district, rf):
    @access.shows("self.read", change="self.edit", as_another=True)
    def either(request):
        return HttpResponse()

    for method, is_there in (("get", True), ("post", False)):
        request = getattr(rf, method)("/")
        request.user = through(district, "priya", "tomas")
        if is_there:
            assert either(request).status_code == 200
        else:
            with pytest.raises(Http404):
                either(request)


@pytest.mark.data
def test_nobody_changes_anything_even_past_the_door(district):
    person = through(district, "sam", "tomas")
    with pytest.raises(PermissionDenied):
        access.require_may_edit(person, district.maya)
    assert reach_queries.emergencies_of(person, district.maya) == []
