"""Where a support comes up in what teams think and try: each room that names supports shows it here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from heartwork.roster.models import StaffMember
from heartwork.supports.models import Support


@dataclass(frozen=True)
class Appearance:
    """One place where a support comes up: in words, and its address."""

    words: str
    address: str


Finds = Callable[[StaffMember, Support], Iterable[Appearance]]
_FINDS: list[Finds] = []


def show(finds: Finds) -> None:
    """Have what `finds` answers stand on a support's page; called once, by a room's `activity.py`."""
    _FINDS.append(finds)


def appearances(viewer: StaffMember, support: Support) -> list[Appearance]:
    """Where the support comes up, as far as the viewer may see it. A query or two for each room that names supports."""
    return [found for finds in _FINDS for found in finds(viewer, support)]
