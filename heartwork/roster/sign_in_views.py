"""Pages for signing in and out, for passwords and second factors: django-allauth's, with our words and look."""

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LogoutView, PasswordChangeView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from heartwork.roster import access
from heartwork.roster.sign_in_forms import SignInForm


class SignIn(LoginView):
    """Name and password, then to the page that was asked for, if it is one of ours."""

    template_name = "roster/sign_in.html"
    form_class = SignInForm
    extra_context = {"languages": settings.LANGUAGES}


class SignOut(LogoutView):
    """Signed out, and nothing that was shown stays in the browser."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The language and which browser this is stay; they name nobody."""
        response = super().dispatch(request, *args, **kwargs)
        if request.method == "POST":
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


class SetPassword(PasswordResetConfirmView):
    """A password of one's own, by the address that works once."""

    template_name = "roster/set_password.html"
    success_url = reverse_lazy("sign-in")

    def form_valid(self, form: Any) -> HttpResponse:
        """Chosen: now sign in with it."""
        messages.success(self.request, _("Your password is set. Sign in with it now."))
        return super().form_valid(form)


class ChangePassword(PasswordChangeView):
    """Another password; who is signed in elsewhere with the old one is signed out there."""

    template_name = "roster/change_password.html"
    success_url = reverse_lazy("account")

    def form_valid(self, form: Any) -> HttpResponse:
        """Changed."""
        messages.success(self.request, _("Your password is changed."))
        return super().form_valid(form)


sign_in = access.public("People sign in here.")(SignIn.as_view())
sign_out = access.public("Whoever is signed in may leave, and nobody else is changed.")(SignOut.as_view())
set_password = access.public("Only an address that works once lets in; it was handed over by an administrator.")(
    SetPassword.as_view()
)
change_password = access.shows("self.read", change="self.edit")(ChangePassword.as_view())
