"""Changes to changes: what a team proposes and which routines it touches, what it asks, how people find it."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from heartwork.journal.actions import note
from heartwork.measures.calendar import monday
from heartwork.meetings.access import require_seat
from heartwork.meetings.actions import changed
from heartwork.meetings.models import Line
from heartwork.roster.models import StaffMember
from heartwork.routines import queries
from heartwork.routines.models import Change, Heard, Load, Routine
from heartwork.supports.models import Support
from heartwork.supports.queries import may_edit
from heartwork.teams.models import Meeting


class NamedByAnother(Exception):
    """Somebody else has said in the meantime which change the meeting looks at."""


@transaction.atomic
def name_change(actor: StaffMember, *, meeting: Meeting, shown: int = 0, **said: Any) -> Change:
    """Say which change the meeting looks at, or say it better: its name, result, support and measure.

    shown: the pk of the change that the actor's page showed, 0 for none. Raises NamedByAnother where it is another by
    now, and PermissionDenied for a guest: a change is its team's.
    """
    found = _change_of(actor, meeting)
    if (found.pk if found else 0) != shown:
        raise NamedByAnother
    if found is None:
        today = timezone.localdate()
        found = Change.objects.create(team=meeting.team, proposed_by=actor, proposed_on=today, **said)
        found.meetings.add(meeting)
    else:
        Change.objects.filter(pk=found.pk).update(**said)
    note(actor, "change.named", found)
    changed(meeting)
    return found


@transaction.atomic
def go_on_with(actor: StaffMember, *, meeting: Meeting, change: int) -> None:
    """The meeting looks again at a change of its team, not at a new one."""
    now = _change_of(actor, meeting)
    found = Change.objects.filter(pk=change, team=meeting.team, ended_on=None).first()
    if found is None or now is not None:
        raise PermissionDenied("not of this team")
    found.meetings.add(meeting)
    note(actor, "change.looked_at", found)
    changed(meeting)


@transaction.atomic
def take_up(actor: StaffMember, meeting: Meeting) -> None:
    """As the meeting closes, the lines on routines stand on the page of the change."""
    found = queries.change_of(meeting)
    if found is None:
        return
    for line in Line.objects.filter(meeting=meeting, kind__in=Routine.Kind.values):
        Routine.objects.create(change=found, kind=line.kind, text=line.text, meeting=meeting)
    note(actor, "change.taken_up", found)


@transaction.atomic
def let_go(actor: StaffMember, *, routine: Routine) -> None:
    """A routine no longer belongs to the change."""
    _require_leads(actor, routine.change)
    routine.ended_on = timezone.localdate()
    routine.save(update_fields=["ended_on"])
    note(actor, "change.routine_let_go", routine.change)


@transaction.atomic
def begin_change(actor: StaffMember, *, change: Change) -> None:
    """From today the change is under way: it counts on the ledger, and people are asked."""
    _require_leads(actor, change)
    change.begun_on = timezone.localdate()
    change.save(update_fields=["begun_on"])
    note(actor, "change.begun", change)


@transaction.atomic
def end_change(actor: StaffMember, *, change: Change) -> None:
    """The change is over: part of every day by now, or given up. What was answered stays."""
    _require_leads(actor, change)
    change.ended_on = timezone.localdate()
    change.save(update_fields=["ended_on"])
    note(actor, "change.ended", change)


@transaction.atomic
def say_minutes(
    actor: StaffMember,
    *,
    minutes: Mapping[str, int | None],
    support: Support | None = None,
    change: Change | None = None,
) -> None:
    """How many minutes a week a support, or a change, asks of each role; None: nobody has said."""
    if change is not None:
        _require_leads(actor, change)
    elif support is None or not may_edit(actor, support.school_id):
        raise PermissionDenied("support of others")
    for role, many in minutes.items():
        if role not in queries.ROLES:
            raise PermissionDenied("no such role")
        if many is None:
            Load.objects.filter(support=support, change=change, role=role).delete()
        else:
            said = {"minutes": many, "said_by": actor, "said_on": timezone.localdate()}
            Load.objects.update_or_create(support=support, change=change, role=role, defaults=said)
    note(actor, "load.said", change or support)


@transaction.atomic
def answer(actor: StaffMember, *, change: Change, question: str, answer: str) -> None:
    """One of the two questions, once a week; a second answer takes the place of the first."""
    role = queries.asked_as(actor, change)
    if not role or question not in Heard.Question.values or answer not in Heard.Answer.values:
        raise PermissionDenied("not asked")
    said = {"answer": answer, "role": role}
    week = monday(timezone.localdate())
    Heard.objects.update_or_create(change=change, question=question, staff=actor, week=week, defaults=said)
    note(actor, "change.answered", change)


def _change_of(actor: StaffMember, meeting: Meeting) -> Change | None:
    """At which change the meeting looks, for one who may say so, until the transaction ends: two at once wait."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    require_seat(actor, meeting)
    found = queries.change_of(meeting)
    if not queries.may_say(actor, meeting, found):
        raise PermissionDenied("not of this team")
    return found


def _require_leads(actor: StaffMember, change: Change) -> None:
    if not queries.may_lead(actor, change):
        raise PermissionDenied("not of this team")
