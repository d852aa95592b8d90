"""The demo's files: always the same bytes, and moved so that today is in late February."""

import csv
import datetime

import pytest

from heartwork.testing.demo import FILES
from heartwork.testing.demo.dates import weeks_from, write_moved
from heartwork.testing.make_demo import make


def rows(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_files_in_the_repository_are_what_the_script_makes(tmp_path):
    from pathlib import Path

    import heartwork.testing.demo

    make(tmp_path)
    kept = Path(heartwork.testing.demo.__file__).parent
    for name in FILES:
        assert (tmp_path / f"{name}.csv").read_bytes() == (kept / f"{name}.csv").read_bytes(), name


@pytest.mark.parametrize("day", [datetime.date(2026, 2, 24), datetime.date(2026, 9, 7), datetime.date(2031, 1, 5)])
def test_today_is_in_the_week_after_the_last_records_and_every_weekday_stays(tmp_path, day):
    write_moved(tmp_path, day)
    last = max(datetime.date.fromisoformat(row["date"]) for row in rows(tmp_path, "attendance"))
    monday = day - datetime.timedelta(day.weekday())
    assert monday - datetime.timedelta(7) <= last < monday
    assert weeks_from(day).days % 7 == 0
    assert all(datetime.date.fromisoformat(row["weekStart"]).weekday() == 0 for row in rows(tmp_path, "calendar"))


def test_a_school_year_is_called_by_the_year_in_which_it_ends(tmp_path):
    write_moved(tmp_path, datetime.date(2027, 10, 5))
    for row in rows(tmp_path, "academicSessions"):
        assert row["schoolYear"] == "2028"


def test_all_of_it_is_small(tmp_path):
    write_moved(tmp_path, datetime.date(2026, 2, 24))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 3_000_000


def test_names_come_in_several_scripts(tmp_path):
    write_moved(tmp_path, datetime.date(2026, 2, 24))
    names = "".join(row["givenName"] + row["familyName"] for row in rows(tmp_path, "users"))
    for letter in "ل王Д":
        assert letter in names
