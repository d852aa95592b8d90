"""Ruth asks the students of 8B whom they trust; each has a slip."""

import datetime
from typing import Any

from django.utils import timezone

from heartwork.roster.models import Assignment
from heartwork.testing.people import DAY
from heartwork.trusted import actions
from heartwork.trusted.models import Asking, Slip
from heartwork.web.picture_pin import pictures_of


def asked(district: Any, hours: int = 1) -> Asking:
    """Ruth asks the students of 8B."""
    until = timezone.now() + datetime.timedelta(hours=hours)
    return actions.ask(district.ruth, school=district.elm, section=district.section_8b, until=until)


def slip_of(asking: Asking, student: Any) -> Slip:
    """The student's slip."""
    return Slip.objects.get(asking=asking, student=student)


def typed(slip: Slip, **other: str) -> dict[str, str]:
    """What the student types from their slip."""
    pictures = pictures_of(slip.asking.token, slip.code)
    return {"code": slip.code} | {f"picture_{n}": name for n, name in enumerate(pictures)} | other


def opened_in_an_emergency(person: Any, student: Any) -> Assignment:
    """The person opened this student's page in an emergency."""
    return Assignment.objects.create(
        staff=person,
        role="break_glass",
        student=student,
        begin=DAY,
        ends_at=timezone.now() + datetime.timedelta(hours=9),
    )
