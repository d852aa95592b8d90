"""What is older than its period goes, and nothing else."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from heartwork.checkins.models import CheckIn
from heartwork.journal import chain
from heartwork.journal.actions import note
from heartwork.journal.models import Entry
from heartwork.privacy import actions, queries
from heartwork.privacy.retention import SWEEPS, months_before
from heartwork.records.models import Absence
from heartwork.testing.people import DAY

pytestmark = pytest.mark.data


@pytest.fixture
def old(district):
    """A check-in of last week and one of three years ago, and an absence of as long ago."""
    for days in (7, 3 * 365):
        day = DAY - datetime.timedelta(days=days)
        CheckIn.objects.create(student=district.maya, week=day, mood=3)
    Absence.objects.create(student=district.maya, date=day, code="A")
    return district


def counts(gone):
    return {each.kind: each.count for each in gone if each.count}


def test_the_same_day_some_months_earlier():
    assert months_before(datetime.date(2026, 2, 24), 24) == datetime.date(2024, 2, 24)
    assert months_before(datetime.date(2026, 3, 31), 1) == datetime.date(2026, 2, 28)


def test_a_dry_run_says_what_would_go_and_leaves_it(old):
    assert counts(actions.retain(dry_run=True)) == {"checkins": 1}
    assert CheckIn.objects.count() == 2
    assert not Entry.objects.filter(verb="retention.done").exists()


def test_what_is_older_than_its_period_goes_and_the_journal_says_how_much(old):
    assert counts(actions.retain()) == {"checkins": 1}
    assert CheckIn.objects.count() == 1
    assert Absence.objects.count() == 1
    assert Entry.objects.get(verb="retention.done").detail == {"kind": "checkins", "before": "2024-02-24", "count": 1}
    assert counts(actions.retain()) == {}


def test_a_district_that_keeps_absences_a_year_lets_older_ones_go(client, old):
    client.force_login(old.dana)
    months = queries.months_kept() | {"attendance": 12}
    assert client.post(reverse("retention"), months).status_code == 302
    assert counts(actions.retain()) == {"checkins": 1, "attendance": 1}
    assert Entry.objects.get(verb="retention.changed").detail == {"kind": "attendance", "months": [84, 12]}


def test_a_period_outside_its_limits_is_not_taken(client, old):
    client.force_login(old.dana)
    said = client.post(reverse("retention"), queries.months_kept() | {"checkins": 240}).content.decode()
    assert "From 1 to 36 months." in said
    assert queries.months_kept()["checkins"] == 24


def test_the_page_says_how_long_and_counts_when_asked(client, old):
    client.force_login(old.sam)
    said = client.get(reverse("retention")).content.decode()
    assert "24 months" in said
    assert "not counted yet" in said
    assert "Change how long" not in said
    assert "not counted yet" not in client.get(reverse("retention"), {"look": "yes"}).content.decode()


def test_the_journal_lets_its_oldest_go_and_still_holds(district):
    note(district.dana, "student.seen", district.maya)
    chain.link_waiting()
    with time_machine.travel(datetime.datetime(2029, 6, 1, tzinfo=datetime.UTC), tick=False):
        note(district.dana, "student.seen", district.eli)
        chain.link_waiting()
        assert counts(actions.retain())["journal"] == 1
        chain.link_waiting()
        assert chain.verify().breaks == []


def test_every_period_lies_inside_its_limits():
    assert all(sweep.least <= sweep.months <= sweep.most for sweep in SWEEPS.values())
    assert SWEEPS["journal"].least == 36
