"""What happens by itself happens when its time has come, and goes on after a failure."""

import datetime

import pytest

from heartwork.config.clock import Turn


@pytest.fixture(autouse=True)
def _leave_the_connection_of_other_tests(monkeypatch):
    monkeypatch.setattr("heartwork.config.clock.close_old_connections", lambda: None)


def at(text):
    return datetime.datetime.fromisoformat(text)


def test_what_is_done_every_few_seconds_waits_that_long():
    turn = Turn("a", lambda: None, every=10)
    assert turn.is_due(at("2026-02-24T10:00:00Z"))
    turn.take(at("2026-02-24T10:00:00Z"))
    assert not turn.is_due(at("2026-02-24T10:00:09Z"))
    assert turn.is_due(at("2026-02-24T10:00:10Z"))


def test_what_is_done_each_night_is_done_once_on_each_also_when_the_clock_changes():
    turn = Turn("a", lambda: None)
    done = []
    hour = at("2026-03-06T20:00:00Z")
    while hour < at("2026-03-10T20:00:00Z"):  # over the night of March 8, when an hour is left out
        if turn.is_due(hour):
            done.append(hour.isoformat())
            turn.last = hour
        hour += datetime.timedelta(minutes=20)
    assert done == [
        "2026-03-06T20:00:00+00:00",  # made up for after the start
        "2026-03-07T11:00:00+00:00",
        "2026-03-08T10:00:00+00:00",
        "2026-03-09T10:00:00+00:00",
        "2026-03-10T10:00:00+00:00",
    ]


def test_a_failure_is_logged_by_its_kind_and_not_in_its_words(caplog):
    def fails():
        raise ValueError("Maya Rivera")

    Turn("counting", fails, every=1).take(at("2026-02-24T10:00:00Z"))
    assert "counting failed: ValueError" in caplog.text
    assert "Maya" not in caplog.text
