"""Looking as somebody else: one reads what both may see, changes nothing, and the journal names both.

Only pages that declare it (`@shows(..., as_another=True)`) answer; every other one is not there meanwhile, nor is what
is kept for a person or a team alone. It is a note in the session of whoever looks, and ends with it, or after an hour.
"""

import time
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from heartwork.roster import access, people_queries
from heartwork.roster.models import StaffMember
from heartwork.web.page import page

KEY = "viewing"
LONGEST = 60 * 60  # seconds


def begin(request: HttpRequest, person: StaffMember) -> None:
    """From the next page on whoever is signed in looks as this person."""
    request.session[KEY] = [request.user.pk, str(person.public_id), int(time.time())]


def end(request: HttpRequest) -> None:
    """From the next page on they look as themselves."""
    request.session.pop(KEY, None)


def looked_as(request: HttpRequest) -> StaffMember | None:
    """As whom the one who is signed in looks now, if they still may. No query for whoever looks as themselves."""
    who, public_id, begun = request.session.get(KEY, (None, "", 0))
    if who is None or not isinstance(request.user, StaffMember):
        return None
    if who == request.user.pk and time.time() - begun < LONGEST and access.may(request.user, "view_as.open"):
        person = people_queries.own_staff(request.user).filter(public_id=public_id).first()
        if person and person != request.user and not access.has_left(person):
            return person
    end(request)
    return None


class ViewingAsAnother:
    """Puts the other person in the place of whoever is signed in, for one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Not for what is public, nor for the one button that ends it."""
        if hasattr(view, "public") or (request.resolver_match and request.resolver_match.url_name == "view-as-end"):
            return
        if person := looked_as(request):
            person.seen_by = request.user  # type: ignore[assignment]
            person.kept_assignments, person.kept_reach, person.kept_students = {}, {}, set()  # type: ignore[attr-defined]
            request.user = person

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What is not there, not theirs or not shown so: one answer, which says as whom one looks."""
        if isinstance(exception, Http404) and getattr(request.user, "seen_by", None):
            return page(request, "roster/not_as_another.html", status=404)
        return None
