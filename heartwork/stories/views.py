"""What the buttons of the activity do."""

from django.http import Http404
from django.utils.translation import gettext as _

from heartwork.meetings import actions
from heartwork.meetings.forms import LineForm
from heartwork.roster.access import Request
from heartwork.stories.groups import groups_of
from heartwork.teams.models import Meeting


def notice(request: Request, meeting: Meeting, kind: str) -> str | None:
    """One likeness or difference, of the group that one sits in."""
    group = next((group for group in groups_of(meeting) if request.user.pk in group.people), None)
    if kind not in ("likeness", "difference") or group is None:
        raise Http404
    form = LineForm(request.POST)
    if not form.is_valid():
        return _("Write one line, of at most 500 letters. Nothing was added.")
    actions.write_down(request.user, meeting=meeting, kind=kind, text=form.cleaned_data["text"], about=group.code)
    return None
