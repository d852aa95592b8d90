"""What buttons and forms send that have no page of their own: a number, and what is wrong with what was typed."""

from django import forms
from django.http import Http404


def mistakes(form: forms.Form) -> str:
    """What is wrong with what was typed, in one line; "" for nothing."""
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


def whole(text: str) -> int:
    """A number out of a button; Http404 for anything else."""
    if not text.isdecimal():
        raise Http404
    return int(text)
