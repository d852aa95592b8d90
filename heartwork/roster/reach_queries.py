"""Questions about reach for a while: who stands in for whom."""

import datetime
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from heartwork.roster import access
from heartwork.roster.models import Assignment, StaffMember, names_of, search_key

EVERYWHERE = {"student_services_director", "system_administrator"}  # others speak for their own school


# -- substitutes


def handed_on(viewer: StaffMember, absent: StaffMember) -> list[Assignment]:
    """What somebody else can take over from this person: classes and caseloads for which the viewer may speak.

    Not what the person has in somebody else's place. One query.
    """
    access.require(viewer, "substitute.edit")
    by_caseload = [role for role, far in access.REACH.items() if far == "caseload" and role not in access.LENT]
    rows = _to_speak_for(viewer, absent.assignments.filter(role__in=by_caseload, stands_in_for=None))
    return list(rows.select_related("organization", "section", "student", "stands_in_for").order_by("pk"))


def standing_in(viewer: StaffMember, absent: StaffMember, staff: StaffMember) -> QuerySet[Assignment]:
    """What this one has in that one's place, now or later, as far as the viewer may speak for it."""
    access.require(viewer, "substitute.edit")
    return _to_speak_for(viewer, Assignment.objects.filter(stands_in_for=absent, staff=staff))


def _to_speak_for(viewer: StaffMember, rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Those that are not over; for a principal, of the own school and its students."""
    rows = rows.exclude(end__lt=timezone.localdate()).exclude(ends_at__lte=timezone.now())
    if not access.roles_of(viewer).isdisjoint(EVERYWHERE):
        return rows
    led = [a.organization_id for a in access.assignments_on(viewer) if a.role == "principal"]
    here = Q(organization__in=led) | Q(section__school__in=led) | Q(student__in=access.visible_to(viewer))
    return rows.filter(pk__in=Assignment.objects.filter(here).order_by().values("pk"))


@dataclass(frozen=True)
class StandIn:
    """Somebody who stands in for a person, now or later: from when to when, at most."""

    staff: StaffMember
    begin: datetime.date | None
    end: datetime.date | None


def substitutes(viewer: StaffMember, absent: StaffMember) -> list[StandIn]:
    """Who stands in for this person, today or later, by the first day. One query."""
    access.require(viewer, "substitute.edit")
    rows = _to_speak_for(viewer, Assignment.objects.filter(stands_in_for=absent))
    rows = rows.select_related("staff").order_by("begin", "pk")
    found: dict[int, StandIn] = {}
    for row in rows.only("begin", "end", *names_of("staff")):
        here = found.get(row.staff_id)
        ends = [each for each in (row.end, here.end if here else None) if each]
        found[row.staff_id] = StandIn(row.staff, here.begin if here else row.begin, max(ends, default=None))
    return list(found.values())


def people_called(words: str) -> list[StaffMember]:
    """Who works here and signs in by this name, or has this e-mail, or else this whole name; three at most."""
    rows = StaffMember.objects.filter(is_active=True).exclude(ended_on__lte=timezone.localdate())
    if found := list(rows.filter(Q(username__iexact=words) | Q(email__iexact=words))[:3] if words else []):
        return found
    for word in search_key(words).split():
        rows = rows.filter(Q(search_key__contains=f" {word} ") | Q(search_key__endswith=f" {word}"))
    return list(rows[:3]) if search_key(words) else []
