"""Who takes part in a meeting: whoever has a seat in it, as long as it goes on."""

from django.core.exceptions import PermissionDenied

from heartwork.meetings.models import Seat
from heartwork.roster import access
from heartwork.roster.models import StaffMember
from heartwork.teams.models import Meeting


def require_seat(actor: StaffMember, meeting: Meeting) -> Seat:
    """The actor's seat in a meeting that goes on, else PermissionDenied."""
    access.require(actor, "meeting.edit")
    seat = Seat.objects.filter(meeting=meeting, staff=actor).first()
    if seat is None or meeting.is_closed:
        raise PermissionDenied("no seat")
    return seat
