"""What was seen since a cycle began, set against what was predicted.

A cycle is read by people who see no student, so a week in which too few are counted is hidden from everyone here.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Min, Sum
from django.utils import timezone

from heartwork.cycles.models import Cycle, Prediction
from heartwork.measures.models import EVERYONE, DataPoint, Measure
from heartwork.roster import queries as roster
from heartwork.roster.models import Organization, StaffMember
from heartwork.teams import queries as teams

LEAST_WEEKS = 3  # fewer say little: one odd week is a third of them
WEEKS_BEFORE = 6  # shown beside a prediction that is being written
Outcome = Prediction.Outcome


@dataclass(frozen=True)
class Value:
    """What was counted in one period, at all the places asked for; hidden where too few people stand behind it."""

    period: datetime.date
    numerator: float
    denominator: float
    is_hidden: bool = False


def values(
    viewer: StaffMember,
    measure: Measure,
    begin: datetime.date | None,
    end: datetime.date | None,
    school: Organization | None = None,
) -> list[Value]:
    """The measure's current values of whole schools, oldest first, added up over the schools. One query."""
    rows = DataPoint.objects.filter(measure=measure, section=None, subgroup=EVERYONE, superseded_at=None)
    if school:
        rows = rows.filter(school=school)
    if begin:
        rows = rows.filter(period__gte=begin)
    if end:
        rows = rows.filter(period__lte=end)
    sums = rows.order_by("period").values_list("period")
    found = sums.annotate(Sum("numerator"), Sum("denominator"), Min("denominator"))
    fewest = roster.district().minimum_group * (measure.per_student or 1) if measure.scale > 1 else 0
    return [Value(period, part, whole, least < fewest) for period, part, whole, least in found]


def blind_from(viewer: StaffMember) -> dict[int, datetime.date]:
    """From which day on the viewer's teams have kept themselves from looking, by the measure's pk. One query.

    A cycle that is planned waits for its predictions: what comes after its first day would no longer be predicted.
    """
    waiting = Prediction.objects.filter(
        written_at=None,
        cycle__begun_at=None,
        cycle__idea__problem__closed_on=None,
        cycle__idea__problem__team__in=teams.my_teams(viewer),
    )
    return dict(waiting.order_by().values_list("measure").annotate(Min("cycle__begin")))


def values_since(
    viewer: StaffMember,
    measure: Measure,
    begin: datetime.date | None,
    end: datetime.date | None,
    *,
    school: Organization | None = None,
    blind: dict[int, datetime.date],
) -> list[Value]:
    """The values between two days that may be looked at: none from a day on for which a prediction is still owed."""
    found = values(viewer, measure, begin, end, school)
    hides = blind.get(measure.pk)
    return [value for value in found if hides is None or value.period < first_period(measure, hides)]


@dataclass(frozen=True)
class Result:
    """One prediction with what has been seen so far."""

    prediction: Prediction
    weeks: list[Value] = field(default_factory=list)
    before: list[Value] = field(default_factory=list)
    is_kept_back: bool = False  # a prediction is owed, so nothing after the first day is shown

    @property
    def seen(self) -> float | None:
        """The level over all weeks that may be shown, as drawn; None without any."""
        return level(self.prediction.measure, self.weeks)

    @property
    def was(self) -> float | None:
        """The level before the cycle, as drawn."""
        return level(self.prediction.measure, self.before)

    @property
    def last(self) -> float | None:
        """The last week that may be shown, as drawn."""
        shown = [week for week in self.weeks if not week.is_hidden]
        return level(self.prediction.measure, shown[-1:])

    @property
    def count(self) -> int:
        """From how many weeks there are values that may be shown."""
        return len({monday(week.period) for week in self.weeks if not week.is_hidden})

    @property
    def hidden(self) -> int:
        """How many values are hidden to protect privacy."""
        return sum(week.is_hidden for week in self.weeks)

    @property
    def least(self) -> int:
        """How many weeks it takes to tell."""
        return LEAST_WEEKS

    @property
    def outcome(self) -> str:
        """What was seen beside what was predicted; once the team has decided, what it decided upon."""
        return self.prediction.outcome or compare(self.prediction, self.seen, self.count)

    @property
    def outcome_words(self) -> str:
        """The same in words."""
        return str(Outcome(self.outcome).label)

    @property
    def is_wrong(self) -> bool:
        """Whether something else was seen than predicted."""
        return self.outcome in (Outcome.HIGHER, Outcome.LOWER)


def monday(day: datetime.date) -> datetime.date:
    """The Monday of a day's week.

    >>> monday(datetime.date(2026, 2, 26))
    datetime.date(2026, 2, 23)
    """
    return day - datetime.timedelta(day.weekday())


def level(measure: Measure, weeks: Sequence[Value]) -> float | None:
    """The level of some values, as drawn: of shares and rates all of the part over all of the whole, else the mean.

    Hidden values are left out; None without any.
    """
    shown = [week for week in weeks if not week.is_hidden]
    if not shown:
        return None
    part = sum(week.numerator for week in shown)
    if measure.scale > 1:
        return measure.scale * part / sum(week.denominator for week in shown)
    return part / len(shown)


def compare(prediction: Prediction, seen: float | None, weeks: int) -> str:
    """What was seen beside what was predicted, compared as the page writes it: to one decimal."""
    if seen is None or weeks < LEAST_WEEKS or not prediction.is_written:
        return Outcome.TOO_EARLY
    seen = round(seen, 1)
    if prediction.high is not None and seen > round(prediction.high, 1):
        return Outcome.HIGHER
    if prediction.low is not None and seen < round(prediction.low, 1):
        return Outcome.LOWER
    return Outcome.AS_PREDICTED


def first_period(measure: Measure, begin: datetime.date) -> datetime.date:
    """The first period that a cycle beginning on `begin` bears on: that day, or the Monday of its week."""
    return begin if measure.cadence == Measure.Cadence.DAY else monday(begin)


def results(
    viewer: StaffMember, cycle: Cycle, predictions: Sequence[Prediction], day: datetime.date | None = None
) -> list[Result]:
    """Each prediction of a cycle with its weeks. Two queries for each measure, and one.

    Of a cycle that has not begun, what is not yet predicted is kept back from everyone who reads it.
    """
    blind = blind_from(viewer)
    for each in predictions:
        if not cycle.begun_at and not each.is_written:
            blind[each.measure_id] = min(cycle.begin, blind.get(each.measure_id, cycle.begin))
    last = cycle.ended_on or day or timezone.localdate()
    found = []
    for each in predictions:
        begin = first_period(each.measure, cycle.begin)
        earliest = begin - datetime.timedelta(weeks=WEEKS_BEFORE)
        weeks = values_since(viewer, each.measure, earliest, last, school=each.school, blind=blind)
        found.append(
            Result(
                each,
                weeks=[week for week in weeks if week.period >= begin] if cycle.begun_at else [],
                before=[week for week in weeks if week.period < begin],
                is_kept_back=each.measure_id in blind and blind[each.measure_id] <= last,
            )
        )
    return found
