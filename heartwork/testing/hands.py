"""Hands for tests in a browser: some click, and some know nothing but keys."""

import datetime
from typing import Any

from playwright.sync_api import Locator, expect

MOST_TABS = 300  # more than any page of the story has places to stop at


class Mouse:
    """Hands that click, and type where they clicked."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def press(self, what: Locator) -> None:
        """A button, a link, or a line that opens."""
        what.click()

    tick = press

    def write(self, field: Locator, words: str) -> None:
        """Words into a field, one key after the other."""
        field.click()
        self.page.keyboard.type(words)

    def choose(self, field: Locator, option: str) -> None:
        """One of a list."""
        field.select_option(label=option)

    def pick_day(self, field: Locator, day: datetime.date) -> None:
        """A day."""
        field.fill(day.isoformat())


class Keyboard:
    """Hands that only know keys: Tab to get somewhere, and what one presses there. Nothing is focused by a script."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def reach(self, what: Locator) -> None:
        """Tab until it has the focus, and one can see that it has."""
        expect(what).to_have_count(1)
        for _ in range(MOST_TABS):
            if what.evaluate("it => it === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        expect(what).to_be_focused()
        expect(what).to_be_in_viewport()
        assert what.evaluate("it => getComputedStyle(it).outlineStyle") == "solid", "one cannot see where the focus is"
        assert what.evaluate("it => parseFloat(getComputedStyle(it).outlineWidth)") >= 2

    def press(self, what: Locator) -> None:
        """A button, a link, or a line that opens."""
        self.reach(what)
        self.page.keyboard.press("Enter")

    def tick(self, what: Locator) -> None:
        """A box."""
        self.reach(what)
        self.page.keyboard.press("Space")

    def write(self, field: Locator, words: str) -> None:
        """Words into a field, one key after the other."""
        self.reach(field)
        self.page.keyboard.type(words)

    def choose(self, field: Locator, option: str) -> None:
        """One of a list, with the arrows."""
        self.reach(field)
        self.page.keyboard.press("Home")
        for _ in range(field.locator("option").count()):
            if field.evaluate("it => it.selectedOptions[0].label") == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not come to {option}")

    def pick_day(self, field: Locator, day: datetime.date) -> None:
        """A day, as one types it in the United States."""
        self.reach(field)
        self.page.keyboard.type(f"{day:%m%d%Y}")
