"""A fictional district with planted flaws: what is kept, doubted and refused, to the line."""

import json
from pathlib import Path

import pytest

from heartwork.roster.imports.tests.conftest import kept, lines, moved
from heartwork.testing import make_district

pytestmark = pytest.mark.data


@pytest.mark.parametrize(("students", "seed"), [(600, 2), (900, 3), (20_000, 1)])
def test_every_planted_flaw_is_named_by_file_and_line_and_every_other_row_is_kept(bring, tmp_path, students, seed):
    folder = tmp_path / "district"
    make_district.main(["--students", str(students), "--seed", str(seed), "--flaws", "--out", str(folder)])
    truth = json.loads((folder / "truth.json").read_text())
    run = bring(folder)
    wanted = {
        severity: {(f["file"], f["line"]) for f in truth["flaws"] if "line" in f and f["expect"] == severity}
        for severity in ("reject", "warn")
    }
    assert lines(run, "reject") == wanted["reject"]
    assert lines(run, "warn") == wanted["warn"]
    counts = kept(run)
    assert {name: counts.get(name) for name in truth["rowsToKeep"]} == truth["rowsToKeep"]
    assert moved(bring(folder)) == {}  # a second time, there is nothing to do


def test_a_file_without_a_column_it_needs_is_refused_whole_and_says_which(bring, tmp_path):
    run = bring({"screeners.csv": "studentSourcedId,screener,window,date\nstu-1,srss,fall,2025-09-24\n"}, apply=False)
    (file,) = run.summary["files"]
    assert (file["kind"], file["kept"]) == ("screeners", 0)
    assert "score" in file["problem"]


def test_line_numbers_count_the_lines_of_the_file_even_where_a_cell_holds_line_breaks(bring, tmp_path: Path):
    text = 'sourcedId,name,type\r\ns1,"Fern\r\nSchool",school\r\ns2,,school\r\ns3,"a\nb\nc",\r\n,Moss,school\r\n'
    run = bring({"orgs.csv": text})
    assert lines(run, "reject") == {("orgs.csv", 4), ("orgs.csv", 8)}
