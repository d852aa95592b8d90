"""What the Elm team tries in the demo: a problem, what moves it, and tests from one student to a grade."""

import datetime
from typing import Any

from django.utils import timezone

from heartwork.cycles import actions, queries
from heartwork.cycles.models import ChangeIdea, Cycle
from heartwork.measures.models import Measure
from heartwork.teams.models import Team
from heartwork.testing.demo.days import on, who

KNOWN, CHECKED = "An adult here knows how I am doing", "Weekly check-in done"


def live(team: Team) -> None:
    """Two finished tests, one that goes on, one that is planned, and a few ideas that wait."""
    ruth = who("ruth.okafor")
    known, checked = (Measure.objects.get(name=name) for name in (KNOWN, CHECKED))
    with on(60):
        problem = actions.open_problem(
            ruth,
            team=team,
            name="The first weeks of someone new",
            whose="A student who joins Elm after September",
            lived="I know where the gym is, and nobody knows where I am.",
            in_own_words=True,
            theory="We plan for the class we had in September. Whoever comes later is added to lists, and a list does "
            "not greet anyone. We think being known comes before being taught.",
            aim="All but a few students say that an adult here knows how they are doing",
            aim_measure=known,
            aim_goal=97,
            aim_by=timezone.localdate() + datetime.timedelta(120),
            measures=[checked],
        )
        actions.add_outcome(ruth, problem=problem, text="Each new student can name one adult after two weeks")
        actions.add_outcome(ruth, problem=problem, text="Nobody is missed by the weekly check-in", measure=checked)
        notice = actions.add_driver(ruth, problem=problem, text="An adult notices, every day", measures=[checked])
        names = actions.add_driver(ruth, problem=problem, text="Adults know names and faces", parent=notice)
        talk = actions.add_driver(ruth, problem=problem, text="There is time to talk", parent=notice)
        friends = actions.add_driver(ruth, problem=problem, text="Someone to sit with")
        actions.add_driver(ruth, problem=problem, text="The family knows whom to call")
        greet = actions.add_idea(ruth, problem=problem, text="Greet by name at the door", drivers=[names])
        minutes = actions.add_idea(ruth, problem=problem, text="Two-minute talks, two students a day", drivers=[talk])
        advisory = queries.supports_for(ruth, minutes).get(name="Advisory and class meetings")
        actions.change_idea(ruth, idea=minutes, text=minutes.text, drivers=[talk], support=advisory)
        actions.add_idea(ruth, problem=problem, text="A lunch table for whoever is new", drivers=[friends])
        actions.add_idea(ruth, problem=problem, text="A student guide for the first week", drivers=[friends, names])
    first = _test(
        greet,
        50,
        "Does a greeting by name make a class feel known?",
        "class",
        "Greet everyone by name at the door, and ask one thing about yesterday.",
        {known: (96.0, None, "We think names are most of it.")},
    )
    _end(first, 29, "A greeting is not yet a conversation.", "adapt", "Names stay; we add two minutes of talk.")
    second = _test(
        minutes,
        28,
        "Do two minutes with one student change what that student says?",
        "student",
        "Two minutes a day for ten days, about anything but school work.",
        {known: (93.0, 97.0, "It is one student of many, so the class should hardly move.")},
        follows=first,
    )
    _end(second, 8, "Ten days are enough to hear what matters to someone.", "widen", "It cost little, and he talked.")
    third = _test(
        minutes,
        7,
        "Does it hold with a whole advisory, two students a day?",
        "class",
        "Two students a day, in turn, while the others read.",
        {
            known: (90.0, 97.0, "Each has had two talks by then."),
            checked: (75.0, None, "It should not get lower: the talks take its time."),
        },
        follows=second,
    )
    with on(4):
        actions.write_note(
            who("tomas.ruiz"),
            cycle=third,
            kind="seen",
            day=timezone.localdate(),
            text="Two students came early to go on talking.",
        )
    with on(2):
        actions.write_note(
            who("uma.singh"),
            cycle=third,
            kind="deviation",
            day=timezone.localdate(),
            text="No talks on Thursday: an assembly took advisory.",
        )
    with on(1):
        _plan(
            minutes,
            timezone.localdate() + datetime.timedelta(28),
            "Can a whole grade do it without losing reading time?",
            "grade",
            "Every advisory of grade 8, two students a day.",
            [known, checked],
            follows=third,
        )


def _plan(
    idea: ChangeIdea,
    begin: datetime.date,
    question: str,
    scale: str,
    what: str,
    measures: list[Measure],
    follows: Cycle | None = None,
) -> Cycle:
    said: dict[str, Any] = {"question": question, "scale": scale, "what": what, "who": "Tomás, with Ruth"}
    said |= {"where": "Advisory, room 12", "when": "Every morning", "begin": begin}
    said |= {"planned_end": begin + datetime.timedelta(27), "data_plan": "The weekly check-in, as always."}
    return actions.plan_cycle(who("ruth.okafor"), idea=idea, measures=measures, follows=follows, **said)


def _test(
    idea: ChangeIdea,
    days_ago: int,
    question: str,
    scale: str,
    what: str,
    predicted: dict[Measure, tuple[float | None, float | None, str]],
    follows: Cycle | None = None,
) -> Cycle:
    """Planned, predicted and begun on one day."""
    ruth = who("ruth.okafor")
    with on(days_ago) as today:
        cycle = _plan(idea, today, question, scale, what, list(predicted), follows)
        for measure, (low, high, because) in predicted.items():
            actions.predict(
                ruth,
                cycle=cycle,
                measure=measure,
                low=low,
                high=high,
                because=because,
                school=cycle.predictions.get(measure=measure).school,
            )
        actions.begin_cycle(ruth, cycle=cycle)
    return cycle


def _end(cycle: Cycle, days_ago: int, learned: str, decision: str, why: str) -> None:
    """Ended, studied and decided on one day."""
    ruth = who("ruth.okafor")
    with on(days_ago) as today:
        actions.end_cycle(ruth, cycle=cycle, ended_on=today)
        actions.study(ruth, cycle=cycle, surprises="", learned=learned)
        actions.decide(ruth, cycle=cycle, decision=decision, why=why)
