"""The gap finder: whom the supports miss, and which supports are only on paper. The rules are in `rules.py`.

All gaps are counted in one query over the students whom the viewer reaches, and each of them opens as a list.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from heartwork.analysis.suppression import Release
from heartwork.records import queries as records
from heartwork.releases import ledger
from heartwork.releases.ledger import Answer
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import District, StaffMember, Student, StudentAttribute, on_day
from heartwork.roster.prepared import prepared
from heartwork.supports import queries
from heartwork.supports.bearings import supports_around
from heartwork.supports.models import Support
from heartwork.supports.rules import (
    RULES,
    Alike,
    Asked,
    Part,
    StudentRule,
    SupportRule,
    Test,
    Words,
    narrower_of,
    test_of,
)


@dataclass(frozen=True)
class Gap:
    """One gap as a viewer may see it; a count that is None is hidden, because too few stand behind it."""

    rule: StudentRule | SupportRule
    words: str
    also: list[Words] = field(default_factory=list)  # what later rooms add
    count: int | None = 0
    among: int | None = 0
    unknown: int | None = 0
    parts: list[tuple[Part, int | None]] = field(default_factory=list)
    day: datetime.date | None = None  # of the figures, where that is an earlier one

    @property
    def is_about_students(self) -> bool:
        """Whether students fall into it, or supports."""
        return isinstance(self.rule, StudentRule)

    @property
    def code(self) -> str:
        """What it is called in addresses."""
        return self.rule.code


def ask(viewer: StaffMember, day: datetime.date | None = None) -> Asked:
    """A question about gaps, on `day` (today). One query."""
    return Asked(viewer, day or timezone.localdate(), roster.district())


def rules_for(viewer: StaffMember) -> list[StudentRule | SupportRule]:
    """The rules whose answer the viewer may know."""
    return [rule for rule in RULES.values() if access.may(viewer, rule.needs)]


def rule_or_404(viewer: StaffMember, code: str) -> StudentRule | SupportRule:
    """The rule with this code, if the viewer may know its answer; else Http404."""
    rule = RULES.get(code)
    if rule is None or not access.may(viewer, rule.needs):
        raise Http404
    return rule


def gaps(viewer: StaffMember, day: datetime.date | None = None, *, only: str = "") -> list[Gap]:
    """Every gap with its count, or the one called `only`. Three queries: the district, the students, the supports."""
    asked = ask(viewer, day)
    rules = [rule for rule in rules_for(viewer) if only in ("", rule.code)]
    about_students = [rule for rule in rules if isinstance(rule, StudentRule)]
    about_supports = [rule for rule in rules if isinstance(rule, SupportRule)]
    students, supports = _count_students(asked, about_students), _count_supports(asked, about_supports)
    told = _answers(asked, about_students, students)
    return [
        _student_gap(asked, rule, told[rule.code])
        if isinstance(rule, StudentRule)
        else _support_gap(asked, rule, supports)
        for rule in rules
    ]


def _count_students(asked: Asked, rules: list[StudentRule]) -> dict[str, int]:
    """How many students there are, and how many are in each gap. One query."""
    if not rules:
        return {}
    conditions = {"all": Q()}
    for rule in rules:
        among = rule.asked_of(asked)
        conditions |= {rule.code: rule.inside(asked), f"{rule.code}_among": among}
        conditions |= {f"{rule.code}_{part.code}": rule.inside(asked, part.code) for part in rule.parts}
        if rule.unknown:
            conditions[f"{rule.code}_unknown"] = rule.unknown(asked)
    groups = asked.alike()
    return {name: _count(groups, test_of(condition)) for name, condition in conditions.items()}


def _count(groups: list[Alike], test: Test) -> int:
    return sum([group.count for group in groups if test(group.facts)])


def _answers(asked: Asked, rules: list[StudentRule], counts: dict[str, int]) -> dict[str, Answer]:
    """What the viewer may know of each gap: "rest" are those asked and not in it, "outside" those not asked.

    Who does not reach the students sees no number of a small group of them. Two queries at most.
    """
    cells = {rule.code: _cells(rule, counts) for rule in rules}
    if not asked.figures_only:
        return {code: Answer(each, asked.day, each) for code, each in cells.items()}
    minimum = asked.district.minimum_group
    releases = {_question(asked, rule): _release(cells[rule.code]) for rule in rules}
    told = ledger.answers(releases, minimum, asked.day)
    return {rule.code: told[_question(asked, rule)] for rule in rules}


def _cells(rule: StudentRule, counts: dict[str, int]) -> dict[str, int]:
    everyone, inside = counts["all"], counts[rule.code]
    among, unknown = counts[f"{rule.code}_among"], counts.get(f"{rule.code}_unknown", 0)
    pieces = {part.code: counts[f"{rule.code}_{part.code}"] for part in rule.parts} or {"in": inside}
    pieces |= {"rest": among - inside}
    pieces |= {"unknown": unknown} if rule.unknown else {}
    return pieces | ({"outside": everyone - among - unknown} if rule.among else {})


def _question(asked: Asked, rule: StudentRule) -> str:
    """What the ledger calls it: later rooms may narrow a rule for those who may know."""
    return " ".join(["gap", rule.code, *sorted(each.needs for each in narrower_of(rule.code, asked.viewer))])


def _release(cells: dict[str, int]) -> Release[str]:
    figures = {key: [key] for key in cells} | {"all": list(cells)}
    return Release(cells, figures, totals=["all"], siblings=[list(cells)], impossible=["outside"])


def _pieces(rule: StudentRule) -> list[str]:
    """The cells that are in the gap."""
    return [part.code for part in rule.parts] or ["in"]


def _student_gap(asked: Asked, rule: StudentRule, told: Answer) -> Gap:
    """The gap as the viewer may see it."""
    pieces = [told.figures[piece] for piece in _pieces(rule)]
    inside = None if None in pieces else sum(piece for piece in pieces if piece is not None)
    rest = told.figures["rest"]
    return Gap(
        rule,
        rule.sentence(asked.district),
        [each.words for each in narrower_of(rule.code, asked.viewer)],
        count=inside,
        among=None if inside is None or rest is None else inside + rest,
        unknown=told.figures.get("unknown", 0),
        parts=[(part, told.figures[part.code]) for part in rule.parts],
        day=told.day if told.day != asked.day else None,
    )


def _count_supports(asked: Asked, rules: list[SupportRule]) -> dict[str, int]:
    """How many supports run, and how many are in each gap. One query."""
    if not rules:
        return {}
    if queries.reads_district(asked.viewer):
        groups = _by_gap_anywhere(day=asked.day)
    else:
        groups = _by_gap_near(schools=sorted(access.schools_of(asked.viewer)), day=asked.day)
    counts = {rule.code: sum(group["n"] for group in groups if group[f"in_{rule.code}"]) for rule in rules}
    return counts | {"all": sum(group["n"] for group in groups)}


def _by_gap(rows: QuerySet[Support], day: datetime.date) -> QuerySet[Support, Any]:
    """How many of the supports are alike in which gaps they are in. Of who asks, a rule about supports asks nothing."""
    asked = Asked(StaffMember(), day, District())
    rules = [rule for rule in RULES.values() if isinstance(rule, SupportRule)]
    inside = {f"in_{rule.code}": ExpressionWrapper(rule.holds(asked), output_field=BooleanField()) for rule in rules}
    rows = queries.with_active(rows, day).filter(on_day(day)).order_by()
    return rows.annotate(**inside).values(*inside).annotate(n=Count("pk"))


@prepared
def _by_gap_anywhere(*, day: datetime.date) -> QuerySet[Support, Any]:
    return _by_gap(Support.objects.all(), day)


@prepared
def _by_gap_near(*, schools: list[int], day: datetime.date) -> QuerySet[Support, Any]:
    return _by_gap(Support.objects.filter(queries.near(schools)), day)


def _support_gap(asked: Asked, rule: SupportRule, counts: dict[str, int]) -> Gap:
    return Gap(rule, rule.sentence(asked.district), count=counts[rule.code], among=counts["all"])


def running(asked: Asked) -> QuerySet[Support]:
    """The supports the viewer has to do with that run on the day, with how many students are `active` in each."""
    return queries.with_active(queries.supports_near(asked.viewer), asked.day).filter(on_day(asked.day))


def _student_rule(viewer: StaffMember, code: str) -> StudentRule:
    rule = rule_or_404(viewer, code)
    access.require(viewer, "gap_students.read")
    if not isinstance(rule, StudentRule):
        raise Http404
    return rule


def students_in_gap(
    viewer: StaffMember, code: str, day: datetime.date | None = None, *, part: str = ""
) -> QuerySet[Student]:
    """The students in a gap, or in one part of it, whom the viewer reaches, by name. One query for the district.

    Raises PermissionDenied where the viewer may see no names, Http404 for a gap that is not theirs or not of students.
    """
    rule, asked = _student_rule(viewer, code), ask(viewer, day)
    return _named(asked, rule).filter(rule.inside(asked, part))


def _named(asked: Asked, rule: StudentRule) -> QuerySet[Student]:
    """Of whom it may be said by name whether they are in this gap: whoever may know it of some does not of all."""
    narrower = [each.needs for each in narrower_of(rule.code, asked.viewer)]
    return asked.named("gap_students.read", rule.needs, *narrower)


def students_without_data(viewer: StaffMember, code: str, day: datetime.date | None = None) -> QuerySet[Student]:
    """The students of whom it cannot be said whether they are in this gap, whom the viewer reaches, by name."""
    rule, asked = _student_rule(viewer, code), ask(viewer, day)
    return _named(asked, rule).filter(rule.unknown(asked)) if rule.unknown else Student.objects.none()


def supports_in_gap(viewer: StaffMember, code: str, day: datetime.date | None = None) -> QuerySet[Support]:
    """The supports in a gap of the inventory, with how many students are `active` in each."""
    rule, asked = rule_or_404(viewer, code), ask(viewer, day)
    if not isinstance(rule, SupportRule):
        raise Http404
    rows = queries.for_a_list(running(asked).filter(rule.holds(asked)))
    return rows.order_by("school__name", "tier__number", "name", "pk")


@dataclass(frozen=True)
class Share:
    """How many of a group are in a gap; None where hidden."""

    name: str
    count: int | None
    among: int | None

    @property
    def share(self) -> float | None:
        """0 to 1; None where hidden, or where the group is empty."""
        return None if self.count is None or not self.among else self.count / self.among

    @property
    def percent(self) -> int | None:
        """The share in whole percent."""
        return None if self.share is None else round(100 * self.share)


def by_school(viewer: StaffMember, code: str, day: datetime.date | None = None) -> list[Share]:
    """How many are in a gap of students at each school, of those asked there, by the school's name.

    Two queries; a dozen more for who sees figures alone.
    """
    rule, asked = rule_or_404(viewer, code), ask(viewer, day)
    if not isinstance(rule, StudentRule):
        raise Http404
    if asked.figures_only:
        whole = _answers(asked, [rule], _count_students(asked, [rule]))[code]
        asked = Asked(viewer, whole.day, asked.district)
    students = asked.counted.filter(on_day(asked.day, "enrollments__"), rule.asked_of(asked), enrollments__section=None)
    counts = {
        "asked": Count("pk", distinct=True),
        "in_gap": Count("pk", filter=rule.inside(asked), distinct=True),
    }
    group = ("enrollments__school__name", "enrollments__school")
    rows = list(students.order_by().values_list(*group).annotate(**counts).order_by(*group))
    figures: dict[str, int | None] = {}
    for _, pk, among, count in rows:
        figures |= {f"{pk} in": count, f"{pk} rest": among - count}
    if asked.figures_only:
        sizes, here = roster.school_sizes(viewer, asked.day), roster.students_by_school_and_grade(asked.day)
        counted = {str(pk): sum(here.get(str(pk), {}).values()) for _, pk, *_ in rows}
        known = {str(pk): size for pk, size in sizes.items() if size is None or size == counted.get(str(pk))}
        release = _at_schools(rule, whole, {key: count or 0 for key, count in figures.items()}, counted, known)
        question = f"{_question(asked, rule)} by school of {whole.day}"
        told = ledger.answer(question, release, asked.district.minimum_group, whole.day)
        figures = {key: told.figures[key] for key in figures}
    return [share_of(name, figures[f"{pk} in"], figures[f"{pk} rest"]) for name, pk, *_ in rows]


def share_of(name: str, inside: int | None, rest: int | None) -> Share:
    """The share of those inside a gap, of these and the rest who were asked; hidden where one of the two is."""
    if inside is None or rest is None:
        return Share(name, None, None)
    return Share(name, inside, inside + rest)


def partitions(viewer: StaffMember, students: list[int]) -> list[tuple[str, dict[str, set[int]]]]:
    """Ways to divide students (pks): by grade; in a group, or not in it (""). Sensitive groups for who may know them.

    Two queries.
    """
    grades: dict[str, set[int]] = {}
    for pk, grade in Student.objects.filter(pk__in=students).order_by("grade").values_list("pk", "grade"):
        grades.setdefault(grade or "UG", set()).add(pk)
    may_know = Q() if access.may(viewer, "sensitive_gap.read") else Q(attribute__is_sensitive=False)
    held = StudentAttribute.objects.filter(may_know, on_day(timezone.localdate()), student__in=students)
    groups: dict[str, set[int]] = {}
    for pk, label in held.order_by("attribute__order").values_list("student", "attribute__label"):
        groups.setdefault(label, set()).add(pk)
    apart = [(label, {label: pks, "": set(students) - pks}) for label, pks in groups.items()]
    return [("grade", grades), *apart]


def _at_schools(
    rule: StudentRule, whole: Answer, cells: dict[str, int], here: dict[str, int], sizes: Mapping[str, int | None]
) -> Release[str]:
    """What is told of a gap at each school, beside what was told of it in the whole district and of each school's size.

    cells: "12 in" and "12 rest" of the school 12. here: how many students each has; sizes: as far as they were told.
    Schools add up to the district, unless somebody goes to two of them.
    """
    of = {"in": _pieces(rule), "rest": ["rest"]}
    sides = {side: [cell for cell in cells if cell.endswith(f" {side}")] for side in of}
    hidden = [side for side, pieces in of.items() if any(whole.figures[piece] is None for piece in pieces)]
    told = [
        side
        for side, pieces in of.items()
        if side not in hidden
        and sum(whole.counts[piece] for piece in pieces) == sum(cells[cell] for cell in sides[side])
    ]
    figures = {cell: [cell] for cell in cells} | {side: sides[side] for side in [*told, *hidden]}
    others = {f"{pk} other": max(0, n - cells[f"{pk} in"] - cells[f"{pk} rest"]) for pk, n in here.items()}
    schools = {f"{pk} size": [f"{pk} in", f"{pk} rest", f"{pk} other"] for pk in here if pk in sizes}
    return Release(
        cells | others,
        figures | schools | {"all": [*cells, *others]},
        totals=["all", *told],
        siblings=[*sides.values(), list(schools)],
        told=[*told, *(f"{pk} size" for pk in here if sizes.get(pk) is not None)],
        withheld=[*hidden, *(f"{pk} size" for pk in here if pk in sizes and sizes[pk] is None)],
        impossible=[] if rule.among or rule.unknown else list(others),
    )


@dataclass(frozen=True)
class StudentLine:
    """A student in a gap: where they are, how far from the line, and what is around them beyond what everyone gets.

    distances: none of a student whose screening the viewer may not see.
    """

    place: roster.StudentLine
    distances: list[records.Distance]
    around: list[str]
    universal: int


def lines(viewer: StaffMember, students: list[Student], day: datetime.date | None = None) -> list[StudentLine]:
    """One page of the students in a gap. Eight queries, whatever their number."""
    day = day or timezone.localdate()
    asked = [student.pk for student in students]
    on_record = access.visible_for(viewer, "record.read", day=day).filter(pk__in=asked).order_by()
    found = records.distances(on_record.values_list("pk", flat=True), day)
    around = supports_around(viewer, students, day)
    with_places = list(roster.students(viewer, day=day).filter(pk__in=asked))
    return [
        StudentLine(
            place,
            found.get(place.person.pk, []),
            [bearing.support.name for bearing in around.get(place.person.pk, []) if not bearing.is_universal],
            sum(bearing.is_universal for bearing in around.get(place.person.pk, [])),
        )
        for place in roster.student_lines(with_places, day)
    ]
