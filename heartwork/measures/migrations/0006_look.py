import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("measures", "0005_note_of_a_section")]

    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                (
                    "measure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="look",
                        serialize=False,
                        to="measures.measure",
                    ),
                ),
                ("made_for", models.CharField(max_length=100)),
                ("since", models.DateField()),
                ("last", models.DateField(null=True)),
                ("periods", models.JSONField()),
                ("usual", models.JSONField()),
                ("groups", models.JSONField()),
                ("everyone", models.JSONField()),
                ("everyone_pooled", models.JSONField()),
                ("by_group", models.JSONField()),
                ("by_group_pooled", models.JSONField()),
            ],
        ),
    ]
