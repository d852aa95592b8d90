"""Pages for signing in and out, for passwords and second steps: django-allauth's, with our words and look."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.stagekit import clear_login
from allauth.account.views import LoginView, ReauthenticateView
from allauth.core.internal.ratelimit import decorator
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from allauth.socialaccount.adapter import get_adapter as social_adapter
from allauth.socialaccount.providers.openid_connect.views import callback as openid_callback
from allauth.socialaccount.providers.saml.utils import build_saml_config, get_app_or_404
from allauth.socialaccount.providers.saml.views import ACSView, FinishACSView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LogoutView, PasswordChangeView, PasswordResetConfirmView
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from requests import RequestException

from heartwork.roster import access, actions, queries, sessions, sign_in
from heartwork.roster.access import Request, View
from heartwork.roster.sign_in_forms import SignInForm
from heartwork.web.page import page


def unkept(view: Callable[..., Any]) -> View:
    """The view, of which no browser and no proxy keeps anything."""

    @wraps(view)
    def without_trace(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = view(*args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return without_trace


def _mine(view: type[Any], template: str = "", **more: Any) -> View:
    """A page of the library about one's own account, in our look."""
    if template:
        more["template_name"] = f"roster/{template}.html"
    return access.shows("self.read", change="self.edit")(unkept(view.as_view(**more)))


# -- signing in and out


class SignIn(LoginView):
    """Name and password, then to the page that was asked for, if it is one of ours."""

    template_name = "roster/sign_in.html"
    form_class = SignInForm
    extra_context = {"languages": settings.LANGUAGES}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the other systems of the district, and whether something that was typed waits for who typed it."""
        waits = bool(self.request.session.get(sessions.TYPED))
        return super().get_context_data(**kwargs) | {"others": settings.SIGN_IN_WITH.values(), "waits": waits}


class SignOut(LogoutView):
    """Signed out, and nothing that was shown stays in the browser."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The language and which browser this is stay; they name nobody. So does what waits here to be sent."""
        response = super().dispatch(request, *args, **kwargs)
        if request.method == "POST":
            response["Clear-Site-Data"] = '"cache"' if "unsent" in request.POST else '"cache", "storage"'
        return response


class SetPassword(PasswordResetConfirmView):
    """A password of one's own, by the address that works once."""

    template_name = "roster/set_password.html"
    success_url = reverse_lazy("sign-in")

    def form_valid(self, form: Any) -> HttpResponse:
        """Chosen: now sign in with it."""
        response = super().form_valid(form)
        actions.password_set(form.user)
        messages.success(self.request, _("Your password is set. Sign in with it now."))
        return response


class ChangePassword(PasswordChangeView):
    """Another password; who is signed in elsewhere with the old one is signed out there."""

    template_name = "roster/change_password.html"
    success_url = reverse_lazy("account")

    def form_valid(self, form: Any) -> HttpResponse:
        """Changed."""
        response = super().form_valid(form)
        actions.password_set(form.user)
        messages.success(self.request, _("Your password is changed."))
        return response


sign_in_page = access.public("People sign in here.")(SignIn.as_view())
passkey = access.public("People sign in here with a passkey.")(unkept(LoginWebAuthnView.as_view()))
second_step = access.public("Whoever has given their password gives their code here; nobody else gets further.")(
    unkept(AuthenticateView.as_view(template_name="roster/second_step.html"))
)
sign_out = access.public("Whoever is signed in may leave, and nobody else is changed.")(SignOut.as_view())
set_password = access.public("Only an address that works once lets in; it was handed over by an administrator.")(
    SetPassword.as_view()
)
change_password = access.shows("self.read", change="self.edit")(ChangePassword.as_view())


@access.public("Takes back a password that was given; nobody is signed in by it.")
@require_POST
def begin_anew(request: HttpRequest) -> HttpResponse:
    """From the second step back to the first."""
    clear_login(request)
    return redirect("sign-in")


# -- with another system of the district


@access.public("From here one goes to sign in with another system of the district.")
@require_POST
def sign_in_with(request: HttpRequest, name: str) -> HttpResponse:
    """On to the other system, by a page of its own: a form may not be sent to other hosts (form-action of the CSP)."""
    if name not in settings.SIGN_IN_WITH or {"process", "scope", "auth_params"} & {*request.POST, *request.GET}:
        raise Http404
    try:
        response = social_adapter(request).get_provider(request, name).redirect_from_request(request)
    except RequestException:
        return sign_in.sign_on_failed(request)
    system = settings.SIGN_IN_WITH[name]
    return page(request, "roster/sign_in_elsewhere.html", {"system": system, "address": response["Location"]})


@access.public("A system of the district answers here; what it says is checked before anybody is signed in.")
@require_safe
def openid_answer(request: HttpRequest, provider_id: str) -> HttpResponse:
    """An answer by OpenID Connect; one that lacks what every answer has is like one that does not hold."""
    try:
        return openid_callback(request, provider_id)
    except (PermissionDenied, ValueError, KeyError):
        return sign_in.sign_on_failed(request)


saml_answer = access.public("A system of the district answers here; what it says is checked at the next address.")(
    decorator(app="allauth.account", action="saml_answer")(ACSView.as_view())
)


@access.public("What a system of the district said is checked here, before anybody is signed in.")
@unkept
def saml_checked(request: HttpRequest, organization_slug: str) -> HttpResponseBase:
    """Signed in, or the page that says that it did not work: also for what is no XML, or was not asked for."""
    try:
        return FinishACSView.as_view()(request, organization_slug)
    except (PermissionDenied, ValueError, SyntaxError):
        return sign_in.sign_on_failed(request)


@access.public("Named because the library asks for it. Signing out here is not taken from elsewhere.")
def saml_sign_out(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Nothing: who could sign a person out from elsewhere could do so to any."""
    raise Http404


@access.public("What the district's system needs to know of Heartwork: addresses, nothing of anyone.")
@require_safe
def saml_metadata(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Heartwork, described for a system that signs people in by SAML."""
    app = get_app_or_404(request, organization_slug)
    config = build_saml_config(request, app.settings, organization_slug)
    del config["sp"]["singleLogoutService"]
    metadata = OneLogin_Saml2_Settings(settings=config, sp_validation_only=True).get_sp_metadata()
    return HttpResponse(metadata, content_type="text/xml")


# -- a session that was over, and what was typed meanwhile


@access.public("What was typed when a session was over is kept here, sealed, for the person who typed it.")
@require_http_methods(["GET", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """Sign in again; the form that was sent goes on to where it was meant for."""
    path = request.GET.get("next", "")
    if not (path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)):
        return redirect("sign-in")
    key = sessions.keep_typed(request, path) if request.method == "POST" else None
    return redirect(
        f"{reverse('sign-in')}?{urlencode({'next': reverse('sign-in-resume', args=[key]) if key else path})}"
    )


@access.shows("self.read")
@require_safe
def resume(request: Request, key: str) -> HttpResponse:
    """Signed in again: what was typed is sent now, once, and only for who typed it."""
    typed = sessions.take_typed(request, key)
    if typed is None:
        messages.info(request, _("What was typed here before is not there any more, or somebody else typed it."))
        return redirect("today")
    return page(request, "roster/resume.html", {"typed": typed})


@access.shows("self.read")
@require_safe
def still_here(request: Request) -> HttpResponse:
    """A sign of life from a page that was open for long."""
    return HttpResponse("")


# -- second steps, each after showing again that it is oneself


class Security(IndexView):
    """How I sign in: password, app, passkeys, recovery codes."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the systems of the district that sign this person in."""
        ties = queries.ties_of(self.request.user)  # type: ignore[arg-type]
        return super().get_context_data(**kwargs) | {"ties": ties, "owes": sessions.OWES in self.request.session}


@access.shows("self.read", change="self.edit")
@require_POST
def sign_out_elsewhere(request: Request) -> HttpResponse:
    """Signed out wherever else I am signed in: on the computer in the library, on the phone I lost."""
    sign_in.stay_only_here(request)
    messages.success(request, _("You are signed in here and nowhere else."))
    return redirect("mfa_index")


class OnlyHere:
    """A way to sign in that changes ends what was begun elsewhere by the ways of before."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Changed, and signed out elsewhere."""
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        sign_in.stay_only_here(self.request)  # type: ignore[attr-defined]
        return response


class SetUpApp(OnlyHere, ActivateTOTPView):
    """An app for codes."""


class TakeOffApp(OnlyHere, DeactivateTOTPView):
    """The app for codes less."""


class NewRecoveryCodes(OnlyHere, GenerateRecoveryCodesView):
    """Other codes for the day the phone is lost."""


class AddPasskey(OnlyHere, AddWebAuthnView):
    """One passkey more."""


class TakeOffPasskey(OnlyHere, RemoveWebAuthnView):
    """One passkey less; the last second step stays where one is needed."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Taken off, or the reason why not."""
        if actions.keeps_second_step(self.request.user, self.get_object()):  # type: ignore[arg-type]
            messages.error(self.request, str(get_adapter().error_messages["cannot_delete_authenticator"]))
            return redirect("mfa_index")
        return super().form_valid(form)


security = access.shows("self.read")(unkept(Security.as_view(template_name="roster/security.html")))
app_on = _mine(SetUpApp, "app_on")
app_off = _mine(TakeOffApp, "app_off")
recovery_codes = _mine(ViewRecoveryCodesView, "recovery_codes")
recovery_codes_new = _mine(NewRecoveryCodes, "recovery_codes_new")
passkey_add = _mine(AddPasskey, "passkey_add")
passkey_off = _mine(TakeOffPasskey, "passkey_off", success_url=reverse_lazy("mfa_index"))
confirm = _mine(ReauthenticateView, "confirm")
confirm_by_code = _mine(ReauthenticateByCodeView, "confirm")
confirm_by_passkey = _mine(ReauthenticateWebAuthnView, "confirm_by_passkey")
