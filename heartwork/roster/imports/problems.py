"""What was found wrong: every refused or doubted row in a file for people, and how often each thing was found."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from heartwork.roster.imports.columns import CLEAN, REJECT, WARN, Note

EXAMPLES = 5
HEADINGS = ["file", "line", "severity", "column", "value", "message", "row"]
MARK = {WARN: 1, REJECT: 2}


@dataclass
class FileReport:
    """What became of one file."""

    name: str
    number: int
    kind: str = ""
    label: str = ""
    rows: int = 0
    passed_over: int = 0  # rows of a file that is not needed
    problem: str | None = None
    marks: bytearray = field(default_factory=bytearray)  # by line: 1 doubted, 2 refused, 3 both

    def mark(self, line: int, severity: str) -> None:
        """Remember that the row on this line was doubted or refused."""
        if severity == CLEAN:
            return
        if line >= len(self.marks):
            self.marks.extend(bytes(line - len(self.marks) + 1024))
        self.marks[line] |= MARK[severity]

    def is_rejected(self, line: int) -> bool:
        """Whether the row on this line was refused."""
        return line < len(self.marks) and self.marks[line] >= 2

    @property
    def warned(self) -> int:
        """Rows that were kept with a doubt."""
        return self.marks.count(1)

    @property
    def rejected(self) -> int:
        """Rows that were left out."""
        return self.marks.count(2) + self.marks.count(3)

    @property
    def kept(self) -> int:
        """Rows that can be used."""
        return self.rows - self.rejected - self.passed_over

    def summary(self) -> dict[str, Any]:
        """For the page."""
        return {
            "name": self.name,
            "kind": self.kind,
            "label": self.label,
            "rows": self.rows,
            "kept": self.kept,
            "warned": self.warned,
            "rejected": self.rejected,
            "problem": self.problem,
        }


class Problems:
    """Writes down what is wrong as it is found, and counts like things together."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("w", encoding="utf-8-sig", newline="")  # the mark lets spreadsheets read accents
        self.writer = csv.writer(self.file)
        self.writer.writerow(HEADINGS)
        self.groups: dict[tuple[str, str, str, str], dict[str, Any]] = {}

    def note(
        self, report: FileReport, line: int, column: str, note: Note, value: object = "", row: Sequence[str] = ()
    ) -> None:
        """One thing about one row."""
        shown = short(value)
        group = self._group(report.name, column, note)
        group["count"] += 1
        if len(group["examples"]) < EXAMPLES:
            group["examples"].append({"line": line, "value": shown})
        if note.severity != CLEAN:
            report.mark(line, note.severity)
            cells = [report.name, str(line), note.severity, column, shown, note.message, short(", ".join(row), 2000)]
            self.writer.writerow([safe(cell) for cell in cells])

    def file_note(self, name: str, column: str, note: Note, value: str = "") -> None:
        """One thing about a whole file."""
        group = self._group(name, column, note)
        group["count"] += 1
        group["examples"].append({"line": None, "value": short(value)})

    def _group(self, name: str, column: str, note: Note) -> dict[str, Any]:
        key = (name, column, note.severity, note.message)
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = {
                "file": name,
                "column": column,
                "severity": note.severity,
                "message": note.message,
                "count": 0,
                "examples": [],
            }
        return group

    def summary(self) -> list[dict[str, Any]]:
        """The groups, what stops a row first, the most frequent first."""
        order = {REJECT: 0, WARN: 1, CLEAN: 2}
        return sorted(self.groups.values(), key=lambda group: (order[group["severity"]], -group["count"]))

    def close(self) -> None:
        """Nothing more is found."""
        self.file.close()


def short(value: object, limit: int = 80) -> str:
    """A value as it may be shown and stored: not too long, a zero byte as the sign for one."""
    text = "" if value is None else str(value).replace("\0", "␀")
    return text if len(text) <= limit else text[: limit - 1] + "…"


def safe(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
