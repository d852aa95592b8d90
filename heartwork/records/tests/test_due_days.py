"""The calendar says which days do not count when a family waits for an answer."""

import datetime

import pytest

from heartwork.privacy.due import due_on
from heartwork.records.models import SchoolDay
from heartwork.testing.people import DAY

pytestmark = pytest.mark.data


def test_days_that_the_calendar_names_as_closed_do_not_count(district):
    SchoolDay.objects.create(date=datetime.date(2026, 3, 2), week=datetime.date(2026, 3, 2), in_session=False)
    SchoolDay.objects.create(date=datetime.date(2026, 3, 3), week=datetime.date(2026, 3, 2), in_session=True)
    assert due_on(DAY) == datetime.date(2026, 3, 11)
