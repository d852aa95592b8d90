"""A prepared question brings what the same question put together anew brings, each time from the database."""

import datetime

import pytest
from django.db import connection
from django.db.models import F, Q, QuerySet, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from heartwork.roster.models import Assignment, Organization, Student, holding, names_of, on_day
from heartwork.roster.prepared import prepared
from heartwork.testing.people import DAY

pytestmark = pytest.mark.data


def held(*, people: list[int], role: str, day: datetime.date, now: datetime.datetime) -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(holding(day, now), staff__in=people).filter(~Q(role=role) | Q(role__contains=role))
    rows = rows.select_related("staff", "organization").only("role", "organization__name", *names_of("staff"))
    return rows.annotate(one=Value(1)).order_by("pk")


held_prepared = prepared(held)


def called(*, grade: str) -> QuerySet[Student]:
    return Student.objects.filter(grade=grade).order_by("pk").values_list("given_name", F("family_name"))


called_prepared = prepared(called)


def test_it_brings_the_same_rows_with_what_is_joined_and_worked_out(district):
    for people in ([district.ruth, district.tomas, district.priya], [district.dana], []):
        given = {"people": [each.pk for each in people], "role": "teacher", "day": DAY, "now": timezone.now()}
        again = held_prepared(**given)
        assert again == list(held(**given))
        assert len(again) >= len(people)
        with CaptureQueriesContext(connection) as asked:
            told = [(row.role, row.staff.name, row.one, row.organization and row.organization.name) for row in again]
        assert len(asked) == 0
        assert told == [
            (row.role, row.staff.name, row.one, row.organization and row.organization.name) for row in held(**given)
        ]


def test_it_brings_values(district):
    assert called_prepared(grade="07") == list(called(grade="07"))
    assert called_prepared(grade="07") != called_prepared(grade="no such grade") == []


def test_rows_are_asked_for_each_time(district):
    before = called_prepared(grade="12")
    Student.objects.create(given_name="Noor", family_name="Example", grade="12")
    assert [*before, ("Noor", "Example")] == called_prepared(grade="12")


PUT_TOGETHER: list[str] = []


def at(*, places: list[int]) -> QuerySet[Organization]:
    PUT_TOGETHER.append("once more")
    return Organization.objects.filter(pk__in=places)


def test_it_is_put_together_once_for_each_length_of_a_list(district):
    question = prepared(at)
    for places in ([district.elm.pk], [district.oak.pk], [district.elm.pk, district.oak.pk], [district.oak.pk]):
        assert {each.pk for each in question(places=places)} == set(places)
    assert len(PUT_TOGETHER) == 2


def on_its_own_day(*, student: int) -> QuerySet[Assignment]:
    return Assignment.objects.filter(on_day(timezone.localdate()), student=student)


def until_now(*, student: int) -> QuerySet[Assignment]:
    return Assignment.objects.filter(ends_at__gt=timezone.now(), student=student)


def after_a_look(*, grade: str) -> QuerySet[Student]:
    return Student.objects.filter(grade=grade, pk__gt=Student.objects.count())


@pytest.mark.parametrize(
    ("question", "given", "why"),
    [
        (on_its_own_day, {"student": 1}, "a day or a moment of its own"),
        (until_now, {"student": 1}, "a day or a moment of its own"),
        (after_a_look, {"grade": "07"}, "read the database"),
        (called, {"grade": None}, "NoneType"),
        (called, {"grade": ("07",)}, "tuple"),
    ],
)
def test_it_refuses_what_would_be_asked_as_it_was_the_first_time(district, question, given, why):
    for _ in range(2):
        with pytest.raises(TypeError, match=why):
            prepared(question)(**given)


def test_it_refuses_to_know_more_than_it_is_given(district):
    me = district.ruth.pk

    def mine(*, day: datetime.date) -> QuerySet[Assignment]:
        return Assignment.objects.filter(on_day(day), staff=me)

    with pytest.raises(TypeError, match="knows more than it is given"):
        prepared(mine)
