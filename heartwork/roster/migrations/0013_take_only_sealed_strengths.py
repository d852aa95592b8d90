from django.db import migrations

import heartwork.sealing.fields
from heartwork.sealing.migrating import OnlySealed


class Migration(migrations.Migration):

    dependencies = [("roster", "0012_seal_strengths")]

    operations = [
        OnlySealed(
            model_name="strength",
            name="text",
            field=heartwork.sealing.fields.SealedTextField(max_length=500),
        ),
    ]
