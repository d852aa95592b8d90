"""What people type to sign in, and to show again that it is them."""

from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

LONGEST_PASSWORD = 1000  # characters: nobody's words are cut, and nobody keeps the server busy with a book


def _ours(form: forms.Form, **labels: Any) -> None:
    """Our labels on a form of the library, and no words inside the fields, which go away as one types."""
    for name, field in form.fields.items():
        field.label = labels.get(name, field.label)
        field.widget.attrs.pop("placeholder", None)
        field.help_text = ""


class SignInForm(LoginForm):
    """Name and password. Unknown, wrong, disabled and gone are all answered alike."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ours(self, login=_("Sign-in name"), password=_("Password"))
        self.fields["password"].max_length = LONGEST_PASSWORD  # type: ignore[attr-defined]


class PasswordAgain(ReauthenticateForm):
    """The password once more, before something about the account is changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ours(self, password=_("Your password"))


class UsedOnce:
    """A code of the app is good for a minute and a half, so that nobody needs to hurry; and once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ours(self, code=_("Code"))  # type: ignore[arg-type]

    def clean_code(self) -> str:
        """The code. Raises ValidationError when it is wrong, or was used before."""
        code = super().clean_code()  # type: ignore[misc]
        lasts = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        if not cache.add(f"used-code-{self.user.pk}-{normalize_user_code(code)}", 1, lasts):  # type: ignore[attr-defined]
            raise get_adapter().validation_error("incorrect_code")
        return str(code)


class CodeForm(UsedOnce, AuthenticateForm):
    """The second step: a code of the app, or a recovery code."""


class CodeAgain(UsedOnce, ReauthenticateByCodeForm):
    """A code once more, before something about the account is changed."""


class AppForm(ActivateTOTPForm):
    """The first code of an app, which shows that it is set up well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ours(self, code=_("Code that the app shows now"))


class PasskeyForm(AddWebAuthnForm):
    """A passkey: always one that lets in alone, because the device asks who it is."""

    passwordless = forms.BooleanField(initial=True, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ours(self, name=_("What you call it"))
