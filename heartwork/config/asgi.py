"""The site as the server runs it: streams of meetings are kept open here; every page goes to Django, one at a time."""

import multiprocessing
import os
import signal

from asgiref.wsgi import WsgiToAsgi
from django.core.wsgi import get_wsgi_application

from heartwork.config.orphans import end_with

if (server := multiprocessing.parent_process()) and server.pid:
    end_with(server.pid, signal.SIGKILL)  # whoever could ask it to stop in good order is gone
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heartwork.config.settings")
pages = WsgiToAsgi(get_wsgi_application())

from heartwork.meetings.stream import PATH, stream  # noqa: E402 – models need Django to be ready
from heartwork.web.stream import Receive, Scope, Send  # noqa: E402 – the same


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """A stream, or a page."""
    if scope["type"] == "http" and PATH.fullmatch(scope["path"]):
        await stream(scope, receive, send)
    else:
        await pages(scope, receive, send)
