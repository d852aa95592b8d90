"""The periods in which a value is due: weeks or days of school. A holiday is a gap, never a zero."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from heartwork.measures.models import Measure
from heartwork.records.models import SchoolDay

USUAL = {  # from one period to the next, weekends and holidays of a single week aside
    Measure.Cadence.WEEK: datetime.timedelta(days=7),
    Measure.Cadence.DAY: datetime.timedelta(days=4),
    Measure.Cadence.YEAR: datetime.timedelta(days=366),
}


@dataclass(frozen=True)
class Gap:
    """A stretch without school, between the last period before it and the first after it."""

    after: datetime.date
    before: datetime.date


def monday(day: datetime.date) -> datetime.date:
    """The Monday of a day's week."""
    return day - datetime.timedelta(days=day.weekday())


def period_of(cadence: str, day: datetime.date) -> datetime.date:
    """The period that a day lies in: itself, its week's Monday, or the first of September before it."""
    if cadence == Measure.Cadence.YEAR:
        return datetime.date(day.year if day.month >= 8 else day.year - 1, 9, 1)
    return day if cadence == Measure.Cadence.DAY else monday(day)


def periods(cadence: str, first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """The periods with school from first to last, ascending; none where the calendar says nothing. One query."""
    if cadence == Measure.Cadence.YEAR:
        return [datetime.date(year, 9, 1) for year in range(first.year, last.year + 1)]
    days = SchoolDay.objects.filter(in_session=True, date__gte=first, date__lt=last + USUAL[Measure.Cadence.WEEK])
    column = "date" if cadence == Measure.Cadence.DAY else "week"
    found = days.order_by(column).values_list(column, flat=True).distinct()
    return [day for day in found if first <= day <= last]


def gaps(cadence: str, labels: Sequence[datetime.date]) -> list[Gap]:
    """Where there was no school for longer than from one period to the next, weekends aside."""
    usual = USUAL[Measure.Cadence(cadence)]
    return [Gap(one, other) for one, other in pairwise(labels) if other - one > usual]
