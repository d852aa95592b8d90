"""What the buttons of the activity do."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404

from heartwork.beliefs import actions, forms
from heartwork.beliefs.models import Choice, Group, Kind
from heartwork.roster.access import Request
from heartwork.teams.models import Meeting
from heartwork.web.forms import mistakes, whole

Does = Callable[[Request, Meeting, str], str | None]


def typed(form_class: Callable[..., forms.MapForm], do: Callable[..., Any], about: str = "") -> Does:
    """A button with a form: what is typed is done, or said why not. about: what the number in the button names."""

    def act(request: Request, meeting: Meeting, rest: str) -> str | None:
        form = form_class(request.POST, viewer=request.user, meeting=meeting)
        if form.is_valid():
            named = {about: whole(rest)} if about else {}
            do(request.user, meeting=meeting, **named, **form.cleaned_data)
        return mistakes(form)

    return act


name_outcome = typed(forms.OutcomeForm, actions.name_outcome)
measure_by = typed(forms.MeasureForm, actions.measure_by, "outcome")
link = typed(forms.LinkForm, actions.link)
observe = typed(forms.ObservationForm, actions.observe, "belief")


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


def choose_group(request: Request, meeting: Meeting, group: str) -> None:
    """Draw with this group."""
    if whole(group) not in Group.values:
        raise Http404
    actions.choose_group(request.user, meeting=meeting, group=Group(int(group)))


def agree(request: Request, meeting: Meeting, _rest: str) -> None:
    """The outcomes stand."""
    actions.agree(request.user, meeting=meeting)


def leave_out(request: Request, meeting: Meeting, part: str) -> None:
    """Off the map."""
    actions.leave_out(request.user, meeting=meeting, part=whole(part))


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
