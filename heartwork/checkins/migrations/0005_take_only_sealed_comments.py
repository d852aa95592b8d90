from django.db import migrations

import heartwork.sealing.fields
from heartwork.sealing.migrating import OnlySealed


class Migration(migrations.Migration):

    dependencies = [("checkins", "0004_seal_comments")]

    operations = [
        OnlySealed(
            model_name="checkin",
            name="comment",
            field=heartwork.sealing.fields.SealedTextField(blank=True),
        ),
    ]
