"""What the buttons of the activity do."""

from heartwork.levers import actions
from heartwork.levers.forms import LeverForm
from heartwork.roster.access import Request
from heartwork.teams.models import Meeting
from heartwork.web.forms import mistakes


def list_one(request: Request, meeting: Meeting, _rest: str) -> str:
    """One more on the list; or why not."""
    form = LeverForm(request.POST)
    if form.is_valid():
        actions.list_one(request.user, meeting=meeting, **form.cleaned_data)
    return mistakes(form)
