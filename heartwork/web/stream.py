"""A stream by which screens hear that something has changed: one quiet connection each, and one look for all.

An ASGI application beside the pages. Each process looks into the database ten times a second, once for all that
somebody follows in it, and tells those for whom there is news. Only numbers and short words go out: what has changed is
asked for as a page, through the page's own door.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from random import random
from typing import Any, TypeVar

from django.db import close_old_connections

LOOK_EVERY = 0.1  # seconds
SAY_SOMETHING_EVERY = 15  # seconds: a proxy closes a silent connection
AT_MOST = 300  # seconds; then the browser comes again, and is asked again who it is
BACK_AFTER = 0.5  # seconds; what a browser waits by itself is several
APART = 120  # seconds by which streams that began together end apart
AS_IT_SAYS = (b"x-content-type-options", b"nosniff")  # no middleware of the pages puts it here

News = dict[str, Any]  # as a screen gets it, in JSON
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Given = TypeVar("Given")
Found = TypeVar("Found")

# Threads of their own, with connections of their own: a slow page does not hold up what is followed, nor do many who
# come at once hold up those who are there.
_doors = ThreadPoolExecutor(1, thread_name_prefix="stream-doors")
_looks = ThreadPoolExecutor(1, thread_name_prefix="stream-looks")


class Stream:
    """Tells screens of news, until they leave or five minutes are over.

    asked: the pk of what a connection asks to follow, or None where it may not. news: what there is to say now of each
    of these pks.
    """

    def __init__(self, asked: Callable[[Scope], int | None], news: Callable[[list[int]], dict[int, News]]) -> None:
        self.asked, self.news = asked, news
        self.ears: dict[int, set[asyncio.Queue[News]]] = defaultdict(set)
        self.known: dict[int, News] = {}
        self.looking: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, from its opening to its end."""
        pk = await _ask(_doors, self.asked, scope)
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
        retry = f"retry: {BACK_AFTER * 1000:.0f}\n\n"
        await send({"type": "http.response.body", "body": retry.encode(), "more_body": True})
        ear, loop = self._follow(pk), asyncio.get_running_loop()
        gone = asyncio.create_task(_gone(receive))
        hears = asyncio.create_task(ear.get())
        until = loop.time() + AT_MOST - APART * random()  # noqa: S311 – nothing is secret about it
        try:
            while loop.time() < until:
                await asyncio.wait({gone, hears}, timeout=SAY_SOMETHING_EVERY, return_when=asyncio.FIRST_COMPLETED)
                if gone.done():
                    return
                said = ": still here\n\n"
                if hears.done():
                    said = f"data: {json.dumps(hears.result())}\n\n"
                    hears = asyncio.create_task(ear.get())
                await send({"type": "http.response.body", "body": said.encode(), "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            hears.cancel()
            self._leave(pk, ear)

    def _follow(self, pk: int) -> "asyncio.Queue[News]":
        """A place where news of this arrives: only the latest is kept."""
        ear: asyncio.Queue[News] = asyncio.Queue(1)
        self.ears[pk].add(ear)
        if pk in self.known:
            ear.put_nowait(self.known[pk])
        if self.looking is None or self.looking.done():
            self.looking = asyncio.create_task(self._look())
        return ear

    def _leave(self, pk: int, ear: "asyncio.Queue[News]") -> None:
        """Nobody listens there any more."""
        self.ears[pk].discard(ear)
        if not self.ears[pk]:
            del self.ears[pk]
            self.known.pop(pk, None)

    async def _look(self) -> None:
        """Look as long as somebody listens; a database that does not answer is asked again."""
        while self.ears:
            try:
                found = await _ask(_looks, self.news, list(self.ears))
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


async def _ask(thread: ThreadPoolExecutor, question: Callable[[Given], Found], given: Given) -> Found:
    """What the database answers, in a thread beside the pages."""

    def ask() -> Found:
        close_old_connections()
        return question(given)

    return await asyncio.get_running_loop().run_in_executor(thread, ask)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
