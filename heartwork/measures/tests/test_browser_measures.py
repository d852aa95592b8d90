"""Measures in a real browser: a chart rebuilt from public data, and pages that anyone can use."""

import csv
import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from heartwork.measures.actions import Value, annotate, define_measure, enter_values
from heartwork.measures.models import DataPoint, Measure
from heartwork.measures.places import Place
from heartwork.testing import demo
from heartwork.testing.browser import axe, screenshot, wider_than_window
from heartwork.testing.people import FIRST_DAY

pytestmark = pytest.mark.browser

NEW_YORK = Path(demo.__file__).parent / "public" / "nyc_attendance_2013_14.csv"


def test_the_example_on_public_data_is_rebuilt_from_its_file(windows, district):
    window = windows(district.dana)
    page = window.open(reverse("measure-new"))
    page.get_by_label("Name").fill("Attendance of New York City")
    page.get_by_label("What its values are").select_option("number")
    page.get_by_label("What is counted").fill("attendance, in percent")
    page.get_by_label("How often").select_option("day")
    page.get_by_label("Which way is better").select_option("up")
    page.get_by_role("button", name="Count it").click()
    expect(page.locator("h1")).to_contain_text("Attendance of New York City")
    measure = Measure.objects.get(name="Attendance of New York City")

    page = window.open(reverse("measure-paste", args=[measure.public_id]))
    page.get_by_label("Lines from a spreadsheet").fill(NEW_YORK.read_text())
    page.get_by_role("button", name="Read them first").click()
    expect(page.get_by_role("heading", name="181 values were read")).to_be_visible()
    assert not DataPoint.objects.exists()  # nothing before somebody says so
    page.get_by_role("button", name="Put them on record").click()
    expect(page.locator("figure.charted")).to_be_visible()

    with NEW_YORK.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert measure.points.count() == len(rows)
    notes = page.locator("figure.charted figcaption")
    for snow in ("January 22", "February 5", "February 13"):
        expect(notes).to_contain_text(re.compile(rf"{snow}[^\n]*below what chance explains"))
    page.get_by_text("The same as a table").click()
    expect(page.get_by_role("row", name=re.compile("January 22"))).to_contain_text("47.1")
    assert not window.complaints
    assert not window.elsewhere


@pytest.fixture
def counted(district):
    """A measure of Elm, with sixteen weeks and something that happened in one of them."""
    from datetime import timedelta

    place = Place(district.elm)
    measure = define_measure(
        district.priya,
        name="Greeted by name at the door",
        data="proportion",
        numerator="students greeted by name",
        denominator="students who came in",
        direction="up",
        per_student=1,
        school=district.elm,
        goal=80.0,
    )
    weeks = [FIRST_DAY - timedelta(days=FIRST_DAY.weekday()) + timedelta(weeks=n) for n in range(16)]
    values = [Value(week, 40 + (n * 7) % 9 + (25 if n > 9 else 0), 100) for n, week in enumerate(weeks)]
    enter_values(district.priya, measure, place, values)
    annotate(district.priya, measure, place, period=weeks[10], words="Two adults at the door from now on")
    return measure


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_measures_keep_the_rules_of_accessibility(windows, district, counted, width):
    window = windows(district.priya, width=width)
    at = [counted.public_id]
    for name, address in {
        "measures": reverse("measures"),
        "signals": reverse("signals"),
        "measure": reverse("measure", args=at),
        "variation": reverse("measure-variation", args=at),
        "enter": reverse("measure-enter", args=at),
        "paste": reverse("measure-paste", args=at),
        "chart": reverse("measure-chart", args=at),
        "phase": reverse("measure-phase", args=at),
        "leave-out": reverse("measure-leave-out", args=at),
        "note": reverse("measure-note", args=at),
        "new": reverse("measure-new"),
        "edit": reverse("measure-edit", args=at),
    }.items():
        page = window.open(address)
        expect(page.locator("h1")).to_be_visible()
        for folded in page.locator("details > summary").all():
            folded.click()
        assert axe(page) == [], name
        assert wider_than_window(page) <= 0, name
        screenshot(page, f"measure-{name}-{width}")
    assert not window.complaints
    assert not window.elsewhere


def test_a_chart_narrows_to_a_small_phone(windows, district, counted):
    page = windows(district.priya, width=320).open(reverse("measure", args=[counted.public_id]))
    expect(page.locator("svg.narrow")).to_be_visible()
    expect(page.locator("svg.wide")).to_be_hidden()
    assert wider_than_window(page) <= 0
