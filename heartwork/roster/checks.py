"""What must be declared before the site may start."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver


def every_view(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address the site answers, as (route, pattern), third-party ones included."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from every_view(entry, route)
        else:
            yield route, entry


@register()
def every_view_declares_what_it_shows(**kwargs: Any) -> list[Error]:
    """A view that forgot to say who may see it must not be reachable, so the site does not start."""
    return [
        Error(
            f'The view behind "{route}" does not say what it shows.',
            hint='Put @shows("object.action") or @public("why") of heartwork.roster.access on it.',
            id="heartwork.E001",
        )
        for route, pattern in every_view()
        if not (getattr(pattern.callback, "shows", None) or getattr(pattern.callback, "public", None))
    ]
