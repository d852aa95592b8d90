"""Values are never changed, only superseded; who may enter them; what is missing is a gap and never a zero."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from heartwork.journal.models import Entry
from heartwork.measures import looks, queries, series
from heartwork.measures.actions import Value, enter_values
from heartwork.measures.models import DataPoint, Look, Measure
from heartwork.measures.places import ALL, Place
from heartwork.measures.tests.stories import STEADY, THIS_WEEK, WEEK, count, in_school, on_record, weeks
from heartwork.roster import imports

pytestmark = pytest.mark.data


def points(viewer, measure, place):
    return series.seen(viewer, measure, place)[ALL].points


def shares(viewer, measure, place):
    return {p.label: p.numerator for p in points(viewer, measure, place)}


# -- append-only


def test_a_value_entered_again_supersedes_the_first_and_both_stay_on_record(district):
    measure, here = count("Greeted by name"), Place(district.elm)
    assert enter_values(district.priya, measure, here, [Value(THIS_WEEK, 18, 24)]) == (1, 0)
    assert enter_values(district.dana, measure, here, [Value(THIS_WEEK, 20, 24)]) == (0, 1)
    assert shares(district.priya, measure, here) == {THIS_WEEK: 20}
    first, second = DataPoint.objects.order_by("pk")
    assert (first.numerator, first.entered_by, first.superseded_at) == (18, district.priya, timezone.now())
    assert (second.numerator, second.entered_by, second.superseded_at) == (20, district.dana, None)


def test_the_same_value_entered_twice_changes_nothing(district):
    measure, here = count("Greeted by name"), Place(district.elm)
    enter_values(district.priya, measure, here, [Value(THIS_WEEK, 18, 24)])
    assert enter_values(district.dana, measure, here, [Value(THIS_WEEK, 18, 24)]) == (0, 0)
    point = DataPoint.objects.get()
    assert (point.entered_by, point.superseded_at) == (district.priya, None)


def test_a_value_of_the_school_leaves_that_of_its_class_and_of_other_weeks_alone(district):
    measure = count("Greeted by name")
    on_record(measure, district.elm, [(9, 12), (9, 12)], section=district.section_8b)
    on_record(measure, district.elm, [(18, 24), (19, 24)])
    on_record(measure, district.oak, [(18, 24), (19, 24)])
    enter_values(district.priya, measure, Place(district.elm), [Value(THIS_WEEK, 20, 24)])
    (closed,) = DataPoint.objects.exclude(superseded_at=None)
    assert (closed.school, closed.section, closed.period, closed.numerator) == (district.elm, None, THIS_WEEK, 19)


def test_the_database_keeps_one_current_value_of_a_period(district):
    measure = count("Greeted by name")
    for section in (None, district.section_8b):
        on_record(measure, district.elm, [(18, 24)], section=section)
        with pytest.raises(IntegrityError), transaction.atomic():
            on_record(measure, district.elm, [(18, 24)], section=section)


def test_the_database_refuses_a_value_of_nobody(district):
    with pytest.raises(IntegrityError), transaction.atomic():
        on_record(count("Greeted by name"), district.elm, [(0, 0)])


def test_the_journal_keeps_that_values_were_entered_and_not_which(district):
    measure = count("Greeted by name")
    enter_values(district.priya, measure, Place(district.elm), [Value(THIS_WEEK, 1807, 2411)])
    entry = Entry.objects.get(verb="measure.values_entered")
    assert (entry.actor, entry.subject_pk, entry.detail) == (district.priya, measure.pk, {"new": 1, "changed": 0})


HEADINGS = "measureId,weekStart,orgSourcedId,classSourcedId,subgroupType,subgroup,numerator,denominator"


def bring_in(folder, *rows):
    (folder / "measures.csv").write_text(
        "measureId,name,kind,direction,numerator,denominator,frequency\n"
        "greet,Greeted by name,proportion,higher is better,students greeted,students there,weekly\n"
    )
    (folder / "observations.csv").write_text("\n".join([HEADINGS, *rows]) + "\n")
    run = imports.read(imports.begin(None, name="made", source=folder).pk)
    run = imports.apply(run.pk, actor=None, agreed=True)
    assert run.state == run.State.APPLIED, run.error


def on_file():
    return list(
        DataPoint.objects.order_by("pk").values_list("section__title", "numerator", "denominator", "superseded_at")
    )


def test_a_second_file_supersedes_what_it_says_otherwise_and_leaves_the_rest(district, tmp_path):
    week = f"greet,{THIS_WEEK}"
    bring_in(tmp_path, f"{week},elm,,all,all,18,24", f"{week},oak,,all,all,10,20", f"{week},elm,8B,all,all,6,12")
    assert on_file() == [(None, 18, 24, None), (None, 10, 20, None), ("8B", 6, 12, None)]
    bring_in(tmp_path, f"{week},elm,,all,all,21,24", f"{week},oak,,all,all,10,20", f"{week},elm,8B,all,all,7,12")
    closed = {(*row[:3], row[3] is not None) for row in on_file()}
    assert closed == {
        (None, 18, 24, True),
        (None, 21, 24, False),
        (None, 10, 20, False),
        ("8B", 6, 12, True),
        ("8B", 7, 12, False),
    }


def test_the_same_file_twice_changes_nothing(district, tmp_path):
    rows = [f"greet,{THIS_WEEK},elm,,all,all,18,24", f"greet,{THIS_WEEK},elm,8B,all,all,6,12"]
    bring_in(tmp_path, *rows)
    before = on_file()
    bring_in(tmp_path, *rows)
    assert on_file() == before


def test_a_file_supersedes_what_a_person_entered_and_keeps_it(district, tmp_path):
    week = f"greet,{THIS_WEEK}"
    bring_in(tmp_path, f"{week},elm,,all,all,18,24")
    measure = queries.measures(district.priya).get()
    enter_values(district.priya, measure, Place(district.elm), [Value(THIS_WEEK, 20, 24)])
    bring_in(tmp_path, f"{week},elm,,all,all,22,24")
    assert shares(district.priya, measure, Place(district.elm)) == {THIS_WEEK: 22}
    assert [row[1] for row in on_file()] == [18, 20, 22]
    assert [row[3] is None for row in on_file()] == [False, False, True]


def test_a_superseded_value_is_on_no_page(client, district):
    measure = count("Greeted by name", school=district.elm)
    on_record(measure, district.elm, STEADY)
    enter_values(district.priya, measure, Place(district.elm), [Value(THIS_WEEK, 7777, 8888)])
    enter_values(district.priya, measure, Place(district.elm), [Value(THIS_WEEK, 18, 24)])
    client.force_login(district.priya)
    for name in ("measure", "measure-csv", "measure-enter", "measure-variation"):
        page = client.get(reverse(name, args=[measure.public_id])).content.decode()
        assert "7777" not in page
        assert "7,777" not in page


# -- who may enter


def may_enter(district, measure, place):
    found = set()
    for who, person in district.staff.items():
        try:
            with transaction.atomic():
                enter_values(person, measure, place, [Value(THIS_WEEK, 1, 2)])
                transaction.set_rollback(True)
            found.add(who)
        except PermissionDenied:
            pass
    return found


def test_values_are_entered_where_one_works(district):
    measure = count("Greeted by name")
    everywhere = {"sol", "lena", "dana"}
    assert may_enter(district, measure, Place(district.elm)) == everywhere | {"priya", "ruth"}
    assert may_enter(district, measure, Place(district.oak)) == everywhere | {"otto"}
    assert may_enter(district, measure, Place()) == everywhere
    assert may_enter(district, measure, Place(district.elm, district.section_8b)) == everywhere | {
        "priya",
        "ruth",
        "tomas",
    }


def test_who_is_named_to_record_may_enter_too(district):
    measure = count("Greeted by name", school=district.elm, recorder=district.uma)
    assert "uma" in may_enter(district, measure, Place(district.elm))
    district.uma.ended_on = datetime.date(2026, 2, 1)
    assert "uma" not in may_enter(district, measure, Place(district.elm))


@pytest.mark.parametrize(
    "more",
    [{"source": "attendance"}, {"ended_on": datetime.date(2026, 2, 1)}, {"cannot_be_measured": True}],
)
def test_nobody_enters_what_is_counted_from_records_or_not_counted_at_all(district, more):
    assert may_enter(district, count("Greeted by name", **more), Place(district.elm)) == set()


# -- a value of the whole district


def test_a_value_of_the_district_itself_is_not_added_to_those_of_its_schools(district):
    measure = count("Greeted by name")
    on_record(measure, district.elm, [(18, 24)])
    on_record(measure, district.oak, [(10, 20)])
    enter_values(district.dana, measure, Place(), [Value(THIS_WEEK, 30, 50)])
    (point,) = points(district.dana, measure, Place())
    assert (point.numerator, point.denominator) == (28, 44)  # schools know better than a sum that somebody typed


def test_a_measure_counted_for_the_district_alone_shows_what_was_entered(district):
    measure = count("Calls answered")
    enter_values(district.dana, measure, Place(), [Value(THIS_WEEK, 30, 50)])
    (point,) = points(district.dana, measure, Place())
    assert (point.numerator, point.denominator) == (30, 50)


# -- what is missing


def test_a_holiday_is_a_gap_and_neither_a_zero_nor_a_missing_value(client, district):
    measure, mondays = count("Greeted by name", school=district.elm), weeks(16)
    in_school(*mondays[:6], *mondays[8:])
    on_record(measure, district.elm, [*STEADY[:6], None, None, *STEADY[:8]])
    found = queries.chart(district.priya, measure, Place(district.elm))
    assert [p.label for p in found.chart.points] == [*mondays[:6], *mondays[8:]]
    assert all(p.y and p.y > 50 for p in found.chart.points)
    assert [(gap.after, gap.before) for gap in found.gaps] == [(mondays[5], mondays[8])]
    assert found.chart.variation.kind == "common_cause"
    client.force_login(district.priya)
    assert "missing" not in client.get(reverse("measure", args=[measure.public_id])).content.decode()


def test_a_class_that_stopped_counting_is_shown_as_missing_and_not_as_bad(client, district):
    measure, mondays = count("Weekly check-in done"), weeks(20)
    in_school(*mondays)
    on_record(measure, district.elm, [(90, 100)] * 20)  # the school goes on, so its weeks were due
    place = Place(district.elm, district.section_8b)
    on_record(measure, district.elm, [*STEADY[:14], *[None] * 6], section=district.section_8b)
    found = queries.chart(district.tomas, measure, place)
    assert [p.y for p in found.chart.points[14:]] == [None] * 6
    assert "missing_values" in found.chart.warnings
    assert found.chart.changes == ()
    client.force_login(district.tomas)
    page = client.get(reverse("measure", args=[measure.public_id]) + place.query).content.decode()
    assert page.count("no data") >= 6


def test_below_twelve_points_the_chart_says_how_many_it_has_and_draws_no_limits(client, district):
    measure = count("Greeted by name", school=district.elm)
    on_record(measure, district.elm, STEADY[:7])
    client.force_login(district.priya)
    page = client.get(reverse("measure", args=[measure.public_id])).content.decode()
    assert "7 of 12 weeks collected" in page
    assert "By chance, between" not in page
    assert "too early to tell change from chance" in client.get(reverse("measures")).content.decode()


def test_from_twelve_points_on_the_chart_has_limits(district):
    measure = count("Greeted by name")
    on_record(measure, district.elm, STEADY[:11])
    assert queries.chart(district.priya, measure, Place(district.elm)).chart.points[0].upper is None
    enter_values(district.priya, measure, Place(district.elm), [Value(THIS_WEEK - 11 * WEEK, 18, 24)])
    assert queries.chart(district.priya, measure, Place(district.elm)).chart.points[0].upper is not None


def test_a_file_with_other_values_makes_what_was_found_in_the_old_ones_void(district, tmp_path):
    row = f"greet,{THIS_WEEK},elm,,all,all"
    bring_in(tmp_path, f"{row},18,24")
    kept = looks.keep(Measure.objects.get())
    bring_in(tmp_path, f"{row},18,24")
    assert Look.objects.get() == kept
    bring_in(tmp_path, f"{row},21,24")
    assert not Look.objects.exists()
