"""The page of the agenda, and what the buttons of the activity do."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from heartwork.audits import picking
from heartwork.meetings.actions import changed, promise
from heartwork.meetings.queries import sitting
from heartwork.roster import access
from heartwork.roster.access import Request
from heartwork.roster.actions import listed_students, note_strength
from heartwork.roster.forms import StrengthForm
from heartwork.supportteam import actions, queries
from heartwork.supportteam.forms import HurdleForm, SearchForm
from heartwork.supportteam.models import Hurdle, Talk
from heartwork.teams.forms import PromiseForm
from heartwork.teams.models import Meeting
from heartwork.web.forms import mistakes, whole
from heartwork.web.page import page


def _talk(request: Request, meeting: Meeting, number: str) -> Talk:
    """A talk of the meeting about a student whom the person reaches; else Http404."""
    found = queries.talks(request.user, meeting).filter(pk=whole(number)).first()
    if found is None:
        raise Http404
    return found


def take_off(request: Request, meeting: Meeting, talk: str) -> None:
    """Off the agenda."""
    actions.take_off(request.user, talk=_talk(request, meeting, talk))


def strength(request: Request, meeting: Meeting, talk: str) -> str | None:
    """What the student brings, or says: on their page too; or why not."""
    found, form = _talk(request, meeting, talk), StrengthForm(request.POST)
    if form.is_valid():
        note_strength(request.user, student=found.student, **form.cleaned_data)
        changed(meeting)
    return mistakes(form)


def say(request: Request, meeting: Meeting, talk: str) -> str | None:
    """What is in the way; or why not."""
    found, form = _talk(request, meeting, talk), HurdleForm(request.POST)
    if form.is_valid():
        actions.say(request.user, talk=found, **form.cleaned_data)
    return mistakes(form)


def unsay(request: Request, meeting: Meeting, hurdle: str) -> None:
    """Not in the way after all."""
    found = Hurdle.objects.filter(pk=whole(hurdle), talk__in=queries.talks(request.user, meeting)).first()
    if found is None:
        raise Http404
    actions.unsay(request.user, hurdle=found)


def step(request: Request, meeting: Meeting, talk: str) -> str | None:
    """Who does what by when, about the student; or why not."""
    found = _talk(request, meeting, talk)
    form = PromiseForm(request.POST, viewer=request.user, meeting=meeting, student=found.student)
    if form.is_valid():
        promise(request.user, meeting=meeting, student=found.student, **form.cleaned_data)
    return mistakes(form)


def go_on(request: Request, meeting: Meeting, _rest: str) -> str | None:
    """The next student; or that there is none."""
    if queries.Agenda(request.user, meeting).is_last:
        return _("That was the last on the agenda. Close the meeting, or put somebody else on.")
    actions.go_on(request.user, meeting=meeting)
    return None


@access.shows("student_meeting.open", change="student_meeting.open")
@require_http_methods(["GET", "POST"])
def agenda(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Whom to put on: those about whom something is promised, those whom supports miss, or by name."""
    found = sitting(request.user, public_id)
    may_put = queries.may_put_on(request.user, found.meeting)
    if found.meeting.activity != "supportteam" or not found.may_write or not may_put:
        raise Http404
    form = SearchForm(request.POST or request.GET)
    q, gap = (form.cleaned_data[name] for name in ("q", "gap")) if form.is_valid() else ("", "")
    if request.method == "POST" and form.is_valid() and form.cleaned_data["student"]:
        student = access.student_or_404(request.user, form.cleaned_data["student"])
        actions.put_on(request.user, meeting=found.meeting, student=student, why=gap)
        return redirect(request.get_full_path())
    on_it = queries.Agenda(request.user, found.meeting)
    offered = picking.offer(request.user, picked=[], q=q, gap=gap)
    waiting = queries.waiting(request.user, found.meeting)
    there = {talk.student_id for talk in on_it.talks}
    listed_students(request.user, len(offered) + len(waiting))
    context = {
        "place": "together",
        "meeting": found.meeting,
        "agenda": on_it,
        "waiting": waiting,
        "gaps": queries.gaps_to_choose(request.user),
        "gap": gap,
        "form": form,
        "offered": [line for line in offered if line.person.pk not in there],
        "asked": bool(q or gap),
        "is_full": on_it.all >= queries.MOST,
    }
    return page(request, "supportteam/agenda.html", context)
