"""The demo: made by the real import and the real actions, once, and never in a district's own database."""

import re
import sqlite3

import pytest

from heartwork.testing.demo.story import SIGN_INS


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    from heartwork.config.tests.conftest import Installation

    here = Installation(tmp_path_factory.mktemp("demo") / "data")
    here.first = here.run("demo", "--no-serve")
    return here


def ask(installation, query, *values):
    with sqlite3.connect(installation.database) as database:
        return database.execute(query, values).fetchall()


def test_it_makes_the_district_and_tells_who_signs_in(demo):
    code, said = demo.first
    assert code == 0, said
    for role, username in SIGN_INS:
        assert re.search(rf"{re.escape(role)} .* {re.escape(username)} +\w+-\w+-\w+-\w+", said)
    (students,) = ask(demo, "SELECT count(*) FROM roster_student")
    assert 600 <= students[0] <= 610


def test_each_person_has_the_role_that_is_told(demo):
    roles = dict(
        ask(
            demo,
            """SELECT s.username, group_concat(DISTINCT a.role) FROM roster_staffmember s
            JOIN roster_assignment a ON a.staff_id = s.id GROUP BY s.username""",
        )
    )
    wanted = {
        "ruth.okafor": "counselor",
        "tomas.ruiz": "teacher",
        "priya.kaur": "principal",
        "uma.singh": "support_staff",
        "dana.whitlock": "student_services_director",
        "lena.ito": "district_leader",
        "sol.reyes": "superintendent",
        "sam.hill": "system_administrator",
    }
    for username, role in wanted.items():
        assert role in roles[username].split(","), username


def test_it_was_lived_in(demo):
    (open_and_closed,) = ask(
        demo,
        "SELECT sum(closed_at IS NULL), sum(closed_at IS NOT NULL) FROM teams_meeting WHERE activity = 'audits'",
    )
    assert open_and_closed == (1, 4)
    assert ask(demo, "SELECT 1 FROM teams_followup WHERE done_on IS NULL AND due_on < date('now')")
    assert ask(demo, "SELECT 1 FROM teams_followup WHERE done_on IS NOT NULL")


def test_a_second_start_makes_nothing_anew(demo):
    before = ask(demo, "SELECT count(*), max(id) FROM journal_entry")
    code, said = demo.run("demo", "--no-serve")
    assert code == 0
    assert said.split("a district that does not exist")[1] == demo.first[1].split("a district that does not exist")[1]
    assert ask(demo, "SELECT count(*), max(id) FROM journal_entry") == before


def test_it_does_not_touch_a_district_that_it_did_not_make(installation):
    before = ask(installation, "SELECT count(*) FROM journal_entry")
    code, said = installation.run("demo", "--no-serve", "--fresh")
    assert code == 1
    assert "It was not touched" in said
    assert ask(installation, "SELECT count(*) FROM journal_entry") == before
    assert ask(installation, "SELECT count(*) FROM roster_student") == [(0,)]


def test_one_that_was_cut_off_is_made_anew(installation):
    with sqlite3.connect(installation.database) as database:
        database.execute(
            """INSERT INTO journal_entry (at, verb, subject_kind, detail)
            VALUES (datetime('now'), 'demo.begun', '', '{}')"""
        )
    code, said = installation.run("demo", "--no-serve")
    assert code == 0, said
    assert ask(installation, "SELECT count(*) FROM journal_entry WHERE verb = 'demo.made'") == [(1,)]
    assert ask(installation, "SELECT count(*) FROM roster_staffmember WHERE username = 'sam'") == [(0,)]
