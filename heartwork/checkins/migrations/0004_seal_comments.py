"""What students wrote is sealed; a mark tells an import whether it has seen it."""

from django.db import migrations

from heartwork.sealing.migrating import seal_rows


class Migration(migrations.Migration):

    dependencies = [("checkins", "0003_mark_comments")]

    operations = [seal_rows("checkins", "CheckIn", "comment", mark="comment_mark")]
