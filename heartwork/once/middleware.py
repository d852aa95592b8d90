"""Every request that changes something carries a key, and acts once: the same one again is answered as the first was.

A form takes its key with its `csrf_token` (`web/templatetags/web.py`); a part that htmx sends brings it as a header
(`web/static/web/heartwork.js`). The key, the change and the answer are written in one transaction: a server that is
killed leaves all of them or none, so a browser, a proxy or a person may simply send again.
"""

import datetime
import re
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from heartwork.once.models import Answered
from heartwork.sealing.seals import fingerprint

FIELD, HEADER = "once", "Idempotency-Key"
WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{16,64}")
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
KEPT_FOR = datetime.timedelta(days=1)
TIDY_EVERY = 200  # requests
LONGEST = 500_000  # characters of an answer that is kept
HEADERS = [
    "Content-Type",
    "Cache-Control",
    "Vary",
    "Location",
    "HX-Redirect",
    "HX-Location",
    "HX-Refresh",
    "HX-Trigger",
]


class OnceMiddleware:
    """The innermost middleware, so that who asks is known and that they may ask is decided inside."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = key_of(request)
        if not key:
            return self.get_response(request)
        with transaction.atomic():
            try:
                with transaction.atomic():  # another with the same key that is under way is waited for
                    answered = Answered.objects.create(key=key)
            except IntegrityError:
                return _as_first(Answered.objects.get(key=key))
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)  # nothing half done
            elif response.status_code >= 400 or response.streaming or len(response.content) > LONGEST:
                answered.delete()
            else:
                _keep(answered, response)
        return response


def key_of(request: HttpRequest) -> str:
    """What tells this request from every other; "" where nothing is protected.

    That is: reading; someone who has not signed in, for whom signing in must not be answered from memory; a file, whose
    form decides by itself how it is read; and a request without a key. The same key with other words is another
    request: somebody went back and mended what they wrote.
    """
    if request.method in SAFE or not request.user.is_authenticated:
        return ""
    if request.content_type == "multipart/form-data":
        return ""
    key = request.headers.get(HEADER) or request.POST.get(FIELD, "")
    if not WELL_FORMED.fullmatch(key):
        return ""
    if request.content_type == "application/x-www-form-urlencoded":
        said = [pair for pair in sorted(request.POST.lists()) if pair[0] != "csrfmiddlewaretoken"]
    else:
        said = [("", [request.body.hex()])]
    whole = repr((request.user.pk, request.method, request.get_full_path(), bool(_part(request)), key, said))
    return fingerprint(whole, "once_answered.key")


def _part(request: HttpRequest) -> str:
    return request.headers.get("HX-Request", "") and request.headers.get("HX-Target", "whole")


def _keep(answered: Answered, response: HttpResponse) -> None:
    answered.status = response.status_code
    answered.headers = {name: response[name] for name in HEADERS if response.has_header(name)}
    answered.body = response.content.decode(response.charset or "utf-8")
    answered.save()
    if answered.pk % TIDY_EVERY == 0:
        Answered.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()


def _as_first(answered: Answered) -> HttpResponse:
    return HttpResponse(answered.body, status=answered.status, headers=answered.headers)
