"""The demo's files with every date moved by whole weeks, so that today is late February of their school year."""

import csv
import datetime
import re
from pathlib import Path

from heartwork.testing.demo import FILES

TODAY = datetime.date(2026, 2, 24)  # the day on which the files stop, a Tuesday
ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
AMERICAN = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")  # one flaw that is left in


def weeks_from(today: datetime.date) -> datetime.timedelta:
    """How far to move the files for `today`: from Monday to Monday, so that every weekday stays what it is.

    >>> weeks_from(datetime.date(2026, 3, 6)).days  # the Friday of the week after
    7
    """
    monday = today - datetime.timedelta(days=today.weekday())
    return monday - (TODAY - datetime.timedelta(days=TODAY.weekday()))


def move(text: str, by: datetime.timedelta) -> str:
    """The text with every date in it moved.

    >>> move("from 2026-02-24, 2/9/2026", datetime.timedelta(days=7))
    'from 2026-03-03, 2/16/2026'
    """

    def iso(found: re.Match[str]) -> str:
        day = datetime.date(int(found[1]), int(found[2]), int(found[3])) + by
        return day.isoformat()

    def american(found: re.Match[str]) -> str:
        day = datetime.date(int(found[3]), int(found[1]), int(found[2])) + by
        return f"{day.month}/{day.day}/{day.year}"

    return AMERICAN.sub(american, ISO.sub(iso, text))


def write_moved(folder: Path, today: datetime.date) -> None:
    """Write the demo's files into `folder`, as they would be today."""
    here = Path(__file__).parent
    by = weeks_from(today)
    for name in FILES:
        text = move((here / f"{name}.csv").read_text(encoding="utf-8"), by)
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    _mend_school_years(folder / "academicSessions.csv")


def _mend_school_years(path: Path) -> None:
    """A school year is called by the year in which it ends."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, headings = list(reader), list(reader.fieldnames or [])
    last = max(row["endDate"] for row in rows)[:4]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row | {"schoolYear": last} for row in rows)
