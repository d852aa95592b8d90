"""A team at Elm with a problem, and what it tries."""

import datetime
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from heartwork.cycles import actions
from heartwork.cycles.models import ChangeIdea, Cycle, Driver, Problem
from heartwork.measures.models import DataPoint, Measure
from heartwork.teams.models import Team, TeamMember
from heartwork.testing.people import DAY, FIRST_DAY

PLAN = {
    "question": "Does a greeting by name make advisory feel known?",
    "scale": "class",
    "who": "Tomás",
    "what": "Greet everyone by name at the door, and ask one thing about yesterday.",
    "where": "Room 12",
    "when": "Every morning",
}


@contextmanager
def on(day):
    """What happens inside happens on this day, at ten in the morning."""
    with time_machine.travel(timezone.make_aware(datetime.datetime.combine(day, datetime.time(10))), tick=False):
        yield


def count(measure, school, weeks):
    """Values of a school, week by week: {Monday: (part, whole)}."""
    DataPoint.objects.bulk_create(
        DataPoint(
            measure=measure,
            school=school,
            period=monday,
            subgroup_kind="all",
            subgroup="all",
            numerator=part,
            denominator=whole,
        )
        for monday, (part, whole) in weeks.items()
    )


@dataclass
class Story:
    """Ruth, Tomás and Nadia want students who are new in grade 7 to be known by an adult."""

    people: Any
    team: Team
    known: Measure  # share of students who say an adult knows them
    minutes: Measure  # one number a week
    problem: Problem
    welcome: Driver  # primary
    names: Driver  # secondary, under it
    greet: ChangeIdea
    mondays: list = field(default_factory=list)

    def plan(self, idea=None, measures=None, days_ago=0, **more) -> Cycle:
        """A test of greeting by name."""
        begin = more.pop("begin", DAY - datetime.timedelta(days_ago))
        said = PLAN | {"begin": begin, "planned_end": begin + datetime.timedelta(20)} | more
        return actions.plan_cycle(self.people.ruth, idea=idea or self.greet, measures=measures or [self.known], **said)

    def begun(self, days_ago=28, low=55.0, high=65.0, **more) -> Cycle:
        """A test that began so many days ago, predicted the day it was planned."""
        with on(DAY - datetime.timedelta(days_ago)):
            cycle = self.plan(days_ago=days_ago, **more)
            for each in cycle.predictions.select_related("measure", "school"):
                said = {"low": low, "high": high, "because": "It did.", "school": each.school}
                actions.predict(self.people.ruth, cycle=cycle, measure=each.measure, **said)
            actions.begin_cycle(self.people.ruth, cycle=cycle)
        return cycle

    def decided(self, decision="adapt", days_ago=28, **more) -> Cycle:
        """A test from its plan to what follows."""
        cycle = self.begun(days_ago, **more)
        actions.end_cycle(self.people.ruth, cycle=cycle, ended_on=DAY - datetime.timedelta(1))
        actions.study(self.people.ruth, cycle=cycle, surprises="", learned="A greeting is not yet a conversation.")
        actions.decide(self.people.ruth, cycle=cycle, decision=decision, why="So that it reaches more.")
        return cycle


@pytest.fixture
def story(district):
    """The team, its problem with a diagram, and what the district counts."""
    team = Team.objects.create(name="Grade 7 team", organization=district.elm)
    for person in (district.ruth, district.tomas, district.nadia):
        TeamMember.objects.create(team=team, staff=person, begin=FIRST_DAY)
    known = Measure.objects.create(
        name="An adult here knows how I am doing",
        data="proportion",
        kind="outcome",
        direction="up",
        numerator="yes",
        per_student=1,
    )
    minutes = Measure.objects.create(name="Minutes of class missed", data="number", kind="balancing", direction="down")
    ruth = district.ruth
    problem = actions.open_problem(
        ruth,
        team=team,
        name="New in grade 7",
        whose="A student who is new in grade 7",
        lived="Nobody says my name before second period.",
        theory="We greet classes, not children.",
        aim="Every new student is known by an adult after six weeks",
        aim_measure=known,
        aim_goal=75,
        measures=[minutes],
    )
    welcome = actions.add_driver(ruth, problem=problem, text="Adults who notice")
    names = actions.add_driver(ruth, problem=problem, text="Names and faces", parent=welcome)
    actions.add_driver(ruth, problem=problem, text="Time to talk")
    greet = actions.add_idea(ruth, problem=problem, text="Greet by name at the door", drivers=[names])
    first = datetime.date(2025, 12, 29)
    mondays = [first + datetime.timedelta(weeks=i) for i in range(9)]
    return Story(district, team, known, minutes, problem, welcome, names, greet, mondays)


@pytest.fixture
def counted(story):
    """Before February half of Elm's students said yes; since then, three in five."""
    elm = story.people.elm
    count(story.known, elm, {day: (60 if day.month == 2 else 50, 100) for day in story.mondays})
    return story
