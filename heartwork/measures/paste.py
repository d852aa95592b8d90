"""Values pasted from a spreadsheet: a column of days and one or two of numbers, read line by line."""

import csv
import datetime
import re
from dataclasses import dataclass, field

from django.utils import formats, timezone
from django.utils.translation import gettext

from heartwork.measures.actions import Value
from heartwork.measures.calendar import period_of
from heartwork.measures.models import Measure

MOST = 500  # lines at a time
DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%d.%m.%Y", "%b %d %Y", "%B %d, %Y", "%b %d, %Y")


@dataclass
class Pasted:
    """What was read: values in order of time, and for each line that could not be read a sentence."""

    values: list[Value] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read(measure: Measure, text: str) -> Pasted:
    """Read lines such as "2026-02-16, 18, 24" (tab, semicolon or comma); a first line of words alone is passed over.

    Nothing is guessed: a line that says too little, a part above its whole, or a period twice is told with its number.
    """
    found = Pasted()
    seen: dict[datetime.date, int] = {}
    lines = text.splitlines()
    if len(lines) > MOST:
        too_many = gettext("There are %(n)d lines. Paste at most %(most)d.")
        found.problems.append(too_many % {"n": len(lines), "most": MOST})
        return found
    for number, line in enumerate(lines, 1):
        cells = _cells(line)
        if not any(cells):
            continue
        day = _day(cells[0])
        if day is None:
            if number > 1 or any(number_of(cell) is not None for cell in cells[1:]):  # else a heading
                words = {"line": number, "cell": cells[0][:30]}
                found.problems.append(gettext('Line %(line)d: "%(cell)s" is no day. Write it as 2026-02-16.') % words)
            continue
        if day > timezone.localdate():
            words = {"line": number, "cell": cells[0][:30]}
            found.problems.append(gettext("Line %(line)d: %(cell)s is still to come.") % words)
            continue
        value, problem = _value(measure, period_of(measure.cadence, day), cells[1:], _separator(line))
        if value and value.period in seen:
            problem = gettext("the same period is on line %(other)d, too. Keep one of them.") % {
                "other": seen[value.period]
            }
        if problem or value is None:
            found.problems.append(gettext("Line %(line)d: %(problem)s") % {"line": number, "problem": problem})
        else:
            seen[value.period] = number
            found.values.append(value)
    found.values.sort(key=lambda value: value.period)
    return found


def _cells(line: str) -> list[str]:
    """The columns of a line; a comma inside quotes, or in "February 16, 2026", parts none."""
    separator = _separator(line)
    day, rest = [], line
    if separator == "," and (written := re.match(r"\s*([A-Za-z]+ \d+, \d{4})\s*(?:,|$)(.*)", line)):
        day, rest = [written[1]], written[2]
    try:
        cells = next(csv.reader([rest], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        cells = [rest]
    return [*day, *(cell.strip() for cell in cells)]


def _separator(line: str) -> str:
    return "\t" if "\t" in line else ";" if ";" in line else ","


def _day(cell: str) -> datetime.date | None:
    for pattern in DAYS:
        try:
            return datetime.datetime.strptime(cell, pattern).date()
        except ValueError:
            continue
    return None


THOUSANDS = re.compile(r"[-+]?\d{1,3}([,\u00a0\u202f ]\d{3})+(\.\d*)?")


def number_of(cell: str) -> float | None:
    """A number as people write it, in the reader's language: "1,204", "12.5", "75%". None for anything else."""
    plain = cell.strip("% ")
    plain = re.sub(r"[,\s]", "", plain) if THOUSANDS.fullmatch(plain) else str(formats.sanitize_separators(plain))
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if abs(value) < 1e12 else None


def _value(measure: Measure, period: datetime.date, cells: list[str], separator: str) -> tuple[Value | None, str]:
    """Columns are taken as they stand: one that is blank is not passed over, for the next means something else."""
    needed = 2 if measure.is_over_people else 1
    numbers = [number_of(cell) for cell in cells[:needed]]
    if len(numbers) < needed or None in numbers:
        if measure.is_over_people:
            return None, gettext("after the day come two numbers, how many and out of how many.")
        return None, gettext("after the day comes one number.")
    if separator == "," and any(number_of(cell) is not None for cell in cells[needed:]):
        return None, gettext(
            "there are more numbers than we expect. If a comma stands inside a number, put a semicolon between columns."
        )
    return checked(measure, period, numbers[0], numbers[1] if needed == 2 else 1.0)  # type: ignore[arg-type]


def checked(measure: Measure, period: datetime.date, part: float, whole: float) -> tuple[Value | None, str]:
    """A value that a chart can bear, or the sentence that says why not."""
    if whole <= 0:
        return None, gettext("out of how many is above zero. If nobody was there to count, leave the period out.")
    if measure.data == Measure.Data.PROPORTION and part > whole:
        return None, gettext("the part is more than the whole. Correct one of the two.")
    if part < 0 and measure.data != Measure.Data.NUMBER:
        return None, gettext("a count is zero or more.")
    return Value(period, part, whole), ""
