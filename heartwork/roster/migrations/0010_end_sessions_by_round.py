from django.db import migrations, models


class Migration(migrations.Migration):
    """What a password is enough for, and a number by which every session of a person ends."""

    dependencies = [("roster", "0009_remember_tries_for_a_while")]

    operations = [
        migrations.AddField("staffmember", "has_short_password", models.BooleanField(default=False)),
        migrations.AddField("staffmember", "sessions_round", models.PositiveIntegerField(default=0)),
    ]
