"""What happens by itself: the journal is linked every few seconds; each night, what is kept no longer goes.

`heartwork serve` runs it beside the pages and the worker. What failed once is tried again at the next turn.
"""

import datetime
import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

import django
from django.db import close_old_connections
from django.utils import timezone

log = logging.getLogger("heartwork.clock")

STEP = 1.0  # seconds between two looks at the clock
NIGHT = datetime.time(3)  # local: after the evening's work, before the morning's


@dataclass
class Turn:
    """Something that is done again and again: every so many seconds, or once a day at night."""

    name: str
    does: Callable[[], object]
    every: float | None = None  # seconds; None: once a day
    last: datetime.datetime | None = None

    def is_due(self, now: datetime.datetime) -> bool:
        """Whether its time has come; what happens each night is also made up for once after a start."""
        if self.last is None or self.every is not None:
            return self.last is None or (now - self.last).total_seconds() >= (self.every or 0)
        local, last = timezone.localtime(now), timezone.localtime(self.last)
        night = local.replace(hour=NIGHT.hour, minute=0, second=0, microsecond=0)
        return local >= night > last

    def take(self, now: datetime.datetime) -> None:
        """Do it; a failure is logged by its kind alone, for its words may be those of a person."""
        self.last = now
        close_old_connections()
        try:
            self.does()
        except Exception as error:
            log.error("%s failed: %s", self.name, type(error).__name__)
        finally:
            close_old_connections()


def turns() -> list[Turn]:
    """Everything that happens by itself."""
    from heartwork.journal.chain import link_waiting
    from heartwork.privacy.actions import retain

    return [Turn("linking the journal", link_waiting, every=10), Turn("letting go what is old", retain)]


def main() -> None:
    """Until SIGTERM or SIGINT."""
    django.setup()
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    all_turns = turns()
    while not stopping.wait(STEP):
        now = timezone.now()
        for turn in all_turns:
            if not stopping.is_set() and turn.is_due(now):
                turn.take(now)


if __name__ == "__main__":
    main()
