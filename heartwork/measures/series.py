"""The values behind a chart, as a viewer may see them: every record, pooled periods, or nothing at all.

Who may open every record behind a place sees its values as they are. Any other reader sees periods joined until each
holds enough people, and no group so small that it could be worked out, nor its partner.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.db.models import Max
from django.utils import timezone

from heartwork.analysis.points import Point
from heartwork.analysis.pooling import pool
from heartwork.measures.calendar import periods
from heartwork.measures.hiding import hidden_groups, of_district, people_behind, per_student
from heartwork.measures.models import EVERYONE, DataPoint, Measure
from heartwork.measures.places import ALL, Group, Place, sees_every_record
from heartwork.measures.values import Row, at_place, current, due, last_period, points_of, rows_of, summed
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import StaffMember

Depth = Literal["every", "pooled", "hidden"]


@dataclass(frozen=True)
class Series:
    """A series as one viewer may see it, oldest first.

    people: about how many stand behind a period; None where that is hidden, or nobody said what a student counts for.
    """

    group: Group
    points: list[Point]
    depth: Depth
    people: int | None

    @property
    def is_hidden(self) -> bool:
        """Whether nothing of it may be shown."""
        return self.depth == "hidden"


def seen(
    viewer: StaffMember, measure: Measure, place: Place, groups: Iterable[Group] | None = (ALL,)
) -> dict[Group, Series]:
    """The series of these groups (None: all there are) at a place, as the viewer may see them. Four queries at most.

    Counts and numbers are of what adults do, or of no one in particular: only those with a denominator are pooled.
    """
    access.require(viewer, "measure.read")
    every = sees_every_record(viewer, place)
    alone = groups is not None and set(groups) == {ALL}  # everyone is never hidden for the sake of a group
    if every or place.school or not measure.is_over_people:
        everything = rows_of(measure, place, groups if every or alone else None)
    else:
        everything = of_district(viewer, [measure], groups)[measure.pk]
    wanted = everything if groups is None else {group: everything.get(group, []) for group in groups}
    if every or not measure.is_over_people:
        labels = _labels(measure, [rows for rows in wanted.values() if rows])
        return {
            group: Series(group, points_of(measure, rows, labels), "every", _size(measure, rows))
            for group, rows in wanted.items()
        }
    hidden = hidden_groups(measure, everything)
    minimum = roster.district().minimum_group * per_student(measure)
    return {group: _pooled(measure, group, rows, group in hidden, minimum) for group, rows in wanted.items()}


def of_everyone(viewer: StaffMember, measures: Iterable[Measure], place: Place) -> dict[int, Series]:
    """The series of everyone at a place for many measures, by their pk, as the viewer may see them.

    Four queries, and one for each cadence among them.
    """
    access.require(viewer, "measure.read")
    asked = {measure.pk: measure for measure in measures}
    rows = DataPoint.objects.filter(measure__in=asked, superseded_at=None, subgroup_kind=EVERYONE)
    found: dict[int, list[Row]] = {pk: [] for pk in asked}
    for (pk,), row in summed(at_place(rows, place), "measure"):
        found[pk].append(row)
    last = dict(rows.order_by().values_list("measure").annotate(Max("period")))
    every, minimum = sees_every_record(viewer, place), roster.district().minimum_group
    if not every and not place.school:
        over_people = [measure for measure in asked.values() if measure.is_over_people]
        found |= {pk: of.get(ALL, []) for pk, of in of_district(viewer, over_people, [ALL]).items()}
    first = min((measured[0][0] for measured in found.values() if measured), default=None)
    due_by: dict[str, list[datetime.date]] = {}
    if every and first:
        latest = max(last.values())
        due_by = {cadence: periods(cadence, first, latest) for cadence in {m.cadence for m in asked.values()}}
    result = {}
    for pk, measured in found.items():
        measure = asked[pk]
        if every or not measure.is_over_people:
            labels = [label for label in due_by.get(measure.cadence, ()) if label <= last.get(pk, label)]
            result[pk] = Series(ALL, points_of(measure, measured, labels), "every", _size(measure, measured))
        else:
            is_hidden = ALL in hidden_groups(measure, {ALL: measured})
            result[pk] = _pooled(measure, ALL, measured, is_hidden, minimum * per_student(measure))
    return result


def by_school(viewer: StaffMember, measure: Measure, group: Group = ALL) -> list[tuple[Place, Series]]:
    """The series of a group at each school that has values, by the school's name, as the viewer may see each.

    Five queries, however many schools.
    """
    access.require(viewer, "measure.read")
    rows = current(measure).filter(section=None, subgroup_kind__in={EVERYONE, group.kind})
    columns = ("school", "subgroup_kind", "subgroup", "period", "numerator", "denominator")
    of_school: dict[int, dict[Group, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for school, kind, name, *row in rows.order_by("school", "period").values_list(*columns):
        of_school[school][Group(kind, name)].append(tuple(row))  # type: ignore[arg-type]
    minimum = roster.district().minimum_group * per_student(measure)
    labels = _labels(measure, [rows for groups in of_school.values() for rows in groups.values()])
    found = []
    for school in roster.schools():
        rows_here = of_school.get(school.pk, {}).get(group)
        if not rows_here:
            continue
        place = Place(school)
        if sees_every_record(viewer, place) or not measure.is_over_people:
            points = points_of(measure, rows_here, labels)
            found.append((place, Series(group, points, "every", _size(measure, rows_here))))
        else:
            is_hidden = group in hidden_groups(measure, of_school[school.pk])
            found.append((place, _pooled(measure, group, rows_here, is_hidden, minimum)))
    return found


def _labels(measure: Measure, of: list[list[Row]]) -> list[datetime.date]:
    if not of:
        return []
    last = last_period(measure) or timezone.localdate()
    return due(measure, min(rows[0][0] for rows in of), last)


def _pooled(measure: Measure, group: Group, rows: list[Row], is_hidden: bool, minimum: int) -> Series:
    points = [] if is_hidden else pool(points_of(measure, rows), minimum, hold_back=True)
    if rows and not points:
        return Series(group, [], "hidden", None)
    size = _size(measure, rows)
    return Series(group, points, "pooled", round(size, -1) if size else None)


def _size(measure: Measure, rows: list[Row]) -> int | None:
    return people_behind(measure, rows) if rows and measure.per_student else None
