"""The database itself refuses to change or remove what is in the journal, on SQLite and on PostgreSQL alike.

SQLite rebuilds a table to alter it and drops its triggers without a word: a later migration that alters this table
runs `refuse` again at its end (the tests of this room fail until it does).
"""

from django.db import migrations, models

REFUSAL = "The journal is only ever added to"

SQLITE = [
    f"CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal_entry BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    f"CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal_entry BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    # INSERT OR REPLACE removes a row without waking the trigger above.
    "CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal_entry"
    " WHEN EXISTS (SELECT 1 FROM journal_entry WHERE id = NEW.id)"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
]
SQLITE_UNDO = [f"DROP TRIGGER IF EXISTS journal_no_{what}" for what in ("update", "delete", "replace")]

POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION journal_refuses() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry"
    " FOR EACH STATEMENT EXECUTE FUNCTION journal_refuses()",
]
POSTGRESQL_UNDO = [
    "DROP TRIGGER IF EXISTS journal_append_only ON journal_entry",
    "DROP FUNCTION IF EXISTS journal_refuses()",
]


def statements(vendor):
    """What makes the journal append-only on this engine, and what takes that back."""
    return (POSTGRESQL, POSTGRESQL_UNDO) if vendor == "postgresql" else (SQLITE, SQLITE_UNDO)


def refuse(apps, schema_editor):
    do, undo = statements(schema_editor.connection.vendor)
    for statement in [*undo, *do]:
        schema_editor.execute(statement, params=None)


def allow(apps, schema_editor):
    for statement in statements(schema_editor.connection.vendor)[1]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_first")]

    operations = [
        migrations.AddIndex("entry", models.Index(fields=["verb", "at"], name="journal_verb")),
        migrations.RunPython(refuse, allow),
    ]
