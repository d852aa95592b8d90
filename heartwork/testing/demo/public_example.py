"""An example on public data: Connecticut's chronic absence by group, and New York City's attendance day by day.

Beside the fictional story it shows what a chart says of real schools: whom an average hides, and which days were
special, and why. Sources and licences: `public/README.md`.
"""

import csv
import datetime
from pathlib import Path

from heartwork.measures import actions
from heartwork.measures.actions import Value
from heartwork.measures.models import Measure
from heartwork.measures.places import Group, Place
from heartwork.roster.models import StaffMember

FILES = Path(__file__).parent / "public"
SNOW = {  # days on which the city's schools were open although much of the city was not
    datetime.date(2014, 1, 22): "The day after a snowstorm, schools open",
    datetime.date(2014, 2, 5): "Snow and ice, schools open",
    datetime.date(2014, 2, 13): "A snowstorm, schools open",
    datetime.date(2014, 6, 5): "A day for staff, with few students in school",
}


def tell(by: StaffMember) -> None:
    """Put both on record, as somebody of the district would."""
    _new_york(by)
    _connecticut(by)


def _rows(name: str) -> list[dict[str, str]]:
    with (FILES / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _new_york(by: StaffMember) -> None:
    measure = actions.define_measure(
        by,
        name="New York City: attendance by day, 2013-14 (public data)",
        kind=Measure.Kind.OUTCOME,
        data=Measure.Data.NUMBER,
        cadence=Measure.Cadence.DAY,
        direction=Measure.Direction.UP,
        numerator="attendance of all public schools, in percent",
        definition="Percent of students who were there, as the schools sent it by four in the afternoon.",
    )
    rows = _rows("nyc_attendance_2013_14.csv")
    values = [Value(datetime.date.fromisoformat(row["date"]), float(row["attendance_pct"])) for row in rows]
    actions.enter_values(by, measure, Place(), values)
    for day, words in SNOW.items():
        actions.annotate(by, measure, Place(), period=day, words=words)


def _connecticut(by: StaffMember) -> None:
    measure = actions.define_measure(
        by,
        name="Connecticut: students chronically absent, by group (public data)",
        kind=Measure.Kind.OUTCOME,
        data=Measure.Data.NUMBER,
        cadence=Measure.Cadence.YEAR,
        direction=Measure.Direction.DOWN,
        numerator="students who missed a tenth of the days or more, in percent",
        definition="Percent of students who missed at least 10% of the school days on which they were enrolled.",
    )
    by_group: dict[Group, list[Value]] = {}
    for row in _rows("ct_chronic_absence.csv"):
        first = datetime.date(int(row["school_year"][:4]), 9, 1)
        by_group.setdefault(_group(row["group"]), []).append(Value(first, float(row["percent"])))
    for group, values in by_group.items():
        actions.enter_values(by, measure, Place(), values, group)


def _group(name: str) -> Group:
    """The groups of the file as ours: students of special education beside the categories of race."""
    if name == "Special Education":
        return Group("disability", "true")
    return Group("raceEthnicity" if name != "Non-Special Education" else "others", name)
