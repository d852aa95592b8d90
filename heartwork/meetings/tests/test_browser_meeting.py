"""A meeting in three browsers at once: who leads, one who knows nothing but keys, one who loses the connection."""

import pytest
from playwright.sync_api import expect

from heartwork.meetings.models import Line, Writing
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


def test_three_people_write_alone_reveal_talk_decide_and_lose_nothing(table, district):
    leads, by_keys, cut_off = table("reflect-outcomes")
    mouse, keys, phone = Mouse(leads.page), Keyboard(by_keys.page), Mouse(cut_off.page)
    question = "What exactly should your systems of support and care lead to? By what would you know on the way?"

    # alone
    keys.write(box(by_keys, question), "Each is known by name.")
    expect(by_keys.page.get_by_text("only you can read it").first).to_be_visible()
    keys.press(button(by_keys, "Show it when we reveal"))
    write_while_cut_off(cut_off, question, "They come gladly.")
    assert Writing.objects.get(author=district.uma).text == "They come gladly."
    phone.press(button(cut_off, "Show it when we reveal"))
    expect(button(cut_off, "Will be shown: keep it")).to_be_visible()
    keys.press(button(by_keys, "I am done for now"))
    expect(leads.page.get_by_text("3 people are here, 1 done.")).to_be_visible(timeout=SOON)
    assert "Each is known" not in leads.page.content()
    in_order(leads, by_keys, cut_off)
    screenshot(cut_off.page, "meeting-alone-360")

    # revealed and discussed: every screen follows
    mouse.press(button(leads, "Reveal together"))
    for window in (leads, by_keys, cut_off):
        expect(window.page.locator("#revealed")).to_contain_text("They come gladly.", timeout=SOON)
    mouse.press(button(leads, "On to the discussion"))
    line = f"{question}: one more line"
    for words in (
        "We know each child.",
        "We know each child.",
        "Each child comes gladly.",
    ):  # said twice, it stands twice
        mouse.write(box(leads, line), words)
        mouse.press(button(leads, "Add"))
        expect(box(leads, line)).to_have_value("")
    expect(by_keys.page.locator("#said-outcomes li")).to_have_count(3, timeout=SOON)
    expect(box(cut_off, line)).to_be_visible(timeout=SOON)
    press_while_cut_off(cut_off, box(cut_off, line), "From the bus on.", button(cut_off, "Add"))
    expect(leads.page.locator("#said-outcomes li")).to_have_count(4, timeout=SOON)
    assert Line.objects.filter(text="From the bus on.").count() == 1
    in_order(leads, cut_off)

    # decided, and over
    mouse.press(button(leads, "On to what we decide"))
    decision = box(by_keys, "What we decide: one more line")
    expect(decision).to_be_visible(timeout=SOON)
    keys.write(decision, "Ask the students first.")
    keys.press(button(by_keys, "Add"))
    expect(leads.page.locator("#decisions")).to_contain_text("Ask the students first.", timeout=SOON)
    close_and_read(leads, (by_keys, cut_off), "The team took one decision.", "From the bus on.")
    screenshot(cut_off.page, "meeting-recap-360")


def test_quick_taps_are_all_kept(table, district):
    leads, by_keys, cut_off = table("profile")
    for number, window in enumerate((leads, by_keys, cut_off), 1):
        for item in ("strength-values", "strength-balance", "strength-people"):
            window.page.evaluate(f"document.getElementById('rate-{item}-{number}').click()")
        for item in ("strength-values", "strength-balance", "strength-people"):
            expect(window.page.locator(f"#rate-{item}-{number}")).to_have_attribute("aria-pressed", "true")
    Mouse(leads.page).press(button(leads, "Reveal together"))
    for window in (leads, cut_off):
        expect(window.page.locator("svg.views")).to_have_count(3, timeout=SOON)
    in_order(leads, cut_off)
    screenshot(leads.page, "meeting-profile-1280")
    screenshot(cut_off.page, "meeting-profile-360")
