"""A task of which each must have its effect once."""

import time

from django.conf import settings
from django_tasks import task

from heartwork.once.effects import DoneAlready, effect


@task()
def write_line(number: int) -> None:
    """Add a line to the journal, once; take a moment over it, so that a worker can be killed meanwhile."""
    from heartwork.journal.actions import note

    try:
        with effect(f"line {number}"):
            note(None, "fault.line", number=number)
            if number % 10 == 0:
                time.sleep(0.05)
    except DoneAlready:
        (settings.DATA / "again").open("a").write(f"{number}\n")
