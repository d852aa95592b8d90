"""What a OneRoster manifest announces: the version, and which files are whole (bulk) and which only changes (delta)."""

from dataclasses import dataclass, field
from pathlib import Path

from heartwork.roster.imports.tables import Unreadable, blocks, layout_of


@dataclass
class Manifest:
    """What manifest.csv says."""

    rows: int = 0
    version: str = ""
    files: dict[str, str] = field(default_factory=dict)  # name without .csv, lower case -> bulk, delta, absent
    lines: dict[str, int] = field(default_factory=dict)

    def is_delta(self, stem: str) -> bool:
        """Whether this file holds changes only."""
        return self.files.get(stem.casefold()) == "delta"

    def missing(self, stems: set[str]) -> list[str]:
        """Files that are announced and not there."""
        return [name for name, how in self.files.items() if how in ("bulk", "delta") and name not in stems]


def read_manifest(path: Path) -> Manifest | None:
    """The manifest in this file; None: it is not one."""
    try:
        layout = layout_of(path)
    except Unreadable:
        return None
    manifest = Manifest()
    for block in blocks(path, layout):
        for row, line in zip(block.rows, block.lines, strict=True):
            if len(row) < 2:
                continue
            manifest.rows += 1
            name, value = row[0].strip(), row[1].strip()
            if name.casefold().startswith("file."):
                manifest.files[name[5:].casefold()] = value.casefold()
                manifest.lines[name[5:].casefold()] = line
            elif name.casefold() == "oneroster.version":
                manifest.version = value
    return manifest
