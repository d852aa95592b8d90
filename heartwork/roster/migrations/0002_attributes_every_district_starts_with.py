"""The federal categories by which subgroups form. A district may add its own and change the words."""

from django.db import migrations

ATTRIBUTES = [  # kind, code, label, sensitive
    ("race_ethnicity", "american_indian", "American Indian or Alaska Native", False),
    ("race_ethnicity", "asian", "Asian", False),
    ("race_ethnicity", "black", "Black or African American", False),
    ("race_ethnicity", "hispanic", "Hispanic/Latino of any race", False),
    ("race_ethnicity", "pacific_islander", "Native Hawaiian or Other Pacific Islander", False),
    ("race_ethnicity", "white", "White", False),
    ("race_ethnicity", "race_not_reported", "Race not reported", False),
    ("language", "english_learner", "Learning English", False),
    ("disability", "disability", "Student with a disability (IEP)", True),
    ("disability", "section_504", "Section 504 plan", True),
    ("income", "low_income", "Low income", True),
    ("housing", "no_stable_housing", "Without stable housing (McKinney-Vento)", True),
    ("foster", "foster_care", "In foster care", True),
]


def add(apps, schema_editor):
    model = apps.get_model("roster", "Attribute")
    for order, (kind, code, label, sensitive) in enumerate(ATTRIBUTES):
        model.objects.get_or_create(
            code=code, defaults={"kind": kind, "label": label, "order": order, "is_sensitive": sensitive}
        )


class Migration(migrations.Migration):
    dependencies = [("roster", "0001_first")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
