"""Pages about who is here: signing in, the account, students."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from heartwork.roster import access, actions, queries
from heartwork.roster.access import Request
from heartwork.roster.forms import SignInForm
from heartwork.roster.models import StaffMember
from heartwork.web.page import page


def _in_language(response: HttpResponse, language: str) -> HttpResponse:
    """The response, after which the browser asks for pages in this language."""
    if language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=60 * 60 * 24 * 365, samesite="Lax")
    return response


class SignIn(LoginView):
    """Name and password, then to the page that was asked for, if it is one of ours."""

    template_name = "roster/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Signed in: Heartwork goes on in the language this person chose before."""
        return _in_language(super().form_valid(form), form.get_user().language)


sign_in = access.public("People sign in here.")(SignIn.as_view())
sign_out = access.public("Whoever is signed in may leave, and nobody else is changed.")(LogoutView.as_view())
change_password = access.shows("self.read", change="self.edit")(
    PasswordChangeView.as_view(template_name="roster/change_password.html", success_url=reverse_lazy("account"))
)


@access.public("Chooses the language of pages, at sign-in as well; shows nothing.")
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Go on in another language, on the page where one was."""
    chosen, back = request.POST.get("language", ""), request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = resolve_url("today")
    if isinstance(request.user, StaffMember) and chosen in dict(settings.LANGUAGES):
        actions.choose_language(request.user, chosen)
    return _in_language(redirect(back), chosen)


@access.shows("self.read")
@require_safe
def account(request: Request) -> HttpResponse:
    """The signed-in person's own page: name, language, password, and why they see whom."""
    reasons = access.assignments_on(request.user)
    return page(request, "roster/account.html", {"assignments": reasons, "languages": settings.LANGUAGES})


@access.shows("student.read")
@require_safe
def students(request: Request) -> HttpResponse:
    """The students whom the viewer reaches, by name."""
    number = request.GET.get("page", "1")
    found = queries.students(request.user, q=request.GET.get("q", ""))
    shown = queries.page_of(found, int(number) if number.isdecimal() and 0 < int(number) < 10**6 else 1)
    return page(request, "roster/students.html", {"place": "students", "page": shown}, part="list")
