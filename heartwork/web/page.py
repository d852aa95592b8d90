"""Whole page or part of one: every view ends here."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page, to swap in place."""
    return bool(request.htmx) and not request.htmx.boosted  # type: ignore[attr-defined]


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, part: str = "", status: int = 200
) -> HttpResponse:
    """The page, or the named partial of its template when htmx asks and the page has one.

    Pages hold records of children: nothing is kept by a browser or a proxy.
    """
    name = f"{template}#{part}" if part and is_part(request) else template
    response = render(request, name, context, status=status)
    response["Cache-Control"] = "no-store"
    response["Vary"] = "HX-Request, Cookie"
    return response
