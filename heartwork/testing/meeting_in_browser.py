"""A meeting in three browsers at once, for the tests of activities: a table, and what is done at it.

def test_three_people_look_at_a_change(table, district):
    leads, by_keys, cut_off = table("routines")
    write_while_cut_off(cut_off, "What must be the same for everyone?", "Ten minutes, every day.")
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, expect

from heartwork.testing.browser import Window, axe, wider_than_window
from heartwork.testing.hands import Keyboard, Mouse

SOON = 20_000  # ms: without a stream, screens ask every two seconds
Hands = Mouse | Keyboard
TO = {"revealed": "Reveal together", "discussed": "On to the discussion", "decided": "On to what we decide"}


def box(at: Window | Hands, name: str) -> Locator:
    """A field, by its label."""
    found: Locator = at.page.get_by_label(name, exact=True)
    return found


def button(at: Window | Hands, name: str) -> Locator:
    """A button, by what it says."""
    found: Locator = at.page.get_by_role("button", name=name, exact=True)
    return found


def in_order(*windows: Window) -> None:
    """Each page can be read and used by everyone, and fits its window."""
    for window in windows:
        assert axe(window.page) == []
        assert wider_than_window(window.page) == 0


@pytest.fixture
def table(windows: Callable[..., Window], district: Any) -> Callable[[str], tuple[Window, Window, Window]]:
    """Ruth leads at a desk; Tomás knows keys alone; Uma, on a phone, will lose the connection. They sit down to it."""

    def sit_down(activity: str) -> tuple[Window, Window, Window]:
        from heartwork.meetings.tests.stories import meeting_of, team_of  # this module is read before Django is ready
        from heartwork.teams.actions import add_member

        team = team_of(district)
        add_member(district.ruth, team=team, staff=district.uma)
        where = reverse("meeting", args=[meeting_of(district, activity, team).public_id])
        three = windows(district.ruth), windows(district.tomas), windows(district.uma, width=360, height=800)
        for window in three:
            window.open(where)
        Mouse(three[2].page).press(button(three[2], "Take a seat"))
        expect(button(three[2], "Take a seat")).to_have_count(0)  # before the connection is lost
        return three

    return sit_down


def go_on(leads: Window, others: tuple[Window, ...], stage: str) -> None:
    """Who leads moves everyone on to this stage, and every screen follows."""
    Mouse(leads.page).press(button(leads, TO[stage]))
    for window in (leads, *others):
        expect(window.page.locator("#meeting")).to_have_attribute("data-stage", stage, timeout=SOON)


def write_to_show(hands: Hands, prompt: str, words: str) -> None:
    """Somebody writes a line alone, which is kept, and chooses that all see it later."""
    hands.write(box(hands, prompt), words)
    show_when_revealed(hands, prompt)


def show_when_revealed(hands: Hands, prompt: str) -> None:
    """Somebody chooses that all see the only line that they wrote to this."""
    here = hands.page.locator(".questions > div", has=box(hands, prompt))
    expect(here.locator("[data-saved]")).to_contain_text("only you can read it", timeout=SOON)
    hands.press(here.get_by_role("button", name="Show it when we reveal", exact=True))
    expect(here.get_by_role("button", name="Will be shown: keep it", exact=True)).to_be_visible()


def add_line(hands: Hands, kind: str, words: str, *screens: Window) -> None:
    """One more line of this kind that the team says together; these screens show it, too."""
    field = box(hands, f"{kind}: one more line")
    expect(field).to_be_visible(timeout=SOON)
    hands.write(field, words)
    hands.press(adds(hands, field))
    expect(field).to_have_value("")
    for window in screens:
        expect(window.page.get_by_role("listitem").filter(has_text=words)).to_be_visible(timeout=SOON)


def adds(at: Window | Hands, field: Locator) -> Locator:
    """The button that adds what is typed into this field."""
    found: Locator = at.page.locator("form", has=field).get_by_role("button", name="Add", exact=True)
    return found


def write_while_cut_off(window: Window, prompt: str, words: str) -> None:
    """Somebody writes alone, the connection is lost, and comes back: the words are kept, and only then saved."""
    said = window.page.locator("form.words", has=box(window, prompt)).locator("[data-saved]")
    window.cut_off()
    Mouse(window.page).write(box(window, prompt), words)
    expect(said).to_contain_text("Offline: kept here, will save")
    window.connect()
    expect(said).to_contain_text("only you can read it", timeout=3 * SOON)


def press_while_cut_off(window: Window, field: Locator, words: str, press: Locator) -> None:
    """Somebody sends a line while the connection is lost: they are told, it stands there still, and is sent again."""
    hands = Mouse(window.page)
    window.cut_off()
    hands.write(field, words)
    hands.press(press)
    expect(window.page.get_by_text("You are offline, and nothing was sent.")).to_be_visible()
    expect(field).to_have_value(words)
    window.connect()
    hands.press(press)


def close_and_read(leads: Window, others: tuple[Window, ...], *words: str) -> None:
    """Who leads closes the meeting, and every screen comes to its recap, with these words in it."""
    Mouse(leads.page).press(button(leads, "Close the meeting"))
    for window in (leads, *others):
        expect(window.page).to_have_url(re.compile("/recap/$"), timeout=SOON)
        for each in words:
            expect(window.page.get_by_text(each).first).to_be_visible()
    in_order(leads, *others)
