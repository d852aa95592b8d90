"""The page of a team's promises: were they kept, thanks, and one's own log."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from heartwork.commitments import actions, queries
from heartwork.commitments.forms import ModellingForm, ThanksForm
from heartwork.commitments.models import Kept
from heartwork.pulse.telling import FEWEST
from heartwork.roster import access
from heartwork.roster.access import Request
from heartwork.teams.models import Team
from heartwork.web.forms import whole
from heartwork.web.page import page


@access.shows("meeting.read", change="meeting.edit")
@require_http_methods(["GET", "POST"])
def promises(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What a team promises each other, how it was kept, the wall of thanks, and one's own log."""
    team = queries.team_of(request.user, public_id)
    do, _space, rest = request.POST.get("do", "").partition(" ")
    thanks = ThanksForm(request.POST if do == "thank" else None, viewer=request.user, team=team)
    log = ModellingForm(request.POST if do == "log" else None)
    if request.method == "POST" and _did(request, team, do, rest, thanks, log):
        return redirect("promises", public_id)
    context = {
        "place": "together",
        "team": team,
        "fewest": FEWEST,
        "may_meet": access.may(request.user, "meeting.open"),
        "promises": queries.promises(request.user, team),
        "answers": Kept.Answer.choices,
        "thanks": queries.thanks(request.user, team),
        "my_log": queries.my_modelling(request.user),
        "form": thanks,
        "log": log,
    }
    return page(request, "commitments/promises.html", context)


def _did(request: Request, team: Team, do: str, rest: str, thanks: ThanksForm, log: ModellingForm) -> bool:
    """Do what a button says; whether anything was done."""
    number, _equals, word = rest.partition("=")
    if do in ("kept", "let_go"):
        found = queries.commitment(request.user, team, whole(number))
        if do == "kept":
            actions.answer(request.user, commitment=found, answer=word)
        else:
            actions.let_go(request.user, commitment=found)
    elif do == "thank" and thanks.is_valid():
        actions.thank(request.user, team=team, **thanks.cleaned_data)
    elif do == "take_down":
        found_thanks = queries.thanks(request.user, team).filter(pk=whole(number)).first()
        if found_thanks is None:
            raise Http404
        actions.take_down(request.user, thanks=found_thanks)
    elif do == "log" and log.is_valid():
        actions.note_modelling(request.user, text=log.cleaned_data["log"])
    elif do == "erase":
        actions.erase_modelling(request.user, pk=whole(number))
    else:
        return False
    return True
