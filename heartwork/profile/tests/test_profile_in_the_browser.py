"""Three people say where care is strong and where it has to grow, from their own marks to a problem to work on."""

import pytest
from playwright.sync_api import expect

from heartwork.meetings.models import Line
from heartwork.profile.activity import GROWTH, STRENGTHS
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
)

pytestmark = pytest.mark.browser

ADULTS, FAMILIES = STRENGTHS[7], GROWTH[10]  # on the one they differ, on the other they do not


def test_three_people_mark_look_at_where_they_differ_and_choose_where_to_grow(table):
    three = leads, by_keys, cut_off = table("profile")
    mouse, keys, phone = Mouse(leads.page), Keyboard(by_keys.page), Mouse(cut_off.page)

    # alone: all twenty-one lie there, and each marks for themselves
    for window, hands, how_far in ((leads, mouse, "fully"), (by_keys, keys, "not yet"), (cut_off, phone, "fully")):
        expect(window.page.locator("#marked h3")).to_have_count(21)
        for item, word in ((ADULTS, how_far), (FAMILIES, "a little")):
            step = window.page.get_by_role("group", name=str(item.name), exact=True).get_by_role("button", name=word)
            hands.press(step)
            expect(step).to_have_attribute("aria-pressed", "true")
            expect(step).to_be_focused()
    expect(leads.page.locator("[aria-pressed=true]")).to_have_count(2)  # one's own marks, and nobody else's
    in_order(*three)

    # revealed: where they differ comes first, and nobody is named
    go_on(leads, (by_keys, cut_off), "revealed")
    for window in three:
        for heading, item in (("Where we see it differently", ADULTS), ("Where we are close", FAMILIES)):
            expect(window.page.get_by_role("region", name=heading).get_by_role("heading", level=3)).to_have_text(
                str(item.name)
            )
    in_order(*three)
    screenshot(leads.page, "profile-revealed-1280")
    screenshot(cut_off.page, "profile-revealed-360")

    # evidence, one line each
    go_on(leads, (by_keys, cut_off), "discussed")
    evidence = box(cut_off, "Our evidence: one more line")
    press_while_cut_off(cut_off, evidence, "Nine calls went unanswered.", adds(cut_off, evidence))
    expect(leads.page.locator("#said-evidence")).to_contain_text("Nine calls went unanswered.", timeout=SOON)
    assert Line.objects.filter(kind="evidence").count() == 1  # sent twice, and there once
    add_line(keys, "Where we want to grow", "Families who do not answer", leads, cut_off)
    in_order(leads, cut_off)
    screenshot(leads.page, "profile-discussed-1280")

    # an area to grow in becomes a problem, and the meeting is over
    go_on(leads, (by_keys, cut_off), "decided")
    add_line(mouse, "What we decide", "Begin with families who do not answer", by_keys)
    close_and_read(
        leads, (by_keys, cut_off), "The team took one decision.", str(FAMILIES.name), "Nine calls went unanswered."
    )
    screenshot(cut_off.page, "profile-recap-360")
    keys.press(by_keys.page.get_by_role("link", name="Open a problem"))
    expect(by_keys.page.locator("input[name=name]")).to_have_value("Families who do not answer")
