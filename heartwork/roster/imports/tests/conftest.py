"""Bringing files, and reading what was said of them."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from heartwork.roster import imports
from heartwork.roster.models import ImportRun

Bring = Callable[..., ImportRun]


@pytest.fixture
def bring(db: None, day: Any, tmp_path: Path) -> Bring:
    """Take in and read files, given as a folder or as texts by name; `apply` them too, unless told not to."""
    made = 0

    def bring(files: Path | dict[str, str | bytes], *, apply: bool = True, agreed: bool = False) -> ImportRun:
        nonlocal made
        if isinstance(files, dict):
            made += 1
            folder = tmp_path / f"brought-{made}"
            folder.mkdir()
            for name, text in files.items():
                (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
            files = folder
        run = imports.begin(None, name=files.name, source=files)
        run = imports.read(run.pk)
        assert run.state == ImportRun.State.READY, run.error
        if apply:
            run = imports.apply(run.pk, actor=None, agreed=agreed)
            assert run.state == ImportRun.State.APPLIED, run.error
        return run

    return bring


def problems(run: ImportRun) -> list[dict[str, str]]:
    """Every row that was refused or doubted."""
    with (imports.folder_of(run) / "problems.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def lines(run: ImportRun, severity: str) -> set[tuple[str, int]]:
    """File and line of the rows that were refused, or doubted and kept."""
    told = problems(run)
    rejected = {(row["file"], int(row["line"])) for row in told if row["severity"] == "reject"}
    if severity == "reject":
        return rejected
    return {(row["file"], int(row["line"])) for row in told if row["severity"] == severity} - rejected


def noun(run: ImportRun, name: str) -> tuple[int, int, int, int]:
    """Added, changed, ended and untouched of one noun."""
    for said in run.summary["nouns"]:
        if said["noun"] == name:
            return said["added"], said["changed"], said["ended"], said["untouched"]
    return 0, 0, 0, 0


def moved(run: ImportRun) -> dict[str, tuple[int, int, int]]:
    """Every noun that is not as it was."""
    return {
        said["noun"]: (said["added"], said["changed"], said["ended"])
        for said in run.summary["nouns"]
        if said["added"] or said["changed"] or said["ended"]
    }


def kept(run: ImportRun) -> dict[str, int]:
    """Rows kept, by file."""
    return {said["name"]: said["kept"] for said in run.summary["files"]}


def messages(run: ImportRun) -> list[tuple[str, str, str]]:
    """Severity, file and message of everything that was said."""
    return [(group["severity"], group["file"], group["message"]) for group in run.summary["groups"]]
