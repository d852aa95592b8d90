"""Pages of problems and cycles, asked as a browser would: whole, in parts, and with plain forms."""

import datetime
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from heartwork.cycles import actions
from heartwork.cycles.models import ChangeIdea, Cycle, CycleNote, Problem
from heartwork.cycles.tests.conftest import PLAN
from heartwork.measures.models import Measure
from heartwork.measures.places import Place
from heartwork.supports.tests.stories import offer
from heartwork.teams.appearances import appearances
from heartwork.teams.models import Team, TeamMember
from heartwork.testing.people import DAY, FIRST_DAY

HTMX = {"HX-Request": "true"}


@pytest.fixture
def ruth(client, district):
    """A browser in which Ruth is signed in."""
    client.force_login(district.ruth)
    return client


def text_of(response):
    assert response.status_code == 200
    return response.content.decode()


def of(name, thing, *more):
    return reverse(name, args=[thing.public_id, *more])


def queries_of(client, django_assert_max_num_queries, path):
    with django_assert_max_num_queries(99) as asked:
        text_of(client.get(path))
    return len(asked)


# -- the board


def test_an_empty_board_says_what_to_do_first(ruth, district):
    TeamMember.objects.create(
        team=Team.objects.create(name="New", organization=district.elm), staff=district.ruth, begin=FIRST_DAY
    )
    body = text_of(ruth.get(reverse("board")))
    assert "Begin with one small problem" in body
    assert f'href="{reverse("problem-new")}"' in body


def test_without_a_team_the_board_says_so(client, district):
    client.force_login(district.uma)
    body = text_of(client.get(reverse("board")))
    assert "You are in no team yet" in body
    assert reverse("problem-new") not in body


def test_a_line_of_the_board_tells_asked_predicted_seen_learned_decided(ruth, counted):
    counted.decided("adapt", days_ago=22)
    body = re.sub(r"<[^>]+>", "", text_of(ruth.get(reverse("board"))))
    for words in (
        "Does a greeting by name make advisory feel known?",
        "predicted 55% to 65%, Elm Middle School.",
        "Seen 60%: as predicted.",
        "A greeting is not yet a conversation.",
        "adapted",
    ):
        assert words in body


def test_open_ones_stand_first_and_teams_by_name(client, counted):
    counted.decided(days_ago=10)
    counted.begun(days_ago=20, question="What goes on?")
    other = Team.objects.create(name="A team at Oak", organization=counted.people.oak)
    TeamMember.objects.create(team=other, staff=counted.people.ada, begin=FIRST_DAY)
    actions.open_problem(counted.people.ada, team=other, name="Lunch", whose="Someone", lived="Alone.")
    client.force_login(counted.people.sol)
    body = text_of(client.get(reverse("board")))
    places = [body.index(words) for words in ("A team at Oak", "Grade 7 team", "What goes on?", PLAN["question"])]
    assert places == sorted(places)


def test_the_board_of_a_team_is_its_own(client, counted):
    client.force_login(counted.people.priya)
    assert "New in grade 7" in text_of(client.get(of("team-board", counted.team)))
    client.force_login(counted.people.otto)
    assert client.get(of("team-board", counted.team)).status_code == 404


def test_the_board_asks_as_often_for_many_cycles_as_for_one(ruth, counted, django_assert_max_num_queries):
    counted.decided()
    one = queries_of(ruth, django_assert_max_num_queries, reverse("board"))
    for _ in range(3):
        counted.decided()
        other = actions.open_problem(counted.people.ruth, team=counted.team, name="x", whose="x", lived="x")
        actions.add_idea(counted.people.ruth, problem=other, text="An idea")
    assert queries_of(ruth, django_assert_max_num_queries, reverse("board")) == one <= 13


# -- a problem


def test_with_one_team_there_is_nothing_to_choose(ruth, story):
    assert ruth.get(reverse("problem-new")).url == f"{reverse('problem-new')}?team={story.team.public_id}"


def test_with_two_teams_one_chooses(ruth, story):
    other = Team.objects.create(name="Another", organization=story.people.elm)
    TeamMember.objects.create(team=other, staff=story.people.ruth, begin=FIRST_DAY)
    body = text_of(ruth.get(reverse("problem-new")))
    assert "Which of your teams works on it?" in body
    assert "<option" in body


def test_a_problem_is_opened_with_a_plain_form(ruth, story):
    said = {
        "team": story.team.public_id,
        "name": "Lunch",
        "whose": "A student who eats alone",
        "lived": "I go to the library.",
        "in_own_words": "on",
        "aim": "Nobody eats alone",
        "aim_measure": story.known.public_id,
        "aim_goal": "80",
        "aim_by": "2026-06-01",
        "measures": [story.minutes.public_id],
    }
    response = ruth.post(reverse("problem-new"), said)
    problem = Problem.objects.latest("pk")
    assert response.url == of("problem", problem)
    body = text_of(ruth.get(response.url))
    for words in (
        "Nobody eats alone",
        "I go to the library.",
        "who agreed to share it",
        "goal 80%",
        "Minutes of class",
    ):
        assert words in body
    assert '<blockquote class="voice' in body


def test_a_problem_of_another_team_cannot_be_opened(ruth, story):
    other = Team.objects.create(name="Oak", organization=story.people.oak)
    said = {"team": other.public_id, "name": "x", "whose": "x", "lived": "x"}
    body = text_of(ruth.post(reverse("problem-new"), said))
    assert "Which of your teams works on it?" in body
    assert Problem.objects.count() == 1


def test_what_cannot_be_measured_says_what_stands_for_it(ruth, story):
    belonging = Measure.objects.create(name="Belonging", data="proportion", cannot_be_measured=True)
    actions.change_problem(story.people.ruth, problem=story.problem, aim_measure=belonging)
    assert "no process stands for it yet" in text_of(ruth.get(of("problem", story.problem)))
    story.known.stands_for = belonging
    story.known.save()
    assert "A process stands for it: An adult here knows" in text_of(ruth.get(of("problem", story.problem)))


def test_a_mile_marker_comes_and_goes_in_place_and_with_a_plain_form(ruth, story):
    path = of("problem", story.problem)
    body = text_of(ruth.post(path, {"text": "They can name one adult"}, headers=HTMX))
    assert "They can name one adult" in body
    assert "not measured" in body
    assert "<html" not in body
    marker = story.problem.outcomes.get()
    assert ruth.post(path, {"remove": marker.pk}).url == path
    assert not story.problem.outcomes.exists()


def test_the_problem_is_told_in_other_words(ruth, story):
    path = of("problem-edit", story.problem)
    body = text_of(ruth.get(path))
    assert 'value="New in grade 7"' in body
    said = {"team": story.team.public_id, "name": "New here", "whose": "Anyone new", "lived": "Nobody asks."}
    assert ruth.post(path, said).url == of("problem", story.problem)
    assert "New here" in text_of(ruth.get(of("problem", story.problem)))


def test_a_problem_is_laid_down_with_what_became_of_it(ruth, counted):
    counted.begun()
    path = of("problem-close", counted.problem)
    assert "A cycle still goes on" in text_of(ruth.post(path, {"because": "Solved."}))
    Cycle.objects.all().delete()
    ruth.post(path, {"because": "Solved by the new schedule."})
    body = text_of(ruth.get(of("problem", counted.problem)))
    assert "Solved by the new schedule." in body
    assert "Lay it down" not in body
    assert ruth.get(path).status_code == 404
    assert "laid down" in text_of(ruth.get(reverse("board")))


def test_readers_see_no_way_to_change(client, story):
    client.force_login(story.people.priya)
    body = text_of(client.get(of("problem", story.problem)))
    assert of("problem-edit", story.problem) not in body
    assert "<form" not in body
    read, changed = [of("problem", story.problem), of("drivers", story.problem), of("idea", story.greet)], []
    changed += [of("problem-edit", story.problem), of("problem-close", story.problem), of("cycle-new", story.greet)]
    changed += [of("driver", story.problem, story.names.pk)]
    for path in read + changed:
        assert client.post(path, {"text": ""}).status_code == 404, path  # whether or not it is all there
        assert client.get(path).status_code == (200 if path in read else 404), path


def test_a_page_of_a_problem_asks_as_often_for_a_large_diagram(ruth, story, django_assert_max_num_queries):
    path = of("problem", story.problem)
    small = queries_of(ruth, django_assert_max_num_queries, path)
    for i in range(4):
        driver = actions.add_driver(story.people.ruth, problem=story.problem, text=f"d{i}", measures=[story.known])
        actions.add_idea(story.people.ruth, problem=story.problem, text=f"i{i}", drivers=[driver, story.names])
        story.plan()
    assert queries_of(ruth, django_assert_max_num_queries, path) <= small + 2 <= 22


# -- the diagram


def test_the_diagram_is_drawn_and_told(ruth, story):
    body = text_of(ruth.get(of("drivers", story.problem)))
    drawn = re.search(r"<svg class=\"map drivers.*?</svg>", body, re.S)[0]
    assert "Driver diagram: New in grade 7" in drawn
    assert "3 drivers, one idea." in drawn
    assert "no idea yet" in drawn


def test_words_in_a_drawing_are_escaped(ruth, story):
    actions.add_driver(story.people.ruth, problem=story.problem, text="<script>1 & 2</script>")
    body = text_of(ruth.get(of("drivers", story.problem)))
    assert "&lt;script&gt;1 &amp; 2" in body
    assert "<script>1" not in body


def test_an_empty_diagram_says_what_to_ask(ruth, story):
    ChangeIdea.objects.all().delete()
    story.problem.drivers.exclude(parent=None).delete()
    story.problem.drivers.all().delete()
    assert "What would have to be true" in text_of(ruth.get(of("drivers", story.problem)))
    assert "Nothing is drawn yet" in text_of(ruth.get(of("problem", story.problem)))


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_diagram_is_changed_in_place_and_with_plain_forms(ruth, story, headers):
    path = of("drivers", story.problem)

    def say(**words):
        response = ruth.post(path, words, headers=headers)
        assert response.status_code == (200 if headers else 302)

    def shape():
        rows = story.problem.drivers.values_list("text", "parent__text")
        return [f"{parent or ''}>{text}" for text, parent in rows]

    say(do="add_driver", **{"driver-text": "Calm mornings", "driver-parent": story.welcome.pk})
    assert "Adults who notice>Calm mornings" in shape()
    talk = story.problem.drivers.get(text="Time to talk")
    say(do="move", driver=talk.pk, under=story.welcome.pk)
    assert "Adults who notice>Time to talk" in shape()
    say(do="up", driver=talk.pk)
    say(do="move", driver=talk.pk, under="")
    assert ">Time to talk" in shape()
    say(do="remove", driver=talk.pk)
    assert ">Time to talk" not in shape()
    say(do="add_idea", **{"idea-text": "Open the door early", "idea-driver": story.names.pk})
    idea = story.problem.ideas.get(text="Open the door early")
    say(do="up", idea=idea.public_id)
    assert story.problem.ideas.first() == idea
    say(do="move", idea=idea.public_id, under=story.welcome.pk)
    assert list(idea.drivers.all()) == [story.welcome]
    say(do="remove", idea=idea.public_id)
    assert not story.problem.ideas.filter(pk=idea.pk).exists()


def test_what_cannot_be_done_is_said_with_what_comes_first(ruth, story):
    path = of("drivers", story.problem)
    body = text_of(ruth.post(path, {"do": "remove", "driver": story.welcome.pk}, headers=HTMX))
    assert "Move what hangs on it first" in body
    talk = story.problem.drivers.get(text="Time to talk")
    body = text_of(ruth.post(path, {"do": "move", "driver": story.welcome.pk, "under": talk.pk}))
    assert "the diagram is two deep" in body


def test_the_keyboard_stays_where_it_was(ruth, story):
    words = {"do": "down", "driver": story.welcome.pk, "focus": f"d{story.welcome.pk}"}
    body = text_of(ruth.post(of("drivers", story.problem), words, headers=HTMX))
    button = re.search(r"<button[^>]*data-focus[^>]*>", body)[0]
    assert 'value="down"' in button
    assert "Adults who notice" in button


@pytest.mark.parametrize("words", [{"do": "up", "driver": "9" * 9}, {"do": "up", "idea": "x"}])
def test_what_is_not_of_this_problem_is_not_there(ruth, story, words):
    assert ruth.post(of("drivers", story.problem), words).status_code == 404


def test_a_driver_is_renamed_and_measured(ruth, story):
    path = of("driver", story.problem, story.names.pk)
    assert 'value="Names and faces"' in text_of(ruth.get(path))
    ruth.post(path, {"text": "Names", "measures": [story.known.public_id]})
    body = text_of(ruth.get(of("drivers", story.problem)))
    assert "measured by: An adult here knows" in body


# -- an idea


def test_an_idea_shows_its_tests_and_is_changed(ruth, story):
    path = of("idea", story.greet)
    assert "Not tried yet." in text_of(ruth.get(path))
    said = {"text": "Greet", "drivers": [story.names.pk, story.welcome.pk], "owner": story.people.tomas.public_id}
    assert ruth.post(path, said).url == path
    story.plan()
    body = text_of(ruth.get(path))
    assert "Tomás Ruiz looks after it." in body
    assert "Adults who notice, Names and faces" in body
    assert PLAN["question"] in body


def test_support_idea_and_measure_lead_to_each_other_both_ways(client, district, ruth, story):
    buddies = offer("Buddies", school=district.elm)
    path, support = of("idea", story.greet), reverse("support", args=[buddies.public_id])
    measure = reverse("measure", args=[story.known.public_id]) + Place(district.elm).query
    assert "Where it comes up" not in text_of(ruth.get(support))
    assert ruth.post(path, {"text": "Greet", "support": buddies.public_id}).url == path
    story.plan()
    assert f'href="{support}"' in text_of(ruth.get(path))
    assert f'href="{path}"' in text_of(ruth.get(support))
    assert text_of(ruth.get(measure)).count(f'href="{story.problem.get_absolute_url()}"') == 1
    client.force_login(district.otto)  # of another school, and of no team here
    assert f'href="{path}"' not in text_of(client.get(support))
    assert appearances(district.otto, story.known) == []


def test_an_idea_is_about_a_support_of_its_own_school(district, ruth, story):
    elsewhere = offer("Buddies", school=district.oak)
    page = ruth.post(of("idea", story.greet), {"text": "Greet", "support": elsewhere.public_id})
    assert page.context["form"].errors["support"]
    with pytest.raises(PermissionDenied):
        actions.change_idea(district.ruth, idea=story.greet, text="Greet", drivers=[], support=elsewhere)
    with pytest.raises(PermissionDenied):  # nor in hands outside the team
        actions.change_idea(district.ruth, idea=story.greet, text="Greet", drivers=[], owner=district.otto)


# -- a cycle, from its plan to what follows


def planned(story, **more):
    said = PLAN | {"begin": "2026-02-24", "planned_end": "2026-03-16", "measures": [story.known.public_id]}
    return said | more


def test_the_plan_form_proposes_three_weeks(ruth, story):
    body = text_of(ruth.get(of("cycle-new", story.greet)))
    assert 'value="2026-02-24"' in body
    assert 'value="2026-03-16"' in body


def test_a_cycle_goes_its_way_with_plain_forms(ruth, counted):
    response = ruth.post(of("cycle-new", counted.greet), planned(counted))
    cycle = Cycle.objects.get()
    assert response.url == of("cycle-predict", cycle)
    body = text_of(ruth.get(response.url))
    assert "One prediction" in body
    assert "In the six weeks before:" in body
    prediction = cycle.predictions.get()
    key = f"p{prediction.pk}"
    said = {"measure": prediction.pk, f"{key}-low": "55", f"{key}-because": "It moved before."}
    said[f"{key}-school"] = counted.people.elm.public_id
    ruth.post(response.url, said)
    assert "Written by Ruth Okafor" in text_of(ruth.get(response.url))
    assert ruth.post(response.url, {"begin": "1"}).url == of("cycle-do", cycle)
    note = {"do": "note", "kind": "seen", "day": "2026-02-24", "text": "They wait at the door."}
    ruth.post(of("cycle-do", cycle), note)
    assert "They wait at the door." in text_of(ruth.get(of("cycle-do", cycle)))
    ended = ruth.post(of("cycle-do", cycle), {"do": "end", "ended_on": "2026-02-24"})
    assert ended.url == of("cycle-study", cycle)
    assert "Not enough data yet: 1 of 3 weeks." in text_of(ruth.get(ended.url))
    studied = ruth.post(ended.url, {"surprises": "", "learned": "Names open doors."})
    assert studied.url == of("cycle-act", cycle)
    assert ruth.post(studied.url, {"decision": "widen", "why": "More would like it."}).url == of("cycle", cycle)
    body = text_of(ruth.get(of("cycle", cycle)))
    for words in ("Widen: the same idea", "55% or more", "Names open doors.", "More would like it.", "?follows="):
        assert words in body


def test_a_short_plan_is_said_to_be_short(ruth, story):
    cycle = story.plan(planned_end=DAY + datetime.timedelta(6))
    assert "This test is shorter than 3 weeks." in text_of(ruth.get(of("cycle-predict", cycle)))


def test_a_plan_without_a_measure_is_not_kept(ruth, story):
    body = text_of(ruth.post(of("cycle-new", story.greet), planned(story, measures=[])))
    assert "Choose at least one thing to count." in body
    assert not Cycle.objects.exists()


def test_a_plan_that_ends_before_it_begins_is_not_kept(ruth, story):
    body = text_of(ruth.post(of("cycle-new", story.greet), planned(story, planned_end="2026-02-20")))
    assert "The last day is before the first day." in body


def test_a_plan_is_changed_and_set_aside(ruth, story):
    cycle = story.plan()
    assert PLAN["who"] in text_of(ruth.get(of("cycle-plan", cycle)))
    said = planned(story, question="Another?", measures=[story.minutes.public_id])
    ruth.post(of("cycle-plan", cycle), said)
    assert [p.measure for p in cycle.predictions.all()] == [story.minutes]
    assert ruth.post(of("cycle-plan", cycle), {"set_aside": "1"}).url == of("idea", story.greet)
    assert not Cycle.objects.exists()


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [("", "", "Write at least one number"), ("60", "50", "smaller than the first")],
)
def test_a_prediction_needs_numbers_in_order(ruth, story, low, high, said):
    cycle = story.plan()
    prediction = cycle.predictions.get()
    key = f"p{prediction.pk}"
    words = {"measure": prediction.pk, f"{key}-low": low, f"{key}-high": high, f"{key}-because": "x"}
    assert said in text_of(ruth.post(of("cycle-predict", cycle), words))
    prediction.refresh_from_db()
    assert not prediction.is_written


def test_the_button_to_begin_waits_for_the_predictions(ruth, story):
    cycle = story.plan()
    assert re.search(r'name="begin"[^>]*disabled', text_of(ruth.get(of("cycle-predict", cycle))))
    ruth.post(of("cycle-predict", cycle), {"begin": "1"})
    assert Cycle.objects.get().begun_at is None


def test_what_came_after_the_first_day_is_not_in_the_page_before_the_prediction(ruth, counted):
    cycle = counted.plan(days_ago=15)
    body = text_of(ruth.get(of("cycle-predict", cycle)))
    assert "kept back until your prediction is written" in body
    assert "February 2" in body
    assert "February 9" not in body.split("</form>")[0]


def test_pages_of_other_steps_are_not_there(ruth, story):
    cycle = story.plan()
    for name in ("cycle-do", "cycle-study", "cycle-act"):
        assert ruth.get(of(name, cycle)).status_code == 404
    cycle = story.begun()
    for name in ("cycle-plan", "cycle-predict", "cycle-study", "cycle-act"):
        assert ruth.get(of(name, cycle)).status_code == 404


@pytest.mark.parametrize("last", ["2026-02-25", "2026-01-01"])
def test_a_test_ends_between_its_first_day_and_today(ruth, story, last):
    cycle = story.begun(days_ago=10)
    text_of(ruth.post(of("cycle-do", cycle), {"do": "end", "ended_on": last}))
    assert Cycle.objects.get().ended_on is None


def test_a_note_is_not_written_for_tomorrow(ruth, story):
    cycle = story.begun()
    words = {"do": "note", "kind": "seen", "day": "2026-02-25", "text": "x"}
    assert "That day has not come yet." in text_of(ruth.post(of("cycle-do", cycle), words))
    assert not CycleNote.objects.exists()


def test_the_next_plan_begins_from_the_one_before_and_is_wider(ruth, counted):
    cycle = counted.decided("widen")
    path = f"{of('cycle-new', counted.greet)}?follows={cycle.public_id}"
    body = text_of(ruth.get(path))
    assert "which taught you: A greeting is not yet a conversation." in body
    assert '<option value="grade" selected>' in body
    ruth.post(path, planned(counted, scale="grade"))
    assert Cycle.objects.latest("pk").follows == cycle
    assert "?follows=" not in text_of(ruth.get(of("cycle", cycle)))


def test_after_two_wrong_predictions_the_page_asks_for_the_belief_and_says_where_that_comes_from(ruth, counted):
    first = counted.decided(days_ago=28, low=90, high=None)
    assert "Twice it came out differently" not in text_of(ruth.get(of("cycle", first)))
    second = counted.decided(days_ago=21, low=90, high=None, follows=first)
    body = text_of(ruth.get(of("cycle", second)))
    assert "Twice it came out differently" in body
    assert "Washington State University" in body
    assert of("drivers", counted.problem) in body


def test_a_story_draws_its_ramp(ruth, counted):
    first = counted.decided("widen", scale="student")
    second = counted.begun(days_ago=0, scale="class", follows=first)
    drawn = re.search(r"<svg class=\"chart ramp.*?</svg>", text_of(ruth.get(of("cycle", second))), re.S)[0]
    assert drawn.count('class="flag ') == 2
    assert "1: one student, 2: one class" in drawn


def test_a_typed_name_of_a_student_is_pointed_out_gently(ruth, story):
    cycle = story.begun()
    words = {"do": "note", "kind": "seen", "day": "2026-02-24", "text": "Maya Rivera smiled."}
    body = text_of(ruth.post(of("cycle-do", cycle), words, follow=True))
    assert "It names a student: Maya Rivera." in body
    assert CycleNote.objects.exists()


def test_the_story_of_a_cycle_asks_few_questions(ruth, counted, django_assert_max_num_queries):
    cycle = counted.decided()
    assert queries_of(ruth, django_assert_max_num_queries, of("cycle", cycle)) <= 22


@pytest.mark.parametrize("name", ["problem", "problem-edit", "problem-close", "drivers"])
def test_strangers_meet_404_at_a_problem(client, story, name):
    client.force_login(story.people.ada)
    assert client.get(of(name, story.problem)).status_code == 404


@pytest.mark.parametrize("name", ["cycle", "cycle-plan", "cycle-predict"])
def test_strangers_meet_404_at_a_cycle(client, story, name):
    cycle = story.plan()
    client.force_login(story.people.ada)
    assert client.get(of(name, cycle)).status_code == 404
    assert client.get(of("idea", story.greet)).status_code == 404


def test_the_team_and_the_place_together_lead_to_the_board(ruth, story):
    assert reverse("board") in text_of(ruth.get(reverse("together")))
    assert of("team-board", story.team) in text_of(ruth.get(of("team", story.team)))


def test_leaders_of_the_district_find_the_board(client, story):
    client.force_login(story.people.lena)
    assert reverse("board") in text_of(client.get(reverse("together")))
    assert "New in grade 7" in text_of(client.get(reverse("board")))
