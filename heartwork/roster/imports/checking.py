"""Check the rows of a file, a block at a time: clean each column, drop what must be refused, let the rest land."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_noop as _

from heartwork.roster.imports.columns import CLEAN, REJECT, WARN, ZERO_BYTE, Note
from heartwork.roster.imports.duplicates import Seen, keys
from heartwork.roster.imports.kinds import Kind, Rows
from heartwork.roster.imports.tables import Block, blocks
from heartwork.roster.imports.work import Source, Work

SHORT_ROW = Note(REJECT, _("This row has fewer cells than the file has columns. Export it again, or fill in the row."))
LONG_ROW = Note(WARN, _("This row has more cells than the file has columns; the last ones were left out."))
BLANK_ENDS = Note(CLEAN, _("Blank cells beyond the last column were left out."))
ODD_BYTES = Note(WARN, _("Letters in this row were written in an old form (Windows-1252). Check the accents."))
OPEN_QUOTE = Note(REJECT, _("A quotation mark opens here and is not closed, so this row cannot be read. Close it."))
ZERO = Note(REJECT, ZERO_BYTE)
PRIVATE = "…"  # stands for words that are not written down here

Reader = Callable[[Sequence[str]], tuple[list[Any], list[tuple[int, Note]]]]


def check_kind(kind: Kind, work: Work) -> None:
    """Read every file of this kind, and let its rows land."""
    sources = work.sources_of(kind.code)
    if not sources:
        return
    if kind.prepare:
        kind.prepare(work)
    seen = [Seen(once) for once in kind.once]
    for source in sources:
        checker = Checker(kind, source, work)
        for rows in checker.rows():
            for one in seen:
                one.add(rows)
            kind.land(rows, work)
    for one in seen:
        _tell_duplicates(kind, one, sources, work)
    if kind.finish:
        kind.finish(work)
    if all(source.is_whole for source in sources):
        work.complete.update(kind.ends)


class Checker:
    """Reads one file as one kind."""

    def __init__(self, kind: Kind, source: Source, work: Work) -> None:
        self.kind, self.source, self.work = kind, source, work
        self.report = source.report
        self.places = source.places
        self.columns = [column for column in kind.columns if column.name in self.places]
        self.readers: dict[str, Reader] = {
            column.name: translated(column.type.reader(column, work), source.words.get(column.name))
            for column in self.columns
        }

    def rows(self) -> Iterator[Rows]:
        """The rows that can be used, cleaned, a block at a time. Tells what is wrong with the others."""
        for block in blocks(self.source.path, self.source.layout, self._heard):
            rows = self._even(block)
            if rows is not None:
                rows = self.clean(rows)
                if len(rows):
                    yield rows

    def _heard(self, position: int) -> None:
        self.work.heard(self.report, position)

    def _even(self, block: Block) -> Rows | None:
        """The rows of a block that have a cell for each column; blank rows are passed over."""
        width = len(self.source.layout.headings)
        for line, last in block.broken:
            self.report.rows += 1
            self.source.is_whole = False  # what stood on these lines is not known, so nothing ends for not being named
            self._note(line, "", OPEN_QUOTE, _("lines {first} to {last}").format(first=line, last=last), [])
        rows, lines = block.rows, block.lines
        if set(map(len, rows)) != {width}:
            rows, lines = self._uneven(rows, lines, width)
        self.report.rows += len(rows)
        if block.has_zero_bytes:
            zero = {line: row for row, line in zip(rows, lines, strict=True) if any("\0" in cell for cell in row)}
            for line, row in zero.items():
                column, value = next((name, row[at]) for name, at in self._named(row) if "\0" in row[at])
                self._note(line, column, ZERO, value, row)
            rows, lines = _without(rows, lines, zero.__contains__)
        if block.odd:
            self._tell_odd_bytes(rows, lines, block.odd)
        return Rows(rows, lines, self.report.number, {}) if rows else None

    def _named(self, row: Sequence[str]) -> list[tuple[str, int]]:
        """The name and place of each cell of a row."""
        return [(heading, place) for place, heading in enumerate(self.source.layout.headings) if place < len(row)]

    def _uneven(self, rows: list[list[str]], lines: Sequence[int], width: int) -> tuple[list[list[str]], list[int]]:
        even_rows, even_lines = [], []
        for row, line in zip(rows, lines, strict=True):
            if not any(row):
                continue
            if len(row) < width:
                self.report.rows += 1
                self._note(line, "", SHORT_ROW, _("{cells} of {columns}").format(cells=len(row), columns=width), row)
                self._spare([row])
                continue
            if len(row) > width:
                beyond = row[width:]
                self._note(line, "", LONG_ROW if any(beyond) else BLANK_ENDS, ", ".join(beyond), row)
            even_rows.append(row[:width])
            even_lines.append(line)
        return even_rows, even_lines

    def _tell_odd_bytes(self, rows: list[list[str]], lines: Sequence[int], odd: set[int]) -> None:
        for row, line in zip(rows, lines, strict=True):
            span = range(line, line + 1 + sum(cell.count("\n") for cell in row))
            if not odd.isdisjoint(span):
                column, value = next(
                    ((name, row[at]) for name, at in self._named(row) if not row[at].isascii()), ("", "")
                )
                self._note(line, column, ODD_BYTES, value, row)

    def clean(self, rows: Rows, *, quiet: bool = False) -> Rows:
        """The rows with their columns cleaned, without those that must be refused."""
        columns = list(zip(*rows.raw, strict=True))
        if "status" in self.places:
            rows = self._without_gone(rows, columns[self.places["status"]])
            if not len(rows):
                return rows
            columns = list(zip(*rows.raw, strict=True))
        found: list[tuple[int, str, Note]] = []
        for column in self.columns:
            rows.values[column.name], notes = self.readers[column.name](columns[self.places[column.name]])
            found += [(place, column.name, note) for place, note in notes]
        for check in self.kind.checks:
            found += check(rows, self.work)
        if not found:
            return rows
        rejected = {place for place, _name, note in found if note.severity == REJECT}
        if not quiet:
            for place, name, note in found:
                at = self.places.get(name)
                value = columns[at][place] if at is not None else ""
                self._note(rows.lines[place], self.heading(name), note, value, rows.raw[place])
            self._spare([rows.raw[place] for place in rejected])
        return rows.only([place not in rejected for place in range(len(rows))]) if rejected else rows

    def _without_gone(self, rows: Rows, statuses: Sequence[str]) -> Rows:
        """Rows that say a thing is to be deleted name what ends, and need say nothing more."""
        over = {word for word in set(statuses) if word.strip().casefold() in ("tobedeleted", "inactive")}
        if not over or not self.kind.key:
            return rows
        gone = [status in over for status in statuses]
        self._list_down("gone", rows.only(gone).raw)
        return rows.only([not one for one in gone])

    def _spare(self, rows: list[list[str]]) -> None:
        """A row that is refused still says that its thing is there: it must not end for not being named."""
        if self.kind.key:
            self._list_down("spared", rows)

    def _list_down(self, name: str, rows: list[list[str]]) -> None:
        at = self.places.get(self.kind.key)
        if at is None:
            return
        named = [self.kind.prefix + row[at].strip() for row in rows if at < len(row) and row[at].strip()]
        for code in dict.fromkeys(code for code, _prefix in self.kind.ends):
            self.work.stage.list_down(name, code, named)

    def heading(self, name: str) -> str:
        """What the file calls a column."""
        at = self.places.get(name)
        return name if at is None else self.source.layout.headings[at]

    def _note(self, line: int, column: str, note: Note, value: object, row: Sequence[str]) -> None:
        value, row = self._without_private(column, value, row)
        self.work.problems.note(self.report, line, column, note, value, row)

    def _without_private(self, column: str, value: object, row: Sequence[str]) -> tuple[object, Sequence[str]]:
        """What may be written down of a row: nothing that a student wrote. Of an uneven row no cell is sure."""
        private = {self.places[each.name] for each in self.columns if each.is_private}
        if not private:
            return value, row
        if len(row) != len(self.source.layout.headings):
            return "", []
        if any(self.source.layout.headings[at] == column for at in private):
            value = ""
        return value, [PRIVATE if at in private and cell else cell for at, cell in enumerate(row)]

    def at_lines(self, wanted: set[int]) -> Rows:
        """The cleaned rows that begin on these lines, from another look at the file; nothing is told again."""
        width = len(self.source.layout.headings)
        raw, lines = [], []
        for block in blocks(self.source.path, self.source.layout):
            if wanted.isdisjoint(block.lines):
                continue
            for row, line in zip(block.rows, block.lines, strict=True):
                if line in wanted:
                    raw.append(row[:width])
                    lines.append(line)
        return self.clean(Rows(raw, lines, self.report.number, {}), quiet=True)


def translated(reader: Reader, words: dict[str, str] | None) -> Reader:
    """A reader that is given our words for theirs, where the mapping has some."""
    if not words:
        return reader
    ours = {theirs.strip().casefold(): word for theirs, word in words.items()}
    return lambda texts: reader([ours.get(text.strip().casefold(), text) for text in texts])


def _without(
    rows: list[list[str]], lines: Sequence[int], unwanted: Callable[[int], bool]
) -> tuple[list[list[str]], list[int]]:
    kept = [(row, line) for row, line in zip(rows, lines, strict=True) if not unwanted(line)]
    return [row for row, _line in kept], [line for _row, line in kept]


def _tell_duplicates(kind: Kind, seen: Seen, sources: list[Source], work: Work) -> None:
    """Compare the rows that may be the same thing, and tell of each but the first."""
    candidates = seen.candidates()
    if not candidates:
        return
    by_file: dict[int, set[int]] = {}
    for place in candidates:
        by_file.setdefault(place >> 33, set()).add(place & ((1 << 33) - 1))
    met: set[Any] = set()
    again: list[int] = []
    note = Note(seen.once.severity, seen.once.message)
    for source in sources:
        wanted = by_file.get(source.report.number)
        if not wanted:
            continue
        checker = Checker(replace(kind, checks=()), source, work)
        rows = checker.at_lines(wanted)
        column = seen.once.shown or seen.once.columns[0]
        at = checker.places.get(column)
        for key, line, row, place in zip(keys(seen.once, rows), rows.lines, rows.raw, rows.at, strict=True):
            if key in met and not source.report.is_rejected(line):
                checker._note(line, checker.heading(column), note, row[at] if at is not None else "", row)
                again.append(place)
            met.add(key)
    if note.severity == REJECT:
        work.stage.remove(again)
