"""What a page receives of a chart: pictures, the sentence, notes, and every number as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

NOTHING = SafeString("")


@dataclass(frozen=True)
class Note:
    """Something to know about a point or a stretch, told under the picture by its letter."""

    letter: str
    words: str


@dataclass(frozen=True)
class Table:
    """The same as the picture: headings, and rows of words. The first column names the row."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def cells(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Each row as its name, and its other cells with their headings."""
        return [(row[0], list(zip(self.headings[1:], row[1:], strict=True))) for row in self.rows]


@dataclass(frozen=True)
class Panel:
    """One of many small pictures on one scale. size: the group's, rounded, in words. No picture: hidden."""

    name: str
    size: str
    picture: SafeString
    sentence: str

    @property
    def is_hidden(self) -> bool:
        """Whether the group is too small to be shown."""
        return not self.picture


@dataclass(frozen=True)
class Figure:
    """A chart, whole. In its sentence the key words stand between asterisks, for the `marked` tag.

    wide and narrow: the picture for a desk and for a phone. caption: what helps to read it, in sentences.
    """

    ident: str
    title: str
    sentence: str
    wide: SafeString
    narrow: SafeString
    table: Table
    notes: tuple[Note, ...] = ()
    caption: tuple[str, ...] = ()
    panels: tuple[Panel, ...] = ()

    @property
    def plain_sentence(self) -> str:
        """The sentence without a mark, for a page that marks another, and for the alternative text."""
        return plain(self.sentence)


def plain(sentence: str) -> str:
    """The sentence without the asterisks around its key words."""
    return sentence.replace("*", "")


def own_words(text: str) -> str:
    """Words that people wrote, for a sentence of ours: an asterisk in them marks nothing."""
    return text.replace("*", "∗").strip()


def letters(count: int) -> list[str]:
    """a, b, c ... z, aa, ab ..., as many as needed."""
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    return [(alphabet[i // 26 - 1] if i >= 26 else "") + alphabet[i % 26] for i in range(count)]


def listed(names: Sequence[str]) -> str:
    """Names after each other."""
    return ", ".join(names)
