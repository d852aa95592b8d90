"""What students say of themselves, and what is noted of them, is sealed; a mark tells an import whether it has seen it."""

from django.db import migrations

from heartwork.sealing.migrating import seal_rows


class Migration(migrations.Migration):

    dependencies = [("roster", "0011_mark_strengths")]

    operations = [seal_rows("roster", "Strength", "text", mark="text_mark")]
