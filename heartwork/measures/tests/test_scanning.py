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
    assert (found.luck.charts, round(found.luck.expected, 1)) == (5, 0.6)
    client.force_login(district.dana)
    assert "Luck alone would mark about 1" in client.get(reverse("signals")).content.decode()
