"""Where something comes up in what teams think and try: each room that names supports or measures shows it here."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from heartwork.roster.models import StaffMember
from heartwork.teams.models import Meeting, Team


@dataclass(frozen=True)
class Appearance:
    """One place where something comes up: in words, and its address."""

    words: str
    address: str


Finds = Callable[[StaffMember, Any], Iterable[Appearance]]
_FINDS: dict[type[Model], list[Finds]] = defaultdict(list)


def show(model: type[Model], finds: Finds) -> None:
    """Have what `finds` answers stand on the pages of this model; called once, when a room starts."""
    _FINDS[model].append(finds)


def at_last_meetings(teams: Iterable[Team], activity: str, words: str) -> Iterator[Appearance]:
    """Where each of these teams last sat down to an activity. words: with the place for the name of the team."""
    for team in teams:
        if meeting := Meeting.objects.filter(team=team, activity=activity).first():
            yield Appearance(words % {"team": team.name}, meeting.get_absolute_url())


def appearances(viewer: StaffMember, thing: Model) -> list[Appearance]:
    """Where it comes up, as far as the viewer may see that. A query or two for each room that names such things."""
    return [found for finds in _FINDS[type(thing)] for found in finds(viewer, thing)]
