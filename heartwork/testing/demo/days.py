"""Who does something in the demo's story, and on which day."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.utils import timezone

from heartwork.roster.models import StaffMember


def who(username: str) -> StaffMember:
    """Someone who works in the district."""
    return StaffMember.objects.get(username=username)


@contextmanager
def on(days_ago: int) -> Iterator[datetime.date]:
    """What happens inside happened so many days ago, or the Friday before, in the afternoon."""
    moment = timezone.now() - datetime.timedelta(days=days_ago)
    moment -= datetime.timedelta(days=max(0, timezone.localtime(moment).weekday() - 4))
    moment = timezone.localtime(moment).replace(hour=14, minute=40)
    with patch("django.utils.timezone.now", return_value=moment):
        yield timezone.localdate()
