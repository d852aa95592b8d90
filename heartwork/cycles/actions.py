"""Changes to problems, driver diagrams and cycles. All of them are the team's own, and nobody else's."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from heartwork.cycles import queries
from heartwork.cycles.models import ChangeIdea, Cycle, CycleNote, Driver, IntermediateOutcome, Prediction, Problem
from heartwork.cycles.results import results
from heartwork.journal.actions import note
from heartwork.measures.models import Measure
from heartwork.roster.models import Organization, StaffMember
from heartwork.supports.models import Support
from heartwork.teams.models import Team

State, Decision = Cycle.State, Cycle.Decision
AFTERWARDS = {
    Decision.ADOPT: ChangeIdea.State.ADOPTED,
    Decision.ADAPT: ChangeIdea.State.ADAPTED,
    Decision.WIDEN: ChangeIdea.State.TESTING,
    Decision.ABANDON: ChangeIdea.State.ABANDONED,
}


class NotNow(Exception):
    """What was asked does not follow from where things stand; the sentence says what comes first."""


def _require_may_change(actor: StaffMember, problem: Problem) -> None:
    if not queries.may_change(actor, problem):
        raise PermissionDenied("problem of another team, or closed")


def _next(rows: QuerySet[Any, Any]) -> int:
    """The position behind the last."""
    last: int | None = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


# -- a problem


@transaction.atomic
def open_problem(actor: StaffMember, *, team: Team, **said: Any) -> Problem:
    """The team begins to work on a problem. said: fields of `Problem`, and `measures`. Raises PermissionDenied."""
    if not queries.may_open(actor).filter(pk=team.pk).exists():
        raise PermissionDenied("not of this team")
    measures = said.pop("measures", [])
    problem = Problem.objects.create(team=team, opened_by=actor, opened_on=timezone.localdate(), **said)
    problem.measures.set(measures)
    note(actor, "problem.opened", problem)
    return problem


@transaction.atomic
def change_problem(actor: StaffMember, *, problem: Problem, **said: Any) -> None:
    """The problem in other words, or with another aim. Raises PermissionDenied."""
    _require_may_change(actor, problem)
    measures = said.pop("measures", None)
    for name, value in said.items():
        setattr(problem, name, value)
    problem.save()
    if measures is not None:
        problem.measures.set(measures)
    note(actor, "problem.changed", problem)


@transaction.atomic
def close_problem(actor: StaffMember, *, problem: Problem, because: str) -> None:
    """The team lays it down and says why. Raises PermissionDenied; NotNow while a cycle goes on."""
    _require_may_change(actor, problem)
    if Cycle.objects.filter(idea__problem=problem, begun_at__isnull=False, decided_at=None).exists():
        raise NotNow
    problem.closed_on, problem.closed_because = timezone.localdate(), because
    problem.save(update_fields=["closed_on", "closed_because"])
    note(actor, "problem.closed", problem)


@transaction.atomic
def add_outcome(
    actor: StaffMember, *, problem: Problem, text: str, measure: Measure | None = None
) -> IntermediateOutcome:
    """A mile marker on the way to the aim. Raises PermissionDenied."""
    _require_may_change(actor, problem)
    outcome = problem.outcomes.create(text=text, measure=measure, position=_next(problem.outcomes.all()))
    note(actor, "problem.changed", problem, outcome=outcome.pk)
    return outcome


@transaction.atomic
def remove_outcome(actor: StaffMember, *, problem: Problem, pk: int) -> None:
    """It is no mile marker after all. Raises PermissionDenied."""
    _require_may_change(actor, problem)
    problem.outcomes.filter(pk=pk).delete()
    note(actor, "problem.changed", problem, outcome=pk)


# -- the driver diagram


@transaction.atomic
def add_driver(
    actor: StaffMember, *, problem: Problem, text: str, parent: Driver | None = None, measures: Iterable[Measure] = ()
) -> Driver:
    """Something that moves the aim, or, with a parent, that moves what moves it. Raises PermissionDenied."""
    _require_may_change(actor, problem)
    if parent and (parent.problem_id != problem.pk or not parent.is_primary):
        raise PermissionDenied("driver of another problem, or too deep")
    siblings = problem.drivers.filter(parent=parent)
    driver = Driver.objects.create(problem=problem, parent=parent, text=text, position=_next(siblings))
    driver.measures.set(measures)
    note(actor, "diagram.changed", problem, driver=driver.pk)
    return driver


@transaction.atomic
def change_driver(actor: StaffMember, *, driver: Driver, text: str, measures: Iterable[Measure] = ()) -> None:
    """A driver in other words, or measured otherwise. Raises PermissionDenied."""
    _require_may_change(actor, driver.problem)
    driver.text = text
    driver.save(update_fields=["text"])
    driver.measures.set(measures)
    note(actor, "diagram.changed", driver.problem, driver=driver.pk)


@transaction.atomic
def shift_driver(actor: StaffMember, *, driver: Driver, by: int) -> None:
    """One place up (-1) or down (1) among its neighbors. Raises PermissionDenied."""
    _require_may_change(actor, driver.problem)
    row = list(driver.problem.drivers.filter(parent=driver.parent_id))
    old = next(place for place, each in enumerate(row) if each.pk == driver.pk)
    new = max(0, min(len(row) - 1, old + by))
    row.insert(new, row.pop(old))
    _number(row)
    note(actor, "diagram.changed", driver.problem, driver=driver.pk)


@transaction.atomic
def move_driver(actor: StaffMember, *, driver: Driver, parent: Driver | None) -> None:
    """Under another driver, or (None) straight to the aim. Raises PermissionDenied.

    NotNow for a driver that has drivers of its own: the diagram is two deep.
    """
    _require_may_change(actor, driver.problem)
    if parent is not None:
        if parent.problem_id != driver.problem_id or not parent.is_primary or parent.pk == driver.pk:
            raise PermissionDenied("driver of another problem, or too deep")
        if driver.children.exists():
            raise NotNow
    if driver.parent_id != (parent.pk if parent else None):
        driver.position = _next(driver.problem.drivers.filter(parent=parent))
        driver.parent = parent
        driver.save(update_fields=["parent", "position"])
    note(actor, "diagram.changed", driver.problem, driver=driver.pk)


@transaction.atomic
def remove_driver(actor: StaffMember, *, driver: Driver) -> None:
    """It moves nothing after all. Raises PermissionDenied; NotNow while something hangs on it: nothing is lost so."""
    _require_may_change(actor, driver.problem)
    if driver.children.exists() or driver.ideas.exists():
        raise NotNow
    note(actor, "diagram.changed", driver.problem, driver=driver.pk)
    driver.delete()


@transaction.atomic
def add_idea(actor: StaffMember, *, problem: Problem, text: str, drivers: Iterable[Driver] = ()) -> ChangeIdea:
    """Something the team could do differently. Raises PermissionDenied."""
    _require_may_change(actor, problem)
    idea = ChangeIdea.objects.create(problem=problem, text=text, position=_next(problem.ideas.all()))
    _hang(idea, drivers)
    note(actor, "diagram.changed", problem, idea=idea.pk)
    return idea


@transaction.atomic
def change_idea(
    actor: StaffMember,
    *,
    idea: ChangeIdea,
    text: str,
    drivers: Iterable[Driver],
    support: Support | None = None,
    owner: StaffMember | None = None,
) -> None:
    """An idea in other words, about a support, under other drivers, or in other hands. Raises PermissionDenied."""
    _require_may_change(actor, idea.problem)
    if owner and not queries.people_of(actor, idea.problem.team).filter(pk=owner.pk).exists():
        raise PermissionDenied("owner")
    if support and not queries.supports_for(actor, idea).filter(pk=support.pk).exists():
        raise PermissionDenied("support")
    idea.text, idea.support, idea.owner = text, support, owner
    idea.save(update_fields=["text", "support", "owner"])
    _hang(idea, drivers)
    note(actor, "diagram.changed", idea.problem, idea=idea.pk)


@transaction.atomic
def shift_idea(actor: StaffMember, *, idea: ChangeIdea, by: int) -> None:
    """One place up (-1) or down (1) among the ideas beside which it is drawn. Raises PermissionDenied."""
    _require_may_change(actor, idea.problem)
    row = list(idea.problem.ideas.all())
    beside = set(ChangeIdea.objects.filter(drivers__in=idea.drivers.all()).values_list("pk", flat=True))
    beside = beside or set(idea.problem.ideas.filter(drivers=None).values_list("pk", flat=True))
    places = [place for place, each in enumerate(row) if each.pk in beside]
    here = next(i for i, place in enumerate(places) if row[place].pk == idea.pk)
    there = max(0, min(len(places) - 1, here + by))
    row[places[here]], row[places[there]] = row[places[there]], row[places[here]]
    _number(row)
    note(actor, "diagram.changed", idea.problem, idea=idea.pk)


@transaction.atomic
def move_idea(actor: StaffMember, *, idea: ChangeIdea, driver: Driver | None) -> None:
    """Under this driver alone, or under none. Raises PermissionDenied."""
    _require_may_change(actor, idea.problem)
    _hang(idea, [driver] if driver else [])
    note(actor, "diagram.changed", idea.problem, idea=idea.pk)


@transaction.atomic
def remove_idea(actor: StaffMember, *, idea: ChangeIdea) -> None:
    """It was no idea after all. Raises PermissionDenied; NotNow for one with cycles: what was learned stays."""
    _require_may_change(actor, idea.problem)
    if idea.cycles.exists():
        raise NotNow
    note(actor, "diagram.changed", idea.problem, idea=idea.pk)
    idea.delete()


def _hang(idea: ChangeIdea, drivers: Iterable[Driver]) -> None:
    drivers = list(drivers)
    if any(driver.problem_id != idea.problem_id for driver in drivers):
        raise PermissionDenied("driver of another problem")
    idea.drivers.set(drivers)


def _number(row: list[Any]) -> None:
    for position, each in enumerate(row):
        if each.position != position:
            each.position = position
            each.save(update_fields=["position"])


# -- Plan


@transaction.atomic
def plan_cycle(
    actor: StaffMember, *, idea: ChangeIdea, measures: Iterable[Measure], follows: Cycle | None = None, **said: Any
) -> Cycle:
    """A test of the idea is planned: a question, with how many, who does what where and when.

    said: fields of `Cycle`. Raises PermissionDenied.
    """
    _require_may_change(actor, idea.problem)
    if follows and follows.idea.problem_id != idea.problem_id:
        raise PermissionDenied("cycle of another problem")
    ChangeIdea.objects.select_for_update().get(pk=idea.pk)  # two who plan at once get two numbers
    last = idea.cycles.aggregate(last=Max("number"))["last"] or 0
    cycle = Cycle.objects.create(idea=idea, follows=follows, number=last + 1, planned_by=actor, **said)
    _measure_by(actor, cycle, measures)
    note(actor, "cycle.planned", cycle)
    return cycle


@transaction.atomic
def change_plan(actor: StaffMember, *, cycle: Cycle, measures: Iterable[Measure], **said: Any) -> None:
    """The plan in other words. Raises PermissionDenied once the cycle has begun."""
    _require_state(actor, cycle, State.PLAN)
    for name, value in said.items():
        setattr(cycle, name, value)
    cycle.save()
    _measure_by(actor, cycle, measures)
    note(actor, "cycle.planned", cycle)


def _measure_by(actor: StaffMember, cycle: Cycle, measures: Iterable[Measure]) -> None:
    """A prediction to be written for each of the measures, at the team's school; those of measures left out go."""
    wanted = {measure.pk for measure in measures}
    allowed = queries.countable(actor, cycle.idea.problem.team).filter(pk__in=wanted)
    if allowed.count() != len(wanted):
        raise PermissionDenied("measure")
    cycle.predictions.exclude(measure__in=wanted).delete()
    there = set(cycle.predictions.values_list("measure", flat=True))
    school = cycle.idea.problem.team.school
    Prediction.objects.bulk_create(
        Prediction(cycle=cycle, measure=measure, school=None if measure.school_id else school)
        for measure in allowed
        if measure.pk not in there
    )


@transaction.atomic
def set_aside(actor: StaffMember, *, cycle: Cycle) -> None:
    """The plan comes to nothing and goes. Raises PermissionDenied once the cycle has begun."""
    _require_state(actor, cycle, State.PLAN)
    note(actor, "cycle.set_aside", cycle.idea.problem, cycle=cycle.pk)
    cycle.delete()


@transaction.atomic
def predict(
    actor: StaffMember,
    *,
    cycle: Cycle,
    measure: Measure,
    low: float | None,
    high: float | None,
    because: str = "",
    school: Organization | None = None,
) -> Prediction:
    """What the team expects of one measure; it may think again until the cycle begins. Raises PermissionDenied."""
    _require_state(actor, cycle, State.PLAN)
    prediction = cycle.predictions.select_for_update().get(measure=measure)
    prediction.low, prediction.high, prediction.because, prediction.school = low, high, because, school
    prediction.written_by, prediction.written_at = actor, timezone.now()
    prediction.save()
    note(actor, "cycle.predicted", cycle, measure=measure.pk)
    return prediction


# -- Do


@transaction.atomic
def begin_cycle(actor: StaffMember, *, cycle: Cycle) -> None:
    """The test begins, on its first day or today if that has passed while a prediction was still owed.

    Raises PermissionDenied; NotNow while a measure has no prediction, or before the first day.
    """
    _require_state(actor, cycle, State.PLAN)
    written = list(cycle.predictions.values_list("written_at", flat=True))
    today = timezone.localdate()
    if not written or None in written or cycle.begin > today:
        raise NotNow
    last_written = max(timezone.localtime(moment).date() for moment in written if moment)
    if cycle.begin < last_written:
        length = cycle.planned_end - cycle.begin
        cycle.begin, cycle.planned_end = last_written, last_written + length
    cycle.begun_at = timezone.now()
    cycle.save(update_fields=["begin", "planned_end", "begun_at"])
    _idea_is(cycle.idea, ChangeIdea.State.TESTING)
    note(actor, "cycle.begun", cycle, begin=str(cycle.begin))


@transaction.atomic
def write_note(actor: StaffMember, *, cycle: Cycle, kind: str, day: datetime.date, text: str) -> CycleNote:
    """What somebody saw, what went differently, or a later thought; it stands. Raises PermissionDenied."""
    _require_may_change(actor, cycle.idea.problem)
    if cycle.state == State.PLAN:
        raise NotNow
    written = cycle.notes.create(kind=kind, day=day, text=text, written_by=actor)
    note(actor, "cycle.noted", cycle, kind=kind)
    return written


@transaction.atomic
def end_cycle(actor: StaffMember, *, cycle: Cycle, ended_on: datetime.date) -> None:
    """The test is over; now it is studied. Raises PermissionDenied."""
    _require_state(actor, cycle, State.DO)
    cycle.ended_on = ended_on
    cycle.save(update_fields=["ended_on"])
    note(actor, "cycle.ended", cycle, ended_on=str(ended_on))


# -- Study and Act


@transaction.atomic
def study(actor: StaffMember, *, cycle: Cycle, surprises: str, learned: str) -> None:
    """What surprised the team and what it learned. Raises PermissionDenied before the test is over."""
    _require_state(actor, cycle, State.STUDY)
    cycle.surprises, cycle.learned = surprises, learned
    cycle.save(update_fields=["surprises", "learned"])
    note(actor, "cycle.studied", cycle)


@transaction.atomic
def decide(actor: StaffMember, *, cycle: Cycle, decision: str, why: str) -> None:
    """What follows. What was seen is written beside each prediction as it is today, so that the story stays.

    The number only where enough people stand behind it: leaders who see no student read it too.

    Raises PermissionDenied; NotNow before the team wrote what it learned.
    """
    _require_state(actor, cycle, State.STUDY)
    if not cycle.learned:
        raise NotNow
    predictions = list(cycle.predictions.select_related("measure", "school"))
    for result in results(actor, cycle, predictions):
        result.prediction.seen = result.seen if result.may_be_told else None
        result.prediction.outcome = result.outcome
        result.prediction.save(update_fields=["seen", "outcome"])
    cycle.decision, cycle.why, cycle.decided_at, cycle.decided_by = decision, why, timezone.now(), actor
    cycle.save(update_fields=["decision", "why", "decided_at", "decided_by"])
    _idea_is(cycle.idea, AFTERWARDS[Decision(decision)])
    note(actor, "cycle.decided", cycle, decision=decision)


def _require_state(actor: StaffMember, cycle: Cycle, state: str) -> None:
    """Raise PermissionDenied unless the team's cycle stands where this may be done."""
    _require_may_change(actor, cycle.idea.problem)
    if cycle.state != state:
        raise PermissionDenied(f"cycle is not in {state}")


def _idea_is(idea: ChangeIdea, state: str) -> None:
    idea.state = state
    idea.save(update_fields=["state"])
