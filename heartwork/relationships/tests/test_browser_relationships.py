"""Who knows whom in three browsers: who leads, one who knows but keys, one who loses the connection; and a student."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from heartwork.relationships.models import Knows, LooksAfter, Marks
from heartwork.teams.models import FollowUp
from heartwork.testing.browser import screenshot
from heartwork.testing.hands import Keyboard, Mouse
from heartwork.testing.meeting_in_browser import SOON, button, in_order
from heartwork.testing.people import enroll
from heartwork.trusted.models import Said
from heartwork.trusted.tests.stories import asked, slip_of, typed

pytestmark = pytest.mark.browser


def known(window, name):
    return window.page.get_by_role("checkbox", name=name, exact=True)


def test_from_marks_made_alone_to_an_adult_for_a_student(table, district):
    for i in range(30):
        enroll(f"Student {i:02}", "07", district.elm, district.section_7a)
    leads, by_keys, cut_off = table("relationships")
    mouse, keys, phone = Mouse(leads.page), Keyboard(by_keys.page), Mouse(cut_off.page)

    # alone: each on a list of their own
    link = "Mark the students you know well"
    keys.press(by_keys.page.get_by_role("link", name=link))
    keys.write(by_keys.page.get_by_label("Find by name, grade or class"), "maya")
    expect(known(by_keys, "Eli Scott")).to_be_hidden()
    by_keys.page.keyboard.press("Enter")
    expect(known(by_keys, "Maya Rivera")).to_be_focused()
    by_keys.page.keyboard.press("Space")
    expect(by_keys.page.get_by_text("only you can read it")).to_be_visible()
    phone.press(cut_off.page.get_by_role("link", name=link))
    expect(known(cut_off, "Noor Hassan")).to_be_visible()
    cut_off.cut_off()
    phone.tick(known(cut_off, "Noor Hassan"))
    expect(cut_off.page.get_by_text("Offline: kept here, will save")).to_be_visible()
    assert not Marks.objects.filter(staff=district.uma).exists()
    cut_off.connect()
    expect(cut_off.page.get_by_text("only you can read it")).to_be_visible(timeout=3 * SOON)
    mouse.press(leads.page.get_by_role("link", name=link))
    for name in ("Maya Rivera", "Theo Adams"):
        mouse.tick(known(leads, name))
    expect(leads.page.locator("#how-many")).to_have_text("2")
    expect(leads.page.get_by_text("only you can read it")).to_be_visible()
    in_order(leads, by_keys, cut_off)
    screenshot(leads.page, "relationships-mark-1280")
    screenshot(cut_off.page, "relationships-mark-360")
    leads.page.reload()
    expect(known(leads, "Theo Adams")).to_be_checked()
    for window, hands in ((leads, mouse), (by_keys, keys), (cut_off, phone)):
        hands.press(window.page.get_by_role("link", name="Back to the meeting"))
    expect(leads.page.get_by_text("3 adults have marked somebody.")).to_be_visible(timeout=SOON)

    # revealed
    mouse.press(button(leads, "Reveal together"))
    for window in (leads, by_keys, cut_off):
        expect(window.page.locator("#revealed")).to_contain_text(
            "What adults say, beside what students say", timeout=SOON
        )
    keys.press(button(by_keys, "Let my name be seen"))
    expect(button(by_keys, "Keep it to myself after all")).to_be_visible()
    assert Knows.objects.get().staff == district.tomas
    in_order(leads, by_keys, cut_off)
    screenshot(leads.page, "relationships-revealed-1280")
    screenshot(cut_off.page, "relationships-revealed-360")

    # the students nobody named, and an adult for one
    mouse.press(button(leads, "On to the discussion"))
    for window in (leads, by_keys):
        expect(window.page.locator("#nobodys")).to_contain_text("Eli Scott", timeout=SOON)
    expect(by_keys.page.locator("#nobodys")).not_to_contain_text("Student 01")
    in_order(leads, cut_off)
    screenshot(leads.page, "relationships-nobodys-1280")
    keys.press(by_keys.page.get_by_role("link", name="Find an adult for Eli Scott"))
    expect(button(by_keys, "Ask them")).to_be_visible(timeout=SOON)
    in_order(by_keys)
    screenshot(by_keys.page, "relationships-adult-1280")
    keys.press(button(by_keys, "Ask them"))
    expect(by_keys.page.locator("#nobodys")).to_be_visible(timeout=SOON)
    assert LooksAfter.objects.get().student == district.eli
    assert FollowUp.objects.count() == 2

    # decided, and over
    mouse.press(button(leads, "On to what we decide"))
    expect(leads.page.get_by_text("Four weeks on")).to_be_visible(timeout=SOON)
    mouse.press(button(leads, "Close the meeting"))
    for window in (leads, by_keys, cut_off):
        expect(window.page.get_by_text("What adults say, beside what students say")).to_be_visible(timeout=SOON)
    in_order(leads, by_keys, cut_off)
    screenshot(cut_off.page, "relationships-recap-360")


def test_a_student_answers_by_a_slip_of_paper(windows, district):
    asking = asked(district)
    slip = slip_of(asking, district.maya)
    for size in ({"width": 360, "height": 800}, {}):
        student = windows(None, **size)
        student.open(reverse("trusted-adults", args=[asking.token]))
        in_order(student)
        screenshot(student.page, f"trusted-slip-{student.page.viewport_size['width']}")
        given = typed(slip)
        student.page.get_by_label("The letters and numbers on your slip").fill(given.pop("code").lower())
        for name, picture in given.items():
            student.page.locator(f"input[name={name}][value={picture}]").check()
        button(student, "Go on").click()
        expect(student.page.get_by_text("Which adults here would you go to?")).to_be_visible()
        in_order(student)
        screenshot(student.page, f"trusted-adults-{student.page.viewport_size['width']}")
        student.page.get_by_label("An adult you would go to").select_option(label="Tomás Ruiz")
        button(student, "Send").click()
        expect(student.page.get_by_role("heading", name="Thank you")).to_be_visible()
        in_order(student)
        assert not student.complaints
        assert not student.elsewhere
    assert Said.objects.count() == 1
    ruth = windows(district.ruth)
    for name in ("askings", "asking", "asking-slips"):
        ruth.open(reverse(name, args=[asking.public_id] if name != "askings" else []))
        for width in (1280, 360):
            ruth.size(width, 800)
            in_order(ruth)
            screenshot(ruth.page, f"trusted-{name}-{width}")
