"""Take in what was uploaded: a zip, a folder or one file, copied safely, without any column of passwords."""

import csv
import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from heartwork.roster.imports.kinds import plain
from heartwork.roster.imports.tables import UPLOAD, Unreadable, layout_of
from heartwork.sealing.files import seal_file

MOST_FILES = 200
MOST_BYTES = 20 << 30
MOST_RATIO = 200  # unpacked to packed; a table of text seldom passes 30
SMALL = 10 << 20  # below this much, the ratio tells nothing
WANTED = {".csv", ".txt", ".tsv"}


class ArchiveRefused(Exception):
    """The upload is not taken in. The message says why, and what to do."""


def take_in(source: Path, folder: Path) -> list[Path]:
    """Copy the tables of a zip, a folder or a single file into `folder`. Raises ArchiveRefused."""
    folder.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        taken = list(_from_folder(source, folder))
    elif zipfile.is_zipfile(source):
        taken = list(_from_zip(source, folder))
    elif source.is_file():
        taken = [_copy_file(source, folder / _table_name(source.name))]
    else:
        raise ArchiveRefused(_("There is no file or folder at %(path)s.") % {"path": source})
    if not taken:
        raise ArchiveRefused(_("There is no CSV file in it. Export the roster as CSV and try again."))
    for path in taken:
        _to_utf8(path)
        without_passwords(path)
        seal_file(path, UPLOAD)  # it may wait for days, and may hold what students wrote
    return taken


def _table_name(name: str) -> str:
    return name if Path(name).suffix.lower() in WANTED else f"{name}.csv"


def _from_folder(source: Path, folder: Path) -> Iterator[Path]:
    names: set[str] = set()
    found = sorted(path for path in source.iterdir() if path.suffix.lower() in WANTED)
    if len(found) > MOST_FILES:
        raise ArchiveRefused(_("The folder holds more than %(most)s files.") % {"most": MOST_FILES})
    for path in found:
        if path.is_symlink() or not path.is_file():
            raise ArchiveRefused(_("%(name)s is not a plain file.") % {"name": path.name})
        _only_once(path.name, names)
        yield _copy_file(path, folder / path.name)


def _copy_file(source: Path, to: Path) -> Path:
    shutil.copyfile(source, to)
    to.chmod(0o600)
    return to


def _only_once(name: str, names: set[str]) -> None:
    if name.casefold() in names:
        raise ArchiveRefused(_("There are two files named %(name)s. Keep one of them.") % {"name": name})
    names.add(name.casefold())


def _from_zip(source: Path, folder: Path) -> Iterator[Path]:
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            _refuse_unsafe(entries, source.stat().st_size)
            names: set[str] = set()
            for entry in entries:
                path = PurePosixPath(entry.filename)
                if entry.is_dir() or path.suffix.lower() not in WANTED or path.name.startswith("."):
                    continue
                _only_once(path.name, names)
                yield _unpack(archive, entry, folder / path.name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise ArchiveRefused(_("The zip file is damaged or locked with a password. Make it anew.")) from error


def _refuse_unsafe(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse an archive that is too large, or that names places outside itself."""
    if len(entries) > MOST_FILES:
        raise ArchiveRefused(_("The zip holds more than %(most)s files.") % {"most": MOST_FILES})
    total = sum(entry.file_size for entry in entries)
    packed = min(size, sum(entry.compress_size for entry in entries))  # entries may lie on top of each other
    if total > MOST_BYTES or (total > SMALL and total > MOST_RATIO * max(1, packed)):
        raise ArchiveRefused(_("The zip would unpack to far more than a roster needs."))
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        mode = entry.external_attr >> 16
        if path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1]) or "\0" in entry.filename:
            raise ArchiveRefused(_("The zip names a place outside itself: %(name)s.") % {"name": entry.filename})
        if stat.S_ISLNK(mode) or (stat.S_IFMT(mode) and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))):
            raise ArchiveRefused(_("%(name)s is a link, not a file.") % {"name": entry.filename})
        if path.suffix.lower() in {".zip", ".gz", ".7z", ".rar", ".tar", ".bz2", ".xz"}:
            raise ArchiveRefused(
                _("There is another archive inside: %(name)s. Put the CSV files in one zip.") % {"name": entry.filename}
            )


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, to: Path) -> Path:
    """Unpack one file, never more than it said it holds."""
    left = entry.file_size
    with archive.open(entry) as packed, to.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        while piece := packed.read(1 << 20):
            left -= len(piece)
            if left < 0:
                raise ArchiveRefused(_("%(name)s is larger than the zip says.") % {"name": entry.filename})
            file.write(piece)
    return to


def _to_utf8(path: Path) -> None:
    """Some spreadsheets write UTF-16: from here on it is UTF-8."""
    with path.open("rb") as file:
        mark = file.read(2)
    if mark in (b"\xff\xfe", b"\xfe\xff"):
        new = path.with_suffix(".new")
        with (
            path.open(encoding="utf-16", newline="", errors="replace") as old,
            new.open("w", encoding="utf-8", newline="") as file,
        ):
            shutil.copyfileobj(old, file)
        new.replace(path)


def without_passwords(path: Path) -> None:
    """Blank every column whose heading speaks of a password, in the copy we keep; lines stay where they are."""
    try:
        layout = layout_of(path)
    except Unreadable:
        return
    secret = [place for place, heading in enumerate(layout.headings) if "password" in plain(heading)]
    if not secret:
        return
    new = path.with_suffix(".new")
    # Latin-1 gives each byte a letter of its own, so that bytes go through unharmed whatever they mean.
    with path.open(encoding="latin-1", newline="") as old, new.open("w", encoding="latin-1", newline="") as file:
        os.fchmod(file.fileno(), 0o600)
        kept: list[str] = []

        def remembered() -> Iterator[str]:
            for line in old:
                kept.append(line)
                yield line

        rows = csv.reader(remembered(), delimiter=layout.delimiter, escapechar=layout.escape)
        writer = csv.writer(
            file, delimiter=layout.delimiter, escapechar=layout.escape, doublequote=not layout.escape,
            lineterminator="\n",
        )  # fmt: skip
        first = True
        while True:
            kept.clear()
            some: list[list[str]] = []
            try:
                some.extend(islice(rows, 5_000))
            except csv.Error:
                file.write("\n" * len(kept))  # what cannot be read may hold anything
                continue
            if not some:
                break
            if first:
                heading_lines = 1 + sum(cell.count("\n") for cell in some[0])
                file.writelines(kept[:heading_lines])
                del kept[:heading_lines], some[0]
                first = False
            if not any(row[place].strip() for row in some for place in secret if place < len(row)):
                file.writelines(kept)
                continue
            for row in some:
                for place in secret:
                    if place < len(row):
                        row[place] = ""
                writer.writerow(row)
    new.replace(path)
