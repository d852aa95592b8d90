"""An import that is killed: `heartwork import` in a process of its own, on a real database, ended by SIGKILL.

HEARTWORK_KILLS says at how many moments (3), HEARTWORK_KILL_STUDENTS among how many students (300), and
HEARTWORK_KILL_SEED which moments. Every second moment lies in the transaction in which the import is applied, the
others anywhere between its beginning and the end of the process.
"""

import contextlib
import hashlib
import itertools
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.db import models

from heartwork.roster.imports.tests.roster_files import MANIFEST, ROSTER

pytestmark = pytest.mark.data
KILLS = int(os.environ.get("HEARTWORK_KILLS", "3"))
STUDENTS = int(os.environ.get("HEARTWORK_KILL_STUDENTS", "300"))
SEED = os.environ.get("HEARTWORK_KILL_SEED", "7")
SERVER = os.environ.get("HEARTWORK_DATABASE_URL", "")
ON_POSTGRESQL = SERVER.startswith("postgres")
BEGUN = ["waiting", "reading", "ready", "applying", "applied"]
IMPORTED = ["roster", "records", "supports", "checkins", "outreach", "measures"]  # the rooms that files fill


def write_files(folder, numbers, *, grade):
    """A roster of these students, with a day of absences."""
    folder.mkdir()
    files = {name: [text] for name, text in ROSTER.items()} | {
        "manifest.csv": [MANIFEST.format(how="bulk")],
        "attendance.csv": ["studentSourcedId,orgSourcedId,date,code,excused,reason\n"],
    }
    for n in numbers:
        files["users.csv"].append(f"n{n},,true,n{n},Ann{n},Reed,n{n}@example.org,g1,{grade},\n")
        files["roles.csv"].append(f"r-n{n},n{n},primary,student,s{1 + n % 2},2025-09-03,\n")
        files["enrollments.csv"].append(f"e-n{n},k1,s1,n{n},student,2025-09-03,2026-06-12\n")
        files["demographics.csv"].append(f"n{n},2013-01-02,female,{'true' if n % 3 else 'false'},false,false\n")
        files["attendance.csv"].append(f"n{n},s{1 + n % 2},2025-10-0{grade},A,true,illness\n")
    for name, lines in files.items():
        (folder / name).write_text("".join(lines))
    return folder


class Place:
    """A data folder with its database, and the command that works on it."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name

    @property
    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HEARTWORK_", "DJANGO_"))}
        kept |= {"HEARTWORK_DATA": str(self.folder), "DJANGO_SETTINGS_MODULE": "heartwork.config.settings"}
        return kept | ({"HEARTWORK_DATABASE_URL": address(self.name)} if ON_POSTGRESQL else {})

    def migrate(self):
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=self.environment, check=True)

    def start(self, files):
        """Begin to import, and answer at once."""
        command = [sys.executable, "-m", "heartwork.config.cli", "import", "--yes", "--agree-to-end-many", str(files)]
        return subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)

    def connect(self):
        if ON_POSTGRESQL:
            return psycopg.connect(address(self.name), autocommit=True)
        return sqlite3.connect(self.folder / "heartwork.sqlite3", timeout=20)

    def copy(self, folder, name):
        """The same in another place."""
        shutil.copytree(self.folder, folder)
        if ON_POSTGRESQL:
            on_server(f"CREATE DATABASE {name} TEMPLATE {self.name}")
        return Place(folder, name)

    def forget(self):
        shutil.rmtree(self.folder)
        if ON_POSTGRESQL:
            on_server(f"DROP DATABASE {self.name} WITH (FORCE)")

    def state(self):
        """What the import behind the first says of itself; "" before it has begun."""
        with contextlib.closing(self.connect()) as connection:
            row = connection.execute("SELECT state FROM roster_importrun WHERE id > 1 ORDER BY id LIMIT 1").fetchone()
        return row[0] if row else ""

    def holds(self):
        """Every table that files fill, and how many imports the journal tells of, as one hash each."""
        with contextlib.closing(self.connect()) as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ" if ON_POSTGRESQL else "BEGIN")  # one moment
            told = connection.execute("SELECT count(*) FROM journal_entry WHERE verb = 'roster.imported'").fetchone()[0]
            hashes = {"imports in the journal": told}
            for model in (model for room in IMPORTED for model in apps.get_app_config(room).get_models()):
                if model.__name__ not in ("ImportRun", "ColumnMapping"):
                    rows = sorted(map(repr, connection.execute(content_of(model)).fetchall()))
                    hashes[model._meta.db_table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return hashes


def content_of(model):
    """What a table holds, without the numbers that a database gives by itself."""
    columns = ["1"]
    for field in model._meta.concrete_fields:
        if field.primary_key or isinstance(field, models.UUIDField | models.DateTimeField):
            continue
        if field.is_relation:
            other = field.related_model._meta
            if any(one.name == "source_id" for one in other.fields):
                columns.append(f'(SELECT o.source_id FROM "{other.db_table}" o WHERE o.id = t."{field.column}")')
            continue
        columns.append(f't."{field.column}"')
    return f'SELECT {", ".join(columns)} FROM "{model._meta.db_table}" t'


def address(name):
    return f"{SERVER.rpartition('/')[0]}/{name}"


def on_server(statement):
    with psycopg.connect(address("postgres"), autocommit=True) as connection:
        connection.execute(statement)


def wait_for(process, place, *states):
    """Wait until the second import is in one of these states, or the process has ended before we saw it. Says when."""
    while process.poll() is None and place.state() not in states:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.001)
    return time.perf_counter()


class Story:
    """The old place, what the new files make of it, and how long that takes when nobody disturbs it."""

    def __init__(self, folder: Path):
        third = STUDENTS // 3
        old = write_files(folder / "old", range(STUDENTS), grade="7")
        self.files = write_files(folder / "new", range(third, STUDENTS + third), grade="8")
        self.old = Place(folder / "data", "killed_old")
        if ON_POSTGRESQL:
            on_server("CREATE DATABASE killed_old")
        self.old.migrate()
        assert self.old.start(old).wait() == 0
        self.was = self.old.holds()
        undisturbed = self.old.copy(folder / "undisturbed", "killed_undisturbed")
        process = undisturbed.start(self.files)
        began = wait_for(process, undisturbed, *BEGUN)
        applying = wait_for(process, undisturbed, "applying")
        self.applying = wait_for(process, undisturbed, "applied") - applying
        assert process.wait() == 0
        self.whole = time.perf_counter() - began
        self.becomes = undisturbed.holds()
        undisturbed.forget()

    def kill(self, moment, folder, name, *, while_applying):
        """A place where the import was killed at this part of its time; sooner, when it was over before we came."""
        patience = moment * (self.applying if while_applying else self.whole)
        for attempt in itertools.count():
            place = self.old.copy(folder / f"attempt-{attempt}", name)
            process = place.start(self.files)
            wait_for(process, place, *(["applying"] if while_applying else BEGUN))
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
            process.kill()
            ended = process.wait()
            if ended == -signal.SIGKILL:
                return place
            assert ended == 0
            assert attempt < 10
            place.forget()
            patience /= 2


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    made = Story(tmp_path_factory.mktemp("killed"))
    yield made
    made.old.forget()


@pytest.mark.parametrize("number", range(KILLS))
def test_an_import_killed_at_any_moment_leaves_the_old_roster_or_the_new_and_the_next_run_completes(
    story, number, tmp_path
):
    moment = random.Random(f"{SEED} {number}").random()
    place = story.kill(moment, tmp_path, f"killed_{number}", while_applying=bool(number % 2))
    left = place.holds()
    print(f"kill {number}, {place.state()} at {moment:.2f}: {'old' if left == story.was else 'new'}")
    assert left in (story.was, story.becomes)
    assert place.start(story.files).wait() == 0
    assert place.holds() == story.becomes
    place.forget()
