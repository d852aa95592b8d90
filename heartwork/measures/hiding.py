"""Which groups of a place are too small to be told of, and their partners, by which they could be worked out.

For readers who may not see every record: how many people stand behind a value, which groups that hides, and what of
them may be added up in the whole district.
"""

import datetime
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping

from heartwork.analysis.suppression import columns_to_withhold, shown
from heartwork.measures.models import EVERYONE, DataPoint, Measure
from heartwork.measures.places import ALL, Group, Place, sees_every_record
from heartwork.measures.values import Row, current
from heartwork.roster import queries as roster
from heartwork.roster.models import StaffMember

FLOOR = 5  # people of whom no figure is ever told to those who may not see each of them
# How many of the denominator one student may make in a period, if nobody said.
UNTOLD = {Measure.Cadence.WEEK: 5, Measure.Cadence.DAY: 1, Measure.Cadence.YEAR: 200}


def per_student(measure: Measure) -> int:
    """How many of the denominator one student makes in a period: what was told, or else the most it may be."""
    return measure.per_student or UNTOLD[Measure.Cadence(measure.cadence)]


def people_behind(measure: Measure, rows: Iterable[Row]) -> int:
    """How many people stand behind a usual period: the middle denominator, by how many of it one student makes."""
    return int(statistics.median([row[2] for row in rows]) // per_student(measure))


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
    columns = ("school", "subgroup_kind", "subgroup", "period", "numerator", "denominator")
    for school, kind, name, *row in rows.values_list(*columns):
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
