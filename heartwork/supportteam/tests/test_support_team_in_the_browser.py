"""Three people talk about two students in three browsers, from the agenda to the recap."""

import re

import pytest
from playwright.sync_api import expect

from heartwork.supportteam.models import Hurdle
from heartwork.testing.browser import screenshot
from heartwork.testing.hands import Keyboard, Mouse
from heartwork.testing.meeting_in_browser import SOON, box, button, close_and_read, in_order, press_while_cut_off

pytestmark = pytest.mark.browser


def test_three_people_talk_about_one_student_at_a_time_and_leave_with_a_recap(table, district):
    leads, by_keys, cut_off = table("supportteam")
    mouse, keys = Mouse(leads.page), Keyboard(by_keys.page)

    # the agenda: Ruth by name, and every screen follows
    mouse.press(leads.page.get_by_role("link", name="Put somebody on the agenda"))
    for name in ("Maya Rivera", "Noor Hassan"):
        leads.page.get_by_label("Name of a student").fill(name)
        mouse.press(button(leads, "Find"))
        in_order(leads)
        screenshot(leads.page, "supportteam-choose-1280")
        mouse.press(leads.page.get_by_role("button", name=re.compile(f"Put on.*{name}")))
    mouse.press(leads.page.get_by_role("link", name="To the meeting"))
    for window in (leads, by_keys, cut_off):
        expect(window.page.locator("#agenda")).to_contain_text("Noor Hassan", timeout=SOON)
    in_order(leads, by_keys, cut_off)
    screenshot(cut_off.page, "supportteam-agenda-360")

    # strengths first: Tomás, by keyboard alone
    mouse.press(button(leads, "On to “Strengths”"))
    expect(by_keys.page.locator("#who")).to_contain_text("Maya Rivera", timeout=SOON)
    keys.write(box(by_keys, "What this student brings"), "Sits down beside who is alone.")
    keys.press(button(by_keys, "Write it down"))
    expect(leads.page.locator("#brings")).to_contain_text("Sits down beside", timeout=SOON)
    in_order(leads, by_keys, cut_off)
    screenshot(leads.page, "supportteam-strengths-1280")

    # what is in the way: Uma, who loses the connection
    mouse.press(button(leads, "On to “In the way”"))
    line = box(cut_off, "What is in the way: one more line")
    expect(line).to_be_visible(timeout=SOON)
    press_while_cut_off(cut_off, line, "The bus comes after the bell.", button(cut_off, "Add"))
    expect(leads.page.locator("#hurdles")).to_contain_text("The bus comes after the bell.", timeout=SOON)
    assert Hurdle.objects.count() == 1
    in_order(leads, cut_off)
    screenshot(cut_off.page, "supportteam-in-the-way-360")

    # a next step, and the next student
    mouse.press(button(leads, "On to “Next step”"))
    what = box(by_keys, "What will be done")
    expect(what).to_be_visible(timeout=SOON)
    keys.write(what, "Ask about a later bell")
    keys.press(button(by_keys, "Add it"))
    expect(leads.page.locator("#steps")).to_contain_text("Ask about a later bell", timeout=SOON)
    in_order(leads, by_keys, cut_off)
    screenshot(cut_off.page, "supportteam-step-360")
    screenshot(leads.page, "supportteam-step-1280")
    mouse.press(button(leads, "On to the next student"))
    for window in (leads, by_keys, cut_off):
        expect(window.page.locator("#who")).to_contain_text("Noor Hassan", timeout=SOON)
        assert "The bus comes" not in window.page.content()
    for name in ("On to “In the way”", "On to “Next step”"):
        mouse.press(button(leads, name))

    # each reads of whom they see on their own: Tomás teaches Maya, Uma works with Noor
    close_and_read(leads, (by_keys, cut_off), "Next step")
    for window, sees, does_not in ((by_keys, "Maya", "Noor"), (cut_off, "Noor", "Maya")):
        expect(window.page.get_by_role("heading", name=sees)).to_have_count(2)
        assert does_not not in window.page.content()
    expect(cut_off.page.get_by_text("What was decided about those whom you do not see")).to_be_visible()
    expect(leads.page.get_by_text("The bus comes after the bell.")).to_be_visible()
    screenshot(leads.page, "supportteam-recap-1280")
    screenshot(cut_off.page, "supportteam-recap-360")
