"""Changes to reach for a while: standing in for someone."""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from heartwork.journal.actions import note
from heartwork.roster import access
from heartwork.roster import reach_queries as queries
from heartwork.roster.actions import end_sessions_if_another
from heartwork.roster.models import Assignment, StaffMember

LONGEST = datetime.timedelta(days=92)  # a substitute for longer than a quarter of a year is a teacher with a class


# -- substitutes


@transaction.atomic
def give_substitute(
    actor: StaffMember, *, absent: StaffMember, staff: StaffMember, begin: datetime.date, end: datetime.date
) -> list[Assignment]:
    """From `begin` to `end` someone has the classes and the caseload of someone else, and sees whom they see.

    Each ends by itself, and no later than the assignment it stands for. Nobody lets themselves stand in. Raises
    PermissionDenied; also where there is nothing to take over.
    """
    access.require(actor, "substitute.edit")
    if staff.pk in (actor.pk, absent.pk) or access.has_left(staff):
        raise PermissionDenied("not a substitute to give")
    if not begin <= end < begin + LONGEST:
        raise PermissionDenied("not the days of a substitute")
    before = access.roles_of(staff)
    held = queries.handed_on(actor, absent)
    taken = [row for row in held if (row.begin or begin) <= end and (row.end or end) >= begin]
    if not taken:
        raise PermissionDenied("nothing to take over")
    given = [
        Assignment.objects.create(
            staff=staff,
            role=row.role,
            organization=row.organization,
            section=row.section,
            student_id=row.student_id,
            grades=row.grades,
            begin=max(begin, row.begin or begin),
            end=min(end, row.end or end),
            stands_in_for=absent,
            given_by=actor,
        )
        for row in taken
    ]
    note(actor, "substitute.given", staff, stands_in_for=absent.pk, begin=str(begin), end=str(end), of=len(given))
    end_sessions_if_another(staff, before)
    return given


@transaction.atomic
def end_substitute(actor: StaffMember, *, absent: StaffMember, staff: StaffMember) -> None:
    """At once, someone no longer stands in for someone, as far as the actor speaks for it. Raises PermissionDenied."""
    access.require(actor, "substitute.edit")
    before = access.roles_of(staff)
    rows = queries.standing_in(actor, absent, staff)
    if not rows.update(ends_at=timezone.now()):
        raise PermissionDenied("does not stand in")
    note(actor, "substitute.ended", staff, stands_in_for=absent.pk)
    end_sessions_if_another(staff, before)
