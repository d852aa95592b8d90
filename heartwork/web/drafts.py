"""Words that are saved as they are typed: from several windows, over a lost connection, and none of them lost."""

from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext

from heartwork.web.forms import mistakes


class WordsField(forms.CharField):
    """Words as they were typed, up to 20,000 letters: blanks at the ends stay, and a new line is one character.

    Browsers send two for it; the page, which knows one, would take each answer for new words and save for ever.
    """

    def __init__(self) -> None:
        super().__init__(max_length=20000, required=False, strip=False)

    def to_python(self, value: Any) -> str:
        """New lines as the page knows them."""
        return (super().to_python(value) or "").replace("\r\n", "\n")


class DraftForm(forms.Form):
    """Words as they are saved while one types: over which saved words they were typed, and in which window."""

    text = WordsField()
    version = forms.IntegerField(min_value=0)
    window = forms.CharField(max_length=40, required=False)


class Draft(Protocol):
    """Saved words: how often they were saved, and by which open page last."""

    text: str
    version: int
    window: str


def take_in(draft: Draft, text: str, *, version: int, window: str) -> bool:
    """Put `text` into the draft; whether it changed. It is not saved here.

    version: which saved words these were typed over; window: the page they were typed in. Words that were typed over
    others which have changed since, in another window, lose nothing: the draft then holds both.
    """
    follows = draft.version == version or (window != "" and draft.window == window)
    kept = text if follows else both(draft.text, text)
    if draft.version and kept == draft.text:
        return False
    draft.text, draft.version, draft.window = kept, draft.version + 1, window
    return True


def both(kept: str, new: str) -> str:
    """Two texts, neither of which may be lost; one that already holds the other is enough.

    >>> both("He reads.", "He reads. She draws.")
    'He reads. She draws.'
    >>> both("He reads.", "She draws.")
    'He reads.\\n\\nShe draws.'
    """
    if kept.strip() in new:
        return new
    return kept if new.strip() in kept else f"{kept}\n\n{new}"


def kept(request: HttpRequest, draft: Draft, said: str, *back: Any) -> HttpResponse:
    """Tell the script that saved words what is kept of them now; lead whoever pressed a button `back`."""
    if request.headers.get("X-Autosave"):
        return JsonResponse({"text": draft.text, "version": draft.version, "said": said})
    messages.success(request, said)
    return redirect(*back)


def not_kept(form: forms.Form) -> HttpResponse:
    """The words could not be kept, and why; the page still has them."""
    return JsonResponse({"said": mistakes(form)}, status=400)


def saved_for_oneself() -> str:
    """What the screen says when words are kept that nobody else reads."""
    now = {"time": time_format(timezone.localtime(), "TIME_FORMAT")}
    return gettext("Saved %(time)s · only you can read it") % now
