"""Changes to what adults promise each other."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from heartwork.commitments.models import Commitment, Kept, Modelling, Thanks
from heartwork.journal.actions import note
from heartwork.measures.calendar import monday
from heartwork.meetings.models import Line
from heartwork.roster import access
from heartwork.roster.models import StaffMember
from heartwork.teams.models import Meeting, Team
from heartwork.teams.queries import is_member

PROMISED, SHOWN = "commitment", "modelled"  # the kinds of line in which a team agrees: all of it, and who leads it


@transaction.atomic
def take_up(actor: StaffMember, meeting: Meeting) -> None:
    """As the meeting closes, each line that the team agreed on becomes a commitment of the team."""
    for line in Line.objects.filter(meeting=meeting, kind__in=[PROMISED, SHOWN]):
        by_leaders = line.kind == SHOWN
        Commitment.objects.create(
            team=meeting.team, text=line.text, by_leaders=by_leaders, meeting=meeting, agreed_on=meeting.held_on
        )
        note(actor, "commitment.agreed", meeting.team)


@transaction.atomic
def let_go(actor: StaffMember, *, commitment: Commitment) -> None:
    """The team no longer promises this; what was answered stays."""
    _require_member(actor, commitment.team)
    commitment.ended_on = timezone.localdate()
    commitment.save(update_fields=["ended_on"])
    note(actor, "commitment.let_go", commitment.team)


@transaction.atomic
def answer(actor: StaffMember, *, commitment: Commitment, answer: str) -> None:
    """Was it kept this week? Once a week; a second answer takes the place of the first."""
    _require_member(actor, commitment.team)
    if commitment.ended_on or answer not in Kept.Answer.values:
        raise PermissionDenied("not asked")
    week = monday(timezone.localdate())
    Kept.objects.update_or_create(commitment=commitment, staff=actor, week=week, defaults={"answer": answer})
    note(actor, "commitment.answered", commitment.team)


@transaction.atomic
def thank(actor: StaffMember, *, team: Team, text: str, to: StaffMember | None = None) -> Thanks:
    """A word of thanks on the team's wall."""
    _require_member(actor, team)
    if to and not is_member(to, team):
        raise PermissionDenied("not of this team")
    thanks = Thanks.objects.create(team=team, to=to, text=text, said_by=actor)
    note(actor, "thanks.said", team)
    return thanks


@transaction.atomic
def take_down(actor: StaffMember, *, thanks: Thanks) -> None:
    """A word of thanks is taken off the wall: by whoever said it, or whom it is about."""
    if actor.pk not in (thanks.said_by_id, thanks.to_id):
        raise PermissionDenied("thanks of others")
    thanks.delete()
    note(actor, "thanks.taken_down", thanks.team)


@transaction.atomic
def note_modelling(actor: StaffMember, *, text: str) -> None:
    """A line in one's own log of how one showed what was promised; read by nobody else."""
    access.require(actor, "meeting.edit")
    Modelling.objects.create(staff=actor, day=timezone.localdate(), text=text)
    note(actor, "modelling.noted")


@transaction.atomic
def erase_modelling(actor: StaffMember, *, pk: int) -> None:
    """A line of one's own log is gone."""
    Modelling.objects.filter(staff=actor, pk=pk).delete()
    note(actor, "modelling.erased")


def _require_member(actor: StaffMember, team: Team) -> None:
    access.require(actor, "meeting.edit")
    if not is_member(actor, team):
        raise PermissionDenied("not of this team")
