"""Passkeys, and a session that ends while somebody types: in a browser, under the content policy as it is."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from heartwork.roster.models import StaffMember, Strength
from heartwork.testing.browser import axe, screenshot, wider_than_window

pytestmark = pytest.mark.browser
PASSWORD = "four calm words together"


@pytest.fixture
def ruth(district):
    district.ruth.set_password(PASSWORD)
    district.ruth.save()
    return district.ruth


@pytest.fixture
def at_home(live_server):
    """The server under the name at which browsers offer passkeys without https."""
    return live_server.url.replace("127.0.0.1", "localhost")


def looks_right(window):
    assert axe(window.page) == []
    assert wider_than_window(window.page) <= 0
    assert window.complaints == []
    assert window.elsewhere == []


def sign_in(page):
    page.get_by_label("Sign-in name").fill("ruth")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_added_and_signs_in_alone(windows, ruth, at_home):
    window = windows(width=360, height=800)
    window.address, page = at_home, window.page
    device = window.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    window.open("/sign-in/?next=/account/signing-in/")
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("How you sign in")
    looks_right(window)
    screenshot(page, "how-you-sign-in")
    page.get_by_role("link", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it still you?")
    looks_right(window)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Add a passkey")
    looks_right(window)
    page.get_by_label("What you call it").fill("My phone")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    looks_right(window)
    screenshot(page, "recovery-codes")
    assert Authenticator.objects.get(type="webauthn").user == ruth

    page.goto(f"{at_home}/account/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_visible()
    looks_right(window)
    screenshot(page, "sign-in-with-passkey")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(f"{at_home}/")
    expect(page.get_by_label("Ruth Okafor: your account")).to_be_visible()

    StaffMember.objects.filter(pk=ruth.pk).update(is_active=False)  # has left: the passkey lets nobody in
    page.goto("about:blank")  # Today asks for its parts, and would lead away by itself
    page.context.clear_cookies()
    page.goto(f"{at_home}/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We could not find you in the roster")


def test_a_passkey_is_a_second_step_too(windows, ruth, at_home):
    window = windows(width=1280)
    window.address, page = at_home, window.page
    device = window.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    window.open("/sign-in/?next=/account/signing-in/passkeys/add/")
    sign_in(page)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    page.context.clear_cookies()
    window.open("/sign-in/")
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    looks_right(window)
    screenshot(page, "one-more-step")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{at_home}/")


def leave_for_long():
    """Half an hour and more passes: every session was last used long ago."""
    for session in Session.objects.all():
        kept = SessionStore(session.session_key)
        kept["begun"] = kept["seen"] = int(time.time()) - 3600
        kept.save()


@pytest.mark.parametrize("javascript", [True, False])
def test_what_was_typed_while_the_session_ended_is_saved_after_signing_in(windows, ruth, district, javascript):
    window = windows(width=360, height=800, javascript=javascript)
    page = window.open(f"/sign-in/?next={reverse('student', args=[district.maya.public_id])}")
    sign_in(page)
    form = page.locator("form", has=page.get_by_label("What this student brings"))
    if not form.is_visible():
        page.locator("summary", has_text="Add").first.click()
    if not javascript:
        page.get_by_role("link", name="Write it down").click()
    form.get_by_label("What this student brings").fill("Draws sharks\nwith great care")
    leave_for_long()
    form.get_by_role("button").click()
    expect(page.get_by_text("What you had typed is kept")).to_be_visible()
    assert "sharks" not in page.content()
    if javascript:
        assert "sharks" not in page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    sign_in(page)
    if not javascript:
        page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Maya")
    assert [each.text[:12] for each in Strength.objects.filter(noted_by=ruth)] == ["Draws sharks"]
