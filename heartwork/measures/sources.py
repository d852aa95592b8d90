"""Where values come from: typed in, imported, or counted from the records that the district keeps anyway.

A source that counts gives rows by school, and by school and attribute, for each period; a later room adds a source of
its own by `add_source`.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heartwork.measures.calendar import monday
from heartwork.measures.models import EVERYONE, Measure
from heartwork.measures.places import KINDS
from heartwork.records.models import Absence, Referral, SchoolDay, Screening
from heartwork.roster.models import Enrollment


class Counted(NamedTuple):
    """One value, counted: of a school and a group in a period."""

    school: int
    kind: str
    group: str
    period: datetime.date
    numerator: float
    denominator: float


@dataclass(frozen=True)
class Source:
    """A way to count: what a measure of it is called, what its values are, and the rows since a day."""

    code: str
    name: str | Promise
    data: str
    direction: str
    numerator: str | Promise
    denominator: str | Promise
    per_student: int
    count: Callable[[datetime.date, datetime.date], Iterable[Counted]]


SOURCES: dict[str, Source] = {}


def add_source(source: Source) -> None:
    """From now on a measure can be counted this way."""
    SOURCES[source.code] = source


Key = tuple[int, str, str]  # school, kind, group


def _group(attribute_kind: str | None, code: str | None, label: str | None) -> tuple[str, str]:
    if code is None:
        return EVERYONE, EVERYONE
    return ("raceEthnicity", label or code) if attribute_kind == "race_ethnicity" else (KINDS.get(code, code), "true")


ATTRIBUTE = ("attribute__kind", "attribute__code", "attribute__label")


def _by_group(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Records with a `student` and a `date`, once for each attribute that the student had on that day."""
    at = "student__attributes__"
    since = Q(**{f"{at}begin": None}) | Q(**{f"{at}begin__lte": F("date")})
    until = Q(**{f"{at}end": None}) | Q(**{f"{at}end__gte": F("date")})
    return rows.filter(since & until, **{f"{at}isnull": False})


def _enrolled(days: list[datetime.date]) -> dict[Key, dict[datetime.date, int]]:
    """How many students are enrolled on each of the days, by school and group. Two queries, whatever the size.

    Students with the same first and last day are counted by the database; the days are then worked out here.
    """
    rows = Enrollment.objects.filter(section=None).order_by()
    everyone = rows.values_list("school", "begin", "end").annotate(n=Count("student", distinct=True))
    of = [f"student__attributes__{name}" for name in ("begin", "end", *ATTRIBUTE)]
    grouped = rows.filter(student__attributes__isnull=False).values_list("school", "begin", "end", *of)
    found: dict[Key, dict[datetime.date, int]] = defaultdict(Counter)
    stretches = [(school, begin, end, None, None, None, None, None, n) for school, begin, end, n in everyone]
    stretches += list(grouped.annotate(n=Count("student", distinct=True)))
    for school, begin, end, since, until, *attribute, n in stretches:
        key = (school, *_group(*attribute))
        first = max(filter(None, (begin, since)), default=datetime.date.min)
        last = min(filter(None, (end, until)), default=datetime.date.max)
        for day in days:
            if first <= day <= last:
                found[key][day] += n
    return found


def _days(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    rows = SchoolDay.objects.filter(in_session=True, date__gte=first, date__lte=last)
    return list(rows.order_by("date").values_list("date", flat=True))


def days_attended(first: datetime.date, last: datetime.date) -> Iterator[Counted]:
    """Days on which students were there, of days they were enrolled, by week. Five queries.

    A day without any absence in the whole district was not reported, and is left out: it is not a full house.
    """
    rows = Absence.objects.filter(code="A", date__gte=first, date__lte=last, school__isnull=False).order_by()
    everyone = rows.values_list("school", "date").annotate(n=Count("pk"))
    of = [f"student__attributes__{name}" for name in ATTRIBUTE]
    grouped = _by_group(rows).values_list("school", "date", *of).annotate(n=Count("pk"))
    missed: dict[Key, Counter[datetime.date]] = defaultdict(Counter)
    reported: set[datetime.date] = set()
    for school, date, n in everyone:
        missed[school, EVERYONE, EVERYONE][date] += n
        reported.add(date)
    for school, date, *attribute, n in grouped:
        missed[(school, *_group(*attribute))][date] += n
    days = [day for day in _days(first, last) if day in reported]
    for key, enrolled in _enrolled(days).items():
        there: Counter[datetime.date] = Counter()
        could: Counter[datetime.date] = Counter()
        for day, n in enrolled.items():
            could[monday(day)] += n
            there[monday(day)] += max(0, n - missed[key][day])
        for week, n in could.items():
            if n:
                yield Counted(*key, week, there[week], n)


def referrals(first: datetime.date, last: datetime.date) -> Iterator[Counted]:
    """Office referrals, over the students enrolled on the last day of school of the week. Five queries."""
    rows = Referral.objects.filter(date__gte=first, date__lte=last, school__isnull=False).order_by()
    of = [f"student__attributes__{name}" for name in ATTRIBUTE]
    grouped = _by_group(rows).values_list("school", "date", *of).annotate(n=Count("pk"))
    events: dict[Key, Counter[datetime.date]] = defaultdict(Counter)
    for school, date, n in rows.values_list("school", "date").annotate(n=Count("pk")):
        events[school, EVERYONE, EVERYONE][monday(date)] += n
    for school, date, *attribute, n in grouped:
        events[(school, *_group(*attribute))][monday(date)] += n
    last_days = {monday(day): day for day in _days(first, last)}
    for key, enrolled in _enrolled(list(last_days.values())).items():
        for week, day in last_days.items():
            if enrolled[day]:
                yield Counted(*key, week, events[key][week], enrolled[day])


def screened_above(first: datetime.date, last: datetime.date) -> Iterator[Counted]:
    """Students whose screening score reached the Tier 2 line, of those screened that week. Two queries."""
    at_school = Q(student__enrollments__section=None)
    at_school &= Q(student__enrollments__begin=None) | Q(student__enrollments__begin__lte=F("date"))
    at_school &= Q(student__enrollments__end=None) | Q(student__enrollments__end__gte=F("date"))
    rows = Screening.objects.filter(at_school, date__gte=first, date__lte=last, tier2_cut__isnull=False).order_by()
    above = Count("student", distinct=True, filter=Q(score__gte=F("tier2_cut")))
    columns = ("student__enrollments__school", "date")
    of = [f"student__attributes__{name}" for name in ATTRIBUTE]
    everyone = rows.values_list(*columns).annotate(above=above, n=Count("student", distinct=True))
    grouped = _by_group(rows).values_list(*columns, *of)
    part: Counter[tuple[Key, datetime.date]] = Counter()
    whole: Counter[tuple[Key, datetime.date]] = Counter()
    for school, date, *attribute, reached, n in [
        *((school, date, None, None, None, reached, n) for school, date, reached, n in everyone),
        *grouped.annotate(above=above, n=Count("student", distinct=True)),
    ]:
        key = ((school, *_group(*attribute)), monday(date))
        part[key] += reached
        whole[key] += n
    for (key_, week), n in whole.items():
        yield Counted(*key_, week, part[key_, week], n)


def on_record(measure: Measure) -> tuple[datetime.date, datetime.date] | None:
    """The first and last day of the records that a source counts; None where there are none. One query."""
    model = {"attendance": Absence, "referrals": Referral, "screening": Screening}.get(measure.source)
    if model is None:
        return None
    found = model.objects.aggregate(first=Min("date"), last=Max("date"))  # type: ignore[attr-defined]
    return (found["first"], found["last"]) if found["first"] else None


for _source in (
    Source(
        "attendance",
        _("Days attended"),
        Measure.Data.PROPORTION,
        Measure.Direction.UP,
        _("days on which students were there"),
        _("days on which they were enrolled"),
        5,
        days_attended,
    ),
    Source(
        "referrals",
        _("Office referrals"),
        Measure.Data.RATE,
        Measure.Direction.DOWN,
        _("office referrals"),
        _("students enrolled"),
        1,
        referrals,
    ),
    Source(
        "screening",
        _("Screened at or above the Tier 2 line"),
        Measure.Data.PROPORTION,
        Measure.Direction.DOWN,
        _("students whose score reached the Tier 2 line"),
        _("students screened"),
        1,
        screened_above,
    ),
):
    add_source(_source)
