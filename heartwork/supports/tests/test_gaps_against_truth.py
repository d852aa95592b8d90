"""The gap finder finds exactly what was planted in a made district that came in by the real import."""

import datetime
import json

import pytest

from heartwork.roster import imports
from heartwork.roster.models import Organization
from heartwork.supports import gaps
from heartwork.testing import make_district
from heartwork.testing.people import hire

DAY = datetime.date(2025, 12, 1)  # in the made school year
STUDENTS = 2000
RECORDS = ["attendance", "referrals", "outreach", "observations", "checkins", "measures"]  # no gap here rests on these

pytestmark = pytest.mark.data


def make(folder, seed, *more):
    """A made district in the folder; what was planted in it, by kind."""
    arguments = ["--students", str(STUDENTS), "--seed", str(seed), "--weeks", "2", "--out", str(folder), *more]
    make_district.main(arguments)
    truth = json.loads((folder / "truth.json").read_text())
    for name in ["truth.json", *(f"{record}.csv" for record in RECORDS)]:
        (folder / name).unlink()
    return {fact["kind"]: fact for fact in truth["facts"]}


def bring_in(files):
    """Import a folder, or one file."""
    run = imports.read(imports.begin(None, name="made", source=files).pk)
    run = imports.apply(run.pk, actor=None, agreed=True)
    assert run.state == run.State.APPLIED, run.error


def students(viewer, code, part=""):
    return set(gaps.students_in_gap(viewer, code, DAY, part=part).values_list("source_id", flat=True))


def supports(viewer, code):
    return {each.source_id: (each.active, each.capacity) for each in gaps.supports_in_gap(viewer, code, DAY)}


def share(shares):
    return round(sum(each.count for each in shares) / sum(each.among for each in shares), 4)


@pytest.fixture
def dana(db, day):
    """A director of student services, who reaches everyone."""
    return hire("Dana Whitlock", "student_services_director")


def check(dana, planted):
    """Every gap holds what was planted and nothing else, and the counts of the page are those of the lists."""
    assert students(dana, "tier_border", "with") == set(planted["tier_border"]["withTargetedSupport"])
    assert students(dana, "tier_border", "without") == set(planted["tier_border"]["withoutTargetedSupport"])
    assert students(dana, "missed_students") == set(planted["missed_students"]["students"])

    here = Organization.objects.get(source_id=planted["behavior_only"]["school"]).name
    shares = gaps.by_school(dana, "behavior_only", DAY)
    assert share([each for each in shares if each.name == here]) == planted["behavior_only"]["shareHere"]
    assert share([each for each in shares if each.name != here]) == planted["behavior_only"]["shareElsewhere"]

    assert set(supports(dana, "paper_support")) == set(planted["paper_support"]["all"])
    assert supports(dana, "over_capacity") == {
        each["supportId"]: (each["active"], each["capacity"]) for each in planted["over_capacity"]["all"]
    }
    assert set(supports(dana, "no_owner")) == {planted["no_owner"]["supportId"]}

    counts = {gap.code: gap.count for gap in gaps.gaps(dana, DAY)}
    for code, count in counts.items():
        listed = (
            supports(dana, code) if code in ("paper_support", "over_capacity", "no_owner") else students(dana, code)
        )
        assert count == len(listed), code
    assert [code for code, count in counts.items() if not count] == ["nobodys"]  # no team asked who knows whom


def test_what_was_planted_is_found_and_nothing_else(dana, tmp_path):
    planted = make(tmp_path / "made", 7)
    bring_in(tmp_path / "made")
    check(dana, planted)


def test_without_scores_nobody_is_on_the_border_and_a_later_file_of_scores_is_enough(dana, tmp_path):
    """Rows that are wrong change no gap; in the flawed files the scores lack a column, so none of them is kept."""
    planted = make(tmp_path / "flawed", 23, "--flaws", "--list-universal")
    make(tmp_path / "again", 23, "--list-universal")
    bring_in(tmp_path / "flawed")
    (border,) = gaps.gaps(dana, DAY, only="tier_border")
    assert (border.count, border.among) == (0, 0)
    assert border.unknown >= STUDENTS

    bring_in(tmp_path / "again" / "screeners.csv")
    check(dana, planted)
