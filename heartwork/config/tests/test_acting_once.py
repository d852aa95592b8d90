"""The same request sent again does not act again, and is answered as the first was."""

import pytest
from django.db import connection

from heartwork.journal.models import Entry
from heartwork.once import middleware
from heartwork.once.models import Answered
from heartwork.roster.models import Strength
from heartwork.teams.actions import promise
from heartwork.testing.people import DAY

pytestmark = pytest.mark.data
KEY, OTHER = "a" * 22, "b" * 22


@pytest.fixture
def ruth(client, district):
    client.force_login(district.ruth)
    return client


@pytest.fixture
def address(district):
    return f"/students/{district.maya.public_id}/strengths/"


def urlencoded(client, address, text, key, **headers):
    """As a browser sends a form."""
    form = f"text={text}&once={key}"
    return client.post(address, form, content_type="application/x-www-form-urlencoded", headers=headers)


def texts():
    return sorted(each.text for each in Strength.objects.all())


def test_a_form_sent_twice_acts_once_and_is_answered_alike(ruth, address):
    first, again = (urlencoded(ruth, address, "She reads to her brother.", KEY) for _ in range(2))
    assert (first.status_code, first["Location"]) == (again.status_code, again["Location"])
    assert first.status_code == 302
    assert texts() == ["She reads to her brother."]
    assert Entry.objects.filter(verb="strength.noted").count() == 1


def test_a_key_may_come_as_a_header(ruth, address):
    for _ in range(2):
        urlencoded(ruth, address, "Kind", "", **{"Idempotency-Key": KEY})
    assert texts() == ["Kind"]


def test_without_a_key_each_request_acts(ruth, address):
    for _ in range(2):
        urlencoded(ruth, address, "Kind", "")
    assert texts() == ["Kind", "Kind"]


def test_other_words_or_another_form_are_another_request(ruth, address):
    for text, key in (("One", KEY), ("Two", KEY), ("One", OTHER), ("One", KEY)):
        urlencoded(ruth, address, text, key)
    assert texts() == ["One", "One", "Two"]


def test_another_person_with_the_same_key_is_another_request(client, district, address):
    for person in (district.ruth, district.tomas):
        client.force_login(person)
        assert urlencoded(client, address, "Kind", KEY).status_code == 302
    assert texts() == ["Kind", "Kind"]


def test_what_was_refused_may_be_sent_again(ruth, address):
    assert urlencoded(ruth, "/students/00000000-0000-0000-0000-000000000000/strengths/", "Kind", KEY).status_code == 404
    assert not Answered.objects.exists()


def test_what_broke_leaves_nothing_and_may_be_sent_again(ruth, address, monkeypatch):
    ruth.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("heartwork.pages.views.redirect", lambda *args, **more: 1 / 0)
        assert urlencoded(ruth, address, "Kind", KEY).status_code == 500
    assert texts() == []
    assert not Answered.objects.exists()
    assert urlencoded(ruth, address, "Kind", KEY).status_code == 302
    assert texts() == ["Kind"]


def test_what_was_typed_is_not_in_the_table(ruth, address):
    urlencoded(ruth, address, "canary-words", KEY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM once_answered")
        assert "canary" not in repr(cursor.fetchall())


def test_every_form_carries_a_key_of_its_own(ruth, district):
    promised = promise(district.ruth, what="Ask her about the bus", owner=district.ruth, due_on=DAY)
    page = ruth.get(f"/follow-ups/{promised.public_id}/").content.decode()
    keys = [part.split('"')[0] for part in page.split('name="once" value="')[1:]]
    assert len(keys) > 1
    assert len(set(keys)) == len(keys) == page.count("csrfmiddlewaretoken")
    assert all(middleware.WELL_FORMED.fullmatch(key) for key in keys)


@pytest.mark.parametrize("key", ["", "short", "a" * 65, "a b" * 8, "<script>alert(1)</script>"])
def test_what_is_no_key_is_none(ruth, address, key):
    for _ in range(2):
        urlencoded(ruth, address, "Kind", key)
    assert texts() == ["Kind", "Kind"]
    assert not Answered.objects.exists()
