"""Entries from before there was a chain wait to be linked, oldest first, as new ones do."""

from django.db import migrations

WAIT = (
    "INSERT INTO journal_waiting (entry_pk) SELECT id FROM journal_entry"
    " WHERE id NOT IN (SELECT entry_pk FROM journal_link) AND id NOT IN (SELECT entry_pk FROM journal_waiting)"
)


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_chain")]

    operations = [migrations.RunSQL(WAIT, migrations.RunSQL.noop)]
