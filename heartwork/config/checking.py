"""Is everything well? One line each: settings, database, disk, keys, backups, open imports, sign-ins, journal."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import connection
from django.utils import timezone
from rich.table import Table
from rich.text import Text

from heartwork.config import scheduled
from heartwork.config.backups import sqlite_file
from heartwork.config.saying import console, size
from heartwork.config.serving import behind
from heartwork.journal import chain
from heartwork.roster.models import Assignment, ImportRun, on_day
from heartwork.sealing.fields import keys_in_use
from heartwork.sealing.keys import keys

WELL, LOOK, WRONG = "well", "look", "wrong"
Finding = tuple[str, str, str, str]  # state, what, what was found, what to do

ROOM_LEFT = 1_000_000_000  # bytes free below which we say so

# What Django's own checks for a public site find, in our words. Those about https are one line.
ABOUT_HTTPS = {"security.W004", "security.W008", "security.W012", "security.W016"}


def check() -> int:
    """Show every finding; 1 when one of them is wrong, else 0."""
    findings = [*_settings(), *_database()]
    if not any(state == WRONG for state, *_ in findings):
        findings += [*_keys(), *_backups(), *_imports(), *_people(), *_journal()]
    findings += _disk()
    table = Table(show_edge=False, pad_edge=False, box=None)
    for heading in ("", "", "found", "what to do"):
        table.add_column(heading, overflow="fold")
    for state, what, found, mend in findings:
        style = {WELL: "", LOOK: "bold", WRONG: "bold reverse"}[state]
        table.add_row(Text(state, style=style), what, Text(found), Text(mend))
    console.print(table)
    return int(any(state == WRONG for state, *_ in findings))


def _settings() -> Iterator[Finding]:
    found = [message for message in checks.run_checks(include_deployment_checks=True) if not message.is_silenced()]
    serious = [message for message in found if message.level >= checks.ERROR]
    for message in serious:
        yield WRONG, "settings", message.msg, message.hint or ""
    if settings.DEBUG:
        yield WRONG, "settings", "HEARTWORK_DEBUG is on: errors show code and data.", "Turn it off."
    if {message.id for message in found} & ABOUT_HTTPS:
        yield (
            LOOK,
            "https",
            "Pages go over plain http. On this computer alone that is fine.",
            "Behind a proxy with a certificate set HEARTWORK_HTTPS=true.",
        )
    for message in found:
        if message.level < checks.ERROR and message.id not in ABOUT_HTTPS | {"security.W018"}:
            yield LOOK, "settings", message.msg.splitlines()[0], message.hint or ""
    if "*" in settings.ALLOWED_HOSTS:
        yield LOOK, "hosts", "Any name of this machine is answered.", "Name the site in HEARTWORK_HOSTS."
    if not serious and not settings.DEBUG:
        yield WELL, "settings", f"read; data in {settings.DATA}", ""


def _database() -> Iterator[Finding]:
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(sqlite_file(), timeout=20)) as database:
            words = [row[0] for row in database.execute("PRAGMA integrity_check(3)")]
            dangling = database.execute("PRAGMA foreign_key_check").fetchmany(1)
        if words != ["ok"]:
            yield WRONG, "database", "; ".join(words), "Stop the site and restore the last good backup."
        elif dangling:
            yield WRONG, "database", f"{dangling[0][0]} names rows that are gone.", "Restore the last good backup."
        else:
            yield WELL, "database", f"SQLite {sqlite3.sqlite_version}, every page of it read", ""
    else:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            yield WELL, "database", f"PostgreSQL {cursor.fetchone()[0]} answers", ""
    if waiting := behind():
        yield (
            WRONG,
            "migrations",
            f"The database is {len(waiting)} steps behind this version (next: {waiting[0]}).",
            "Back up, then run: heartwork setup",
        )
    else:
        yield WELL, "migrations", "all applied", ""


def _keys() -> Iterator[Finding]:
    """The district's keys: all that rows need are here, and nobody else may read them."""
    missing = sorted(keys_in_use() - keys().keys())
    for key_id in missing:
        yield (
            WRONG,
            "keys",
            f"Words were sealed under {key_id}, which is not here.",
            f"Put {key_id}.key into {settings.KEYS}.",
        )
    open_to_others = [path for path in settings.KEYS.glob("*.key") if path.stat().st_mode & 0o077]
    for path in open_to_others:
        yield WRONG, "keys", f"Other accounts may read {path}.", f"chmod 600 {path}"
    if not missing and not open_to_others:
        yield WELL, "keys", f"{len(keys())} in {settings.KEYS}; keep a copy of that folder apart", ""


def _backups() -> Iterator[Finding]:
    if settings.BACKUPS is None:
        yield LOOK, "backups", "None are made by themselves.", "Set HEARTWORK_BACKUPS to a folder on another disk."
        return
    made = scheduled.backups()
    if not made or scheduled.is_due(late=2):
        when = scheduled.made_at(made[-1]).strftime("%Y-%m-%d %H:%M UTC") if made else "never"
        yield (
            LOOK,
            "backups",
            f"The last one was made {when}.",
            "Is heartwork serve running? heartwork backup --scheduled",
        )
    else:
        yield WELL, "backups", f"{len(made)} in {settings.BACKUPS}, the last one {made[-1].name}", ""


def _imports() -> Iterator[Finding]:
    states = ImportRun.State
    open_runs = ImportRun.objects.filter(state__in=[states.WAITING, states.READING, states.READY, states.APPLYING])
    long_ago = timezone.now() - timedelta(minutes=5)
    for run in open_runs:
        when = timezone.localtime(run.started_at).strftime("%Y-%m-%d %H:%M")
        if run.state == states.READY:
            yield LOOK, "imports", f"{run.name} of {when} was read and never applied.", "Apply it or set it aside."
        elif (run.heard_at or run.started_at) < long_ago:
            yield (
                LOOK,
                "imports",
                f"{run.name} of {when} stopped in the middle; the old roster stands.",
                "Read it again.",
            )
        else:
            yield WELL, "imports", f"{run.name} is under way", ""
    if not open_runs:
        yield WELL, "imports", "none left open", ""


def _people() -> Iterator[Finding]:
    today = timezone.localdate()
    here = Assignment.objects.filter(role="system_administrator", staff__is_active=True).exclude(end__lt=today)
    if any(assignment.staff.has_usable_password() for assignment in here.select_related("staff")):
        yield WELL, "people", "an administrator can sign in", ""
    else:
        yield LOOK, "people", "Nobody can sign in as system administrator.", "Run: heartwork setup"


def _journal() -> Iterator[Finding]:
    chain.link_waiting()
    found = chain.verify()
    for sentence in found.breaks:
        yield WRONG, "journal", sentence, "Somebody changed the database past Heartwork. Keep a copy; ask who could."
    if not found.breaks:
        yield WELL, "journal", f"{found.links} entries, each linked to the one before; the last: {found.head[:16]}", ""
    today = timezone.localdate()
    readers = Assignment.objects.filter(role__in=["student_services_director", "system_administrator"])
    readers = readers.filter(on_day(today), staff__is_active=True).exclude(staff__ended_on__lte=today)
    if readers.values("staff").distinct().count() < 2:
        yield (
            LOOK,
            "journal",
            "Fewer than two people can read it: somebody alone reads what they did.",
            "Name a student services director and a system administrator.",
        )


def _disk() -> Iterator[Finding]:
    for what, folder in _folders():
        free = shutil.disk_usage(folder).free
        used = sum(path.stat().st_size for path in folder.glob("*.sqlite3*"))
        if free < max(ROOM_LEFT, 2 * used):
            yield LOOK, what, f"{size(free)} free", "An import or a backup may need more. Make room."
        else:
            yield WELL, what, f"{size(free)} free", ""


def _folders() -> Iterator[tuple[str, Path]]:
    yield "disk", settings.DATA
    if connection.vendor == "sqlite" and sqlite_file().parent != settings.DATA:
        yield "disk of the database", sqlite_file().parent
