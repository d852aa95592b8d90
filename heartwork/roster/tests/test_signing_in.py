"""Signing in and out, passwords and languages."""

import datetime
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from heartwork.journal.models import Entry
from heartwork.roster import actions
from heartwork.testing.people import DAY

pytestmark = pytest.mark.data
PASSWORD = "four calm words together"


@pytest.fixture
def ruth(district):
    district.ruth.set_password(PASSWORD)
    district.ruth.save()
    return district.ruth


def sign_in(client, name="ruth", password=PASSWORD, **more):
    return client.post(reverse("sign-in"), {"login": name, "password": password, **more})


def test_whoever_signs_in_begins_with_today(client, ruth):
    response = sign_in(client)
    assert (response.status_code, response["Location"]) == (302, reverse("today"))
    assert Entry.objects.filter(actor=ruth, verb="account.signed_in").count() == 1


def test_the_name_may_be_typed_in_any_case(client, ruth):
    assert sign_in(client, "RUTH").status_code == 302


@pytest.mark.parametrize("case", ["unknown", "wrong", "disabled", "gone", "never had a password"])
def test_every_refusal_reads_the_same(client, ruth, district, case):
    if case == "disabled":
        ruth.is_active = False
    if case == "gone":
        ruth.ended_on = DAY
    if case == "never had a password":
        ruth.password = ""
    ruth.save()
    name, password = {"unknown": ("nobody", PASSWORD), "wrong": ("ruth", "x")}.get(case, ("ruth", PASSWORD))
    response = sign_in(client, name, password)
    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == [
        "That name and password do not belong together. Look at both and try again."
    ]
    assert "_auth_user_id" not in client.session


def test_after_signing_in_one_is_where_one_wanted_to_go(client, ruth):
    response = client.get("/students/?grade=08")
    assert response["Location"] == "/sign-in/?next=/students/%3Fgrade%3D08"
    assert sign_in(client, next="/students/?grade=08")["Location"] == "/students/?grade=08"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"]
)
def test_nobody_is_sent_elsewhere(client, ruth, elsewhere):
    assert sign_in(client, next=elsewhere)["Location"] == reverse("today")
    response = client.post(reverse("language"), {"language": "es", "next": elsewhere})
    assert response["Location"] == reverse("today")


def test_signing_out_ends_the_session(client, ruth):
    sign_in(client)
    key = client.session.session_key
    client.post(reverse("sign-out"))
    assert not Session.objects.filter(session_key=key).exists()
    assert client.get(reverse("today")).status_code == 302


def test_a_link_alone_signs_nobody_out(client, ruth):
    sign_in(client)
    assert client.get(reverse("sign-out")).status_code == 405
    assert client.get(reverse("today")).status_code == 200


def test_signing_in_gives_a_new_session(client, ruth):
    client.get(reverse("sign-in"))
    client.session["before"] = True
    before = client.session.session_key
    sign_in(client)
    assert client.session.session_key != before


def test_whoever_leaves_is_signed_out_on_the_next_page(client, ruth):
    sign_in(client)
    ruth.ended_on = DAY
    ruth.save()
    assert client.get(reverse("account"))["Location"].startswith(reverse("sign-in"))


def test_a_part_of_a_page_is_told_to_go_and_sign_in(client, district):
    response = client.get(reverse("students"), headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (401, reverse("sign-in"))


def test_a_language_is_chosen_before_signing_in_and_kept(client, ruth):
    client.post(reverse("language"), {"language": "es", "next": "/sign-in/"})
    assert '<html lang="es"' in client.get(reverse("sign-in")).content.decode()


def test_a_language_chosen_on_the_account_page_comes_back_at_the_next_sign_in(client, ruth):
    sign_in(client)
    client.post(reverse("language"), {"language": "es", "next": reverse("account")})
    client.cookies.clear()
    sign_in(client)
    assert client.cookies["django_language"].value == "es"


def test_a_language_we_do_not_speak_changes_nothing(client, ruth):
    sign_in(client)
    client.post(reverse("language"), {"language": "xx"})
    ruth.refresh_from_db()
    assert ruth.language == ""
    assert "django_language" not in client.cookies


def test_a_new_password_needs_the_old_one_and_ends_other_sessions(client, ruth, django_user_model):
    other = client.__class__()
    sign_in(client)
    sign_in(other)
    new = "other calm words together"
    fields = {"old_password": "wrong", "new_password1": new, "new_password2": new}
    assert client.post(reverse("change-password"), fields).status_code == 200
    assert client.post(reverse("change-password"), fields | {"old_password": PASSWORD}).status_code == 302
    assert client.get(reverse("account")).status_code == 200
    assert other.get(reverse("account")).status_code == 302


def test_after_ten_wrong_passwords_even_the_right_one_waits(client, ruth):
    for _ in range(10):
        sign_in(client, password="wrong")
    refused = sign_in(client)
    assert refused.status_code == 200
    assert "do not belong together" in refused.context["form"].non_field_errors()[0]
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=16)
    with time_machine.travel(later, tick=False):
        assert sign_in(client).status_code == 302


def test_wrong_passwords_for_one_name_do_not_keep_others_out(client, ruth, district):
    for _ in range(10):
        sign_in(client, "tomas", "wrong")
    assert sign_in(client).status_code == 302


def test_the_journal_does_not_grow_with_every_guess(client, ruth):
    for _ in range(14):
        sign_in(client, password="wrong")
    assert Entry.objects.filter(verb="account.sign_in_refused", subject_pk=ruth.pk).count() == 10


def test_a_try_by_a_name_that_nobody_has_is_written_down_without_the_name(client, ruth):
    sign_in(client, "canary at all", "wrong")
    entry = Entry.objects.get(verb="account.sign_in_refused")
    assert (entry.actor, entry.subject_pk, entry.detail) == (None, None, {})


# -- the address by which someone chooses a password


@pytest.fixture
def link(district):
    return actions.give_sign_in(district.sam, district.tomas, "tomas.ruiz")


def choose(client, link, password=PASSWORD):
    form = client.get(link, follow=True)
    return client.post(form.redirect_chain[-1][0], {"new_password1": password, "new_password2": password}, follow=True)


def test_the_address_lets_someone_choose_a_password_and_sign_in(client, link, district):
    choose(client, link)
    assert sign_in(client, "tomas.ruiz").status_code == 302


def test_the_address_works_once(client, link):
    choose(client, link)
    page = client.get(link, follow=True).content.decode()
    assert "This address no longer works" in page


def test_the_address_works_for_three_days(client, link):
    later = datetime.datetime.combine(DAY, datetime.time(20), datetime.UTC) + datetime.timedelta(days=3)
    with time_machine.travel(later, tick=False):
        assert "This address no longer works" in client.get(link, follow=True).content.decode()


def test_the_address_keeps_weak_passwords_out(client, link):
    page = choose(client, link, "password").content.decode()
    assert "too short" in page


def test_an_address_made_up_opens_nothing(client, district):
    assert "no longer works" in client.get(reverse("set-password", args=["MQ", "x-y"])).content.decode()


def test_only_those_who_may_give_a_sign_in(district):
    with pytest.raises(PermissionDenied):
        actions.give_sign_in(district.priya, district.tomas, "tomas")


def test_giving_a_sign_in_shows_the_address_once(client, district):
    client.force_login(district.sam)
    address = reverse("give-sign-in", args=[district.tomas.public_id])
    page = client.post(address, {"username": "tomas.ruiz"})
    shown = urlsplit(page.context["link"])
    assert shown.path.startswith("/set-password/")
    assert shown.path in page.content.decode()
    assert shown.path not in client.get(address).content.decode()
    assert Entry.objects.filter(verb="account.link_given", actor=district.sam).count() == 1


def test_a_name_someone_else_signs_in_by_is_refused(client, district):
    client.force_login(district.sam)
    own = client.post(reverse("give-sign-in", args=[district.tomas.public_id]), {"username": "tomás"})
    assert "Someone else signs in by this name" not in own.content.decode()
    page = client.post(reverse("give-sign-in", args=[district.tomas.public_id]), {"username": "RUTH"})
    assert "Someone else signs in by this name" in page.content.decode()


def test_the_first_administrator_is_made_from_the_command_line(client, db):
    person, link = actions.first_administrator("Sam de la Cruz", "sam")
    assert (person.given_name, person.family_name) == ("Sam de la", "Cruz")
    choose(client, link)
    sign_in(client, "sam")
    assert client.get(reverse("people")).status_code == 200
    assert client.get(reverse("students")).status_code == 404


def test_the_first_administrator_asked_for_again_gets_a_new_address(client, db):
    first, _ = actions.first_administrator("Sam Hill", "sam")
    again, link = actions.first_administrator("Sam Hill", "SAM")
    assert again == first
    choose(client, link)
    assert sign_in(client, "sam").status_code == 302
