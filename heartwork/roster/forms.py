"""What people type about who is here; every choice comes from `queries`."""

from django.contrib.auth.forms import AuthenticationForm
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heartwork.roster.models import StaffMember


class SignInForm(AuthenticationForm):
    """Name and password. Unknown, wrong, disabled and gone are all answered alike."""

    error_messages = {
        "invalid_login": _("That name and password do not belong together. Look at both and try again."),
        "inactive": _("That name and password do not belong together. Look at both and try again."),
    }

    def confirm_login_allowed(self, user: StaffMember) -> None:
        """Someone who has left is answered like someone unknown."""
        super().confirm_login_allowed(user)
        if user.ended_on and user.ended_on <= timezone.localdate():
            raise self.get_invalid_login_error()
