"""Charts find what was planted in a made district that came in by the real import, and little else.

The district of the suite is small: four schools. `HEARTWORK_TRUTH_STUDENTS=20000` runs the same on a large one.
"""

import datetime
import json
import os
from dataclasses import dataclass

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings

from heartwork.measures import differences, queries, scanning
from heartwork.measures.actions import begin_phase, define_measure
from heartwork.measures.places import Group
from heartwork.roster import imports
from heartwork.roster.imports import stage
from heartwork.roster.models import Organization, Section
from heartwork.testing import make_district
from heartwork.testing.people import hire

STUDENTS = int(os.environ.get("HEARTWORK_TRUTH_STUDENTS", "2000"))
IS_LARGE = STUDENTS >= 10_000
SEEDS = (7, 23, 101)
WEEKS = 24
DAY = datetime.date(2026, 3, 13)  # the Friday after the last week
UNUSED = ["attendance", "checkins", "outreach", "screeners", "supports", "participation"]
TWO_WEEKS = datetime.timedelta(weeks=2)
TOLD_BY_CHARTS = ("shift", "trend", "single_week")
FROM_THE_FILE = ("attend", "belong", "checkin", "reach", "referral")
RARE = 0.005  # so many of all groups may stand out by chance alone: 2 in 1,000 are expected

pytestmark = pytest.mark.data


@dataclass
class Made:
    """A made district: what was planted by kind, its measures by their names in the file, and who asks."""

    planted: dict
    measures: dict
    dana: object
    lena: object

    def school(self, kind):
        return Organization.objects.get(source_id=self.planted[kind]["school"])

    def measure(self, kind):
        return self.measures[self.planted[kind]["measureId"]]

    def group(self, kind):
        return Group(self.planted[kind]["subgroupType"], self.planted[kind]["subgroup"])


@pytest.fixture(scope="module", params=SEEDS)
def district(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """The files of one seed, imported once for all tests that ask them, and gone behind them."""
    folder = tmp_path_factory.mktemp("made")
    here = override_settings(IMPORTS=folder / "imports", KEYS=folder / "keys")
    with django_db_blocker.unblock(), here:
        with transaction.atomic():
            yield _imported(folder / "files", request.param)
            transaction.set_rollback(True)
        stage.let_go()


def _imported(folder, seed):
    with time_machine.travel(DAY, tick=True):
        arguments = ["--students", str(STUDENTS), "--seed", str(seed), "--weeks", str(WEEKS)]
        make_district.main([*arguments, "--out", str(folder)])
        truth = json.loads((folder / "truth.json").read_text())
        for name in ["truth.json", *(f"{unused}.csv" for unused in UNUSED)]:
            (folder / name).unlink()
        run = imports.read(imports.begin(None, name="made", source=folder).pk)
        run = imports.apply(run.pk, actor=None, agreed=True)
        assert run.state == run.State.APPLIED, run.error
    return {fact["kind"]: fact for fact in truth["facts"]}


@pytest.fixture
def made(district, db):
    """A district as imported, with referrals counted from the records by school and group, and who asks."""
    with time_machine.travel(DAY, tick=True):
        dana = hire("Dana Whitlock", "student_services_director")
        measures = {measure.source_id: measure for measure in queries.measures(dana)}
        measures["counted"] = define_measure(dana, name="Referrals from the records", source="referrals")
        yield Made(district, measures, dana, hire("Lena Ito", "district_leader"))


def day(text):
    return datetime.date.fromisoformat(text)


def look(made, viewer, *names, **how):
    """The signals in some measures, each beside the rest, by measure, school and group."""
    wanted = [made.measures[name] for name in names]
    found = scanning.signals(viewer, wanted, beside_rest=True, **how)
    return found, {(s.measure.source_id, s.place.school.source_id, s.group): s for s in found.found}


def changes_of(made, viewer, kind):
    """What the chart of the planted school tells of everyone, beside the rest of the district."""
    name, school = made.planted[kind]["measureId"], made.planted[kind]["school"]
    _, by_place = look(made, viewer, name)
    assert (name, school, Group()) in by_place, f"{kind} at {school} was not found"
    (chart,) = scanning.charts(viewer, [by_place[name, school, Group()]])
    return chart.changes


def the_shift_is_found_with_its_week(made, viewer):
    first, side = day(made.planted["shift"]["firstWeek"]), {"up": "high", "down": "low"}
    runs = [each for each in changes_of(made, viewer, "shift") if each.rule == "shift"]
    after = [each for each in runs if each.side == side[made.planted["shift"]["direction"]]]
    assert [each for each in after if abs(each.since - first) <= TWO_WEEKS], (first, runs)


def the_trend_is_found_from_low_to_high(made, viewer):
    runs = [each for each in changes_of(made, viewer, "trend") if each.rule == "shift"]
    sides = [each.side for each in runs]
    assert sides == ["low", "high"] or (sides == ["high"] and not IS_LARGE), runs  # one of four moves the middle, too
    assert runs[-1].until == max(each.until for each in runs)


def the_single_week_is_found_and_no_other_is_as_low(made, viewer):
    week = day(made.planted["single_week"]["week"])
    outside = [each for each in changes_of(made, viewer, "single_week") if each.rule == "outside_limits"]
    assert [(each.since, each.until) for each in outside if each.side == "low"] == [(week, week)], outside


def the_lagging_group_is_found_and_no_other_lags(made, viewer):
    found = differences.differences(viewer, made.measure("lagging_subgroup"), by_school=False)
    assert [each.group for each in found.standing_out if not each.is_higher] == [made.group("lagging_subgroup")]
    (lags,) = [each for each in found.found if each.group == made.group("lagging_subgroup")]
    planted = made.planted["lagging_subgroup"]
    assert (lags.value, lags.rest) == pytest.approx((100 * planted["rate"], 100 * planted["others"]), abs=0.01)


def the_unequal_referrals_are_found_and_hardly_any_other(made, viewer):
    found = differences.differences(viewer, made.measures["counted"])
    there = made.school("unequal_referrals"), made.group("unequal_referrals")
    standing_out = {(each.place.school, each.group): each for each in found.standing_out}
    assert there in standing_out, [(s.source_id, g.name) for s, g in standing_out]
    assert standing_out[there].is_higher
    assert standing_out[there].value == pytest.approx(
        100 * made.planted["unequal_referrals"]["referralsPerStudentWeek"], rel=0.2
    )
    assert len(standing_out) - 1 <= 1 + RARE * len(found.found)


def the_season_is_no_signal_beside_the_rest(made, viewer):
    spike = made.planted["single_week"]
    found, by_place = look(made, viewer, "attend")
    others = [school for (_, school, _) in by_place if school != spike["school"]]
    assert len(others) <= found.luck.at_most, others
    own = scanning.signals(viewer, [made.measures["attend"]])
    assert own.together == [made.measures["attend"]] or not IS_LARGE


def the_stopped_class_is_missing_and_not_bad(made):
    planted = made.planted["advisory_stopped"]
    section = Section.objects.select_related("school").get(source_id=planted["classSourcedId"])
    measure, place = made.measures["belong"], queries.Place(section.school, section)
    shown = queries.chart(made.dana, measure, place)
    silent = [point for point in shown.chart.points if point.label >= day(planted["firstWeek"])]
    assert len(silent) > 10
    assert {point.y for point in silent} == {None}
    assert not [each for each in shown.chart.changes if each.since >= day(planted["firstWeek"])]


def test_what_was_planted_is_found_with_its_school_its_group_and_its_week(made):
    the_shift_is_found_with_its_week(made, made.dana)
    the_trend_is_found_from_low_to_high(made, made.dana)
    the_single_week_is_found_and_no_other_is_as_low(made, made.dana)
    the_lagging_group_is_found_and_no_other_lags(made, made.dana)
    the_unequal_referrals_are_found_and_hardly_any_other(made, made.dana)
    the_season_is_no_signal_beside_the_rest(made, made.dana)
    the_stopped_class_is_missing_and_not_bad(made)


def test_a_leader_finds_the_same_without_seeing_a_single_student(made):
    the_shift_is_found_with_its_week(made, made.lena)
    the_trend_is_found_from_low_to_high(made, made.lena)
    the_single_week_is_found_and_no_other_is_as_low(made, made.lena)
    if IS_LARGE:  # in a small one hidden groups leave few, and one that lags makes them all look apart
        the_lagging_group_is_found_and_no_other_lags(made, made.lena)
    the_unequal_referrals_are_found_and_hardly_any_other(made, made.lena)


def test_where_nothing_was_planted_there_are_no_more_signals_than_luck_makes(made):
    for viewer in (made.dana, made.lena):
        found, by_place = look(made, viewer, "referral", "reach")
        assert found.luck.charts > 0
        assert len(by_place) <= found.luck.at_most


def planted_in_charts(made):
    """Measures and schools of which something planted shows: where a class stops, the school's share falls, too."""
    found = {(fact["measureId"], fact["school"]) for kind, fact in made.planted.items() if kind in TOLD_BY_CHARTS}
    stopped = made.planted["advisory_stopped"]
    section = Section.objects.select_related("school").get(source_id=stopped["classSourcedId"])
    return found | {(stopped["measureId"], section.school.source_id)}


def test_there_are_no_more_signals_than_luck_makes_beside_what_was_planted(made):
    planted = planted_in_charts(made)
    for viewer in (made.dana, made.lena):
        for by_group in (False, True):
            found, by_place = look(made, viewer, *FROM_THE_FILE, by_group=by_group)
            others = [key for key in by_place if key[:2] not in planted]
            print("groups" if by_group else "schools", viewer, len(by_place), "not planted", len(others), found.luck)
            assert len(others) <= found.luck.at_most, others


def test_a_season_is_no_signal_when_each_part_of_the_year_has_a_level_of_its_own(made):
    measure, place = made.measures["attend"], queries.Place()
    before = queries.chart(made.dana, measure, place).chart
    labels = [point.label for point in before.points]
    for at in range(0, WEEKS, 6):
        begin_phase(made.dana, measure, place, start=labels[at], reason="The season")
    after = queries.chart(made.dana, measure, place).chart
    assert [phase.runs_signal for phase in before.phases] == [True]
    assert [phase.runs_signal for phase in after.phases] == [False] * 4
