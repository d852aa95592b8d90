"""Weeks are named by their Monday."""

import datetime
from collections.abc import Iterator, Sequence
from functools import lru_cache

from django.utils.translation import gettext_noop as _

from heartwork.roster.imports.columns import WARN, Note
from heartwork.roster.imports.kinds import Check, Rows
from heartwork.roster.imports.work import Work

NOT_A_MONDAY = Note(WARN, _("A week begins on its Monday; the Monday of that week was taken."))


@lru_cache(maxsize=20_000)
def monday(day: str | None) -> str | None:
    """The Monday of the week in which a day lies, both written year-month-day.

    >>> monday("2025-09-10")
    '2025-09-08'
    """
    if not day:
        return None
    date = datetime.date.fromisoformat(day)
    return (date - datetime.timedelta(days=date.weekday())).isoformat()


def mondays(days: Sequence[str | None]) -> list[str | None]:
    """The Monday of each day's week."""
    return list(map(monday, days))


def starts_on_monday(column: str) -> Check:
    """A check: the day that names a week is a Monday."""

    def check(rows: Rows, work: Work) -> Iterator[tuple[int, str, Note]]:
        days = rows[column]
        odd = {day for day in set(days) if day and monday(day) != day}
        if odd:
            for place, day in enumerate(days):
                if day in odd:
                    yield place, column, NOT_A_MONDAY

    return check
