"""A backup of PostgreSQL, made by pg_dump in the snapshot it is counted in, and restored beside what is in use."""

import os

import psycopg
import pytest
from django.db import connection

from heartwork.config.tests.conftest import PASSPHRASE, Installation

pytestmark = [
    pytest.mark.data,
    # SQLite's own backup is tested in test_backups.py.
    pytest.mark.skipif("sqlite" in os.environ.get("HEARTWORK_DATABASE_URL", "sqlite"), reason="needs PostgreSQL"),
]

NAME = "heartwork_backup_try"


@pytest.fixture
def server(db):
    given = connection.get_connection_params()
    reach = {name: given[name] for name in ("host", "port", "user", "password") if given.get(name)}

    def run(query, dbname="postgres"):
        with psycopg.connect(**reach, dbname=dbname, autocommit=True) as here:
            answer = here.execute(query)
            return answer.fetchall() if answer.description else []

    def drop():
        for (name,) in run(f"SELECT datname FROM pg_database WHERE datname LIKE '{NAME}%'"):
            run(f'DROP DATABASE "{name}"')

    drop()
    run(f"CREATE DATABASE {NAME}")
    yield run
    drop()


@pytest.fixture
def of_postgresql(server, tmp_path, monkeypatch):
    """An installation in a database of its own on the server of the tests."""
    address, _, _ = os.environ["HEARTWORK_DATABASE_URL"].rpartition("/")
    base = Installation.environment
    monkeypatch.setattr(
        Installation,
        "environment",
        property(lambda here: base.fget(here) | {"HEARTWORK_DATABASE_URL": f"{address}/{NAME}"}),
    )
    here = Installation(tmp_path / "data")
    code, said = here.run(
        *("setup", "--district", "Elmwood", "--name", "Sam Hill", "--username", "sam", "--passphrase-stdin"),
        said=PASSPHRASE,
    )
    assert code == 0, said
    return here


def test_a_restore_brings_back_what_was_and_keeps_what_it_replaced(of_postgresql, server, tmp_path):
    code, said = of_postgresql.run("backup", tmp_path / "backup")
    assert code == 0, said
    server("UPDATE roster_staffmember SET given_name = 'Samuel'", NAME)
    code, said = of_postgresql.run("restore", "--yes", tmp_path / "backup")
    assert code == 0, said
    assert server("SELECT given_name FROM roster_staffmember", NAME) == [("Sam",)]
    ((kept,),) = server(f"SELECT datname FROM pg_database WHERE datname LIKE '{NAME}_replaced_%'")
    assert server("SELECT given_name FROM roster_staffmember", kept) == [("Samuel",)]


def test_a_damaged_backup_changes_nothing(of_postgresql, server, tmp_path):
    of_postgresql.run("backup", tmp_path / "backup")
    content = bytearray((tmp_path / "backup").read_bytes())
    content[len(content) // 2] ^= 255
    (tmp_path / "harmed").write_bytes(content)
    code, said = of_postgresql.run("restore", "--yes", tmp_path / "harmed")
    assert code == 1
    assert "Nothing here was changed" in said
    assert server(f"SELECT count(*) FROM pg_database WHERE datname LIKE '{NAME}%'") == [(1,)]
