"""From a problem to a finished cycle in a real browser, on a phone and with the keyboard alone; and dragging."""

import datetime

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from heartwork.cycles.models import Cycle, Driver, Problem
from heartwork.testing.browser import axe, screenshot, wider_than_window
from heartwork.testing.people import DAY
from heartwork.testing.tests.test_main_job import Keyboard

pytestmark = pytest.mark.browser


class Walk:
    """Ruth at a phone, who uses keys alone; each page she comes to is looked over."""

    def __init__(self, window):
        self.page, self.window = window.page, window
        self.hands = Keyboard(window.page)
        self.step = 0

    def write(self, label, words):
        """Words into the field with this label."""
        self.hands.write(self.page.get_by_label(label, exact=True), words)

    def press(self, name, role="button"):
        """A button or a link."""
        self.hands.press(self.page.get_by_role(role, name=name).first)

    def look(self, heading):
        """Wait for the page, and see that it is in order."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        self.step += 1
        screenshot(self.page, f"walk-{self.step:02}-{heading[:20]}")
        assert axe(self.page) == [], heading
        assert wider_than_window(self.page) == 0, heading


def test_from_a_problem_to_what_follows_by_keyboard_on_a_phone(windows, counted):
    window = windows(counted.people.ruth, width=360, height=800)
    window.open(reverse("board"))
    walk = Walk(window)
    walk.look("What we are learning")

    walk.press("Begin with a problem", "link")
    walk.look("Begin with a problem")
    walk.write("What we call it", "Lunch")
    walk.write("Whose problem it is", "Someone who eats alone")
    walk.write("What happens for them", "I go to the library and wait.")
    walk.press("Open the problem")
    walk.look("Lunch")

    walk.press("Change the diagram", "link")
    walk.look("What moves it")
    for text in ("Someone to sit with", "An adult who notices"):
        walk.write("What moves the aim", text)
        walk.press("Add the driver")
        expect(walk.page.locator(".node-words", has_text=text)).to_be_visible()
        expect(walk.page.get_by_label("What moves the aim", exact=True)).to_be_focused()
    walk.write("What we could do differently", "A table for whoever is new")
    walk.hands.choose(walk.page.get_by_label("It would move (optional)").last, "Someone to sit with")
    walk.press("Add the idea")
    expect(walk.page.get_by_role("link", name="A table for whoever is new")).to_be_visible()
    up = walk.page.get_by_role("button", name="An adult who notices: up")
    walk.hands.press(up)
    expect(walk.page.locator(".node-words").first).to_contain_text("An adult who notices")
    expect(up).to_be_focused()
    walk.look("What moves it")

    walk.press("A table for whoever is new", "link")
    walk.look("A table for whoever is new")
    walk.press("Plan a test", "link")
    walk.look("Plan a test")
    walk.write("What do we want to find out?", "Will anyone sit there?")
    walk.write("What exactly", "A round table near the door.")
    walk.write("Who does it", "Ruth")
    walk.write("Where", "Cafeteria")
    walk.write("When", "Every lunch")
    walk.hands.tick(walk.page.get_by_label("An adult here knows how I am doing"))
    walk.press("On to the predictions")
    walk.look("What do we expect?")
    expect(walk.page.get_by_role("button", name="Begin the test")).to_be_disabled()
    walk.write("From (optional)", "52")
    walk.write("To (optional)", "60")
    walk.write("Because", "It is one table.")
    walk.press("Write the prediction")
    expect(walk.page.get_by_text("Written by Ruth Okafor")).to_be_visible()
    walk.press("Begin the test")

    walk.look("Will anyone sit there?")
    walk.write("In words", "Three sat down on the first day.")
    walk.press("Write it down")
    expect(walk.page.get_by_text("Three sat down on the first day.")).to_be_visible()
    walk.press("End it, and look together")
    walk.look("What does it tell us?")
    walk.write("What we learned", "A table is not enough without a host.")
    walk.press("On to what follows")
    walk.look("What follows?")
    walk.hands.tick(walk.page.get_by_label("Adopt: this is how we do it now"))
    walk.page.keyboard.press("ArrowDown")  # a group of choices is one stop; arrows go through it
    walk.write("Why", "With two hosts next.")
    walk.press("Decide")
    walk.look("Will anyone sit there?")
    expect(walk.page.get_by_role("link", name="Plan the next test")).to_be_visible()

    assert (window.complaints, window.elsewhere) == ([], [])
    problem = Problem.objects.get(name="Lunch")
    assert [driver.text for driver in problem.drivers.all()] == ["An adult who notices", "Someone to sit with"]
    cycle = Cycle.objects.get()
    assert (cycle.decision, cycle.begin, cycle.planned_end) == ("adapt", DAY, DAY + datetime.timedelta(20))


def test_with_a_mouse_a_driver_is_dragged_under_another(windows, story):
    window = windows(story.people.ruth)
    page = window.open(reverse("drivers", args=[story.problem.public_id]))
    talk = Driver.objects.get(text="Time to talk")
    page.locator(f'.node[data-driver="{talk.pk}"] > .node-row .handle').hover()
    page.mouse.down()
    page.locator(f'.node[data-driver="{story.welcome.pk}"] > .node-row .node-words').hover()
    page.mouse.up()
    expect(page.get_by_role("status")).to_have_text("The diagram is changed.")
    talk.refresh_from_db()
    assert talk.parent == story.welcome
    assert window.complaints == []
