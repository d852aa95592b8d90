"""The journal's chain tells when an entry was changed, taken out or put in past our code."""

import datetime
import importlib
import threading
from contextlib import contextmanager

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from heartwork.journal import chain
from heartwork.journal.actions import note, note_each
from heartwork.journal.models import Entry, Link, Waiting

pytestmark = pytest.mark.data
chained = importlib.import_module("heartwork.journal.migrations.0003_chain")


@pytest.fixture
def journal(district):
    """Five entries, one and then four at once, all linked."""
    note(district.dana, "student.seen", district.maya, how="district")
    note_each(district.dana, "checkins.read", [district.maya, district.eli, district.noor, district.theo])
    assert chain.link_waiting() == 5
    return district


@contextmanager
def as_an_intruder():
    """Someone who may do anything in the database, and takes the triggers off first."""
    do, undo = chained.statements(connection.vendor)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in undo:
            cursor.execute(statement)
        yield
        for statement in do:
            cursor.execute(statement)


def breaks():
    return chain.verify().breaks


def pks():
    return list(Entry.objects.order_by("pk").values_list("pk", flat=True))


def test_a_journal_that_nobody_touched_holds(journal):
    found = chain.verify()
    assert (found.links, found.waiting, found.breaks) == (5, 0, [])
    assert found.head == Link.objects.get(number=5).digest


def test_a_new_entry_waits_and_is_linked_behind_the_last(journal):
    entry = note(journal.ruth, "student.seen", journal.maya)
    assert chain.verify().waiting == 1
    assert chain.link_waiting() == 1
    assert Link.objects.get(number=6).entry_pk == entry.pk
    assert breaks() == []


def test_entries_written_past_our_code_are_linked_too(journal):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_entry (at, verb, subject_kind, detail)"
            " VALUES ('2026-02-24 10:00:00+00', 'x', '', '{}')"
        )
    assert chain.link_waiting() == 1
    assert breaks() == []


def test_a_changed_entry_is_found_and_named(journal):
    third = pks()[2]
    with as_an_intruder():
        Entry.objects.filter(pk=third).update(actor=journal.ruth)
    assert breaks() == [f"Entry {third} of 2026-02-24 18:00 is not what was linked as 3."]


@pytest.mark.parametrize("change", [{"verb": "y"}, {"subject_pk": 9}, {"detail": {"how": "school"}}])
def test_whatever_is_changed_is_found(journal, change):
    with as_an_intruder():
        Entry.objects.filter(pk=pks()[0]).update(**change)
    assert len(breaks()) == 1


def test_an_entry_that_is_gone_is_found(journal):
    second = pks()[1]
    with as_an_intruder():
        Entry.objects.filter(pk=second).delete()
    assert breaks() == [f"Entry {second}, linked as 2, is gone."]


def test_an_entry_that_is_gone_with_its_link_is_found(journal):
    with as_an_intruder():
        Entry.objects.filter(pk=pks()[1]).delete()
        Link.objects.filter(number=2).delete()
    assert "Links 2 to 2 are gone." in breaks()


def test_an_entry_put_in_without_a_link_is_found(journal):
    with as_an_intruder():
        entry = note(journal.dana, "student.seen", journal.ida)
    assert breaks() == [f"Entry {entry.pk} was never linked."]


def test_an_end_that_was_cut_off_is_found_by_the_link_kept_apart(journal):
    with as_an_intruder():
        Entry.objects.filter(pk=pks()[4]).delete()
        Link.objects.filter(number=5).delete()
    assert breaks() == ["The journal once had 5 links, and ends at 4."]


def test_a_chain_made_anew_over_what_was_changed_is_found_by_the_link_kept_apart(journal):
    with as_an_intruder():
        Entry.objects.filter(pk=pks()[0]).update(actor=journal.ruth)
        Link.objects.all().delete()
        Waiting.objects.bulk_create(Waiting(pk=pk) for pk in pks())
        chain.link_waiting()
    assert breaks() == ["Link 5 is not the one that was kept apart: the chain was made anew."]


def test_a_first_entry_that_is_gone_is_found(journal):
    with as_an_intruder():
        Entry.objects.filter(pk=pks()[0]).delete()
    assert breaks() == ["The journal begins at link 1, and no retention says so."]


def test_a_beginning_that_was_cut_off_is_found(journal):
    with as_an_intruder():
        Entry.objects.filter(pk__in=pks()[:2]).delete()
        Link.objects.filter(number=1).delete()
    assert breaks() == ["The journal begins at link 2, and no retention says so."]


def test_the_newest_link_is_kept_apart_every_five_minutes_and_a_torn_line_is_passed_over(journal, settings):
    for minute in (1, 6, 12):
        with time_machine.travel(datetime.datetime(2026, 2, 24, 19, minute, tzinfo=datetime.UTC), tick=False):
            note(journal.ruth, "student.seen", journal.maya)
            chain.link_waiting()
    with settings.JOURNAL_HEADS.open("a") as file:
        file.write("9 abc")
    kept = settings.JOURNAL_HEADS.read_text().splitlines()
    assert [line.split()[0] for line in kept] == ["5", "6", "7", "8", "9"]
    assert breaks() == []


def test_a_link_cannot_be_changed_or_deleted_while_its_entry_is_there(journal):
    for change in (lambda: Link.objects.update(digest="0" * 64), lambda: Link.objects.all().delete()):
        with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
            change()


def years_later(years):
    return time_machine.travel(datetime.datetime(2026 + years, 3, 1, tzinfo=datetime.UTC), tick=False)


def test_what_is_older_than_three_years_may_go_and_the_rest_still_holds(journal):
    with years_later(4):
        note(journal.dana, "student.seen", journal.ida)
        chain.link_waiting()
        before = datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)
        assert chain.older_than(before) == 5
        assert chain.forget_before(before) == 5
        chain.link_waiting()
        found = chain.verify()
        assert (found.links, found.breaks) == (3, [])
        assert list(Entry.objects.order_by("pk").values_list("verb", flat=True)) == [
            "student.seen",
            "journal.forgotten",
        ]
        assert (chain.older_than(before), chain.forget_before(before)) == (0, 0)
        with as_an_intruder():
            Entry.objects.filter(verb="student.seen").update(verb="x")
        assert len(breaks()) == 1


def test_the_database_refuses_to_forget_what_is_younger(journal):
    with years_later(2):
        note(journal.dana, "student.seen", journal.ida)
        chain.link_waiting()
        with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
            chain.forget_before(datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC))
    assert len(pks()) == 6


def test_entries_from_before_the_chain_wait_to_be_linked(journal):
    wait = importlib.import_module("heartwork.journal.migrations.0004_chain_what_is_there").WAIT
    with as_an_intruder():
        Link.objects.all().delete()
    for _ in range(2):  # it may run twice
        with connection.cursor() as cursor:
            cursor.execute(wait)
    assert Waiting.objects.count() == 5
    assert chain.link_waiting() == 5


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one transaction write at a time")
@pytest.mark.django_db(transaction=True)
def test_an_entry_committed_late_is_linked_late_and_keeps_nobody_waiting(district):
    begun, may_end = threading.Event(), threading.Event()

    def long_import():
        try:
            with transaction.atomic():
                note(district.dana, "import.applied")
                begun.set()
                may_end.wait(20)
        finally:
            connection.close()

    working = threading.Thread(target=long_import)
    working.start()
    begun.wait(20)
    quick = note(district.ruth, "student.seen", district.maya)
    chain.link_waiting()
    assert Link.objects.filter(entry_pk=quick.pk).exists()
    may_end.set()
    working.join()
    assert chain.link_waiting() == 1
    assert (Entry.objects.first().verb, Link.objects.last().entry_pk) == ("import.applied", Entry.objects.first().pk)
    assert breaks() == []
