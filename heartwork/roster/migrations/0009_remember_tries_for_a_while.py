from django.core.management import call_command
from django.db import migrations

TABLE = "short_memory"  # as CACHES in the settings calls it; fixed here, since a migration does not change


def make(apps, schema_editor):
    call_command("createcachetable", TABLE, database=schema_editor.connection.alias, verbosity=0)


def drop(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE {schema_editor.quote_name(TABLE)}")


class Migration(migrations.Migration):
    """A table for what processes remember together for some minutes: tries to sign in, codes that were used."""

    dependencies = [("roster", "0008_let_one_index_serve_family_links")]

    operations = [migrations.RunPython(make, drop)]
