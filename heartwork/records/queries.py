"""Questions about what other systems record; whoever asks has already narrowed the students to those they reach."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from heartwork.records.models import SchoolDay, Screening


@dataclass(frozen=True)
class Distance:
    """How far a student's latest score lies from the Tier 2 line: above it is more than zero, and means more need."""

    screener: str
    date: datetime.date
    score: float
    line: float

    @property
    def points(self) -> float:
        """Points above the line; below it, less than zero."""
        return self.score - self.line

    @property
    def below(self) -> float:
        """Points below the line."""
        return self.line - self.score


def closed_days(begin: datetime.date, end: datetime.date) -> set[datetime.date]:
    """The days between these, both included, on which the calendar says that there is no school. One query."""
    rows = SchoolDay.objects.filter(date__gte=begin, date__lte=end, in_session=False)
    return set(rows.values_list("date", flat=True))


def latest_screenings(day: datetime.date) -> QuerySet[Screening]:
    """The screenings up to `day` that no later one of the same student by the same screener replaces."""
    later = Screening.objects.filter(
        student=OuterRef("student"), screener=OuterRef("screener"), date__gt=OuterRef("date"), date__lte=day
    )
    return Screening.objects.filter(~Exists(later), date__lte=day)


def distances(students: Iterable[int], day: datetime.date) -> dict[int, list[Distance]]:
    """How far each of the students is from the Tier 2 line, by pk; nothing for who was not screened. One query."""
    found: dict[int, list[Distance]] = defaultdict(list)
    rows = latest_screenings(day).filter(student__in=list(students), tier2_cut__isnull=False)
    for row in rows.order_by("screener", "pk"):
        found[row.student_id].append(Distance(row.screener, row.date, row.score, row.tier2_cut or 0.0))
    return dict(found)
