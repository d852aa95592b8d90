"""Three people look at a change in three browsers, from the name of it to the page that everyone there reads."""

import pytest
from playwright.sync_api import expect

from heartwork.routines.models import Change, Routine
from heartwork.testing.browser import screenshot
from heartwork.testing.hands import Keyboard, Mouse
from heartwork.testing.meeting_in_browser import (
    SOON,
    box,
    button,
    close_and_read,
    in_order,
    press_while_cut_off,
    write_while_cut_off,
)

pytestmark = pytest.mark.browser


def test_three_people_look_at_a_change_from_its_name_to_the_page_that_everyone_reads(table, district):
    leads, by_keys, cut_off = table("routines")
    mouse, keys, phone = Mouse(leads.page), Keyboard(by_keys.page), Mouse(cut_off.page)

    # alone: which change, and one's own day
    mouse.write(box(leads, "What we change"), "Circle every morning")
    mouse.write(leads.page.get_by_label("The result it is meant to bring"), "Each is greeted")
    mouse.press(button(leads, "Keep it"))
    expect(cut_off.page.get_by_text("Meant to bring: Each is greeted")).to_be_visible(timeout=SOON)
    keys.write(box(by_keys, "Which routines would it change, and how?"), "Attendance.")
    expect(by_keys.page.get_by_text("only you can read it").first).to_be_visible()
    keys.press(button(by_keys, "Show it when we reveal"))
    write_while_cut_off(cut_off, "What must be the same for everyone?", "Ten minutes.")
    phone.press(button(cut_off, "Show it when we reveal"))
    expect(button(cut_off, "Will be shown: keep it")).to_be_visible()
    in_order(leads, by_keys, cut_off)
    screenshot(cut_off.page, "routines-alone-360")
    screenshot(leads.page, "routines-alone-1280")

    # revealed, discussed
    mouse.press(button(leads, "Reveal together"))
    for window in (leads, by_keys):
        expect(window.page.locator("#revealed")).to_contain_text("Ten minutes.", timeout=SOON)
    mouse.press(button(leads, "On to the discussion"))
    line = "The bottom line, for everyone: one more line"
    expect(box(cut_off, line)).to_be_visible(timeout=SOON)
    add = cut_off.page.locator("form", has=box(cut_off, line)).get_by_role("button", name="Add")
    press_while_cut_off(cut_off, box(cut_off, line), "Ten minutes, every day.", add)
    expect(leads.page.locator("#said-bottom-line li")).to_have_count(1, timeout=SOON)
    in_order(leads, cut_off)
    screenshot(leads.page, "routines-discussed-1280")

    # decided: what it asks of whom
    mouse.press(button(leads, "On to what we decide"))
    teacher = by_keys.page.get_by_label("teacher")
    expect(teacher).to_be_visible(timeout=SOON)
    keys.write(teacher, "50")
    keys.press(button(by_keys, "Put it on the ledger"))
    expect(leads.page.get_by_text("teacher: 50 min")).to_be_visible(timeout=SOON)
    in_order(leads, by_keys, cut_off)
    screenshot(cut_off.page, "routines-decided-360")
    screenshot(leads.page, "routines-decided-1280")
    close_and_read(leads, (by_keys, cut_off), "Circle every morning", "Ten minutes, every day.", "teacher: 50 min")
    assert Routine.objects.get().text == "Ten minutes, every day."

    # the page of the change
    keys.press(by_keys.page.get_by_role("link", name="The change, and whether people know what it is for"))
    keys.press(button(by_keys, "It begins today"))
    yes = by_keys.page.get_by_role("group", name="Do you know what it is for?").get_by_role("button", name="Yes")
    keys.press(yes)
    expect(yes).to_have_attribute("aria-pressed", "true")
    cut_off.open(Change.objects.get().get_absolute_url())
    in_order(by_keys, cut_off)
    screenshot(cut_off.page, "routines-change-360")
    screenshot(by_keys.page, "routines-change-1280")
