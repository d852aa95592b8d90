"""What is in the journal stays as it was written."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test import TransactionTestCase

from heartwork.journal.actions import note
from heartwork.journal.models import Entry

pytestmark = pytest.mark.data


@pytest.fixture
def entry(district):
    return note(district.dana, "student.seen", district.maya, how="district")


def refused(change):
    before = list(Entry.objects.values())
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        change()
    assert list(Entry.objects.values()) == before


def by_sql(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def test_an_entry_cannot_be_saved_again(entry):
    entry.verb = "student.not_seen"
    refused(entry.save)


def test_entries_cannot_be_updated_in_bulk(entry):
    refused(lambda: Entry.objects.update(subject_pk=F("subject_pk") + 1))


def test_an_entry_cannot_be_deleted(entry):
    refused(entry.delete)


def test_entries_cannot_be_deleted_in_bulk(entry):
    refused(lambda: Entry.objects.all().delete())


def test_raw_sql_cannot_change_an_entry(entry):
    refused(lambda: by_sql("UPDATE journal_entry SET verb = 'x' WHERE id = %s", entry.pk))


def test_raw_sql_cannot_delete_an_entry(entry):
    refused(lambda: by_sql("DELETE FROM journal_entry WHERE id = %s", entry.pk))


def test_an_entry_cannot_be_replaced_by_another_of_its_number(entry):
    values = "(id, at, verb, subject_kind, detail) VALUES (%s, '2026-01-01', 'x', '', '{}')"
    if connection.vendor == "sqlite":
        refused(lambda: by_sql(f"INSERT OR REPLACE INTO journal_entry {values}", entry.pk))
    else:
        refused(lambda: by_sql(f"INSERT INTO journal_entry {values} ON CONFLICT (id) DO UPDATE SET verb='x'", entry.pk))


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no TRUNCATE: its flush deletes")
def test_the_table_cannot_be_truncated(entry):
    by_sql("SET CONSTRAINTS ALL IMMEDIATE")  # or the foreign keys still to be checked refuse it first
    refused(lambda: by_sql("TRUNCATE journal_entry CASCADE"))


@pytest.mark.django_db(transaction=True)
def test_the_command_that_empties_a_database_leaves_the_journal(district):
    note(district.dana, "student.seen", district.maya)
    with pytest.raises(CommandError):
        call_command("flush", interactive=False, verbosity=0)
    assert Entry.objects.filter(verb="student.seen").exists()


@pytest.mark.django_db(transaction=True)
def test_after_the_tests_have_cleaned_up_the_journal_refuses_again(entry):
    cleaning = TransactionTestCase()
    cleaning.serialized_rollback = True
    cleaning._fixture_teardown()
    assert not Entry.objects.exists()
    note(None, "import.applied")
    refused(lambda: Entry.objects.all().delete())
