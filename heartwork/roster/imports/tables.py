"""Reading a file of comma-separated values as it comes: any line ends, odd bytes, odd quotes; lines are physical."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from django.utils.translation import gettext_noop

from heartwork.sealing.files import is_sealed, opening

ROWS_PER_BLOCK = 2_000  # few enough that a block stays in the processor's cache: half again as fast as 20,000
BYTES_PER_READ = 1 << 20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UPLOAD = "upload"  # what a file that waits to be applied is sealed for


class Unreadable(Exception):
    """The file is not a table. The message says why, for people."""


@dataclass(frozen=True)
class Layout:
    """How a file is written down: its headings, and the signs between and around its cells."""

    headings: tuple[str, ...]
    delimiter: str = ","
    escape: str | None = None
    null: str | None = None  # a word that stands for an empty cell in database dumps


@dataclass
class Block:
    """Some rows of a file, with the physical line on which each begins."""

    rows: list[list[str]]
    lines: Sequence[int]
    odd: set[int] = field(default_factory=set)  # lines whose bytes were not UTF-8
    has_zero_bytes: bool = False
    broken: list[tuple[int, int]] = field(default_factory=list)  # from line, to line: no row could be made of these


class Lines:
    """The physical lines of a file as text: UTF-8, or Windows-1252 where a line is not UTF-8."""

    def __init__(self, path: Path, heard: Callable[[int], None] | None = None) -> None:
        self.path = path
        self.heard = heard
        self.odd: set[int] = set()
        self.has_zero_bytes = False

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self._texts())

    def _texts(self) -> Iterator[io.StringIO]:
        """The file in pieces of whole lines; iterating over a piece gives its lines without a step in Python."""
        done = 0
        with self.path.open("rb") as kept:
            file = opening(kept, UPLOAD) if is_sealed(self.path) else kept
            first = True
            while data := file.read(BYTES_PER_READ):
                data += file.readline()
                if first and data.startswith(BYTE_ORDER_MARK):
                    data = data[3:]
                first = False
                if b"\r" in data and b"\n" not in data:  # line ends of old Macintosh files
                    data = data.replace(b"\r", b"\n")
                if b"\0" in data:
                    self.has_zero_bytes = True
                try:
                    text = data.decode("utf-8")
                except UnicodeDecodeError:
                    text = self._line_by_line(data, done)
                done += data.count(b"\n")
                yield io.StringIO(text, newline="\n")
                if self.heard:
                    self.heard(file.tell())

    def _line_by_line(self, data: bytes, done: int) -> str:
        lines = []
        for number, line in enumerate(data.split(b"\n"), done + 1):
            try:
                lines.append(line.decode("utf-8"))
            except UnicodeDecodeError:
                lines.append(line.decode("cp1252", errors="replace"))
                self.odd.add(number)
        return "\n".join(lines)


def layout_of(path: Path) -> Layout:
    """How this file is written down, from its first lines. Raises Unreadable."""
    sample = list(islice(Lines(path), 200))
    if not sample or not "".join(sample).strip():
        raise Unreadable(gettext_noop("The file is empty."))
    delimiter = max(",;\t|", key=lambda sign: len(_parse(sample[:1], sign, None)[0]))
    # A quotation mark ends a cell, so what follows it is another sign, unless a backslash takes its meaning away.
    escape = "\\" if re.search(rf'\\"[^"\r\n{re.escape(delimiter)}]', "".join(sample)) else None
    rows = _parse(sample, delimiter, escape)
    headings = [heading.replace("\0", "").strip() for heading in rows[0]]  # no database keeps a zero byte
    if all(len(heading) > 1 and heading[0] == heading[-1] == "'" for heading in headings):
        headings = [heading[1:-1] for heading in headings]
    cells = {cell for row in rows[1:] for cell in row}
    return Layout(tuple(headings), delimiter, escape, "NULL" if "NULL" in cells else None)


def _parse(lines: list[str], delimiter: str, escape: str | None) -> list[list[str]]:
    rows: list[list[str]] = []
    reader = csv.reader(lines, delimiter=delimiter, escapechar=escape)
    while True:
        try:
            rows.append(next(reader))
        except csv.Error:
            continue
        except StopIteration:
            return rows or [[]]


def blocks(
    path: Path, layout: Layout, heard: Callable[[int], None] | None = None, size: int = ROWS_PER_BLOCK
) -> Iterator[Block]:
    """The rows below the headings, in blocks; `heard` is told how many bytes have been read.

    A row that cannot be made out (a quotation mark that is never closed) is named in `broken`, and reading goes on
    behind it.
    """
    lines = Lines(path, heard)
    reader = csv.reader(lines, delimiter=layout.delimiter, escapechar=layout.escape)
    next(reader, None)
    before = reader.line_num
    while True:
        rows: list[list[str]] = []
        broken = False
        try:
            rows.extend(islice(reader, size))  # keeps the rows before the one that breaks
        except csv.Error:
            broken = True
        if not rows and not broken:
            return
        numbers = _numbers(rows, before, reader.line_num, broken)
        block = Block(rows, numbers, lines.odd, lines.has_zero_bytes)
        if broken:
            start = (numbers[-1] + _span(rows[-1])) if rows else before + 1
            block.broken.append((start, reader.line_num))
        if layout.null:
            block.rows = [["" if cell == layout.null else cell for cell in row] for row in rows]
        before = reader.line_num
        yield block


def _span(row: list[str]) -> int:
    """How many physical lines a row takes: one, and one for each line break inside its cells."""
    return 1 + sum(cell.count("\n") for cell in row)


def _numbers(rows: list[list[str]], before: int, after: int, broken: bool) -> Sequence[int]:
    if after - before == len(rows) and not broken:
        return range(before + 1, after + 1)
    numbers, line = [], before + 1
    for row in rows:
        numbers.append(line)
        line += _span(row)
    return numbers
