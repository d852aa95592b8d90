"""The days on which clocks change, the leap day, the end of the school year: no day is missing, none counts twice."""

import datetime
import zoneinfo

import pytest
import time_machine
from django.utils import timezone

from heartwork.journal.actions import note
from heartwork.journal.models import Entry
from heartwork.measures.calendar import monday, period_of
from heartwork.measures.models import Measure
from heartwork.roster import access
from heartwork.roster.models import Assignment

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
QUARTER = datetime.timedelta(minutes=15)
DAYS = [  # and how many hours each has
    (datetime.date(2026, 3, 8), 23),
    (datetime.date(2026, 11, 1), 25),
    (datetime.date(2028, 2, 29), 24),
    (datetime.date(2026, 6, 30), 24),
    (datetime.date(2026, 12, 31), 24),
]


def midnight(day):
    return datetime.datetime.combine(day, datetime.time(0), ZONE).astimezone(datetime.UTC)


def moments(day):
    """Every quarter of an hour from the noon before to the noon behind, as the world counts."""
    moment, end = midnight(day) - 48 * QUARTER, midnight(day + datetime.timedelta(days=1)) + 48 * QUARTER
    while moment < end:
        yield moment
        moment += QUARTER


@pytest.mark.parametrize(("day", "hours"), DAYS)
def test_what_is_done_on_the_day_is_of_that_day_and_of_its_week(db, day, hours, told):
    days = []
    for moment in moments(day):
        with time_machine.travel(moment, tick=False):
            days.append(timezone.localdate())
            note(None, "fault.quarter")
    told(day=str(day), quarters=days.count(day))
    assert days == sorted(days)
    assert days.count(day) == hours * 4
    kept = Entry.objects.filter(verb="fault.quarter")
    assert kept.filter(at__date=day).count() == hours * 4
    assert kept.count() == len(days)
    assert list(kept.order_by("pk").values_list("at", flat=True)) == sorted(kept.values_list("at", flat=True))
    assert {monday(each) for each in days if each == day} == {day - datetime.timedelta(days=day.weekday())}
    assert period_of(Measure.Cadence.DAY, day) == day


@pytest.mark.parametrize(("day", "hours"), DAYS[:2])
def test_sight_ends_with_the_day_and_not_an_hour_before_or_after(district, day, hours):
    Assignment.objects.filter(staff=district.tomas).update(begin=day - datetime.timedelta(days=30), end=day)
    district.maya.enrollments.update(begin=day - datetime.timedelta(days=30), end=None)
    sees = []
    for moment in moments(day):
        with time_machine.travel(moment, tick=False):
            sees.append((moment, access.visible_to(district.tomas).filter(pk=district.maya.pk).exists()))
    last = midnight(day + datetime.timedelta(days=1))
    assert {seen for moment, seen in sees if moment < last} == {True}
    assert {seen for moment, seen in sees if moment >= last} == {False}


def test_a_clock_set_back_ends_no_lease_and_makes_no_second_backup(db, settings, tmp_path):
    from heartwork.config import scheduled
    from heartwork.config.working import beat_once, take_back

    settings.BACKUPS, settings.BACKUP_HOURS = tmp_path, 1
    now = datetime.datetime(2026, 11, 1, 9, 30, tzinfo=datetime.UTC)
    with time_machine.travel(now, tick=False):
        beat_once("worker")
        (tmp_path / now.strftime(scheduled.NAME)).touch()
    with time_machine.travel(now - datetime.timedelta(hours=2), tick=False):
        assert take_back(datetime.timedelta(seconds=60)) == 0
        assert not scheduled.is_due()
