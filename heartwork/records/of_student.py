"""What the records say of one student. Whoever asks has made sure that the viewer reaches them."""

import datetime
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Q

from heartwork.records.models import Absence, Referral, SchoolDay, Screening
from heartwork.roster.models import AcademicSession, Enrollment, Student, on_day


@dataclass(frozen=True)
class Attendance:
    """Days at school of days in session, from when the student came this year up to a day; and days begun late."""

    present: int
    in_session: int
    late: int


@dataclass(frozen=True)
class Records:
    """A student's records of one school year; what is None or empty is not on record, which is not the same as none."""

    since: datetime.date
    attendance: Attendance | None
    screenings: list[Screening]
    referrals: list[Referral]
    older: list[Referral] = field(default_factory=list)


def school_year(day: datetime.date) -> datetime.date:
    """The first day of the school year of `day`: as the roster says, or else the last first of August. One query."""
    years = AcademicSession.objects.filter(on_day(day), kind="schoolYear", ended_on=None)
    first = years.order_by("-begin").values_list("begin", flat=True).first()
    return first or datetime.date(day.year if day.month >= 8 else day.year - 1, 8, 1)


def records_of(student: Student, day: datetime.date, *, with_older: bool = False) -> Records:
    """Attendance and referrals of this school year, and the latest score of each screener. Six queries, or seven.

    with_older: also the referrals of years before, which a viewer asks for on purpose.
    """
    since = school_year(day)
    older = student.referrals.filter(date__lt=since).order_by("-date", "-pk") if with_older else []
    return Records(
        since,
        _attendance(student, since, day),
        _latest_screenings(student, day),
        list(student.referrals.filter(date__gte=since, date__lte=day).order_by("-date", "-pk")),
        list(older),
    )


def _latest_screenings(student: Student, day: datetime.date) -> list[Screening]:
    """The latest score of each screener up to the day, the newest first: the rule of `latest_screenings` for one."""
    rows = list(student.screenings.filter(date__lte=day).order_by("-date", "screener"))
    latest = {each.screener: each.date for each in reversed(rows)}
    return [each for each in rows if each.date == latest[each.screener]]


def _attendance(student: Student, since: datetime.date, day: datetime.date) -> Attendance | None:
    """None where the calendar has no day that the student could have attended."""
    came = Enrollment.objects.filter(Q(end=None) | Q(end__gte=since), student=student, section=None)
    begins = list(came.values_list("begin", flat=True))
    first = max(since, min((begin for begin in begins if begin), default=since)) if None not in begins else since
    days = SchoolDay.objects.filter(in_session=True, date__gte=first, date__lte=day)
    in_session = set(days.values_list("date", flat=True)) if begins else set()
    if not in_session:
        return None
    codes = Absence.objects.filter(student=student, date__gte=first, date__lte=day).values_list("date", "code")
    counts = Counter(code for date, code in codes if date in in_session)
    return Attendance(len(in_session) - counts["A"], len(in_session), counts["T"])
