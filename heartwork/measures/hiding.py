"""Which groups of a place are too small to be told of, and their partners, by which they could be worked out.

For readers who may not see every record: how many people stand behind a value, which groups that hides, and what of
them may be added up in the whole district.
"""

import datetime
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set

from heartwork.analysis.pooling import SIDE, SPLIT
from heartwork.analysis.suppression import columns_to_withhold, shown, told_apart
from heartwork.measures.models import EVERYONE, DataPoint, Measure
from heartwork.measures.places import ACROSS, ALL, Group, Place, sees_every_record
from heartwork.measures.told import as_told, instead
from heartwork.measures.values import Row
from heartwork.roster import queries as roster
from heartwork.roster.models import StaffMember

FLOOR = 5  # people of whom no figure is ever told to those who may not see each of them
# How many of the denominator one student may make in a period, if nobody said.
UNTOLD = {Measure.Cadence.WEEK: 5, Measure.Cadence.DAY: 1, Measure.Cadence.YEAR: 200}


def per_student(measure: Measure) -> int:
    """How many of the denominator one student makes in a period: what was told, or else the most it may be."""
    return measure.per_student or UNTOLD[Measure.Cadence(measure.cadence)]


def least_told(measure: Measure, minimum: int) -> int:
    """How large a denominator must be to be told to who may not see each student; minimum: people, of the district."""
    least = minimum * per_student(measure)
    return max(least, SPLIT) if measure.is_share else least


def least_side(measure: Measure) -> int:
    """How many of a share must be in its numerator, and how many not, for it to be told to them."""
    return SIDE if measure.is_share else 0


def people_behind(measure: Measure, rows: Iterable[Row]) -> int:
    """How many people stand behind a usual period: the middle denominator, by how many of it one student makes."""
    return int(statistics.median([row[2] for row in rows]) // per_student(measure))


def kinds_of(groups: Iterable[Group]) -> set[str]:
    """The kinds of group that decide together whether any of these is hidden."""
    return {EVERYONE}.union(*({group.kind, *group.kind.split(ACROSS)} for group in groups))


def hidden_groups(measure: Measure, everything: Mapping[Group, list[Row]]) -> set[Group]:
    """The groups of one place that must not be shown: those of fewer than `FLOOR` people, and their partners."""
    wholes = {group: {row[0]: row[2] for row in rows} for group, rows in everything.items() if rows}
    people = {group: people_behind(measure, everything[group]) for group in wholes}
    return too_few(people | rests_across(measure, wholes), rests_of(measure, wholes)) & set(wholes)


Wholes = Mapping[datetime.date, float]


def rests_of(measure: Measure, wholes: Mapping[Group, Wholes]) -> dict[str, int]:
    """How many people of a place are in none of the groups of a kind, by kind: worked out period by period.

    Not from how many are in each group over time: not everyone answers each week, so these do not add up.
    """
    everyone = wholes.get(ALL, {})
    rests: dict[str, int] = {}
    for kind in {group.kind for group in wholes if not (group.is_everyone or group.is_crossed)}:
        rests[kind] = _left(measure, everyone, (of for group, of in wholes.items() if group.kind == kind))
    return rests


def _left(measure: Measure, everyone: Wholes, parts: Iterable[Wholes]) -> int:
    """How many people of a whole are in none of its parts, in the middle period; to the next person."""
    left = dict(everyone)
    for of in parts:
        for period, whole in of.items():
            left[period] = left.get(period, 0.0) - whole
    return -int(-max(0.0, statistics.median(left.values())) // per_student(measure)) if left else 0


def rests_across(measure: Measure, wholes: Mapping[Group, Wholes]) -> dict[Group, int]:
    """How many people of each group are in none of those that it is crossed with: as a crossed group with one name "".

    "" and "" are those in no group of either kind.
    """
    everyone, rests = wholes.get(ALL, {}), {}
    for crossing in {group.kind for group in wholes if len(group.parts) > 1}:
        kinds = crossing.split(ACROSS)
        cells = {group: of for group, of in wholes.items() if group.kind == crossing}
        for at, kind in enumerate(kinds):
            for margin in [group for group in wholes if group.kind == kind]:
                inside = [of for group, of in cells.items() if group.parts[at] == margin]
                name = ACROSS.join((margin.name, "") if at == 0 else ("", margin.name))
                rests[Group(crossing, name)] = _left(measure, wholes[margin], inside)
        of_first = [of for group, of in wholes.items() if group.kind == kinds[0]]
        outside = _left(measure, everyone, of_first)  # of the first kind none; of these, some are of the second
        of_second = sum(n for group, n in rests.items() if group.kind == crossing and group.name.startswith(ACROSS))
        rests[Group(crossing, ACROSS)] = max(0, outside - of_second)
    return {group: n for group, n in rests.items() if n}


def too_few(people: Mapping[Group, int], rests: Mapping[str, int]) -> set[Group]:
    """The same, from how many people are in each group of the place, everyone among them, and in none of a kind.

    Groups of one kind share out everyone of the place, together with a rest that none of them holds. Where everyone is
    fewer than `FLOOR` people, nothing is shown, however many periods are joined: they are the same people.
    """
    if people.get(ALL, FLOOR) < FLOOR:
        return set(people)
    of_kind: dict[str, dict[Group | None, int]] = defaultdict(dict)
    across: dict[str, dict[Group, int]] = defaultdict(dict)
    for group, count in people.items():
        if group.is_crossed:
            across[group.kind][group] = count
        elif not group.is_everyone:
            of_kind[group.kind][group] = count  # beside None, which is the rest
    hidden: set[Group] = set()
    for kind, counts in of_kind.items():
        rest = rests.get(kind, 0)
        told = shown(counts | ({None: rest} if rest > 0 else {}), FLOOR)
        hidden |= {group for group in counts if group and told[group] is None}
    for cells in across.values():
        hidden |= _too_few_across(cells, hidden)
    return hidden


ROW, COLUMN = 0, 1


def _too_few_across(cells: Mapping[Group, int], margins: Set[Group]) -> set[Group]:
    """The same for groups of two kinds crossed, with their rests: of a table whose margins are told, too.

    margins: the groups of one kind that are hidden; what is crossed of them would add up to them, and is hidden. Each
    row and each column is a partition of its own; and no hidden cell may be told by rows and columns together, for
    which each lies on a ring of cells that nobody is told (`told_apart`). What is in no group is never told, nor
    whether a cell that is not shown is hidden or empty.
    """
    if any(len(group.parts) != 2 for group in cells):
        return set(cells)
    at = {group: (group.parts[ROW].name, group.parts[COLUMN].name) for group in cells}
    of_margin = {group for group in cells if margins & set(group.parts)}
    hidden = set(of_margin)
    for line in (ROW, COLUMN):
        for name in {where[line] for where in at.values()}:
            told = shown({group: n for group, n in cells.items() if at[group][line] == name}, FLOOR)
            hidden |= {group for group, n in told.items() if n is None}
    protected = {group for group in hidden if cells[group] < FLOOR or group in of_margin}
    rows, columns = ({cell.parts[line] for cell in cells} for line in (ROW, COLUMN))
    untold: list[tuple[object, object]] = [("unnamed", (COLUMN, part.name)) for part in margins & columns]
    untold += [((ROW, part.name), "unnamed") for part in margins & rows]  # a hidden margin is one more cell of its line
    nobody = {(row.name, column.name) for row in rows for column in columns} - set(at.values())
    untold += [((ROW, row), (COLUMN, column)) for row, column in nobody]  # not told from those that are hidden
    while True:
        open_ = hidden | {group for group in cells if "" in at[group]}
        ends = {group: ((ROW, at[group][ROW]), (COLUMN, at[group][COLUMN])) for group in open_}
        apart = set(told_apart([*ends.values(), *untold]))
        exposed = [group for group in protected if ends[group] in apart]
        if not exposed:
            return hidden
        lines = {where for group in exposed for where in enumerate(at[group])}
        partners = [group for group in cells if group not in open_ and lines & set(enumerate(at[group]))]
        if not partners:
            return set(cells)
        hidden.add(min(partners, key=lambda group: (cells[group], group.name)))


def of_district(
    viewer: StaffMember, measures: Iterable[Measure], groups: Iterable[Group] | None = None
) -> dict[int, dict[Group, list[Row]]]:
    """The rows of each group of the whole district by measure, for who may not see each student of it. Three queries.

    A group that is hidden at one school could be taken from the district by subtracting the other schools. Where that
    would tell a group of a school, it counts in the district at the schools alone where it may be seen; a crossed
    group, which is hidden at any of them, always does. A school of fewer than `FLOOR` people counts nowhere.
    """
    asked = {measure.pk: measure for measure in measures}
    kinds = None if groups is None else kinds_of(groups)
    rows = DataPoint.objects.filter(measure__in=asked, superseded_at=None, section=None)
    if kinds is not None:
        rows = rows.filter(subgroup_kind__in=kinds)
    columns = ("measure", "school", "school__kind", "subgroup_kind", "subgroup", "period", "numerator", "denominator")
    at: dict[int, AtSchools] = {pk: defaultdict(lambda: defaultdict(list)) for pk in asked}
    itself: dict[int, dict[Group, list[Row]]] = {pk: defaultdict(list) for pk in asked}
    known: dict[tuple[str, str], Group] = {}
    districts: set[int] = set()
    for pk, school, of, kind, name, *row in rows.order_by("school", "period").values_list(*columns):
        group = known.setdefault((kind, name), Group(kind, name))
        if of != "school":
            districts.add(school)
        (at[pk][school] if of == "school" else itself[pk])[group].append(tuple(row))  # type: ignore[arg-type]
    own = {school.pk for school in roster.schools() if sees_every_record(viewer, Place(school))}
    for pk, schools in instead(asked, kinds).items():
        for school, of_groups in schools.items():
            if school in at[pk]:
                at[pk][school] = as_told(at[pk][school], of_groups)
            elif school in districts:
                itself[pk] = as_told(itself[pk], of_groups)
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
    crossed_too: set[Group] = set()
    for pk, there in at.items():
        if ALL in hidden[pk] or not hidden[pk]:
            continue
        wholes = {group: {row[0]: row[2] for row in rows} for group, rows in there.items()}
        rests = rests_of(measure, wholes)
        crossed_too |= {group for group in hidden[pk] if group.is_crossed}
        for kind in {group.kind for group in hidden[pk] if not group.is_crossed}:
            cells[kind] += [(str(pk), group.name) for group in hidden[pk] if group.kind == kind]
            cells[kind] += [(str(pk), "")] if rests.get(kind) else []  # who is in no group of this kind
    named = {Group(kind, name) for kind, some in cells.items() for name in columns_to_withhold(some) if name}
    return named | crossed_too
