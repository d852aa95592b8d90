from django.db import migrations

import heartwork.sealing.fields
from heartwork.sealing.migrating import OnlySealed


class Migration(migrations.Migration):

    dependencies = [("audits", "0003_seal_answers")]

    operations = [
        OnlySealed(
            model_name="answer",
            name="text",
            field=heartwork.sealing.fields.SealedTextField(blank=True),
        ),
    ]
