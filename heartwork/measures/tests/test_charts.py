"""How a chart is drawn: somebody decides and says why, and nothing switches by itself."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from heartwork.analysis.control_chart import ENGINE_VERSION
from heartwork.measures import queries, spans
from heartwork.measures.actions import annotate, begin_phase, choose_chart, leave_out, withdraw_annotation
from heartwork.measures.models import Annotation, ChartChoice
from heartwork.measures.places import ALL, Group, Place
from heartwork.measures.spans import Span
from heartwork.measures.tests.stories import STEADY, THIS_WEEK, WEEK, count, in_school, on_record, weeks

WILD = [(2400, 4000), (2900, 4000), (2300, 4000), (2800, 4000), (2500, 4000), (3000, 4000)] * 4  # far beyond chance
CHOSEN = {"rules": "anhoej", "screen_moving_ranges": True}


@pytest.fixture
def greeted(district):
    """A measure of the whole district, steady for 24 weeks at Elm."""
    measure = count("Greeted by name")
    on_record(measure, district.elm, STEADY)
    return measure


def drawn(viewer, measure, place, group=ALL):
    return queries.chart(viewer, measure, place, group).chart


def at(name, measure, query=""):
    return reverse(name, args=[measure.public_id]) + query


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


# -- which chart


@pytest.mark.parametrize(("data", "chart"), [("proportion", "p"), ("rate", "u"), ("count", "c"), ("number", "i")])
def test_until_somebody_chooses_the_chart_follows_from_what_is_counted(district, data, chart):
    measure = count("Greeted by name", data=data)
    assert drawn(district.priya, measure, Place(district.elm)).specification.chart == chart


def test_a_choice_holds_with_its_reason_and_who_made_it(client, district, greeted):
    client.force_login(district.priya)
    said = {"chart": "run", "rules": "nhs", "reason": "The whole school reads run charts"}
    assert client.post(at("measure-chart", greeted), said).status_code == 302
    choice = ChartChoice.objects.get()
    assert (choice.made_by, choice.school, choice.what) == (district.priya, district.elm, "chosen")
    assert (choice.reason, choice.engine) == ("The whole school reads run charts", ENGINE_VERSION)
    assert drawn(district.priya, greeted, Place(district.elm)).specification.chart == "run"
    page = read(client, at("measure", greeted))
    assert "The whole school reads run charts" in page
    assert "Priya Kaur" in page


def test_a_choice_without_a_reason_is_none(client, district, greeted):
    client.force_login(district.priya)
    assert client.post(at("measure-chart", greeted), {"chart": "run", "rules": "nhs", "reason": ""}).status_code == 200
    assert not ChartChoice.objects.exists()


def test_a_chart_that_does_not_fit_what_is_counted_cannot_be_chosen(client, district, greeted):
    client.force_login(district.priya)
    for chart in ("c", "t", "xbar", "pie"):
        client.post(at("measure-chart", greeted), {"chart": chart, "rules": "anhoej", "reason": "Because"})
    assert not ChartChoice.objects.exists()


def test_the_latest_choice_holds_and_the_earlier_stays_on_record(district, greeted):
    here = Place(district.elm)
    for chart in ("run", "p'"):
        choose_chart(district.priya, greeted, here, chart=chart, reason=f"Drawn as {chart}", **CHOSEN)
    assert drawn(district.priya, greeted, here).specification.chart == "p'"
    assert [each.reason for each in queries.choices_of(greeted, here)] == ["Drawn as p'", "Drawn as run"]


def test_a_choice_for_the_district_is_followed_where_nobody_chose(district, greeted):
    choose_chart(district.dana, greeted, Place(), chart="p'", reason="Large schools", **CHOSEN)
    choose_chart(district.priya, greeted, Place(district.elm), chart="run", reason="Our own", **CHOSEN)
    assert drawn(district.dana, greeted, Place(district.oak)).specification.chart == "p'"
    assert (
        drawn(district.dana, greeted, Place(district.oak), Group("raceEthnicity", "Asian")).specification.chart == "p'"
    )
    assert drawn(district.dana, greeted, Place(district.elm)).specification.chart == "run"


def test_a_choice_at_one_school_changes_no_other_chart(district, greeted):
    choose_chart(district.priya, greeted, Place(district.elm), chart="run", reason="Our own", **CHOSEN)
    assert drawn(district.dana, greeted, Place(district.oak)).specification.chart == "p"
    assert drawn(district.dana, greeted, Place()).specification.chart == "p"
    asian = Group("raceEthnicity", "Asian")
    assert drawn(district.dana, greeted, Place(district.elm), asian).specification.chart == "p"
    section = Place(district.elm, district.section_8b)
    assert drawn(district.dana, greeted, section).specification.chart == "p"


def test_who_may_not_edit_a_place_chooses_nothing_there(district, greeted):
    for who in (district.tomas, district.uma, district.otto, district.nadia, district.sam):
        with pytest.raises(PermissionDenied):
            choose_chart(who, greeted, Place(district.elm), chart="run", reason="Mine", **CHOSEN)
        with pytest.raises(PermissionDenied):
            annotate(who, greeted, Place(district.elm), period=THIS_WEEK, words="Mine")


def test_a_principal_changes_no_chart_of_the_district(district, greeted):
    with pytest.raises(PermissionDenied):
        begin_phase(district.priya, greeted, Place(), start=THIS_WEEK, reason="Mine")


def test_another_chart_is_offered_and_never_taken_by_itself(client, district):
    measure = count("Greeted by name")
    on_record(measure, district.elm, WILD)
    client.force_login(district.priya)
    for _ in range(2):
        page = read(client, at("measure", measure))
        assert "as much as chance alone would make them" in page
        assert drawn(district.priya, measure, Place(district.elm)).specification.chart == "p"
    assert not ChartChoice.objects.exists()
    form = read(client, at("measure-chart", measure, "?to=p%27"))
    assert '<option value="p&#x27;" selected>' in form
    choose_chart(district.priya, measure, Place(district.elm), chart="p", reason="We know, and keep it", **CHOSEN)
    assert "as much as chance alone would make them" not in read(client, at("measure", measure))


def test_who_may_not_decide_is_offered_nothing(client, district):
    measure = count("Greeted by name")
    on_record(measure, district.elm, WILD)
    client.force_login(district.uma)
    assert "as much as chance alone would make them" not in read(client, at("measure", measure))


def test_more_values_never_switch_the_chart(district):
    measure = count("Greeted by name")
    on_record(measure, district.elm, STEADY[:7])
    before = drawn(district.priya, measure, Place(district.elm)).specification
    measure.points.all().delete()
    on_record(measure, district.elm, WILD)
    assert drawn(district.priya, measure, Place(district.elm)).specification == before


def test_a_goal_changed_later_is_on_a_chart_that_was_chosen_before(district, greeted):
    choose_chart(district.priya, greeted, Place(district.elm), chart="p", reason="So", **CHOSEN)
    greeted.goal = 90
    greeted.save()
    chart = drawn(district.priya, greeted, Place(district.elm))
    assert (chart.specification.target, chart.assurance) == (90, "hit_or_miss")


# -- phases


def test_a_new_level_has_a_middle_of_its_own_and_its_reason_is_on_the_chart(client, district):
    measure, mondays = count("Greeted by name"), weeks(28)
    on_record(measure, district.elm, [(12, 24), (13, 24)] * 7 + [(20, 24), (21, 24)] * 7)
    client.force_login(district.priya)
    said = {"start": str(mondays[14]), "label": "Two adults", "reason": "Two adults at the door"}
    checks = dict.fromkeys(("seen", "understood", "expected", "observed"), "on")
    assert client.post(at("measure-phase", measure), said | checks).status_code == 302
    first, second = drawn(district.priya, measure, Place(district.elm)).phases
    assert (first.last, second.first) == (mondays[13], mondays[14])
    assert (round(first.centre), round(second.centre)) == (52, 85)
    assert "Two adults at the door" in read(client, at("measure", measure))


@pytest.mark.parametrize("left_out", ["seen", "understood", "expected", "observed", "reason"])
def test_a_new_level_needs_four_answers_and_a_reason(client, district, greeted, left_out):
    client.force_login(district.priya)
    said = dict.fromkeys(("seen", "understood", "expected", "observed"), "on")
    said |= {"start": str(THIS_WEEK), "reason": "A change"}
    del said[left_out]
    assert client.post(at("measure-phase", greeted), said).status_code == 200
    assert not ChartChoice.objects.exists()


def test_a_frozen_baseline_is_not_moved_by_what_comes_after(district):
    measure, mondays = count("Greeted by name"), weeks(24)
    on_record(measure, district.elm, STEADY[:16] + [(23, 24)] * 8)
    here = Place(district.elm)
    begin_phase(district.priya, measure, here, start=mondays[0], reason="The first weeks", baseline=12)
    (phase,) = drawn(district.priya, measure, here).phases
    part = sum(value[0] for value in STEADY[:12])
    assert phase.centre == pytest.approx(100 * part / (12 * 24))
    assert phase.runs_signal


def test_a_level_that_begins_on_the_same_day_replaces_the_other(district, greeted):
    here = Place(district.elm)
    for label in ("first", "second"):
        begin_phase(district.priya, greeted, here, start=THIS_WEEK - 12 * WEEK, reason="So", label=label)
    assert [phase.label for phase in drawn(district.priya, greeted, here).phases] == ["", "second"]


def test_a_choice_of_chart_keeps_the_levels_and_the_left_out_weeks(district, greeted):
    here = Place(district.elm)
    begin_phase(district.priya, greeted, here, start=THIS_WEEK - 12 * WEEK, reason="So")
    leave_out(district.priya, greeted, here, period=THIS_WEEK, reason="Closed")
    choose_chart(district.priya, greeted, here, chart="run", reason="Run", **CHOSEN)
    specification = drawn(district.priya, greeted, here).specification
    assert (len(specification.phases), len(specification.excluded)) == (1, 1)


def test_a_level_of_one_school_is_not_drawn_at_another_nor_one_of_the_district_at_a_school(district, greeted):
    on_record(greeted, district.oak, STEADY)
    begin_phase(district.dana, greeted, Place(), start=THIS_WEEK - 12 * WEEK, reason="District")
    begin_phase(district.priya, greeted, Place(district.elm), start=THIS_WEEK - 6 * WEEK, reason="Elm")
    starts = {
        place.name: [phase.first for phase in drawn(district.dana, greeted, place).phases[1:]]
        for place in (Place(), Place(district.elm), Place(district.oak))
    }
    assert list(starts.values()) == [[THIS_WEEK - 12 * WEEK], [THIS_WEEK - 6 * WEEK], []]


# -- weeks left out


def test_a_week_left_out_is_drawn_and_says_nothing_of_the_rest(client, district):
    measure = count("Greeted by name")
    on_record(measure, district.elm, [*STEADY[:23], (2, 24)])
    here = Place(district.elm)
    before = drawn(district.priya, measure, here)
    assert before.points[-1].signals
    client.force_login(district.priya)
    said = {"period": str(THIS_WEEK), "words": "The building was closed"}
    assert client.post(at("measure-leave-out", measure), said).status_code == 302
    after = drawn(district.priya, measure, here)
    assert (after.points[-1].y, after.points[-1].is_included) == (before.points[-1].y, False)
    part = sum(value[0] for value in STEADY[:23])
    assert after.phases[0].centre == pytest.approx(100 * part / (23 * 24))
    assert ChartChoice.objects.get().reason == "The building was closed"


# -- notes and what was tried


def test_what_happened_is_pinned_to_the_chart_of_the_school_and_to_no_other(client, district, greeted):
    on_record(greeted, district.oak, STEADY)
    client.force_login(district.priya)
    client.post(at("measure-note", greeted), {"period": str(THIS_WEEK), "words": "Snow days at Elm"})
    assert "Snow days at Elm" in read(client, at("measure", greeted))
    client.force_login(district.dana)
    assert "Snow days at Elm" not in read(client, at("measure", greeted, f"?school={district.oak.public_id}"))
    assert "Snow days at Elm" not in read(client, at("measure", greeted, "?school=all"))


def test_a_note_of_the_district_is_on_every_chart(client, district, greeted):
    annotate(district.dana, greeted, Place(), period=THIS_WEEK, words="A new bus route")
    client.force_login(district.priya)
    assert "A new bus route" in read(client, at("measure", greeted))
    assert "A new bus route" in client.get(at("measure-csv", greeted)).content.decode()


def test_a_note_taken_back_leaves_the_chart_and_stays_on_record(client, district, greeted):
    pinned = annotate(district.priya, greeted, Place(district.elm), period=THIS_WEEK, words="Snow days")
    with pytest.raises(PermissionDenied):
        withdraw_annotation(district.otto, pinned)
    withdraw_annotation(district.priya, pinned)
    client.force_login(district.priya)
    assert "Snow days" not in read(client, at("measure", greeted))
    assert Annotation.objects.get().words == "Snow days"


def test_a_note_of_a_class_is_not_shown_to_who_does_not_reach_it(client, district, greeted):
    on_record(greeted, district.elm, STEADY, section=district.section_8b)
    place = Place(district.elm, district.section_8b)
    annotate(district.tomas, greeted, place, period=THIS_WEEK, words="Only three were there")
    client.force_login(district.tomas)
    assert "Only three were there" in read(client, at("measure", greeted, place.query))
    client.force_login(district.lena)
    assert "Only three were there" not in read(client, at("measure", greeted, f"?school={district.elm.public_id}"))


def test_a_note_on_a_day_is_pinned_to_its_week(client, district, greeted):
    day = THIS_WEEK + datetime.timedelta(days=1)
    annotate(district.priya, greeted, Place(district.elm), period=day, words="Fire drill")
    client.force_login(district.priya)
    assert "Fire drill" in read(client, at("measure", greeted))


def test_what_a_later_room_tried_is_drawn_on_the_chart(client, district, greeted, monkeypatch):
    tried = Span("Cycle 2", "Two-minute talks", THIS_WEEK - 6 * WEEK, THIS_WEEK, "/cycles/2/")
    monkeypatch.setattr(spans, "SOURCES", [lambda viewer, measure: [tried] if viewer == district.priya else []])
    client.force_login(district.priya)
    assert "Two-minute talks" in read(client, at("measure", greeted))
    client.force_login(district.ruth)
    assert "Two-minute talks" not in read(client, at("measure", greeted))


def test_the_chart_says_how_often_luck_alone_would_mark_it(client, district, greeted):
    client.force_login(district.priya)
    assert "Luck alone gives about 1 false signal in 8 such charts." in read(client, at("measure", greeted))


def test_days_without_school_between_weeks_break_the_line(district):
    measure, mondays = count("Greeted by name"), weeks(14)
    in_school(*mondays[:10], *mondays[12:])
    on_record(measure, district.elm, [*STEADY[:10], None, None, *STEADY[:2]])
    (gap,) = queries.chart(district.priya, measure, Place(district.elm)).gaps
    assert (gap.after, gap.before) == (mondays[9], mondays[12])
