"""What every site has: is it alive, page not found, something broke."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Whether the site answers and its database too; for a watcher, so it says nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one answer to what is absent and to what is not yours to see: byte for byte the same."""
    return render(request, "web/not_found.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Something of ours failed; what was typed is still in the form behind the Back button.

    Made without the request: who is signed in would be asked of the database, which may be what failed.
    """
    return HttpResponse(render_to_string("web/broken.html"), status=500)


def too_many(request: HttpRequest) -> HttpResponse:
    """The same was asked too often in a short time."""
    return render(request, "web/too_many.html", status=429)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token: most often a page left open through a sign-out."""
    return render(request, "web/csrf_failed.html", status=403)
