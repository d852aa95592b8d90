"""No page offers what is then refused: whoever looks may ask for what each link and form on it leads to."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from django.urls import resolve, reverse

from heartwork.config.tests import test_doors

story = test_doors.story
OFFERS = {"href": "get", "hx-get": "get", "hx-post": "post", "formaction": "post"}


class Offers(HTMLParser):
    """The addresses that a page offers, each with the method by which it would be asked."""

    def __init__(self, page: str, url: str) -> None:
        super().__init__()
        self.url = url
        self.found: set[tuple[str, str]] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note what this tag offers."""
        given = dict(attributes)
        for name, method in (OFFERS | {"action": (given.get("method") or "get").lower()}).items():
            address = urldefrag(urljoin(self.url, given.get(name) or "")).url
            if name in given and address.startswith("/") and not address.startswith("/static/"):
                self.found.add((method, address))


def pages(client: Any, story: Any) -> dict[str, str]:
    """Every page that lets this person in: what it says, by its address."""
    urls = (reverse(name, kwargs=door.fills(story, "own")) for name, door in test_doors.DOORS.items())
    answers = ((url, test_doors.ask(client, "get", url)) for url in urls)
    return {
        url: answer.content.decode()
        for url, answer in answers
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    }


@pytest.mark.parametrize("role", test_doors.WHO)
def test_no_page_offers_what_the_table_refuses(client, story, role):
    person = story.staff[test_doors.WHO[role]]
    client.force_login(person)
    test_doors.give_own(story, person)
    refused = set()
    for url, page in pages(client, story).items():
        for method, address in Offers(page, url).found:
            view = resolve(address.partition("?")[0]).func
            if not hasattr(view, "public") and not test_doors.allowed(role, view.shows[method == "post"]):
                refused.add(f"{url} offers {method} {address}")
    assert sorted(refused) == []
