"""What the chain of the journal needs: its links, and a list of the entries that wait to be linked.

The database itself puts each new entry on the list, so that one written past our code is linked too. It refuses to
change a link, and to delete an entry before it is three years older than the newest: then retention may.

SQLite rebuilds a table to alter it and drops its triggers without a word: a later migration that alters one of these
tables runs `refuse` again at its end (the tests of this room fail until it does).
"""

import importlib

from django.db import migrations, models

BEFORE = importlib.import_module("heartwork.journal.migrations.0002_append_only")
REFUSAL = BEFORE.REFUSAL

SQLITE = [
    *BEFORE.SQLITE[:1],
    "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal_entry"
    " WHEN OLD.at >= (SELECT datetime(at, '-3 years') FROM journal_entry ORDER BY id DESC LIMIT 1)"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    *BEFORE.SQLITE[2:],
    "CREATE TRIGGER journal_waits AFTER INSERT ON journal_entry"
    " BEGIN INSERT INTO journal_waiting (entry_pk) VALUES (NEW.id); END",
    f"CREATE TRIGGER journal_link_no_update BEFORE UPDATE ON journal_link BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "CREATE TRIGGER journal_link_no_delete BEFORE DELETE ON journal_link"
    " WHEN EXISTS (SELECT 1 FROM journal_entry WHERE id = OLD.entry_pk)"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "CREATE TRIGGER journal_link_no_replace BEFORE INSERT ON journal_link"
    " WHEN EXISTS (SELECT 1 FROM journal_link WHERE number = NEW.number OR entry_pk = NEW.entry_pk)"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
]
SQLITE_UNDO = [
    *BEFORE.SQLITE_UNDO,
    "DROP TRIGGER IF EXISTS journal_waits",
    *(f"DROP TRIGGER IF EXISTS journal_link_no_{what}" for what in ("update", "delete", "replace")),
]

POSTGRESQL = [
    BEFORE.POSTGRESQL[0],
    "CREATE TRIGGER journal_append_only BEFORE UPDATE OR TRUNCATE ON journal_entry"
    " FOR EACH STATEMENT EXECUTE FUNCTION journal_refuses()",
    "CREATE OR REPLACE FUNCTION journal_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF OLD.at >= (SELECT at FROM journal_entry ORDER BY id DESC LIMIT 1) - interval '3 years' THEN"
    f" RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
    "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal_entry FOR EACH ROW EXECUTE FUNCTION journal_keeps()",
    "CREATE OR REPLACE FUNCTION journal_waits() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN INSERT INTO journal_waiting (entry_pk) SELECT id FROM written; RETURN NULL; END $$",
    "CREATE TRIGGER journal_waits AFTER INSERT ON journal_entry"
    " REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION journal_waits()",
    "CREATE TRIGGER journal_link_append_only BEFORE UPDATE OR TRUNCATE ON journal_link"
    " FOR EACH STATEMENT EXECUTE FUNCTION journal_refuses()",
    "CREATE OR REPLACE FUNCTION journal_link_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF EXISTS (SELECT 1 FROM journal_entry WHERE id = OLD.entry_pk) THEN"
    f" RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
    "CREATE TRIGGER journal_link_no_delete BEFORE DELETE ON journal_link"
    " FOR EACH ROW EXECUTE FUNCTION journal_link_keeps()",
]
POSTGRESQL_UNDO = [
    "DROP TRIGGER IF EXISTS journal_link_append_only ON journal_link",
    "DROP TRIGGER IF EXISTS journal_link_no_delete ON journal_link",
    "DROP TRIGGER IF EXISTS journal_waits ON journal_entry",
    "DROP TRIGGER IF EXISTS journal_no_delete ON journal_entry",
    "DROP FUNCTION IF EXISTS journal_link_keeps()",
    "DROP FUNCTION IF EXISTS journal_waits()",
    "DROP FUNCTION IF EXISTS journal_keeps()",
    *BEFORE.POSTGRESQL_UNDO,
]


def statements(vendor):
    """What makes the journal append-only and keeps its chain on this engine, and what takes that back."""
    return (POSTGRESQL, POSTGRESQL_UNDO) if vendor == "postgresql" else (SQLITE, SQLITE_UNDO)


def refuse(apps, schema_editor):
    do, undo = statements(schema_editor.connection.vendor)
    for statement in [*undo, *do]:
        schema_editor.execute(statement, params=None)


def as_before(apps, schema_editor):
    for statement in statements(schema_editor.connection.vendor)[1]:
        schema_editor.execute(statement, params=None)
    BEFORE.refuse(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Waiting",
            fields=[("entry_pk", models.BigIntegerField(primary_key=True, serialize=False))],
            options={"verbose_name_plural": "waiting"},
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry_pk", models.BigIntegerField(unique=True)),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.RunPython(refuse, as_before),
    ]
