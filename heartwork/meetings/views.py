"""Pages of meetings: begin or join one, the meeting itself on one's own screen, the wall, and the recap."""

import uuid
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heartwork.meetings import actions, queries
from heartwork.meetings.buttons import Act, press, typed
from heartwork.meetings.forms import BeginForm, JoinForm, LineForm, WordsForm
from heartwork.meetings.queries import Sitting
from heartwork.roster import access
from heartwork.roster.access import Request
from heartwork.teams.activities import ACTIVITIES
from heartwork.teams.forms import PromiseForm
from heartwork.teams.models import Meeting, Stage
from heartwork.web.drafts import kept, not_kept, saved_for_oneself
from heartwork.web.forms import whole
from heartwork.web.page import page
from heartwork.web.paper import NoPaper, pdf
from heartwork.web.qr import qr_code

# -- begin and join


@access.shows("meeting.open")
@require_safe
def activities(request: Request) -> HttpResponse:
    """What a team can sit down to do."""
    return page(request, "meetings/activities.html", {"place": "together", "offered": queries.offered(request.user)})


@access.shows("meeting.open", change="meeting.open")
@require_http_methods(["GET", "POST"])
def meeting_new(request: Request, activity: str) -> HttpResponse:
    """Choose the team, the day and who leads; then everyone can join."""
    found = ACTIVITIES.get(activity)
    if found is None or not found.is_staged or not access.may(request.user, found.opens):
        raise Http404
    form = BeginForm(request.POST or None, viewer=request.user)
    if form.is_valid():
        return redirect(actions.begin(request.user, activity=activity, **form.cleaned_data))
    return page(request, "meetings/meeting_new.html", {"place": "together", "activity": found, "form": form})


@access.shows("meeting.read", change="meeting.edit")
@require_http_methods(["GET", "POST"])
def join(request: Request) -> HttpResponse:
    """Type the code that stands on the wall, or come by its QR code."""
    form = JoinForm(request.POST or None, initial={"code": request.GET.get("code", "")})
    if form.is_valid():
        if found := actions.join(request.user, code=form.cleaned_data["code"]):
            return redirect(found)
        form.add_error("code", _("No meeting is joined by this code now. Look at the wall again, or ask who leads."))
    return page(request, "meetings/join.html", {"place": "together", "form": form})


# -- the meeting


@access.shows("meeting.read", change="meeting.edit")
@require_http_methods(["GET", "POST"])
def meeting(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The meeting on one's own screen: what to do now, one's own words, and what all can see."""
    found = queries.sitting(request.user, public_id)
    if request.method == "POST":
        return _do(request, found)
    if found.meeting.is_closed:
        return redirect("meeting-recap", public_id)
    return page(request, found.activity.template, _shown(request, found))


def _shown(request: Request, found: Sitting, **more: Any) -> dict[str, Any]:
    """What every page of a meeting has, and what is the activity's own."""
    promises = PromiseForm(viewer=request.user, meeting=found.meeting)
    if "on_wall" not in more:  # it names nobody
        found.activity.seen(request.user, found.meeting)
    own = found.activity.context(request.user, found.meeting)
    return {"place": "together", "sitting": found, "meeting": found.meeting, "promise": promises, **own, **more}


def _do(request: Request, found: Sitting) -> HttpResponse:
    """What a button of the meeting does ("share care:3"): the engine's own, or the activity's; then the page again."""
    do, _space, rest = request.POST.get("do", "").partition(" ")
    act = ACTS.get(do) or found.activity.acts.get(do)
    if act is None:
        raise Http404
    if trouble := act(request, found.meeting, rest):
        messages.error(request, trouble)
    return redirect("meeting-wall" if "on_wall" in request.POST else "meeting", found.meeting.public_id)


def _move(request: Request, meeting: Meeting, stage: str) -> None:
    if stage not in Stage.values:
        raise Http404
    actions.move(request.user, meeting=meeting, stage=Stage(stage))


def _share(request: Request, meeting: Meeting, line: str) -> None:
    prompt, _colon, number = line.rpartition(":")
    actions.share(request.user, meeting=meeting, prompt=prompt, number=whole(number))


def _rate(request: Request, meeting: Meeting, said: str) -> None:
    item, _equals, value = said.rpartition("=")
    actions.rate(request.user, meeting=meeting, item=item, value=whole(value))


def _mark(request: Request, meeting: Meeting, said: str) -> None:
    item, _equals, mark = said.rpartition("=")
    actions.mark(request.user, meeting=meeting, item=item, mark=mark)


def _write_down(request: Request, meeting: Meeting, kind: str) -> str | None:
    form = LineForm(request.POST)
    if not form.is_valid():
        return _("Write one line, of at most 500 letters. Nothing was added.")
    actions.write_down(request.user, meeting=meeting, kind=kind, **form.cleaned_data)
    return None


ACTS: dict[str, Act] = {
    "sit_down": press(actions.sit_down),
    "move": _move,
    "more_time": press(partial(actions.give_time, minutes=2)),
    "lead": press(actions.take_the_lead),
    "done": press(partial(actions.say_done, is_done=True)),
    "not_done": press(partial(actions.say_done, is_done=False)),
    "share": _share,
    "rate": _rate,
    "mark": _mark,
    "take_back": press(actions.take_back, "passage"),
    "erase": press(actions.erase),
    "write_down": _write_down,
    "strike": press(actions.strike, "line"),
    "promise": typed(PromiseForm, actions.promise),
    "close": press(actions.close),
}


@access.shows("meeting.read", change="meeting.edit")
@require_http_methods(["GET", "POST"])
def meeting_words(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What one writes alone is kept as it is typed; whoever comes by hand is led to the meeting."""
    found = queries.sitting(request.user, public_id)
    if request.method != "POST":
        return redirect("meeting", public_id)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return not_kept(form)
    writing, is_more = actions.write(request.user, meeting=found.meeting, **form.cleaned_data)
    both = _("Saved. You also wrote in another window: both texts are kept.")
    return kept(request, writing, both if is_more else saved_for_oneself(), "meeting", public_id)


@access.shows("meeting.read")
@require_safe
def meeting_news(request: Request, public_id: uuid.UUID) -> JsonResponse:
    """How far the meeting is and how often it has changed, for a screen without the stream."""
    meeting = queries.meeting(request.user, public_id)
    response = JsonResponse(queries.news([meeting.pk])[meeting.pk])
    response["Cache-Control"] = "no-store"
    return response


@access.shows("meeting.read")
@require_safe
def meeting_stream(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Where the site cannot keep a connection open: the screen then asks for news by itself. See `stream.py`."""
    queries.meeting(request.user, public_id)
    return HttpResponse(status=204)


# -- the wall, and what came of it


@access.shows("meeting.read")
@require_safe
def meeting_wall(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What everyone in the room looks at: the stage, how to join, and only what is shared."""
    found = queries.sitting(request.user, public_id)
    if found.meeting.is_closed and found.activity.names_students:
        return page(request, "meetings/wall_over.html", {"place": "together", "meeting": found.meeting})
    if found.meeting.is_closed:
        return redirect("meeting-recap", public_id)
    where = request.build_absolute_uri(reverse("join"))
    shown = _shown(request, found, on_wall=True, join_at=where, qr=qr_code(f"{where}?code={found.meeting.code}"))
    return page(request, found.activity.template, shown)


@access.shows("meeting.read")
@require_safe
def meeting_recap(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One page, for paper too: who was there, what they share, what the team says, decides and does."""
    found = queries.sitting(request.user, public_id)
    return page(request, found.activity.template, _shown(request, found, is_recap=True))


@access.shows("meeting.read")
@require_safe
def meeting_recap_pdf(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The recap as a file: the same page on paper, without what only its reader sees."""
    found = queries.sitting(request.user, public_id)
    shown = _shown(request, found, is_recap=True, is_paper=True)
    html = render_to_string(found.activity.template, shown, request=request)
    try:
        paper = pdf(html, name=f"recap-{found.meeting.held_on:%Y-%m-%d}.pdf")
    except NoPaper:
        messages.error(request, _("The computer that Heartwork runs on cannot make PDFs yet. Print the page instead."))
        return redirect("meeting-recap", public_id)
    actions.took_recap(request.user, meeting=found.meeting)
    return paper
