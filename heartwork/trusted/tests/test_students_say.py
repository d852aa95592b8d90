"""Students say which adults they trust: with a slip of paper, without an account, and of no other student."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from heartwork.journal.models import Entry
from heartwork.teams.models import FollowUp
from heartwork.testing.people import hire
from heartwork.trusted import actions, queries
from heartwork.trusted.models import Asking, Said, Slip
from heartwork.trusted.tests.stories import asked, slip_of, typed
from heartwork.web.picture_pin import PICTURES, pictures_of

pytestmark = pytest.mark.data
WRONG = "That does not open anything."


@pytest.fixture
def asking(district):
    return asked(district)


def where(asking):
    return reverse("trusted-adults", args=[asking.token])


def wrong_pictures(slip):
    right = pictures_of(slip.asking.token, slip.code)
    other = next(name for name in PICTURES if name != right[0])
    return typed(slip, picture_0=other)


def bare(answer):
    """The page without what is new in each form."""
    import re

    return re.sub(r'value="[\w-]{16,}"', "", answer.content.decode())


def test_a_student_names_two_adults_and_says_how_they_know(client, district, asking):
    slip = slip_of(asking, district.maya)
    page = client.get(where(asking)).content.decode()
    assert "988" in page  # before any answer
    page = client.post(where(asking), typed(slip)).content.decode()
    assert "Which adults here would you go to?" in page
    assert "Tomás Ruiz" in page
    assert "Ada Park" not in page  # of another school
    assert "Sol Reyes" not in page  # works with no students here
    token = page.split('name="pass" value="')[1].split('"')[0]
    said = {"pass": token, "adult_0": district.tomas.public_id, "adult_1": district.ruth.public_id}
    answer = client.post(where(asking), said | {"words": "He asks twice."}, follow=True)
    assert "Thank you" in answer.content.decode()
    named = queries.named_by(district.ruth, district.maya)
    assert {each.first_name for each in named} == {"Tomás", "Ruth"}
    assert queries.named_by(district.tomas, district.maya) is None  # a teacher is not told whom
    assert Said.objects.get().words == "He asks twice."
    with connection.cursor() as cursor:
        cursor.execute("SELECT adults, words FROM trusted_said")
        ((adults, words),) = cursor.fetchall()
    assert "asks" not in words
    assert not adults.startswith("[")


def test_what_is_written_is_read_by_who_asked_and_is_to_do_today(client, district, asking):
    actions.say(slip_of(asking, district.maya), adults=[], words="Nobody here.")
    actions.say(slip_of(asking, district.eli), adults=[district.ruth], words="She waits.")
    (todo,) = FollowUp.objects.all()
    assert (todo.owner, todo.due_on) == (district.ruth, timezone.localdate())
    client.force_login(district.ruth)
    page = client.get(reverse("asking", args=[asking.public_id])).content.decode()
    assert "Nobody here." in page
    assert Entry.objects.filter(verb="trusted.read", subject_pk=district.maya.pk).exists()
    for other in (district.priya, district.tomas, district.dana):
        client.force_login(other)
        assert client.get(reverse("asking", args=[asking.public_id])).status_code == 404
        assert client.get(reverse("asking-slips", args=[asking.public_id])).status_code == 404


def test_nobody_yet_is_an_answer_and_both_or_neither_is_asked_again(client, district, asking):
    page = client.post(where(asking), typed(slip_of(asking, district.eli))).content.decode()
    token = page.split('name="pass" value="')[1].split('"')[0]
    for said in ({}, {"nobody": "on", "adult_0": district.tomas.public_id}, {"adult_0": district.ada.public_id}):
        answer = client.post(where(asking), {"pass": token} | said).content.decode()
        assert "Choose an adult, or tick" in answer or "Select a valid choice" in answer
    assert not Said.objects.exists()
    client.post(where(asking), {"pass": token, "nobody": "on"})
    client.post(where(asking), {"pass": token, "nobody": "on"})  # twice is once
    assert Said.objects.get().adults == "[]"


def test_a_wrong_code_wrong_pictures_and_a_locked_slip_are_answered_alike(client, district, asking):
    slip = slip_of(asking, district.maya)
    unknown = typed(slip) | {"code": "ZZZZ"}
    answers = [client.post(where(asking), unknown), client.post(where(asking), wrong_pictures(slip))]
    for _ in range(actions.TRIES):
        client.post(where(asking), wrong_pictures(slip))
    answers.append(client.post(where(asking), typed(slip)))  # right, and too late
    answers.append(client.post(where(asking), {}))
    assert {answer.status_code for answer in answers} == {200}
    assert len({bare(answer) for answer in answers}) == 1
    assert WRONG in answers[0].content.decode()
    assert not any("Maya" in answer.content.decode() for answer in answers)
    assert client.post(where(asking), typed(slip_of(asking, district.eli))).status_code == 200
    actions.new_slip(district.ruth, slip=slip)
    assert "Which adults" in client.post(where(asking), typed(slip)).content.decode()


def test_after_many_guesses_no_slip_is_right_for_ten_minutes(client, district, asking, monkeypatch):
    monkeypatch.setattr(actions, "GUESSES", 3)
    slip = slip_of(asking, district.maya)
    for n in range(3):
        client.post(where(asking), typed(slip) | {"code": f"ZZZ{n}"})
    assert WRONG in client.post(where(asking), typed(slip)).content.decode()


def test_what_a_student_brings_back_opens_no_other_slip_and_not_for_long(client, district, asking, monkeypatch):
    page = client.post(where(asking), typed(slip_of(asking, district.maya))).content.decode()
    token = page.split('name="pass" value="')[1].split('"')[0]
    other = actions.ask(
        district.tomas,
        school=district.elm,
        section=district.section_8b,
        until=timezone.now() + datetime.timedelta(hours=1),
    )
    for link, given in ((asking, token[:-2] + "xx"), (other, token)):
        answer = client.post(where(link), {"pass": given, "nobody": "on"})
        assert answer.status_code == 302
        assert "done" not in answer.url
    actions.new_slip(district.ruth, slip=slip_of(asking, district.maya))
    assert "done" not in client.post(where(asking), {"pass": token, "nobody": "on"}).url
    assert not Said.objects.exists()


def test_a_closed_link_and_one_that_never_was_are_the_same_page(client, district, asking):
    client.force_login(district.ruth)
    client.post(reverse("asking", args=[asking.public_id]), {"do": "close"})
    client.logout()
    closed, absent = client.get(where(asking)), client.get(reverse("trusted-adults", args=["never-was"]))
    assert closed.status_code == absent.status_code == 404
    assert bare(closed) == bare(absent)
    assert "988" in closed.content.decode()
    with pytest.raises(Http404):
        actions.say(slip_of(asking, district.maya), adults=[])


def test_only_adults_who_are_offered_and_three_at_most(district, asking):
    slip = slip_of(asking, district.maya)
    more = [hire(f"Adult{n} Here", "teacher", organization=district.elm) for n in range(4)]
    for adults in ([district.ada], more):
        with pytest.raises(Http404):
            actions.say(slip, adults=adults)


def test_one_asks_the_own_students_alone(client, district):
    client.force_login(district.tomas)
    page = client.get(reverse("askings")).content.decode()
    assert ">8B<" in page
    assert ">7A<" not in page
    answer = client.post(reverse("askings"), {"until": "1"})
    made = Asking.objects.get()
    assert answer.url == reverse("asking", args=[made.public_id])
    assert {slip.student for slip in Slip.objects.all()} == {district.maya, district.eli}
    page = client.get(reverse("asking-slips", args=[made.public_id])).content.decode()
    assert slip_of(made, district.maya).code in page
    assert (
        client.post(reverse("askings"), {"until": "1", "section": str(district.section_7a.public_id)}).status_code
        == 200
    )
    slip = slip_of(made, district.eli)
    client.post(reverse("asking", args=[made.public_id]), {"do": f"new_slip {slip.pk}"})
    assert slip_of(made, district.eli).code != slip.code
    for wrong in ("new_slip 99999", "new_slip x", "dance"):
        assert client.post(reverse("asking", args=[made.public_id]), {"do": wrong}).status_code == 404
    client.force_login(district.uma)
    assert client.get(reverse("askings")).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.ask(district.ada, school=district.elm, section=None, until=timezone.now() + datetime.timedelta(hours=1))


def test_an_old_answer_counts_no_more(district, asking):
    actions.say(slip_of(asking, district.maya), adults=[district.tomas])
    today = timezone.localdate()
    assert queries.said_at(district.elm, today) == {district.maya.pk: {district.tomas.pk}}
    assert queries.said_at(district.elm, today + queries.FRESH) == {}
