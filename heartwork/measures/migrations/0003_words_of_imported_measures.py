"""Which way is better and how often, as imports wrote them in words, become our codes; each measure gets its id."""

import uuid

from django.db import migrations


def to_codes(apps, schema_editor):
    Measure = apps.get_model("measures", "Measure")
    for measure in Measure.objects.all():
        words = measure.direction.lower()
        way = "up" if "higher" in words else "down" if "lower" in words else words
        measure.direction = way if way in ("up", "down") else "neutral"
        measure.cadence = "day" if measure.cadence.lower().startswith(("day", "dai")) else "week"
        measure.source = "imported" if measure.source_id else measure.source
        measure.public_id = measure.public_id or uuid.uuid4()
        measure.save()


def to_words(apps, schema_editor):
    words = {"up": "higher is better", "down": "lower is better"}
    for measure in apps.get_model("measures", "Measure").objects.all():
        measure.direction = words.get(measure.direction, "")
        measure.cadence = {"day": "daily", "week": "weekly"}.get(measure.cadence, measure.cadence)
        measure.save()


class Migration(migrations.Migration):
    dependencies = [("measures", "0002_what_a_measure_says")]

    operations = [migrations.RunPython(to_codes, to_words)]
