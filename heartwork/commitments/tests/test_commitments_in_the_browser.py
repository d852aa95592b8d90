"""Three people promise each other something, from what each wants to count on to the question of the week."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from heartwork.commitments.models import Commitment, Kept
from heartwork.testing.browser import screenshot
from heartwork.testing.hands import Keyboard, Mouse
from heartwork.testing.meeting_in_browser import (
    SOON,
    add_line,
    adds,
    box,
    button,
    close_and_read,
    go_on,
    in_order,
    press_while_cut_off,
    show_when_revealed,
    write_to_show,
    write_while_cut_off,
)

pytestmark = pytest.mark.browser

HELD = "When did you feel cared for by a colleague here, and what did they do?"
COUNT_ON = "What would you want to be able to count on, from all of us?"
FIRST, SHOWN = "We say it to each other first.", "Ruth asks before she decides."


def test_three_people_promise_and_are_asked_once_a_week(table):
    three = leads, by_keys, cut_off = table("commitments")
    mouse, keys, phone = Mouse(leads.page), Keyboard(by_keys.page), Mouse(cut_off.page)

    # alone
    mouse.write(box(leads, HELD), "Ruth alone reads this.")
    write_to_show(keys, COUNT_ON, "That I hear it first.")
    write_while_cut_off(cut_off, COUNT_ON, "That somebody takes my duty once.")
    show_when_revealed(phone, COUNT_ON)
    in_order(*three)
    screenshot(leads.page, "commitments-alone-1280")

    # revealed, and what all can promise
    go_on(leads, (by_keys, cut_off), "revealed")
    for window in three:
        for words in ("That I hear it first.", "That somebody takes my duty once."):
            expect(window.page.locator("#revealed")).to_contain_text(words)
    in_order(*three)
    go_on(leads, (by_keys, cut_off), "discussed")
    promise = box(cut_off, "What we promise each other: one more line")
    press_while_cut_off(cut_off, promise, FIRST, adds(cut_off, promise))
    add_line(keys, "How those who lead will show it", SHOWN, leads, cut_off)
    in_order(leads, cut_off)
    screenshot(leads.page, "commitments-discussed-1280")
    screenshot(cut_off.page, "commitments-discussed-360")

    # read aloud, and over
    go_on(leads, (by_keys, cut_off), "decided")
    for window in three:
        expect(window.page.locator("#said-commitment")).to_contain_text(FIRST)
    close_and_read(leads, (by_keys, cut_off), "The team took 2 decisions.", FIRST, SHOWN)
    assert list(Commitment.objects.values_list("text", flat=True)) == [FIRST, SHOWN]  # sent twice, and there once
    for window in (by_keys, cut_off):
        assert "Ruth alone reads this." not in window.page.content()

    # was it kept this week? and a word of thanks
    keys.press(by_keys.page.get_by_role("link", name="How our promises are kept"))
    kept = by_keys.page.get_by_role("group", name=f"Kept this week: {FIRST}")
    keys.press(kept.get_by_role("button", name="Partly"))
    expect(kept.get_by_role("button", name="Partly")).to_have_attribute("aria-pressed", "true")
    keys.write(box(by_keys, "What you thank for"), "The bus duty on Friday")
    keys.press(button(by_keys, "Put it on the wall"))
    expect(by_keys.page.get_by_text("The bus duty on Friday")).to_be_visible()
    cut_off.open(reverse("promises", args=[Commitment.objects.first().team.public_id]))
    expect(cut_off.page.get_by_text("The bus duty on Friday")).to_be_visible(timeout=SOON)
    expect(cut_off.page.locator("[aria-pressed=true]")).to_have_count(0)  # nobody sees what another answered
    assert Kept.objects.get().answer == "partly"
    in_order(by_keys, cut_off)
    screenshot(by_keys.page, "commitments-promises-1280")
    screenshot(cut_off.page, "commitments-promises-360")
