"""What only some may read is in no file that can be stolen: database and its log, uploads that wait, backups."""

import gzip
import shutil
import subprocess
import sys

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from heartwork.checkins.models import CheckIn
from heartwork.roster.imports.tests.roster_files import ROSTER
from heartwork.roster.models import Strength
from heartwork.sealing.seals import MARK
from heartwork.testing.people import DAY

CANARY = "canary-{}-sits-alone-at-lunch"

FILES = ROSTER | {
    "checkins.csv": "studentSourcedId,weekStart,mood,wantsToTalk,comment\n"
    f"u1,2025-10-06,2,false,{CANARY.format('kept')}\n"
    f"u1,2025-10-06,2,false,{CANARY.format('kept')}\n"  # told as a second row
    f"nobody,2025-10-06,2,false,{CANARY.format('refused')}\n"
    f"u2,2025-10-06,9,false,  {CANARY.format('mended')} \n"
    f"u2,2025-10-06,2,false,{CANARY.format('too-long') * 200}\n"
    f"u2,2025-10-06,2,false,{CANARY.format('beyond')},more,{CANARY.format('far-beyond')}\n"
    f"u2,{CANARY.format('short')}\n",
    "strengths.csv": "studentSourcedId,text,inOwnWords,staffUserSourcedId,date\n"
    f"u1,{CANARY.format('strength')},true,t1,2025-10-06\n"
    f"u1,{CANARY.format('strength')},true,t1,not a date\n",
}

TYPED = """
import os
import django
django.setup()
from django.utils import timezone
from heartwork.audits.models import Answer, AuditedStudent

from heartwork.roster.models import StaffMember, Strength, Student
from heartwork.checkins.models import CheckIn
from heartwork.teams.models import Meeting, Team
sam, maya = StaffMember.objects.get(username="sam"), Student.objects.first()
team = Team.objects.create(name="Care")
meeting = Meeting.objects.create(
    team=team, activity="audits", held_on=timezone.localdate(), facilitator=sam)
audited = AuditedStudent.objects.create(meeting=meeting, student=maya, position=0)
answer = Answer.objects.create(audited=audited, question="lived", author=sam, text="{canary}")
answer.text = "{canary} again"
answer.save()
assert Answer.objects.get().text == "{canary} again"
assert sum("canary" in each.comment for each in CheckIn.objects.all()) >= 2
assert sum("canary" in each.text for each in Strength.objects.all()) == 1
Answer.objects.get()
os.kill(os.getpid(), 9)  # so that the log of the database stays as it is
"""


def places_with(canary, folder):
    """Every file in which these words stand, packed ones unpacked; the keys are what nobody steals."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and "keys" not in path.relative_to(folder).parts:
            content = path.read_bytes()
            if content[:2] == b"\x1f\x8b":
                content = gzip.decompress(content)
            if canary.encode() in content or canary.encode("utf-16-le") in content:
                found.append(path.name)
    return found


@pytest.fixture
def written(tmp_path, installation):
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


def test_after_an_import_and_after_typing_no_private_words_can_be_found_in_any_file(installation, written):
    code, said = installation.run("import", "--yes", written)
    assert code == 0, said
    assert "canary" not in said
    script = TYPED.replace("{canary}", CANARY.format("typed"))
    environment = installation.environment | {"DJANGO_SETTINGS_MODULE": "heartwork.config.settings"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    assert (installation.folder / "heartwork.sqlite3-wal").stat().st_size > 0
    assert places_with("canary-", installation.folder) == []
    shutil.rmtree(written)
    code, said = installation.run("backup", installation.folder.parent / "backup")
    assert code == 0, said
    assert places_with("canary-", installation.folder.parent) == []


def test_an_import_that_waits_keeps_its_files_sealed(installation, written):
    code, said = installation.run("import", "--only-read", written)
    assert code == 0, said
    assert list(installation.folder.glob("imports/*/files/checkins.csv"))
    assert list(installation.folder.glob("imports/*/stage.sqlite3"))
    assert places_with("canary-", installation.folder) == []


@pytest.mark.data
@pytest.mark.django_db(transaction=True)
def test_plain_words_of_before_are_sealed_once_and_can_be_made_plain_again(district):
    old = [("checkins", "0002_know_an_answer_by_what_it_says"), ("roster", "0010_end_sessions_by_round"),
           ("audits", "0002_remember_which_window_wrote")]  # fmt: skip
    sealed = [("checkins", "0004_seal_comments"), ("roster", "0012_seal_strengths")]
    CheckIn.objects.create(student=district.maya, week=DAY, comment="I sit alone")
    CheckIn.objects.create(student=district.maya, week=DAY, comment="")
    Strength.objects.create(student=district.maya, text="sealed. is how I feel", noted_by=district.ruth, noted_on=DAY)

    def columns():
        with connection.cursor() as cursor:
            cursor.execute("SELECT comment FROM checkins_checkin ORDER BY id")
            words = [row[0] for row in cursor.fetchall()]
            cursor.execute("SELECT text FROM roster_strength")
            return words + [row[0] for row in cursor.fetchall()]

    def migrate(targets):
        MigrationExecutor(connection).migrate(targets)

    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        migrate(old)
        assert columns() == ["I sit alone", "", "sealed. is how I feel"]
        migrate(sealed)
        once = columns()
        assert [words[:7] for words in once] == [MARK, "", MARK]
        executor = MigrationExecutor(connection)
        for app, name in sealed:  # run again
            state = executor.loader.project_state((app, name))
            with connection.schema_editor(atomic=True) as editor:
                executor.loader.graph.nodes[app, name].operations[0].code(state.apps, editor)
        assert columns() == once
    finally:
        migrate(latest)
    assert {each.comment for each in CheckIn.objects.all()} == {"I sit alone", ""}
    assert len(CheckIn.objects.exclude(comment="").get().comment_mark) == 64
    assert Strength.objects.get().text == "sealed. is how I feel"
