"""Everything in one file, and back again.

A backup is a tar file, compressed and sealed under the district's key: `database` (a SQLite file, or what pg_dump
wrote), `imports/` (the files that were brought in, and what was said of each row), and last `manifest.json`, which
names each of them with its hash, and the number of rows of each table. A file that was cut off therefore has no
manifest, and does not open either. Neither the district's keys nor the secret key are in it: who holds a backup alone
reads nothing, and who holds the keys too cannot write sign-ins for the site in use. After a restore on another machine
everyone signs in again, and nothing else is lost.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import IO, Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from heartwork.config.saying import Bar, Problem, bar, console, size
from heartwork.config.serving import claim
from heartwork.sealing.fields import keys_in_use
from heartwork.sealing.files import opening, sealing
from heartwork.sealing.keys import KeyMissing, current, key
from heartwork.sealing.seals import SealBroken

FORMAT, FORMAT_VERSION = "heartwork backup", 2
PURPOSE = "backup"  # what it is sealed for
MANIFEST = "manifest.json"
CHUNK = 1 << 20
DAMAGED = "Use another backup. Nothing here was changed."


@dataclass
class Manifest:
    """What a backup says of itself."""

    engine: str  # sqlite or postgresql
    made_at: str
    heartwork: str
    migrations: list[str]
    rows: dict[str, int]
    keys: list[str]  # those that sealed words in the database need
    files: dict[str, dict[str, Any]] = field(default_factory=dict)  # name -> sha256, bytes
    format: str = FORMAT
    format_version: int = FORMAT_VERSION


# -- back up


def back_up(target: Path, *, with_imports: bool = True) -> Manifest:
    """Write everything into `target`, which must not exist. The site may be in use meanwhile. Raises Problem."""
    if target.exists():
        raise Problem(f"{target} exists, and a backup is never written over.", "Choose another name.")
    if not target.parent.is_dir():
        raise Problem(f"There is no folder {target.parent}.", "Make it first.")
    with (
        tempfile.TemporaryDirectory(prefix=".backing-up-", dir=settings.DATA) as here,
        tempfile.TemporaryDirectory(prefix=".heartwork-backup-", dir=target.parent) as there,
    ):
        database = Path(here) / "database"  # never plain beside the backup: that may be a disk of others
        rows = _copy_sqlite(database) if connection.vendor == "sqlite" else _copy_postgresql(database)
        manifest = Manifest(
            engine=connection.vendor,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            heartwork=version("heartwork"),
            migrations=_applied(),
            rows=rows,
            keys=sorted(keys_in_use()),
        )
        unfinished = Path(there) / "backup"
        os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY, 0o600))  # for nobody else to read
        with unfinished.open("wb") as file:
            with (
                sealing(file, PURPOSE) as sealed,
                tarfile.open(fileobj=sealed, mode="w:gz", compresslevel=4) as archive,
            ):
                _pack(archive, manifest, {"database": database} | (_imported() if with_imports else {}))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(unfinished, target)  # unlike a rename, never over a file that came meanwhile
        except FileExistsError as error:
            raise Problem(f"{target} exists, and a backup is never written over.", "Choose another name.") from error
        except OSError:  # a file system without links
            unfinished.rename(target)
    students = rows.get("roster_student", 0)
    console.print(f"{target}: {size(target.stat().st_size)}, {sum(rows.values())} rows, {students} students.")
    console.print(
        f"It opens only with the key {current().id} of {settings.KEYS}. Keep a copy of that folder in another place, "
        "and try a restore now and then."
    )
    return manifest


OF_THE_MOMENT = {"lock", "progress.json", "progress.new"}  # what work under way keeps beside its files


def _imported() -> dict[str, Path]:
    folder: Path = settings.IMPORTS
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and path.name not in OF_THE_MOMENT
    )
    return {f"imports/{path.relative_to(folder).as_posix()}": path for path in files}


def _pack(archive: tarfile.TarFile, manifest: Manifest, files: dict[str, Path]) -> None:
    with bar("Writing the backup", sum(path.stat().st_size for path in files.values()), in_bytes=True) as progress:
        for name, path in files.items():
            with path.open("rb") as file:
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = os.fstat(file.fileno()).st_size, 0o600
                hashed = _Hashed(file, progress)
                try:
                    archive.addfile(entry, hashed)  # type: ignore[arg-type]  # it only reads
                except OSError as error:
                    if path.stat().st_size >= entry.size:
                        raise
                    raise Problem(f"{path} changed while it was read.", "Let the import end, and try again.") from error
            manifest.files[name] = {"sha256": hashed.sha256.hexdigest(), "bytes": entry.size}
    said = json.dumps(manifest.__dict__, indent=1).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(said)
    archive.addfile(entry, io.BytesIO(said))


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes], progress: Bar) -> None:
        self.file, self.progress, self.sha256 = file, progress, hashlib.sha256()

    def read(self, count: int = -1) -> bytes:
        data = self.file.read(count)
        self.sha256.update(data)
        self.progress.step(len(data))
        return data


def _applied() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationLoader(connection).applied_migrations)


def sqlite_file() -> Path:
    """Where the SQLite database is."""
    return Path(str(settings.DATABASES["default"]["NAME"]))


def _copy_sqlite(target: Path) -> dict[str, int]:
    """A copy of the database as it is at one moment, by SQLite's own means; rows by table."""
    with (
        closing(sqlite3.connect(sqlite_file(), timeout=20)) as source,
        closing(sqlite3.connect(target)) as copy,
        bar("Copying the database") as progress,
    ):
        # One read from beginning to end: what others write meanwhile is not in the copy, and does not start it anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        source.backup(copy, pages=2048, sleep=0, progress=lambda _, left, of: progress.at(of - left, of))
        copy.execute("PRAGMA journal_mode=DELETE")
        _require_sound(copy, "The database itself is damaged", "Restore the last good backup.")
        return _rows_of_sqlite(copy)


def _require_sound(database: sqlite3.Connection, what: str, mend: str) -> None:
    try:
        words = [row[0] for row in database.execute("PRAGMA integrity_check(5)")]
        dangling = database.execute("PRAGMA foreign_key_check").fetchmany(5)
    except sqlite3.DatabaseError as error:
        raise Problem(f"{what}: {error}.", mend) from error
    if words != ["ok"]:
        raise Problem(f"{what}: {'; '.join(words)}.", mend)
    if dangling:
        raise Problem(
            f"{what}: rows of {', '.join(sorted({row[0] for row in dangling}))} name rows that are gone.", mend
        )


def _rows_of_sqlite(database: sqlite3.Connection) -> dict[str, int]:
    tables = [
        row[0]
        for row in database.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name"
        )
    ]
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}


def _copy_postgresql(target: Path) -> dict[str, int]:
    """What pg_dump writes; counted in the very same snapshot."""
    with psycopg.connect(**_postgresql()) as watcher, bar("Copying the database"):
        watcher.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        (snapshot,) = watcher.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        _run_postgresql(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            "--exclude-schema=stage_*",  # where rows of an import wait: it is read again
            f"--snapshot={snapshot}",
            f"--file={target}",
        )
        return _rows_of_postgresql(watcher)


def _rows_of_postgresql(database: psycopg.Connection[Any]) -> dict[str, int]:
    tables = database.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    ).fetchall()
    counts = {}
    for (name,) in tables:
        (counts[name],) = database.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
        ).fetchone() or (0,)
    return counts


def _postgresql(dbname: str | None = None) -> dict[str, Any]:
    """How to reach the database of the settings, or another one beside it."""
    given = connection.get_connection_params()
    parts = {name: given[name] for name in ("host", "port", "user", "password", "sslmode") if given.get(name)}
    return parts | {"dbname": dbname or given["dbname"], "autocommit": False}


def _run_postgresql(command: str, *arguments: str, dbname: str | None = None) -> None:
    """One of PostgreSQL's own commands; the password goes by the environment, where other accounts do not see it."""
    program = shutil.which(command)
    if not program:
        raise Problem(f"{command} is not installed here.", "On Debian: apt-get install postgresql-client")
    reach = _postgresql(dbname)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "sslmode": "PGSSLMODE"}
    environment = os.environ | {names[name]: str(value) for name, value in reach.items() if name in names}
    environment["PGDATABASE"] = reach["dbname"]
    done = subprocess.run(  # noqa: S603 – our own words
        [program, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Problem(f"{command} stopped: {done.stderr.strip()}", "Its version must be that of the server, or newer.")


# -- restore


def restore(source: Path, *, yes: bool = False, only_verify: bool = False) -> int:
    """Check `source` from end to end, then put it in place of what is here, which is kept aside. Raises Problem."""
    if not source.is_file():
        raise Problem(f"There is no file {source}.")
    settings.DATA.mkdir(parents=True, exist_ok=True)
    with claim("restore"), tempfile.TemporaryDirectory(prefix=".restoring-", dir=settings.DATA) as scratch:
        unpacked = Path(scratch)
        with verified(source, unpacked) as (manifest, put_in_place):
            console.print(
                f"{source} is whole: made {manifest.made_at} by Heartwork {manifest.heartwork}, "
                f"{sum(manifest.rows.values())} rows, {manifest.rows.get('roster_student', 0)} students."
            )
            if only_verify:
                return 0
            if not yes and console.input("Put it in place of what is here? Type yes: ").strip().lower() != "yes":
                console.print("Nothing was changed.")
                return 3
            stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
            kept = settings.DATA / f"replaced-{stamp}"
            kept.mkdir()
            where = put_in_place(kept)
            for path in (settings.IMPORTS, settings.JOURNAL_HEADS):  # the heads are those of the journal that goes
                if path.exists():
                    path.rename(kept / path.name)
            (unpacked / "imports").mkdir(exist_ok=True)
            (unpacked / "imports").rename(settings.IMPORTS)
            _sync(settings.DATA)
    call_command("migrate", interactive=False, verbosity=0)
    console.print(f"Restored. What was here is kept: {where}. Everyone signs in again if the machine is a new one.")
    return 0


@contextmanager
def verified(source: Path, into: Path) -> Iterator[tuple[Manifest, Callable[[Path], str]]]:
    """Take the backup out into a folder and look at all of it; yields what it says of itself, and what puts its
    database in the place of the one here, keeping that in a folder. Raises Problem; changes nothing by itself."""
    manifest = _unpack(source, into)
    _require_ours(manifest)
    ready = _ready_sqlite if manifest.engine == "sqlite" else _ready_postgresql
    with ready(into, manifest) as put_in_place:
        yield manifest, put_in_place


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def _unpack(source: Path, into: Path) -> Manifest:
    """Take the files out, each hashed on the way and held against the manifest."""
    found: dict[str, dict[str, Any]] = {}
    manifest = None
    try:
        with (
            source.open("rb") as file,
            opening(file, PURPOSE) as opened,
            tarfile.open(fileobj=opened, mode="r|gz") as archive,
            bar("Reading the backup") as progress,
        ):
            for entry in archive:
                if manifest or not entry.isfile() or not _is_safe(entry.name):
                    raise Problem(f'{source} holds "{entry.name}", which no backup of ours does.', DAMAGED)
                content = archive.extractfile(entry)
                assert content is not None  # it is a file
                if entry.name == MANIFEST:
                    manifest = _read_manifest(content.read(64 << 20))
                else:
                    found[entry.name] = _take_out(content, into / entry.name)
                    progress.step(1)
            while opened.read(CHUNK):  # to its very end
                pass
    except KeyMissing as error:
        raise Problem(f"{source} cannot be opened here. {error}", "Nothing here was changed.") from error
    except SealBroken as error:
        raise Problem(f"{source} is not a backup of ours, or is damaged: {error}", DAMAGED) from error
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        if isinstance(error, PermissionError | FileNotFoundError):
            raise
        raise Problem(f"{source} is not a backup of ours, or is damaged: {error}.", DAMAGED) from error
    if manifest is None:
        raise Problem(f"{source} is cut off: its end is missing.", DAMAGED)
    for name in sorted(manifest.files.keys() | found.keys()):
        if manifest.files.get(name) != found.get(name):
            raise Problem(f"{source} is damaged: {name} is not what it was when the backup was made.", DAMAGED)
    if "database" not in found:
        raise Problem(f"{source} holds no database.", DAMAGED)
    return manifest


def _is_safe(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return name in (MANIFEST, "database") or (
        len(parts) > 1 and parts[0] == "imports" and not {"..", "/"}.intersection(parts) and "\0" not in name
    )


def _read_manifest(text: bytes) -> Manifest:
    try:
        said = json.loads(text)
        if said.get("format") != FORMAT:
            raise Problem("This file was not made by heartwork backup.", DAMAGED)
        if said["format_version"] > FORMAT_VERSION:
            raise Problem(
                f"This backup was made by a newer Heartwork ({said['heartwork']}).", "Update Heartwork here first."
            )
        return Manifest(**said)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Problem(f"The backup's manifest cannot be read: {error}.", DAMAGED) from error


def _take_out(content: IO[bytes], target: Path) -> dict[str, Any]:
    target.parent.mkdir(parents=True, exist_ok=True)
    sha256, count = hashlib.sha256(), 0
    with target.open("wb") as file:
        while data := content.read(CHUNK):
            file.write(data)
            sha256.update(data)
            count += len(data)
        os.fsync(file.fileno())
    return {"sha256": sha256.hexdigest(), "bytes": count}


def _require_ours(manifest: Manifest) -> None:
    """Raise Problem when this installation cannot take the backup in."""
    if manifest.engine != connection.vendor:
        raise Problem(
            f"This backup is of {manifest.engine}, and this installation uses {connection.vendor}.",
            "Set HEARTWORK_DATABASE_URL to a database of the same kind.",
        )
    for key_id in manifest.keys:
        try:
            key(key_id)
        except KeyMissing as error:
            raise Problem(f"Words in this backup cannot be read here. {error}", "Nothing here was changed.") from error
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := sorted(set(manifest.migrations) - known):
        raise Problem(
            f"This backup was made by another version, Heartwork {manifest.heartwork} (it has {unknown[0]}).",
            "Update Heartwork here first.",
        )


@contextmanager
def _ready_sqlite(unpacked: Path, manifest: Manifest) -> Iterator[Callable[[Path], str]]:
    """Look the database over; yields what puts it in place."""
    with closing(sqlite3.connect(unpacked / "database")) as database:
        _require_sound(database, "The database in the backup is damaged", DAMAGED)
        _require_rows(manifest, _rows_of_sqlite(database))

    def put_in_place(kept: Path) -> str:
        connection.close()
        here = sqlite_file()
        _keep_aside(here, kept)
        os.replace(unpacked / "database", here)
        _sync(here.parent)
        return str(kept)

    yield put_in_place


def _keep_aside(here: Path, kept: Path) -> None:
    """Give the database here a second name in the folder, so that there is no moment without one."""
    if not here.exists():
        return
    try:
        with closing(sqlite3.connect(here)) as old:
            old.execute("PRAGMA journal_mode=DELETE")  # what waits in the log goes into the file
        os.link(here, kept / here.name)
    except (sqlite3.DatabaseError, OSError):  # damaged, or a file system without links: all of it as it is
        for path in here.parent.glob(f"{here.name}*"):
            shutil.copy2(path, kept / path.name)
    for ending in ("-wal", "-shm"):
        here.with_name(here.name + ending).unlink(missing_ok=True)


@contextmanager
def _ready_postgresql(unpacked: Path, manifest: Manifest) -> Iterator[Callable[[Path], str]]:
    """Build the database beside the one in use and look it over; yields what gives it the name."""
    name = str(_postgresql()["dbname"])
    stamp = datetime.now(UTC).strftime("%Y%m%d_%H%M%S")
    beside = f"{name}_restoring_{stamp}"
    connection.close()
    _command("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", beside)
    taken = False
    try:
        with bar("Building the database"):
            _run_postgresql(
                "pg_restore",
                "--exit-on-error",
                "--no-owner",
                "--no-privileges",
                f"--dbname={beside}",
                str(unpacked / "database"),
                dbname=beside,
            )
        with psycopg.connect(**_postgresql(beside)) as database:
            _require_rows(manifest, _rows_of_postgresql(database))

        def put_in_place(kept: Path) -> str:
            nonlocal taken
            aside = f"{name}_replaced_{stamp}"
            _command("ALTER DATABASE {} RENAME TO {}", name, aside)
            _command("ALTER DATABASE {} RENAME TO {}", beside, name)
            taken = True
            return f"the database {aside}, and {kept}"

        yield put_in_place
    finally:
        if not taken:
            _command("DROP DATABASE IF EXISTS {}", beside)


def _command(text: str, *names: str) -> None:
    """One command to the server, from outside the database it is about."""
    try:
        with psycopg.connect(**(_postgresql("postgres") | {"autocommit": True})) as server:
            server.execute(sql.SQL(text).format(*map(sql.Identifier, names)))
    except psycopg.Error as error:
        raise Problem(
            f"PostgreSQL said no: {str(error).strip()}",
            "The account needs CREATEDB and must own the database; and nobody else may be connected to it.",
        ) from error


def _require_rows(manifest: Manifest, counted: dict[str, int]) -> None:
    for table in sorted(manifest.rows.keys() | counted.keys()):
        was, is_now = manifest.rows.get(table, 0), counted.get(table, 0)
        if was != is_now:
            raise Problem(f"The backup is damaged: {table} should have {was} rows and has {is_now}.", DAMAGED)
