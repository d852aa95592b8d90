"""What must hold: predictions come before anyone looks, and stand; what was seen is set beside them by the page."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404

from heartwork.cycles import actions, queries
from heartwork.cycles.actions import NotNow
from heartwork.cycles.models import ChangeIdea, Cycle, Prediction
from heartwork.cycles.results import compare, values
from heartwork.cycles.tests.conftest import count, on
from heartwork.journal.models import Entry
from heartwork.measures import queries as measures
from heartwork.measures.models import Measure
from heartwork.measures.spans import spans_of
from heartwork.teams.models import TeamMember
from heartwork.testing.people import DAY, hire

pytestmark = pytest.mark.data
WEEK = datetime.timedelta(weeks=1)


def predict(story, cycle, low=55.0, high=65.0, **more):
    actions.predict(story.people.ruth, cycle=cycle, measure=story.known, low=low, high=high, because="So.", **more)


# -- predictions come first


def test_a_cycle_does_not_begin_before_each_measure_is_predicted(story):
    cycle = story.plan(measures=[story.known, story.minutes])
    predict(story, cycle)
    with pytest.raises(NotNow):
        actions.begin_cycle(story.people.ruth, cycle=cycle)
    assert Cycle.objects.get().begun_at is None


def test_a_cycle_does_not_begin_before_its_first_day(story):
    cycle = story.plan(begin=DAY + WEEK)
    predict(story, cycle)
    with pytest.raises(NotNow):
        actions.begin_cycle(story.people.ruth, cycle=cycle)


def test_once_begun_a_prediction_stands(story):
    cycle = story.begun()
    with pytest.raises(PermissionDenied):
        predict(story, cycle, low=10.0)
    assert Prediction.objects.get().low == 55


def test_a_later_thought_is_a_note_with_its_date(story):
    cycle = story.begun()
    actions.write_note(story.people.tomas, cycle=cycle, kind="thought", day=DAY, text="I would say 50 now.")
    note = queries.story(story.people.ruth, cycle.public_id).notes[0]
    assert (note.day, note.kind, note.written_by) == (DAY, "thought", story.people.tomas)


def test_a_prediction_written_late_moves_the_first_day_to_when_it_was_written(story):
    cycle = story.plan(days_ago=15)
    predict(story, cycle)
    actions.begin_cycle(story.people.ruth, cycle=cycle)
    cycle.refresh_from_db()
    assert (cycle.begin, cycle.planned_end) == (DAY, DAY + datetime.timedelta(20))


def test_while_a_prediction_is_owed_what_came_after_the_first_day_is_kept_back(counted):
    cycle = counted.plan(days_ago=15)  # the week of February 9
    found = queries.story(counted.people.ruth, cycle.public_id).results[0]
    assert found.is_kept_back
    assert found.weeks == []
    assert max(value.period for value in found.before) == datetime.date(2026, 2, 2)


def test_it_is_kept_back_from_other_readers_and_in_the_teams_other_cycles_too(counted):
    other = counted.begun(days_ago=28)
    counted.plan(days_ago=15)
    ruth = queries.story(counted.people.ruth, other.public_id).results[0]
    assert (ruth.count, ruth.is_kept_back) == (2, True)
    priya = queries.story(counted.people.priya, other.public_id).results[0]
    assert (priya.count, priya.is_kept_back) == (5, False)


def test_a_prediction_says_at_least_one_number_and_the_smaller_first(story):
    row = story.plan().predictions.get()
    for low, high in ((None, None), (60, 50)):
        row.low, row.high, row.written_at = low, high, datetime.datetime.now(datetime.UTC)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_what_cannot_be_measured_cannot_be_predicted(story):
    belonging = Measure.objects.create(name="Belonging", data="proportion", cannot_be_measured=True)
    with pytest.raises(PermissionDenied):
        story.plan(measures=[belonging])


def test_a_measure_of_another_school_is_not_offered(story):
    theirs = Measure.objects.create(name="At Oak", data="count", school=story.people.oak)
    assert theirs not in measures.measures_for(story.people.ruth, story.team)
    with pytest.raises(PermissionDenied):
        story.plan(measures=[theirs])


# -- what was seen


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [
        (55, 65, "as predicted"),
        (60, 60, "as predicted"),
        (61, None, "lower"),
        (None, 59.9, "higher"),
        (None, 60, "as predicted"),
    ],
)
def test_the_page_sets_what_was_seen_beside_what_was_predicted(counted, low, high, outcome):
    cycle = counted.begun(days_ago=22, low=low, high=high)  # since Monday, February 2: 60 of 100 each week
    found = queries.story(counted.people.ruth, cycle.public_id).results[0]
    assert (found.seen, found.was, found.count, found.outcome) == (60.0, 50.0, 4, outcome)


def test_two_weeks_are_not_enough_to_tell(counted):
    for weeks, outcome in ((2, "too early"), (3, "as predicted")):
        cycle = counted.begun(days_ago=7 * weeks - 6)
        found = queries.story(counted.people.ruth, cycle.public_id).results[0]
        assert (found.count, found.least, found.outcome) == (weeks, 3, outcome)


def test_of_few_students_the_story_keeps_the_outcome_and_no_number(counted):
    priya = counted.people.priya  # she reaches every student of Elm; a leader who reads the story reaches none
    TeamMember.objects.create(team=counted.team, staff=priya, begin=DAY)
    few = Measure.objects.create(name="In the group", data="proportion", per_student=1, numerator="yes")
    count(few, counted.people.elm, dict.fromkeys(counted.mondays, (1, 2)))
    cycle = counted.begun(days_ago=22, measures=[few])
    assert queries.story(priya, cycle.public_id).results[0].seen == 50.0
    assert queries.story(counted.people.lena, cycle.public_id).results[0].seen is None
    actions.end_cycle(priya, cycle=cycle, ended_on=DAY)
    actions.study(priya, cycle=cycle, surprises="", learned="Much.")
    actions.decide(priya, cycle=cycle, decision="adopt", why="It works.")
    kept = Prediction.objects.get()
    assert (kept.seen, kept.outcome) == (None, "lower")


def test_a_prediction_may_be_about_one_school(counted):
    count(counted.known, counted.people.oak, dict.fromkeys(counted.mondays, (10, 100)))
    both, _ = values(counted.people.ruth, counted.known)
    elm, _ = values(counted.people.ruth, counted.known, counted.people.elm)
    assert (both[0].numerator, both[0].denominator) == (60, 200)
    assert (elm[0].numerator, elm[0].denominator) == (50, 100)


def test_numbers_are_compared_as_the_page_writes_them(story):
    prediction = Prediction(low=60.04, high=60.04, written_at=datetime.datetime.now(datetime.UTC))
    assert compare(prediction, 60.01, 3) == "as predicted"
    assert compare(prediction, 60.06, 3) == "higher"


def test_what_the_team_decided_upon_stays_when_the_data_change(counted):
    cycle = counted.decided(days_ago=22)
    counted.known.points.all().delete()
    found = queries.story(counted.people.ruth, cycle.public_id).results[0]
    assert (found.prediction.seen, found.outcome) == (60.0, "as predicted")


# -- steps in their order


def test_a_decision_needs_what_was_learned(story):
    cycle = story.begun()
    actions.end_cycle(story.people.ruth, cycle=cycle, ended_on=DAY)
    with pytest.raises(NotNow):
        actions.decide(story.people.ruth, cycle=cycle, decision="adopt", why="It works.")


@pytest.mark.parametrize(
    ("decision", "state"),
    [("adopt", "adopted"), ("adapt", "adapted"), ("widen", "testing"), ("abandon", "abandoned")],
)
def test_a_decision_moves_the_idea_on(counted, decision, state):
    counted.decided(decision)
    assert ChangeIdea.objects.get(pk=counted.greet.pk).state == state


def test_cycles_are_numbered_within_their_idea(story):
    assert [story.plan().number, story.plan().number] == [1, 2]
    with pytest.raises(IntegrityError), transaction.atomic():
        Cycle.objects.update(number=1)


@pytest.mark.parametrize(
    "change",
    [
        {"planned_end": DAY - datetime.timedelta(1)},
        {"ended_on": DAY},
        {"decision": "adopt"},
        {"decision": "adopt", "decided_at": datetime.datetime(2026, 2, 24, tzinfo=datetime.UTC)},
    ],
)
def test_the_database_refuses_steps_out_of_order(story, change):
    story.plan()
    with pytest.raises(IntegrityError), transaction.atomic():
        Cycle.objects.update(**change)


def test_a_plan_that_comes_to_nothing_goes_and_a_begun_one_stays(story):
    actions.set_aside(story.people.ruth, cycle=story.plan())
    assert not Cycle.objects.exists()
    with pytest.raises(PermissionDenied):
        actions.set_aside(story.people.ruth, cycle=story.begun())


def test_a_problem_is_not_laid_down_while_a_cycle_goes_on(counted):
    cycle = counted.begun()
    with pytest.raises(NotNow):
        actions.close_problem(counted.people.ruth, problem=counted.problem, because="Solved.")
    actions.end_cycle(counted.people.ruth, cycle=cycle, ended_on=DAY)
    actions.study(counted.people.ruth, cycle=cycle, surprises="", learned="Much.")
    actions.decide(counted.people.ruth, cycle=cycle, decision="adopt", why="It works.")
    actions.close_problem(counted.people.ruth, problem=counted.problem, because="Solved.")
    with pytest.raises(PermissionDenied):
        counted.plan()


def test_a_cycle_follows_only_one_of_its_own_problem(story):
    other = actions.open_problem(story.people.ruth, team=story.team, name="Lunch", whose="Eli", lived="Alone.")
    idea = actions.add_idea(story.people.ruth, problem=other, text="A table for anyone")
    with pytest.raises(PermissionDenied):
        story.plan(idea=idea, follows=story.plan())


# -- the diagram


def names(story):
    found = queries.diagram(story.people.ruth, story.problem)
    return [(b.driver.text, [c.driver.text for c in b.branches]) for b in found.branches]


def test_drivers_move_up_down_under_another_and_back_to_the_aim(story):
    ruth = story.people.ruth
    talk = story.problem.drivers.get(text="Time to talk")
    actions.shift_driver(ruth, driver=talk, by=-1)
    assert names(story) == [("Time to talk", []), ("Adults who notice", ["Names and faces"])]
    actions.move_driver(ruth, driver=talk, parent=story.welcome)
    assert names(story) == [("Adults who notice", ["Names and faces", "Time to talk"])]
    actions.shift_driver(ruth, driver=talk, by=5)
    actions.shift_driver(ruth, driver=story.names, by=1)
    assert names(story) == [("Adults who notice", ["Time to talk", "Names and faces"])]
    talk.refresh_from_db()
    actions.move_driver(ruth, driver=talk, parent=None)
    assert names(story) == [("Adults who notice", ["Names and faces"]), ("Time to talk", [])]


def test_the_diagram_is_two_deep(story):
    talk = story.problem.drivers.get(text="Time to talk")
    with pytest.raises(NotNow):
        actions.move_driver(story.people.ruth, driver=story.welcome, parent=talk)
    with pytest.raises(PermissionDenied):
        actions.move_driver(story.people.ruth, driver=talk, parent=story.names)
    with pytest.raises(PermissionDenied):
        actions.move_driver(story.people.ruth, driver=talk, parent=talk)
    with pytest.raises(PermissionDenied):
        actions.add_driver(story.people.ruth, problem=story.problem, text="Deeper", parent=story.names)


def test_nothing_is_taken_out_with_what_hangs_on_it(story):
    for driver in (story.welcome, story.names):
        with pytest.raises(NotNow):
            actions.remove_driver(story.people.ruth, driver=driver)
    story.plan()
    with pytest.raises(NotNow):
        actions.remove_idea(story.people.ruth, idea=story.greet)
    bare = actions.add_idea(story.people.ruth, problem=story.problem, text="Bare")
    actions.remove_idea(story.people.ruth, idea=bare)
    actions.remove_driver(story.people.ruth, driver=story.problem.drivers.get(text="Time to talk"))
    assert names(story) == [("Adults who notice", ["Names and faces"])]


def test_ideas_move_among_those_beside_them_and_under_another_driver(story):
    ruth = story.people.ruth
    wave = actions.add_idea(ruth, problem=story.problem, text="Wave", drivers=[story.names])
    actions.add_idea(ruth, problem=story.problem, text="Elsewhere")
    actions.shift_idea(ruth, idea=wave, by=-1)
    under = queries.diagram(ruth, story.problem).branches[0].branches[0]
    assert [idea.text for idea in under.ideas] == ["Wave", "Greet by name at the door"]
    actions.move_idea(ruth, idea=wave, driver=story.welcome)
    assert [i.text for i in queries.diagram(ruth, story.problem).branches[0].ideas] == ["Wave"]
    actions.move_idea(ruth, idea=wave, driver=None)
    assert [i.text for i in queries.diagram(ruth, story.problem).loose] == ["Wave", "Elsewhere"]


def test_a_driver_of_another_problem_takes_nothing(story):
    ruth = story.people.ruth
    other = actions.open_problem(ruth, team=story.team, name="Lunch", whose="Eli", lived="Alone.")
    theirs = actions.add_driver(ruth, problem=other, text="Theirs")
    for attempt in (
        lambda: actions.move_driver(ruth, driver=story.names, parent=theirs),
        lambda: actions.move_idea(ruth, idea=story.greet, driver=theirs),
        lambda: actions.add_driver(ruth, problem=story.problem, text="x", parent=theirs),
        lambda: actions.add_idea(ruth, problem=story.problem, text="x", drivers=[theirs]),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    for wrong in (theirs.pk, "x", 10**6):
        with pytest.raises(Http404):
            queries.driver_of(ruth, story.problem, wrong)


# -- who


def everything(story):
    """Every change, tried by one person."""
    cycle, going_on = story.plan(), story.begun()
    studied = story.begun(days_ago=21)
    actions.end_cycle(story.people.ruth, cycle=studied, ended_on=DAY)
    return {
        "change_problem": lambda who: actions.change_problem(who, problem=story.problem, name="x"),
        "close_problem": lambda who: actions.close_problem(who, problem=story.problem, because="x"),
        "open_problem": lambda who: actions.open_problem(who, team=story.team, name="x", whose="x", lived="x"),
        "add_outcome": lambda who: actions.add_outcome(who, problem=story.problem, text="x"),
        "remove_outcome": lambda who: actions.remove_outcome(who, problem=story.problem, pk=1),
        "add_driver": lambda who: actions.add_driver(who, problem=story.problem, text="x"),
        "change_driver": lambda who: actions.change_driver(who, driver=story.names, text="x"),
        "shift_driver": lambda who: actions.shift_driver(who, driver=story.names, by=1),
        "move_driver": lambda who: actions.move_driver(who, driver=story.names, parent=None),
        "remove_driver": lambda who: actions.remove_driver(who, driver=story.names),
        "add_idea": lambda who: actions.add_idea(who, problem=story.problem, text="x"),
        "change_idea": lambda who: actions.change_idea(who, idea=story.greet, text="x", drivers=[]),
        "shift_idea": lambda who: actions.shift_idea(who, idea=story.greet, by=1),
        "move_idea": lambda who: actions.move_idea(who, idea=story.greet, driver=None),
        "remove_idea": lambda who: actions.remove_idea(who, idea=story.greet),
        "plan_cycle": lambda who: actions.plan_cycle(who, idea=story.greet, measures=[]),
        "change_plan": lambda who: actions.change_plan(who, cycle=cycle, measures=[]),
        "set_aside": lambda who: actions.set_aside(who, cycle=cycle),
        "predict": lambda who: actions.predict(who, cycle=cycle, measure=story.known, low=1, high=2),
        "begin_cycle": lambda who: actions.begin_cycle(who, cycle=cycle),
        "write_note": lambda who: actions.write_note(who, cycle=going_on, kind="seen", day=DAY, text="x"),
        "end_cycle": lambda who: actions.end_cycle(who, cycle=going_on, ended_on=DAY),
        "study": lambda who: actions.study(who, cycle=studied, surprises="", learned="x"),
        "decide": lambda who: actions.decide(who, cycle=studied, decision="adopt", why="x"),
    }


@pytest.mark.parametrize("name", ["priya", "dana", "sol", "lena", "otto", "ada", "sam"])
def test_who_is_not_in_the_team_changes_nothing(story, name):
    for attempt in everything(story).values():
        with pytest.raises(PermissionDenied):
            attempt(story.people.staff[name])


def test_a_member_without_a_role_that_may_changes_nothing(story):
    for attempt in everything(story).values():
        with pytest.raises(PermissionDenied):
            attempt(story.people.nadia)


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("ruth", True),
        ("tomas", True),
        ("priya", True),  # leads the school
        ("dana", True),
        ("sol", True),
        ("lena", True),
        ("otto", False),
        ("ada", False),
        ("uma", False),  # at the same school, not in the team
    ],
)
def test_the_team_its_principal_and_the_leaders_read_it(story, name, reads):
    viewer, cycle = story.people.staff[name], story.plan()
    assert queries.problems(viewer).exists() is reads
    assert [line.problem for team in queries.board(viewer).teams for line in team.problems] == (
        [story.problem] if reads else []
    )
    if not reads:
        for question, key in ((queries.cycle, cycle), (queries.idea, story.greet), (queries.problem, story.problem)):
            with pytest.raises(Http404):
                question(viewer, key.public_id)


def test_an_owner_is_one_of_the_team(story):
    stranger = hire("Eve Stone", "teacher", organization=story.people.elm)
    with pytest.raises(PermissionDenied):
        actions.change_idea(story.people.ruth, idea=story.greet, text="x", drivers=[], owner=stranger)


def test_the_journal_keeps_that_it_happened_and_not_what_was_said(counted):
    counted.decided()
    entries = Entry.objects.filter(verb__startswith="cycle.")
    assert list(entries.order_by("pk").values_list("verb", flat=True)) == [
        "cycle.planned",
        "cycle.predicted",
        "cycle.begun",
        "cycle.ended",
        "cycle.studied",
        "cycle.decided",
    ]
    assert "greeting" not in str(list(entries.values_list("detail", flat=True)))


# -- ramps and spans


def test_a_ramp_is_the_chain_of_cycles_in_the_order_of_their_days(counted):
    first = counted.decided("widen", days_ago=28, scale="student")
    second = counted.begun(days_ago=0, scale="class", follows=first)
    apart = counted.begun(days_ago=10)
    assert [line.cycle for line in queries.ramp(counted.people.ruth, second).lines] == [first, second]
    assert [line.cycle for line in queries.ramp(counted.people.ruth, first).lines] == [first, second]
    assert [line.cycle for line in queries.ramp(counted.people.ruth, apart).lines] == [apart]


def test_two_wrong_predictions_on_one_ramp_ask_for_the_belief(counted):
    first = counted.decided(days_ago=28, low=90, high=95)
    assert not queries.ramp(counted.people.ruth, first).asks_for_the_belief
    second = counted.decided(days_ago=21, low=90, high=95, follows=first)
    assert queries.ramp(counted.people.ruth, second).asks_for_the_belief


def test_a_begun_cycle_is_a_span_on_the_chart_of_its_measure_for_who_may_read_it(counted):
    cycle = counted.begun()
    counted.plan()
    (span,) = spans_of(counted.people.ruth, counted.known)
    assert (span.name, span.what) == ("Cycle 1", "Greet by name at the door")
    assert (span.begin, span.end, span.url) == (cycle.begin, None, cycle.get_absolute_url())
    assert spans_of(counted.people.ada, counted.known) == []
    assert spans_of(counted.people.sam, counted.known) == []
    assert spans_of(counted.people.ruth, counted.minutes) == []


# -- names


def test_full_names_of_students_one_reaches_are_found_in_what_was_typed(story):
    ruth = story.people.ruth
    assert queries.students_named(ruth, ["We asked (Maya Rivera), and Ida Nelson."]) == ["Maya Rivera"]
    assert queries.students_named(ruth, ["Maya laughed. Rivera Street."]) == []


def test_a_cycle_planned_today_ends_in_three_weeks(story):
    with on(DAY):
        assert queries.end_of_weeks(DAY) == datetime.date(2026, 3, 16)
