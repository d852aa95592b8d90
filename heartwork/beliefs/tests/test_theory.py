"""A theory of action: outcomes first, two maps apart, side by side, and what is learned."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from heartwork.beliefs import actions
from heartwork.beliefs.appraisal import appraisals
from heartwork.beliefs.models import Choice, Group, Kind, Observation, Part
from heartwork.beliefs.queries import standings, the_map
from heartwork.measures.models import EVERYONE, DataPoint, Measure
from heartwork.meetings import actions as meetings
from heartwork.meetings.tests.stories import meeting_of, team_of, to_stage
from heartwork.supports.models import Kind as SupportKind
from heartwork.supports.models import Support
from heartwork.teams.models import Stage
from heartwork.testing.people import DAY

pytestmark = pytest.mark.data

KNOWN, CIRCLE, TALKS = "Being known comes before being taught", "Morning circle", "Two-minute talks"


@pytest.fixture
def circle(district):
    kind = SupportKind.objects.get(code="counselor")
    placed = {"tier": kind.tier, "domain": kind.domain, "emphasis": kind.emphasis, "school": district.elm}
    return Support.objects.create(name=CIRCLE, **placed)


@pytest.fixture
def meeting(district):
    """Two outcomes are agreed; Ruth draws in group 1, Tomás in group 2."""
    begun = meeting_of(district, "beliefs")
    actions.name_outcome(district.tomas, meeting=begun, name="Students ask for help early", is_end=False)
    actions.name_outcome(district.tomas, meeting=begun, name="Every student is known", is_end=True)
    actions.agree(district.ruth, meeting=begun)
    actions.choose_group(district.ruth, meeting=begun, group=Group.ONE)
    actions.choose_group(district.tomas, meeting=begun, group=Group.TWO)
    return begun


def outcome(name="Every student is known"):
    return Part.objects.get(kind=Kind.OUTCOME, name=name)


def put(who, meeting, kind, name, **links):
    return actions.put_down(who, meeting=meeting, kind=kind, name=name, **links)


def page(client, who, meeting, where="meeting"):
    client.force_login(who)
    return client.get(reverse(where, args=[meeting.public_id]), follow=True).content.decode()


def press(client, who, meeting, do, **typed):
    client.force_login(who)
    return client.post(reverse("meeting", args=[meeting.public_id]), {"do": do} | typed, follow=True)


# -- outcomes first


def test_groups_begin_once_outcomes_are_agreed_and_the_ends_come_first(client, district):
    begun = meeting_of(district, "beliefs")
    press(client, district.tomas, begun, "outcome", name="A marker", is_end="marker")
    press(client, district.tomas, begun, "outcome", name="An end", is_end="end")
    shown = page(client, district.tomas, begun)
    assert "First agree on what you hope for." in shown
    assert "Not measured yet." in shown
    assert shown.index("An end") < shown.index("A marker")
    assert press(client, district.tomas, begun, "agree").status_code == 404  # who leads says so
    press(client, district.ruth, begun, "agree")
    assert "Each group sees only its own map" in page(client, district.tomas, begun)


def test_an_outcome_is_tied_to_a_measure_of_the_team_and_loosed_again(client, district, meeting):
    ours = Measure.objects.create(name="Students who name an adult", data="proportion", numerator="n", denominator="d")
    theirs = Measure.objects.create(name="Oak’s own", data="count", numerator="n", school=district.oak)
    press(client, district.tomas, meeting, f"measure {outcome().pk}", measure=ours.public_id)
    assert "Told by “Students who name an adult”." in page(client, district.ruth, meeting)
    shown = press(client, district.tomas, meeting, f"measure {outcome().pk}", measure=theirs.public_id)
    assert "Select a valid choice" in shown.content.decode()
    with pytest.raises(PermissionDenied):
        actions.measure_by(district.tomas, meeting=meeting, outcome=outcome().pk, measure=theirs)
    with pytest.raises(PermissionDenied):
        actions.name_outcome(district.tomas, meeting=meeting, name="New", is_end=True, measure=theirs)
    press(client, district.tomas, meeting, f"measure {outcome().pk}", measure="")
    assert outcome().measure is None


# -- two maps apart


def test_neither_group_sees_the_others_map_until_all_is_revealed(client, district, meeting):
    put(district.ruth, meeting, Kind.ACTION, TALKS, leads_to=outcome())
    put(district.tomas, meeting, Kind.BELIEF, KNOWN)
    meetings.join(district.uma, code=meeting.code)  # in no group
    for who, where in ((district.tomas, "meeting"), (district.uma, "meeting"), (district.ruth, "meeting-recap")):
        assert TALKS not in page(client, district.tomas, meeting, where) or where == "meeting-recap"
        assert KNOWN not in page(client, district.ruth, meeting, where)
        assert KNOWN not in page(client, district.uma, meeting, where)
        assert who
    assert TALKS not in page(client, district.tomas, meeting, "meeting-wall")
    assert TALKS in page(client, district.ruth, meeting)
    assert KNOWN in page(client, district.tomas, meeting)
    to_stage(district, meeting, Stage.REVEALED)
    for who in (district.ruth, district.tomas, district.uma):
        assert TALKS in page(client, who, meeting)
        assert KNOWN in page(client, who, meeting)


def test_what_the_other_group_draws_can_neither_be_linked_nor_taken_off_by_guessing(district, meeting):
    hidden = put(district.ruth, meeting, Kind.ACTION, TALKS)
    mine = put(district.tomas, meeting, Kind.BELIEF, KNOWN)
    drawn = put(district.ruth, meeting, Kind.ACTION, "Greet", leads_to=outcome())
    for guess in (
        lambda: actions.link(district.tomas, meeting=meeting, start=mine, end=hidden),
        lambda: actions.leave_out(district.tomas, meeting=meeting, part=hidden.pk),
        lambda: actions.make_one(district.tomas, meeting=meeting, first=hidden.pk, second=hidden.pk),
        lambda: actions.unlink(district.tomas, meeting=meeting, start=drawn.pk, end=outcome().pk),
    ):
        with pytest.raises(PermissionDenied):
            guess()


def test_a_link_that_nobody_drew_is_not_taken_away(district, meeting):
    alone = put(district.tomas, meeting, Kind.ACTION, TALKS)
    with pytest.raises(PermissionDenied):
        actions.unlink(district.tomas, meeting=meeting, start=alone.pk, end=outcome().pk)


def test_there_is_no_third_group(district, meeting):
    with pytest.raises(PermissionDenied):
        actions.choose_group(district.ruth, meeting=meeting, group=3)


def test_who_has_seen_the_map_of_their_group_stays_in_it(district, meeting):
    meetings.join(district.uma, code=meeting.code)
    actions.choose_group(district.uma, meeting=meeting, group=Group.ONE)
    actions.choose_group(district.uma, meeting=meeting, group=Group.TWO)  # nothing was drawn yet
    put(district.tomas, meeting, Kind.BELIEF, KNOWN)
    with pytest.raises(PermissionDenied):
        actions.choose_group(district.uma, meeting=meeting, group=Group.ONE)


def test_links_are_drawn_by_list_and_taken_away(client, district, meeting):
    press(client, district.ruth, meeting, "put_action", name=TALKS)
    talks = Part.objects.get(name=TALKS)
    press(client, district.ruth, meeting, "put_belief", name=KNOWN, leads_to=talks.pk)
    known = Part.objects.get(name=KNOWN)
    press(client, district.ruth, meeting, "link", start=talks.pk, end=outcome().pk)
    press(client, district.ruth, meeting, "link", start=talks.pk, end=outcome().pk)  # once, however often
    assert the_map(district.ruth, meeting).links.first == {(known, talks), (talks, outcome())}
    wrong = press(client, district.ruth, meeting, "link", start=known.pk, end=outcome().pk).content.decode()
    assert "A belief leads to an action, and an action to an outcome." in wrong
    press(client, district.ruth, meeting, f"unlink {talks.pk}+{outcome().pk}")
    assert the_map(district.ruth, meeting).links.first == {(known, talks)}
    press(client, district.ruth, meeting, f"leave_out {talks.pk}")
    assert the_map(district.ruth, meeting).links.first == set()
    for button in (
        "link",
        "unlink 1+x",
        "unlink 1",
        "group 3",
        "put_outcome",
        "change 1=triple",
        "one 1+",
        f"leave_out {talks.pk}",
    ):
        answer = press(client, district.ruth, meeting, button)
        assert answer.status_code == 404 or "This field is required" in answer.content.decode()


def test_an_action_is_a_support_and_the_support_knows_where_it_comes_up(client, district, meeting, circle):
    press(client, district.ruth, meeting, "put_action", support=circle.public_id)
    assert Part.objects.get(support=circle).name == CIRCLE
    both = press(
        client, district.ruth, meeting, "put_action", support=circle.public_id, name="And more"
    ).content.decode()
    assert "Select a valid choice" in both  # it is on the map already
    where = reverse("support", args=[circle.public_id])
    assert "Where it comes up" not in client.get(where).content.decode()  # not before it is revealed
    to_stage(district, meeting, Stage.REVEALED)
    assert "On the map of Elm student support team" in client.get(where).content.decode()
    client.force_login(district.priya)  # leads the school, and is not in the team
    assert "Where it comes up" not in client.get(where).content.decode()


def test_nothing_is_drawn_any_more_side_by_side(district, meeting):
    to_stage(district, meeting, Stage.REVEALED)
    with pytest.raises(PermissionDenied):
        put(district.ruth, meeting, Kind.ACTION, TALKS)


# -- side by side


@pytest.fixture
def beside(district, meeting):
    """Two maps: one link alike once names are one, two apart; some parts stand alone."""
    talks = put(district.ruth, meeting, Kind.ACTION, TALKS, leads_to=outcome())
    put(district.ruth, meeting, Kind.BELIEF, KNOWN, leads_to=talks)
    put(district.ruth, meeting, Kind.ACTION, "Points store")
    twin = put(district.tomas, meeting, Kind.ACTION, "Two minute talks", leads_to=outcome())
    assert twin
    put(district.tomas, meeting, Kind.BELIEF, "Skills can be taught")
    to_stage(district, meeting, Stage.REVEALED)
    return meeting


def test_names_are_made_one_by_a_person_and_only_then_the_links_are_alike(client, district, beside):
    found = the_map(district.ruth, beside)
    assert (found.links.both, len(found.links.one)) == ([], 3)
    ((first, second),) = found.near
    press(client, district.tomas, beside, f"one {first.pk}+{second.pk}")
    found = the_map(district.ruth, beside)
    assert [(start.name, end.name) for start, end in found.links.both] == [(TALKS, "Every student is known")]
    assert [(start.name, end.name, group) for start, end, group in found.links.one] == [(KNOWN, TALKS, 1)]
    with pytest.raises(PermissionDenied):
        actions.make_one(district.ruth, meeting=beside, first=first.pk, second=second.pk)
    with pytest.raises(PermissionDenied):  # a belief is no action
        actions.make_one(
            district.ruth, meeting=beside, first=first.pk, second=Part.objects.get(name="Skills can be taught").pk
        )


def test_what_stands_alone_is_named_with_whose_map_lacks_it(client, district, beside):
    first, second = the_map(district.ruth, beside).near[0]
    actions.make_one(district.ruth, meeting=beside, first=first.pk, second=second.pk)
    told = {part.name: why for part, why in the_map(district.ruth, beside).alone}
    assert told == {
        "Students ask for help early": "An outcome nothing reaches, on either map",
        "Skills can be taught": "A belief no action serves, on either map",
        "Points store": "An action no belief explains, on either map",
        TALKS: "Group 2 found no belief behind it",
    }
    shown = page(client, district.tomas, beside)
    assert (
        "The groups drew 1 link alike and 1 apart. <mark>Neither reached “Students ask for help early”.</mark>" in shown
    )
    assert shown.count('class="link both"') == 3  # the key, and one on each side
    assert "not on this map" in shown  # what only one group named
    assert "drew it" in shown
    assert page(client, district.tomas, beside, "meeting-wall").count('class="link both"') == 3


def test_two_names_that_are_not_alike_are_made_one_from_lists(client, district, beside):
    talks, store = (Part.objects.get(name=name) for name in (TALKS, "Points store"))
    press(client, district.ruth, beside, "same", first=talks.pk, second=store.pk)
    assert Part.objects.get(name="Points store").same_as == talks


# -- in use


def test_a_belief_is_espoused_until_somebody_has_seen_it_in_use(client, district, beside):
    to_stage(district, beside, Stage.DISCUSSED)
    assert "espoused: nothing was seen of it yet" in page(client, district.ruth, beside)
    known = Part.objects.get(name=KNOWN)
    seen = {"standing": Observation.Standing.IN_USE, "text": "The door is open before the bell."}
    press(client, district.tomas, beside, f"observe {known.pk}", **seen)
    empty = press(client, district.tomas, beside, f"observe {known.pk}", standing="in_use", text="")
    assert "This field is required" in empty.content.decode()
    (found,) = dict(standings(district.ruth, beside))[known]
    assert found.standing == "in_use"
    shown = page(client, district.ruth, beside)
    assert "seen in use" in shown
    assert "The door is open before the bell." in shown


# -- what is learned


@pytest.fixture
def measured(district, meeting):
    """Elm's share stays between 30 and 34 percent for twelve weeks; the outcome is tied to it."""
    share = Measure.objects.create(
        name="Ask for help", data="proportion", numerator="asked", denominator="students", direction="up"
    )
    for week in range(12):
        DataPoint.objects.create(
            measure=share,
            period=DAY - datetime.timedelta(weeks=12 - week, days=DAY.weekday()),
            school=district.elm,
            subgroup_kind=EVERYONE,
            subgroup=EVERYONE,
            numerator=(60, 68, 64, 66)[week % 4],
            denominator=200,
        )
    actions.measure_by(district.ruth, meeting=meeting, outcome=outcome().pk, measure=share)
    return share


def chose(district, meeting, *loops, weeks_ago=8):
    """One choice a week, from so many weeks ago on."""
    for week, loop in enumerate(loops):
        made = actions.choose(district.ruth, meeting=meeting, outcome=outcome().pk, loop=loop, reason=f"Reason {week}")
        Choice.objects.filter(pk=made.pk).update(made_on=DAY - datetime.timedelta(weeks=weeks_ago - week))


def told(district, meeting):
    (found,) = [each for each in appraisals(district.ruth, meeting) if each.outcome == outcome()]
    return found


def test_three_changes_of_what_we_do_that_left_the_measure_where_it_was_ask_for_the_belief(district, meeting, measured):
    chose(district, meeting, "single", "single")
    assert told(district, meeting).stuck == ""
    chose(district, meeting, "single", weeks_ago=6)
    said = told(district, meeting).stuck
    assert said == "3 changes of what we do in a row left the measure where it was, between 30% and 34%."
    chose(district, meeting, "double", weeks_ago=5)
    assert told(district, meeting).stuck == ""


def test_nothing_is_said_when_the_measure_moved_or_too_few_weeks_have_passed(district, meeting, measured):
    chose(district, meeting, "single", "single", "single", weeks_ago=2)
    assert told(district, meeting).stuck == ""
    Choice.objects.update(made_on=DAY - datetime.timedelta(weeks=8))
    assert told(district, meeting).stuck
    later = DataPoint.objects.filter(period__gt=DAY - datetime.timedelta(weeks=4))
    later.update(numerator=180)
    assert told(district, meeting).stuck == ""


def test_an_outcome_without_a_measure_says_that_nothing_tells(district, meeting):
    chose(district, meeting, "single", "single", "single")
    assert "nothing that would tell what came of them" in told(district, meeting).stuck


def test_the_appraisal_shows_the_chart_the_choices_and_what_lies_behind(client, district, meeting, measured):
    talks = put(district.ruth, meeting, Kind.ACTION, TALKS, leads_to=outcome())
    known = put(district.tomas, meeting, Kind.BELIEF, KNOWN)
    to_stage(district, meeting, Stage.REVEALED, Stage.DISCUSSED, Stage.DECIDED)
    chose(district, meeting, "single", "single", "single")
    shown = page(client, district.tomas, meeting)
    assert "left the measure where it was" in shown
    assert f"Behind “{TALKS}” neither group named a belief." in shown
    assert reverse("measure", args=[measured.public_id]) in shown
    mixed = press(client, district.tomas, meeting, f"rethink {outcome().pk}", part=talks.pk, reason="Why")
    assert "is not what this button is for" in mixed.content.decode()
    press(client, district.tomas, meeting, f"rethink {outcome().pk}", part=known.pk, reason="Do we?")
    assert "Do we?" in page(client, district.tomas, meeting)
    meetings.close(district.ruth, meeting=meeting)
    recap = page(client, district.tomas, meeting, "meeting-recap")
    assert "Do we?" in recap
    assert TALKS in recap


def test_who_may_not_know_the_measure_sees_no_chart(client, district, meeting, measured):
    Measure.objects.update(school=district.oak)
    assert told(district, meeting).figure is None
    to_stage(district, meeting, Stage.REVEALED, Stage.DISCUSSED, Stage.DECIDED)
    assert "Its measure is not yours to open." in page(client, district.ruth, meeting)


# -- the map is the team's


def test_the_map_lasts_and_a_recap_shows_it_as_it_stood(client, district):
    team = team_of(district)
    first = meeting_of(district, "beliefs", team)
    actions.name_outcome(district.ruth, meeting=first, name="Every student is known", is_end=True)
    actions.agree(district.ruth, meeting=first)
    actions.choose_group(district.ruth, meeting=first, group=Group.ONE)
    put(district.ruth, first, Kind.ACTION, TALKS, leads_to=outcome())
    to_stage(district, first, Stage.REVEALED, Stage.DISCUSSED, Stage.DECIDED)
    meetings.close(district.ruth, meeting=first)
    second = meeting_of(district, "beliefs", team)
    (talks,) = the_map(district.tomas, second).actions
    assert talks.name == TALKS
    actions.choose_group(district.tomas, meeting=second, group=Group.TWO)
    with pytest.raises(PermissionDenied):  # group 1 put it there
        actions.leave_out(district.tomas, meeting=second, part=talks.pk)
    put(district.tomas, second, Kind.ACTION, "Advisory every day", leads_to=outcome())
    assert "Advisory every day" not in page(client, district.ruth, second)  # a new one is blind again
    to_stage(district, second, Stage.REVEALED)
    assert "Advisory every day" in page(client, district.ruth, second)
    assert "Advisory every day" not in page(client, district.ruth, first, "meeting-recap")
    assert TALKS in page(client, district.ruth, first, "meeting-recap")


def test_a_full_map_takes_no_more(district, meeting, monkeypatch):
    monkeypatch.setattr(actions, "MOST", 1)
    put(district.ruth, meeting, Kind.ACTION, TALKS)
    with pytest.raises(PermissionDenied):
        put(district.ruth, meeting, Kind.ACTION, "One too many")


def test_an_action_is_changed_and_a_belief_looked_at_again_never_the_other_way_round(district, beside):
    known = Part.objects.get(name=KNOWN)
    why = {"outcome": outcome().pk, "reason": "Why", "part": known}
    with pytest.raises(PermissionDenied):
        actions.choose(district.ruth, meeting=beside, loop="single", **why)
    assert actions.choose(district.ruth, meeting=beside, loop="double", **why).part == known


def test_what_was_chosen_for_an_outcome_is_a_decision_in_the_recap(client, district, meeting):
    to_stage(district, meeting, Stage.REVEALED, Stage.DISCUSSED, Stage.DECIDED)
    actions.choose(district.ruth, meeting=meeting, outcome=outcome().pk, loop="double", reason="Nobody asked them.")
    meetings.close(district.ruth, meeting=meeting)
    recap = page(client, district.tomas, meeting, "meeting-recap")
    assert "The team took <mark>one decision</mark>." in recap
    assert "decided on nothing" not in recap
    assert "No decision was written down." not in recap


def test_what_we_do_is_not_called_optional_though_a_support_may_stand_for_it(client, district, meeting, circle):
    shown = page(client, district.ruth, meeting)
    label = shown.partition('for="action-name"')[2].partition("</label>")[0]
    assert "What we do" in label
    assert "optional" not in label
    assert "(optional)" in shown.partition('for="action-because"')[2].partition("</label>")[0]
    neither = press(client, district.ruth, meeting, "put_action", name="").content.decode()
    assert "Write what you do, or pick one of your supports: one of the two." in neither
