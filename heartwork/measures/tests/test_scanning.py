"""A look over all charts at once: who changed, whom luck marks, and what all share."""

import pytest
from django.urls import reverse

from heartwork.measures import scanning
from heartwork.measures.actions import choose_chart
from heartwork.measures.places import Place
from heartwork.measures.tests.stories import STEADY, count, on_record
from heartwork.roster.models import Organization

pytestmark = pytest.mark.data

UP = [(part + 3 if at >= 12 else part - 5, whole) for at, (part, whole) in enumerate(STEADY)]
SEASON = [(part - at // 2 + 2, whole) for at, (part, whole) in enumerate(STEADY)]


@pytest.fixture
def schools(district):
    """Elm, Oak and three more."""
    more = [
        Organization.objects.create(source_id=f"s{n}", name=f"School {n}", parent=district.office) for n in (1, 2, 3)
    ]
    return [district.elm, district.oak, *more]


def turned(values, n):
    """The same values begun elsewhere, as another school would have them by chance."""
    return values[n:] + values[:n]


def marked(viewer, measure, **how):
    found = scanning.signals(viewer, [measure], **how)
    return {(each.place.school.name, each.group.name) for each in found.found}


def test_a_school_that_changed_is_found_and_the_others_are_not(district, schools):
    measure = count("Greeted by name")
    on_record(measure, district.elm, UP)
    for n, school in enumerate(schools[1:]):
        on_record(measure, school, turned(STEADY, n))
    assert marked(district.dana, measure) == {("Elm Middle School", "all")}


def test_one_school_that_changes_is_no_change_of_the_others_beside_it(district, schools):
    measure = count("Greeted by name")
    on_record(measure, district.elm, [(part * 20, whole * 20) for part, whole in UP])  # a large school
    for n, school in enumerate(schools[1:]):
        on_record(measure, school, turned(STEADY, n))
    assert marked(district.dana, measure, beside_rest=True) == {("Elm Middle School", "all")}


def test_a_season_that_all_share_is_told_of_the_district_and_of_no_school(client, district, schools):
    measure = count("Greeted by name")
    for school in schools:
        on_record(measure, school, SEASON)
    own = scanning.signals(district.dana, [measure])
    assert (len(own.found), own.together) == (5, [measure])
    assert marked(district.dana, measure, beside_rest=True) == set()
    client.force_login(district.dana)
    assert "most schools moved together" in client.get(reverse("signals")).content.decode()


def test_numbers_that_vary_more_than_chance_have_their_limits_widened_until_somebody_chooses(client, district, schools):
    measure = count("Greeted by name")
    for n, school in enumerate(schools):
        on_record(measure, school, turned([(part * 100, whole * 100) for part, whole in STEADY], n))
    found = scanning.signals(district.dana, [measure])
    assert [each.measure for each in found.widened] == [measure]
    assert found.found == []
    client.force_login(district.dana)
    assert "limits were widened" in client.get(reverse("signals")).content.decode()
    told = {"rules": "anhoej", "screen_moving_ranges": True, "reason": "We want to know"}
    choose_chart(district.dana, measure, Place(), chart="p", **told)
    found = scanning.signals(district.dana, [measure])
    assert (found.widened, len(found.found)) == ([], 5)


def test_a_hidden_group_is_never_a_signal_for_who_may_not_see_it(district):
    measure = count("Greeted by name")
    on_record(measure, district.elm, STEADY)
    for name in ("Asian", "Pacific"):
        on_record(measure, district.elm, [(0, 4)] * 12 + [(4, 4)] * 12, group=("raceEthnicity", name))
    hidden = {("Elm Middle School", "Asian"), ("Elm Middle School", "Pacific")}
    assert marked(district.priya, measure, by_group=True) == hidden
    assert marked(district.lena, measure, by_group=True) == set()


def test_beside_the_number_found_stands_how_many_luck_would_make(client, district, schools):
    measure = count("Greeted by name")
    for n, school in enumerate(schools):
        on_record(measure, school, turned(STEADY, n))
    found = scanning.signals(district.dana, [measure])
    assert (found.luck.charts, round(found.luck.expected, 1), found.luck.at_most) == (5, 0.5, 2)
    client.force_login(district.dana)
    shown = client.get(reverse("signals")).content.decode()
    assert f"Luck alone would mark about {found.luck.expected:.0f}, and up to 2 would be no surprise" in shown


def test_a_group_without_a_single_event_takes_no_season_from_the_others(district, schools):
    measure = count("Greeted by name")
    for school in schools:
        on_record(measure, school, SEASON)
    on_record(measure, district.elm, [(4, 4)] * 24, group=("raceEthnicity", "Asian"))
    assert marked(district.dana, measure, by_group=True, beside_rest=True) == set()


def test_a_season_is_as_large_as_the_level_it_stands_on(district, schools):
    """Where twice as many are away, the season adds twice as many, and it still is the season of all."""
    measure = count("Greeted by name")
    seldom = [(1000 - 4 * at, 1000) for at in range(24)]
    often = [(1000 - 8 * at, 1000) for at in range(24)]
    for n, school in enumerate(schools):
        on_record(measure, school, seldom if n else often)
    assert marked(district.dana, measure, beside_rest=True) == set()


def test_weeks_of_few_days_lie_farther_off_by_chance_and_are_no_signal(district, schools):
    measure = count("Here")
    short = [(part * 40, whole * 40) for part, whole in STEADY]
    short[10], short[17] = (29, 40), (33, 40)  # 72 and 82 of 100 where others are 75
    on_record(measure, district.elm, short)
    for n, school in enumerate(schools[1:]):
        on_record(measure, school, turned([(part * 40, whole * 40) for part, whole in STEADY], n + 1))
    assert marked(district.dana, measure, beside_rest=True) == set()


def test_where_events_are_rare_weeks_are_joined_and_a_change_is_found_all_the_same(district, schools):
    measure = count("Greeted by name")
    on_record(measure, district.elm, [(4, 4)] * 24 + [(2, 4), (3, 4)] * 12, group=("raceEthnicity", "Asian"))
    on_record(measure, district.elm, [(8, 8)] * 40 + [(7, 8)] * 8, group=("raceEthnicity", "White"))  # 8 events in all
    (one,) = scanning.signals(district.dana, [measure], by_group=True).found
    assert one.group.name == "Asian"
    (points,) = scanning.points(district.dana, [one])
    assert [(point.numerator, point.denominator) for point in points] == [(12, 12)] * 8 + [(7, 12), (8, 12)] * 4
    (chart,) = scanning.charts(district.dana, [one])
    assert chart.changes


def test_a_chart_of_too_few_events_is_one_that_luck_does_not_mark(district, schools):
    measure = count("Greeted by name")
    on_record(measure, district.elm, [(4, 4)] * 23 + [(3, 4)])
    found = scanning.signals(district.dana, [measure])
    assert (found.luck.charts, found.luck.expected, found.luck.at_most) == (1, 0, 0)


def test_luck_comes_in_clusters_among_charts_of_the_same_people(district, schools):
    """A school and four groups that each are all of it: as many to expect as of five schools, and more at most."""
    large = [(part * 10, whole * 10) for part, whole in STEADY]
    apart, same = count("Of schools"), count("Of groups")
    for n, school in enumerate(schools):
        on_record(apart, school, turned(large, n))
    on_record(same, district.elm, large)
    for n in range(4):
        on_record(same, district.elm, turned(large, n), group=(f"kind {n}", "true"))
    of_schools = scanning.signals(district.dana, [apart], by_group=True).luck
    of_groups = scanning.signals(district.dana, [same], by_group=True).luck
    assert of_groups.charts == of_schools.charts
    assert of_groups.expected == pytest.approx(of_schools.expected)
    assert of_groups.at_most > of_schools.at_most
