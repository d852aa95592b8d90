"""Changes to what a team lists."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from heartwork.journal.actions import note
from heartwork.levers.models import Lever
from heartwork.meetings.access import require_seat
from heartwork.meetings.actions import tell
from heartwork.roster.models import StaffMember
from heartwork.supports.queries import running_at
from heartwork.teams.models import Meeting

MOST = 60  # on one list: nobody marks more alone


@transaction.atomic
def begin_with_inventory(actor: StaffMember, meeting: Meeting) -> None:
    """The supports of the team's place that run now are on its list, each once; what was there stays."""
    there = set(Lever.objects.filter(team=meeting.team).values_list("support", flat=True))
    for support in running_at(actor, meeting.team.organization, meeting.held_on)[:MOST]:
        if support.pk not in there:
            Lever.objects.create(
                team=meeting.team,
                name=support.name,
                support=support,
                since=support.begin.year if support.begin else None,
                listed_by=actor,
            )
    note(actor, "levers.begun", meeting)


@transaction.atomic
def list_one(actor: StaffMember, *, meeting: Meeting, name: str, since: int | None = None, law: str = "") -> Lever:
    """One more thing that the team does for care: a daily habit, a program, a way to speak with each other."""
    require_seat(actor, meeting)
    if Lever.objects.filter(team=meeting.team, same_as=None, left_out_at=None).count() >= MOST:
        raise PermissionDenied("the list is full")
    lever = Lever.objects.create(team=meeting.team, name=name, since=since, law=law, listed_by=actor)
    tell(actor, "levers.listed", meeting)
    return lever


@transaction.atomic
def make_one(actor: StaffMember, *, meeting: Meeting, first: int, second: int) -> None:
    """Two on the list are one: the first stays, and the second stands no more."""
    require_seat(actor, meeting)
    pair = {lever.pk: lever for lever in Lever.objects.filter(team=meeting.team, pk__in=[first, second], same_as=None)}
    if len(pair) != 2:
        raise PermissionDenied("not on this list")
    kept, gone = pair[first], pair[second]
    if gone.support and not kept.support:
        kept, gone = gone, kept  # the one that is in the inventory
    gone.same_as = kept
    gone.save(update_fields=["same_as"])
    tell(actor, "levers.made_one", meeting)


@transaction.atomic
def leave_out(actor: StaffMember, *, meeting: Meeting, lever: int) -> None:
    """Not what the team wants to talk about: off the list."""
    require_seat(actor, meeting)
    if not Lever.objects.filter(team=meeting.team, pk=lever, left_out_at=None).update(left_out_at=timezone.now()):
        raise PermissionDenied("not on this list")
    tell(actor, "levers.left_out", meeting)
