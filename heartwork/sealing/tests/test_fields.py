"""A sealed field: words in Python, sealed words in the database, and no question about them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Upper
from django.test.utils import isolate_apps

from heartwork.sealing import fields, keys
from heartwork.sealing.seals import MARK, SealBroken, seal

pytestmark = pytest.mark.data


@pytest.fixture
def diary(db: None) -> Iterator[Any]:
    """A table with a sealed column, and one whose words are plain."""
    with isolate_apps("heartwork.sealing"):

        class Diary(models.Model):
            text = fields.SealedTextField(blank=True)
            title = models.TextField(blank=True)

            class Meta:
                app_label = "sealing"

            def __str__(self) -> str:
                return str(self.pk)

        # As a migration would write it, but inside the transaction of the test.
        editor = connection.SchemaEditorClass(connection, collect_sql=True, atomic=False)
        editor.deferred_sql = []
        editor.create_model(Diary)
        run(editor.collected_sql)
        yield Diary
        run([f"DROP TABLE {Diary._meta.db_table}"])


def run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def raw(pk: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM sealing_diary WHERE id = %s", [pk])
        return str(cursor.fetchone()[0])


def test_every_way_of_writing_seals_and_reading_opens(diary: Any) -> None:
    made = diary.objects.create(text="alone one")
    several = diary.objects.bulk_create([diary(text="alone two"), diary(text="alone three")])
    diary.objects.filter(pk=several[0].pk).update(text="alone four")
    several[1].text = "alone five"
    diary.objects.bulk_update(several[1:], ["text"])
    found = {each.pk: each.text for each in diary.objects.all()}
    assert found == {made.pk: "alone one", several[0].pk: "alone four", several[1].pk: "alone five"}
    assert set(diary.objects.values_list("text", flat=True)) == set(found.values())
    for pk in found:
        assert raw(pk).startswith(MARK)
        assert "alone" not in raw(pk)


def test_each_write_takes_a_fresh_key(diary: Any) -> None:
    made = diary.objects.create(text="same")
    before = raw(made.pk)
    made.save()
    assert raw(made.pk) != before


@pytest.mark.parametrize("value", [Value("plain"), F("title"), Upper("title")])
def test_the_database_refuses_words_that_are_not_sealed(diary: Any, value: Any) -> None:
    made = diary.objects.create(text="kept", title="plain")
    with pytest.raises(IntegrityError), transaction.atomic():
        diary.objects.filter(pk=made.pk).update(text=value)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE sealing_diary SET text = 'plain'")
    made.refresh_from_db()
    assert made.text == "kept"


@pytest.mark.parametrize(
    "asked",
    [
        "text",
        "text__contains",
        "text__iexact",
        "text__in",
        "text__gt",
        "text__regex",
        "text__startswith",
        "text__upper",
    ],
)
def test_no_question_about_the_words_is_answered(diary: Any, asked: str) -> None:
    diary.objects.create(text="secret")
    with pytest.raises(FieldError):
        list(diary.objects.filter(**{asked: ["secret"] if asked.endswith("in") else "secret"}))
    with pytest.raises(FieldError):
        list(diary.objects.exclude(**{asked: ["secret"] if asked.endswith("in") else "secret"}))


def test_whether_it_is_empty_may_be_asked(diary: Any) -> None:
    written, empty = diary.objects.create(text="words"), diary.objects.create()
    assert list(diary.objects.exclude(text="")) == [written]
    assert list(diary.objects.filter(text="")) == [empty]
    assert raw(empty.pk) == ""


def test_two_columns_are_not_compared(diary: Any) -> None:
    with pytest.raises(FieldError):
        list(diary.objects.filter(text=F("title")))


def test_a_row_copied_into_another_table_or_changed_does_not_open(diary: Any) -> None:
    made = diary.objects.create(text="mine")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sealing_diary SET text = %s", [seal("theirs", "another_table.text")])
    with pytest.raises(SealBroken):
        made.refresh_from_db()


def test_a_dump_is_refused(diary: Any) -> None:
    with pytest.raises(FieldError, match="heartwork backup"):
        serializers.serialize("json", [diary.objects.create(text="secret")])


def test_words_in_the_shape_of_a_seal_are_words_like_others(diary: Any) -> None:
    """Nobody can have the site open what they copied from a stolen database by typing it in."""
    stolen = seal("another's words", "sealing_diary.text")
    made = diary.objects.create(text=stolen)
    made.full_clean()
    made.refresh_from_db()
    assert made.text == stolen


def test_the_keys_that_rows_need_are_known(diary: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "sealed_fields", lambda: iter([diary._meta.get_field("text")]))
    assert fields.keys_in_use() == set()
    diary.objects.create(text="")
    assert fields.keys_in_use() == set()
    diary.objects.create(text="one")
    first = keys.current().id
    young = keys.make().id
    diary.objects.create(text="two")
    assert fields.keys_in_use() == {first, young}
