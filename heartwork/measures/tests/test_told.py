"""What was told of values is told again until enough people have come or gone, wherever it is told."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartwork.analysis.points import Point
from heartwork.analysis.pooling import pool, told_until
from heartwork.measures import differences, hiding, looks, scanning, series
from heartwork.measures.actions import Value, define_measure, enter_values, gather
from heartwork.measures.models import HeldBack, Measure
from heartwork.measures.places import ALL, GRADE, Group, Place
from heartwork.measures.tests.stories import STEADY, THIS_WEEK, count, in_school, on_record, weeks
from heartwork.measures.tests.test_sources import LAST_WEEK, away
from heartwork.measures.tests.test_values import bring_in
from heartwork.measures.told import held_back, rows_as_told
from heartwork.roster import queries as roster
from heartwork.testing.people import enroll

SEVENTH = Group(GRADE, "07")
UP = [(part + 3 if at >= 12 else part - 5, whole) for at, (part, whole) in enumerate(STEADY)]


@pytest.fixture
def greeted(district):
    """Two schools, and a group of each that leaves a large rest."""
    measure = count("Greeted by name")
    for school in (district.elm, district.oak):
        on_record(measure, school, UP)
        on_record(measure, school, [(part * 2, whole * 2) for part, whole in UP], group=("raceEthnicity", "White"))
        on_record(measure, school, UP, group=(GRADE, "07"))
    return measure


def all_that_is_told(viewer, measure):
    """Of every place and group, by every question that gives values."""
    places = [*map(Place, roster.schools()), Place()]
    one_by_one = [series.seen(viewer, measure, place, None) for place in places]
    everyone = [series.of_everyone(viewer, [measure], place) for place in places]
    schools = [series.at_schools(viewer, measure, kind) for kind in (GRADE, "raceEthnicity")]
    looks.keep(measure)
    found = scanning.signals(viewer, [measure], by_group=True).found
    return one_by_one, everyone, schools, hiding.hidden_at_schools(measure), scanning.points(viewer, found)


def numbers(viewer, measure, place, group=ALL):
    return [(p.label, p.numerator, p.denominator) for p in series.seen(viewer, measure, place, (group,))[group].points]


# -- wherever it is told


@pytest.mark.data
@pytest.mark.parametrize("group", [ALL, SEVENTH], ids=["everyone", "a group"])
@pytest.mark.parametrize("few", [(13, 24), (16, 26), (13, 22)], ids=["other words", "two came", "two went"])
def test_a_change_of_few_is_told_to_who_sees_each_student_alone(district, greeted, group, few):
    week = weeks(24)[4]
    before = {reader: all_that_is_told(reader, greeted) for reader in (district.lena, district.priya)}
    assert before[district.lena][-1]
    enter_values(district.dana, greeted, Place(district.elm), [Value(week, *few)], group)
    assert all_that_is_told(district.lena, greeted) == before[district.lena]
    assert (week, *few) in numbers(district.priya, greeted, Place(district.elm), group)
    assert (week, *few) not in numbers(district.lena, greeted, Place(district.elm), group)


@pytest.mark.data
def test_when_enough_have_come_or_gone_all_is_told_as_it_is(district, greeted):
    first, second, *_ = weeks(24)
    here = Place(district.elm)
    enter_values(district.priya, greeted, here, [Value(first, 17, 24)])  # four more
    assert HeldBack.objects.get().numerator == 13
    enter_values(district.priya, greeted, here, [Value(second, 19, 24)])  # five more: nine in all
    assert HeldBack.objects.count() == 2
    assert numbers(district.lena, greeted, here)[:2] == [(first, 13, 24), (second, 14, 24)]
    enter_values(district.priya, greeted, here, [Value(second, 18, 24), Value(first, 19, 24)])  # ten
    assert numbers(district.lena, greeted, here)[:2] == [(first, 19, 24), (second, 18, 24)]
    assert not HeldBack.objects.exists()


@pytest.mark.data
def test_what_is_put_right_again_is_held_back_no_more(district, greeted):
    here, week = Place(district.elm), weeks(24)[4]
    enter_values(district.priya, greeted, here, [Value(week, 13, 24)])
    enter_values(district.priya, greeted, here, [Value(week, 15, 24)])
    assert not HeldBack.objects.exists()


@pytest.mark.data
def test_a_week_that_comes_late_is_no_part_of_what_was_told(district):
    measure, here = count("Greeted by name"), Place(district.elm)
    late = weeks(6)[2]
    on_record(measure, district.elm, [(9, 16), (9, 16), None, (9, 16), (9, 16), (9, 16)])
    before = numbers(district.lena, measure, here)
    assert [of for _, _, of in before] == [32, 32]  # the last week waits
    enter_values(district.priya, measure, here, [Value(late, 2, 5)])
    assert numbers(district.lena, measure, here) == before
    enter_values(district.priya, measure, here, [Value(late, 9, 16)])
    assert [of for _, _, of in numbers(district.lena, measure, here)] == [32, 32, 32]


@pytest.mark.data
def test_what_still_fills_up_changes_as_it_will(district):
    measure, here = count("Greeted by name"), Place(district.elm)
    on_record(measure, district.elm, [(9, 16), (9, 16), (3, 4)])
    enter_values(district.priya, measure, here, [Value(THIS_WEEK, 6, 8)])
    assert not HeldBack.objects.exists()
    enter_values(district.priya, measure, here, [Value(THIS_WEEK, 13, 20)])
    assert numbers(district.lena, measure, here)[-1] == (THIS_WEEK, 13, 20)


@pytest.mark.data
def test_days_of_one_student_are_not_many_students(district):
    measure, here = count("Days attended", per_student=5), Place(district.elm)
    on_record(measure, district.elm, [(190, 200)] * 6)
    enter_values(district.priya, measure, here, [Value(weeks(6)[1], 199, 240)])  # eight students
    assert (weeks(6)[1], 190, 200) in numbers(district.lena, measure, here)
    enter_values(district.priya, measure, here, [Value(weeks(6)[1], 199, 260)])  # twelve
    assert (weeks(6)[1], 199, 260) in numbers(district.lena, measure, here)


@pytest.mark.data
def test_a_count_of_what_adults_do_is_told_as_it_is(district):
    calls = count("Calls home", data="count")
    on_record(calls, district.elm, [7] * 6)
    enter_values(district.priya, calls, Place(district.elm), [Value(THIS_WEEK, 8)])
    assert not HeldBack.objects.exists()


@pytest.mark.data
def test_a_week_that_still_waits_is_in_no_difference_either(district):
    measure, asian = count("Greeted by name"), ("raceEthnicity", "Asian")
    on_record(measure, district.elm, [(80, 100)] * 17)
    on_record(measure, district.elm, [(3, 6)] * 16 + [None], group=asian)
    told = {by: differences.differences(district.lena, measure, by_school=by) for by in (True, False)}
    assert [len(each.found) for each in told.values()] == [1, 1]
    enter_values(district.dana, measure, Place(district.elm), [Value(THIS_WEEK, 0, 6)], Group(*asian))
    assert {by: differences.differences(district.lena, measure, by_school=by) for by in told} == told
    (seen_by_all,) = differences.differences(district.dana, measure).found
    assert seen_by_all.value == pytest.approx(100 * 48 / 102)


# -- by whichever way values come


@pytest.mark.data
def test_a_file_is_held_back_where_it_changes_few_and_told_where_it_goes_on(district, tmp_path):
    *before, last = weeks(4)
    rows = {school: [f"greet,{week},{school},,all,all,15,24" for week in before] for school in ("elm", "oak")}
    bring_in(tmp_path, *rows["elm"], *rows["oak"][1:])
    measure = Measure.objects.get()
    measure.per_student = 1
    measure.save()
    corrected = [f"greet,{before[1]},elm,,all,all,14,24", f"greet,{before[0]},oak,,all,all,6,9"]
    bring_in(tmp_path, *corrected, *(f"greet,{last},{school},,all,all,16,24" for school in ("elm", "oak")))
    assert [n for _, n, _ in numbers(district.lena, measure, Place(district.elm))] == [15, 15, 15, 16]
    assert [n for _, n, _ in numbers(district.priya, measure, Place(district.elm))] == [15, 14, 15, 16]
    assert [n for _, n, _ in numbers(district.lena, measure, Place(district.oak))] == [15, 15, 16]
    held = {(each.school, each.period, each.denominator) for each in HeldBack.objects.all()}
    assert held == {(district.elm, before[1], 24), (district.oak, before[0], 0)}


@pytest.mark.data
def test_what_is_counted_from_the_records_is_held_back_too(district):
    for n in range(16):
        enroll(f"Student {n}", "07", district.elm)
    in_school(LAST_WEEK, THIS_WEEK)
    for n in range(5):
        away(district.maya, LAST_WEEK + datetime.timedelta(days=n))
    measure = define_measure(district.dana, name="Days attended", source="attendance")
    (told,) = numbers(district.lena, measure, Place(district.elm))
    assert told == (LAST_WEEK, 95, 100)
    away(district.theo, LAST_WEEK)
    gather(district.dana, measure)
    assert numbers(district.lena, measure, Place(district.elm)) == [told]
    assert numbers(district.priya, measure, Place(district.elm)) == [(LAST_WEEK, 94, 100)]


# -- whatever changes

VALUE = st.integers(1, 30).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
CHANGES = st.lists(st.tuples(st.integers(0, 9), VALUE | st.none()), max_size=12)
FEW, SIDE, NOBODY = 10, 5, (0, 0)


def as_points(rows):
    return [Point(day, numerator=part, denominator=whole) for day, part, whole in rows]


@given(st.lists(VALUE, min_size=10, max_size=10), CHANGES)
def test_two_tellings_are_the_same_as_far_as_both_go_or_lie_enough_people_apart(values, changes):
    days = [datetime.date(2026, 1, 5) + datetime.timedelta(weeks=n) for n in range(10)]
    on_file = dict(zip(days, values, strict=True))
    instead = {}
    for at, value in changes:
        told = rows_as_told(sorted((day, *pair) for day, pair in on_file.items()), instead)
        on_file = {day: pair for day, pair in (on_file | {days[at]: value}).items() if pair}
        now = sorted((day, *pair) for day, pair in on_file.items())
        until = told_until(as_points(told), FEW, side=SIDE)
        instead = held_back(told, now, until, FEW)
        before = pool(as_points(told), FEW, side=SIDE, hold_back=True)
        after = pool(as_points(rows_as_told(now, instead)), FEW, side=SIDE, hold_back=True)
        if after[: len(before)] != before:
            assert not instead
            was, being = (
                {day: (part, whole - part) for day, part, whole in rows if day <= until} for rows in (told, now)
            )
            cells = [(day, side) for day in {*was, *being} for side in (0, 1)]
            moved = [being.get(day, NOBODY)[side] - was.get(day, NOBODY)[side] for day, side in cells]
            assert max(sum(n for n in moved if n > 0), -sum(n for n in moved if n < 0)) >= FEW
