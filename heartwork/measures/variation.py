"""A measure parted by school, by section or by group, or by two of these at once; and how far each lies from the rest.

Everything here is worked out from the series as the viewer may see them (`series`), and from nothing else.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from heartwork.analysis.control_chart import ControlChart, analyse
from heartwork.analysis.groups import gap, spread
from heartwork.analysis.points import Label, Point
from heartwork.analysis.specification import Specification
from heartwork.measures import series
from heartwork.measures.models import EVERYONE, Measure
from heartwork.measures.places import (
    ALL,
    GRADE,
    Group,
    Place,
    attributes,
    crossed,
    crossing_of,
    group_words,
    kind_words,
    may_see,
)
from heartwork.measures.queries import choice_of, specification_of
from heartwork.measures.series import Series
from heartwork.measures.values import current
from heartwork.roster.models import GRADES, Attribute, StaffMember

SCHOOL, SECTION, GROUP = "school", "section", "group"  # ways to part a measure; any other is a kind of group


@dataclass(frozen=True)
class Panel:
    """One of several charts on one scale: a school, a section or a group. whole: those that it is a part of."""

    name: str
    place: Place
    group: Group
    series: Series
    specification: Specification
    whole: Series | None = None

    @cached_property
    def chart(self) -> ControlChart:
        """Its own chart."""
        return analyse(self.series.points, self.specification)

    @cached_property
    def gap(self) -> ControlChart | None:
        """The chart of how far it lies from the rest of the whole; None where that cannot be told."""
        return gap_chart(gap_points(self.series, self.whole), self.specification.multiply) if self.whole else None


# -- which ways there are


def kinds_on_record(viewer: StaffMember, measure: Measure) -> dict[str, list[Group]]:
    """The groups of which anybody has a value, by kind, crossed ones too, as far as the viewer may see them."""
    known = attributes()
    rows = current(measure).exclude(subgroup_kind=EVERYONE).order_by().values_list("subgroup_kind", "subgroup")
    found: dict[str, list[Group]] = {}
    for kind, name in sorted(rows.distinct()):
        if may_see(viewer, group := Group(kind, name), known):
            found.setdefault(kind, []).append(group)
    return found


def ways(on_record: Iterable[str]) -> list[tuple[str, str]]:
    """The kinds of group by which a measure can be parted, and what they are called, by name."""
    known = attributes()
    plain = [(kind, kind_words(kind, known)) for kind in on_record if not Group(kind).is_crossed]
    return sorted(plain, key=lambda way: way[1])


# -- parted


def parted(viewer: StaffMember, measure: Measure, place: Place, by: str = GROUP, across: str = "") -> list[Panel]:
    """The same measure for each school, section or group, and of each for every group of the kind `across`.

    In the order of names, never of values; all groups of a place begin with everyone. By section only at one school,
    and those of which the viewer sees each record. Eight queries, however many there are.
    """
    if by == SCHOOL:
        return _at_each(measure, series.at_schools(viewer, measure, across or EVERYONE), viewer, Place(), across)
    if by == SECTION:
        at = series.at_sections(viewer, measure, place.school, across or EVERYONE) if place.school else []
        return _at_each(measure, at, viewer, place, across)
    known, on_record = attributes(), kinds_on_record(viewer, measure)
    if by == GROUP:
        kinds = [kind for kind in on_record if not Group(kind).is_crossed]
    else:
        kinds = [crossing_of(by, across) if across else by]
    groups = [group for kind in kinds for group in on_record.get(kind, [])]
    if across:  # all there could be: who may not see each record is not told which of them nobody is in
        pairs = (crossed(one, other) for one in on_record.get(by, []) for other in on_record.get(across, []))
        groups = [*dict.fromkeys([*groups, *filter(None, pairs)])]
    wholes = {group: _whole_of(group, by) for group in groups}
    found = series.seen(viewer, measure, place, {ALL, *groups, *wholes.values()})
    specification = _specification(measure, place)
    panels = [
        Panel(_words(group, by, known), place, group, found[group], specification, found[wholes[group]])
        for group in groups
        if found[group].points or found[group].is_hidden
    ]
    panels.sort(key=lambda panel: _order(panel.group, by, panel.name))
    everyone = Panel(group_words(ALL, known), place, ALL, found[ALL], specification)
    return [everyone, *panels] if by == GROUP and (found[ALL].points or found[ALL].is_hidden) else panels


def _at_each(
    measure: Measure, found: list[tuple[Place, dict[Group, Series]]], viewer: StaffMember, around: Place, across: str
) -> list[Panel]:
    known, specification = attributes(), _specification(measure, around)
    panels = []
    for place, there in found:
        for group in sorted(there, key=lambda group: _order(group, "", group_words(group, known))):
            if group.is_everyone == bool(across) or not may_see(viewer, group, known):
                continue
            name = f"{place.name}, {group_words(group, known)}" if across else place.name
            panels.append(Panel(name, place, group, there[group], specification, there.get(ALL) if across else None))
    return panels


def _specification(measure: Measure, place: Place) -> Specification:
    return replace(specification_of(measure, place, choice_of(measure, place)), phases=(), excluded=())


def _whole_of(group: Group, by: str) -> Group:
    """Those that a group is set beside: everyone; for a crossed group, all of the kind by which one looks first."""
    return next((part for part in group.parts if part.kind == by and group.is_crossed), ALL)


def whole_of(group: Group) -> Group:
    """Those that a group is set beside on its own page: everyone; for a crossed group, its grade or its first part."""
    kinds = [part.kind for part in group.parts]
    return _whole_of(group, GRADE if GRADE in kinds else kinds[0])


def _words(group: Group, by: str, known: Mapping[str, Attribute]) -> str:
    """What it is called, with the kind by which one looks first in front."""
    parts = sorted(group.parts, key=lambda part: part.kind != by)
    return ", ".join(group_words(part, known) for part in parts)


def _order(group: Group, by: str, words: str) -> tuple[object, ...]:
    """By kind and name; grades as they follow each other."""
    parts = sorted(group.parts, key=lambda part: part.kind != by)
    places = [GRADES.index(part.name) if part.kind == GRADE and part.name in GRADES else 0 for part in parts]
    return (group.kind, places[0], words.split(", ")[0], places[1:], words)


# -- the gap itself


def gap_points(one: Series, whole: Series) -> list[Point]:
    """A group minus the rest of the whole, over the periods that both show; those in which it is no part left out."""
    return gap(*_parts_of(one, whole)) if one.points and whole.points else []


def _parts_of(one: Series, whole: Series) -> tuple[list[Point], list[Point]]:
    pairs = [
        (part, every)
        for part, every in zip(*series.side_by_side(one, whole), strict=True)
        if part.numerator is not None
        and every.numerator is not None
        and part.denominator is not None
        and every.denominator is not None
        and part.numerator <= every.numerator
        and part.denominator < every.denominator
    ]
    return [part for part, _ in pairs], [every for _, every in pairs]


def gap_chart(points: list[Point], multiply: float) -> ControlChart | None:
    """The chart of a gap, in drawn units; None where there is none."""
    return analyse(points, Specification("i", multiply=multiply, direction="neutral")) if points else None


@dataclass(frozen=True)
class Apart:
    """A group and the rest of those around it, month by month, and the chart of the gap, period by period.

    Of each month the part and the whole of both, as (label, group, rest), shares of one.
    """

    months: list[tuple[Label, float, float]]
    chart: ControlChart


def apart(viewer: StaffMember, measure: Measure, place: Place, group: Group) -> Apart | None:
    """How far a group lies from the rest, over time; None where that cannot be told. Five queries."""
    if not measure.is_over_people or group.is_everyone:
        return None
    around = whole_of(group)
    found = series.seen(viewer, measure, place, {around, group})
    chart = gap_chart(gap_points(found[group], found[around]), measure.scale)
    if chart is None:
        return None
    sums: dict[Label, list[float]] = {}
    for part, every in zip(*_parts_of(found[group], found[around]), strict=True):
        month = _month(part.label, measure)
        at = sums.setdefault(month, [0.0] * 4)
        for n, number in enumerate((part.numerator, part.denominator, every.numerator, every.denominator)):
            at[n] += number or 0.0
    months = [(month, a / n, (b - a) / (m - n)) for month, (a, n, b, m) in sums.items()]
    return Apart(months, chart)


def _month(label: Label | None, measure: Measure) -> Label:
    is_day = isinstance(label, datetime.date) and measure.cadence != Measure.Cadence.YEAR
    return label.replace(day=1) if is_day else label  # type: ignore[return-value,union-attr,call-arg]


def spread_of(panels: Iterable[Panel], measure: Measure) -> ControlChart | None:
    """The chart of how far apart the groups or schools are, period by period; of those that every reader may see."""
    told = {panel.name: panel.series.points for panel in panels if panel.series.depth == "every"}
    if len(told) < 3:
        return None
    return analyse(spread(told), Specification("i", multiply=measure.scale, direction="down", may_be_negative=False))
