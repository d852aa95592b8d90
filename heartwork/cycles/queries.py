"""Questions about problems, driver diagrams and cycles: what is being learned, by team.

A team's work is read by its people, by those who lead its school, and by those who answer for the district; it is
changed by its people alone. Nothing here names a student.
"""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from heartwork.cycles import pictures
from heartwork.cycles.models import (
    ChangeIdea,
    Cycle,
    CycleNote,
    Driver,
    IntermediateOutcome,
    Prediction,
    Problem,
)
from heartwork.cycles.results import LEAST_WEEKS, Result, results
from heartwork.measures import queries as measures
from heartwork.measures.models import Measure
from heartwork.roster import access
from heartwork.roster.models import Organization, StaffMember, names_of
from heartwork.supports import queries as supports
from heartwork.supports.models import Support
from heartwork.teams import queries as teams
from heartwork.teams.appearances import Appearance
from heartwork.teams.models import Team

# -- who may read and change what


def teams_read(viewer: StaffMember) -> QuerySet[Team]:
    """The teams whose work the viewer may read, by name: their own, those of a school they lead, or all. One query."""
    rows = Team.objects.select_related("organization").order_by("name", "pk")
    if access.may(viewer, "all_cycles.read"):
        return rows
    led = {a.organization_id for a in access.assignments_on(viewer) if access.REACH.get(a.role) == "school"}
    return rows.filter(Q(pk__in=teams.my_teams(viewer).order_by().values("pk")) | Q(organization__in=led - {None}))


def problems(viewer: StaffMember) -> QuerySet[Problem]:
    """The problems the viewer may read, by name."""
    return Problem.objects.filter(team__in=teams_read(viewer).order_by().values("pk")).select_related(
        "team__organization"
    )


def problem(viewer: StaffMember, public_id: uuid.UUID) -> Problem:
    """A problem the viewer may read, else Http404."""
    found = problems(viewer).select_related("team__organization", "aim_measure").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def ideas(viewer: StaffMember) -> QuerySet[ChangeIdea]:
    """The change ideas the viewer may read."""
    return ChangeIdea.objects.filter(problem__in=problems(viewer).order_by().values("pk"))


def idea(viewer: StaffMember, public_id: uuid.UUID) -> ChangeIdea:
    """A change idea the viewer may read, else Http404."""
    rows = ideas(viewer).select_related("problem__team__organization", "support", "owner").prefetch_related("drivers")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def cycles(viewer: StaffMember) -> QuerySet[Cycle]:
    """The cycles the viewer may read, the earliest first."""
    return Cycle.objects.filter(idea__in=ideas(viewer).order_by().values("pk"))


def cycle(viewer: StaffMember, public_id: uuid.UUID) -> Cycle:
    """A cycle the viewer may read, else Http404."""
    rows = cycles(viewer).select_related("idea__problem__team__organization", "planned_by", "decided_by", "follows")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def may_change(viewer: StaffMember, problem: Problem) -> bool:
    """Whether the viewer may change the problem and what belongs to it: its team's people, while it is open."""
    return access.may(viewer, "cycle.edit") and not problem.is_closed and teams.is_member(viewer, problem.team)


def may_open(viewer: StaffMember) -> QuerySet[Team]:
    """The teams for which the viewer may open a problem."""
    return teams.my_teams(viewer) if access.may(viewer, "cycle.edit") else Team.objects.none()


# -- where supports and measures come up


def where_tried(viewer: StaffMember, support: Support) -> Iterator[Appearance]:
    """The ideas about this support that the viewer may read."""
    for found in ideas(viewer).filter(support=support).select_related("problem__team"):
        words = gettext("An idea of %(team)s: %(name)s") % {"team": found.problem.team.name, "name": found.text}
        yield Appearance(words, found.get_absolute_url())


def where_watched(viewer: StaffMember, measure: Measure) -> Iterator[Appearance]:
    """The problems that the viewer may read and whose aim, steps, drivers or tests are seen by this measure."""
    by_it = Q(aim_measure=measure) | Q(measures=measure) | Q(outcomes__measure=measure)
    by_it |= Q(drivers__measures=measure) | Q(ideas__cycles__measures=measure)
    for found in problems(viewer).filter(by_it).distinct():
        words = gettext("A problem of %(team)s: %(name)s") % {"team": found.team.name, "name": found.name}
        yield Appearance(words, found.get_absolute_url())


# -- what forms offer


def countable(viewer: StaffMember, team: Team) -> QuerySet[Measure]:
    """The same without what cannot be measured: of it nothing can be predicted."""
    return measures.measures_for(viewer, team).filter(cannot_be_measured=False)


def supports_for(viewer: StaffMember, idea: ChangeIdea) -> QuerySet[Support]:
    """What an idea can be about: what runs where its team is, and what it is about already, if that has ended."""
    return supports.to_choose(viewer, idea.problem.team.organization, idea.support_id)


def stand_ins(measure: Measure | None) -> list[Measure]:
    """The measures that stand for one which cannot be measured."""
    if measure is None or not measure.cannot_be_measured:
        return []
    return list(measure.stand_ins.filter(ended_on=None))


def places_for(viewer: StaffMember, team: Team) -> QuerySet[Organization]:
    """Where a prediction may hold: the team's school, or any school for a team of the district."""
    rows = Organization.objects.filter(ended_on=None, kind="school")
    return rows.filter(pk=team.school.pk) if team.school else rows


def people_of(viewer: StaffMember, team: Team) -> QuerySet[StaffMember]:
    """Who may own an idea: the people of the team."""
    return teams.staff_of(team)


def students_named(viewer: StaffMember, words: Iterable[str]) -> list[str]:
    """Full names of students the viewer reaches that stand in these words: a cycle names nobody. One query at most."""
    pairs = {pair for text in words for pair in _pairs(text)}
    if not pairs:
        return []
    called = Q()
    for given, family in sorted(pairs)[:60]:
        called |= Q(family_name=family) & (Q(given_name=given) | Q(preferred_given_name=given))
    rows = access.visible_to(viewer).filter(called).order_by("family_name", "given_name")
    return sorted({student.name for student in rows[:5]})


def _pairs(text: str) -> set[tuple[str, str]]:
    """Neighboring words that both begin with a capital: what a full name looks like."""
    words = [word.strip(".,;:!?()\"'“”‘’") for word in text.split()]
    return {(a, b) for a, b in pairwise(words) if a[:1].isupper() and b[:1].isupper()}


# -- a problem and its diagram


@dataclass
class Branch:
    """A driver with what hangs on it."""

    driver: Driver
    measures: list[Measure] = field(default_factory=list)
    branches: list["Branch"] = field(default_factory=list)
    ideas: list[ChangeIdea] = field(default_factory=list)

    @property
    def key(self) -> str:
        """By what the page knows it, to keep the keyboard where it was."""
        return f"d{self.driver.pk}"

    @property
    def is_bare(self) -> bool:
        """Whether nothing hangs on it: no idea moves it yet, nor does a driver under it."""
        return not self.branches and not self.ideas


@dataclass(frozen=True)
class Diagram:
    """A problem's driver diagram: what moves the aim, what moves that, and what could be done differently."""

    problem: Problem
    branches: list[Branch]
    loose: list[ChangeIdea]  # ideas under no driver

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn yet."""
        return not self.branches and not self.loose

    @cached_property
    def picture(self) -> SafeString:
        """The diagram, drawn."""
        return pictures.driver_diagram(self.problem, self.branches, self.loose)

    @property
    def drivers(self) -> list[Branch]:
        """Every branch, each primary driver before its secondary ones."""
        return [each for branch in self.branches for each in (branch, *branch.branches)]


def diagram(viewer: StaffMember, problem: Problem) -> Diagram:
    """The driver diagram of a problem that the viewer may read. Five queries."""
    drivers = list(problem.drivers.prefetch_related("measures"))
    ideas = list(
        problem.ideas.select_related("owner")
        .only("public_id", "problem", "text", "state", "position", *names_of("owner"))
        .prefetch_related(Prefetch("drivers", Driver.objects.order_by("position", "pk")))
    )
    branches = {driver.pk: Branch(driver, list(driver.measures.all())) for driver in drivers}
    for driver in drivers:
        if driver.parent_id:
            branches[driver.parent_id].branches.append(branches[driver.pk])
    loose = []
    for idea in ideas:
        idea.problem = problem
        for driver in idea.drivers.all():
            branches[driver.pk].ideas.append(idea)
        if not idea.drivers.all():
            loose.append(idea)
    return Diagram(problem, [branches[driver.pk] for driver in drivers if driver.is_primary], loose)


def driver_of(viewer: StaffMember, problem: Problem, pk: str | int) -> Driver:
    """One of the problem's drivers, else Http404."""
    found = problem.drivers.filter(pk=pk).first() if str(pk).isdecimal() else None
    if found is None:
        raise Http404
    return found


def idea_of(viewer: StaffMember, problem: Problem, public_id: str) -> ChangeIdea:
    """One of the problem's ideas, else Http404."""
    try:
        found = problem.ideas.filter(public_id=uuid.UUID(public_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def outcomes_of(viewer: StaffMember, problem: Problem) -> list[IntermediateOutcome]:
    """The mile markers on the way to the aim, in order. One query."""
    return list(problem.outcomes.select_related("measure"))


# -- cycles, each in a line


@dataclass(frozen=True)
class Line:
    """One cycle in a line: what was asked, predicted, seen, learned and decided."""

    cycle: Cycle
    predictions: list[Prediction]

    @property
    def owed(self) -> int:
        """How many predictions are still to be written."""
        return sum(not each.is_written for each in self.predictions)

    @property
    def is_wrong(self) -> bool:
        """Whether something else was seen than predicted, in what the team decided upon."""
        return any(each.outcome in (Prediction.Outcome.HIGHER, Prediction.Outcome.LOWER) for each in self.predictions)


def _with_predictions(rows: QuerySet[Cycle]) -> QuerySet[Cycle]:
    told = Prediction.objects.select_related("measure", "school")
    return rows.prefetch_related(Prefetch("predictions", told, to_attr="told"))


def lines(viewer: StaffMember, problems: Sequence[Problem]) -> dict[int, list[Line]]:
    """The cycles of some problems, by the problem's pk: those that go on first, then the newest. Two queries."""
    rows = Cycle.objects.filter(idea__problem__in=problems).select_related("idea")
    found: dict[int, list[Line]] = defaultdict(list)
    for each in _with_predictions(rows).order_by("-begin", "-pk"):
        found[each.idea.problem_id].append(Line(each, each.told))  # type: ignore[attr-defined]
    for here in found.values():
        here.sort(key=lambda line: line.cycle.state == Cycle.State.DONE)
    return found


def lines_of(viewer: StaffMember, idea: ChangeIdea) -> list[Line]:
    """The cycles of one idea, the earliest first. Two queries."""
    rows = idea.cycles.order_by("number")
    return [Line(each, each.told) for each in _with_predictions(rows)]  # type: ignore[attr-defined]


# -- the board


@dataclass(frozen=True)
class OnBoard:
    """One problem on the board, with its cycles and how many ideas wait."""

    problem: Problem
    lines: list[Line]
    ideas: int  # not tried yet


@dataclass(frozen=True)
class TeamBoard:
    """A team's problems: open ones first, then by name."""

    team: Team
    problems: list[OnBoard]


@dataclass(frozen=True)
class Board:
    """What is being learned, team by team in the order of their names: never who is best."""

    teams: list[TeamBoard]
    may_open: bool
    has_team: bool

    @property
    def going_on(self) -> int:
        """How many cycles are planned, under way or being studied."""
        every = (line for team in self.teams for each in team.problems for line in each.lines)
        return sum(line.cycle.state != Cycle.State.DONE for line in every)

    @property
    def count(self) -> int:
        """How many problems there are."""
        return sum(len(team.problems) for team in self.teams)


def board(viewer: StaffMember, team: Team | None = None) -> Board:
    """The improvement board of one team, or of every team whose work the viewer may read. Six queries at most."""
    mine = list(may_open(viewer))
    rows = problems(viewer).filter(team=team) if team else problems(viewer)
    found = list(rows.prefetch_related(Prefetch("ideas", ChangeIdea.objects.filter(state="idea"), to_attr="untried")))
    by_problem = lines(viewer, found)
    here: dict[Team, list[OnBoard]] = defaultdict(list)
    if team:
        here[team] = []
    for each in sorted(found, key=lambda problem: (problem.is_closed, problem.name.casefold(), problem.pk)):
        here[each.team].append(OnBoard(each, by_problem.get(each.pk, []), len(each.untried)))  # type: ignore[attr-defined]
    boards = [TeamBoard(*each) for each in sorted(here.items(), key=lambda item: (item[0].name.casefold(), item[0].pk))]
    return Board(boards, may_open=bool(mine) if team is None else team in mine, has_team=bool(mine))


def team_read(viewer: StaffMember, public_id: uuid.UUID) -> Team:
    """A team whose work the viewer may read, else Http404."""
    found = teams_read(viewer).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


# -- a ramp: the cycles that follow one another


@dataclass(frozen=True)
class Ramp:
    """The cycles that grew out of one another, from one student to the district, in the order of their days."""

    lines: list[Line]
    here: int  # the pk of the cycle whose page it is on

    @cached_property
    def picture(self) -> SafeString:
        """The staircase, drawn."""
        return pictures.staircase([line.cycle for line in self.lines], self.here)

    @property
    def wrong(self) -> list[Line]:
        """The cycles in which something else was seen than predicted."""
        return [line for line in self.lines if line.is_wrong]

    @property
    def asks_for_the_belief(self) -> bool:
        """Whether predictions were wrong so often that what stands behind the idea wants to be looked at."""
        return len(self.wrong) >= 2


def ramp(viewer: StaffMember, cycle: Cycle) -> Ramp:
    """The ramp to which a cycle belongs. Two queries: a ramp never leaves its problem."""
    every = {each.pk: each for each in _with_predictions(Cycle.objects.filter(idea__problem=cycle.idea.problem_id))}
    first = every[cycle.pk]
    while first.follows_id in every:
        first = every[first.follows_id]
    after: dict[int | None, list[Cycle]] = defaultdict(list)
    for each in every.values():
        after[each.follows_id].append(each)
    chain, waiting = [], [first]
    while waiting:
        each = waiting.pop()
        chain.append(each)
        waiting += after[each.pk]
    chain.sort(key=lambda each: (each.begin, each.pk))
    return Ramp([Line(each, each.told) for each in chain], cycle.pk)  # type: ignore[attr-defined]


# -- one cycle, as its story


@dataclass(frozen=True)
class Story:
    """A cycle as one viewer may read it."""

    cycle: Cycle
    results: list[Result]
    notes: list[CycleNote]
    ramp: Ramp
    next: list[Cycle]
    may_change: bool

    @property
    def problem(self) -> Problem:
        """What it is about."""
        return self.cycle.idea.problem

    @property
    def owed(self) -> list[Prediction]:
        """The predictions that are still to be written."""
        return [result.prediction for result in self.results if not result.prediction.is_written]

    @property
    def can_begin(self) -> bool:
        """Whether every measure has its prediction, and there is one."""
        return bool(self.results) and not self.owed and self.cycle.state == Cycle.State.PLAN

    @property
    def is_short(self) -> bool:
        """Whether it is planned for less than three weeks."""
        return self.cycle.planned_end < end_of_weeks(self.cycle.begin)

    @property
    def least_weeks(self) -> int:
        """How many weeks it takes to tell."""
        return LEAST_WEEKS

    @property
    def days_left(self) -> int:
        """How many days until the planned end; below zero when it is over."""
        return (self.cycle.planned_end - timezone.localdate()).days

    def of_kind(self, kind: str) -> list[CycleNote]:
        """The notes of one kind."""
        return [note for note in self.notes if note.kind == kind]


def end_of_weeks(begin: datetime.date) -> datetime.date:
    """The last day of the three weeks that begin on `begin`.

    >>> end_of_weeks(datetime.date(2026, 2, 23))
    datetime.date(2026, 3, 15)
    """
    return begin + datetime.timedelta(weeks=LEAST_WEEKS, days=-1)


def story(viewer: StaffMember, public_id: uuid.UUID) -> Story:
    """A cycle with its predictions, what was seen, its notes and its ramp, else Http404."""
    found = cycle(viewer, public_id)
    predictions = list(found.predictions.select_related("measure", "school", "written_by"))
    return Story(
        found,
        results(viewer, found, predictions),
        list(found.notes.select_related("written_by")),
        ramp(viewer, found),
        list(found.followed_by.order_by("number")),
        may_change(viewer, found.idea.problem),
    )
