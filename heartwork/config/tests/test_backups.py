"""A backup holds everything, and a restore takes in only what is whole."""

import gzip
import io
import json
import shutil
import sqlite3
import tarfile
import threading
from contextlib import contextmanager

import pytest

from heartwork.config.backups import PURPOSE, verified
from heartwork.config.saying import Problem
from heartwork.sealing.files import opening, sealing


@pytest.fixture(scope="session")  # the tests that use the database run in another order than they stand here
def backup(_made, tmp_path_factory):
    """A backup of an installation with one import."""
    (_made.folder / "imports" / "one").mkdir(parents=True)
    (_made.folder / "imports" / "one" / "problems.csv").write_text("file,line\nusers.csv,7\n")
    path = tmp_path_factory.mktemp("backups") / "backup"
    code, said = _made.run("backup", path)
    assert code == 0, said
    return path


def rows(installation):
    with sqlite3.connect(installation.database) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


@pytest.fixture(autouse=True)
def _keys_of_the_district(settings, _made):
    settings.KEYS = _made.folder / "keys"


@contextmanager
def opened(path):
    with path.open("rb") as file, tarfile.open(fileobj=opening(file, PURPOSE), mode="r|gz") as archive:
        yield archive


@contextmanager
def sealed_anew(path):
    """As who holds the keys could make one."""
    with path.open("wb") as file, sealing(file, PURPOSE) as into, tarfile.open(fileobj=into, mode="w:gz") as archive:
        yield archive


def repacked(source, target, change):
    """The same archive, with each member passed through `change(name, content)`."""
    with opened(source) as old, sealed_anew(target) as new:
        for member in old:
            content = change(member.name, old.extractfile(member).read())
            if content is not None:
                entry = tarfile.TarInfo(member.name)
                entry.size = len(content)
                new.addfile(entry, io.BytesIO(content))


def test_a_backup_restores_on_another_machine_to_the_same_rows_and_files(installation, backup, elsewhere):
    shutil.copytree(installation.folder / "keys", elsewhere.folder / "keys")
    code, said = elsewhere.run("restore", "--yes", backup)
    assert code == 0, said
    assert rows(elsewhere) == rows(installation)
    assert (elsewhere.folder / "imports" / "one" / "problems.csv").read_text().endswith("users.csv,7\n")


def test_a_backup_does_not_open_without_the_districts_key(installation, backup, elsewhere):
    code, said = elsewhere.run("restore", "--yes", backup)
    assert code == 1
    (key,) = (installation.folder / "keys").glob("*.key")
    assert f"Put the file {key.name} back" in said
    assert "Nothing here was changed" in said
    assert not elsewhere.database.exists()
    (elsewhere.folder / "keys").mkdir()
    (elsewhere.folder / "keys" / key.name).write_text("A" * 43 + "=")  # another key by the same name
    code, said = elsewhere.run("restore", "--yes", backup)
    assert code == 1
    assert "another key bears the same name" in said
    assert not elsewhere.database.exists()


def test_no_key_is_in_a_backup(installation, backup):
    secret = (installation.folder / "secret-key").read_bytes()
    (key,) = (path.read_bytes().strip() for path in (installation.folder / "keys").glob("*.key"))
    with opened(backup) as archive:
        held = {member.name: archive.extractfile(member).read() for member in archive}
    assert sorted(held) == ["database", "imports/one/problems.csv", "manifest.json"]
    assert not any(secret in content or key in content for content in held.values())
    assert not any(each in backup.read_bytes() for each in (b"SQLite format", b"Elmwood", b"manifest"))


def test_a_backup_is_never_written_over(installation, backup):
    before = backup.read_bytes()
    code, said = installation.run("backup", backup)
    assert code == 1
    assert "never written over" in said
    assert backup.read_bytes() == before


def test_only_the_owner_may_read_a_backup(backup):
    assert backup.stat().st_mode & 0o077 == 0


def test_a_backup_made_while_others_write_is_of_one_moment(installation, tmp_path, settings):
    """Each write adds a row to two tables; a copy of one moment holds as many in both."""
    with sqlite3.connect(installation.database) as database:
        database.execute("CREATE TABLE left_hand (n INTEGER)")
        database.execute("CREATE TABLE right_hand (n INTEGER)")
    stop = threading.Event()

    def write():
        own = sqlite3.connect(installation.database, timeout=20)
        while not stop.is_set():
            with own:
                own.execute("INSERT INTO left_hand VALUES (1)")
                own.execute("INSERT INTO right_hand VALUES (1)")
        own.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        code, said = installation.run("backup", tmp_path / "busy")
    finally:
        stop.set()
        writer.join()
    assert code == 0, said
    settings.KEYS = installation.folder / "keys"
    with opened(tmp_path / "busy") as archive:
        counted = next(json.load(archive.extractfile(each)) for each in archive if each.name == "manifest.json")["rows"]
    assert counted["left_hand"] == counted["right_hand"] > 0


def test_what_a_restore_replaces_is_kept(installation, backup):
    with sqlite3.connect(installation.database) as database:
        database.execute("UPDATE roster_staffmember SET given_name = 'Samuel'")
    code, _ = installation.run("restore", "--yes", backup)
    assert code == 0
    (kept,) = installation.folder.glob("replaced-*/heartwork.sqlite3")
    with sqlite3.connect(kept) as database:
        assert database.execute("SELECT given_name FROM roster_staffmember").fetchone() == ("Samuel",)
    with sqlite3.connect(installation.database) as database:
        assert database.execute("SELECT given_name FROM roster_staffmember").fetchone() == ("Sam",)


def test_a_restore_asks_and_takes_no_for_an_answer(installation, backup):
    before = rows(installation)
    code, said = installation.run("restore", backup, said="no\n")
    assert code == 3
    assert "Nothing was changed" in said
    assert rows(installation) == before
    assert not list(installation.folder.glob("replaced-*"))


def cut_off(source, target):
    target.write_bytes(source.read_bytes()[: source.stat().st_size // 2])


def cut_off_between_files(source, target):
    repacked(source, target, lambda name, content: None if name == "manifest.json" else content)


def flip_a_byte(source, target):
    def change(name, content):
        return content[:5000] + bytes([content[5000] ^ 1]) + content[5001:] if name == "database" else content

    repacked(source, target, change)


def damaged_on_disk(source, target):
    content = bytearray(source.read_bytes())
    content[len(content) // 2] ^= 255
    target.write_bytes(content)


def leave_a_file_out(source, target):
    repacked(source, target, lambda name, content: None if name.startswith("imports/") else content)


def from_someone_else(source, target):
    with gzip.open(target, "wb") as file:
        file.write(b"not ours")


def reach_outside(source, target):
    with sealed_anew(target) as archive:
        entry = tarfile.TarInfo("imports/../../outside")
        entry.size = 1
        archive.addfile(entry, io.BytesIO(b"x"))


def manifest_says(**changes):
    def change(name, content):
        return json.dumps(json.loads(content) | changes).encode() if name == "manifest.json" else content

    return lambda source, target: repacked(source, target, change)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (cut_off, "damaged"),
        (cut_off_between_files, "cut off"),
        (flip_a_byte, "database is not what it was"),
        (damaged_on_disk, "damaged"),
        (leave_a_file_out, "problems.csv is not what it was"),
        (from_someone_else, "not a backup of ours"),
        (reach_outside, "no backup of ours does"),
        (manifest_says(format="another"), "not made by heartwork backup"),
        (manifest_says(format_version=99), "newer Heartwork"),
        (manifest_says(migrations=["roster.9999_from_the_future"]), "another version"),
        (manifest_says(engine="another"), "This backup is of another"),
        (manifest_says(rows={"roster_student": 5}), "should have"),
        (manifest_says(keys=["20260101-000000000000-abcdef"]), "Words in this backup cannot be read here"),
    ],
    ids=lambda value: getattr(value, "__name__", "") if callable(value) else value,
)
def test_what_is_damaged_or_foreign_is_found_before_anything_is_touched(db, backup, tmp_path, harm, words):
    harmed, into = tmp_path / "harmed", tmp_path / "into"
    into.mkdir()
    harm(backup, harmed)
    with pytest.raises(Problem, match=words), verified(harmed, into):
        pass
    assert not (tmp_path / "outside").exists()


def test_what_is_whole_is_found_whole(db, backup, tmp_path):
    with verified(backup, tmp_path) as (manifest, _):
        assert manifest.rows["roster_staffmember"] == 1


def test_a_damaged_backup_changes_nothing(installation, backup, tmp_path):
    cut_off(backup, tmp_path / "harmed")
    before = installation.database.read_bytes()
    code, said = installation.run("restore", "--yes", tmp_path / "harmed")
    assert code == 1
    assert "Nothing here was changed" in said
    assert "Traceback" not in said
    assert installation.database.read_bytes() == before
    assert not list(installation.folder.glob("replaced-*"))
