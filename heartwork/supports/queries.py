"""Questions about what the district does for care: which supports bear on a student, and why."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from heartwork.roster import access
from heartwork.roster.models import Enrollment, StaffMember, Student, on_day
from heartwork.supports.models import Participation, Reach, Support, UniversalRule


@dataclass(frozen=True)
class Bearing:
    """A support that bears on a student, and why: it reaches everyone there, or the student is in it."""

    support: Support
    tier: int
    domain: str  # its code
    domain_name: str
    emphasis: str  # its code
    emphasis_name: str
    since: datetime.date | None
    until: datetime.date | None
    status: str  # active, or waitlisted where asked for
    is_universal: bool
    why: str  # "everyone at Elm Middle School", "in it since October 1"


def supports_of(
    viewer: StaffMember, student: Student, day: datetime.date | None = None, *, with_waiting: bool = False
) -> list[Bearing]:
    """The supports that bear on one student on `day` (today): for everyone first, then by tier and name. Four queries.

    with_waiting: also those in which the student waits for a place, with status "waitlisted".
    """
    return supports_around(viewer, [student], day, with_waiting=with_waiting).get(student.pk, [])


def supports_around(
    viewer: StaffMember, students: Iterable[Student], day: datetime.date | None = None, *, with_waiting: bool = False
) -> dict[int, list[Bearing]]:
    """The supports that bear on each of the students whom the viewer reaches, by the student's pk. Four queries.

    Universal supports are worked out from their rules; the search is narrowed to the students' schools and sections.
    """
    day = day or timezone.localdate()
    asked = [student.pk for student in students]
    grades = dict(access.visible_to(viewer, day).filter(pk__in=asked).order_by().values_list("pk", "grade"))
    places = _places(grades, day)
    schools = {school for here in places.values() for school, _ in here}
    sections = {section for here in places.values() for _, section in here if section}
    rules = _rules(schools, sections, day)
    around: dict[int, list[Bearing]] = {pk: [] for pk in grades}
    for pk, grade in grades.items():
        reached = {rule.support_id: rule for rule in reversed(rules) if _names(rule, grade, places[pk])}
        around[pk] += [_universal(rule) for rule in reached.values()]
    for participation in _participations(grades, day, with_waiting):
        around[participation.student_id].append(_listed(participation))
    for bearings in around.values():
        bearings.sort(key=lambda b: (not b.is_universal, b.tier, b.support.name.casefold(), b.support.pk))
    return around


def _places(students: Iterable[int], day: datetime.date) -> dict[int, set[tuple[int, int | None]]]:
    """Where each student is on the day, as (school, section or None)."""
    places: dict[int, set[tuple[int, int | None]]] = defaultdict(set)
    rows = Enrollment.objects.filter(on_day(day), student__in=list(students))
    for student, school, section in rows.values_list("student", "school", "section"):
        places[student].add((school, section))
    return places


def _rules(schools: set[int], sections: set[int], day: datetime.date) -> list[UniversalRule]:
    """The rules, of supports that run on the day, which could name someone at these schools or in these sections."""
    if not schools:
        return []
    rows = UniversalRule.objects.filter(
        Q(section__in=sections) | Q(section=None, school__in=schools) | Q(section=None, school=None),
        on_day(day, "support__"),
        support__reach=Reach.EVERYONE,
    )
    rows = rows.select_related("school", "section", "support__school", "support__tier")
    return list(rows.select_related("support__domain", "support__emphasis").order_by("pk"))


def _names(rule: UniversalRule, grade: str, places: set[tuple[int, int | None]]) -> bool:
    """Whether the rule names a student of this grade who is at these places."""
    if not places or (rule.grades and grade not in rule.grades.split()):
        return False
    if rule.section_id:
        return any(section == rule.section_id for _, section in places)
    return rule.school_id is None or any(school == rule.school_id for school, _ in places)


def _participations(students: Iterable[int], day: datetime.date, with_waiting: bool) -> list[Participation]:
    """Who of the students is in what on the day."""
    statuses = [Participation.Status.ACTIVE] + [Participation.Status.WAITLISTED] * with_waiting
    rows = Participation.objects.filter(
        on_day(day), on_day(day, "support__"), student__in=list(students), status__in=statuses
    )
    rows = rows.select_related("support__school", "support__tier", "support__domain", "support__emphasis")
    return list(rows.order_by("pk"))


def rule_in_words(rule: UniversalRule) -> str:
    """ "everyone in grades 7 and 8 at Elm Middle School": whom the rule names."""
    where = rule.section.title if rule.section else rule.school.name if rule.school else gettext("the district")
    words = {"where": where, "grades": ", ".join(grade.lstrip("0") for grade in rule.grades.split())}
    if rule.section and not rule.grades:
        return gettext("everyone in %(where)s") % words
    if not rule.grades:
        return gettext("everyone at %(where)s") % words if rule.school else gettext("everyone in %(where)s") % words
    return gettext("everyone in grade %(grades)s at %(where)s") % words


def _universal(rule: UniversalRule) -> Bearing:
    return _bearing(rule.support, rule.support.begin, rule.support.end, "active", True, rule_in_words(rule))


def _listed(participation: Participation) -> Bearing:
    since = participation.begin
    waits = participation.status == Participation.Status.WAITLISTED
    if since:
        words = gettext("waiting since %(day)s") if waits else gettext("in it since %(day)s")
        why = words % {"day": date_format(since, "MONTH_DAY_FORMAT")}
    else:
        why = gettext("waiting for a place") if waits else gettext("in it")
    return _bearing(participation.support, since, participation.end, participation.status, False, why)


def _bearing(
    support: Support,
    since: datetime.date | None,
    until: datetime.date | None,
    status: str,
    is_universal: bool,
    why: str,
) -> Bearing:
    return Bearing(
        support=support,
        tier=support.tier.number,
        domain=support.domain.code,
        domain_name=support.domain.name,
        emphasis=support.emphasis.code,
        emphasis_name=support.emphasis.name,
        since=since,
        until=until,
        status=status,
        is_universal=is_universal,
        why=why,
    )


# -- the inventory


def reads_district(viewer: StaffMember) -> bool:
    """Whether the viewer's work is the whole district: every student of it, or numbers about them."""
    return any(access.REACH.get(role) in ("district", "figures") for role in access.roles_of(viewer))


def supports_near(viewer: StaffMember) -> QuerySet[Support]:
    """The supports the viewer has to do with: of their schools and of the whole district; for district readers all."""
    if reads_district(viewer):
        return Support.objects.all()
    return Support.objects.filter(Q(school__in=access.schools_of(viewer)) | Q(school=None))


def with_active(supports: QuerySet[Support], day: datetime.date) -> QuerySet[Support]:
    """The supports, each with how many students are in it on the day: `active`."""
    return supports.annotate(active=_counted(Participation.Status.ACTIVE, day))


def _counted(status: str, day: datetime.date) -> Coalesce:
    """How many students are in a support with this status on the day, worked out beside the support's row."""
    rows = Participation.objects.filter(on_day(day), support=OuterRef("pk"), status=status)
    count = rows.order_by().values("support").annotate(n=Count("student", distinct=True)).values("n")
    return Coalesce(Subquery(count), 0)
