"""Apps that show codes, recovery codes, and showing again that it is oneself; passkeys are tried in a browser."""

import datetime
import re
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.exceptions import PermissionDenied
from django.test import Client, TestCase
from django.urls import reverse

from heartwork.journal.models import Entry
from heartwork.roster import actions, reach_actions
from heartwork.roster.models import StaffMember
from heartwork.roster.sessions import whose

pytestmark = pytest.mark.data
PASSWORD = "four calm words together"


@pytest.fixture
def ruth(district):
    district.ruth.set_password(PASSWORD)
    district.ruth.save()
    return district.ruth


def sign_in(client, name="ruth", password=PASSWORD, **more):
    return client.post(reverse("sign-in"), {"login": name, "password": password, **more})


def code(secret, ahead=0):
    """The code that an app would show now, or some half minutes ahead."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def as_sent(client):
    cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())
    return [(b"cookie", cookies.encode())]


def set_up_app(client, *, is_in=False):
    """Set an app up as a person would: the password again, the letters, the code. Returns its secret."""
    if not is_in:
        sign_in(client)
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert client.post(asked["Location"], {"password": PASSWORD}).status_code == 302
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    with TestCase.captureOnCommitCallbacks(execute=True):  # what is written down then
        done = client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    return secret


@pytest.fixture
def app(client, ruth):
    """The secret of Ruth's app, her recovery codes beside it; she has signed out."""
    secret = set_up_app(client)
    client.codes = re.findall(r"<code>(\d{8})</code>", client.get(reverse("mfa_view_recovery_codes")).content.decode())
    client.post(reverse("sign-out"))
    return secret


def test_after_the_password_the_code_of_the_app_is_asked_for(client, app):
    assert sign_in(client, next="/students/")["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("today")).status_code == 302  # not in yet
    response = client.post(reverse("mfa_authenticate"), {"code": code(app)})
    assert response["Location"] == "/students/"
    assert client.get(reverse("today")).status_code == 200


def test_a_second_step_ends_what_was_begun_elsewhere_without_it(client, ruth):
    elsewhere = Client()
    sign_in(elsewhere)
    set_up_app(client)
    assert elsewhere.get(reverse("today")).status_code == 302
    assert client.get(reverse("today")).status_code == 200


def owe(district, *roles):
    reach_actions.choose(district.dana, chosen={"second_step.owe": roles}, why="We talked about it.")


def test_whoever_owes_a_second_step_sets_one_up_before_anything_else(client, ruth, district):
    owe(district, "counselor")
    sign_in(client)
    for name in ("today", "students", "account"):
        assert client.get(reverse(name))["Location"] == reverse("mfa_index")
    assert "Your district asks for <mark>a second step</mark>" in client.get(reverse("mfa_index")).content.decode()
    assert whose({"type": "http", "method": "GET", "path": "/", "headers": as_sent(client)}) is None
    set_up_app(client, is_in=True)
    assert client.get(reverse("today")).status_code == 200
    assert whose({"type": "http", "method": "GET", "path": "/", "headers": as_sent(client)}) == ruth


def test_what_was_wanted_is_there_afterwards(client, ruth, district):
    owe(district, "counselor")
    sign_in(client)
    client.get(reverse("students") + "?q=Maya")
    set_up_app(client, is_in=True)
    codes = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert f'href="{reverse("students")}?q=Maya"' in codes


def test_who_has_the_session_next_owes_nothing_of_that(client, ruth, district):
    district.tomas.set_password(PASSWORD)
    district.tomas.save()
    owe(district, "counselor")
    sign_in(client)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1), tick=False):
        client.get(reverse("today"))  # the session is over, and somebody else comes to the computer
        sign_in(client, district.tomas.username)
        assert client.get(reverse("today")).status_code == 200


def test_a_duty_that_is_taken_back_is_owed_no_more(client, ruth, district):
    owe(district, "counselor")
    sign_in(client)
    owe(district)
    assert client.get(reverse("today")).status_code == 200


def test_what_is_lost_can_be_ended_by_who_owes(client, ruth, district):
    elsewhere = Client()
    sign_in(elsewhere)
    owe(district, "counselor")
    sign_in(client)
    client.post(reverse("sign-out-elsewhere"))
    assert elsewhere.get(reverse("today")).status_code == 302
    assert client.get(reverse("change-password")).status_code == 200


@pytest.mark.parametrize("what", ["mfa_deactivate_totp", "mfa_generate_recovery_codes"])
def test_a_way_to_sign_in_that_is_taken_off_or_made_anew_ends_what_was_begun_elsewhere(client, app, what):
    elsewhere = Client()
    for each, ahead in ((elsewhere, 0), (client, 1)):
        sign_in(each)
        each.post(reverse("mfa_authenticate"), {"code": code(app, ahead)})
    asked = client.get(reverse(what))
    client.post(asked["Location"], {"password": PASSWORD})
    assert elsewhere.get(reverse("today")).status_code == 200
    client.post(reverse(what))
    assert elsewhere.get(reverse("today")).status_code == 302
    assert client.get(reverse("today")).status_code == 200


def test_with_a_code_one_owes_nothing(client, app, district):
    owe(district, "counselor")
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code(app, 1)})
    assert client.get(reverse("today")).status_code == 200


def test_other_roles_owe_nothing_and_a_session_that_goes_on_is_left_alone(client, ruth, district):
    owe(district, "teacher")
    sign_in(client)
    owe(district, "teacher", "counselor")
    assert client.get(reverse("today")).status_code == 200


def test_the_last_second_step_that_one_owes_stays(client, app, ruth, district):
    step = Authenticator.objects.get(type="totp")
    assert not actions.keeps_second_step(ruth, step)
    owe(district, "counselor")
    assert actions.keeps_second_step(ruth, step)


def test_a_wrong_code_lets_nobody_in(client, app):
    sign_in(client)
    page = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "That code is not right" in page.content.decode()
    assert client.get(reverse("today")).status_code == 302


def test_a_code_lets_in_once(client, app):
    sign_in(client)
    now = code(app)
    client.post(reverse("mfa_authenticate"), {"code": now})
    client.post(reverse("sign-out"))
    with time_machine.travel(time.time() + 40, tick=False):  # still within what a slow hand is given
        sign_in(client)
        page = client.post(reverse("mfa_authenticate"), {"code": now})
        assert "was used before" in page.content.decode()


def test_codes_cannot_be_guessed_through(client, app):
    sign_in(client)
    for guess in range(10):
        client.post(reverse("mfa_authenticate"), {"code": f"{guess:06}"})
    page = client.post(reverse("mfa_authenticate"), {"code": code(app)})
    assert "tried too often" in page.content.decode()


def test_a_recovery_code_lets_in_once(client, app):
    assert len(client.codes) == 10
    for answer in (302, 200):
        sign_in(client)
        response = client.post(reverse("mfa_authenticate"), {"code": client.codes[0]})
        assert response.status_code == answer
        client.post(reverse("sign-out"))


def test_recovery_codes_are_shown_once(client, app):
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code(app)})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert not any(each in page for each in client.codes)


def test_secrets_of_second_steps_are_not_in_the_database(client, app):
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert app not in kept
    assert kept.count("sealed.") == 2


def test_one_may_go_back_from_the_second_step(client, app):
    sign_in(client)
    assert client.get(reverse("sign-in"))["Location"] == reverse("mfa_authenticate")
    client.post(reverse("sign-in-begin-anew"))
    assert client.get(reverse("sign-in")).status_code == 200


def test_a_code_or_the_password_shows_again_that_it_is_oneself(client, app):
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code(app)})
    assert client.get(reverse("mfa_deactivate_totp"))["Location"].startswith(reverse("account_reauthenticate"))
    assert client.get(reverse("mfa_reauthenticate")).status_code == 200
    client.post(reverse("mfa_reauthenticate"), {"code": code(app, 1)})
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()  # codes stand beside something, or not at all
    verbs = Entry.objects.filter(verb__startswith="account.way_in").values_list("verb", "detail")
    assert list(verbs) == [("account.way_in_added", {"kind": "app"}), ("account.way_in_removed", {"kind": "app"})]


def test_whoever_left_between_the_two_steps_gets_no_further(client, app, ruth):
    sign_in(client)
    StaffMember.objects.filter(pk=ruth.pk).update(is_active=False)
    client.post(reverse("mfa_authenticate"), {"code": code(app)})
    assert "_auth_user_id" not in client.session


def test_who_lost_phone_and_codes_is_helped_by_an_administrator(client, app, ruth, district):
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code(app)})
    helper = client.__class__()
    helper.force_login(district.sam)
    helper.post(reverse("forget-second-steps", args=[ruth.public_id]))
    assert client.get(reverse("today")).status_code == 302  # signed out everywhere
    assert sign_in(client)["Location"] == reverse("today")
    assert Entry.objects.filter(verb="account.second_steps_forgotten", actor=district.sam).count() == 1


def test_nobody_takes_their_own_second_step_off_that_way(district):
    with pytest.raises(PermissionDenied):
        actions.forget_second_steps(district.sam, district.sam)


def test_only_those_who_may_take_second_steps_off(district):
    with pytest.raises(PermissionDenied):
        actions.forget_second_steps(district.priya, district.tomas)


def test_showing_that_it_is_oneself_lasts_ten_minutes(client, ruth):
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=11)
    with time_machine.travel(later, tick=False):
        assert client.get(reverse("mfa_activate_totp")).status_code == 302
