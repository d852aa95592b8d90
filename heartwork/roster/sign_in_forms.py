"""What people type to sign in."""

from typing import Any

from allauth.account.forms import LoginForm
from django.utils.translation import gettext_lazy as _

LONGEST_PASSWORD = 1000  # characters: nobody's words are cut, and nobody keeps the server busy with a book


class SignInForm(LoginForm):
    """Name and password. Unknown, wrong, disabled and gone are all answered alike."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Sign-in name")
        self.fields["password"].label = _("Password")
        self.fields["password"].max_length = LONGEST_PASSWORD  # type: ignore[attr-defined]
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
