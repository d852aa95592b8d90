"""The same measure for a teacher, a principal and a leader: each at their own depth, and no hidden group in reach."""

import csv
import io
import re
from itertools import combinations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from heartwork.measures import differences, queries, scanning, series
from heartwork.measures.models import DataPoint
from heartwork.measures.places import ALL, Group, Place, sees_every_record
from heartwork.measures.tests.stories import STEADY, count, on_record, weeks
from heartwork.roster.models import Assignment
from heartwork.testing.people import hire

pytestmark = pytest.mark.data

RACE = "raceEthnicity"


def share_out(measure, school, groups, n=24, section=None):
    """Values of everyone at a school, and of the groups that share them out: {name: (part, whole) of each week}."""
    parts = [(sum(v[0] for v in groups.values()), sum(v[1] for v in groups.values()))] * n
    on_record(measure, school, parts, section=section)
    for name, value in groups.items():
        on_record(measure, school, [value] * n, group=(RACE, name), section=section)


def depths(viewer, measure, places):
    return [series.seen(viewer, measure, place)[ALL].depth for place in places]


# -- depth


def test_each_sees_the_same_measure_at_their_own_depth(district):
    measure = count("Greeted by name")
    for school in (district.elm, district.oak):
        on_record(measure, school, STEADY)
    on_record(measure, district.elm, STEADY, section=district.section_8b)
    places = [Place(district.elm, district.section_8b), Place(district.elm), Place(district.oak), Place()]
    assert depths(district.tomas, measure, places) == ["every", "pooled", "pooled", "pooled"]
    assert depths(district.priya, measure, places) == ["every", "every", "pooled", "pooled"]
    assert depths(district.lena, measure, places) == ["pooled", "pooled", "pooled", "pooled"]
    assert depths(district.dana, measure, places) == ["every", "every", "every", "every"]


def test_elsewhere_weeks_are_joined_until_they_hold_the_smallest_group_of_the_district(district):
    measure = count("Visits to the nurse", data="rate")
    on_record(measure, district.oak, [(3, 6)] * 24)
    assert [p.denominator for p in series.seen(district.otto, measure, Place(district.oak))[ALL].points] == [6] * 24
    assert [p.denominator for p in series.seen(district.lena, measure, Place(district.oak))[ALL].points] == [12] * 12
    district.district.minimum_group = 18
    district.district.save()
    assert [p.denominator for p in series.seen(district.lena, measure, Place(district.oak))[ALL].points] == [18] * 8


def test_elsewhere_a_share_is_of_twenty_at_least_and_never_of_nearly_none_or_nearly_all(district):
    measure = count("Greeted by name")
    on_record(measure, district.oak, [(3, 6)] * 8 + [(0, 6)] * 4 + [(3, 6)] * 2 + [(6, 6)] * 4)
    told = series.seen(district.lena, measure, Place(district.oak))[ALL].points
    assert [(p.numerator, p.denominator) for p in told] == [(12, 24), (12, 24), (6, 36)]  # of the last, all are greeted
    assert len(series.seen(district.otto, measure, Place(district.oak))[ALL].points) == 18
    on_record(always := count("Had lunch"), district.oak, [(80, 80)] * 24)
    assert series.seen(district.lena, always, Place(district.oak))[ALL].is_hidden


def test_a_group_of_whom_nobody_is_counted_is_not_set_beside_the_rest_for_who_does_not_see_each_student(district):
    measure = count("Absent")
    share_out(measure, district.elm, {"White": (30, 60), "Asian": (0, 40), "Latino": (9, 30)}, n=1)
    told = differences.differences(district.lena, measure)
    assert ({each.group.name for each in told.found}, told.hidden) == ({"White", "Latino"}, 1)
    assert {each.group.name for each in differences.differences(district.dana, measure).found} >= {"Asian"}


def test_days_of_one_student_are_not_many_students(district):
    measure = count("Days attended", per_student=5)
    on_record(measure, district.oak, [(35, 40)] * 24)  # eight students, five days each
    assert len(series.seen(district.lena, measure, Place(district.oak))[ALL].points) == 12
    on_record(other := count("Days attended, untold", per_student=None), district.oak, [(35, 40)] * 24)
    assert len(series.seen(district.lena, other, Place(district.oak))[ALL].points) == 12


def test_who_has_no_role_that_reads_measures_is_told_nothing(district):
    measure = count("Greeted by name")
    on_record(measure, district.elm, STEADY)
    for who in (district.nadia, district.sam):
        assert not queries.measures(who).exists()
        with pytest.raises(PermissionDenied):
            series.seen(who, measure, Place(district.elm))
        with pytest.raises(PermissionDenied):
            series.by_school(who, measure)
        with pytest.raises(PermissionDenied):
            differences.differences(who, measure)
        with pytest.raises(PermissionDenied):
            differences.where_variance_lies(who, measure)
        with pytest.raises(PermissionDenied):
            series.of_everyone(who, [measure], Place(district.elm))
        with pytest.raises(PermissionDenied):
            scanning.signals(who, [measure])
        with pytest.raises(PermissionDenied):
            scanning.points(who, [])


def test_a_section_named_beside_a_role_that_sees_figures_alone_opens_no_record(district):
    for role in ("superintendent", "system_administrator"):
        Assignment.objects.create(staff=district.nadia, role=role, section=district.section_8b)
        assert not sees_every_record(district.nadia, Place(district.elm, district.section_8b))
    assert sees_every_record(district.tomas, Place(district.elm, district.section_8b))


def test_a_small_group_and_its_partner_are_hidden_from_who_does_not_see_each_student(district):
    measure = count("Greeted by name")
    share_out(measure, district.elm, {"White": (60, 80), "Asian": (20, 30), "Pacific": (1, 3)})
    found = series.seen(district.lena, measure, Place(district.elm), None)
    assert {group.name for group, one in found.items() if one.is_hidden} == {"Asian", "Pacific"}
    assert not any(one.is_hidden for one in series.seen(district.priya, measure, Place(district.elm), None).values())


def test_a_rest_that_nobody_named_is_a_group_too(district):
    measure = count("Greeted by name")
    on_record(measure, district.elm, [(60, 80)] * 24)
    on_record(measure, district.elm, [(57, 77)] * 24, group=("englishLearner", "true"))  # three are not
    found = series.seen(district.lena, measure, Place(district.elm), None)
    assert found[Group("englishLearner", "true")].is_hidden
    assert not found[ALL].is_hidden


def test_groups_that_share_out_everyone_have_no_rest_although_not_everyone_answers_each_week(district):
    measure = count("Greeted by name")
    weekly = [((20 + n % 3, 31 + n % 4), (40 + n % 5, 57 - n % 3)) for n in range(24)]
    on_record(measure, district.elm, [(a[0] + b[0], a[1] + b[1]) for a, b in weekly])
    on_record(measure, district.elm, [a for a, _ in weekly], group=(RACE, "Asian"))
    on_record(measure, district.elm, [b for _, b in weekly], group=(RACE, "White"))
    found = series.seen(district.lena, measure, Place(district.elm), None)
    assert not any(one.is_hidden for one in found.values())


def test_a_whole_school_of_a_few_students_is_hidden_however_long_one_waits(district):
    measure = count("Greeted by name")
    on_record(measure, district.elm, STEADY)
    on_record(measure, district.oak, [(2, 3)] * 40)
    assert series.seen(district.lena, measure, Place(district.oak))[ALL].is_hidden
    assert not series.seen(district.otto, measure, Place(district.oak))[ALL].is_hidden


def test_counts_and_numbers_are_of_adults_and_are_shown_as_they_are(district):
    measure = count("Minutes outside", data="number", denominator="")
    on_record(measure, district.oak, [12.5] * 14)
    assert series.seen(district.lena, measure, Place(district.oak))[ALL].depth == "every"


# -- who speaks for a place


def who(district, asks, *of_what):
    """Those of the district who are answered yes, in alphabetical order."""
    return " ".join(sorted(name for name, person in district.staff.items() if asks(person, *of_what)))


def knows_of(person, measure):
    return measure in queries.measures(person)


def kim_alone(district):
    district.staff["kim"] = hire("Kim Alone")
    return district.staff["kim"]


def test_measures_are_changed_where_one_works(district):
    Assignment.objects.create(staff=district.nadia, role="facilitator", section=district.section_8b)
    Assignment.objects.create(staff=kim_alone(district), role="counselor")  # and at no school
    places = [Place(district.elm), Place(district.oak), Place(), Place(district.elm, district.section_8b)]
    places.append(Place(None, district.section_8b))
    assert [who(district, queries.may_edit_at, place) for place in places] == [
        "dana lena priya ruth sol",
        "dana lena otto sol",
        "dana lena sol",
        "dana lena priya ruth sol tomas",
        "dana lena priya ruth sol tomas",
    ]
    assert who(district, queries.may_define) == "ada dana lena otto priya ruth sol tomas"


def test_every_record_is_seen_by_who_reaches_each_student_of_the_place(district):
    Assignment.objects.create(staff=kim_alone(district), role="principal")  # and of no school
    places = [Place(district.elm), Place(district.oak), Place(), Place(district.elm, district.section_8b)]
    places.append(Place(None, district.section_8b))
    assert [who(district, sees_every_record, place) for place in places] == [
        "dana priya",
        "dana otto",
        "dana",
        "dana priya tomas",
        "dana priya tomas",
    ]


def test_how_many_a_student_counts_for_is_said_by_who_sees_every_record_of_what_is_not_counted_from_them(district):
    typed, counted = count("Greeted", school=district.elm), count("Days", school=district.elm, source="attendance")
    assert who(district, queries.may_say_what_a_student_counts_for, typed) == "dana priya"
    assert who(district, queries.may_say_what_a_student_counts_for, counted) == ""


def test_a_measure_is_known_where_one_works_and_one_of_a_section_to_who_reaches_each_student(district):
    known = {
        "everywhere": count("Everywhere"),
        "elm": count("At Elm", school=district.elm),
        "oak": count("At Oak", school=district.oak),
        "8b": count("In 8B", section=district.section_8b),
    }
    found = {name: who(district, knows_of, each) for name, each in known.items()}
    assert found == {
        "everywhere": "ada dana lena otto priya ruth sol tomas uma",
        "elm": "dana lena priya ruth sol tomas uma",
        "oak": "ada dana lena otto sol",
        "8b": "dana priya tomas",
    }


# -- an attacker who collects all they can fetch


HIDDEN = "hidden to protect privacy"


@pytest.fixture
def tiny(district):
    """Groups of a few students at both schools, with numerators and denominators that occur nowhere else.

    At Elm a Pacific group of 3, at Oak an Asian one of 4; each has its partner.
    """
    measure = count("Greeted by name")
    share_out(
        measure,
        district.elm,
        {"White": (6113, 8117), "Asian": (4273, 5731), "Latino": (1937, 3467), "Pacific": (1, 3)},
    )
    share_out(
        measure,
        district.oak,
        {"White": (5023, 7001), "Asian": (1, 4), "Latino": (3301, 4451), "Pacific": (1629, 3559)},
    )
    return measure


def addresses(district, measure):
    """Everything about a measure that can be fetched by GET."""
    own = [measure.public_id]
    schools = ["", "?school=all", *(f"?school={school.public_id}" for school in (district.elm, district.oak))]
    found = [reverse("measures") + school for school in schools]
    found += [reverse("signals") + q for q in ("", "?groups=each", "?beside=rest", "?groups=each&beside=rest")]
    for school in schools:
        for name in ("measure", "measure-csv", "measure-variation", "measure-enter", "measure-note", "measure-phase"):
            found.append(reverse(name, args=own) + school)
        for group in ("White", "Asian", "Latino", "Pacific"):
            asked = f"{school or '?'}&kind={RACE}&group={group}"
            found += [reverse(name, args=own) + asked for name in ("measure", "measure-csv", "measure-phase")]
    found.append(reverse("measure-variation", args=own) + "?by=school")
    return found


def fetched(client, district, measure):
    pages = {address: client.get(address) for address in addresses(district, measure)}
    return {address: page.content.decode() for address, page in pages.items() if page.status_code == 200}


def hidden_at(viewer, measure, place):
    found = series.seen(viewer, measure, place, None)
    return {group for group, one in found.items() if one.is_hidden}


@pytest.mark.parametrize("who", ["lena", "sol", "tomas"])
def test_no_number_of_a_hidden_group_is_on_any_page_in_any_picture_or_file(client, district, tiny, who):
    viewer = district.staff[who]
    client.force_login(viewer)
    everything = "\n".join(fetched(client, district, tiny).values())
    everything = re.sub(r"(?<=\d),(?=\d{3})", "", everything)  # 1,937 is 1937
    assert "75%" in everything  # what may be seen is there, or this test would say nothing
    secrets = set()
    for school in (district.elm, district.oak):
        hidden = hidden_at(viewer, tiny, Place(school))
        assert len(hidden) == 2
        for group in hidden:
            point = tiny.points.filter(school=school, subgroup=group.name).first()
            rate = 100 * point.numerator / point.denominator
            secrets |= {f"{rate:.0f}%", f"{rate:.1f}%"}
            if point.denominator > 1000:
                sums = [n * each for n in (1, 2, 24) for each in (point.numerator, point.denominator)]
                secrets |= {f"{each:.0f}" for each in sums}
    assert {secret for secret in secrets if re.search(rf"(?<![\d.]){secret}", everything)} == set()


@pytest.mark.parametrize("who", ["lena", "tomas"])
def test_a_hidden_group_answers_its_own_address_with_nothing(client, district, tiny, who):
    client.force_login(district.staff[who])
    for school, group in ((district.elm, "Pacific"), (district.oak, "Asian")):
        query = f"?school={school.public_id}&kind={RACE}&group={group}"
        page = client.get(reverse("measure", args=[tiny.public_id]) + query).content.decode()
        assert "<svg" not in page[page.index("<h1") :] or HIDDEN in page.lower()
        rows = list(
            csv.reader(
                io.StringIO(
                    client.get(reverse("measure-csv", args=[tiny.public_id]) + query).content.decode("utf-8-sig")
                )
            )
        )
        assert [row for row in rows if any(row)] == []


def shown_sums(viewer, measure, place):
    """For each group that is shown at a place: all its parts and wholes added up."""
    found = series.seen(viewer, measure, place, None)
    return {
        group.name: (sum(p.numerator for p in one.points), sum(p.denominator for p in one.points))
        for group, one in found.items()
        if not one.is_hidden
    }


def own_sum(measure, school, name):
    rows = DataPoint.objects.filter(measure=measure, school=school, subgroup=name)
    return tuple(sum(row[at] for row in rows.values_list("numerator", "denominator")) for at in (0, 1))


@pytest.mark.parametrize("who", ["lena", "tomas"])
def test_everyone_minus_the_groups_that_are_shown_leaves_no_single_group(district, tiny, who):
    for school in (district.elm, district.oak):
        told = shown_sums(district.staff[who], tiny, Place(school))
        everyone = told.pop("all")
        left = tuple(everyone[at] - sum(each[at] for each in told.values()) for at in (0, 1))
        for name in ("White", "Asian", "Latino", "Pacific"):
            assert left != own_sum(tiny, school, name)


@pytest.mark.parametrize("who", ["lena", "tomas"])
def test_the_district_minus_the_schools_that_are_shown_leaves_no_single_group(district, tiny, who):
    viewer = district.staff[who]
    total = shown_sums(viewer, tiny, Place())
    at_school = {school: shown_sums(viewer, tiny, Place(school)) for school in (district.elm, district.oak)}
    hidden = {(school, name) for school in at_school for name in ("White", "Asian", "Latino", "Pacific")}
    hidden -= {(school, name) for school, told in at_school.items() for name in told}
    secrets = {own_sum(tiny, *each) for each in hidden}
    assert len(secrets) >= 4
    for size in range(1, 5):  # any sum of what is shown at the district, minus any shown at its schools
        for names in combinations([name for name in total if name != "all"], size):
            whole = tuple(sum(total[name][at] for name in names) for at in (0, 1))
            shown = [told[name] for told in at_school.values() for name in names if name in told]
            assert tuple(whole[at] - sum(each[at] for each in shown) for at in (0, 1)) not in secrets, names


def test_by_school_and_the_page_of_each_school_hide_the_same(district, tiny):
    asian = Group(RACE, "Asian")
    for viewer in (district.lena, district.tomas, district.priya):
        for place, one in series.by_school(viewer, tiny, asian):
            assert one.is_hidden == series.seen(viewer, tiny, place, (asian,))[asian].is_hidden


def test_differences_tell_nothing_of_a_group_that_its_chart_hides(district):
    measure = count("Greeted by name")
    mostly = [(2, 3)] * 20 + [(10, 40)] * 4  # few in most weeks, though not on average
    on_record(measure, district.elm, [(600 + a, 800 + b) for a, b in mostly])
    on_record(measure, district.elm, [(600, 800)] * 24, group=(RACE, "White"))
    on_record(measure, district.elm, mostly, group=(RACE, "Pacific"))
    pacific = Group(RACE, "Pacific")
    assert series.seen(district.lena, measure, Place(district.elm), (pacific,))[pacific].is_hidden
    assert pacific not in {each.group for each in differences.differences(district.lena, measure).found}
    assert pacific in {each.group for each in differences.differences(district.priya, measure).found}


def test_differences_of_other_schools_are_for_who_reads_the_district(district, tiny):
    assert {each.place.school for each in differences.differences(district.otto, tiny).found} == {district.oak}
    assert {each.place.school for each in differences.differences(district.lena, tiny).found} == {
        district.elm,
        district.oak,
    }


def test_how_many_a_student_counts_for_is_not_for_readers_of_figures_to_change(client, district):
    measure = count("Days attended", per_student=5)
    share_out(measure, district.elm, {"White": (300, 400), "Pacific": (5, 10)})
    client.force_login(district.lena)
    said = {"name": "Days attended", "kind": "process", "numerator": "days", "denominator": "of days"}
    said |= {"direction": "up", "per_student": "1"}
    client.post(reverse("measure-edit", args=[measure.public_id]), said)
    measure.refresh_from_db()
    assert measure.per_student == 5
    assert Group(RACE, "Pacific") in hidden_at(district.lena, measure, Place(district.elm))


def test_a_choice_of_chart_shows_no_more_of_a_hidden_group(client, district, tiny):
    client.force_login(district.lena)
    query = f"?school={district.elm.public_id}&kind={RACE}&group=Pacific"
    said = {"chart": "run", "rules": "anhoej", "reason": "To see it"}
    client.post(reverse("measure-chart", args=[tiny.public_id]) + query, said)
    assert HIDDEN in client.get(reverse("measure", args=[tiny.public_id]) + query).content.decode().lower()


def test_the_weeks_of_a_hidden_series_are_not_told_either(client, district, tiny):
    client.force_login(district.lena)
    query = f"?school={district.elm.public_id}&kind={RACE}&group=Pacific"
    page = client.get(reverse("measure-phase", args=[tiny.public_id]) + query).content.decode()
    assert str(weeks(1)[0]) not in page
