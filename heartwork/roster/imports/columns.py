"""What a cell may hold: each type reads a whole column at once and says what was mended, doubted or refused.

A careful function reads one cell. It runs once for each distinct text of a column (`Memo`), or, for texts that seldom
repeat, only where a quick look over the whole column found something unusual.
"""

import datetime
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext_noop as _

from heartwork.roster.models import GRADES

if TYPE_CHECKING:
    from heartwork.roster.imports.work import Work

CLEAN, WARN, REJECT = "clean", "warn", "reject"
MEMO_LIMIT = 400_000

MISSING = _("This may not be blank. Fill it in, and import the file again.")
DANGLING = _("Nothing with this identifier is in the files or in Heartwork. Correct it, or add what it refers to.")
BLANKS = _("Blanks around the value were taken away.")
TOO_LONG = _("This is too long to keep; the end was cut off.")
ZERO_BYTE = _("This row holds a zero byte: the file was damaged on its way. Export it again.")
CONTROLS = _("Signs that cannot be seen were taken away.")
NOT_A_DATE = _("This is not a date. Write it as year-month-day, such as 2025-09-03.")
DATE_FORM = _("This date was written in another form; it was understood.")
IN_FUTURE = _("This day has not come yet. Correct the date.")
NOT_A_TIME = _("This is not a time of day. Write it as hours:minutes, such as 13:05.")
NOT_YES_NO = _("Write true or false here.")
YES_NO_FORM = _("Yes or no was written in another form; it was understood.")
NOT_A_NUMBER = _("This is not a number.")
OUT_OF_RANGE = _("This number is outside the range that is allowed here.")
NOT_A_WORD = _("This word is not one of those allowed here.")
WORD_FORM = _("The word was written in another form; it was understood.")
UNKNOWN_WORD = _("This word is not one we know; it was kept as it is.")
LEFT_OUT = _("This word is not one of those allowed here; the cell was left out, the rest of the row was kept.")
UNKNOWN_GRADE = _("This is not a grade we know. Use PK, KG, 01 to 12, or leave it blank; the grade was left out.")
GRADE_FORM = _("The grade was written in another form; it was understood.")


class Note(NamedTuple):
    """What to tell about a cell."""

    severity: str  # clean, warn, reject
    message: str


Notes = list[tuple[int, Note]]  # with the place of the cell in its column
Careful = Callable[[str], tuple[Any, Note | None]]


class Memo(dict[str, Any]):
    """What each distinct text of a column means; the careful function is asked once for each."""

    def __init__(self, careful: Careful) -> None:
        super().__init__()
        self.careful = careful
        self.notes: dict[str, Note] = {}

    def __missing__(self, text: str) -> Any:
        value, note = self.careful(text)
        if note:
            self.notes[text] = note
        self[text] = value
        return value

    def read(self, texts: Sequence[str]) -> tuple[list[Any], Notes]:
        """The values of a column, and what is to be told of it."""
        if len(self) > MEMO_LIMIT:
            self.clear()
        values = list(map(self.__getitem__, texts))
        notes = self.notes
        if not notes or notes.keys().isdisjoint(texts):
            return values, []
        return values, [(place, notes[text]) for place, text in enumerate(texts) if text in notes]


class Type(ABC):
    """How the cells of a column are read. A reader is made anew for each file."""

    @abstractmethod
    def reader(self, column: "Column", work: "Work") -> Callable[[Sequence[str]], tuple[list[Any], Notes]]:
        """A function from the texts of a column to its values and what is to be told of them."""


class ByCell(Type):
    """One cell at a time; what was read once is known in the next rows."""

    def reader(self, column: "Column", work: "Work") -> Callable[[Sequence[str]], tuple[list[Any], Notes]]:
        """A function from the texts of a column to its values and what is to be told of them."""
        return Memo(lambda text: self.careful(text, column, work)).read

    @abstractmethod
    def careful(self, text: str, column: "Column", work: "Work") -> tuple[Any, Note | None]:
        """The value of one cell, and what is to be told of it."""


@dataclass(frozen=True)
class Column:
    """One column of a kind of file."""

    name: str
    type: Type
    required: bool = False  # the file needs the heading, and every row a value
    also: tuple[str, ...] = ()  # other headings it goes by
    label: str = ""
    help: str = ""
    is_private: bool = False  # free words: sealed when kept, and never told of in what is said of a row


# Signs that cannot be seen, and those that turn round or hide what stands beside them (joiners belong to some scripts).
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
_SEPARATOR = "\u2551"  # a printable sign that names and notes do not hold


@dataclass(frozen=True)
class Text(ByCell):
    """Words as they were typed, formulas and markup included; blanks around them go."""

    limit: int = 255

    def reader(self, column: Column, work: "Work") -> Callable[[Sequence[str]], tuple[list[Any], Notes]]:
        def read(texts: Sequence[str]) -> tuple[list[Any], Notes]:
            if self._plain(texts, column.required):
                return list(texts), []
            values: list[Any] = []
            notes: Notes = []
            for place, text in enumerate(texts):
                value, note = self.careful(text, column, work)
                values.append(value)
                if note:
                    notes.append((place, note))
            return values, notes

        return read

    def _plain(self, texts: Sequence[str], required: bool) -> bool:
        """Whether no cell needs a careful look: four passes in C over the whole column."""
        joined = _SEPARATOR.join(texts)
        return (
            joined.isprintable()
            and not joined.startswith(" ")
            and not joined.endswith(" ")
            and " " + _SEPARATOR not in joined
            and _SEPARATOR + " " not in joined
            and max(map(len, texts)) <= self.limit
            and not (required and "" in texts)
        )

    def careful(self, text: str, column: Column, work: "Work") -> tuple[Any, Note | None]:
        value = text.strip()
        note = Note(CLEAN, BLANKS) if value != text else None
        if "\0" in value:
            return None, Note(REJECT, ZERO_BYTE)
        if _CONTROL.search(value):
            value, note = _CONTROL.sub("", value), Note(CLEAN, CONTROLS)
        if not value and column.required:
            return None, Note(REJECT, MISSING)
        if len(value) > self.limit:
            return value[: self.limit], Note(WARN, TOO_LONG)
        return value, note


class Identifier(Text):
    """The name by which the source knows a thing. Too long is refused: two things could become one."""

    def careful(self, text: str, column: Column, work: "Work") -> tuple[Any, Note | None]:
        value, note = super().careful(text, column, work)
        if note and note.message == TOO_LONG:
            return None, Note(REJECT, _("This identifier is longer than 200 characters."))
        return value, note


def _plain_word(text: str) -> str:
    return re.sub(r"[^a-z0-9:+]", "", text.casefold())


@dataclass(frozen=True)
class Choice(ByCell):
    """One of some words. What an unknown word does is said by `unknown`: reject, warn (keep it), or drop the cell."""

    words: tuple[str, ...]
    unknown: str = REJECT  # or "keep", "drop"
    also: Mapping[str, str] = field(default_factory=dict)  # another word -> ours
    extensions: bool = False  # words that begin with "ext:" are kept as they are
    blank: Any = ""

    def careful(self, text: str, column: Column, work: "Work") -> tuple[Any, Note | None]:
        word = text.strip()
        if word in self.words and word == text:
            return word, None
        if not word:
            return (None, Note(REJECT, MISSING)) if column.required else (self.blank, None)
        if self.extensions and word.startswith("ext:"):
            return word[:60], None
        plain = _plain_word(word)
        for ours in self.words:
            if _plain_word(ours) == plain:
                return ours, Note(CLEAN, WORD_FORM)
        for theirs, ours in self.also.items():
            if _plain_word(theirs) == plain:
                return ours, Note(CLEAN, WORD_FORM)
        if self.unknown == "keep":
            return word[:60], Note(WARN, UNKNOWN_WORD)
        if self.unknown == "drop":
            return self.blank, Note(WARN, LEFT_OUT)
        return None, Note(REJECT, NOT_A_WORD)


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?")
_US = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?: \d{1,2}:\d{2}.*)?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")


def date_of(text: str, latest_year: int) -> datetime.date | None:
    """The day that a text names, in the forms that U.S. systems write; None: none that exists.

    A year of two digits is the latest one that does not pass `latest_year`.

    >>> date_of("9/3/2025", 2030), date_of("7/5/16", 2030)
    (datetime.date(2025, 9, 3), datetime.date(2016, 7, 5))
    """
    if match := _ISO.fullmatch(text) or _DIGITS.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _US.fullmatch(text):
        month, day, year = map(int, match.groups())
        if year < 100:
            year += latest_year // 100 * 100
            year -= 100 if year > latest_year else 0
    else:
        return None
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True)
class Date(ByCell):
    """A day; kept as the text year-month-day. A day to come is refused, or left out, where it cannot be."""

    future: str = "fine"  # or reject, drop

    def careful(self, text: str, column: Column, work: "Work") -> tuple[Any, Note | None]:
        word = text.strip()
        if not word:
            return None, Note(REJECT, MISSING) if column.required else None
        day = date_of(word, work.day.year + 10)
        if day is None or not 1900 <= day.year <= 2200:
            return None, Note(REJECT, NOT_A_DATE)
        if day > work.day and self.future != "fine":
            return None, Note(REJECT if self.future == "reject" else WARN, IN_FUTURE)
        iso = day.isoformat()
        return iso, None if iso == text else Note(CLEAN, DATE_FORM)


@dataclass(frozen=True)
class Time(ByCell):
    """A time of day; kept as the text hours:minutes:seconds."""

    def careful(self, text: str, column: Column, work: "Work") -> tuple[Any, Note | None]:
        word = text.strip().upper()
        if not word:
            return None, Note(REJECT, MISSING) if column.required else None
        match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?: ?([AP])\.?M\.?)?", word)
        if match:
            hour, minute, second, half = int(match[1]), int(match[2]), int(match[3] or 0), match[4]
            if half and 1 <= hour <= 12:
                hour = hour % 12 + (12 if half == "P" else 0)
            if hour < 24 and minute < 60 and second < 60:
                return f"{hour:02d}:{minute:02d}:{second:02d}", None
        return None, Note(REJECT, NOT_A_TIME)


@dataclass(frozen=True)
class Flag(ByCell):
    """Yes or no; blank is neither."""

    blank: bool | None = None
    unknown: str = REJECT  # or "drop"

    def careful(self, text: str, column: Column, work: "Work") -> tuple[Any, Note | None]:
        word = text.strip().lower()
        if not word:
            return (None, Note(REJECT, MISSING)) if column.required else (self.blank, None)
        if word in ("true", "yes", "y", "t", "1"):
            return True, None if text in ("true", "yes", "1") else Note(CLEAN, YES_NO_FORM)
        if word in ("false", "no", "n", "f", "0"):
            return False, None if text in ("false", "no", "0") else Note(CLEAN, YES_NO_FORM)
        return (None, Note(REJECT, NOT_YES_NO)) if self.unknown == REJECT else (self.blank, Note(WARN, LEFT_OUT))


@dataclass(frozen=True)
class Number(ByCell):
    """A number between two others."""

    least: float | None = None
    most: float | None = None
    whole: bool = False
    above: float | None = None  # more than this
    unknown: str = REJECT  # or "drop": leave the cell out

    def careful(self, text: str, column: Column, work: "Work") -> tuple[Any, Note | None]:
        word = text.strip().replace(",", "") if text.count(",") else text.strip()
        if not word:
            return None, Note(REJECT, MISSING) if column.required else None
        refuse = REJECT if self.unknown == REJECT else WARN
        if not re.fullmatch(r"[+-]?(\d{1,15}(\.\d*)?|\.\d+)", word):
            return None, Note(refuse, NOT_A_NUMBER)
        value = float(word)
        if self.whole and not value.is_integer():
            return None, Note(refuse, NOT_A_NUMBER)
        if (
            (self.least is not None and value < self.least)
            or (self.most is not None and value > self.most)
            or (self.above is not None and value <= self.above)
        ):
            return None, Note(refuse, OUT_OF_RANGE)
        return (int(value) if self.whole else value), None


_GRADE_WORDS = {"K": "KG", "P": "PK", "PREK": "PK", "KINDERGARTEN": "KG", "TK": "TK"}


def grade_of(text: str) -> str | None:
    """The code of a grade; None where it is not one we know.

    >>> grade_of("9"), grade_of("K"), grade_of("3rd")
    ('09', 'KG', None)
    """
    word = text.strip().upper()
    if word.isdecimal() and len(word) <= 2:
        word = f"{int(word):02d}"
    word = _GRADE_WORDS.get(word.replace("-", ""), word)
    if re.fullmatch(r"PS\d", word):
        word = "PS"
    return word if word in GRADES else None


@dataclass(frozen=True)
class Grades(ByCell):
    """Grade codes, separated by blanks. An unknown one is left out, with a warning."""

    single: bool = False

    def careful(self, text: str, column: Column, work: "Work") -> tuple[Any, Note | None]:
        words = [word for word in re.split(r"[,;\s]+", text) if word]
        grades = [grade_of(word) for word in words]
        known = [grade for grade in grades if grade]
        value = known[0] if self.single and known else " ".join(dict.fromkeys(known))[:100]
        if len(known) < len(words):
            return ("" if not known else value), Note(WARN, UNKNOWN_GRADE)
        return value, None if known == words else Note(CLEAN, GRADE_FORM)


@dataclass(frozen=True)
class Reference(Type):
    """The identifier of a thing that another file, or the database, holds; its number in the database."""

    to: str  # the code of a target
    missing: str = REJECT  # or warn: the cell is left out

    def reader(self, column: Column, work: "Work") -> Callable[[Sequence[str]], tuple[list[Any], Notes]]:
        known = work.registry(self.to)

        def read(texts: Sequence[str]) -> tuple[list[Any], Notes]:
            if not any(texts):
                notes = [(place, Note(REJECT, MISSING)) for place in range(len(texts))] if column.required else []
                return [None] * len(texts), notes
            values = list(map(known.get, texts))
            if None not in values:
                return values, []
            return values, list(careful(texts, values))

        def careful(texts: Sequence[str], values: list[Any]) -> Iterable[tuple[int, Note]]:
            for place, value in enumerate(values):
                if value is not None:
                    continue
                word = texts[place].strip()
                if not word:
                    if column.required:
                        yield place, Note(REJECT, MISSING)
                elif word in known:
                    values[place] = known[word]
                    yield place, Note(CLEAN, BLANKS)
                else:
                    yield place, Note(self.missing, DANGLING)

        return read


@dataclass(frozen=True)
class References(ByCell):
    """Several identifiers in one cell, separated by commas; a tuple of numbers in the database."""

    to: str
    missing: str = REJECT

    def careful(self, text: str, column: Column, work: "Work") -> tuple[Any, Note | None]:
        known = work.registry(self.to)
        words = [word.strip() for word in text.split(",") if word.strip()]
        if not words:
            return (), Note(REJECT, MISSING) if column.required else None
        found = tuple(dict.fromkeys(known[word] for word in words if word in known))
        if all(word in known for word in words):
            return found, None
        # Where no such thing is known at all, its file was left out: what names them can be kept.
        return found, Note(self.missing if known else WARN, DANGLING)
