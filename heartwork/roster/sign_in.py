"""Ways to sign in, as the district means them: what django-allauth asks of us about accounts and second factors.

Nobody registers themselves: who may sign in is in the roster, and who has left cannot, by any way.
"""

import base64
import hashlib
import logging
import secrets
import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.base_user import AbstractBaseUser
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.roster import access, actions, queries, sessions
from heartwork.roster.models import StaffMember
from heartwork.sealing.keys import KeyMissing
from heartwork.sealing.seals import SealBroken, seal, unseal
from heartwork.web.page import page

log = logging.getLogger(__name__)

REFUSED = _("That name and password do not belong together. Look at both and try again.")
WRONG_CODE = _("That code is not right, or was used before. Wait for the next one and try again.")

TWO_STEPS = {"mfa", "socialaccount"}  # a code or a passkey; or whatever the district's own sign-on asks
SETTING_UP = {  # what somebody who owes a second step may open before they have one
    *("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"),
    *("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "change-password"),
    *("sign-out-elsewhere", "still-here"),
}
KNOWN = "known_browser"  # the cookie by which a browser shows who has signed in with it before
KNOWN_FOR = 60 * 60 * 24 * 180  # seconds
SECRETS = "mfa_authenticator.data"
KNOWN_PEOPLE = 20  # of one browser: a computer in a staff room


class Backend(AuthenticationBackend):
    """A name and a password, or a session: good for whoever works here today."""

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        """Someone who has left is answered like someone unknown, and a session of theirs is over."""
        return isinstance(user, StaffMember) and not access.has_left(user)

    def get_user(self, user_id: int) -> StaffMember | None:
        """Whose session it is, if they may still sign in: asked for at every request."""
        found = next(iter(queries.person(pk=user_id)), None)
        return found if self.user_can_authenticate(found) else None


class SecondStepFirst:
    """Whoever owes a second step, and signed in without one, sets one up before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Only in a session that owes it, so that no other asks for anything. What was wanted is kept till then."""
        if sessions.OWES not in request.session or not isinstance(request.user, StaffMember) or hasattr(view, "public"):
            return None
        if actions.has_second_step(request.user) or not access.may(request.user, "second_step.owe"):
            request.session["wanted"] = request.session.pop(sessions.OWES)
            return None
        if request.resolver_match and request.resolver_match.url_name in SETTING_UP:
            return None
        if request.method == "GET" and "HX-Request" not in request.headers:
            request.session[sessions.OWES] = request.get_full_path()
        return redirect("mfa_index")


def stay_only_here(request: HttpRequest) -> None:
    """Whoever asks is signed out wherever else they are signed in; this session goes on."""
    actions.end_other_sessions(request.user)  # type: ignore[arg-type]
    update_session_auth_hash(request, request.user)  # type: ignore[arg-type]


# -- browsers that a person has used before


def _digest(username: str) -> str:
    return hashlib.sha256(username.strip().lower().encode()).hexdigest()[:32]


def _known_people(request: HttpRequest) -> dict[str, str]:
    """Who has signed in with this browser: a digest of the sign-in name, and a word that only this browser has."""
    try:
        signed = request.COOKIES.get(settings.COOKIE_PREFIX + KNOWN, "")
        return dict(signing.loads(signed, salt=KNOWN, max_age=KNOWN_FOR))
    except (signing.BadSignature, TypeError, ValueError):
        return {}


def remember_browser(request: HttpRequest, response: HttpResponse, person: StaffMember) -> None:
    """From now on somebody's wrong guesses elsewhere do not slow this person down here. It lets nobody in."""
    people = _known_people(request)
    people[_digest(person.username or "")] = secrets.token_urlsafe(12)
    response.set_cookie(
        settings.COOKIE_PREFIX + KNOWN,
        signing.dumps(dict(list(people.items())[-KNOWN_PEOPLE:]), salt=KNOWN),
        max_age=KNOWN_FOR,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


# -- accounts


class AccountAdapter(DefaultAccountAdapter):
    """Signing in by name and password, and what follows however somebody has signed in."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": REFUSED,
        "too_many_login_attempts": _("That was tried too often. Wait a quarter of an hour, then try again."),
        "rate_limited": _("That was tried too often. Wait a quarter of an hour, then try again."),
        "incorrect_password": _("That is not your password. Try again."),
        "enter_current_password": _("That is not your password. Try again."),
        "incorrect_code": WRONG_CODE,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody registers themselves."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only pages of ours are gone to after signing in."""
        return bool(url) and url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """After ten wrong passwords for a name, even the right one waits a quarter of an hour, and nothing says so.

        Except in a browser where this person has signed in before: that one has ten tries of its own, so that nobody
        keeps them out by guessing elsewhere. Raises ValidationError.
        """
        name = credentials.get("username", "").strip().lower()
        browser = _known_people(request).get(_digest(name), "")
        self._login_failed_rl_usage = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_known" if browser else "login_failed",
            key=f"{name} {browser}",
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("username_password_mismatch")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The person, or None. The password is looked at in every case, so that every answer takes as long."""
        person = super().authenticate(request, **credentials)
        if isinstance(person, StaffMember) and access.has_left(person):
            self.authentication_failed(request, **credentials)
            return None
        return person

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Written down, also for a name that nobody has: the answer to both takes as long."""
        actions.sign_in_refused(queries.signs_in_as(credentials.get("username", "")))

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Whatever way somebody came: who has left goes no further."""
        return not_here(request) if access.has_left(user) else None

    def login(self, request: HttpRequest, user: Any) -> None:
        """Signed in, with a new session, unless this person has left since the first step. Raises to answer."""
        if access.has_left(user):
            raise ImmediateHttpResponse(not_here(request))
        super().login(request, user)
        sessions.forget_others(request)
        request.session["begun"] = request.session["seen"] = int(time.time())
        request.session.pop(sessions.OWES, None)  # of whoever had the session before
        shown = {record.get("method") for record in get_authentication_records(request, user)}
        if shown.isdisjoint(TWO_STEPS) and access.may(user, "second_step.owe"):
            request.session[sessions.OWES] = ""

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """On to the page that was asked for, in the language this person chose before."""
        response = super().post_login(request, user, **kwargs)
        actions.signed_in(user)
        if user.language in dict(settings.LANGUAGES):
            in_language(response, user.language)
        remember_browser(request, response, user)
        return response

    def add_message(self, request: HttpRequest, level: int, message_template: Any = None, *_: Any, **more: Any) -> None:
        """What the library would say, in our words; of most it says nothing."""
        if words := more.get("message") or SAID.get(message_template or ""):
            super().add_message(request, level, message=str(words))

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        """What the library would tell by mail is written in the journal, where the person finds it."""
        verb, kind = WRITTEN[template_prefix.rpartition("/")[2]]
        actions.way_in_changed(user, verb, kind)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways in which this person can show again that it is them, in our words."""
        words = {
            "reauthenticate": gettext("with your password"),
            "mfa_reauthenticate": gettext("with a code"),
            "mfa_reauthenticate:webauthn": gettext("with a passkey"),
        }
        return [way | {"description": words[way["id"]]} for way in super().get_reauthentication_methods(user)]


WRITTEN = {
    "totp_activated": ("account.way_in_added", "app"),
    "totp_deactivated": ("account.way_in_removed", "app"),
    "webauthn_added": ("account.way_in_added", "passkey"),
    "webauthn_removed": ("account.way_in_removed", "passkey"),
    "recovery_codes_generated": ("account.way_in_added", "recovery codes"),
    "account_connected": ("account.way_in_added", "other system"),
    "account_disconnected": ("account.way_in_removed", "other system"),
}

SAID = {
    "mfa/messages/totp_activated.txt": _("The app is set up. From now on we ask for its code."),
    "mfa/messages/totp_deactivated.txt": _("The app is taken off."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added. You can sign in with it alone."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is taken off."),
}


def in_language(response: HttpResponse, language: str) -> HttpResponse:
    """The response, after which the browser asks for pages in this language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=60 * 60 * 24 * 365,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def not_here(request: HttpRequest) -> HttpResponse:
    """The one answer to whoever proved who they are elsewhere, and is not (or no longer) in the roster."""
    return page(request, "roster/not_here.html", status=403)


# -- second factors


class SecondFactors(DefaultMFAAdapter):
    """Codes of an app, passkeys and recovery codes."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": _(
            "This second step stays: your district asks for one, or your password is shorter than 15 characters, which"
            " is enough only beside one. Add another first, or choose a longer password."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Secrets of apps and codes are sealed: a stolen database signs nobody in."""
        return seal(text, SECRETS)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again; after a restore without the district's keys another, so that no code fits."""
        try:
            return unseal(encrypted_text, SECRETS)
        except (KeyMissing, SealBroken):
            log.exception("A second step cannot be read. Put the key back, or take the person's second steps off.")
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last second step stays as long as one is needed."""
        return not actions.keeps_second_step(authenticator.user, authenticator)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What a new passkey is called at first."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey %(number)s") % {"number": count + 1}


# -- other systems of the district


def _first(value: Any) -> str:
    """What a system says, as one text: SAML says everything in lists."""
    value = value[0] if isinstance(value, list) and value else value
    return "" if value is None or isinstance(value, list | dict) else str(value)


def claims_of(sociallogin: Any) -> dict[str, Any]:
    """What the system says of whoever comes: in its token and in its answer, which must be of the same person."""
    said = sociallogin.said
    if "id_token" not in said and "userinfo" not in said:
        return said | {"NameID": sociallogin.account.uid}
    token, answer = said.get("id_token") or {}, said.get("userinfo") or {}
    if token and answer and token.get("sub") != answer.get("sub"):
        return {}
    return {**answer, **token}


class DistrictSignOn(DefaultSocialAccountAdapter):
    """Signing in with what the district uses anyway; whoever comes is looked for in the roster."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody registers themselves. Raises to answer."""
        raise ImmediateHttpResponse(not_here(request))

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:
        """Of what the system says nothing is kept: names and addresses are in the roster."""
        sociallogin.said, sociallogin.account.extra_data = sociallogin.account.extra_data, {}
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find whoever comes in the roster; from the first time on the system's own number for them is what counts.

        So an address that is given to somebody else later does not open the first one's account. Raises to answer.
        """
        system = settings.SIGN_IN_WITH.get(sociallogin.account.provider)
        claims = claims_of(sociallogin)
        if system is None or any(_first(claims.get(name)) != value for name, value in system.require.items()):
            raise ImmediateHttpResponse(not_here(request))
        if sociallogin.is_existing:
            return
        person = queries.person_known_as(system.match, self._vouched(system, claims))
        if person is None or queries.is_tied(person, system.name):
            raise ImmediateHttpResponse(not_here(request))
        sociallogin.connect(request, person)

    @staticmethod
    def _vouched(system: Any, claims: dict[str, Any]) -> str:
        """By what the roster may know whoever comes; nothing when the system does not vouch for it."""
        said = _first(claims.get(system.claim)).strip()
        if system.match == "email":
            is_ours = said.rpartition("@")[2].lower() in system.domains
            is_verified = system.takes_unverified or _first(claims.get("email_verified", True)).lower() != "false"
            return said if is_ours and is_verified else ""
        return said

    def on_authentication_error(self, request: HttpRequest, provider: Any, *args: Any, **kwargs: Any) -> None:
        """Stopped there, or said something that does not hold. Raises to answer."""
        raise ImmediateHttpResponse(sign_on_failed(request))


def sign_on_failed(request: HttpRequest) -> HttpResponse:
    """The other system did not answer, or not so that one could believe it."""
    return page(request, "roster/sign_on_failed.html", status=401)
