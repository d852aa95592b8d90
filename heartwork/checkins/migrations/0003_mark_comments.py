from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("checkins", "0002_know_an_answer_by_what_it_says")]

    operations = [
        migrations.AddField(
            model_name="checkin",
            name="comment_mark",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        ),
    ]
