"""Pages as PDF: the same template, set on paper."""

from mimetypes import guess_type
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import storages
from django.http import HttpResponse

HERE = "http://heartwork.invalid"  # no host at all: what a page names is read from disk


class NoPaper(Exception):
    """This machine has no Pango, which sets letters on paper."""


def pdf(html: str, *, name: str) -> HttpResponse:
    """The page as a PDF of this name, by the print rules of its own style sheet; no browser or proxy keeps it.

    Our own static files are read from disk, and nothing else is fetched. Raises NoPaper where Pango is not installed.
    """
    try:
        from weasyprint import HTML  # loads Pango: only who prints needs it
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except OSError as missing:
        raise NoPaper from missing

    class OwnFiles(URLFetcher):
        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            return URLFetcherResponse(url, _own_file(url), {"Content-Type": guess_type(url)[0] or ""})

    body = HTML(string=html, base_url=f"{HERE}/", url_fetcher=OwnFiles()).write_pdf()
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _own_file(url: str) -> bytes:
    """A static file by its address; ValueError for anything else, so that a page on paper calls nobody."""
    parts = urlsplit(url)
    under = "/" + str(settings.STATIC_URL).strip("/") + "/"
    if not url.startswith(f"{HERE}/") or not parts.path.startswith(under):
        raise ValueError("not a file of ours")
    name = parts.path.removeprefix(under)
    if not settings.DEBUG and storages["staticfiles"].exists(name):
        with storages["staticfiles"].open(name) as file:
            return bytes(file.read())
    found = finders.find(name)
    if not isinstance(found, str):
        raise ValueError("no such file of ours")
    return Path(found).read_bytes()
