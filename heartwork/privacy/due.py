"""By which day a request is answered: business days, counted by the calendar where it is known."""

import datetime
from collections.abc import Callable

BUSINESS_DAYS = 10  # RCW 28A.605.005; FERPA alone gives 45 days (34 CFR 99.10)

ClosedDays = Callable[[datetime.date, datetime.date], set[datetime.date]]


def _none_known(begin: datetime.date, end: datetime.date) -> set[datetime.date]:
    return set()


_closed_days: list[ClosedDays] = [_none_known]


def count_by(closed_days: ClosedDays) -> None:
    """A later room knows on which days the district is closed."""
    _closed_days[0] = closed_days


def due_on(asked_on: datetime.date, days: int = BUSINESS_DAYS) -> datetime.date:
    """The last of `days` business days after the day of asking.

    Saturdays and Sundays do not count, nor weekdays that the calendar names as closed. A day that the calendar does not
    name at all counts: in a summer that nobody entered, the family still gets its answer.

    >>> due_on(datetime.date(2026, 2, 24))
    datetime.date(2026, 3, 10)
    """
    closed = _closed_days[0](asked_on, asked_on + datetime.timedelta(days=7 * days))
    day = asked_on
    while days:
        day += datetime.timedelta(days=1)
        if day.weekday() < 5 and day not in closed:
            days -= 1
    return day
