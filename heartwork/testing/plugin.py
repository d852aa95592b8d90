"""What every test may ask for: the fictional district, and a day that stands still."""

import datetime
import fcntl
import hashlib
import importlib
import os
import shutil
import sqlite3
import subprocess
import sys
import zoneinfo
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import translation

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's sync driver runs an event loop of its own
os.environ.setdefault("HEARTWORK_SECRET_KEY", "only-for-tests")
PROJECT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that needs real transactions needs what migrations put in kept, to be put back behind it.

    For all of them and not for some: Django fills one table by itself otherwise, and the next test finds it in the way.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction"):
            item.add_marker(pytest.mark.django_db(**{**marker.kwargs, "serialized_rollback": True}), append=False)


@pytest.fixture(scope="session", autouse=True)
def _begin_with_what_migrations_made(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[None]:
    """Migrating an empty database takes longer than most tests: SQLite's tables are kept until a migration changes.

    Browsers ask at the same time. In memory they would share one connection, and with it one transaction: for them the
    database is a file, as people have it, but for the wait until it is on the disk.
    """
    from django.db import connections
    from django.db.backends.signals import connection_created

    database = connections["default"].settings_dict
    file = tmp_path_factory.mktemp("database") / "heartwork.sqlite3"
    if database["ENGINE"].endswith("sqlite3") and any(
        item.get_closest_marker("browser") for item in request.session.items
    ):
        database["TEST"]["NAME"] = str(file)
        database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"

    def fill(connection: Any, **_: Any) -> None:
        if connection.vendor != "sqlite" or not (connection.is_in_memory_db() or database["NAME"] == str(file)):
            return
        if not connection.connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            with closing(sqlite3.connect(_migrated())) as kept:
                kept.backup(connection.connection)

    connection_created.connect(fill)
    yield
    connection_created.disconnect(fill)


def _migrated() -> Path:
    """A database as the migrations make it; made once for all that read them so, however many run at the same time."""
    from django.db.migrations.loader import MigrationLoader

    files = {str(sys.modules[each.__module__].__file__) for each in MigrationLoader(None).disk_migrations.values()}
    texts = hashlib.sha256(b"".join(Path(file).read_bytes() for file in sorted(files))).hexdigest()[:16]
    folder = PROJECT / ".pytest_cache" / "migrated"
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / texts / "heartwork.sqlite3"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(made.parent, ignore_errors=True)
            data = folder / f"{texts}-begun"
            shutil.rmtree(data, ignore_errors=True)
            command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            asked = {name: value for name, value in os.environ.items() if name != "HEARTWORK_DATABASE_URL"}
            subprocess.run(command, cwd=PROJECT, env=asked | {"HEARTWORK_DATA": str(data)}, check=True)
            with closing(sqlite3.connect(data / made.name)) as whole:
                whole.execute("PRAGMA journal_mode=DELETE")  # all of it in one file, with no other beside it
            data.rename(made.parent)
    return made


@pytest.fixture(autouse=True)
def _plain_settings(settings: Any, tmp_path: Path) -> None:
    """Fast hashing, files served by their plain names, and imports and keys kept in folders of the test's own."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.IMPORTS = tmp_path / "imports"
    settings.KEYS = tmp_path / "keys"
    settings.JOURNAL_HEADS = tmp_path / "journal-heads"


@pytest.fixture(scope="session", autouse=True)
def _tables_are_left_as_migrations_made_them() -> Iterator[None]:
    """A test that needs real transactions ends by emptying every table, and the next may be one that does not.

    So what migrations put in is put back at once: Django does it only before the next test of the same sort. And the
    journal refuses to be emptied, as it should: its triggers are off for that one cleaning, and nowhere in the product.
    """
    from django.db import connection
    from django.test import TransactionTestCase

    append_only = importlib.import_module("heartwork.journal.migrations.0003_chain")
    plain = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def run(statements: list[str]) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def empty_and_put_back(test: TransactionTestCase) -> None:
        do, undo = append_only.statements(connection.vendor)
        run(undo)
        plain(test)
        run(do)
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)  # type: ignore[attr-defined]

    TransactionTestCase._fixture_teardown = empty_and_put_back  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = plain  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _let_go_of_staging_files() -> Iterator[None]:
    """An import's staging file stays attached while a test's transaction lasts: let go of it behind the test."""
    yield
    from heartwork.roster.imports.stage import let_go

    let_go()


@pytest.fixture(autouse=True)
def _go_back_to_english() -> Iterator[None]:
    """A page asked for in Spanish leaves its thread speaking Spanish until the next page: no test begins so."""
    yield
    translation.deactivate()


@pytest.fixture
def day() -> Iterator[datetime.date]:
    """The day on which the story takes place: Tuesday, February 24, 2026, at ten in the morning."""
    from heartwork.testing.people import DAY

    moment = datetime.datetime.combine(DAY, datetime.time(10), zoneinfo.ZoneInfo("America/Los_Angeles"))
    with time_machine.travel(moment, tick=False):
        yield DAY


@pytest.fixture
def district(db: None, day: datetime.date) -> Any:
    """Everyone in the fictional district, on the day of the story: `district.ruth`, `district.maya`, `district.elm`."""
    from heartwork.testing.people import make_elmwood

    return make_elmwood()
