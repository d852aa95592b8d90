"""What the buttons of the activity do."""

from heartwork.levers import actions
from heartwork.levers.forms import LeverForm
from heartwork.roster.access import Request
from heartwork.teams.models import Meeting
from heartwork.web.forms import mistakes, whole


def list_one(request: Request, meeting: Meeting, _rest: str) -> str | None:
    """One more on the list; or why not."""
    form = LeverForm(request.POST)
    if not form.is_valid():
        return mistakes(form)
    actions.list_one(request.user, meeting=meeting, **form.cleaned_data)
    return None


def make_one(request: Request, meeting: Meeting, pair: str) -> None:
    """Two of the list are one ("12+34")."""
    first, _plus, second = pair.partition("+")
    actions.make_one(request.user, meeting=meeting, first=whole(first), second=whole(second))


def leave_out(request: Request, meeting: Meeting, lever: str) -> None:
    """Off the list."""
    actions.leave_out(request.user, meeting=meeting, lever=whole(lever))
