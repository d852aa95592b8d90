"""Importing measures and their values."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils.translation import gettext_noop as _

from heartwork.measures import looks
from heartwork.measures.actions import look_again, telling_the_same
from heartwork.measures.models import DataPoint, Measure
from heartwork.measures.places import ACROSS
from heartwork.roster.imports.columns import REJECT, Choice, Column, Date, Identifier, Note, Number, Reference, Text
from heartwork.roster.imports.diff import Diff
from heartwork.roster.imports.kinds import Kind, Once, Rows, Target
from heartwork.roster.imports.places import SECOND_ROW
from heartwork.roster.imports.weeks import mondays, starts_on_monday
from heartwork.roster.imports.work import Work

POINT = ("subgroup_kind", "subgroup")

# Where a value changes, or comes late: not after the last of its series.
CHANGES = """
SELECT DISTINCT s.measure_id, s.school_id FROM {staged} s
WHERE s.period <= (
    SELECT max(l.period) FROM {table} l
    WHERE l.measure_id = s.measure_id AND l.subgroup_kind = s.subgroup_kind AND l.subgroup = s.subgroup
    AND l.school_id = s.school_id AND l.section_id IS NULL AND l.superseded_at IS NULL
) AND NOT EXISTS (SELECT 1 FROM {table} t WHERE {match} AND NOT ({differs}))
"""


@contextmanager
def of_schools(diff: Diff) -> Iterator[None]:
    """Around a change of values of schools: what was told is told still where few come or go, and looks are made anew.

    Nobody else changes values until the import ends.
    """
    looks.hold(None)
    with connection.cursor() as cursor:
        cursor.execute(CHANGES.format(staged=diff.staged, table=diff.table, match=diff.match, differs=diff.differs))
        changes = cursor.fetchall()
    measures = Measure.objects.in_bulk({measure for measure, _school in changes})
    where: dict[Measure, set[int]] = defaultdict(set)
    for measure, school in changes:
        where[measures[measure]].add(school)
    with telling_the_same(where):
        yield
    look_again()


TARGETS = [
    Target(
        "measure",
        "measures",
        Measure,
        ("name", "data", "direction", "numerator", "denominator", "cadence"),
        refers=True,
        fixed={"source": "imported"},
    ),
    # A value of a school and one of a section are kept apart: each has its own unique index.
    Target(
        "school_point",
        "values of measures",
        DataPoint,
        ("numerator", "denominator"),
        key=("measure_id", "period", "school_id", *POINT),
        only='t."section_id" IS NULL AND t."superseded_at" IS NULL',
        supersedes="superseded_at",
        around=of_schools,
    ),
    Target(
        "section_point",
        "values of measures",
        DataPoint,
        ("school_id", "numerator", "denominator"),
        key=("measure_id", "period", "section_id", *POINT),
        only='t."section_id" IS NOT NULL AND t."superseded_at" IS NULL',
        supersedes="superseded_at",
    ),
]


def measure_kinds(work: Work) -> dict[int, str]:
    """Whether each measure is a proportion or a rate, by its number."""
    if "measure kinds" not in work.facts:
        work.facts["measure kinds"] = dict(Measure.objects.values_list("pk", "data"))
    kinds: dict[int, str] = work.facts["measure kinds"]
    return kinds


def land_measures(rows: Rows, work: Work) -> None:
    """Stage definitions."""
    numbers = work.registry("measure").claim(rows["measureId"])
    measure_kinds(work).update(zip(numbers, rows["kind"], strict=True))
    work.stage.add(
        "measure",
        rows.at,
        id=numbers,
        source_id=rows["measureId"],
        direction=[_which_way(words) for words in rows.get("direction")],
        cadence=[
            "day" if (words or "").lower().startswith(("day", "dai")) else "week" for words in rows.get("frequency")
        ],
        **rows.pick(name="name", data="kind", numerator="numerator", denominator="denominator"),
    )


def _which_way(words: str | None) -> str:
    """ "higher is better": the way that a file names in words; neutral where it names none."""
    words = (words or "").lower()
    return "up" if "higher" in words or words == "up" else "down" if "lower" in words or words == "down" else "neutral"


MEASURES = Kind(
    "measures",
    _("Measures: what is counted"),
    ("measures",),
    (
        Column("measureId", Identifier(200), required=True, label=_("Identifier")),
        Column("name", Text(), required=True, label=_("Name")),
        Column("kind", Choice(("proportion", "rate")), required=True, label=_("Proportion or rate")),
        Column("direction", Text(60), label=_("Which way is better")),
        Column("numerator", Text(), label=_("What is counted")),
        Column("denominator", Text(), label=_("Out of what")),
        Column("frequency", Text(40), label=_("How often")),
    ),
    land_measures,
    order=170,
    once=(Once(("measureId",), SECOND_ROW),),
)


def part_of_whole(rows: Rows, work: Work) -> Iterator[tuple[int, str, Note]]:
    """The part of a proportion is not more than the whole."""
    kinds = measure_kinds(work)
    columns = (rows["measureId"], rows["numerator"], rows["denominator"])
    for place, (measure, part, whole) in enumerate(zip(*columns, strict=True)):
        if part is not None and whole is not None and part > whole and kinds.get(measure) == "proportion":
            yield place, "numerator", Note(REJECT, _("The part is more than the whole. Correct one of the two."))


def crossing_in_order(rows: Rows, work: Work) -> Iterator[tuple[int, str, Note]]:
    """Two kinds of group at once come in one order only: else the same people would be two groups."""
    for place, kind in enumerate(rows.get("subgroupType", "all")):
        if kind and kind.split(ACROSS) != sorted(kind.split(ACROSS)):
            yield (
                place,
                "subgroupType",
                Note(REJECT, _("Write the two kinds in the order of the alphabet, and the groups too.")),
            )


def land_observations(rows: Rows, work: Work) -> None:
    """Stage values: of schools, and of sections."""
    sections = rows.get("classSourcedId")
    rows.values["section"] = sections
    for code, wanted in (("school_point", [s is None for s in sections]), ("section_point", sections)):
        if any(wanted):
            some = rows if all(wanted) else rows.only(wanted)
            place = {"section_id": some["section"]} if code == "section_point" else {}
            work.stage.add(
                code,
                some.at,
                measure_id=some["measureId"],
                period=mondays(some["weekStart"]),
                school_id=some["orgSourcedId"],
                subgroup_kind=some.get("subgroupType", "all"),
                subgroup=some.get("subgroup", "all"),
                numerator=some["numerator"],
                denominator=some["denominator"],
                **place,
            )


OBSERVATIONS = Kind(
    "observations",
    _("Values of measures, week by week"),
    ("observations",),
    (
        Column("measureId", Reference("measure"), required=True, label=_("Measure")),
        Column("weekStart", Date(), required=True, label=_("Week (its Monday)")),
        Column("orgSourcedId", Reference("organization"), required=True, label=_("School")),
        Column("classSourcedId", Reference("section"), label=_("Class")),
        Column("subgroupType", Text(60), label=_("Kind of group")),
        Column("subgroup", Text(100), label=_("Group")),
        Column("numerator", Number(least=0), required=True, label=_("Part")),
        Column("denominator", Number(above=0), required=True, label=_("Whole")),
    ),
    land_observations,
    order=180,
    checks=(starts_on_monday("weekStart"), part_of_whole, crossing_in_order),
    once=(
        Once(
            ("measureId", "weekStart", "orgSourcedId", "classSourcedId", "subgroupType", "subgroup"),
            _("The same value is already in the file. The first one was kept."),
        ),
    ),
)

KINDS = [MEASURES, OBSERVATIONS]
