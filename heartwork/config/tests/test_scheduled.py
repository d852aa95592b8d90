"""Backups that are made by themselves, and keys that are changed."""

import datetime
import sqlite3

import pytest

from heartwork.config import scheduled

NOW = datetime.datetime.now(datetime.UTC)


def name(**ago):
    return (NOW - datetime.timedelta(**ago)).strftime(scheduled.NAME)


@pytest.fixture
def folder(tmp_path, settings):
    settings.BACKUPS, settings.BACKUP_HOURS, settings.BACKUP_DAYS = tmp_path / "backups", 24, 35
    settings.BACKUPS.mkdir()
    return settings.BACKUPS


def test_the_first_is_due_at_once_and_the_next_after_its_hours(folder):
    assert scheduled.is_due()
    (folder / name(hours=23)).touch()
    assert not scheduled.is_due()
    (folder / name(hours=23)).rename(folder / name(hours=25))
    assert scheduled.is_due()
    assert not scheduled.is_due(late=2)


def test_what_was_kept_long_enough_goes_but_never_the_newest_nor_what_is_not_ours(folder, monkeypatch):
    old, older, mine = folder / name(days=36), folder / name(days=400), folder / "heartwork-old.txt"
    for path in (old, older, mine, folder / name(days=34)):
        path.touch()
    monkeypatch.setattr("heartwork.config.backups.back_up", lambda target: target.touch())
    made = scheduled.back_up()
    assert sorted(path.name for path in folder.iterdir()) == sorted([mine.name, name(days=34), made.name])


def test_a_backup_that_fails_deletes_nothing(folder, monkeypatch):
    def fails(target):
        raise OSError("disk full")

    (folder / name(days=400)).touch()
    monkeypatch.setattr("heartwork.config.backups.back_up", fails)
    with pytest.raises(OSError, match="full"):
        scheduled.back_up()
    assert len(scheduled.backups()) == 1


def seals(installation):
    with sqlite3.connect(installation.database) as database:
        return [row[0] for row in database.execute("SELECT body FROM once_answered ORDER BY id")]


def test_keys_are_changed_by_the_command_and_a_missing_one_stops_the_start(installation, monkeypatch):
    from heartwork.config import keeping_keys  # noqa: F401 – what the command calls

    folder = installation.folder / "keys"
    (first,) = folder.glob("*.key")
    monkeypatch.setattr("django.conf.settings.KEYS", folder)
    from heartwork.sealing.seals import seal, unseal

    with sqlite3.connect(installation.database) as database:
        words = seal("to be kept", "once_answered.body")
        database.execute(
            "INSERT INTO once_answered (key, at, status, headers, body) VALUES ('k', '2026-02-24', 302, '{}', ?)",
            [words],
        )
    code, said = installation.run("keys", "--new", "--rewrap")
    assert code == 0, said
    assert "1 rows were wrapped" in said
    (newest,) = set(folder.glob("*.key")) - {first}
    assert seals(installation)[0].split(".")[1] == newest.stem
    assert unseal(seals(installation)[0], "once_answered.body") == "to be kept"
    newest.rename(installation.folder / "away")
    code, said = installation.run("serve", "--port", "1")
    assert code == 1
    code, said = installation.run("check")
    assert code == 1
    assert newest.stem in said
    code, said = installation.run("keys")
    assert code == 0
