"""A backup made while people write restores on a machine that has nothing but the file and the key, row for row."""

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time

from tests.faults.site import Clients, Site

HARMS = int(os.environ.get("HEARTWORK_FAULT_HARMS", "20"))  # of each sort; each takes a look at the whole file

ROWS = """
import django, hashlib, json
django.setup()
from django.apps import apps
from django.db import connection
found = {}
with connection.cursor() as cursor:
    for name in sorted(connection.introspection.table_names(cursor)):
        cursor.execute(f'SELECT * FROM "{name}"')
        rows = sorted(map(repr, cursor.fetchall()))
        found[name] = [len(rows), hashlib.sha256("\\n".join(rows).encode()).hexdigest()]
print(json.dumps(found))
"""


def heartwork(site, *arguments):
    command = [sys.executable, "-m", "heartwork.config.cli", *map(str, arguments)]
    done = subprocess.run(command, env=site.environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_backup_made_in_use_restores_elsewhere_to_the_same_hashes(tmp_path, told):
    (tmp_path / "data").mkdir()
    site = Site(tmp_path / "data")
    site.prepare()
    site.start()
    site.wait()
    clients = Clients(site, 150, 20)
    clients.begin()
    time.sleep(8)
    code, said = heartwork(site, "backup", tmp_path / "busy")
    assert code == 0, said
    clients.end(120)
    site.stop()
    assert heartwork(site, "backup", tmp_path / "quiet")[0] == 0
    (tmp_path / "new").mkdir()
    new = Site(tmp_path / "new")
    code, said = heartwork(new, "restore", "--yes", tmp_path / "quiet")
    assert code == 1, said  # no key yet
    assert sorted(path.name for path in new.folder.glob("*.sqlite3")) == []
    shutil.copytree(site.folder / "keys", new.folder / "keys")
    began = time.monotonic()
    code, said = heartwork(new, "restore", "--yes", tmp_path / "quiet")
    took = time.monotonic() - began
    assert code == 0, said
    before, after = json.loads(site.run(ROWS)), json.loads(new.run(ROWS))
    words, _ = new.written()
    busy = Site(tmp_path / "busy-data")
    busy.folder.mkdir()
    shutil.copytree(site.folder / "keys", busy.folder / "keys")
    assert heartwork(busy, "restore", "--yes", tmp_path / "busy")[0] == 0
    some, told_of = busy.written()
    told(rows=sum(count for count, _ in after.values()), tables=len(after), seconds=round(took, 1), in_use=len(some))
    assert after == before
    assert words == sorted(clients.told)
    assert 0 < len(some) == told_of < len(words)
    assert heartwork(new, "check")[0] == 0


def test_no_harmed_backup_is_taken(tmp_path, told):
    (tmp_path / "data").mkdir()
    site = Site(tmp_path / "data")
    site.prepare()
    assert heartwork(site, "backup", tmp_path / "backup")[0] == 0
    whole, chance = (tmp_path / "backup").read_bytes(), random.Random(11)
    before = hashlib.sha256((site.folder / "heartwork.sqlite3").read_bytes()).hexdigest()
    refused = 0
    for number in range(2 * HARMS):
        place = chance.randrange(len(whole))
        harmed = whole[:place] + (
            b"" if number % 2 else bytes([whole[place] ^ (1 << chance.randrange(8))]) + whole[place + 1 :]
        )
        (tmp_path / "harmed").write_bytes(harmed)
        code, said = heartwork(site, "restore", "--yes", tmp_path / "harmed")
        assert code == 1, (number, place, said)
        assert "Traceback" not in said
        refused += 1
    told(cut_off=HARMS, flipped=HARMS, refused=refused)
    assert hashlib.sha256((site.folder / "heartwork.sqlite3").read_bytes()).hexdigest() == before
    assert not list(site.folder.glob("replaced-*"))
    assert heartwork(site, "restore", "--only-verify", tmp_path / "backup")[0] == 0
