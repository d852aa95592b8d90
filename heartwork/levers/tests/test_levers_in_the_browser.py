"""Three people list what they do for care, mark it alone, and look at where they differ, from the list to the recap."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from heartwork.levers.models import Lever
from heartwork.levers.tests.stories import support
from heartwork.testing.browser import screenshot
from heartwork.testing.hands import Keyboard, Mouse
from heartwork.testing.meeting_in_browser import (
    SOON,
    add_line,
    box,
    button,
    close_and_read,
    go_on,
    in_order,
    press_while_cut_off,
)

pytestmark = pytest.mark.browser


def says(window, group, word):
    """A mark on one thing of the list."""
    return window.page.get_by_role("group", name=group, exact=True).get_by_role("button", name=word, exact=True)


def open_the_form(hands):
    hands.press(hands.page.locator("summary", has_text="Add what we do"))


def test_three_people_list_mark_and_see_where_they_differ(table, district):
    circle = support("Morning circle", school=district.elm)
    three = leads, by_keys, cut_off = table("levers")
    mouse, keys, phone = (Mouse(leads.page), Keyboard(by_keys.page), Mouse(cut_off.page))

    # the list: from the inventory, and what each adds
    open_the_form(phone)
    press_while_cut_off(cut_off, box(cut_off, "What we do"), "Points store", button(cut_off, "Add it"))
    open_the_form(keys)
    keys.write(box(by_keys, "What we do"), "morning circles")
    keys.write(by_keys.page.get_by_label("Since which year"), "2019")
    keys.press(button(by_keys, "Add it"))
    expect(leads.page.get_by_text("Are these the same?")).to_be_visible(timeout=SOON)
    mouse.press(button(leads, "Yes, one"))
    for window in three:
        expect(window.page.locator("#marked h3")).to_have_text(["Morning circle", "Points store"], timeout=SOON)
    assert Lever.objects.get(same_as=None, support=None).name == "Points store"  # sent twice, and there once

    # alone: by keys, the focus stays where it was
    for window, hands, store in (
        (leads, mouse, "not at all"),
        (by_keys, keys, "strongly"),
        (cut_off, phone, "not at all"),
    ):
        for group, word in (
            ("Points store", store),
            ("Why we do it: Points store", "always done"),
            ("Morning circle", "mostly"),
        ):
            hands.press(says(window, group, word))
            expect(says(window, group, word)).to_have_attribute("aria-pressed", "true")
            expect(says(window, group, word)).to_be_focused()
    expect(leads.page.locator("[aria-pressed=true]")).to_have_count(3)  # one's own marks, and nobody else's
    in_order(*three)
    screenshot(leads.page, "levers-alone-1280")
    screenshot(cut_off.page, "levers-alone-360")

    # revealed: the divided first, and that it is no list to cut
    go_on(leads, (by_keys, cut_off), "revealed")
    for window in three:
        expect(window.page.locator("#revealed h2")).to_have_text(["Where we see it differently", "Where we are close"])
        apart = window.page.get_by_role("region", name="Where we see it differently")
        expect(apart).to_contain_text("Two camps, and few between.")
        expect(apart.get_by_role("list", name="Why we do it:")).to_contain_text("always done")
        expect(window.page.get_by_text("This is no list to cut.")).to_be_visible()
    in_order(*three)
    screenshot(leads.page, "levers-revealed-1280")
    screenshot(cut_off.page, "levers-revealed-360")

    # talked over, decided, and over
    go_on(leads, (by_keys, cut_off), "discussed")
    add_line(keys, "Which need of our own it answers", "Children who come by the late bus", leads)
    add_line(phone, "What we notice", "We buy the prizes", leads, by_keys)
    in_order(leads, cut_off)
    go_on(leads, (by_keys, cut_off), "decided")
    expect(leads.page.get_by_role("link", name="Open a problem")).to_contain_text("We buy the prizes")
    add_line(keys, "What we decide", "Ask ten students what they would miss", leads)
    close_and_read(
        leads, (by_keys, cut_off), "The team took one decision.", "Two camps, and few between.", "We buy the prizes"
    )
    screenshot(cut_off.page, "levers-recap-360")
    leads.open(reverse("support", args=[circle.public_id]))
    expect(leads.page.get_by_role("link", name="On the list of levers and expectations")).to_be_visible()
