"""Questions about what a team lists."""

from collections.abc import Iterator

from django.utils.translation import gettext

from heartwork.levers.models import Lever
from heartwork.roster.models import StaffMember
from heartwork.supports.models import Support
from heartwork.teams import queries as teams
from heartwork.teams.appearances import Appearance, at_last_meetings
from heartwork.teams.models import Team


def listed(team: Team) -> list[Lever]:
    """What stands on the team's list, in the order in which it was listed."""
    return list(team.levers.filter(same_as=None, left_out_at=None).select_related("support"))


def where_listed(viewer: StaffMember, support: Support) -> Iterator[Appearance]:
    """The teams of the viewer that list this support, and the last meeting at which they looked at it."""
    found = Lever.objects.filter(support=support, team__in=teams.my_teams(viewer), left_out_at=None)
    words = gettext("On the list of levers and expectations of %(team)s")
    return at_last_meetings(Team.objects.filter(pk__in=found.values("team")), "levers", words)
