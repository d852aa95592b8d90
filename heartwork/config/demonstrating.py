"""The demo: a fictional district, brought in by the real import and lived in by real actions, apart from real ones."""

import json
import os
import secrets
import shutil
import tempfile
from dataclasses import astuple, dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone
from rich.text import Text

from heartwork.config import importing, setting_up
from heartwork.config.backups import sqlite_file
from heartwork.config.saying import Problem, console
from heartwork.config.serving import behind, claim
from heartwork.journal.actions import note
from heartwork.journal.models import Entry
from heartwork.roster.models import District, Organization, StaffMember, Student
from heartwork.testing.demo import story
from heartwork.testing.demo.dates import write_moved

BEGUN, MADE = "demo.begun", "demo.made"  # in the journal, so that the mark stays with the database
WORDS = (
    "amber apple autumn basket beacon birch bridge bright butter candle canyon carrot cedar cherry circle clover "
    "copper cotton cricket daisy dolphin dragon ember falcon feather forest garden ginger harbor hazel honey island "
    "jasmine juniper kettle ladder lantern lemon lilac linen lobster maple marble meadow melon mitten morning mountain "
    "nectar nutmeg ocean olive orange orchard otter paper pepper pickle pigeon planet pocket pumpkin puzzle quartz "
    "rabbit raven ribbon river rocket saddle salmon sandal shadow silver spider spruce squash summer sunset thimble "
    "thunder timber tomato tulip turtle velvet violet walnut willow window winter yellow zipper"
)


@dataclass(frozen=True)
class SignIn:
    """Someone of the demo whom a visitor may be."""

    role: str
    name: str
    username: str
    passphrase: str


def make(*, fresh: bool = False) -> list[SignIn]:
    """The demo, made if it is not there yet: a second call only reads who can sign in. Raises Problem."""
    if connection.vendor != "sqlite" and fresh:
        raise Problem("--fresh throws a SQLite file away; this is another database.", "Drop that database yourself.")
    if behind():
        setting_up.prepare_database()
    _refuse_a_real_district()
    made = Entry.objects.filter(verb=MADE).exists()
    begun = Entry.objects.filter(verb=BEGUN).exists()
    if fresh or (begun and not made):
        _throw_away()
        made = False
    if not made:
        with claim("demo"):
            _make()
    return _sign_ins()


def _refuse_a_real_district() -> None:
    """Only a database that is empty, or that the demo made, is touched."""
    anyone = StaffMember.objects.exists() or Student.objects.exists() or Organization.objects.exists()
    if (anyone or District.objects.exists()) and not Entry.objects.filter(verb=BEGUN).exists():
        raise Problem(
            "This database holds a district that the demo did not make. It was not touched.",
            "Give the demo a place of its own: HEARTWORK_DATA=/some/folder heartwork demo",
        )


def _throw_away() -> None:
    if connection.vendor != "sqlite":
        raise Problem(
            "The demo in this database was cut off while it was made.", "Drop that database and make it anew."
        )
    with claim("demo"):
        connection.close()
        for ending in ("", "-wal", "-shm"):
            sqlite_file().with_name(sqlite_file().name + ending).unlink(missing_ok=True)
        shutil.rmtree(settings.IMPORTS, ignore_errors=True)
    setting_up.prepare_database()


def _make() -> None:
    note(None, BEGUN)
    District.objects.create(pk=1, name=story.DISTRICT)
    console.print("Making a fictional district. Nobody in it is real.")
    with tempfile.TemporaryDirectory(dir=settings.DATA) as folder:
        files = Path(folder) / story.EXPORT
        files.mkdir()
        write_moved(files, timezone.localdate())
        run = importing.read_and_apply(None, name=story.EXPORT, source=files)
    importing.show(run)
    for _role, username in story.SIGN_INS:
        person = StaffMember.objects.get(username=username)
        person.set_password(_passphrase_of(username))
        person.save(update_fields=["password"])
    story.live()
    note(None, MADE)


def _passphrases() -> dict[str, str]:
    path = settings.DATA / "demo-passphrases.json"
    if not path.exists():
        chosen = {username: "-".join(secrets.choice(WORDS.split()) for _ in range(4)) for _, username in story.SIGN_INS}
        settings.DATA.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            json.dump(chosen, file, indent=1)
    return dict(json.loads(path.read_text()))


def _passphrase_of(username: str) -> str:
    return _passphrases()[username]


def _sign_ins() -> list[SignIn]:
    people = {
        person.username: person for person in StaffMember.objects.filter(username__in=dict(story.SIGN_INS).values())
    }
    known = _passphrases()
    for username, person in people.items():
        if not person.check_password(known[str(username)]):  # the file was lost, or somebody changed it while trying
            person.set_password(known[str(username)])
            person.save(update_fields=["password"])
    return [
        SignIn(role, people[username].name, username, known[username])
        for role, username in story.SIGN_INS
        if username in people
    ]


def show(people: list[SignIn]) -> None:
    """Who can sign in."""
    console.print(f"\n[bold]{story.DISTRICT}[/bold], a district that does not exist\n")
    rows = [("role", "name", "sign-in", "passphrase"), *map(astuple, people)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        console.print(Text("  ".join((*padded, row[3]))), soft_wrap=True)
    console.print("\nBegin with the counselor. To make it again around today: heartwork demo --fresh\n", soft_wrap=True)
