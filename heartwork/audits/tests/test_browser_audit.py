"""The audit in a real browser: words save as they are typed, through a lost connection, and for two at once."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from heartwork.audits import actions
from heartwork.audits.models import Answer, Sighting
from heartwork.testing.browser import axe, screenshot, sign_in, wider_than_window
from heartwork.testing.hands import Keyboard

pytestmark = pytest.mark.browser

SAVED = re.compile(r"Saved \d")


@pytest.fixture
def maya_page(windows, story):
    """Opens Maya's page of the audit for a person; gives back the page."""

    def look(person, **options):
        window = windows(person, **options)
        return window.open(reverse("audit-student", args=[story.meeting.public_id, story.maya.student.public_id]))

    return look


def box(page, question="missing"):
    return page.locator(f"#words-{question}")


def state(page, question="missing"):
    return page.locator(f"form:has(#words-{question}) [data-saved]")


def kept_words(person, question="missing"):
    return Answer.objects.get(author=person, question=question).text


def waiting_words(page):
    return page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('heartwork-words:')).length")


def test_words_are_saved_soon_after_the_last_key(district, maya_page):
    page = maya_page(district.ruth)
    box(page).press_sequentially("An adult at arrival.")
    expect(state(page)).to_have_text(SAVED)
    assert kept_words(district.ruth) == "An adult at arrival."
    assert waiting_words(page) == 0


def test_each_question_keeps_its_own_words(district, maya_page):
    page = maya_page(district.ruth)
    for question in Answer.Question.values:
        box(page, question).fill(f"About {question}.")
        expect(state(page, question)).to_have_text(SAVED)
    assert {answer.text for answer in Answer.objects.all()} == {f"About {q}." for q in Answer.Question.values}


def test_without_a_connection_words_are_kept_and_saved_when_it_is_back(district, maya_page):
    page = maya_page(district.ruth)
    page.context.set_offline(True)
    box(page).fill("Written in the basement.")
    expect(state(page)).to_have_text("Offline: kept here, will save")
    assert not Answer.objects.exists()
    assert waiting_words(page) == 1
    page.context.set_offline(False)
    expect(state(page)).to_have_text(SAVED)
    assert kept_words(district.ruth) == "Written in the basement."
    assert waiting_words(page) == 0


def test_words_that_were_not_saved_survive_a_reload(district, maya_page):
    page = maya_page(district.ruth)
    page.route("**/words/", lambda route: route.abort())
    box(page).fill("Nearly lost.")
    expect(state(page)).to_have_text("Offline: kept here, will save")
    page.reload()
    expect(box(page)).to_have_value("Nearly lost.")
    page.unroute("**/words/")
    expect(state(page)).to_have_text(SAVED)
    assert kept_words(district.ruth) == "Nearly lost."


def test_words_typed_a_moment_before_leaving_the_page_are_saved(district, story, maya_page):
    page = maya_page(district.ruth)
    box(page).fill("On my way out.")
    page.get_by_role("link", name="The whole audit").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Systems audit")
    page.go_back()
    expect(box(page)).to_have_value("On my way out.")
    expect(state(page)).to_have_text(SAVED)
    assert kept_words(district.ruth) == "On my way out."


def test_signed_out_words_wait_for_the_next_sign_in(district, maya_page, live_server):
    page = maya_page(district.ruth)
    page.context.clear_cookies()
    box(page).fill("After the session ended.")
    expect(state(page)).to_contain_text("Signed out: kept here.")
    page.wait_for_timeout(5_000)  # longer than the page waits before it asks for news
    expect(box(page)).to_have_value("After the session ended.")
    sign_in(page.context, live_server, district.ruth)
    page.reload()
    expect(state(page)).to_have_text(SAVED)
    assert kept_words(district.ruth) == "After the session ended."


def test_nobody_elses_unsaved_words_stay_in_a_shared_browser(district, maya_page, live_server):
    page = maya_page(district.ruth)
    page.route("**/words/", lambda route: route.abort())
    box(page).fill("For Ruth alone.")
    expect(state(page)).to_have_text("Offline: kept here, will save")
    sign_in(page.context, live_server, district.tomas)
    page.reload()
    expect(box(page)).to_have_value("")
    assert waiting_words(page) == 0


def test_two_windows_of_one_person_lose_nothing(district, maya_page):
    laptop, tablet = maya_page(district.ruth), maya_page(district.ruth)
    box(laptop).fill("From the laptop.")
    expect(state(laptop)).to_have_text(SAVED)
    box(tablet).fill("From the tablet.")
    expect(state(tablet)).to_contain_text("both texts are kept")
    expect(box(tablet)).to_have_value("From the laptop.\n\nFrom the tablet.")
    box(tablet).press_sequentially(" More.")
    expect(state(tablet)).to_have_text(re.compile(r"^\s*Saved 10 a\.m\.\s*$"))
    assert kept_words(district.ruth) == "From the laptop.\n\nFrom the tablet. More."


def test_two_people_at_once_see_each_others_words_and_keep_their_own(district, maya_page):
    ruth, tomas = maya_page(district.ruth), maya_page(district.tomas)
    box(ruth).fill("An adult at arrival.")
    box(tomas).press_sequentially("Time to")
    expect(tomas.locator("#others-missing")).to_contain_text("An adult at arrival.")
    expect(box(tomas)).to_be_focused()
    box(tomas).press_sequentially(" read.")
    expect(ruth.locator("#others-missing")).to_contain_text("Time to read.")
    expect(box(ruth)).to_have_value("An adult at arrival.")
    assert kept_words(district.ruth) == "An adult at arrival."
    assert kept_words(district.tomas) == "Time to read."


def test_three_people_audit_at_once_one_by_keys_one_without_a_connection_to_the_recap(district, story, maya_page):
    leads, by_keys = maya_page(district.ruth), maya_page(district.tomas)
    cut_off = maya_page(district.nadia, width=360, height=800)
    keys = Keyboard(by_keys)

    cut_off.context.set_offline(True)
    box(cut_off).fill("Someone at the bus.")
    box(leads).fill("An adult at arrival.")
    keys.write(box(by_keys), "Time to read.")
    keys.press(by_keys.locator(f"#seen-s{story.circle.pk}"))
    expect(leads.locator(f"#seen-s{story.circle.pk}")).to_have_attribute("aria-pressed", "true")
    cut_off.context.set_offline(False)
    expect(state(cut_off)).to_have_text(SAVED)
    for page, own in ((leads, "An adult at arrival."), (by_keys, "Time to read."), (cut_off, "Someone at the bus.")):
        expect(box(page)).to_have_value(own)

    def recap_holds_everything(*pages):
        for page in pages:
            page.goto(page.url.split("/audits/")[0] + reverse("recap", args=[story.meeting.public_id]))
            for words in ("An adult at arrival.", "Time to read.", "Someone at the bus."):
                expect(page.get_by_role("main")).to_contain_text(words)
            assert wider_than_window(page) == 0

    recap_holds_everything(leads, by_keys, cut_off)
    leads.get_by_role("link", name="Go on with the audit").click()
    leads.get_by_role("link", name="Close the audit").click()
    leads.get_by_role("button", name="Close the audit").click()
    recap_holds_everything(leads, by_keys)
    cut_off.reload()  # she saw these students through the audit alone
    expect(cut_off.get_by_role("main")).not_to_contain_text("Someone at the bus.")


def test_words_that_others_wrote_a_moment_ago_come_with_a_tap(district, story, maya_page):
    page = maya_page(district.ruth)
    actions.write(district.tomas, audited=story.maya, question="missing", text="Time to read.")
    page.locator(f"#seen-s{story.contract.pk}").click()
    expect(page.locator("#others-missing")).to_contain_text("Time to read.")


def test_quick_taps_are_all_kept(district, story, maya_page):
    page = maya_page(district.ruth)
    taps = [f"not-seen-s{story.contract.pk}", f"seen-s{story.circle.pk}", f"helps-s{story.circle.pk}"]
    page.evaluate("taps => taps.forEach(id => document.getElementById(id).click())", taps)
    for tap in taps:
        expect(page.locator(f"#{tap}")).to_have_attribute("aria-pressed", "true")
    kept = {each.support_id: (each.seen, each.helps) for each in Sighting.objects.filter(audited=story.maya)}
    assert kept == {story.contract.pk: (False, False), story.circle.pk: (True, True)}


def test_what_one_taps_appears_at_the_others(district, story, maya_page):
    ruth, tomas = maya_page(district.ruth), maya_page(district.tomas)
    box(tomas).press_sequentially("Half a sen")
    ruth.locator(f"#not-seen-s{story.contract.pk}").click()
    expect(ruth.locator("#web")).to_contain_text("One is on paper, and nobody sees it")
    expect(tomas.locator(f"#not-seen-s{story.contract.pk}")).to_have_attribute("aria-pressed", "true")
    expect(box(tomas)).to_have_value("Half a sen")
    expect(box(tomas)).to_be_focused()


def test_with_the_keyboard_alone_a_support_is_said_to_be_seen_and_focus_stays(district, story, maya_page):
    page = maya_page(district.ruth)
    button = page.locator(f"#seen-s{story.circle.pk}")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    assert Sighting.objects.get().seen is True


def test_every_mark_of_the_sky_leads_the_keyboard_to_its_row(district, maya_page):
    page = maya_page(district.ruth)
    mark = page.get_by_role("link", name="1. Advisory circle: on record; nobody has said yet").first
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator("tr:target")).to_contain_text("Advisory circle")


def test_without_javascript_words_and_taps_are_saved_too(district, story, windows):
    window = windows(district.ruth, javascript=False)
    page = window.open(reverse("audit-student", args=[story.meeting.public_id, story.maya.student.public_id]))
    box(page).fill("With a plain form.")
    page.locator("form:has(#words-missing)").get_by_role("button", name="Save").click()
    expect(box(page)).to_have_value("With a plain form.")
    page.locator(f"#seen-s{story.circle.pk}").click()
    expect(page.locator(f"#seen-s{story.circle.pk}")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_no_page_of_an_audit_breaks_the_rules_of_accessibility(district, story, windows, width, dark):
    audit, maya = story.meeting.public_id, story.maya.student.public_id
    pages = {
        "together": reverse("together"),
        "team": reverse("team", args=[story.team.public_id]),
        "follow-ups": reverse("follow-ups"),
        "audit-new": reverse("audit-new"),
        "audit": reverse("audit", args=[audit]),
        "audit-student": reverse("audit-student", args=[audit, maya]),
        "audit-follow-up": reverse("audit-follow-up", args=[audit, maya]),
        "audit-close": reverse("audit-close", args=[audit]),
        "recap": reverse("recap", args=[audit]),
        "patterns": reverse("patterns"),
    }
    window = windows(district.ruth, width=width, color_scheme="dark" if dark else "light")
    for name, path in pages.items():
        page = window.open(path)
        assert axe(page) == [], name
        assert wider_than_window(page) == 0, name
        screenshot(page, f"{name}-{width}{'-dark' if dark else ''}")
    assert window.complaints == []
    assert window.elsewhere == []
