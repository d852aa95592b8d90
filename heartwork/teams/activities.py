"""What a team can sit down to do: each room that has an activity offers it here, by name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from heartwork.roster.models import StaffMember
    from heartwork.teams.models import Meeting


@dataclass(frozen=True)
class Activity:
    """An activity of a team: what it is called, the names of its addresses, and who may read which sitting."""

    code: str
    name: str | Promise
    page: str
    recap: str
    readable: "Callable[[StaffMember, Iterable[Meeting]], set[int]]"  # the pks of the meetings a viewer may open


ACTIVITIES: dict[str, Activity] = {}


def offer(activity: Activity) -> None:
    """Make an activity known; called once, when the room starts."""
    ACTIVITIES[activity.code] = activity
