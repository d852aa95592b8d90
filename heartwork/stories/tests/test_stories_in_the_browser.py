"""Three people write how they knew that someone cared, tell what they choose to, and leave with what they noticed."""

import pytest
from playwright.sync_api import expect

from heartwork.meetings.models import Line
from heartwork.testing.browser import screenshot
from heartwork.testing.hands import Keyboard, Mouse
from heartwork.testing.meeting_in_browser import (
    SOON,
    add_line,
    adds,
    box,
    close_and_read,
    go_on,
    in_order,
    press_while_cut_off,
    show_when_revealed,
    write_to_show,
    write_while_cut_off,
)

pytestmark = pytest.mark.browser

WHO = "Who cared for you when you were growing up, and how did you know?"
CARRIED = "What of it do you carry into how you care for students and colleagues?"


def test_three_people_write_tell_what_they_choose_and_keep_the_rest(table):
    three = leads, by_keys, cut_off = table("stories")
    mouse, keys = Mouse(leads.page), Keyboard(by_keys.page)

    # alone: what is not to be told stays with whoever wrote it
    write_to_show(mouse, WHO, "A neighbor who waited at the gate.")
    mouse.write(box(leads, CARRIED), "Ruth alone reads this.")
    write_to_show(keys, WHO, "Nobody said it; there was soup.")
    write_to_show(keys, CARRIED, "I ask twice.")
    write_while_cut_off(cut_off, WHO, "My aunt checked my homework, every night.")
    show_when_revealed(Mouse(cut_off.page), WHO)
    for window in (leads, cut_off):
        assert "soup" not in window.page.content()
    in_order(*three)
    screenshot(leads.page, "stories-alone-1280")
    screenshot(cut_off.page, "stories-alone-360")

    # revealed: who talks with whom, and what each chose to tell; it can be taken back
    go_on(leads, (by_keys, cut_off), "revealed")
    for window in three:
        told = window.page.locator("#revealed")
        for words in ("A neighbor who waited", "there was soup", "every night", "I ask twice."):
            expect(told).to_contain_text(words)
        expect(window.page.get_by_text("You talk with each other: Ruth Okafor, Tomás Ruiz, Uma Singh.")).to_be_visible()
    carried = by_keys.page.locator(".questions > div", has=box(by_keys, CARRIED))
    keys.press(carried.get_by_role("button", name="Shared: take it back"))
    for window in (leads, cut_off):
        expect(window.page.locator("#revealed")).not_to_contain_text("I ask twice.", timeout=SOON)
    in_order(*three)
    screenshot(leads.page, "stories-revealed-1280")
    screenshot(cut_off.page, "stories-revealed-360")

    # what the three notice, and who might not see their care as care
    go_on(leads, (by_keys, cut_off), "discussed")
    likeness = box(cut_off, "One likeness in our group")
    press_while_cut_off(cut_off, likeness, "Someone waited for us.", adds(cut_off, likeness))
    difference = box(by_keys, "One difference in our group")
    keys.write(difference, "Said aloud, or never said.")
    keys.press(adds(by_keys, difference))
    for window in three:
        for words in ("Someone waited for us.", "Said aloud, or never said."):
            expect(window.page.locator("#noticed")).to_contain_text(words, timeout=SOON)
    assert Line.objects.filter(kind="likeness").count() == 1  # sent twice, and there once
    add_line(mouse, "Who might not see our care as care", "Whoever was never checked on", by_keys, cut_off)
    in_order(*three)
    screenshot(leads.page, "stories-discussed-1280")

    go_on(leads, (by_keys, cut_off), "decided")
    add_line(keys, "What we decide", "Ask first how somebody likes to be asked", leads)
    close_and_read(
        leads, (by_keys, cut_off), "The team took one decision.", "Said aloud, or never said.", "there was soup"
    )
    screenshot(cut_off.page, "stories-recap-360")
    for window in three:
        assert "I ask twice." not in window.page.locator("main").inner_text()
    for window in (by_keys, cut_off):
        assert "Ruth alone reads this." not in window.page.content()
