"""What each member wrote alone is sealed."""

from django.db import migrations

from heartwork.sealing.migrating import seal_rows


class Migration(migrations.Migration):

    dependencies = [("audits", "0002_remember_which_window_wrote")]

    operations = [seal_rows("audits", "Answer", "text")]
