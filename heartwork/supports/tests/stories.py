"""Short ways to say what the stories of these tests begin with."""

import datetime

from heartwork.records.models import Screening
from heartwork.supports.models import Domain, Emphasis, Kind, Participation, Support, Tier, UniversalRule


def offer(name, *, school=None, tier=2, reach="listed", emphasis="relationship", domain="belonging", kind="", **more):
    """A support in the inventory; one for everyone reaches all of its school, or of the district."""
    support = Support.objects.create(
        name=name,
        school=school,
        tier=Tier.objects.get(number=tier),
        domain=Domain.objects.get(code=domain),
        emphasis=Emphasis.objects.get(code=emphasis),
        kind=Kind.objects.get(code=kind) if kind else None,
        reach=reach,
        **more,
    )
    if reach == "everyone":
        UniversalRule.objects.create(support=support, school=school)
    return support


def take_part(support, *students, status="active", **dates):
    """The students are in the support."""
    return [
        Participation.objects.create(support=support, student=student, status=status, **dates) for student in students
    ]


def screen(student, score, *, line=20, window="fall", date=datetime.date(2025, 9, 24), screener="social-emotional"):
    """One screening score of a student, with the Tier 2 line at 20."""
    return Screening.objects.create(
        student=student, screener=screener, window=window, date=date, score=score, tier2_cut=line
    )
