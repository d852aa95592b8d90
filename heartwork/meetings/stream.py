"""The stream by which a meeting's screens hear that it has changed: one quiet connection each, and one look for all.

An ASGI application beside the pages. Each process looks into the database four times a second, once for all meetings
that somebody follows in it, and tells those whose meeting has changed. Only numbers go out: what has changed is asked
for as a page, through the page's own door.
"""

import asyncio
import json
import re
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.http import Http404

from heartwork.meetings import queries
from heartwork.roster import access
from heartwork.roster.models import StaffMember
from heartwork.roster.sessions import is_over
from heartwork.teams.models import Meeting

PATH = re.compile(r"/meetings/([0-9a-f-]{36})/stream/")
LOOK_EVERY = 0.25  # seconds
SAY_SOMETHING_EVERY = 15  # seconds: a proxy closes a silent connection
AT_MOST = 300  # seconds; then the browser comes again, and is asked again who it is
AS_IT_SAYS = (b"x-content-type-options", b"nosniff")  # no middleware of the pages puts it here

News = tuple[int, str]  # how often the meeting has changed, and its stage
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

# A thread of its own, with a connection of its own: a slow page does not hold up the meetings.
_database = ThreadPoolExecutor(1, thread_name_prefix="meetings")


class Watch:
    """The meetings that are followed in this process, and who follows them."""

    def __init__(self) -> None:
        self.ears: dict[int, set[asyncio.Queue[News]]] = defaultdict(set)
        self.known: dict[int, News] = {}
        self.looking: asyncio.Task[None] | None = None

    def follow(self, pk: int) -> "asyncio.Queue[News]":
        """A place where news of this meeting arrives: only the latest is kept."""
        ear: asyncio.Queue[News] = asyncio.Queue(1)
        self.ears[pk].add(ear)
        if pk in self.known:
            ear.put_nowait(self.known[pk])
        if self.looking is None or self.looking.done():
            self.looking = asyncio.create_task(self._look())
        return ear

    def leave(self, pk: int, ear: "asyncio.Queue[News]") -> None:
        """Nobody listens there any more."""
        self.ears[pk].discard(ear)
        if not self.ears[pk]:
            del self.ears[pk]
            self.known.pop(pk, None)

    async def _look(self) -> None:
        """Look as long as somebody listens; a database that does not answer is asked again."""
        while self.ears:
            try:
                found = await asyncio.get_running_loop().run_in_executor(_database, _news_of, list(self.ears))
            except Exception:  # whatever is wrong with the database, the pages will say
                found = {}
            for pk, news in found.items():
                if self.known.get(pk) != news and pk in self.ears:
                    self.known[pk] = news
                    for ear in self.ears[pk]:
                        if ear.full():
                            ear.get_nowait()
                        ear.put_nowait(news)
            await asyncio.sleep(LOOK_EVERY)


_watch = Watch()


def _news_of(pks: list[int]) -> dict[int, News]:
    close_old_connections()
    rows = Meeting.objects.filter(pk__in=pks).values_list("pk", "changes", "stage", "closed_at")
    return {pk: (changes, "closed" if closed_at else stage) for pk, changes, stage, closed_at in rows}


def _meeting_of(scope: Scope) -> int | None:
    """The meeting's pk, if whoever asks has signed in and may read it."""
    close_old_connections()
    found = PATH.fullmatch(scope["path"])
    request = ASGIRequest(scope, BytesIO())
    sessions = import_module(settings.SESSION_ENGINE)
    request.session = sessions.SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    viewer = get_user(request)
    if found is None or not isinstance(viewer, StaffMember) or access.has_left(viewer):
        return None
    if is_over(request.session, viewer):
        return None
    try:
        return queries.meeting(viewer, uuid.UUID(found[1])).pk
    except (Http404, ValueError):
        return None


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Tell one screen whenever its meeting changes, until it leaves or five minutes are over."""
    loop = asyncio.get_running_loop()
    pk = await loop.run_in_executor(_database, _meeting_of, scope)
    if pk is None:
        # 204 tells a browser not to come again.
        await send({"type": "http.response.start", "status": 204, "headers": [AS_IT_SAYS]})
        await send({"type": "http.response.body", "body": b""})
        return
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        AS_IT_SAYS,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    ear = _watch.follow(pk)
    gone = asyncio.create_task(_gone(receive))
    hears = asyncio.create_task(ear.get())
    until = loop.time() + AT_MOST
    try:
        while loop.time() < until:
            await asyncio.wait({gone, hears}, timeout=SAY_SOMETHING_EVERY, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                return
            said = ": still here\n\n"
            if hears.done():
                changes, stage = hears.result()
                said = f"data: {json.dumps({'changes': changes, 'stage': stage})}\n\n"
                hears = asyncio.create_task(ear.get())
            await send({"type": "http.response.body", "body": said.encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        hears.cancel()
        _watch.leave(pk, ear)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
