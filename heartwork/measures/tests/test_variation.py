"""A measure parted in two ways, its gaps, bright spots and reasons; and no hidden group is in reach of any of them."""

import datetime
import re

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from heartwork.measures import bright_spots, hiding, queries, reasons, series, variation
from heartwork.measures.actions import Value, enter_values
from heartwork.measures.models import DataPoint
from heartwork.measures.places import ALL, Group, Place, crossed
from heartwork.measures.tests.stories import STEADY, THIS_WEEK, WEEK, count, on_record
from heartwork.records.models import Referral
from heartwork.roster.models import Organization
from heartwork.teams.models import FollowUp
from heartwork.testing.people import DAY

pytestmark = pytest.mark.data

EL, GRADE, RACE = "englishLearner", "grade", "raceEthnicity"


def at(name, measure, query=""):
    return reverse(name, args=[measure.public_id]) + query


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def by_grade_and_language(measure, school, cells, n=24):
    """Values of everyone, each grade, those learning English and both at once: {grade: ((el), (the others))}."""

    def put(values, group=("all", "all")):
        on_record(measure, school, [values] * n, group=group)

    def plus(*values):
        return tuple(map(sum, zip(*values, strict=True)))

    put(plus(*(value for both in cells.values() for value in both)))
    put(plus(*(el for el, _ in cells.values())), (EL, "true"))
    for grade, both in cells.items():
        put(plus(*both), (GRADE, grade))
        put(both[0], (f"{EL}*{GRADE}", f"true*{grade}"))


@pytest.fixture
def crossed_measure(district):
    """By grade and language at both schools. At Elm three learn English in grade 8; at Oak everybody can be shown."""
    measure = count("Greeted by name")
    by_grade_and_language(
        measure,
        district.elm,
        {"06": ((37, 307), (809, 1013)), "07": ((223, 401), (907, 1117)), "08": ((1, 3), (1009, 1301))},
    )
    by_grade_and_language(
        measure,
        district.oak,
        {"06": ((311, 409), (701, 919)), "07": ((313, 503), (709, 953)), "08": ((97, 151), (719, 1019))},
    )
    return measure


# -- two at a time


def test_two_groups_crossed_are_the_same_whichever_comes_first():
    one, other = Group(GRADE, "07"), Group(EL, "true")
    assert crossed(one, other) == crossed(other, one) == Group(f"{EL}*{GRADE}", "true*07")
    assert crossed(one, Group(GRADE, "08")) is None
    assert crossed(one, ALL) is None
    assert crossed(one, Group(RACE, "White*Asian")) is None


def test_a_measure_is_shown_by_grade_and_within_each_by_language(client, district, crossed_measure):
    panels = variation.parted(district.priya, crossed_measure, Place(district.elm), GRADE, EL)
    assert [panel.name for panel in panels] == [f"Grade {n}, Learning English" for n in (6, 7, 8)]
    rest = panels[0].gap.points[0].y  # of grade 6 alone: 37 of 307, beside 809 of 1,013
    assert rest == pytest.approx(100 * (37 / 307 - 809 / 1013))
    client.force_login(district.priya)
    page = read(client, at("measure-variation", crossed_measure, f"?by={GRADE}&and={EL}"))
    assert "Grade 8, Learning English" in page
    page = read(client, at("measure-variation", crossed_measure, f"?by={GRADE}&and={EL}&show=gap"))
    assert "at zero there is no gap" in page


def test_each_group_at_each_school_stands_in_the_order_of_their_names(district, crossed_measure):
    panels = variation.parted(district.dana, crossed_measure, Place(), "school", GRADE)
    elm, oak = district.elm.name, district.oak.name
    assert [panel.name for panel in panels] == [f"{s}, Grade {n}" for s in sorted((elm, oak)) for n in (6, 7, 8)]


def test_sections_are_shown_to_who_sees_each_record_of_them(district):
    measure = count("Greeted by name")
    for section in (district.section_8b, district.section_7a):
        on_record(measure, district.elm, STEADY, section=section)
    shown = {
        who: {panel.place.section for panel in variation.parted(viewer, measure, Place(district.elm), "section")}
        for who, viewer in (("priya", district.priya), ("tomas", district.tomas), ("lena", district.lena))
    }
    assert shown == {
        "priya": {district.section_8b, district.section_7a},
        "tomas": {district.section_8b},
        "lena": set(),
    }


def test_crossed_groups_are_in_no_list_of_single_groups(client, district, crossed_measure):
    client.force_login(district.priya)
    for address in (at("measure-variation", crossed_measure), reverse("signals") + "?groups=each"):
        assert "Grade 6, Learning English" not in read(client, address)


def test_crossed_with_a_sensitive_group_is_as_sensitive(client, district):
    measure = count("Greeted by name")
    on_record(measure, district.elm, STEADY)
    on_record(measure, district.elm, STEADY, group=(f"{GRADE}*homeless", "07*true"))
    on_record(measure, district.elm, STEADY, group=("homeless", "true"))
    query = f"?school={district.elm.public_id}&kind={GRADE}*homeless&group=07*true"
    assert [client.force_login(district.ada), client.get(at("measure", measure, query)).status_code][1] == 404
    assert variation.kinds_on_record(district.ada, measure) == {}
    assert len(variation.kinds_on_record(district.ruth, measure)) == 2


# -- an attacker who knows every total and every cell that is shown


def told_by_totals(cells, told, lines):
    """The hidden cells of a table whose value the shown ones and the totals of these lines leave no choice."""
    unknown = [cell for cell in cells if cell not in told]
    equations = np.array([[float(cell[axis] == name) for cell in unknown] for axis, name in lines])
    if not unknown or not lines:
        return set()
    free = np.linalg.svd(equations)[2][np.linalg.matrix_rank(equations) :]  # ways in which the unknown may change
    return {cell for n, cell in enumerate(unknown) if not np.any(np.abs(free[:, n]) > 1e-9)}


@pytest.mark.parametrize("seed", range(60))
def test_no_small_cell_of_two_crossed_kinds_is_told_by_its_rows_and_columns(seed):
    random = np.random.default_rng(seed)
    rows, columns = [f"r{n}" for n in range(random.integers(2, 6))], [f"c{n}" for n in range(random.integers(2, 6))]
    counts = random.integers(0, 40, (len(rows) + 1, len(columns) + 1))
    counts[random.random(counts.shape) < 0.2] = random.integers(0, 5)
    table = {(r, c): int(counts[i, j]) for i, r in enumerate([*rows, ""]) for j, c in enumerate([*columns, ""])}
    cells = {Group("a*b", f"{r}*{c}"): n for (r, c), n in table.items() if n}
    margins = {Group("a", r): sum(n for (x, _), n in table.items() if x == r) for r in rows}
    margins |= {Group("b", c): sum(n for (_, x), n in table.items() if x == c) for c in columns}
    everyone = sum(table.values())
    rests = {kind: everyone - sum(n for g, n in margins.items() if g.kind == kind) for kind in "ab"}
    hidden = hiding.too_few({ALL: everyone, **margins, **cells}, rests)
    told = {tuple(p.name for p in g.parts) for g in cells if g not in hidden and "" not in g.name.split("*")}
    small = {cell for cell, n in table.items() if 0 < n < hiding.FLOOR and all(cell)}
    assert not small & told
    lines = [("ab".index(group.kind), group.name) for group in margins if group not in hidden]
    lines += [(axis, "") for axis, kind in enumerate("ab") if not {g for g in margins if g.kind == kind} & hidden]
    assert not small & told_by_totals(list(table), told, lines)
    for group in hidden & set(margins):  # nor is a hidden margin the sum of what is shown of it
        assert not any(cell["ab".index(group.kind)] == group.name for cell in told)


@pytest.mark.parametrize("who", ["lena", "sol", "otto"])
def test_no_number_of_a_hidden_crossed_group_is_on_any_page(client, district, crossed_measure, who):
    viewer = district.staff[who]
    found = series.seen(viewer, crossed_measure, Place(district.elm), None)
    hidden = {group for group, one in found.items() if one.is_hidden}
    assert Group(f"{EL}*{GRADE}", "true*08") in hidden
    assert len([group for group in hidden if group.is_crossed]) >= 2  # and a partner
    assert not [group for group in hidden if not group.is_crossed]
    client.force_login(viewer)
    school = f"?school={district.elm.public_id}"
    addresses = [
        at(name, crossed_measure, q) for name in ("measure", "measure-variation") for q in ("?school=all", school)
    ]
    for q in ("?school=all", school):
        for ways in (f"by={GRADE}&and={EL}", f"by={EL}&and={GRADE}", f"by=school&and={EL}", f"by=school&and={GRADE}"):
            addresses += [at("measure-variation", crossed_measure, f"{q}&{ways}{show}") for show in ("", "&show=gap")]
        for grade in ("06", "07", "08"):
            of = f"{q}&kind={EL}*{GRADE}&group=true*{grade}"
            addresses += [at("measure", crossed_measure, of), at("measure-csv", crossed_measure, of)]
    addresses += [at("measure-bright-spots", crossed_measure), reverse("signals") + "?groups=each"]
    everything = re.sub(r"(?<=\d),(?=\d{3})", "", "\n".join(read(client, address) for address in addresses))
    assert "80%" in everything  # 809 of 1,013, of grade 6 without those learning English, is no secret
    for group in (group for group in hidden if group.is_crossed):
        point = crossed_measure.points.filter(school=district.elm, subgroup=group.name).first()
        rate = 100 * point.numerator / point.denominator
        found = re.search(rf"(?<![\d.-]){rate:.0f}%", everything)
        assert not found, (group, everything[found.start() - 700 : found.end() + 100])
        for n in (point.numerator, point.denominator):
            assert n < 100 or not re.search(rf"(?<![\d.]){n:.0f}(?!\d)", everything), group


def test_the_district_tells_of_a_crossed_group_only_what_its_schools_tell(district, crossed_measure):
    group = Group(f"{EL}*{GRADE}", "true*08")
    whole = series.seen(district.lena, crossed_measure, Place(), (group,))[group]
    oak = series.seen(district.lena, crossed_measure, Place(district.oak), (group,))[group]
    assert [(p.numerator, p.denominator) for p in whole.points] == [(p.numerator, p.denominator) for p in oak.points]


# -- the gap at each one's depth


@pytest.mark.parametrize("last", [[], [(3, 6)]], ids=["the last still goes on", "both are told until the last"])
def test_a_gap_is_told_from_what_is_shown_and_from_nothing_else(district, last):
    measure = count("Greeted by name")
    on_record(measure, district.elm, [(30 + n % 3, 40) for n in range(24)])
    weeks_of_group = [(3, 5 + n % 2) for n in range(23)] + (last or [None])
    on_record(measure, district.elm, weeks_of_group, group=(RACE, "Asian"))
    on_record(measure, district.elm, [(27 + n % 3, 35 - n % 2) for n in range(24)], group=(RACE, "White"))
    asian = Group(RACE, "Asian")
    found = series.seen(district.lena, measure, Place(district.elm), (ALL, asian))
    assert found[asian].depth == "pooled"
    part, whole = series.side_by_side(found[asian], found[ALL])
    assert [p.label for p in part] == [p.label for p in whole]
    shown = {p.label: (p.numerator, p.denominator) for p in found[asian].points}
    assert all((p.numerator, p.denominator) == shown[p.label] for p in part)  # no stretch shorter than one shown
    assert len(part) == len(found[asian].points) - (not last)
    assert sum(p.denominator for p in whole) == 40 * ((part[-1].label - part[0].label) / WEEK + 4)


def test_every_reader_sees_the_gap_of_a_group_that_they_may_see(client, district):
    measure = count("Greeted by name")
    on_record(measure, district.elm, [(60, 100), (62, 100)] * 8)
    on_record(measure, district.elm, [(8, 20), (9, 20)] * 8, group=(RACE, "Asian"))
    address = at("measure", measure, f"?school={district.elm.public_id}&kind={RACE}&group=Asian")
    for who in (district.priya, district.lena):
        client.force_login(who)
        page = read(client, address)
        assert "How far from everyone else there" in page
        assert "The shorter the way between them, the smaller the gap." in page


def test_a_week_in_which_a_group_is_larger_than_everyone_is_left_out_of_the_gap(client, district):
    measure = count("Greeted by name")
    on_record(measure, district.elm, [(60, 100)] * 14)
    on_record(measure, district.elm, [(8, 20)] * 13 + [(90, 120)], group=(RACE, "Asian"))
    found = variation.apart(district.priya, measure, Place(district.elm), Group(RACE, "Asian"))
    assert len(found.chart.points) == 13
    client.force_login(district.priya)
    read(client, at("measure", measure, f"?school={district.elm.public_id}&kind={RACE}&group=Asian"))


# -- by hand


def entered(client, measure, query, part, whole, day=DAY):
    return client.post(at("measure-enter", measure, query), {"period": day, "numerator": part, "denominator": whole})


def test_a_value_of_a_group_is_entered_beside_that_of_everyone(client, district):
    measure = count("Greeted by name", school=district.elm)
    client.force_login(district.priya)
    entered(client, measure, "", 18, 24)
    assert entered(client, measure, f"?of={EL}%3Dtrue&and={GRADE}%3D07", 4, 9).status_code == 302
    assert entered(client, measure, f"?kind={EL}*{GRADE}&group=true*07", 5, 9).status_code == 302
    group = Group(f"{EL}*{GRADE}", "true*07")
    found = series.seen(district.priya, measure, Place(district.elm), (ALL, group))
    assert [(p.numerator, p.denominator) for p in found[ALL].points] == [(18, 24)]  # nothing is added to it
    assert [(p.numerator, p.denominator) for p in found[group].points] == [(5, 9)]
    assert DataPoint.objects.filter(measure=measure).count() == 3  # the first stays on record
    assert "Learning English" in read(client, at("measure-enter", measure, f"?kind={EL}&group=true"))


def test_values_of_a_group_can_be_pasted_and_none_is_more_than_everyone(client, district):
    measure = count("Greeted by name", school=district.elm)
    on_record(measure, district.elm, [(18, 24)] * 2)
    client.force_login(district.priya)
    lines = f"{THIS_WEEK}\t4\t9\n{THIS_WEEK - WEEK}\t4\t30"
    address = at("measure-paste", measure, f"?kind={EL}&group=true")
    page = client.post(address, {"text": lines, "apply": "1"}).content.decode()
    assert "that is more than everyone there" in page
    assert DataPoint.objects.filter(measure=measure).count() == 2
    client.post(address, {"text": lines.splitlines()[0], "apply": "1"})
    assert DataPoint.objects.get(measure=measure, subgroup_kind=EL).denominator == 9
    assert (
        "That is more than everyone there" in entered(client, measure, f"?kind={EL}&group=true", 4, 25).content.decode()
    )


def test_only_of_the_same_period_and_of_people_is_a_group_never_more_than_everyone(client, district):
    measure = count("Greeted by name", school=district.elm, recorder=district.ruth)
    on_record(measure, district.elm, [(18, 24)])
    client.force_login(district.priya)
    group = f"?kind={EL}&group=true"
    assert "That is more than everyone there" in entered(client, measure, group, 19, 23).content.decode()
    assert entered(client, measure, group, 19, 25, day=DAY - WEEK).status_code == 302
    assert entered(client, measure, "", 20, 30).status_code == 302  # everyone may have become more
    asked = count("Calls home", data="count", school=district.elm)
    on_record(asked, district.elm, [(3, 1)])
    assert entered(client, asked, "?kind=reason&group=Bus", 5, 1).status_code == 302
    client.force_login(district.ruth)  # records, and may not open every record: is told nothing of the others
    assert entered(client, measure, f"?kind={GRADE}&group=07", 31, 40).status_code == 302


def test_a_section_has_values_of_its_own_that_are_not_added_to_the_school(client, district):
    measure = count("Greeted by name")
    client.force_login(district.tomas)
    query = f"?section={district.section_8b.public_id}&kind={EL}&group=true"
    assert entered(client, measure, query, 4, 9).status_code == 302
    assert series.seen(district.priya, measure, Place(district.elm), None) == {}


@pytest.mark.parametrize("query", ["?kind=shoeSize&group=9", f"?kind={RACE}&group=Nobody", "?kind=a*b*c&group=1*2*3"])
def test_values_of_a_group_that_nobody_knows_are_not_entered(client, district, query):
    measure = count("Greeted by name", school=district.elm)
    client.force_login(district.priya)
    assert entered(client, measure, query, 4, 9).status_code == 404
    assert not measure.points.exists()


def test_everyone_by_another_name_is_everyone(client, district):
    measure = count("Greeted by name", school=district.elm)
    client.force_login(district.priya)
    entered(client, measure, "?kind=all&group=twice", 18, 24)
    assert {point.subgroup for point in measure.points.all()} == {"all"}


def test_who_may_not_see_a_group_does_not_enter_it_and_learns_not_what_stood_there(client, district):
    measure = count("Greeted by name", school=district.elm)
    on_record(measure, district.elm, [(18, 24)])
    with pytest.raises(PermissionDenied):
        enter_values(district.lena, measure, Place(district.elm), [Value(THIS_WEEK, 1, 3)], Group(EL, "true"))
    client.force_login(district.lena)
    for part in (18, 17):  # the same, and another
        page = client.post(
            at("measure-enter", measure), {"period": DAY, "numerator": part, "denominator": 24}, follow=True
        )
        assert "What stood there before is kept" not in page.content.decode()


# -- bright spots


@pytest.fixture
def four_schools(district):
    """Four schools, of which one has lain above the others for ten weeks."""
    measure = count("Greeted by name")
    more = [Organization.objects.create(name=name, kind="school", identifier=name) for name in ("Ash", "Birch")]
    for n, school in enumerate((district.elm, district.oak, *more)):
        on_record(measure, school, [(55 + (w * 7 + n * 5) % 11, 100) for w in range(14)] + [(60 + n, 100)] * 10)
    DataPoint.objects.filter(school=district.oak, period__gt=THIS_WEEK - 10 * WEEK).update(numerator=80)
    return measure


def test_a_school_that_has_long_been_on_the_good_side_is_worth_a_visit(client, district, four_schools):
    found = bright_spots.bright_spots(district.dana, four_schools, Place())
    assert [(spot.place.name, spot.run >= bright_spots.LONG) for spot in found.found if spot.run] == [
        ("Birch", True),
        (district.oak.name, True),
    ]
    assert found.by_luck == found.looked / 256
    client.force_login(district.dana)
    page = read(client, at("measure-bright-spots", four_schools))
    assert page.index("Birch") < page.index(district.oak.name)  # by name, though Oak is far above it
    assert "What do you do on an ordinary day" in page


def test_a_measure_without_a_good_side_has_no_bright_spot(client, district, four_schools):
    four_schools.direction = "neutral"
    four_schools.save()
    assert bright_spots.bright_spots(district.dana, four_schools, Place()).found == []
    client.force_login(district.dana)
    assert "the good one" in read(client, at("measure-bright-spots", four_schools))


def test_a_bright_spot_is_read_from_joined_weeks_by_who_may_not_see_single_ones(district):
    measure = count("Kind words", data="rate")
    schools = [district.elm, district.oak, Organization.objects.create(name="Ash", kind="school", identifier="ash")]
    for n, school in enumerate(schools):
        on_record(measure, school, [(3 + (n == 1), 6)] * 20)
    every = bright_spots.bright_spots(district.dana, measure, Place()).found
    pooled = bright_spots.bright_spots(district.lena, measure, Place()).found
    assert [(spot.place.school, spot.run) for spot in every] == [(district.oak, 20)]
    assert [(spot.place.school, spot.run) for spot in pooled] == [(district.oak, 10)]


def test_a_visit_is_a_follow_up_of_whoever_goes(client, district, four_schools):
    client.force_login(district.lena)
    address = at("measure-visit", four_schools, f"?school={district.oak.public_id}")
    assert f"Visit {district.oak.name}" in read(client, address)
    said = {"what": "Visit Oak", "owner": district.lena.public_id, "due_on": DAY + datetime.timedelta(days=3)}
    assert client.post(address, said).status_code == 302
    assert FollowUp.objects.get(what="Visit Oak").owner == district.lena


# -- the funnel, and why


def test_schools_stand_in_a_funnel_by_their_size(client, district, four_schools):
    client.force_login(district.dana)
    page = read(client, at("measure-variation", four_schools, "?by=school"))
    assert "Schools by their size" in page
    assert "19 of 20 between the dashed" in page


def test_a_rate_is_drawn_in_a_funnel_as_a_rate(client, district):
    measure = count("Referrals", data="rate", direction="down")
    more = [Organization.objects.create(name=name, kind="school", identifier=name) for name in ("Ash", "Birch")]
    for school, events in ((district.elm, 4), (district.oak, 5), (more[0], 40), (more[1], 6)):
        on_record(measure, school, [(events, 100)] * 14)
    client.force_login(district.dana)
    page = read(client, at("measure-variation", measure, "?by=school"))
    assert "40.0 per 100" in page


def refer(student, school, behavior, n=1):
    for at_hour in range(n):
        time = datetime.time(9 + at_hour % 3)
        Referral.objects.create(
            student=student,
            school=school,
            date=DAY - datetime.timedelta(days=40),
            behavior=behavior,
            level="minor",
            time=time,
        )


def test_reasons_stand_most_frequent_first_for_who_sees_each_record(client, district):
    measure = count("Office referrals", data="rate", source="referrals")
    refer(district.maya, district.elm, "Running", 6)
    refer(district.eli, district.elm, "Phone", 2)
    found = reasons.reasons(district.priya, measure, Place(district.elm), "behavior")
    assert [(bar.name, bar.count) for bar in found.bars] == [("Running", 6), ("Phone", 2)]
    client.force_login(district.priya)
    assert "Running" in read(client, at("measure-reasons", measure, f"?school={district.elm.public_id}"))


def test_reasons_of_a_few_students_are_neither_counted_nor_named_to_others(client, district):
    measure = count("Office referrals", data="rate", source="referrals")
    refer(district.maya, district.elm, "Running", 6)  # six times one student
    found = reasons.reasons(district.lena, measure, Place(district.elm), "behavior")
    assert (found.bars, found.hidden) == ([], 1)
    assert found.until < DAY.replace(day=1)
    client.force_login(district.lena)
    for query in ("?school=all", f"?school={district.elm.public_id}", f"?school={district.elm.public_id}&by=time"):
        assert "Running" not in read(client, at("measure-reasons", measure, query))


def test_reasons_of_a_count_are_typed_and_add_up(client, district):
    measure = count("Late to first period", data="count", denominator="", school=district.elm)
    client.force_login(district.priya)
    for reason, n in (("The bus", 7), ("the  alarm", 2), ("The bus", 8)):
        query = f"?reason={reason.replace(' ', '+')}"
        client.post(at("measure-enter", measure, query), {"period": DAY, "numerator": n})
    found = reasons.reasons(district.priya, measure, Place(district.elm), "reason")
    assert [(bar.name, bar.count) for bar in found.bars] == [("The bus", 8), ("the alarm", 2)]
    assert "The bus" in read(client, at("measure-reasons", measure))
    bus = Group("reason", "The bus")
    assert series.seen(district.lena, measure, Place(district.elm), (bus,))[bus].is_hidden


def test_a_measure_that_knows_no_reasons_has_no_such_page(client, district):
    client.force_login(district.dana)
    assert client.get(at("measure-reasons", count("Greeted by name"))).status_code == 404


@pytest.mark.parametrize("name", ["measure-variation", "measure-bright-spots", "measure-reasons"])
def test_a_page_of_an_empty_measure_reads_well(client, district, name):
    measure = count("Late", data="count", denominator="")
    client.force_login(district.dana)
    assert "<mark>" in read(client, at(name, measure))


def test_who_has_no_role_that_reads_measures_is_told_nothing_of_these_either(district):
    measure = count("Late", data="count", denominator="")
    on_record(measure, district.elm, [3] * 4)
    for ask in (
        lambda: variation.parted(district.nadia, measure, Place(district.elm)),
        lambda: variation.parted(district.nadia, measure, Place(district.elm), "section"),
        lambda: bright_spots.bright_spots(district.nadia, measure, Place(district.elm)),
        lambda: reasons.reasons(district.nadia, measure, Place(district.elm), "reason"),
    ):
        with pytest.raises(PermissionDenied):
            ask()
    assert queries.groups_to_enter(district.nadia, measure, Place(district.elm)) == []
