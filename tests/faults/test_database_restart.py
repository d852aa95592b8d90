"""The database restarts, or is locked, while people write: as many rows as were acknowledged."""

import sqlite3
import time
from contextlib import closing

from tests.faults.site import Clients, Site


def _held(site, clients, told, **figures):
    clients.end(patience=180)
    words, in_journal = site.written()
    told(acknowledged=len(clients.told), rows=len(words), lost=len(set(clients.told) - set(words)),
         twice=len(words) - len(set(words)), refused=clients.refused,
         slowest=round(max(clients.took), 1), **figures)  # fmt: skip
    assert not clients.unsaved
    assert words == sorted(clients.told)
    assert in_journal == len(words)


def test_postgresql_stopped_in_good_order_and_as_in_a_crash(postgresql, tmp_path, told):
    (tmp_path / "data").mkdir()
    site = Site(tmp_path / "data", postgresql.address)
    site.prepare()
    site.start()
    site.wait()
    try:
        clients = Clients(site, 200, 40)
        clients.begin()
        for mode in ("fast", "immediate", "fast", "immediate"):
            time.sleep(8)
            postgresql.stop(mode)
            time.sleep(1)
            postgresql.start()
        _held(site, clients, told, restarts=4)
    finally:
        site.stop()


def test_sqlite_locked_for_half_a_minute_by_another_process(tmp_path, told):
    (tmp_path / "data").mkdir()
    site = Site(tmp_path / "data")
    site.prepare()
    site.start()
    site.wait()
    try:
        clients = Clients(site, 60, 45)
        clients.begin()
        time.sleep(3)
        with closing(sqlite3.connect(site.folder / "heartwork.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(30)
            other.execute("ROLLBACK")
        _held(site, clients, told, locked_for=30)
    finally:
        site.stop()
