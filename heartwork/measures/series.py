"""The values behind a chart, as a viewer may see them: every record, pooled periods, or nothing at all.

Who may open every record behind a place sees its values as they are. Any other reader sees periods joined until each
holds enough people, and no group so small that it could be worked out, nor its partner.
"""

import datetime
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import Max
from django.utils import timezone

from heartwork.analysis.points import Label, Point
from heartwork.analysis.pooling import pool, told_until
from heartwork.measures.calendar import periods
from heartwork.measures.hiding import hidden_groups, kinds_of, least_side, least_told, of_district, people_behind
from heartwork.measures.models import EVERYONE, DataPoint, Measure
from heartwork.measures.places import ALL, REASON, Group, Place, sections_reached, sees_every_record
from heartwork.measures.told import as_told, instead, last_told, rows_as_told
from heartwork.measures.values import (
    Row,
    at_place,
    current,
    due,
    last_period,
    points_of,
    rows_by_school,
    rows_of,
    summed,
)
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import Organization, Section, StaffMember

Depth = Literal["every", "pooled", "hidden"]


@dataclass(frozen=True)
class Series:
    """A series as one viewer may see it, oldest first.

    people: about how many stand behind a period; None where that is hidden, or nobody said what a student counts for.
    until: of joined periods, the last that is told.
    """

    group: Group
    points: list[Point]
    depth: Depth
    people: int | None
    until: Label | None = None

    @property
    def is_hidden(self) -> bool:
        """Whether nothing of it may be shown."""
        return self.depth == "hidden"


def seen(
    viewer: StaffMember, measure: Measure, place: Place, groups: Iterable[Group] | None = (ALL,)
) -> dict[Group, Series]:
    """The series of these groups (None: all there are) at a place, as the viewer may see them. Five queries at most.

    Counts and numbers are of what adults do, or of no one in particular: only those with a denominator are pooled.
    Of a single reason for a count, which may be one student's, nothing is told to who does not see every record.
    """
    access.require(viewer, "measure.read")
    every = sees_every_record(viewer, place)
    alone = groups is not None and set(groups) == {ALL}  # everyone is never hidden for the sake of a group
    if every or place.school or not measure.is_over_people:
        everything = rows_of(measure, place, groups if every or alone else None)
        if not every and place.school:
            held = instead([measure], {EVERYONE} if alone else None)
            everything = as_told(everything, held[measure.pk][place.school.pk])
    else:
        everything = of_district(viewer, [measure], groups)[measure.pk]
    wanted = everything if groups is None else {group: everything.get(group, []) for group in groups}
    if every or not measure.is_over_people:
        untold = [] if every else [group for group in wanted if group.kind == REASON]
        wanted = {group: rows for group, rows in wanted.items() if group not in untold}
        labels = _labels(measure, [rows for rows in wanted.values() if rows])
        told = {group: _every(measure, group, rows, labels) for group, rows in wanted.items()}
        return told | {group: Series(group, [], "hidden", None) for group in untold}
    hidden = hidden_groups(measure, everything)
    least = least_told(measure, roster.district().minimum_group)
    return {group: _pooled(measure, group, rows, group in hidden, least) for group, rows in wanted.items()}


def of_everyone(viewer: StaffMember, measures: Iterable[Measure], place: Place) -> dict[int, Series]:
    """The series of everyone at a place for many measures, by their pk, as the viewer may see them.

    Five queries, and one for each cadence among them.
    """
    access.require(viewer, "measure.read")
    asked = {measure.pk: measure for measure in measures}
    rows = DataPoint.objects.filter(measure__in=asked, superseded_at=None, subgroup_kind=EVERYONE)
    found: dict[int, list[Row]] = {pk: [] for pk in asked}
    for (pk,), row in summed(at_place(rows, place), "measure"):
        found[pk].append(row)
    last = dict(rows.order_by().values_list("measure").annotate(Max("period")))
    every, minimum = sees_every_record(viewer, place), roster.district().minimum_group
    over_people = [measure for measure in asked.values() if measure.is_over_people and not every]
    if over_people and place.school:
        told = instead(over_people, {EVERYONE})
        found |= {m.pk: rows_as_told(found[m.pk], told[m.pk][place.school.pk].get(ALL, {})) for m in over_people}
    elif over_people:
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
            result[pk] = _every(measure, ALL, measured, labels)
        else:
            is_hidden = ALL in hidden_groups(measure, {ALL: measured})
            result[pk] = _pooled(measure, ALL, measured, is_hidden, least_told(measure, minimum))
    return result


def by_school(viewer: StaffMember, measure: Measure, group: Group = ALL) -> list[tuple[Place, Series]]:
    """The series of a group at each school that has values, by the school's name, as the viewer may see each.

    Six queries, however many schools.
    """
    found = at_schools(viewer, measure, group.kind)
    return [(place, at[group]) for place, at in found if group in at]


def at_schools(viewer: StaffMember, measure: Measure, kind: str | None) -> list[tuple[Place, dict[Group, Series]]]:
    """The series of everyone and of all groups of a kind at each school that has values, by the school's name.

    kind None: of every kind.
    """
    access.require(viewer, "measure.read")
    kinds = kinds_of([Group(kind)]) if kind else None
    rows = current(measure) if kinds is None else current(measure).filter(subgroup_kind__in=kinds)
    of_school = rows_by_school(rows)
    schools = roster.schools()
    own = {school.pk for school in schools if sees_every_record(viewer, Place(school))}
    told = instead([measure], kinds)[measure.pk] if measure.is_over_people and len(own) < len(schools) else {}
    least = least_told(measure, roster.district().minimum_group)
    labels = _labels(measure, [measured for there in of_school.values() for measured in there.values()])
    found = []
    for school in schools:
        place, there, every = Place(school), of_school.get(school.pk, {}), school.pk in own
        if not every and school.pk in told:
            there = as_told(there, told[school.pk])
        wanted = {g: measured for g, measured in there.items() if g.kind in (EVERYONE, kind) or not kind}
        if not wanted:
            continue
        if every or not measure.is_over_people:
            seen_there = {g: _every(measure, g, measured, labels) for g, measured in wanted.items()}
            if not every:
                seen_there |= {g: Series(g, [], "hidden", None) for g in wanted if g.kind == REASON}
        else:
            hidden = hidden_groups(measure, there)
            seen_there = {g: _pooled(measure, g, measured, g in hidden, least) for g, measured in wanted.items()}
        found.append((place, seen_there))
    return found


def at_sections(
    viewer: StaffMember, measure: Measure, school: Organization, kind: str
) -> list[tuple[Place, dict[Group, Series]]]:
    """The same at the sections of a school of which the viewer sees each record, by title."""
    access.require(viewer, "measure.read")
    rows = current(measure).filter(school=school, section__isnull=False, subgroup_kind__in={EVERYONE, kind})
    if not sees_every_record(viewer, Place(school)):
        rows = rows.filter(section__in=sections_reached(viewer))
    of_section: dict[int, dict[Group, list[Row]]] = defaultdict(lambda: defaultdict(list))
    columns = ("section", "subgroup_kind", "subgroup", "period", "numerator", "denominator")
    for section, of, name, *row in rows.order_by("section", "period").values_list(*columns):
        of_section[section][Group(of, name)].append(tuple(row))  # type: ignore[arg-type]
    labels = _labels(measure, [measured for groups in of_section.values() for measured in groups.values()])
    found = []
    for section in Section.objects.filter(pk__in=of_section).select_related("school").order_by("title", "pk"):
        there = of_section[section.pk]
        found.append((Place(school, section), {g: _every(measure, g, there[g], labels) for g in there}))
    return found


def side_by_side(one: Series, other: Series) -> tuple[list[Point], list[Point]]:
    """Two series about the same place over the same stretches of time, so that one can be set against the other.

    Worked out from what is shown of each and from nothing else, so it tells nothing that they do not: periods that were
    joined are joined further, from each one that begins in both to the next. The last of them still goes on, unless
    both are told until the same day.
    """
    if one.depth != "pooled" and other.depth != "pooled":
        there = {point.label for point in one.points} & {point.label for point in other.points}
        return [p for p in one.points if p.label in there], [p for p in other.points if p.label in there]
    there = {point.label for point in one.points} & {point.label for point in other.points}
    begins = sorted(label for label in there if label is not None)  # type: ignore[type-var]
    whole = len(begins) if one.until == other.until else len(begins) - 1
    return _joined(one.points, begins, whole), _joined(other.points, begins, whole)


def _joined(points: Iterable[Point], begins: Sequence[Label], whole: int) -> list[Point]:
    """Joined from each beginning to the next; of those as many as are whole."""
    sums = {label: [0.0, 0.0] for label in begins[:whole]}
    for point in points:
        at = bisect_right(begins, point.label) - 1  # type: ignore[type-var]
        if 0 <= at < whole:
            sums[begins[at]][0] += point.numerator or 0.0
            sums[begins[at]][1] += point.denominator or 0.0
    return [Point(label, numerator=part, denominator=whole) for label, (part, whole) in sums.items()]


def _every(measure: Measure, group: Group, rows: list[Row], labels: Iterable[datetime.date]) -> Series:
    return Series(group, points_of(measure, rows, labels), "every", _size(measure, rows))


def _labels(measure: Measure, of: list[list[Row]]) -> list[datetime.date]:
    if not of:
        return []
    last = last_period(measure) or timezone.localdate()
    return due(measure, min(rows[0][0] for rows in of), last)


def _pooled(measure: Measure, group: Group, rows: list[Row], is_hidden: bool, least: int) -> Series:
    until = last_told(measure)
    rows = [row for row in rows if row[0] <= until]
    measured, side = [] if is_hidden else points_of(measure, rows), least_side(measure)
    points = pool(measured, least, side=side, hold_back=True)
    if not points and (rows or group.is_crossed):  # an empty cell between shown ones would tell of its neighbors
        return Series(group, [], "hidden", None)
    size = _size(measure, rows)
    return Series(group, points, "pooled", round(size, -1) if size else None, told_until(measured, least, side=side))


def _size(measure: Measure, rows: list[Row]) -> int | None:
    return people_behind(measure, rows) if rows and measure.per_student else None
