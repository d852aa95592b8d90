"""Short ways to say what the stories of these tests begin with."""

import datetime

from heartwork.measures.models import EVERYONE, DataPoint, Measure
from heartwork.records.models import SchoolDay
from heartwork.testing.people import DAY

WEEK = datetime.timedelta(days=7)
THIS_WEEK = DAY - datetime.timedelta(days=DAY.weekday())
STEADY = [(18, 24), (19, 24), (17, 24), (18, 24), (20, 24), (18, 24), (17, 24), (19, 24)] * 3


def count(name, **more):
    """Something that is counted: so many of so many students, each of them once a week."""
    if section := more.get("section"):
        more["school"] = section.school
    told = {"data": "proportion", "direction": "up", "numerator": "greeted by name", "denominator": "students there"}
    return Measure.objects.create(name=name, **(told | {"per_student": 1} | more))


def weeks(n):
    """The Mondays of the last n weeks, this one too, oldest first."""
    return [THIS_WEEK - WEEK * back for back in range(n - 1, -1, -1)]


def on_record(measure, school, values, *, section=None, group=(EVERYONE, EVERYONE), **more):
    """Values of the last weeks, oldest first; None where there is none."""
    return DataPoint.objects.bulk_create(
        DataPoint(
            measure=measure,
            school=school,
            section=section,
            subgroup_kind=group[0],
            subgroup=group[1],
            period=week,
            numerator=value[0] if isinstance(value, tuple) else value,
            denominator=value[1] if isinstance(value, tuple) else 1,
            **more,
        )
        for week, value in zip(weeks(len(values)), values, strict=True)
        if value is not None
    )


def in_school(*mondays, days=5):
    """There was school in these weeks."""
    SchoolDay.objects.bulk_create(
        SchoolDay(date=monday + datetime.timedelta(days=day), week=monday) for monday in mondays for day in range(days)
    )
