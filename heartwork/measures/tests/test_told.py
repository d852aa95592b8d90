"""What was told of values is told again until enough people have come or gone, wherever it is told."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartwork.measures import differences, looks, scanning, series
from heartwork.measures.actions import Value, define_measure, enter_values, gather
from heartwork.measures.models import HeldBack, Measure
from heartwork.measures.places import ALL, GRADE, Group, Place
from heartwork.measures.tests.stories import STEADY, THIS_WEEK, WEEK, count, in_school, on_record, weeks
from heartwork.measures.tests.test_sources import LAST_WEEK, away
from heartwork.measures.tests.test_values import bring_in
from heartwork.measures.told import as_told, held_back
from heartwork.roster import queries as roster
from heartwork.roster.models import Organization
from heartwork.testing.people import enroll

SEVENTH = Group(GRADE, "07")
UP = [(part + 3 if at >= 12 else part - 5, whole) for at, (part, whole) in enumerate(STEADY)]


@pytest.fixture
def greeted(district):
    """Elm changed, and five schools did not; at each a grade and a group that leave a large rest."""
    measure = count("Greeted by name")
    more = [Organization.objects.create(source_id=f"s{n}", name=f"S {n}", parent=district.office) for n in range(4)]
    for n, school in enumerate([district.elm, district.oak, *more]):
        weekly = STEADY[n:] + STEADY[:n] if n else UP
        for group, times in ((ALL, 5), (Group("raceEthnicity", "White"), 4), (SEVENTH, 2)):
            values = [(part * times, whole * times) for part, whole in weekly]
            on_record(measure, school, values, group=(group.kind, group.name))
    return measure


def all_that_is_told(viewer, measure):
    """Of every place and group, by every question that gives values."""
    places = [*map(Place, roster.schools()), Place()]
    one_by_one = [series.seen(viewer, measure, place, None) for place in places]
    everyone = [series.of_everyone(viewer, [measure], place) for place in places]
    schools = [series.at_schools(viewer, measure, kind) for kind in (GRADE, "raceEthnicity")]
    looks.keep(measure)
    found = scanning.signals(viewer, [measure], by_group=True).found
    beside = scanning.signals(viewer, [measure], by_group=True, beside_rest=True).found
    drawn = [scanning.points(viewer, each) for each in (found, beside)]
    return one_by_one, everyone, schools, differences.differences(viewer, measure), drawn


def numbers(viewer, measure, place, group=ALL):
    return [(p.label, p.numerator, p.denominator) for p in series.seen(viewer, measure, place, (group,))[group].points]


# -- wherever it is told


@pytest.mark.data
@pytest.mark.parametrize("group", [ALL, SEVENTH], ids=["everyone", "a group"])
@pytest.mark.parametrize(("more", "of"), [(4, 0), (2, 2), (-1, -2)], ids=["other words", "two came", "two went"])
def test_a_change_of_few_is_told_to_who_sees_each_student_alone(district, greeted, group, more, of):
    week, here = weeks(24)[4], Place(district.elm)
    before = {reader: all_that_is_told(reader, greeted) for reader in (district.lena, district.priya)}
    assert all(before[district.lena][-1])  # signals, by its own past and beside the rest
    (_, part, whole) = next(each for each in numbers(district.priya, greeted, here, group) if each[0] == week)
    enter_values(district.dana, greeted, here, [Value(week, part + more, whole + of)], group)
    assert all_that_is_told(district.lena, greeted) == before[district.lena]
    assert (week, part + more, whole + of) in numbers(district.priya, greeted, here, group)
    assert all_that_is_told(district.priya, greeted) != before[district.priya]


@pytest.mark.data
def test_when_enough_have_come_or_gone_in_a_period_it_is_told_as_it_is(district):
    measure, here = count("Greeted by name"), Place(district.elm)
    on_record(measure, district.elm, [(30, 60)] * 8)
    first, second, *_ = weeks(8)
    enter_values(district.priya, measure, here, [Value(first, 39, 60), Value(second, 39, 60)])  # nine more, and nine
    assert HeldBack.objects.count() == 2
    assert numbers(district.lena, measure, here)[:2] == [(first, 30, 60), (second, 30, 60)]
    enter_values(district.priya, measure, here, [Value(first, 40, 60)])  # ten more
    assert numbers(district.lena, measure, here)[:2] == [(first, 40, 60), (second, 30, 60)]


@pytest.mark.data
def test_a_school_that_is_told_of_only_with_others_changes_nothing_of_the_district(district):
    measure = count("Greeted by name")
    on_record(measure, district.oak, [(150, 200)] * 6)
    on_record(measure, district.elm, [(3, 6)] * 6)
    before = numbers(district.lena, measure, Place())
    enter_values(district.priya, measure, Place(district.elm), [Value(THIS_WEEK, 4, 6)])
    assert numbers(district.lena, measure, Place()) == before
    assert numbers(district.dana, measure, Place())[-1] == (THIS_WEEK, 154, 206)


@pytest.mark.data
def test_what_is_put_right_again_is_held_back_no_more(district, greeted):
    here, week = Place(district.elm), weeks(24)[4]
    enter_values(district.priya, greeted, here, [Value(week, 73, 120)])
    assert HeldBack.objects.exists()
    enter_values(district.priya, greeted, here, [Value(week, 75, 120)])
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
def test_what_is_counted_from_the_records_is_told_when_the_week_is_over_and_then_stands(district):
    for n in range(16):
        enroll(f"Student {n}", "07", district.elm)
    over = LAST_WEEK - WEEK
    in_school(over, LAST_WEEK, THIS_WEEK)
    for n in range(5):
        away(district.maya, over + datetime.timedelta(days=n))
    away(district.maya, LAST_WEEK)
    measure = define_measure(district.dana, name="Days attended", source="attendance")
    told = numbers(district.lena, measure, Place(district.elm))
    assert told == [(over, 95, 100)]  # of last week some records may still come in
    away(district.theo, over, LAST_WEEK)
    gather(district.dana, measure)
    assert numbers(district.lena, measure, Place(district.elm)) == told
    assert numbers(district.priya, measure, Place(district.elm))[0] == (over, 94, 100)
    assert {each.period for each in HeldBack.objects.all()} == {over}


# -- whatever changes

WHITE, ASIAN, EIGHTH = Group("raceEthnicity", "White"), Group("raceEthnicity", "Asian"), Group(GRADE, "08")
VALUE = st.integers(1, 30).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
WEEKS = [datetime.date(2026, 1, 5) + datetime.timedelta(weeks=n) for n in range(4)]
CELLS = st.dictionaries(st.tuples(st.sampled_from([ALL, WHITE, ASIAN, EIGHTH]), st.sampled_from(WEEKS)), VALUE)
FEW, NOBODY = 10, (0, 0)


def by_group(cells):
    found = {}
    for (group, week), value in sorted(cells.items(), key=lambda cell: cell[0][1]):
        found.setdefault(group, []).append((week, *value))
    return found


def test_a_group_that_the_others_would_tell_of_stands_with_them():
    """Ten more White students, and one more Asian: everyone minus White would be Asian. The grade is told anew."""
    week = WEEKS[0]
    before = {ALL: [(week, 50, 90)], WHITE: [(week, 30, 60)], ASIAN: [(week, 20, 30)], EIGHTH: [(week, 30, 60)]}
    now = {ALL: [(week, 61, 90)], WHITE: [(week, 40, 60)], ASIAN: [(week, 21, 30)], EIGHTH: [(week, 41, 60)]}
    assert held_back(before, now, week, FEW) == {WHITE: {week: (30, 60)}, ASIAN: {week: (20, 30)}}
    now[ALL] = [(week, 59, 90)]
    assert held_back(before, now, week, FEW).keys() == now.keys()


def test_who_is_in_no_group_is_not_told_of_either():
    week = WEEKS[0]
    before = {ALL: [(week, 50, 90)], WHITE: [(week, 30, 60)]}
    assert held_back(before, {ALL: [(week, 61, 90)], WHITE: [(week, 40, 60)]}, week, FEW) == {WHITE: {week: (30, 60)}}
    assert held_back(before, {ALL: [(week, 60, 90)], WHITE: [(week, 40, 60)]}, week, FEW) == {}


def rest(cells, kind):
    """Those in no group of a kind."""
    of_kind = [cells[group] for group in cells if group.kind == kind]
    return tuple(cells.get(ALL, NOBODY)[at] - sum(each[at] for each in of_kind) for at in (0, 1))


def moved(old, new):
    """How many at least came or went, as somebody would say who kept both."""
    sides = (new[0] - old[0], (new[1] - new[0]) - (old[1] - old[0]))
    return max(sum(n for n in sides if n > 0), -sum(n for n in sides if n < 0))


@given(CELLS, st.lists(CELLS, min_size=1, max_size=4))
def test_of_no_period_two_tellings_differ_by_few(first, changes):
    """Neither of everyone, nor of a group, nor of those in no group of a kind."""
    on_file, instead = dict(first), {}
    for change in changes:
        told = as_told(by_group(on_file), instead)
        on_file |= change
        instead = held_back(told, by_group(on_file), WEEKS[-1], FEW)
        again = as_told(by_group(on_file), instead)
        last = {group: rows[-1][0] for group, rows in told.items() if rows}
        for week in WEEKS:
            old, new = (
                {group: row[1:] for group, rows in which.items() for row in rows if row[0] == week}
                for which in (told, again)
            )
            are_told = {group for group in {*old, *new} if week <= last.get(group, datetime.date.min)}
            for group in are_told:
                assert not 0 < moved(old.get(group, NOBODY), new.get(group, NOBODY)) < FEW
            if are_told == {*old, *new}:
                for kind in (GRADE, WHITE.kind):
                    assert not 0 < moved(rest(old, kind), rest(new, kind)) < FEW
