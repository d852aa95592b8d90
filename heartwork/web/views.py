"""What every site has: page not found, something broke."""

import errno
import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one answer to what is absent and to what is not yours to see: byte for byte the same."""
    return render(request, "web/not_found.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Something of ours failed; what was typed is still in the form behind the Back button.

    Made without the request: who is signed in would be asked of the database, which may be what failed.
    """
    is_full = no_room(sys.exc_info()[1])
    return HttpResponse(render_to_string("web/broken.html", {"is_full": is_full}), status=507 if is_full else 500)


def no_room(error: BaseException | None) -> bool:
    """Whether this error, or one behind it, says that the disk is full."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if "disk is full" in str(error) or type(error).__name__ == "DiskFull":  # SQLite; PostgreSQL
            return True
        error = error.__cause__ or error.__context__
    return False


def too_many(request: HttpRequest) -> HttpResponse:
    """The same was asked too often in a short time."""
    return render(request, "web/too_many.html", status=429)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token: most often a page left open through a sign-out."""
    return render(request, "web/csrf_failed.html", status=403)
