"""In a made district that came in by the real import, those are found of whom it says that they have gone quiet."""

import datetime
import json

import pytest

from heartwork.checkins import queries
from heartwork.roster import imports
from heartwork.roster.models import Assignment, Organization
from heartwork.testing import make_district
from heartwork.testing.people import hire

STUDENTS = 900
RECORDS = [
    "attendance",
    "referrals",
    "outreach",
    "observations",
    "measures",
    "screeners",
]  # nothing here rests on these

pytestmark = pytest.mark.data


def bring_in(folder, seed, weeks):
    """A made district, imported: whom it says to have gone quiet, and the last day of its records."""
    arguments = ["--students", str(STUDENTS), "--seed", str(seed), "--weeks", str(weeks), "--out", str(folder)]
    make_district.main(arguments)
    facts = {fact["kind"]: fact for fact in json.loads((folder / "truth.json").read_text())["facts"]}
    last = max(line.split(",")[0] for line in (folder / "calendar.csv").read_text().splitlines()[1:])
    for name in ["truth.json", *(f"{record}.csv" for record in RECORDS)]:
        (folder / name).unlink()
    run = imports.read(imports.begin(None, name="made", source=folder).pk)
    run = imports.apply(run.pk, actor=None, agreed=True)
    assert run.state == run.State.APPLIED, run.error
    return set(facts["quiet_decline"]["students"]), datetime.date.fromisoformat(last)


# Twelve weeks are the default of the made district; in 24 there are answers enough for everyone's own limits.
@pytest.mark.parametrize(("seed", "weeks"), [(7, 12), (23, 12), (41, 24)])
def test_whom_the_made_district_says_is_found_and_nobody_else(db, tmp_path, seed, weeks):
    planted, last = bring_in(tmp_path / "made", seed, weeks)
    assert planted
    ruth = hire("Ruth Okafor")
    for school in Organization.objects.filter(kind="school"):
        grades = "KG 01 02 03 04 05 06 07 08 09 10 11 12"
        Assignment.objects.create(staff=ruth, role="counselor", organization=school, grades=grades)
    quiet = queries.gone_quiet(ruth, last)
    found = {each.student.source_id: each for each in quiet.found}
    assert found.keys() == planted
    assert all(each.decline.falls and each.decline.moods == [5, 4, 3, 2, 1] for each in quiet.found)
    assert not any(each.is_supported for each in quiet.found)
    assert quiet.answered > STUDENTS / 2
