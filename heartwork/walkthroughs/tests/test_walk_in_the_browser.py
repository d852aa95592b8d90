"""A walk on a phone that is cut off, reloaded, signed out, used by somebody else: sent once, and by who wrote it."""

import datetime

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from heartwork.journal.models import Entry
from heartwork.testing.browser import PHONE, screenshot, sign_in
from heartwork.testing.hands import Keyboard, Mouse
from heartwork.testing.meeting_in_browser import box, button, close_and_read, in_order, write_while_cut_off
from heartwork.testing.people import DAY
from heartwork.walkthroughs import actions, queries
from heartwork.walkthroughs.models import Walk

pytestmark = pytest.mark.browser
NOTE = "Two eighth graders held the door for the whole bus."


@pytest.fixture
def visit(district):
    return actions.plan(district.ruth, school=district.elm, held_on=DAY)


@pytest.fixture
def phone(windows, district, visit):
    """Ruth's phone, with the walk open and ready to be without a connection."""
    window = windows(district.ruth, width=PHONE[0], height=PHONE[1])
    window.where = reverse("walk", args=[visit.public_id])
    window.open(window.where)
    expect(window.page.get_by_text("opens without a connection")).to_be_visible()
    return window


def note_of(page, about="People smile."):
    return page.get_by_label(f"What you saw, not who: {about}")


def mark(page, about, choice):
    page.get_by_role("group", name=about).get_by_label(choice, exact=True).check()


def notes_sent():
    return {walk.observer.given_name: queries.read(walk.answers)["smiles"]["note"] for walk in Walk.objects.all()}


def test_a_walk_goes_on_offline_over_a_reload_and_is_sent_once(phone):
    page, hands = phone.page, Mouse(phone.page)
    in_order(phone)
    screenshot(page, "walk-360")
    mark(page, "People smile.", "Seen")
    hands.write(note_of(page), "Two eighth graders ")
    expect(page.get_by_text("Kept on this phone, not sent yet")).to_be_visible()

    phone.cut_off()
    page.reload()
    expect(page.get_by_text("You are offline. Go on")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Elm Middle School, Feb. 24, 2026")
    expect(note_of(page)).to_have_value("Two eighth graders ")
    note_of(page).press("End")
    page.keyboard.type("held the door for the whole bus.")
    mark(page, "Lively or calm?", "more lively")
    in_order(phone)
    screenshot(page, "walk-offline-360")
    hands.press(page.get_by_role("button", name="Send what I saw"))
    expect(page.get_by_text("Offline: kept on this phone, and sent when you are connected")).to_be_visible()
    page.reload()
    expect(note_of(page)).to_have_value(NOTE)
    assert not Walk.objects.exists()

    phone.connect()
    expect(page.get_by_text("What you saw is sent.")).to_be_visible()
    assert notes_sent() == {"Ruth": NOTE}
    assert Entry.objects.filter(verb="walk.sent").count() == 1
    in_order(phone)
    screenshot(page, "visit-360")
    phone.open(phone.where)
    expect(note_of(page)).to_have_value(NOTE)
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('heartwork-unsent:'))") == []


def test_an_answer_that_is_lost_makes_no_second_walk(phone):
    page = phone.page
    mark(page, "People smile.", "Seen")
    note_of(page).fill(NOTE)
    lost = []

    def lose(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())  # the server took it
            route.abort()
        else:
            route.fallback()

    phone.context.route("**/walk/", lose)
    page.get_by_role("button", name="Send what I saw").click()
    expect(page.get_by_text("What you saw is sent.")).to_be_visible()
    assert len(lost) == 1
    assert notes_sent() == {"Ruth": NOTE}
    assert Entry.objects.filter(verb="walk.sent").count() == 1


def test_sent_twice_while_the_answer_is_slow_it_goes_once_more_and_is_done(phone):
    page, slow = phone.page, []
    send = page.get_by_role("button", name="Send what I saw")
    mark(page, "People smile.", "Seen")

    def hold(route):
        if route.request.method == "POST" and not slow:
            slow.append(route)
        else:
            route.fallback()

    phone.context.route("**/walk/", hold)
    with page.expect_request(lambda request: request.method == "POST"):
        send.click()
    note_of(page).fill(NOTE)
    send.click()
    slow[0].fallback()
    expect(page.get_by_text("What you saw is sent.").first).to_be_visible()
    assert notes_sent() == {"Ruth": NOTE}


def test_what_waits_is_sent_from_today_after_signing_in_again(phone, live_server, district):
    page = phone.page
    mark(page, "People smile.", "Seen")
    note_of(page).fill(NOTE)
    Session.objects.all().delete()  # timed out
    page.get_by_role("button", name="Send what I saw").click()
    expect(page.get_by_text("You are signed out. What you noted is kept on this phone")).to_be_visible()
    sign_in(phone.context, live_server, district.ruth)
    phone.open("/")
    expect(page.get_by_text("What waited on this phone is sent.")).to_be_visible()
    assert notes_sent() == {"Ruth": NOTE}
    in_order(phone)
    screenshot(page, "today-walk-sent-360")


def test_a_day_after_the_last_page_nobody_is_here_without_a_connection(phone):
    page = phone.page
    note_of(page).fill(NOTE)
    page.evaluate(
        """() => {
          const who = JSON.parse(localStorage.getItem("heartwork-walk-who"));
          localStorage.setItem("heartwork-walk-who", JSON.stringify({ ...who, at: Date.now() - 25 * 3600 * 1000 }));
        }"""
    )
    phone.cut_off()
    page.reload()
    expect(page.get_by_text("Without a connection we cannot tell who you are.")).to_be_visible()
    assert NOTE not in page.content()
    assert page.evaluate("Object.values(localStorage).some((words) => words.includes('held the door'))")


def test_a_sign_in_that_timed_out_and_somebody_else_on_the_phone_lose_nothing_and_mix_nothing(
    phone, live_server, district
):
    page = phone.page
    mark(page, "People smile.", "Seen")
    note_of(page).fill(NOTE)
    Session.objects.all().delete()  # timed out
    page.get_by_role("button", name="Send what I saw").click()
    expect(page.get_by_text("You are signed out. What you noted is kept on this phone")).to_be_visible()

    sign_in(phone.context, live_server, district.tomas)
    page.get_by_role("button", name="Send what I saw").click()  # Ruth's page is still open
    expect(page.get_by_text("This could not be sent. It is still on this phone")).to_be_visible()
    phone.open(phone.where)
    expect(note_of(page)).to_have_value("")
    mark(page, "People smile.", "Seen")
    note_of(page).fill("Of Tomás.")
    page.get_by_role("button", name="Send what I saw").click()
    expect(page.get_by_text("What you saw is sent.")).to_be_visible()
    assert notes_sent() == {"Tomás": "Of Tomás."}

    sign_in(phone.context, live_server, district.ruth)
    phone.open(reverse("walkthroughs"))
    expect(page.get_by_text("What waited on this phone is sent.")).to_be_visible()
    assert notes_sent() == {"Tomás": "Of Tomás.", "Ruth": NOTE}
    in_order(phone)
    screenshot(page, "walkthroughs-360")


def test_who_signs_out_keeps_what_waits_and_without_a_connection_nobody_is_shown_it(phone, live_server, district):
    page = phone.page
    note_of(page).fill(NOTE)
    phone.open(reverse("account"))
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Sign-in name")).to_be_visible()
    phone.cut_off()
    page.goto(phone.address + phone.where)
    expect(page.get_by_text("Without a connection we cannot tell who you are.")).to_be_visible()
    expect(note_of(page)).to_be_hidden()
    assert NOTE not in page.content()
    phone.connect()
    sign_in(phone.context, live_server, district.ruth)
    phone.open(phone.where)
    expect(note_of(page)).to_have_value(NOTE)


def test_a_script_that_does_not_run_leaves_a_plain_form(windows, district, visit):
    window = windows(district.ruth, width=PHONE[0], height=PHONE[1], javascript=False)
    page = window.open(reverse("walk", args=[visit.public_id]))
    mark(page, "People smile.", "Seen")
    note_of(page).fill(NOTE)
    page.get_by_role("button", name="Send what I saw").click()
    expect(page.get_by_text("What you saw is sent.")).to_be_visible()
    assert notes_sent() == {"Ruth": NOTE}


def test_the_worker_looks_after_walks_alone_and_keeps_nothing_of_anyone(phone):
    page = phone.page
    kept = page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys())
            for (const request of await (await caches.open(name)).keys())
              found.push(await (await (await caches.open(name)).match(request)).text());
          return found.join();
        }"""
    )
    assert "People smile." in kept
    assert "Ruth" not in kept
    assert "Elm" not in kept
    assert phone.complaints == []
    phone.open(reverse("together"))
    assert page.evaluate("navigator.serviceWorker.controller") is None


def test_three_people_talk_about_what_observers_saw_to_the_recap(table, district):
    visit = actions.plan(district.ruth, school=district.elm, held_on=DAY - datetime.timedelta(days=1))
    for person, seen in ((district.ruth, "yes"), (district.lena, "yes"), (district.priya, "no")):
        actions.send(person, visit=visit, answers={"smiles": {"seen": seen, "note": ""}, "mood": {"at": 2, "note": ""}})
    three = leads, by_keys, cut_off = table("walkthroughs")
    mouse, keys = Mouse(leads.page), Keyboard(by_keys.page)
    write_while_cut_off(
        cut_off, "What shows a student here, every day, that people care?", "The driver knows their names."
    )
    Mouse(cut_off.page).press(button(cut_off, "Show it when we reveal"))
    expect(button(cut_off, "Will be shown: keep it")).to_be_visible()
    assert "2 saw it" not in leads.page.content()  # each thinks first

    mouse.press(button(leads, "Reveal together"))
    for window in three:
        expect(window.page.get_by_text("2 saw it, 1 did not see it.")).to_be_visible()
        expect(window.page.locator("#revealed")).to_contain_text("The driver knows their names.")
    in_order(*three)
    screenshot(leads.page, "walk-talk-1280")
    screenshot(cut_off.page, "walk-talk-360")
    mouse.press(button(leads, "On to the discussion"))
    more = box(by_keys, "What we want students to meet more often: one more line")
    expect(more).to_be_visible()
    keys.write(more, "Someone at each door")
    keys.press(more.locator("xpath=..").get_by_role("button"))
    expect(leads.page.locator("#said-more")).to_contain_text("Someone at each door")
    mouse.press(button(leads, "On to what we decide"))
    expect(by_keys.page.get_by_role("link", name="Open a problem")).to_be_visible()
    close_and_read(leads, (by_keys, cut_off), "2 saw it, 1 did not see it.", "Someone at each door")
    leads.open(visit.get_absolute_url())
    expect(leads.page.get_by_role("link", name="Elm student support team")).to_be_visible()
    in_order(leads)
