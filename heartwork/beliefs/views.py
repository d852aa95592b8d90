"""What those buttons of the activity do that say more than numbers."""

from functools import partial

from django.http import Http404

from heartwork.beliefs import actions, forms
from heartwork.beliefs.models import Choice, Kind
from heartwork.meetings.buttons import press, typed
from heartwork.roster.access import Request
from heartwork.teams.models import Meeting


def put_down(request: Request, meeting: Meeting, kind: str) -> str | None:
    """An action or a belief on one's group's map; or why not."""
    forms_of: dict[str, type[forms.MapForm]] = {Kind.ACTION: forms.ActionForm, Kind.BELIEF: forms.BeliefForm}
    if kind not in forms_of:
        raise Http404
    return typed(forms_of[kind], partial(actions.put_down, kind=Kind(kind)))(request, meeting, "")


def choose(request: Request, meeting: Meeting, what: str) -> str | None:
    """For the outcome 12, change what we do ("12=single") or look at a belief again ("12=double")."""
    outcome, _equals, loop = what.partition("=")
    if loop not in Choice.Loop.values:
        raise Http404
    form = partial(forms.ChoiceForm, loop=loop)
    return typed(form, partial(actions.choose, loop=loop), "outcome")(request, meeting, outcome)


def make_one(request: Request, meeting: Meeting, pair: str) -> str | None:
    """Two names are one thing ("12+34"), as offered, or else as chosen from lists."""
    chosen = pair or "+".join(request.POST.get(name, "") for name in ("first", "second"))
    return press(actions.make_one, "first", "second")(request, meeting, chosen)
