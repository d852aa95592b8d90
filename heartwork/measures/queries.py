"""Questions about what the district counts: which measures there are, one chart, all groups of a place, all signals."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from heartwork.analysis.control_chart import ControlChart, analyse
from heartwork.analysis.points import Point
from heartwork.analysis.specification import Specification
from heartwork.analysis.suggestion import Data, Suggestion, suggest
from heartwork.measures import series
from heartwork.measures.calendar import Gap, gaps
from heartwork.measures.models import EVERYONE, Annotation, ChartChoice, Measure
from heartwork.measures.places import (
    ALL,
    GRADE,
    REASON,
    Group,
    Place,
    attributes,
    group_of,
    group_words,
    may_see,
    place_or_404,
    sections_reached,
    sees_every_record,
)
from heartwork.measures.series import Series
from heartwork.measures.spans import Span, spans_of
from heartwork.measures.values import current
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import GRADES, Organization, Section, StaffMember
from heartwork.supports import queries as supports
from heartwork.teams.models import Team

SUGGESTED: dict[str, Data] = {"proportion": "proportion", "rate": "rate", "count": "count", "number": "continuous"}
FIRST = {"proportion": "p", "rate": "u", "count": "c", "number": "i"}  # the chart, until somebody chooses another


# -- which measures there are


def measures(viewer: StaffMember, *, ended: bool = False) -> QuerySet[Measure]:
    """What the district counts, by name. A measure of one place alone is for those who work there or see it all.

    One of a section says little but of its students, so it is for those who reach each of them.
    """
    if not access.may(viewer, "measure.read"):
        return Measure.objects.none()
    rows = Measure.objects.select_related("school", "section", "recorder", "stands_for")
    rows = rows if ended else rows.filter(ended_on=None)
    if access.reaches_all(viewer):
        return rows
    if supports.reads_district(viewer):
        return rows.filter(section=None)
    own = Q(section__in=sections_reached(viewer)) | Q(section=None, school__in=access.schools_of(viewer))
    own |= Q(section__school__in=supports.schools_reached(viewer))
    return rows.filter(Q(school=None, section=None) | own)


def measures_for(viewer: StaffMember, team: Team) -> QuerySet[Measure]:
    """What a team may predict and watch: measures of the whole district, and those of its own school."""
    return measures(viewer).filter(Q(school=None) | Q(school=team.organization_id)).order_by("name", "pk")


def measure_or_404(viewer: StaffMember, public_id: uuid.UUID) -> Measure:
    """The measure with this id, if the viewer may know of it; else Http404."""
    found = measures(viewer, ended=True).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def place_of(viewer: StaffMember, measure: Measure, *, school: str = "", section: str = "") -> Place:
    """The place that an address names, or else the one where the viewer works. Http404 for one that is not theirs."""
    if measure.section:
        return place_or_404(viewer, section=str(measure.section.public_id))
    if measure.school:
        return Place(measure.school)
    if school or section:
        return place_or_404(viewer, school=school if school != "all" else "", section=section)
    return usual_place(viewer)


def usual_place(viewer: StaffMember) -> Place:
    """The viewer's school, where they work at one; else the whole district."""
    own = access.schools_of(viewer)
    if supports.reads_district(viewer) or not own:
        return Place()
    return Place(roster.schools().filter(pk__in=own).first())


def places(viewer: StaffMember, measure: Measure) -> list[Place]:
    """Where the viewer may look at a measure: the district, its schools, and the sections they reach. Two queries."""
    if measure.school_id or measure.section_id:
        return []
    sections = Section.objects.filter(pk__in=sections_reached(viewer)).select_related("school")
    counted = [Place(section.school, section) for section in sections.order_by("title", "pk")]
    return [Place(), *(Place(school) for school in roster.schools()), *counted]


# -- who may change what


def may_edit_at(actor: StaffMember, place: Place) -> bool:
    """Whether the actor may define measures, enter values and choose charts for this place: where they work."""
    if not access.may(actor, "measure.edit"):
        return False
    if supports.reads_district(actor) or place.school_pk in supports.schools_spoken_for(actor):
        return True
    return place.section is not None and place.section.pk in sections_reached(actor)


def may_enter(actor: StaffMember, measure: Measure, place: Place, group: Group = ALL) -> bool:
    """Whether the actor may enter values there: who may edit, and who was named to record.

    Of a group, which may be a few students, only who sees each record there, or was named to record.
    """
    if measure.cannot_be_measured or measure.source not in ("typed", "imported") or measure.ended_on:
        return False
    if not group.is_everyone and not may_see(actor, group, attributes()):
        return False
    is_recorder = measure.recorder_id == actor.pk and access.may(actor, "measure.read")
    return is_recorder or (may_edit_at(actor, place) and (group.is_everyone or sees_every_record(actor, place)))


def is_reason(measure: Measure, group: Group) -> bool:
    """Whether it is a reason for which a count can be entered, in anybody's words."""
    return measure.data == Measure.Data.COUNT and group.kind == REASON and bool(group.name)


def groups_to_enter(actor: StaffMember, measure: Measure, place: Place) -> list[tuple[Group, str]]:
    """The groups of which the actor may enter values there, by kind and name; of a count, the reasons given so far."""
    if not may_enter(actor, measure, place, Group(GRADE)):
        return []
    known = attributes()
    on_record = current(measure).order_by().values_list("subgroup_kind", "subgroup").distinct()
    groups = {group for kind, name in on_record if not (group := Group(kind, name)).is_crossed}
    if measure.data == Measure.Data.COUNT:
        groups = {group for group in groups if group.kind == REASON}
    else:
        groups |= {Group(GRADE, grade) for grade in GRADES}
        groups |= {group_of(attribute) for attribute in known.values()}
    told = [(group, group_words(group, known)) for group in groups - {ALL} if may_see(actor, group, known)]
    return sorted(
        told, key=lambda each: (each[0].kind, GRADES.index(each[0].name) if each[0].name in GRADES else 0, each[1])
    )


def may_define(actor: StaffMember) -> bool:
    """Whether the actor may define any measure at all."""
    return access.may(actor, "measure.edit") and bool(
        supports.reads_district(actor) or supports.schools_spoken_for(actor) or sections_reached(actor)
    )


def may_say_what_a_student_counts_for(actor: StaffMember, measure: Measure) -> bool:
    """Whether the actor may change how many of the whole one student makes: never where it is counted from records."""
    is_counted = measure.source not in ("typed", "imported")
    return not is_counted and sees_every_record(actor, Place(measure.school, measure.section))


def schools_to_define(actor: StaffMember) -> QuerySet[Organization]:
    """The schools for which the actor may define a measure, by name."""
    every = roster.schools()
    return every if supports.reads_district(actor) else every.filter(pk__in=supports.schools_spoken_for(actor))


def sections_to_define(actor: StaffMember) -> QuerySet[Section]:
    """The sections for which the actor may define a measure, by title."""
    return Section.objects.filter(pk__in=sections_reached(actor)).select_related("school").order_by("title", "pk")


def outcomes_without_measure(actor: StaffMember) -> QuerySet[Measure]:
    """The outcomes that cannot be measured, and for which a process may stand."""
    return measures(actor).filter(cannot_be_measured=True)


# -- one chart


@dataclass(frozen=True)
class MeasureChart:
    """A measure at a place, of one group, as one viewer may see it, with all that stands on its chart."""

    measure: Measure
    place: Place
    series: Series
    chart: ControlChart
    suggestion: Suggestion | None
    choice: ChartChoice | None
    gaps: list[Gap]
    annotations: list[Annotation]
    spans: list[Span]

    @property
    def is_hidden(self) -> bool:
        """Whether nothing of it may be shown to this viewer."""
        return self.series.is_hidden


def specification_of(measure: Measure, place: Place, choice: ChartChoice | None, group: Group = ALL) -> Specification:
    """How the chart is drawn: as somebody chose, or else as the measure's numbers ask for."""
    direction: Any = measure.direction
    if choice:
        chosen = Specification.from_dict(choice.specification)
        chosen = replace(chosen, direction=direction, target=measure.goal, multiply=measure.scale)
        return chosen if _is_of(choice, place, group) else replace(chosen, phases=(), excluded=())
    return Specification(
        FIRST.get(measure.data, "run"),  # type: ignore[arg-type]
        direction=direction,
        target=measure.goal,
        multiply=measure.scale,
        may_be_negative=measure.data == Measure.Data.NUMBER,
    )


def choice_of(measure: Measure, place: Place, group: Group = ALL) -> ChartChoice | None:
    """The latest choice of how this chart is drawn, or else the one for the whole district. One query."""
    here = Q(subgroup_kind=group.kind, subgroup=group.name, **_place_columns(place))
    rows = ChartChoice.objects.filter(here | Q(subgroup_kind=EVERYONE, school=None, section=None), measure=measure)
    found = list(rows.select_related("made_by", "school", "section"))
    own = [choice for choice in found if _is_of(choice, place, group)]
    return next(iter(own or found), None)


def _is_of(choice: ChartChoice, place: Place, group: Group) -> bool:
    is_here = choice.section == place.section if place.section else choice.school == place.school
    return is_here and (choice.subgroup_kind, choice.subgroup) == (group.kind, group.name)


def choices_of(measure: Measure, place: Place, group: Group = ALL) -> QuerySet[ChartChoice]:
    """Every choice that was made of how this chart is drawn, the latest first."""
    rows = ChartChoice.objects.filter(measure=measure, subgroup_kind=group.kind, subgroup=group.name)
    return rows.filter(**_place_columns(place)).select_related("made_by")


def _place_columns(place: Place) -> dict[str, Any]:
    if place.section:
        return {"section": place.section}
    return {"section": None, "school": place.school}


def _drawn(points: list[Point], specification: Specification, *, is_pooled: bool) -> ControlChart:
    """Pooled periods are not drawn by phases and exclusions that name single ones in between."""
    labels = {point.label for point in points}
    excluded = tuple(each for each in specification.excluded if each.label in labels)
    return analyse(points, replace(specification, excluded=excluded) if is_pooled else specification)


def chart(
    viewer: StaffMember, measure: Measure, place: Place, group: Group = ALL, *, with_spans: bool = True
) -> MeasureChart:
    """One chart with its phases, notes and what was tried, as the viewer may see it. Nine queries at most."""
    found = series.seen(viewer, measure, place, (group,))[group]
    choice = choice_of(measure, place, group)
    specification = specification_of(measure, place, choice, group)
    drawn = _drawn(found.points, specification, is_pooled=found.depth == "pooled")
    labels = [point.label for point in found.points]
    return MeasureChart(
        measure,
        place,
        found,
        drawn,
        suggest(found.points, SUGGESTED[measure.data]) if found.points else None,
        choice,
        gaps(measure.cadence, labels) if found.depth == "every" else [],  # type: ignore[arg-type]
        annotations(measure, place),
        spans_of(viewer, measure) if with_spans else [],
    )


def chart_for(viewer: StaffMember, team: Team, measure_pk: int | None) -> MeasureChart | None:
    """The chart of a measure at a team's school, or where it is counted; None where the viewer may not know of it."""
    known = measures(viewer, ended=True).filter(pk=measure_pk or 0, cannot_be_measured=False).first()
    if known is None:
        return None
    school = roster.schools().filter(pk=team.organization_id or 0).first()
    return chart(viewer, known, place_of(viewer, known, school=str(school.public_id) if school else ""))


def annotations(measure: Measure, place: Place) -> list[Annotation]:
    """What was pinned to the charts of this place, and to those of all around it, by period. One query."""
    rows = Annotation.objects.filter(measure=measure, withdrawn_at=None).select_related("added_by")
    here = Q(section=None, school=None) | Q(section=None, school=place.school)
    return list(rows.filter(here | Q(section=place.section) if place.section else here))


def annotation_or_404(measure: Measure, pk: int) -> Annotation:
    """A note that is pinned to this measure's charts; else Http404."""
    found = Annotation.objects.filter(measure=measure, withdrawn_at=None, pk=pk)
    note = found.select_related("school", "section__school").first()
    if note is None:
        raise Http404
    return note


def latest_values(
    viewer: StaffMember, measure: Measure, place: Place, group: Group = ALL, most: int = 6
) -> list[Point]:
    """The latest values of a group of a place, the newest first, as the viewer may see them."""
    return series.seen(viewer, measure, place, (group,))[group].points[: -most - 1 : -1]


def larger_than_everyone(
    viewer: StaffMember,
    measure: Measure,
    place: Place,
    group: Group,
    period: datetime.date,
    part: float,
    whole: float,
) -> bool:
    """Whether a value of a group is more than everyone there in that period; never told to who may not see those."""
    if group.is_everyone or not sees_every_record(viewer, place):
        return False
    # A point that is not over people holds one value, neither part nor whole: then there is nothing to compare.
    everyone = {p.label: (p.numerator, p.denominator) for p in series.seen(viewer, measure, place)[ALL].points}
    pairs = zip((part, whole), everyone.get(period, (None, None)), strict=True)
    return any(of_group > there for of_group, there in pairs if there is not None)


def stand_ins(viewer: StaffMember, outcome: Measure) -> QuerySet[Measure]:
    """The measures that stand for an outcome which cannot be measured."""
    return measures(viewer).filter(stands_for=outcome)


# -- the list


@dataclass(frozen=True)
class MeasureLine:
    """A measure in a list, with its chart where the viewer works."""

    measure: Measure
    place: Place
    chart: ControlChart
    is_hidden: bool


def lines(viewer: StaffMember, found: Iterable[Measure], place: Place) -> list[MeasureLine]:
    """The measures of one page of a list, each with its chart at the place, or where it alone is counted.

    Six queries for those of the place, and as many for each place that a measure is of alone.
    """
    at: dict[tuple[int | None, int | None], Place] = {}
    there: dict[tuple[int | None, int | None], list[Measure]] = {}
    everywhere = (place.school.pk if place.school else None, place.section.pk if place.section else None)
    asked = list(found)
    for measure in asked:
        key = (measure.school_id, measure.section_id) if measure.school_id or measure.section_id else everywhere
        at.setdefault(key, place if key == everywhere else Place(measure.school, measure.section))
        there.setdefault(key, []).append(measure)
    made: dict[int, MeasureLine] = {}
    for key, measures_here in there.items():
        seen = series.of_everyone(viewer, measures_here, at[key])
        choices = choices_at(measures_here, at[key])
        for measure in measures_here:
            one = seen[measure.pk]
            specification = specification_of(measure, at[key], choices.get(measure.pk))
            drawn = _drawn(one.points, specification, is_pooled=one.depth == "pooled")
            made[measure.pk] = MeasureLine(measure, at[key], drawn, one.is_hidden)
    return [made[measure.pk] for measure in asked]


def choices_at(found: Iterable[Measure], place: Place) -> dict[int, ChartChoice]:
    """The latest choice for everyone at a place of each measure, or else the one for the whole district. One query."""
    here = Q(**_place_columns(place)) | Q(school=None, section=None)
    rows = ChartChoice.objects.filter(here, measure__in=list(found), subgroup_kind=EVERYONE)
    chosen: dict[int, ChartChoice] = {}
    for choice in rows.select_related("school", "section"):  # the latest first
        before = chosen.get(choice.measure_id)
        if before is None or (_is_of(choice, place, ALL) and not _is_of(before, place, ALL)):
            chosen[choice.measure_id] = choice
    return chosen
