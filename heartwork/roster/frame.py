"""What the frame of every page asks of access: which places this person has."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heartwork.roster.access import may


@dataclass(frozen=True)
class Place:
    """One of the few places at the top of every page: the name of its address, its word, its icon, who may go."""

    name: str
    word: str | Promise
    icon: str
    shows: str

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.name)


PLACES = [
    Place("today", _("Today"), "today", "self.read"),
    Place("students", _("Students"), "students", "student.read"),
    Place("supports", _("Supports"), "supports", "support.read"),
    Place("measures", _("Measures"), "measures", "measure.read"),
    Place("together", _("Together"), "together", "team.read"),
    Place("privacy", _("Privacy"), "eye", "privacy.read"),
    Place("imports", _("Imports"), "upload", "import.read"),
]


def places(request: HttpRequest) -> dict[str, Any]:
    """The places of the person who is signed in, and how long they stay so, for the frame of the page."""
    if not request.user.is_authenticated:
        return {"places": []}
    shown = [place for place in PLACES if may(request.user, place.shows)]
    if getattr(request.user, "seen_by", None):
        shown = [place for place in shown if getattr(resolve(place.url).func, "as_another", False)]
    return {"places": shown, "idle_seconds": settings.IDLE_SECONDS}
