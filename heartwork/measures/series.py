"""The values behind a chart, as a viewer may see them: every record, pooled periods, or nothing at all.

Who may open every record behind a place sees its values as they are. Any other reader sees periods joined until each
holds enough people, and no group so small that it could be worked out, nor its partner.
"""

import datetime
import statistics
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import BooleanField, ExpressionWrapper, Max, Q, QuerySet, Sum
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext

from heartwork.analysis.points import Point
from heartwork.analysis.pooling import pool
from heartwork.analysis.suppression import columns_to_withhold, shown
from heartwork.measures.calendar import periods
from heartwork.measures.models import EVERYONE, DataPoint, Measure
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import Attribute, Organization, Section, StaffMember
from heartwork.supports import queries as supports
from heartwork.web.words import our_words

FLOOR = 5  # people of whom no figure is ever told to those who may not see each of them
# How many of the denominator one student may make in a period, if nobody said.
UNTOLD = {Measure.Cadence.WEEK: 5, Measure.Cadence.DAY: 1, Measure.Cadence.YEAR: 200}

VALUE = ("numerator", "denominator")
Depth = Literal["every", "pooled", "hidden"]
Row = tuple[datetime.date, float, float]


@dataclass(frozen=True)
class Place:
    """Where something is counted: a section, a school, or the whole district."""

    school: Organization | None = None
    section: Section | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        if self.section:
            return self.section.title
        return self.school.name if self.school else gettext("the whole district")

    @property
    def query(self) -> str:
        """The place as an address names it: "?section=...", "?school=..." or ""."""
        if self.section:
            return f"?section={self.section.public_id}"
        return f"?school={self.school.public_id}" if self.school else ""


@dataclass(frozen=True)
class Group:
    """Some of the people behind a value: everyone, or those with an attribute."""

    kind: str = EVERYONE
    name: str = EVERYONE

    @property
    def is_everyone(self) -> bool:
        """Whether it is all of them."""
        return self.kind == EVERYONE


ALL = Group()


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


def sees_every_record(viewer: StaffMember, place: Place, day: datetime.date | None = None) -> bool:
    """Whether the viewer reaches every student behind the values of this place."""
    day = day or timezone.localdate()
    if access.reaches_all(viewer, day):
        return True
    school = place.section.school_id if place.section else place.school.pk if place.school else None
    if school in supports.schools_reached(viewer, day):
        return True
    return place.section is not None and place.section.pk in sections_reached(viewer, day)


def sections_reached(viewer: StaffMember, day: datetime.date | None = None) -> set[int]:
    """The sections that the viewer's assignments name, by pk: they reach every student of these."""
    found = access.assignments_on(viewer, day)
    return {a.section_id for a in found if a.section_id and access.REACH.get(a.role) == "caseload"}


def place_or_404(viewer: StaffMember, *, school: str = "", section: str = "") -> Place:
    """The place with this public id. A section is only for who reaches each of its students; else Http404."""
    for asked in filter(None, (school, section)):
        try:
            uuid.UUID(asked)
        except ValueError as wrong:
            raise Http404 from wrong
    if section:
        found = Section.objects.filter(public_id=section).select_related("school").first()
        place = Place(found.school, found) if found else None
        if place is None or not sees_every_record(viewer, place):
            raise Http404
        return place
    if not school:
        return Place()
    there = roster.schools().filter(public_id=school).first()
    if there is None:
        raise Http404
    return Place(there)


# -- reading


def current(measure: Measure) -> QuerySet[DataPoint]:
    """The values of a measure that nothing has superseded."""
    return DataPoint.objects.filter(measure=measure, superseded_at=None)


def _at(rows: QuerySet[DataPoint], place: Place) -> QuerySet[DataPoint]:
    if place.section:
        return rows.filter(section=place.section)
    rows = rows.filter(section=None)
    return rows.filter(school=place.school) if place.school else rows


def _rows(measure: Measure, place: Place, groups: Iterable[Group] | None = None) -> dict[Group, list[Row]]:
    """Period, numerator and denominator of each group (None: of all groups there are), ascending. One query.

    Of the whole district: the sum of its schools, or what was entered for itself in a period in which none has a value.
    """
    rows = _at(current(measure), place)
    if groups is not None:
        wanted = set(groups)
        rows = rows.filter(subgroup_kind__in={g.kind for g in wanted}, subgroup__in={g.name for g in wanted})
    found: dict[Group, list[Row]] = defaultdict(list)
    for (kind, name), row in _summed(rows, "subgroup_kind", "subgroup"):
        if groups is None or Group(kind, name) in wanted:
            found[Group(kind, name)].append(row)
    return dict(found)


def _summed(rows: QuerySet[DataPoint], *by: str) -> list[tuple[tuple[Any, ...], Row]]:
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


# -- as a viewer may see it


def per_student(measure: Measure) -> int:
    """How many of the denominator one student makes in a period: what was told, or else the most it may be."""
    return measure.per_student or UNTOLD[Measure.Cadence(measure.cadence)]


def people_behind(measure: Measure, rows: Iterable[Row]) -> int:
    """How many people stand behind a usual period: the middle denominator, by how many of it one student makes."""
    return int(statistics.median([row[2] for row in rows]) // per_student(measure))


def _size(measure: Measure, rows: list[Row]) -> int | None:
    return people_behind(measure, rows) if rows and measure.per_student else None


def hidden_groups(measure: Measure, everything: Mapping[Group, list[Row]]) -> set[Group]:
    """The groups of one place that must not be shown: those of fewer than `FLOOR` people, and their partners."""
    wholes = {group: {row[0]: row[2] for row in rows} for group, rows in everything.items() if rows}
    people = {group: people_behind(measure, everything[group]) for group in wholes}
    return too_few(people, rests_of(measure, wholes))


Wholes = Mapping[datetime.date, float]


def hidden_at_schools(measure: Measure) -> dict[int, set[Group]]:
    """The groups that must not be shown to who may not see each student of them, by school. One query."""
    rows = current(measure).filter(section=None).order_by("school", "period")
    at: dict[int, dict[Group, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for school, kind, name, *row in rows.values_list("school", "subgroup_kind", "subgroup", "period", *VALUE):
        at[school][Group(kind, name)].append(tuple(row))  # type: ignore[arg-type]
    return {school: hidden_groups(measure, there) for school, there in at.items()}


def rests_of(measure: Measure, wholes: Mapping[Group, Wholes]) -> dict[str, int]:
    """How many people of a place are in none of the groups of a kind, by kind: worked out period by period.

    Not from how many are in each group over time: not everyone answers each week, so these do not add up.
    """
    everyone = wholes.get(ALL, {})
    rests: dict[str, int] = {}
    for kind in {group.kind for group in wholes if not group.is_everyone}:
        left = dict(everyone)
        for group, of in wholes.items():
            if group.kind == kind:
                for period, whole in of.items():
                    left[period] = left.get(period, 0.0) - whole
        rests[kind] = -int(-max(0.0, statistics.median(left.values())) // per_student(measure))  # to the next person
    return rests


def too_few(people: Mapping[Group, int], rests: Mapping[str, int]) -> set[Group]:
    """The same, from how many people are in each group of the place, everyone among them, and in none of a kind.

    Groups of one kind share out everyone of the place, together with a rest that none of them holds. Where everyone is
    fewer than `FLOOR` people, nothing is shown, however many periods are joined: they are the same people.
    """
    if people.get(ALL, FLOOR) < FLOOR:
        return set(people)
    of_kind: dict[str, dict[Group | None, int]] = defaultdict(dict)
    for group, count in people.items():
        if not group.is_everyone:
            of_kind[group.kind][group] = count  # beside None, which is the rest
    hidden: set[Group] = set()
    for kind, counts in of_kind.items():
        rest = rests.get(kind, 0)
        told = shown(counts | ({None: rest} if rest > 0 else {}), FLOOR)
        hidden |= {group for group in counts if group and told[group] is None}
    return hidden


def of_district(
    viewer: StaffMember, measures: Iterable[Measure], groups: Iterable[Group] | None = None
) -> dict[int, dict[Group, list[Row]]]:
    """The rows of each group of the whole district by measure, for who may not see each student of it. Two queries.

    A group that is hidden at one school could be taken from the district by subtracting the other schools. Where that
    would tell a group of a school, it counts in the district at the schools alone where it may be seen. A school of
    fewer than `FLOOR` people counts nowhere.
    """
    asked = {measure.pk: measure for measure in measures}
    rows = DataPoint.objects.filter(measure__in=asked, superseded_at=None, section=None)
    if groups is not None:
        rows = rows.filter(subgroup_kind__in={EVERYONE, *(group.kind for group in groups)})
    columns = ("measure", "school", "school__kind", "subgroup_kind", "subgroup", "period", "numerator", "denominator")
    at: dict[int, AtSchools] = {pk: defaultdict(lambda: defaultdict(list)) for pk in asked}
    itself: dict[int, dict[Group, list[Row]]] = {pk: defaultdict(list) for pk in asked}
    known: dict[tuple[str, str], Group] = {}
    for pk, school, of, kind, name, *row in rows.order_by("school", "period").values_list(*columns):
        group = known.setdefault((kind, name), Group(kind, name))
        (at[pk][school] if of == "school" else itself[pk])[group].append(tuple(row))  # type: ignore[arg-type]
    own = {school.pk for school in roster.schools() if sees_every_record(viewer, Place(school))}
    return {pk: _added_up(measure, at[pk], itself[pk], own) for pk, measure in asked.items()}


AtSchools = dict[int, dict[Group, list[Row]]]


def _added_up(measure: Measure, at: AtSchools, itself: dict[Group, list[Row]], own: set[int]) -> dict[Group, list[Row]]:
    hidden = {pk: set() if pk in own else hidden_groups(measure, there) for pk, there in at.items()}
    withheld = _withheld(measure, at, hidden)
    found: dict[Group, dict[datetime.date, Row]] = defaultdict(dict)
    for pk, there in at.items():
        for group, measured in there.items():
            if ALL in hidden[pk] or (group in withheld and group in hidden[pk]):
                continue
            for period, part, whole in measured:
                _, before, of = found[group].get(period, (period, 0.0, 0.0))
                found[group][period] = (period, before + part, of + whole)
    for group, measured in itself.items():
        for row in measured:
            found[group].setdefault(row[0], row)
    return {group: sorted(rows.values()) for group, rows in found.items()}


def _withheld(measure: Measure, at: AtSchools, hidden: Mapping[int, set[Group]]) -> set[Group]:
    """The groups whose figures of the whole district would tell those of a school, where they are hidden."""
    cells: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pk, there in at.items():
        if ALL in hidden[pk] or not hidden[pk]:
            continue
        wholes = {group: {row[0]: row[2] for row in rows} for group, rows in there.items()}
        rests = rests_of(measure, wholes)
        for kind in {group.kind for group in hidden[pk]}:
            cells[kind] += [(str(pk), group.name) for group in hidden[pk] if group.kind == kind]
            cells[kind] += [(str(pk), "")] if rests.get(kind) else []  # who is in no group of this kind
    return {Group(kind, name) for kind, some in cells.items() for name in columns_to_withhold(some) if name}


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
        everything = _rows(measure, place, groups if every or alone else None)
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
    for (pk,), row in _summed(_at(rows, place), "measure"):
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


# What a file calls a group, and the attribute of the roster that it is.
ATTRIBUTES = {
    "englishLearner": "english_learner",
    "disability": "disability",
    "section504": "section_504",
    "economicDisadvantage": "low_income",
    "fosterCare": "foster_care",
    "homeless": "no_stable_housing",
}


def attributes() -> dict[str, Attribute]:
    """The attributes by code, for words and for whether a group is sensitive. One query."""
    return {each.code: each for each in roster.attributes()}


def group_words(group: Group, known: Mapping[str, Attribute]) -> str:
    """What a group is called on a page: "Learning English", "Asian"."""
    if group.is_everyone:
        return gettext("Everyone")
    attribute = known.get(ATTRIBUTES.get(group.kind, group.kind))
    words = str(attribute) if attribute else our_words(group.name)
    return words if group.name in ("true", group.kind) or not attribute else our_words(group.name)


def may_see(viewer: StaffMember, group: Group, known: Mapping[str, Attribute]) -> bool:
    """Whether the viewer may see figures about this group: some are only for those who help with them."""
    attribute = known.get(ATTRIBUTES.get(group.kind, group.kind))
    return not (attribute and attribute.is_sensitive) or access.may(viewer, "sensitive_gap.read")
