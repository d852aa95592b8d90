"""From a problem to a finished cycle in a real browser, on a phone and with the keyboard alone; and dragging."""

import datetime

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from heartwork.cycles.models import Cycle, Driver, Problem
from heartwork.cycles.tests.conftest import on
from heartwork.measures.actions import Value, enter_values
from heartwork.measures.models import Measure
from heartwork.measures.places import Place
from heartwork.teams.actions import add_member
from heartwork.testing.browser import axe, screenshot, sign_in, wider_than_window
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


def school_days(first, count):
    """So many weekdays from the first on."""
    day = first
    while count:
        if day.weekday() < 5:
            yield day
            count -= 1
        day += datetime.timedelta(1)


def test_fifteen_school_days_of_one_tap_data_lead_from_a_prediction_to_what_follows_on_a_phone(
    windows, story, live_server
):
    """The report's activity: a small problem, something counted daily for three weeks, a change, and what it did."""
    priya = story.people.priya
    window = windows(priya, width=360, height=800)
    add_member(priya, team=story.team, staff=priya)
    page = window.open(reverse("measure-new"))
    page.get_by_label("Name").fill("Sat with someone at lunch")
    page.get_by_label("What its values are").select_option("proportion")
    page.get_by_label("What is counted").fill("students who sat with someone")
    page.get_by_label("Out of what").fill("students in the cafeteria")
    page.get_by_label("How many of the whole one student makes in a period").fill("1")
    page.get_by_label("How often").select_option("day")
    page.get_by_label("Which way is better").select_option("up")
    page.get_by_role("button", name="Count it").click()
    measure = Measure.objects.get(name="Sat with someone at lunch")
    for weeks_before in (2, 1):  # a few values from before the change
        enter_values(
            priya, measure, Place(measure.school), [Value(DAY - datetime.timedelta(weeks=weeks_before), 60, 100)]
        )

    page = window.open(reverse("cycle-new", args=[story.greet.public_id]))
    page.get_by_label("What do we want to find out?").fill("Does a host at each table help?")
    for label in ("What exactly", "Who does it", "Where", "When"):
        page.get_by_label(label, exact=True).fill("A host at each table at lunch")
    page.get_by_label("Sat with someone at lunch").check()
    page.get_by_role("button", name="On to the predictions").click()
    page.get_by_label("From (optional)").fill("70")
    page.get_by_label("To (optional)").fill("80")
    page.get_by_label("Because", exact=True).fill("Hosts notice who stands alone.")
    page.get_by_role("button", name="Write the prediction").click()
    page.get_by_role("button", name="Begin the test").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Does a host")
    cycle = Cycle.objects.get(question="Does a host at each table help?")

    days = list(school_days(DAY, 15))
    for number, day in enumerate(days):
        with on(day):
            sign_in(window.context, live_server, priya)  # each morning anew
            page = window.open(reverse("measure-enter", args=[measure.public_id]))
            page.get_by_label("students who sat with someone").fill(str(72 + number % 5))
            page.get_by_label("students in the cafeteria").fill("100")
            page.get_by_role("button", name="Save").click()
            expect(page.get_by_role("status").first).to_contain_text("Saved")
    assert measure.points.filter(period__in=days).count() == 15

    with on(days[-1]):
        page = window.open(reverse("cycle-do", args=[cycle.public_id]))
        page.get_by_role("button", name="End it, and look together").click()
        expect(page.locator(".compared")).to_contain_text("as predicted")
        expect(page.locator(".compared")).to_contain_text("74")
        page.get_by_label("What we learned").fill("A host is enough, if somebody asks them to.")
        page.get_by_role("button", name="On to what follows").click()
        page.get_by_label("Adopt", exact=False).first.check()
        page.get_by_label("Why", exact=True).fill("It held for three weeks.")
        page.get_by_role("button", name="Decide").click()
        page = window.open(reverse("measure", args=[measure.public_id]))
        expect(page.locator("svg.narrow .cycle").first).to_be_attached()  # the cycle is a span on its measure's chart
        screenshot(page, "walk-daily-measure")
        assert axe(page) == []
        assert wider_than_window(page) == 0
    assert Cycle.objects.get(pk=cycle.pk).decision == "adopt"
    assert (window.complaints, window.elsewhere) == ([], [])
