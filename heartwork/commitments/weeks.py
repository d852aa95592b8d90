"""Weeks, called by their Mondays."""

import datetime


def monday(day: datetime.date) -> datetime.date:
    """The Monday of the day's week.

    >>> monday(datetime.date(2026, 2, 24))
    datetime.date(2026, 2, 23)
    """
    return day - datetime.timedelta(days=day.weekday())
