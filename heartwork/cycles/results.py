"""What was seen since a cycle began, set against what was predicted; as deep as each reader may see it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Min
from django.utils import timezone

from heartwork.analysis.points import Point
from heartwork.cycles.models import Cycle, Prediction
from heartwork.measures import hiding, series
from heartwork.measures.calendar import monday
from heartwork.measures.models import Measure
from heartwork.measures.places import ALL, Place
from heartwork.roster import queries as roster
from heartwork.roster.models import Organization, StaffMember
from heartwork.teams import queries as teams

LEAST_WEEKS = 3  # fewer say little: one odd week is a third of them
WEEKS_BEFORE = 6  # shown beside a prediction that is being written
Outcome = Prediction.Outcome


@dataclass(frozen=True)
class Value:
    """What was counted in one period, or in a few joined ones, which bear the name of their first."""

    period: datetime.date
    numerator: float
    denominator: float


def values(viewer: StaffMember, measure: Measure, school: Organization | None = None) -> tuple[list[Value], bool]:
    """The measure's values where it is counted, or at one school, as the viewer may see them; and whether none may be.

    Up to five queries.
    """
    place = Place(measure.school, measure.section) if measure.school else Place(school)
    found = series.seen(viewer, measure, place)[ALL]
    return [value for point in found.points if (value := _value(point))], found.is_hidden


def _value(point: Point) -> Value | None:
    """A point as a part of a whole; None where nothing was measured."""
    assert isinstance(point.label, datetime.date)
    if point.numerator is not None and point.denominator:
        return Value(point.label, point.numerator, point.denominator)
    return None if point.value is None else Value(point.label, point.value, 1.0)


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
    found: list[Value], measure: Measure, begin: datetime.date, end: datetime.date, blind: dict[int, datetime.date]
) -> list[Value]:
    """The values between two days that may be looked at: none from a day on for which a prediction is still owed."""
    hides = blind.get(measure.pk)
    last = end if hides is None else min(end, first_period(measure, hides) - datetime.timedelta(1))
    return [value for value in found if begin <= value.period <= last]


@dataclass(frozen=True)
class Result:
    """One prediction with what has been seen so far."""

    prediction: Prediction
    weeks: list[Value] = field(default_factory=list)
    before: list[Value] = field(default_factory=list)
    is_kept_back: bool = False  # a prediction is owed, so nothing after the first day is shown
    is_hidden: bool = False  # too few people stand behind it for this reader
    may_be_told: bool = False  # enough people stand behind it for everyone who reads the cycle

    @property
    def seen(self) -> float | None:
        """The level over all weeks, as drawn; None without any."""
        return level(self.prediction.measure, self.weeks)

    @property
    def was(self) -> float | None:
        """The level before the cycle, as drawn."""
        return level(self.prediction.measure, self.before)

    @property
    def last(self) -> float | None:
        """The last week, as drawn."""
        return level(self.prediction.measure, self.weeks[-1:])

    @property
    def count(self) -> int:
        """From how many weeks there are values."""
        return len({monday(week.period) for week in self.weeks})

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


def level(measure: Measure, weeks: Sequence[Value]) -> float | None:
    """The level of some values, as drawn: of shares and rates all of the part over all of the whole, else the mean.

    None without any.
    """
    if not weeks:
        return None
    part = sum(week.numerator for week in weeks)
    if measure.is_over_people:
        return measure.scale * part / sum(week.denominator for week in weeks)
    return part / len(weeks)


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
    """Each prediction of a cycle with its weeks. Two queries, and up to five for each measure.

    Of a cycle that has not begun, what is not yet predicted is kept back from everyone who reads it.
    """
    blind = blind_from(viewer)
    for each in predictions:
        if not cycle.begun_at and not each.is_written:
            blind[each.measure_id] = min(cycle.begin, blind.get(each.measure_id, cycle.begin))
    last = cycle.ended_on or day or timezone.localdate()
    minimum = roster.district().minimum_group
    found = []
    for each in predictions:
        begin = first_period(each.measure, cycle.begin)
        every, is_hidden = values(viewer, each.measure, each.school)
        seen = values_since(every, each.measure, begin - datetime.timedelta(weeks=WEEKS_BEFORE), last, blind)
        weeks = [week for week in seen if week.period >= begin] if cycle.begun_at else []
        people = minimum * hiding.per_student(each.measure) if each.measure.is_over_people else 0
        found.append(
            Result(
                each,
                weeks=weeks,
                before=[week for week in seen if week.period < begin],
                is_kept_back=each.measure_id in blind and blind[each.measure_id] <= last,
                is_hidden=is_hidden,
                may_be_told=sum(week.denominator for week in weeks) >= people,
            )
        )
    return found
