"""A real browser for tests: Debian's Chromium, which reaches this machine alone and remembers what it should not meet.

def test_a_counselor_picks_students(windows, district):
    window = windows(district.ruth)
    window.open("/students/")
    assert not window.complaints and not window.elsewhere
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect, sync_playwright

PATIENCE = 20_000  # ms until what should appear is missed: the machine may be busy with other tests
PHONE, LAPTOP = (360, 800), (1280, 900)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
HERE = {"127.0.0.1", "localhost"}
SHOTS = "HEARTWORK_SHOTS"  # a folder; when set, `screenshot` writes there


@dataclass
class Window:
    """One person's window: the page in it, and what the page should not have done."""

    address: str
    context: BrowserContext
    page: Page
    elsewhere: list[str] = field(default_factory=list)  # what it asked of other hosts, in vain
    complaints: list[str] = field(default_factory=list)  # errors on the console: broken scripts, the content policy

    def open(self, path: str) -> Page:
        """Go to a page of the site."""
        self.page.goto(self.address + path)
        return self.page

    def size(self, width: int, height: int) -> None:
        """Make the window another size."""
        self.page.set_viewport_size({"width": width, "height": height})

    def cut_off(self) -> None:
        """Lose the connection, until `connect`: the worker's by the browser's own switch, the page's by the route too.

        The switch alone lets through what a page asks for in the moment in which it loads again.
        """
        self.context.set_offline(True)
        self.context.route("**/*", _lose)

    def connect(self) -> None:
        """Have the connection back."""
        self.context.unroute("**/*", _lose)
        self.context.set_offline(False)


def sign_in(context: BrowserContext, live_server: Any, person: Any) -> None:
    """Sign the person in, as the sign-in page would."""
    from django.conf import settings
    from django.test import Client  # only now: this module is read before Django is ready

    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])


def axe(page: Page) -> list[str]:
    """What breaks the rules of accessibility (WCAG 2 A and AA, and good practice), each in a line."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['target']} {node['html'][:160]}"
        for rule in found
        for node in rule["nodes"]
    ]


def wider_than_window(page: Page) -> int:
    """By how many pixels one must scroll sideways to see all of the page."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def screenshot(page: Page, name: str) -> None:
    """A picture of the whole page, where the environment says (HEARTWORK_SHOTS); else nothing."""
    if folder := os.environ.get(SHOTS):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def _keep_what_migrations_put_in() -> None:
    """Once the browser's driver runs, Django opens another connection, which knows nothing of the rows to put back.

    So they are kept on the class of the connection, where every connection finds them.
    """
    from django.db import connections  # only now: this module is read before Django is ready

    connection = connections["default"]
    if rows := getattr(connection, "_test_serialized_contents", None):
        type(connection)._test_serialized_contents = rows  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """The browser, started once, after the database is there."""
    _keep_what_migrations_put_in()
    program = shutil.which("chromium")
    if not program:
        pytest.skip("Chromium is not installed; on Debian: apt-get install chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def windows(
    chromium: Browser, live_server: Any, django_db_serialized_rollback: None
) -> Iterator[Callable[..., Window]]:
    """A function that opens a window for a person: `windows(district.ruth, width=360, javascript=False)`.

    After such a test every table is emptied; what migrations put in is put back for the next.
    """
    opened: list[BrowserContext] = []

    def new(person: Any = None, *, width: int = 1280, height: int = 900, **options: Any) -> Window:
        if "javascript" in options:
            options["java_script_enabled"] = options.pop("javascript")
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="en-US", reduced_motion="reduce", **options
        )
        opened.append(context)
        context.set_default_timeout(PATIENCE)
        if person is not None:
            sign_in(context, live_server, person)
        window = Window(live_server.url, context, context.new_page())
        _watch(window)
        return window

    yield new
    for context in opened:
        context.close()


def _lose(route: Route) -> None:
    route.abort("internetdisconnected")


def _watch(window: Window) -> None:
    def reach(route: Route) -> None:
        if urlsplit(route.request.url).hostname in HERE:
            route.continue_()
        else:
            window.elsewhere.append(route.request.url)
            route.abort()

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            window.complaints.append(message.text)

    window.context.route("**/*", reach)
    window.page.on("console", hear)
    window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
