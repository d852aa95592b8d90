import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("roster", "0013_take_only_sealed_strengths")]

    operations = [
        migrations.AddField(
            model_name="assignment", name="ends_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="assignment",
            name="stands_in_for",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="substitutes",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("stands_in_for__isnull", False)),
                fields=["stands_in_for"],
                name="assignment_standing_in",
            ),
        ),
    ]
