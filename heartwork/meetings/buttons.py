"""What buttons of a meeting do: each ends in an action, with the numbers in its value and what its form holds."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.http import Http404

from heartwork.roster.access import Request
from heartwork.teams.models import Meeting
from heartwork.web.forms import mistakes, whole

Act = Callable[[Request, Meeting, str], str | None]


def press(do: Callable[..., Any], *names: str) -> Act:
    """A button without a form. names: of the numbers in its value ("12+34"); Http404 where they are not there."""

    def act(request: Request, meeting: Meeting, rest: str) -> None:
        do(request.user, meeting=meeting, **_numbers(names, rest))

    return act


def typed(form_class: Callable[..., forms.Form], do: Callable[..., Any], *names: str) -> Act:
    """A button with a form about the meeting: what is typed is done, or said why not. names: as for `press`."""

    def act(request: Request, meeting: Meeting, rest: str) -> str:
        form = form_class(request.POST, viewer=request.user, meeting=meeting)
        if form.is_valid():
            do(request.user, meeting=meeting, **_numbers(names, rest), **form.cleaned_data)
        return mistakes(form)

    return act


def _numbers(names: Sequence[str], rest: str) -> dict[str, int]:
    found = [whole(each) for each in rest.split("+")] if names else []
    if len(found) != len(names):
        raise Http404
    return dict(zip(names, found, strict=True))
