import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("measures", "0003_words_of_imported_measures")]

    operations = [
        migrations.AlterField(
            "measure", "public_id", models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
        ),
    ]
