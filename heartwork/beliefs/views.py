"""What the buttons of the activity do."""

from django import forms
from django.http import Http404

from heartwork.beliefs import actions
from heartwork.beliefs.forms import (
    ActionForm,
    BeliefForm,
    ChoiceForm,
    LinkForm,
    MapForm,
    MeasureForm,
    ObservationForm,
    OutcomeForm,
)
from heartwork.beliefs.models import Choice, Group, Kind
from heartwork.meetings.forms import mistakes, whole
from heartwork.roster.access import Request
from heartwork.teams.models import Meeting


def name_outcome(request: Request, meeting: Meeting, _rest: str) -> str | None:
    """One more outcome; or why not."""
    form = OutcomeForm(request.POST, viewer=request.user, meeting=meeting)
    if form.is_valid():
        actions.name_outcome(request.user, meeting=meeting, **form.cleaned_data)
    return mistakes(form)


def measure_by(request: Request, meeting: Meeting, outcome: str) -> str | None:
    """Tie an outcome to a measure, or to none."""
    form = MeasureForm(request.POST, viewer=request.user, meeting=meeting)
    if form.is_valid():
        actions.measure_by(request.user, meeting=meeting, outcome=whole(outcome), **form.cleaned_data)
    return mistakes(form)


def agree(request: Request, meeting: Meeting, _rest: str) -> None:
    """The outcomes stand."""
    actions.agree(request.user, meeting=meeting)


def choose_group(request: Request, meeting: Meeting, group: str) -> None:
    """Draw with this group."""
    if whole(group) not in Group.values:
        raise Http404
    actions.choose_group(request.user, meeting=meeting, group=Group(int(group)))


def put_down(request: Request, meeting: Meeting, kind: str) -> str | None:
    """An action or a belief on one's group's map; or why not."""
    forms_of: dict[str, type[MapForm]] = {Kind.ACTION: ActionForm, Kind.BELIEF: BeliefForm}
    if kind not in forms_of:
        raise Http404
    form = forms_of[kind](request.POST, viewer=request.user, meeting=meeting)
    if form.is_valid():
        actions.put_down(request.user, meeting=meeting, kind=Kind(kind), **form.cleaned_data)
    return mistakes(form)


def leave_out(request: Request, meeting: Meeting, part: str) -> None:
    """Off the map."""
    actions.leave_out(request.user, meeting=meeting, part=whole(part))


def link(request: Request, meeting: Meeting, _rest: str) -> str | None:
    """This leads to that."""
    form = LinkForm(request.POST, viewer=request.user, meeting=meeting)
    if form.is_valid():
        pair = form.cleaned_data
        actions.link(request.user, meeting=meeting, start=pair["start"].pk, end=pair["end"].pk)
    return mistakes(form)


def unlink(request: Request, meeting: Meeting, pair: str) -> None:
    """The link "12+34" is gone."""
    start, _plus, end = pair.partition("+")
    actions.unlink(request.user, meeting=meeting, start=whole(start), end=whole(end))


def make_one(request: Request, meeting: Meeting, pair: str) -> None:
    """Two names are one thing ("12+34"), as offered, or else as chosen from lists."""
    first, _plus, second = pair.partition("+")
    if not pair:
        first, second = (request.POST.get(name, "") for name in ("first", "second"))
    actions.make_one(request.user, meeting=meeting, first=whole(first), second=whole(second))


def observe(request: Request, meeting: Meeting, belief: str) -> str | None:
    """What was seen of a belief."""
    form: forms.Form = ObservationForm(request.POST)
    if form.is_valid():
        actions.observe(request.user, meeting=meeting, belief=whole(belief), **form.cleaned_data)
    return mistakes(form)


def choose(request: Request, meeting: Meeting, what: str) -> str | None:
    """For the outcome 12, change what we do ("12=single") or look at a belief again ("12=double")."""
    outcome, _equals, loop = what.partition("=")
    if loop not in Choice.Loop.values:
        raise Http404
    form = ChoiceForm(request.POST, viewer=request.user, meeting=meeting, loop=loop)
    if form.is_valid():
        actions.choose(request.user, meeting=meeting, outcome=whole(outcome), loop=loop, **form.cleaned_data)
    return mistakes(form)
