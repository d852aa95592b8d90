import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("measures", "0004_measure_public_id"), ("roster", "0001_first")]

    operations = [
        migrations.AddField(
            "annotation",
            "section",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="roster.section"
            ),
        ),
    ]
