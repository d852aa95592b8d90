"""What was told is told again, until enough people have moved."""

import datetime
import logging

import pytest
from django.db import DatabaseError

from heartwork.analysis.suppression import Release as Figures
from heartwork.releases import ledger
from heartwork.releases.models import Release

pytestmark = [pytest.mark.data, pytest.mark.django_db]
MONDAY, TUESDAY = datetime.date(2026, 3, 2), datetime.date(2026, 3, 3)


def of(**counts):
    figures = {key: [key] for key in counts} | {"all": list(counts)}
    return Figures(counts, figures, totals=["all"], siblings=[list(counts)])


def ask(release, day, question="students by grade", minimum=10):
    return ledger.answers({question: release}, minimum, day)[question]


def test_who_came_since_is_not_told_by_a_second_page():
    """One student more in foster care, seen on no page: Monday's answer stands, with its day."""
    first = ask(of(foster=23, not_foster=400), MONDAY)
    assert first.figures == {"foster": 23, "not_foster": 400, "all": 423}
    assert ask(of(foster=24, not_foster=400), TUESDAY) == first
    assert first.counts == {"foster": 23, "not_foster": 400}
    assert first.day == MONDAY


def test_when_enough_people_have_moved_all_is_told_anew():
    ask(of(a=40, b=60), MONDAY)
    answer = ask(of(a=50, b=60), TUESDAY)
    assert (answer.figures["a"], answer.day) == (50, TUESDAY)
    assert [row.number for row in Release.objects.order_by("number")] == [1, 2]


def test_people_who_change_places_have_moved():
    ask(of(a=40, b=60), MONDAY)
    assert ask(of(a=49, b=51), TUESDAY).day == MONDAY
    assert ask(of(a=50, b=50), TUESDAY).day == TUESDAY


def test_holes_stay_where_they_were():
    assert [key for key, n in ask(of(a=3, b=30, c=34), MONDAY).figures.items() if n is None] == ["a", "b"]
    answer = ask(of(a=3, b=44, c=34), TUESDAY)  # from c, fewer would now be hidden
    assert answer.day == TUESDAY
    assert [key for key, n in answer.figures.items() if n is None] == ["a", "b"]


def test_of_too_few_nothing_is_told_and_nothing_kept():
    assert set(ask(of(a=3, b=4), MONDAY).figures.values()) == {None}
    assert not Release.objects.exists()


def test_each_minimum_has_answers_of_its_own():
    assert ask(of(a=12, b=60), MONDAY).figures["a"] == 12
    assert ask(of(a=12, b=60), TUESDAY, minimum=15).figures["a"] is None


def test_a_figure_that_nobody_asked_for_then_is_hidden():
    ask(of(a=40, b=60), MONDAY)
    assert ask(of(a=40, b=60, c=2), TUESDAY).figures == {"a": 40, "b": 60, "c": None, "all": 100}


def test_many_questions_take_two_queries(django_assert_num_queries):
    asked = {f"question {n}": of(a=40, b=60) for n in range(9)}
    with django_assert_num_queries(4):  # and a savepoint around the second
        ledger.answers(asked, 10, MONDAY)
    with django_assert_num_queries(1):
        ledger.answers(asked, 10, TUESDAY)


@pytest.mark.parametrize(
    "broken", [{"told": []}, {"told": {"a": "many"}}, {"counts": None}, {"counts": {"a": -1}}, {"told": {"a": True}}]
)
def test_a_ledger_that_is_wrong_hides_and_stops_no_page(broken, caplog):
    ask(of(a=40, b=60), MONDAY)
    if broken == {"counts": None}:
        broken = {"counts": "none"}
    Release.objects.update(**broken)
    with caplog.at_level(logging.CRITICAL):
        assert set(ask(of(a=80, b=60), TUESDAY).figures.values()) == {None}


def test_a_ledger_that_cannot_be_written_hides_and_stops_no_page(monkeypatch, caplog):
    def refuses(*arguments, **named):
        raise DatabaseError("disk full")

    monkeypatch.setattr(type(Release.objects), "bulk_create", refuses)
    assert set(ask(of(a=80, b=60), TUESDAY).figures.values()) == {None}


def test_of_two_who_ask_in_the_same_moment_both_get_the_same(monkeypatch):
    """The second finds the number taken, and answers what the first told."""
    ask(of(a=40, b=60), MONDAY)
    latest, calls = ledger._latest, []

    def blind_once(*arguments):
        calls.append(arguments)
        return latest(*arguments) if len(calls) > 1 else {}

    monkeypatch.setattr(ledger, "_latest", blind_once)
    assert ask(of(a=90, b=60), TUESDAY).figures["a"] == 40


def test_after_a_time_out_the_whole_is_told_when_nobody_has_moved():
    ask(of(a=3, b=30, c=40), MONDAY)
    Release.objects.update(how="totals", told={"a": None, "b": None, "c": None, "all": 73})
    assert ask(of(a=3, b=30, c=41), TUESDAY).figures["c"] is None
    assert ask(of(a=3, b=30, c=40), TUESDAY).figures["c"] == 40
