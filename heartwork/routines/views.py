"""Pages of changes and of the load ledger, and what the buttons of the activity do."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heartwork.meetings.actions import changed
from heartwork.pulse.telling import FEWEST
from heartwork.roster import access
from heartwork.roster.access import Request
from heartwork.routines import actions, queries
from heartwork.routines.forms import ChangeForm, MinutesForm
from heartwork.routines.models import Heard
from heartwork.supports.queries import may_edit, support_or_404
from heartwork.teams.models import Meeting
from heartwork.web.forms import mistakes, whole
from heartwork.web.page import page

# -- in the meeting


def name_change(request: Request, meeting: Meeting, shown: str) -> str | None:
    """Which change it is; or why not. The button says which one its page showed, 0 for none."""
    found = queries.change_of(meeting)
    form = ChangeForm(request.POST, viewer=request.user, meeting=meeting, change=found)
    if form.is_valid():
        try:
            actions.name_change(request.user, meeting=meeting, shown=whole(shown), **form.cleaned_data)
        except actions.NamedByAnother:
            return _("Somebody has just said which change it is; it stands here now. What you typed was not kept.")
    return mistakes(form)


def minutes_in_meeting(request: Request, meeting: Meeting, _rest: str) -> str | None:
    """What the change asks of a week; or why not."""
    found = queries.change_of(meeting)
    if found is None:
        return _("Say first which change you look at. Nothing was kept.")
    form = MinutesForm(request.POST, said={}, of_change=True)
    if form.is_valid():
        actions.say_minutes(request.user, change=found, minutes=form.minutes)
        changed(meeting)
    return mistakes(form)


# -- pages


@access.shows("routine.read")
@require_safe
def ledger(request: Request) -> HttpResponse:
    """What a week asks of each role, what is not counted, and what the changes proposed would add."""
    here = queries.place(request.user, request.GET.get("school", ""))
    context = {
        "place": "supports",
        "school": here,
        "schools": queries.places(request.user),
        "ledger": queries.ledger(request.user, here),
        "roles": [queries.role_name(role) for role in queries.ROLES],
    }
    return page(request, "routines/ledger.html", context)


@access.shows("routine.read", change="routine.edit")
@require_http_methods(["GET", "POST"])
def change(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One change: what is meant to come of it, its routines, its minutes, and whether people know what it is for."""
    found = queries.change(request.user, public_id)
    do, _space, rest = request.POST.get("do", "").partition(" ")
    said = queries.minutes_of(change=found)
    form = MinutesForm(request.POST if do == "minutes" else None, said=said, of_change=True)
    if request.method == "POST" and _did(request, found, do, rest, form):
        return redirect("change", public_id)
    context = {
        "place": "supports",
        "shown": queries.page_of(request.user, found),
        "change": found,
        "answers": Heard.Answer.choices,
        "questions": Heard.Question.labels,
        "fewest": FEWEST,
        "minutes": form,
    }
    return page(request, "routines/change.html", context)


def _did(request: Request, found: queries.Change, do: str, rest: str, form: MinutesForm) -> bool:
    """Do what a button says; False where what was typed has to be mended."""
    if do == "minutes":
        if not form.is_valid():
            return False
        actions.say_minutes(request.user, change=found, minutes=form.minutes)
    elif do == "answer":
        question, _equals, word = rest.partition("=")
        actions.answer(request.user, change=found, question=question, answer=word)
    elif do == "begin":
        actions.begin_change(request.user, change=found)
    elif do == "end":
        actions.end_change(request.user, change=found)
    elif do == "let_go":
        actions.let_go(request.user, routine=get_object_or_404(found.routines, pk=whole(rest), ended_on=None))
    else:
        raise Http404
    return True


@access.shows("support.edit", change="support.edit")
@require_http_methods(["GET", "POST"])
def support_minutes(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """How many minutes a week a support asks of each role."""
    found = support_or_404(request.user, public_id)
    if not may_edit(request.user, found.school_id):
        raise Http404
    form = MinutesForm(request.POST or None, said=queries.minutes_of(support=found))
    if form.is_valid():
        actions.say_minutes(request.user, support=found, minutes=form.minutes)
        messages.success(request, _("Kept on the ledger."))
        return redirect("ledger")
    return page(request, "routines/support_minutes.html", {"place": "supports", "support": found, "form": form})
