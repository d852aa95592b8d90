"""Every change to what the district counts. A value is never changed: another one supersedes it."""

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from heartwork.analysis.control_chart import ENGINE_VERSION
from heartwork.analysis.specification import Chart, Exclusion, Phase, Rules, Specification
from heartwork.journal.actions import note
from heartwork.measures import hiding, looks, queries
from heartwork.measures.calendar import monday
from heartwork.measures.models import Annotation, ChartChoice, DataPoint, HeldBack, Measure
from heartwork.measures.places import ALL, Group, Place
from heartwork.measures.sources import SOURCES, on_record
from heartwork.measures.tasks import look_at_all
from heartwork.measures.told import as_told, held_back, instead, last_told
from heartwork.measures.values import Row, current, rows_by_school
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import Organization, StaffMember

BATCH = 5000


@dataclass(frozen=True)
class Value:
    """One value to enter: the whole is 1 for a count or a number."""

    period: datetime.date
    numerator: float
    denominator: float = 1.0


# -- what is counted


@transaction.atomic
def define_measure(actor: StaffMember, **fields: Any) -> Measure:
    """The district counts this from now on. Raises PermissionDenied."""
    _require_place(actor, Place(fields.get("school"), fields.get("section")))
    source = SOURCES.get(fields.get("source", "typed"))
    if source:
        told = {"data": source.data, "numerator": str(source.numerator), "denominator": str(source.denominator)}
        fields |= told | {"per_student": source.per_student, "cadence": Measure.Cadence.WEEK}
    measure = Measure.objects.create(**fields)
    note(actor, "measure.defined", measure)
    if source:
        gather(actor, measure)
    return measure


@transaction.atomic
def change_measure(actor: StaffMember, measure: Measure, **fields: Any) -> Measure:
    """Other words, another goal, another person who records: the journal keeps which. Raises PermissionDenied.

    What a student counts for decides which groups are too small to be told of: only who sees each may say another.
    """
    _require_place(actor, Place(measure.school, measure.section))
    changed = [name for name, value in fields.items() if getattr(measure, name) != value]
    if "per_student" in changed and not queries.may_say_what_a_student_counts_for(actor, measure):
        raise PermissionDenied("decides which groups are hidden")
    for name in changed:
        setattr(measure, name, fields[name])
    _require_place(actor, Place(measure.school, measure.section))
    measure.save(update_fields=changed)
    note(actor, "measure.changed", measure, fields=changed)
    return measure


@transaction.atomic
def end_measure(actor: StaffMember, measure: Measure) -> None:
    """Nobody counts it any more; what was counted stays. Raises PermissionDenied."""
    _require_place(actor, Place(measure.school, measure.section))
    measure.ended_on = timezone.localdate()
    measure.save(update_fields=["ended_on"])
    note(actor, "measure.ended", measure)


def _require_place(actor: StaffMember, place: Place) -> None:
    access.require(actor, "measure.edit")
    if not queries.may_edit_at(actor, place):
        raise PermissionDenied("place out of reach")


# -- values


@transaction.atomic
def enter_values(
    actor: StaffMember, measure: Measure, place: Place, values: Iterable[Value], group: Group = ALL
) -> tuple[int, int]:
    """Put values on record at a place; one that was there is superseded. How many are new, and how many changed.

    A value that says the same again changes nothing. Raises PermissionDenied.
    """
    if not queries.may_enter(actor, measure, place, group):
        raise PermissionDenied("values of another place or group")
    school = place.school or _district_itself()
    looks.hold([measure.pk])
    where: dict[str, Any] = {"school": school, "section": place.section}
    where |= {"subgroup_kind": group.kind, "subgroup": group.name}
    rows = {
        value.period: DataPoint(measure=measure, **where, **vars(value), entered_by=actor, entered_at=timezone.now())
        for value in values
    }
    with telling_the_same({measure: set() if place.section else {school.pk}}):
        new, changed = _supersede(current(measure).filter(**where), rows)
    if new or changed:
        look_again([measure])
    note(actor, "measure.values_entered", measure, new=new, changed=changed)
    return new, changed


def _district_itself() -> Organization:
    """The organization that stands for the whole district, where values are of no single school."""
    found = Organization.objects.filter(kind="district", ended_on=None).order_by("pk").first()
    return found or Organization.objects.filter(ended_on=None).order_by("pk")[0]


def look_again(measures: Iterable[Measure] | None = None) -> None:
    """The values of these (None: of any) change in this transaction: what was found in them is forgotten at once.

    The worker looks again, however many values change until it comes to it; until then a page works it out itself.
    """
    looks.forget(measures)
    if not DBTaskResult.objects.ready().filter(task_path=look_at_all.module_path).exists():
        look_at_all.enqueue()


def _supersede(
    there: Iterable[DataPoint],
    rows: Mapping[Any, DataPoint],
    key: Callable[[DataPoint], Any] = lambda point: point.period,
    *,
    is_whole: bool = False,
) -> tuple[int, int]:
    """Close the values that say something else, and put the new ones in their place: how many are new, and changed.

    is_whole: the rows are all that there is, so that a value which is not among them is closed, too.
    """
    same, closed, gone = set(), [], []
    for point in there:
        other = rows.get(key(point))
        if other is None:
            gone += [point.pk] if is_whole else []
        elif (point.numerator, point.denominator) == (other.numerator, other.denominator):
            same.add(key(point))
        else:
            closed.append(point.pk)
    for at in range(0, len(closed + gone), BATCH):
        DataPoint.objects.filter(pk__in=(closed + gone)[at : at + BATCH]).update(superseded_at=timezone.now())
    added = [point for name, point in rows.items() if name not in same]
    DataPoint.objects.bulk_create(added, batch_size=BATCH)
    return len(added) - len(closed), len(closed + gone)


@contextmanager
def telling_the_same(where: Mapping[Measure, Collection[int]]) -> Iterator[None]:
    """Around a change of values of these measures at these schools (pk), in a transaction, with the measures held.

    Who may not open each record behind them is told what was told, until enough people have come or gone.
    """
    where = {measure: schools for measure, schools in where.items() if measure.is_over_people and schools}
    minimum = roster.district().minimum_group
    held = instead(where)
    before = {}
    for measure, schools in where.items():
        there = _rows_at(measure, schools)
        before[measure] = {pk: as_told(there[pk], held[measure.pk][pk]) for pk in schools}
    yield
    for measure, schools in where.items():
        now, few = _rows_at(measure, schools), minimum * hiding.per_student(measure)
        rows = [
            HeldBack(
                measure=measure,
                school_id=school,
                subgroup_kind=group.kind,
                subgroup=group.name,
                period=period,
                numerator=part,
                denominator=whole,
            )
            for school, told in before[measure].items()
            for group, stands in held_back(told, now[school], last_told(measure), few).items()
            for period, (part, whole) in stands.items()
        ]
        HeldBack.objects.filter(measure=measure, school__in=schools).delete()
        HeldBack.objects.bulk_create(rows, batch_size=BATCH)


def _rows_at(measure: Measure, schools: Collection[int]) -> dict[int, dict[Group, list[Row]]]:
    return rows_by_school(current(measure).filter(school__in=schools))


@transaction.atomic
def gather(actor: StaffMember | None, measure: Measure) -> tuple[int, int]:
    """Count a measure from the records again: how many values are new, and how many changed.

    actor: None for the schedule. Raises PermissionDenied.
    """
    if actor:
        _require_place(actor, Place(measure.school, measure.section))
    source, span = SOURCES.get(measure.source), on_record(measure)
    if source is None or span is None or measure.section_id:  # records are of schools, not of sections
        return 0, 0
    looks.hold([measure.pk])
    rows = {
        (each.school, each.kind, each.group, each.period): DataPoint(
            measure=measure,
            school_id=each.school,
            subgroup_kind=each.kind,
            subgroup=each.group,
            period=each.period,
            numerator=each.numerator,
            denominator=each.denominator,
        )
        for each in source.count(*span)
        if measure.school_id in (None, each.school)
    }
    there = current(measure).filter(section=None, period__range=(monday(span[0]), span[1]))
    with telling_the_same({measure: {school.pk for school in roster.schools()}}):
        new, changed = _supersede(
            there.iterator(BATCH),
            rows,
            lambda point: (point.school_id, point.subgroup_kind, point.subgroup, point.period),
            is_whole=True,
        )
    if new or changed:
        look_again([measure])
    note(actor, "measure.gathered", measure, new=new, changed=changed)
    return new, changed


# -- how a chart is drawn

CHOICES = {  # what was decided, and what the journal calls it
    "chosen": "measure.chart_chosen",
    "phase": "measure.chart_phase",
    "excluded": "measure.chart_excluded",
}


def _choose(
    actor: StaffMember, measure: Measure, place: Place, group: Group, what: str, reason: str, new: Specification
) -> ChartChoice:
    _require_place(actor, place)
    choice = ChartChoice.objects.create(
        measure=measure,
        school=None if place.section else place.school,
        section=place.section,
        subgroup_kind=group.kind,
        subgroup=group.name,
        specification=new.to_dict(),
        engine=ENGINE_VERSION,
        what=what,
        reason=reason,
        made_by=actor,
    )
    note(actor, CHOICES[what], measure)
    return choice


def _now(measure: Measure, place: Place, group: Group) -> Specification:
    return queries.specification_of(measure, place, queries.choice_of(measure, place, group), group)


@transaction.atomic
def choose_chart(
    actor: StaffMember,
    measure: Measure,
    place: Place,
    *,
    chart: Chart,
    rules: Rules,
    screen_moving_ranges: bool,
    reason: str,
    group: Group = ALL,
) -> ChartChoice:
    """From now on the chart is of this type, and read by these rules. Raises PermissionDenied."""
    new = replace(_now(measure, place, group), chart=chart, rules=rules, screen_moving_ranges=screen_moving_ranges)
    return _choose(actor, measure, place, group, "chosen", reason, new)


@transaction.atomic
def begin_phase(
    actor: StaffMember,
    measure: Measure,
    place: Place,
    *,
    start: datetime.date,
    reason: str,
    label: str = "",
    baseline: int | None = None,
    group: Group = ALL,
) -> ChartChoice:
    """A new level from a period on, with its own centre and limits, frozen after `baseline` periods.

    One that starts on the same day is replaced. Raises PermissionDenied.
    """
    before = _now(measure, place, group)
    phases = [phase for phase in before.phases if phase.start != start]
    phases = sorted([*phases, Phase(start, baseline, label, reason)], key=lambda phase: phase.start)  # type: ignore[arg-type,return-value]
    return _choose(actor, measure, place, group, "phase", reason, replace(before, phases=tuple(phases)))


@transaction.atomic
def leave_out(
    actor: StaffMember, measure: Measure, place: Place, *, period: datetime.date, reason: str, group: Group = ALL
) -> ChartChoice:
    """A period is drawn, but left out of centre, limits and runs, with its reason. Raises PermissionDenied."""
    before = _now(measure, place, group)
    excluded = tuple(each for each in before.excluded if each.label != period)
    new = replace(before, excluded=(*excluded, Exclusion(period, reason)))
    return _choose(actor, measure, place, group, "excluded", reason, new)


@transaction.atomic
def annotate(actor: StaffMember, measure: Measure, place: Place, *, period: datetime.date, words: str) -> Annotation:
    """Pin what happened in a period to the charts of a place. Raises PermissionDenied."""
    _require_place(actor, place)
    pinned = Annotation.objects.create(
        measure=measure, school=place.school, section=place.section, period=period, words=words, added_by=actor
    )
    note(actor, "measure.annotated", measure)
    return pinned


@transaction.atomic
def withdraw_annotation(actor: StaffMember, annotation: Annotation) -> None:
    """Take a note off the charts; it stays on record. Raises PermissionDenied."""
    _require_place(actor, Place(annotation.school, annotation.section))
    annotation.withdrawn_at = timezone.now()
    annotation.save(update_fields=["withdrawn_at"])
    note(actor, "measure.annotation_withdrawn", annotation.measure)
