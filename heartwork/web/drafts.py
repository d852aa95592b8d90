"""Words that are saved as they are typed: from several windows, over a lost connection, and none of them lost."""

from typing import Any, Protocol

from django import forms


class WordsField(forms.CharField):
    """Words as they were typed, up to 20,000 letters: blanks at the ends stay, and a new line is one character.

    Browsers send two for it; the page, which knows one, would take each answer for new words and save for ever.
    """

    def __init__(self) -> None:
        super().__init__(max_length=20000, required=False, strip=False)

    def to_python(self, value: Any) -> str:
        """New lines as the page knows them."""
        return (super().to_python(value) or "").replace("\r\n", "\n")


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
