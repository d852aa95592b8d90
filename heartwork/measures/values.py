"""The values on record: which of them stand, added up over places, and as points of a chart.

For who sees every record. What any other reader may see of them, `hiding` decides and `series` gives.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Max, Q, QuerySet, Sum

from heartwork.analysis.points import Point
from heartwork.measures.calendar import periods
from heartwork.measures.models import DataPoint, Measure
from heartwork.measures.places import Group, Place

Row = tuple[datetime.date, float, float]  # period, numerator, denominator


def current(measure: Measure) -> QuerySet[DataPoint]:
    """The values of a measure that nothing has superseded."""
    return DataPoint.objects.filter(measure=measure, superseded_at=None)


def at_place(rows: QuerySet[DataPoint], place: Place) -> QuerySet[DataPoint]:
    """Those of a place itself; of the whole district, those of its schools and of the district."""
    if place.section:
        return rows.filter(section=place.section)
    rows = rows.filter(section=None)
    return rows.filter(school=place.school) if place.school else rows


def rows_of(measure: Measure, place: Place, groups: Iterable[Group] | None = None) -> dict[Group, list[Row]]:
    """Period, numerator and denominator of each group (None: of all groups there are), ascending. One query.

    Of the whole district: the sum of its schools, or what was entered for itself in a period in which none has a value.
    """
    rows = at_place(current(measure), place)
    if groups is not None:
        wanted = set(groups)
        rows = rows.filter(subgroup_kind__in={g.kind for g in wanted}, subgroup__in={g.name for g in wanted})
    found: dict[Group, list[Row]] = defaultdict(list)
    for (kind, name), row in summed(rows, "subgroup_kind", "subgroup"):
        if groups is None or Group(kind, name) in wanted:
            found[Group(kind, name)].append(row)
    return dict(found)


def rows_by_school(rows: QuerySet[DataPoint]) -> dict[int, dict[Group, list[Row]]]:
    """Period, numerator and denominator by school (pk; the district's own are its) and group, ascending. One query."""
    found: dict[int, dict[Group, list[Row]]] = defaultdict(lambda: defaultdict(list))
    columns = ("school", "subgroup_kind", "subgroup", "period", "numerator", "denominator")
    for school, kind, name, *row in rows.filter(section=None).order_by("school", "period").values_list(*columns):
        found[school][Group(kind, name)].append(tuple(row))  # type: ignore[arg-type]
    return found


def summed(rows: QuerySet[DataPoint], *by: str) -> list[tuple[tuple[Any, ...], Row]]:
    """The values added up by these columns and by period, ascending; those of schools before those of the district."""
    of_schools = ExpressionWrapper(Q(school__kind="school"), output_field=BooleanField())
    columns = (*by, "period", "of_schools")
    summed = rows.annotate(of_schools=of_schools).order_by(*columns).values_list(*columns)
    found: dict[tuple[Any, ...], tuple[tuple[Any, ...], Row]] = {}
    for *key, period, _, part, whole in summed.annotate(Sum("numerator"), Sum("denominator")):
        found[(*key, period)] = (tuple(key), (period, part, whole))  # of schools comes last
    return list(found.values())


def last_period(measure: Measure) -> datetime.date | None:
    """The latest period for which anybody has a value. One query."""
    return current(measure).aggregate(last=Max("period"))["last"]


def due(measure: Measure, first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """The periods of school between two, in which a value was due."""
    return periods(measure.cadence, first, last)


def points_of(measure: Measure, rows: Iterable[Row], labels: Iterable[datetime.date] = ()) -> list[Point]:
    """Points of rows; a period of school without a row is a missing point."""
    found = {period: (numerator, denominator) for period, numerator, denominator in rows}
    first = min(found, default=None)
    every = sorted({*found, *(label for label in labels if first is not None and label >= first)})
    return [_point(measure, label, found.get(label)) for label in every]


def _point(measure: Measure, label: datetime.date, row: tuple[float, float] | None) -> Point:
    if row is None:
        return Point(label)
    numerator, denominator = row
    if measure.data == Measure.Data.COUNT:
        return Point(label, value=numerator)
    if measure.data == Measure.Data.NUMBER:
        return Point(label, value=numerator / denominator)
    return Point(label, numerator=numerator, denominator=denominator)
