import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

STAFF, PLACE = settings.AUTH_USER_MODEL, "roster.organization"


def to(model, **more):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=model, **more)


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0001_first"),
        ("roster", "0001_first"),
        migrations.swappable_dependency(STAFF),
    ]

    operations = [
        migrations.AlterModelOptions("measure", {"ordering": ["name", "pk"]}),
        migrations.RenameField("measure", "kind", "data"),
        migrations.RenameField("measure", "frequency", "cadence"),
        migrations.AddField("measure", "public_id", models.UUIDField(null=True, editable=False)),
        migrations.AddField("measure", "kind", models.CharField("What it is for", max_length=40, default="process")),
        migrations.AddField(
            "measure",
            "definition",
            models.TextField("In words, so that two people count alike", blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField("measure", "source", models.CharField(max_length=40, default="typed")),
        migrations.AddField("measure", "school", to(PLACE, null=True, related_name="+")),
        migrations.AddField("measure", "section", to("roster.section", null=True, related_name="+")),
        migrations.AddField("measure", "goal", models.FloatField("Goal", null=True)),
        migrations.AddField("measure", "recorder", to(STAFF, null=True, related_name="+")),
        migrations.AddField("measure", "per_student", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("measure", "cannot_be_measured", models.BooleanField(default=False)),
        migrations.AddField("measure", "stands_for", to("measures.measure", null=True, related_name="stand_ins")),
        migrations.AddField("measure", "ended_on", models.DateField(null=True)),
        migrations.AlterField("measure", "name", models.CharField("Name", max_length=255)),
        migrations.AlterField("measure", "data", models.CharField("What is counted", max_length=40)),
        migrations.AlterField(
            "measure", "direction", models.CharField("Which way is better", max_length=60, default="neutral")
        ),
        migrations.AlterField("measure", "numerator", models.CharField("What is counted", max_length=255)),
        migrations.AlterField("measure", "denominator", models.CharField("Out of what", max_length=255, blank=True)),
        migrations.AlterField("measure", "cadence", models.CharField("How often", max_length=40, default="week")),
        migrations.RemoveConstraint("datapoint", "data_point_of_school_once"),
        migrations.RemoveConstraint("datapoint", "data_point_of_section_once"),
        migrations.RenameField("datapoint", "week", "period"),
        migrations.AddField("datapoint", "entered_by", to(STAFF, null=True, related_name="+", db_index=False)),
        migrations.AddField("datapoint", "entered_at", models.DateTimeField(null=True)),
        migrations.AddField("datapoint", "superseded_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "datapoint",
            models.UniqueConstraint(
                fields=["measure", "subgroup_kind", "subgroup", "school", "period"],
                condition=Q(section=None, superseded_at=None),
                name="data_point_of_school_once",
            ),
        ),
        migrations.AddConstraint(
            "datapoint",
            models.UniqueConstraint(
                fields=["measure", "subgroup_kind", "subgroup", "section", "period"],
                condition=Q(section__isnull=False, superseded_at=None),
                name="data_point_of_section_once",
            ),
        ),
        migrations.CreateModel(
            "ChartChoice",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subgroup_kind", models.CharField(max_length=60, default="all")),
                ("subgroup", models.CharField(max_length=100, default="all")),
                ("specification", models.JSONField()),
                ("engine", models.CharField(max_length=20)),
                ("what", models.CharField(max_length=20)),
                ("reason", models.TextField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("made_by", to(STAFF, related_name="+")),
                ("measure", to("measures.measure", related_name="choices")),
                ("school", to(PLACE, null=True, related_name="+")),
                ("section", to("roster.section", null=True, related_name="+")),
            ],
            options={"ordering": ["-made_at", "-pk"]},
        ),
        migrations.CreateModel(
            "Annotation",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period", models.DateField()),
                ("words", models.CharField(max_length=200)),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("added_by", to(STAFF, null=True, related_name="+")),
                ("measure", to("measures.measure", related_name="annotations")),
                ("school", to(PLACE, null=True, related_name="+")),
            ],
            options={"ordering": ["period", "pk"]},
        ),
    ]
