"""The window that browser tests look through: it tells what it should not have met."""

import pytest

from heartwork.roster.models import Attribute
from heartwork.testing.browser import axe, wider_than_window

pytestmark = pytest.mark.browser


def test_a_signed_in_person_sees_their_page(windows, district):
    page = windows(district.ruth).open("/")
    assert page.locator("h1").first.is_visible()
    assert "sign-in" not in page.url


def test_what_a_page_asks_of_another_host_is_refused_and_told(windows, district):
    window = windows()
    window.open("/sign-in/")
    window.page.evaluate("fetch('https://example.org/pixel').catch(() => {})")
    window.page.wait_for_timeout(200)
    assert window.elsewhere or any("Content Security Policy" in line for line in window.complaints)


def test_an_inline_script_is_refused_and_told(windows, district):
    window = windows()
    window.open("/sign-in/")
    window.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))"
    )
    assert window.page.evaluate("window.ran") is None
    assert any("Content Security Policy" in line for line in window.complaints)


def test_axe_finds_a_picture_without_words(windows, district):
    page = windows().open("/sign-in/")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert any("image-alt" in line for line in axe(page))


def test_a_wide_thing_is_noticed(windows, district):
    page = windows(width=360).open("/sign-in/")
    assert wider_than_window(page) == 0
    page.evaluate("""document.querySelector('main').append(Object.assign(document.createElement('hr')));
        document.querySelector('hr').style.width = '900px'""")
    assert wider_than_window(page) > 0


@pytest.mark.parametrize("turn", [1, 2])
def test_what_migrations_put_in_is_there_again_for_each_test(windows, district, turn):
    assert Attribute.objects.exists()
