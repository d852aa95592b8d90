"""What later rooms draw on a measure's chart: stretches of time in which something was tried."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from heartwork.measures.models import Measure
from heartwork.roster.models import StaffMember


@dataclass(frozen=True)
class Span:
    """Something that was tried from one day to another (None: it still goes on), and the page that tells of it."""

    name: str  # "Cycle 2"
    what: str  # "Two-minute talks"
    begin: datetime.date
    end: datetime.date | None
    url: str


Source = Callable[[StaffMember, Measure], list[Span]]
SOURCES: list[Source] = []


def add_spans(source: Source) -> None:
    """From now on charts show what this source tells of a measure, as far as the viewer may know."""
    SOURCES.append(source)


def spans_of(viewer: StaffMember, measure: Measure) -> list[Span]:
    """All that was tried while this was measured, by its first day."""
    return sorted((span for source in SOURCES for span in source(viewer, measure)), key=lambda span: span.begin)
