"""How long one stays signed in; and what was typed when that was over, kept until the same person is back."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from typing import Any

from allauth.account.internal.flows.login import clear_authentication_records
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends.base import SessionBase
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse

from heartwork.roster.access import has_left
from heartwork.roster.models import StaffMember
from heartwork.sealing.seals import seal, unseal

EVERY = 60  # seconds between two notes of when a session was last used
OWES = "owes_second_step"  # in a session begun by a password alone, where the district asks for more: what was wanted
WAS = "was"  # in a session that is over: who had it, so that nobody else sends what they typed
TYPED = "typed"
FORMS_KEPT = 5  # of one browser
LONGEST = 500_000  # characters of one form
PLACE = "django_session.typed"
NEVER_KEPT = ("password", "csrfmiddlewaretoken", "credential", "code", "secret")


class SessionsEnd:
    """A session ends when it was not used for a while, or at the latest after a school day.

    Who had it stays known to the session, and nothing else: a form sent afterwards is kept for that person alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """One note a minute that the session is used; none for what a page asks by itself."""
        session = request.session
        if who := session.get(SESSION_KEY):
            if isinstance(request.user, StaffMember):
                unused, _ = _seconds(session, request.user)
                if is_over(session, request.user):
                    _end(request, who)
                elif unused >= EVERY and "X-Unattended" not in request.headers:
                    session["seen"] = int(time.time())
            else:
                session[WAS] = who  # ended elsewhere: another password, another role, or they have left
        return self.get_response(request)


def is_over(session: SessionBase, person: StaffMember) -> bool:
    """Whether this session was not used for a while, or has lasted longer than a school day."""
    unused, lasted = _seconds(session, person)
    return unused > settings.IDLE_SECONDS or lasted > settings.LONGEST_SECONDS


def whose(scope: dict[str, Any]) -> StaffMember | None:
    """Who has signed in and asks on this ASGI connection, which no middleware has seen; None for a stranger."""
    request = ASGIRequest(scope, BytesIO())
    sessions = import_module(settings.SESSION_ENGINE)
    request.session = sessions.SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    person = get_user(request)
    if not isinstance(person, StaffMember) or OWES in request.session:
        return None
    if has_left(person) or is_over(request.session, person):
        return None
    return person


def _seconds(session: SessionBase, person: StaffMember) -> tuple[int, int]:
    """For how long it was not used, and for how long it has lasted."""
    now, signed_in = int(time.time()), int(person.last_login.timestamp()) if person.last_login else 0
    return now - session.get("seen", signed_in), now - session.get("begun", signed_in)


def _end(request: HttpRequest, who: str) -> None:
    for key in (SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY):
        request.session.pop(key, None)
    request.session.pop("viewing", None)
    clear_authentication_records(request)
    request.session.cycle_key()
    request.session[WAS] = who
    request.user = AnonymousUser()


# -- what was typed


@dataclass(frozen=True)
class Typed:
    """A form that was sent when its session was over: where to, and its fields in order."""

    path: str
    fields: list[tuple[str, str]]


def keep_typed(request: HttpRequest, path: str) -> str | None:
    """Keep the posted form for whoever had the session, sealed; by which key to ask for it. None: nothing to keep.

    Passwords and codes are not kept, nor files, nor what is longer than any form of ours.
    """
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if not any(part in name.lower() for part in NEVER_KEPT)
        for value in values
        if isinstance(value, str)
    ]
    words = json.dumps([path, fields])
    who = request.session.get(WAS)
    if not who or not fields or len(words) > LONGEST:
        return None
    key = uuid.uuid4().hex
    kept = dict(list(request.session.get(TYPED, {}).items())[1 - FORMS_KEPT :])
    request.session[TYPED] = kept | {key: [who, seal(words, PLACE)]}
    return key


def take_typed(request: HttpRequest, key: str) -> Typed | None:
    """What was kept under this key for the person who is signed in now: once."""
    kept = dict(request.session.get(TYPED, {}))
    who, sealed = kept.pop(key, ("", ""))
    request.session[TYPED] = kept
    if who != str(request.user.pk):
        return None
    path, fields = json.loads(unseal(sealed, PLACE))
    return Typed(path, [(name, value) for name, value in fields])


def forget_others(request: HttpRequest) -> None:
    """What somebody else typed in this browser, or was still to be told, goes when another person signs in."""
    for left in (WAS, SessionStorage.session_key):
        request.session.pop(left, None)
    kept = request.session.pop(TYPED, {})
    if mine := {key: each for key, each in kept.items() if each[0] == str(request.user.pk)}:
        request.session[TYPED] = mine
