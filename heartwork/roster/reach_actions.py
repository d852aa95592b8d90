"""Changes of reach: standing in for someone, opening one page in an emergency, what the district chooses."""

import datetime
from collections.abc import Collection, Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from heartwork.journal.actions import note
from heartwork.roster import access
from heartwork.roster import reach_queries as queries
from heartwork.roster.actions import end_sessions_if_another
from heartwork.roster.models import Assignment, Choice, Opening, StaffMember, Told
from heartwork.roster.people_queries import own_staff

LONGEST = datetime.timedelta(days=92)  # a substitute for longer than a quarter of a year is a teacher with a class
TRIES = 5  # to open a page, in 24 hours
WITNESSES = 2  # who are told; a page does not open unseen


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
            copy_of=row,
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


# -- pages opened in an emergency


@transaction.atomic
def open_in_emergency(actor: StaffMember, *, name: str, fact: str, reason: str) -> None:
    """The actor sees this one student for 24 hours, and two people at least are told at once.

    Says nothing of whether it opened, nor why not: nobody meant, somebody whom the actor sees anyway, fewer than two
    people to tell, or a sixth try in a day. What opened is among `opened_by(actor)`. Raises PermissionDenied.
    """
    access.require(actor, "emergency.open")
    student = queries.student_meant(actor, name=name, fact=fact)
    told = queries.to_tell(actor, student) if student else []
    if student is None or len(told) < WITNESSES or queries.tries(actor) >= TRIES:
        note(actor, "emergency.not_opened")
        return
    now = timezone.now()
    assignment = Assignment.objects.create(
        staff=actor,
        role=access.READS_ONLY,
        student=student,
        begin=timezone.localdate(now),
        end=timezone.localdate(now + queries.A_DAY),
        ends_at=now + queries.A_DAY,
    )
    opening = Opening.objects.create(assignment=assignment, opened_at=now, reason=reason)
    Told.objects.bulk_create(Told(opening=opening, staff=each) for each in told)
    note(actor, "emergency.opened", student, told=[each.pk for each in told])


@transaction.atomic
def end_opening(actor: StaffMember, opening: Opening) -> None:
    """The page is closed at once, by whoever opened it or was told of it. Raises PermissionDenied."""
    held = opening.assignment
    if actor.pk != held.staff_id and not (
        access.may(actor, "emergency.told") and opening.told.filter(staff=actor).exists()
    ):
        raise PermissionDenied("neither opened it nor was told")
    if held.ends_at and held.ends_at > timezone.now():
        held.ends_at = timezone.now()
        held.save(update_fields=["ends_at"])
        note(actor, "emergency.ended", held.student, opened_by=held.staff_id)


@transaction.atomic
def noticed_opening(actor: StaffMember, told: Told) -> None:
    """The actor has seen that a page was opened. Raises PermissionDenied."""
    access.require(actor, "emergency.told")
    if told.staff_id != actor.pk:
        raise PermissionDenied("somebody else is told")
    told.seen_at = told.seen_at or timezone.now()
    told.save(update_fields=["seen_at"])
    note(actor, "emergency.noticed", told.opening.assignment.student, opened_by=told.opening.assignment.staff_id)


# -- what the district chooses


@transaction.atomic
def choose(actor: StaffMember, *, chosen: Mapping[str, Collection[str]], why: str) -> Choice | None:
    """From the next request on these roles have these rights, inside the limits of the table. Raises PermissionDenied.

    chosen: each right of which the district may say -> the roles that have it. None: it was so before.
    """
    access.require(actor, "district.edit")
    for what, roles in chosen.items():
        if not set(roles) <= set(access.LIMITS.get(what, ())):
            raise PermissionDenied("beyond what a district may choose")
    before = access.chosen_now()
    now = {what: sorted(roles) for what, roles in chosen.items()}
    rights = [what for what in now if access.roles_that_may(what, before) != access.roles_that_may(what, now)]
    if not rights:
        return None
    choice = Choice.objects.create(chosen=before | now, why=why, set_by=actor)
    note(actor, "choice.made", choice, rights=rights)
    return choice


# -- looking as someone else


def begin_viewing(actor: StaffMember, person: StaffMember) -> None:
    """The actor looks as this person from now on: of the staff whom they look after, and not themselves. Or refuses."""
    access.require(actor, "view_as.open")
    if person.pk == actor.pk or access.has_left(person) or not own_staff(actor).filter(pk=person.pk).exists():
        raise PermissionDenied("not someone to look as")
    note(actor, "viewing.begun", person)


def ended_viewing(actor: StaffMember, person: StaffMember | None) -> None:
    """The actor looks as themselves again."""
    if person:
        note(actor, "viewing.ended", person)
