"""What is told of a visit stands, whatever is sent or taken back later."""

from django.db import migrations

import heartwork.sealing.fields


class Migration(migrations.Migration):
    dependencies = [("walkthroughs", "0001_first")]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="told",
            field=heartwork.sealing.fields.SealedTextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
