"""What forms of many rooms have alike: a choice among rows, what is wrong with what was typed, a number in a button."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404


def one_of(label: Any, *, empty: Any = None, **more: Any) -> forms.ModelChoiceField:
    """A choice of one row, by its public id unless `more` says otherwise; among which, the form says: `choose_among`.

    empty: the words for none of them; without such words one has to be chosen.
    """
    given = {"to_field_name": "public_id"} | more
    return forms.ModelChoiceField(None, label=label, required=empty is None, empty_label=empty, **given)


def choose_among(form: forms.Form, **rows: QuerySet) -> None:
    """Let each of these fields of the form choose among these rows."""
    for name, found in rows.items():
        form.fields[name].queryset = found  # type: ignore[attr-defined]


def mistakes(form: forms.Form) -> str:
    """What is wrong with what was typed, in one line; "" for nothing."""
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


def whole(text: str) -> int:
    """A number out of a button; Http404 for anything else."""
    if not text.isdecimal():
        raise Http404
    return int(text)
