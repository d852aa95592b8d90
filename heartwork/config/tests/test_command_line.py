"""The heartwork command: what it does, and how it says what is wrong."""

import datetime
import fcntl
import os
import signal
import socket
import sqlite3
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from heartwork.testing.demo.dates import write_moved


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answer(port, path="/health"):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
        return response.status


def until(happens, seconds=60):
    """Ask again and again; fail when it never happens."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if happens():
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail("it never happened")


def below(pid):
    """The processes that one began, and those that these began."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended meanwhile
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def test_serve_answers_and_stops_in_good_order(installation):
    port = free_port()
    site = installation.start("serve", "--port", str(port))
    try:
        until(lambda: answer(port) == 200)
        code, said = installation.run("restore", "--yes", installation.database)
        assert code == 1
        assert "in use by heartwork serve" in said
    finally:
        site.send_signal(signal.SIGTERM)
        said, _ = site.communicate(timeout=40)
    assert site.returncode == 0, said
    assert said.rstrip().endswith("Stopped.")
    with pytest.raises(OSError, match="refused"):
        answer(port)


def test_what_is_killed_is_begun_again_and_nothing_outlives_the_site(installation):
    port = free_port()
    site = installation.start("serve", "--port", str(port), "--workers", "2")
    try:
        until(lambda: answer(port) == 200)
        first = below(site.pid)
        for pid in first:  # all at once, as when memory is short
            os.kill(pid, signal.SIGKILL)
        until(lambda: answer(port) == 200)
        assert site.poll() is None
        last = below(site.pid)
        assert last.isdisjoint(first)
    finally:
        site.kill()
        site.communicate(timeout=40)
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in last))
    with pytest.raises(OSError, match="refused"):
        answer(port)


def test_serve_says_when_the_port_is_taken(installation):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        code, said = installation.run("serve", "--port", other.getsockname()[1])
    assert code == 1
    assert "Try another port" in said


def test_serve_says_when_the_database_was_never_prepared(elsewhere):
    code, said = elsewhere.run("serve", "--port", free_port())
    assert code == 1
    assert "heartwork setup" in said


def test_check_says_that_all_is_well(installation):
    code, said = installation.run("check")
    assert code == 0, said
    assert "every page of it read" in said
    assert "an administrator can sign in" in said


def test_check_finds_a_damaged_database(installation):
    content = bytearray(installation.database.read_bytes())
    content[8192:40960] = b"\x07" * 32768
    installation.database.write_bytes(content)
    code, said = installation.run("check")
    assert code == 1
    assert "Traceback" not in said


def test_check_finds_tables_that_are_behind(elsewhere):
    code, said = elsewhere.run("check")
    assert code == 1
    assert "steps behind" in said


def test_a_second_setup_changes_nothing(installation):
    code, said = installation.run("setup")
    assert code == 0, said
    assert "can sign in already, as sam" in said


def test_setup_refuses_a_short_passphrase(elsewhere):
    code, said = elsewhere.run(
        *("setup", "--district", "Elmwood", "--name", "Sam Hill", "--username", "sam", "--passphrase-stdin"),
        said="short",
    )
    assert code == 1
    assert "Four or five words do well" in said


def test_a_setting_that_cannot_be_used_is_told_with_its_mend(installation):
    code, said = installation.run("check", HEARTWORK_TIME_ZONE="Mars/Base")
    assert code == 1
    assert "is not a time zone" in said
    assert "Traceback" not in said


def test_an_import_of_nothing_says_so(installation):
    code, said = installation.run("import", "/nowhere/at/all")
    assert code == 1
    assert "There is no /nowhere/at/all" in said


def test_two_commands_do_not_work_on_one_folder_at_once(installation, tmp_path):
    with (installation.folder / "in-use").open("w") as file:
        file.write("heartwork restore (process 1)")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        code, said = installation.run("serve", "--port", free_port())
    assert code == 1
    assert "in use by heartwork restore" in said


def test_an_error_shows_where_it_came_from_only_when_asked(installation):
    installation.database.unlink()
    installation.database.mkdir()
    code, said = installation.run("check")
    assert code == 1
    assert "Traceback" not in said
    assert "Traceback" in installation.run("--debug", "check")[1]


def classes_of(installation):
    with sqlite3.connect(installation.database) as database:
        return database.execute("SELECT count(*) FROM roster_section").fetchone()[0]


def test_an_import_shows_asks_and_applies_and_finds_nothing_to_do_the_second_time(installation, tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    write_moved(folder, datetime.date.today())
    (folder / "userProfiles.csv").write_text("sourcedId,userSourcedId\n1,1\n", encoding="utf-8")
    code, said = installation.run("import", folder, said="no\n")
    assert code == 3
    assert "users.csv, familyName: This may not be blank" in said
    assert "userProfiles.csv: Heartwork does not need this file; it was not read. (the whole file)" in " ".join(
        said.split()
    )
    assert "Nothing was changed" in said
    assert classes_of(installation) == 0

    code, said = installation.run("import", folder, "--yes", "--as", "sam")
    assert code == 0, said
    assert classes_of(installation) == 138

    code, said = installation.run("import", folder, "--yes")
    assert code == 0, said
    assert "Nothing to do" in said


def test_an_import_that_would_end_much_needs_more_than_yes(installation, tmp_path):
    whole, half = tmp_path / "whole", tmp_path / "half"
    for folder in (whole, half):
        folder.mkdir()
        write_moved(folder, datetime.date.today())
    lines = (half / "enrollments.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (half / "enrollments.csv").write_text("".join(lines[:1200]), encoding="utf-8")
    installation.run("import", whole, "--yes")
    code, said = installation.run("import", half, "--yes")
    assert code == 1
    assert "--agree-to-end-many" in said
    code, said = installation.run("import", half, "--yes", "--agree-to-end-many")
    assert code == 0, said


def test_an_archive_that_reaches_outside_is_refused_in_a_sentence(installation, tmp_path):
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../outside.csv", "sourcedId\n1\n")
    code, said = installation.run("import", tmp_path / "evil.zip")
    assert code == 1
    assert "Nothing was imported" in said
    assert "Traceback" not in said
