"""What a look found is kept beside the values, and never outlives what it rests on."""

import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from heartwork.measures import looks, scanning
from heartwork.measures.actions import Value, change_measure, choose_chart, enter_values
from heartwork.measures.models import Look
from heartwork.measures.places import Place
from heartwork.measures.tasks import look_at_all
from heartwork.measures.tests.stories import STEADY, count, on_record, weeks
from heartwork.roster import queries as roster
from heartwork.testing.people import hire

pytestmark = pytest.mark.data

UP = [(part + 3 if at >= 12 else part - 5, whole) for at, (part, whole) in enumerate(STEADY)]
FEW = [(0, 4)] * 12 + [(4, 4)] * 12
PAIR = [(6, 24)] * 12 + [(18, 24)] * 12  # of twenty-four, and six on either side: told to everyone
HOW = [{"by_group": by_group, "beside_rest": beside} for by_group in (False, True) for beside in (False, True)]


@pytest.fixture
def greeted(district):
    """Elm changed, and so did groups of every size there; Oak did not."""
    measure = count("Greeted by name")
    on_record(measure, district.elm, UP)
    on_record(measure, district.oak, STEADY)
    for name, values in (("Asian", FEW), ("Pacific", FEW)):
        on_record(measure, district.elm, values, group=("raceEthnicity", name))
    for name in ("Lone", "Other"):
        on_record(measure, district.oak, PAIR, group=("home", name))
    return measure


@pytest.fixture
def readers(district):
    """Who reaches everyone, one school, and nobody."""
    far = hire("Pia Oak", "principal", organization=district.oak)
    return [district.dana, district.priya, far, district.lena]


def told(viewer, measure, **how):
    """All that a look tells someone: each signal with its chart, how many charts, and what was widened."""
    found = scanning.signals(viewer, [measure], **how)
    shown = [(each.school.pk, each.group, each.depth) for each in found.found]
    return shown, scanning.charts(viewer, found.found), found.luck, found.widened, found.together


def test_what_was_kept_is_what_a_look_now_would_find_at_every_depth(greeted, readers):
    made_now = [told(reader, greeted, **how) for reader in readers for how in HOW]
    looks.keep(greeted)
    assert [told(reader, greeted, **how) for reader in readers for how in HOW] == made_now


def test_a_page_reads_what_was_kept_in_as_many_queries_for_any_number_of_charts(
    client, district, greeted, django_assert_num_queries
):
    looks.keep(greeted)
    client.force_login(district.dana)
    with django_assert_num_queries(10):
        client.get(reverse("signals") + "?groups=each")
    for n in range(9):
        on_record(greeted, district.elm, UP, group=("home", f"Group {n}"))
    looks.keep(greeted)
    with django_assert_num_queries(10):
        client.get(reverse("signals") + "?groups=each")


def test_a_value_that_is_entered_counts_at_once_and_the_worker_looks_once_for_many(district, greeted):
    looks.keep(greeted)
    for week in weeks(24)[12:]:
        enter_values(district.dana, greeted, Place(district.oak), [Value(week, 2, 24)])
    assert not Look.objects.exists()
    assert [each.school for each in scanning.signals(district.dana, [greeted]).found] == [district.elm, district.oak]
    assert DBTaskResult.objects.filter(task_path=look_at_all.module_path).count() == 1
    look_at_all.func()
    assert [each.school for each in scanning.signals(district.dana, [greeted]).found] == [district.elm, district.oak]
    assert Look.objects.get().pk == greeted.pk


def test_a_value_that_says_the_same_again_leaves_what_was_found(district, greeted):
    kept = looks.keep(greeted)
    part, whole = STEADY[-1]
    enter_values(district.dana, greeted, Place(district.oak), [Value(weeks(1)[0], part, whole)])
    assert Look.objects.get() == kept


def test_a_look_made_for_another_chart_is_not_read(district, greeted):
    before = told(district.dana, greeted)
    looks.keep(greeted)
    choice = {"rules": "anhoej", "screen_moving_ranges": True, "reason": "Counts are small"}
    choose_chart(district.dana, greeted, Place(), chart="run", **choice)
    assert told(district.dana, greeted) != before
    assert looks.stale() == [greeted]


def test_a_group_that_is_too_small_from_now_on_is_hidden_whatever_was_kept(district, greeted):
    pairs = [(district.oak.pk, "Lone"), (district.oak.pk, "Other")]
    looks.keep(greeted)
    found = scanning.signals(district.lena, [greeted], by_group=True).found
    assert [(each.school.pk, each.group.name) for each in found if each.group.kind == "home"] == pairs
    change_measure(district.dana, greeted, per_student=5)  # so it was four or five people
    found = scanning.signals(district.lena, [greeted], by_group=True).found
    assert [each for each in found if each.group.kind == "home"] == []


def test_periods_are_joined_to_the_least_that_the_district_sets_now_whatever_was_kept(district, greeted):
    def lengths():
        found = scanning.signals(district.lena, [greeted], by_group=True).found
        of_pairs = [each for each in found if each.group.kind == "home"]
        return [len(chart.points) for chart in scanning.charts(district.lena, of_pairs)]

    looks.keep(greeted)
    assert lengths() == [24, 24]
    here = roster.district()
    here.minimum_group = 48
    here.save()
    assert lengths() == [12, 12]
    assert looks.stale() == [greeted]


def test_a_measure_that_was_last_counted_long_ago_is_not_looked_at(district, greeted):
    looks.keep(greeted)
    Look.objects.update(last=weeks(80)[0])
    assert scanning.signals(district.dana, [greeted]).luck.charts == 0
