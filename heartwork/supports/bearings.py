"""Which supports bear on a student, and why: those that a rule gives to everyone there, and those they are in."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import StaffMember, Student, on_day
from heartwork.roster.prepared import prepared
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
    participation: int | None = None  # its pk, where the student is listed


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
    asked = list(students)
    reached = access.reached_among(viewer, asked, day)
    found = [student for student in asked if student.pk in reached]
    places = access.places_of(found, day)
    rules = _rules([place for here in places.values() for place in here], day)
    around: dict[int, list[Bearing]] = {}
    for student in found:
        naming = {rule.support_id: rule for rule in reversed(rules) if _names(rule, student.grade, places[student.pk])}
        around[student.pk] = [_universal(rule) for rule in naming.values()]
    for participation in _participations(around, day, with_waiting):
        around[participation.student_id].append(_listed(participation))
    for bearings in around.values():
        bearings.sort(key=lambda b: (not b.is_universal, b.tier, b.support.name.casefold(), b.support.pk))
    return around


def _bringing(rows: QuerySet[Any], *columns: str) -> QuerySet[Any]:
    """Rules or participations with what a `Bearing` says of their support, and no more: a page shows dozens."""
    of_support = ["name", "public_id", "begin", "end", "is_required_by_law", "tier__number"]
    of_support += ["domain__code", "domain__name"]
    of_support += ["emphasis__code", "emphasis__name", "emphasis__changes_behavior"]
    rows = rows.select_related("support__tier", "support__domain", "support__emphasis")
    return rows.only(*columns, *(f"support__{column}" for column in of_support)).order_by()


def _rules(places: list[access.Place], day: datetime.date) -> list[UniversalRule]:
    """The rules, of supports that run on the day, which could name someone at these places."""
    if not places:
        return []
    schools = sorted({place.school_id for place in places})
    sections = sorted({place.section_id for place in places if place.section_id})
    # Put in order here: asked for in order, SQLite reads every rule of the district instead of an index for each way.
    return sorted(_rules_at(schools=schools, sections=sections, day=day), key=attrgetter("pk"))


@prepared
def _rules_at(*, schools: list[int], sections: list[int], day: datetime.date) -> QuerySet[UniversalRule]:
    rows = UniversalRule.objects.filter(
        Q(section__in=sections) | Q(section=None, school__in=schools) | Q(section=None, school=None),
        on_day(day, "support__"),
        support__reach=Reach.EVERYONE,
    )
    return _bringing(rows.select_related("school", "section"), "grades", "school__name", "section__title")


def _names(rule: UniversalRule, grade: str, places: list[access.Place]) -> bool:
    """Whether the rule names a student of this grade who is at these places."""
    if not places or (rule.grades and grade not in rule.grades.split()):
        return False
    if rule.section_id:
        return any(place.section_id == rule.section_id for place in places)
    return rule.school_id is None or any(place.school_id == rule.school_id for place in places)


def _participations(students: Iterable[int], day: datetime.date, with_waiting: bool) -> list[Participation]:
    """Who of the students is in what on the day."""
    statuses = [str(Participation.Status.ACTIVE)] + [str(Participation.Status.WAITLISTED)] * with_waiting
    rows = _participations_of(students=list(students), statuses=statuses, day=day)
    return sorted(rows, key=attrgetter("pk"))


@prepared
def _participations_of(*, students: list[int], statuses: list[str], day: datetime.date) -> QuerySet[Participation]:
    rows = Participation.objects.filter(
        on_day(day), on_day(day, "support__"), student__in=students, status__in=statuses
    )
    return _bringing(rows, "student", "status", "begin", "end")


def rule_in_words(rule: UniversalRule) -> str:
    """ "everyone in grades 7 and 8 at Elm Middle School": whom the rule names."""
    where = rule.section.title if rule.section else rule.school.name if rule.school else gettext("the district")
    words = {"where": where, "grades": roster.grades_in_words(rule.grades.split())}
    if rule.grades and rule.school and not rule.section:
        return gettext("everyone in %(grades)s at %(where)s") % words
    if rule.grades:
        return gettext("everyone in %(grades)s in %(where)s") % words
    if rule.school and not rule.section:
        return gettext("everyone at %(where)s") % words
    return gettext("everyone in %(where)s") % words


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
    found = _bearing(participation.support, since, participation.end, participation.status, False, why)
    return replace(found, participation=participation.pk)


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
        domain_name=str(support.domain),
        emphasis=support.emphasis.code,
        emphasis_name=str(support.emphasis),
        since=since,
        until=until,
        status=status,
        is_universal=is_universal,
        why=why,
    )
