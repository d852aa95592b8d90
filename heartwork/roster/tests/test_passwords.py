"""Which passwords are refused, and with which reason."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from heartwork.roster import actions
from heartwork.roster.models import District

pytestmark = pytest.mark.data


def why_not(password, person):
    """By which reasons the password is refused; none: it will do."""
    try:
        validate_password(password, person)
    except ValidationError as refused:
        return {error.code for error in refused.error_list}
    return set()


@pytest.fixture
def ruth(district):
    District.objects.update_or_create(pk=1, defaults={"name": "Cedar Valley School District"})
    return district.ruth


@pytest.fixture
def beside_a_step(ruth):
    Authenticator.objects.create(user=ruth, type="totp", data={})
    return ruth


def test_fifteen_characters_do_alone(ruth):
    assert why_not("calm tea orbit", ruth) == {"password_too_short"}
    assert why_not("calm teas orbit", ruth) == set()


def test_eight_characters_do_beside_a_second_step(beside_a_step):
    assert why_not("calm te", beside_a_step) == {"password_too_short"}
    assert why_not("calm teo", beside_a_step) == set()


def test_recovery_codes_alone_are_no_second_step(ruth):
    Authenticator.objects.create(user=ruth, type="recovery_codes", data={})
    assert why_not("calm teo", ruth) == {"password_too_short"}


@pytest.mark.parametrize(
    "password", ["w" * 30 + " ocean lamp" * 3, "🫶🏽 puente río café 🫶🏽", "a lamp b tea c sea", "ocean lamp " * 15]
)
def test_long_ones_spaces_and_any_script_are_welcome(ruth, password):
    assert why_not(password, ruth) == set()


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "Correct-Horse-Battery-Staple-2026",
        "passwordpassword",
        "iloveyouiloveyou",
        "sunshine 2024 2025",
        "123456789012345678",
        "aaaaaaaaaaaaaaaaaaaa",
        "qwertyuiopasdfghjkl",
        "The quick brown fox",
    ],
)
def test_what_everyone_who_guesses_tries_is_refused(ruth, password):
    assert why_not(password, ruth) == {"password_too_common"}


def test_the_most_common_passwords_are_refused_beside_a_second_step_too(beside_a_step):
    for password in ("password1", "football1", "iloveyou", "trustno1", "princess"):
        assert "password_too_common" in why_not(password, beside_a_step)


@pytest.mark.parametrize(
    "password",
    ["Cedar Valley 2026!", "CedarValleySchools1", "elm middle school 1", "Heartwork Heartwork", "cedarvalleycedar"],
)
def test_the_names_of_the_district_and_its_schools_are_refused(ruth, password):
    assert "password_names_district" in why_not(password, ruth)


def test_a_name_among_other_words_will_do(ruth):
    assert why_not("under the cedar a lamp hums", ruth) == set()


def test_ones_own_name_is_refused(ruth):
    ruth.email = "ruth.okafor.counselor@example.org"
    assert "password_too_similar" in why_not("ruth.okafor.counselor", ruth)


def test_the_reason_is_said_in_words(ruth):
    with pytest.raises(ValidationError) as refused:
        validate_password("passwordpassword", ruth)
    assert "stolen elsewhere" in refused.value.messages[0]


def test_a_short_password_keeps_the_last_second_step(beside_a_step):
    step = Authenticator.objects.get()
    beside_a_step.set_password("calm teo")
    assert actions.keeps_second_step(beside_a_step, step)
    Authenticator.objects.create(user=beside_a_step, type="webauthn", data={})
    assert not actions.keeps_second_step(beside_a_step, step)
    beside_a_step.set_password("calm teas orbit")
    Authenticator.objects.filter(type="webauthn").delete()
    assert not actions.keeps_second_step(beside_a_step, step)


def test_a_short_password_goes_with_the_second_step_that_an_administrator_takes_off(beside_a_step, district):
    beside_a_step.set_password("calm teo")
    beside_a_step.save()
    actions.forget_second_steps(district.sam, beside_a_step)
    assert not beside_a_step.has_usable_password()
