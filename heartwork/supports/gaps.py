"""The gap finder: whom the supports miss, and which supports are only on paper. The rules are in `rules.py`.

All gaps are counted in one query over the students whom the viewer reaches, and each of them opens as a list.
"""

import datetime
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from heartwork.analysis.suppression import shown
from heartwork.records import queries as records
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import GRADES, StaffMember, Student, on_day
from heartwork.supports import queries
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
    return [
        _student_gap(asked, rule, students) if isinstance(rule, StudentRule) else _support_gap(asked, rule, supports)
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


def _student_gap(asked: Asked, rule: StudentRule, counts: dict[str, int]) -> Gap:
    """The gap as the viewer may see it: who does not reach the students sees no number of a small group of them."""
    everyone, inside = counts["all"], counts[rule.code]
    among, unknown = counts[f"{rule.code}_among"], counts.get(f"{rule.code}_unknown", 0)
    pieces = {part.code: counts[f"{rule.code}_{part.code}"] for part in rule.parts} or {"in": inside}
    seen: dict[str, int | None] = {**pieces, "rest": among - inside, "unknown": unknown}
    if asked.figures_only:
        told = pieces | {"rest": among - inside}
        told |= {"unknown": unknown} if rule.unknown else {}
        told |= {"outside": everyone - among - unknown} if rule.among else {}
        seen |= shown(told, asked.district.minimum_group, impossible=["outside"])
    whole = all(seen[key] is not None for key in pieces)
    return Gap(
        rule,
        rule.sentence(asked.district),
        [each.words for each in narrower_of(rule.code, asked.viewer)],
        count=inside if whole else None,
        among=among if whole and seen["rest"] is not None else None,
        unknown=seen["unknown"],
        parts=[(part, seen[part.code]) for part in rule.parts],
    )


def _count_supports(asked: Asked, rules: list[SupportRule]) -> dict[str, int]:
    """How many supports run, and how many are in each gap. One query."""
    if not rules:
        return {}
    counts = {rule.code: Count("pk", filter=rule.holds(asked)) for rule in rules}
    return running(asked).order_by().aggregate(all=Count("pk"), **counts)


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
    return asked.reached.filter(rule.inside(asked, part))


def students_without_data(viewer: StaffMember, code: str, day: datetime.date | None = None) -> QuerySet[Student]:
    """The students of whom it cannot be said whether they are in this gap, whom the viewer reaches, by name."""
    rule, asked = _student_rule(viewer, code), ask(viewer, day)
    return asked.reached.filter(rule.unknown(asked)) if rule.unknown else asked.reached.none()


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
    """How many are in a gap of students at each school, of those asked there, by the school's name. Two queries."""
    return _shares(viewer, code, day, "enrollments__school__name", "enrollments__school")


def by_grade(viewer: StaffMember, code: str, day: datetime.date | None = None) -> list[Share]:
    """How many are in a gap of students in each grade, of those asked, in the order of the grades. Two queries."""
    shares = {share.name: share for share in _shares(viewer, code, day, "grade")}
    return [shares[grade] for grade in ["", *GRADES] if grade in shares]


def _shares(viewer: StaffMember, code: str, day: datetime.date | None, *group: str) -> list[Share]:
    """The gap by groups, the first field of which is the group's name; hidden cells hide their partners."""
    rule, asked = rule_or_404(viewer, code), ask(viewer, day)
    if not isinstance(rule, StudentRule):
        raise Http404
    students = asked.counted.filter(on_day(asked.day, "enrollments__"), rule.asked_of(asked), enrollments__section=None)
    counts = {
        "asked": Count("pk", distinct=True),
        "in_gap": Count("pk", filter=rule.inside(asked), distinct=True),
    }
    rows = list(students.order_by().values_list(*group).annotate(**counts).order_by(*group))
    pieces: dict[tuple[int, bool], int] = {}
    for place, (*_, among, count) in enumerate(rows):
        pieces |= {(place, True): count, (place, False): among - count}
    seen = shown(pieces, asked.district.minimum_group) if asked.figures_only else pieces
    return [
        Share(name, None, None)
        if seen[place, True] is None or seen[place, False] is None
        else Share(name, count, among)
        for place, (name, *_, among, count) in enumerate(rows)
    ]


@dataclass(frozen=True)
class StudentLine:
    """A student in a gap: where they are, how far from the line, and what is around them beyond what everyone gets."""

    place: roster.StudentLine
    distances: list[records.Distance]
    around: list[str]
    universal: int


def lines(viewer: StaffMember, students: list[Student], day: datetime.date | None = None) -> list[StudentLine]:
    """One page of the students in a gap. Seven queries, whatever their number."""
    day = day or timezone.localdate()
    asked = [student.pk for student in students]
    found, around = records.distances(asked, day), queries.supports_around(viewer, students, day)
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
