"""What the buttons of the activity do."""

from django.http import Http404

from heartwork.levers import actions
from heartwork.levers.forms import LeverForm
from heartwork.roster.access import Request
from heartwork.teams.models import Meeting


def list_one(request: Request, meeting: Meeting, _rest: str) -> str | None:
    """One more on the list; or why not."""
    form = LeverForm(request.POST)
    if not form.is_valid():
        return " ".join(str(error) for errors in form.errors.values() for error in errors)
    actions.list_one(request.user, meeting=meeting, **form.cleaned_data)
    return None


def make_one(request: Request, meeting: Meeting, pair: str) -> None:
    """Two of the list are one ("12+34")."""
    first, _plus, second = pair.partition("+")
    actions.make_one(request.user, meeting=meeting, first=_number(first), second=_number(second))


def leave_out(request: Request, meeting: Meeting, lever: str) -> None:
    """Off the list."""
    actions.leave_out(request.user, meeting=meeting, lever=_number(lever))


def _number(text: str) -> int:
    if not text.isdecimal():
        raise Http404
    return int(text)
