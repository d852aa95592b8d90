from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("roster", "0010_end_sessions_by_round")]

    operations = [
        migrations.AddField(
            model_name="strength",
            name="text_mark",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        ),
        migrations.AlterField(
            model_name="strength",
            name="text",
            field=models.TextField(max_length=500),  # what is sealed is longer than its words
        ),
    ]
