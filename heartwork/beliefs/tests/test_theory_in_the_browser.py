"""A theory of action from join to recap, by three people at once: with the mouse, by keyboard alone, and cut off."""

import pytest
from playwright.sync_api import expect

from heartwork.beliefs.models import Part
from heartwork.beliefs.queries import the_map
from heartwork.meetings.tests.stories import meeting_of
from heartwork.teams.actions import add_member
from heartwork.teams.models import Meeting
from heartwork.testing.browser import PHONE, axe, screenshot, wider_than_window
from heartwork.testing.hands import Keyboard, Mouse

pytestmark = pytest.mark.browser

SOON = 20_000  # ms until every screen has followed


def test_three_people_draw_apart_and_leave_with_a_recap(windows, district):
    meeting = meeting_of(district, "beliefs")
    add_member(district.ruth, team=meeting.team, staff=district.uma)
    leads, by_keys, cut_off = (windows(person) for person in (district.ruth, district.tomas, district.uma))
    where = f"/meetings/{meeting.public_id}/"
    for window in (leads, by_keys, cut_off):
        window.open(where)
    mouse, keys, third = Mouse(leads.page), Keyboard(by_keys.page), Mouse(cut_off.page)

    def button(window, name):
        return window.page.get_by_role("button", name=name, exact=True)

    def box(window, name):
        return window.page.get_by_role("textbox", name=name, exact=True)

    third.press(button(cut_off, "Take a seat"))

    # outcomes first, everyone together
    keys.write(box(by_keys, "What we hope for"), "Every student is known by an adult")
    keys.press(button(by_keys, "Add it"))
    expect(leads.page.locator("#outcomes")).to_contain_text("Every student is known by an adult")
    mouse.press(button(leads, "We agree on these"))
    for window in (by_keys, cut_off):
        window.page.reload()  # the choice of a group follows by itself; a reload only makes the test quick
    mouse.press(leads.page.get_by_role("button", name="Group 1"))
    third.press(cut_off.page.get_by_role("button", name="Group 1"))
    keys.press(by_keys.page.get_by_role("button", name="Group 2"))

    # group 1: Ruth by dragging, Uma without a connection for a while
    mouse.write(box(leads, "What we do"), "Advisory every day")
    mouse.press(button(leads, "Put the action down"))
    mouse.write(box(leads, "What we believe"), "Being known comes first")
    mouse.press(button(leads, "Put the belief down"))
    boxes = leads.page.locator(".draws [data-part]")
    expect(boxes).to_have_count(3)
    for start, end in (("belief", "action"), ("outcome", "action")):  # from either end
        drag(leads.page, f".draws [data-kind={start}] rect", f".draws [data-kind={end}] rect")
    expect(leads.page.locator("#own-lists li")).to_have_count(2 + 2, timeout=SOON)
    screenshot(leads.page, "beliefs-own-map-1280")
    assert axe(leads.page) == []

    expect(cut_off.page.locator("#own-lists")).to_contain_text("Advisory every day")
    cut_off.cut_off()
    third.write(box(cut_off, "What we do"), "Two-minute talks")
    third.press(button(cut_off, "Put the action down"))
    expect(box(cut_off, "What we do")).to_have_value("Two-minute talks")
    cut_off.connect()
    third.press(button(cut_off, "Put the action down"))
    expect(leads.page.locator("#own-lists")).to_contain_text("Two-minute talks")

    # group 2: Tomás by keyboard and lists, and blind to the other map
    keys.write(box(by_keys, "What we believe"), "Skills can be taught")
    keys.press(button(by_keys, "Put the belief down"))
    expect(by_keys.page.locator("#own-lists")).to_contain_text("Skills can be taught")
    keys.write(box(by_keys, "What we do"), "Advisory every day")
    keys.choose(
        by_keys.page.get_by_role("combobox", name="so that (optional)", exact=True),
        "Every student is known by an adult",
    )
    keys.press(button(by_keys, "Put the action down"))
    expect(by_keys.page.locator("#own-lists")).to_contain_text("Advisory every day")
    assert "Being known comes first" not in by_keys.page.content()
    assert "Skills can be taught" not in leads.page.content()

    # side by side
    mouse.press(button(leads, "Reveal together"))
    for window in (leads, by_keys, cut_off):
        expect(window.page.get_by_role("heading", name="Both drew")).to_be_visible(timeout=SOON)
    keys.press(by_keys.page.get_by_role("button", name="Yes, one"))
    expect(leads.page.locator("#beside")).to_contain_text("The groups drew 1 link alike and 1 apart.")
    for width, name in ((1280, "beliefs-beside-1280"), (360, "beliefs-beside-360")):
        leads.size(width, 900)
        screenshot(leads.page, name)
        assert wider_than_window(leads.page) == 0
    leads.size(1280, 900)
    assert axe(leads.page) == []

    # what can be seen of it, and what changes
    mouse.press(button(leads, "On to the discussion"))
    third.write(box(cut_off, "What was seen, and where: Being known comes first"), "Doors are open early.")
    third.press(cut_off.page.get_by_role("button", name="Being known comes first"))
    expect(leads.page.get_by_text("Doors are open early.")).to_be_visible()
    mouse.press(button(leads, "On to what we decide"))
    keys.press(by_keys.page.get_by_text("Choose what changes"))
    keys.write(box(by_keys, "Why"), "Mornings are full.")
    keys.press(by_keys.page.get_by_role("button", name="Change what we do"))
    expect(leads.page.get_by_text("Mornings are full.")).to_be_visible()
    screenshot(leads.page, "beliefs-decided-1280")
    assert axe(leads.page) == []
    mouse.press(button(leads, "Close the meeting"))
    for window in (leads, by_keys, cut_off):
        expect(window.page.get_by_text("Mornings are full.")).to_be_visible()
        expect(window.page.get_by_text("Doors are open early.")).to_be_visible()
        assert window.page.url.endswith("/recap/")
        assert not window.elsewhere
    by_keys.size(*PHONE)
    screenshot(by_keys.page, "beliefs-recap-360")
    assert wider_than_window(by_keys.page) == 0
    assert not leads.complaints
    assert not by_keys.complaints
    assert Meeting.objects.get().is_closed
    assert len(the_map(district.ruth, Meeting.objects.get()).links.both) == 1
    assert Part.objects.filter(name="Two-minute talks").count() == 1  # sent twice, and there once


def drag(page, start, end):
    """From the middle of one box to the middle of another, with the mouse; until the page has drawn it."""
    before = page.locator(".draws .link").count()
    page.locator(start).scroll_into_view_if_needed()
    page.locator(start).hover(force=True)  # its words lie over it, as they should
    page.mouse.down()
    page.locator(end).hover(force=True)
    page.mouse.up()
    expect(page.locator(".draws .link")).to_have_count(before + 1, timeout=SOON)
