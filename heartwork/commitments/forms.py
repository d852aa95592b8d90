"""What people type on the page of their promises."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heartwork.roster.models import StaffMember
from heartwork.teams.models import Team
from heartwork.teams.queries import staff_of
from heartwork.web.forms import choose_among, one_of


class ThanksForm(forms.Form):
    """A word of thanks, to one person of the team or to all."""

    text = forms.CharField(label=_("What you thank for"), max_length=300)
    to = one_of(_("Whom"), empty=_("all of us"))

    def __init__(self, *args: Any, viewer: StaffMember, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_among(self, to=staff_of(team).exclude(pk=viewer.pk))


class ModellingForm(forms.Form):
    """A line for oneself."""

    log = forms.CharField(
        label=_("For yourself: when did you show it?"),
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
    )
