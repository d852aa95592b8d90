"""What people type and press in a meeting; every choice comes from `queries`."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.roster.forms import DateInput
from heartwork.roster.models import StaffMember
from heartwork.teams.queries import is_member, my_teams, people_of
from heartwork.web.drafts import DraftForm
from heartwork.web.forms import choose_among, one_of


class BeginForm(forms.Form):
    """A meeting: of which team, when, who leads it, and about what."""

    team = one_of(_("Team"))
    facilitator: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Who leads it"), to_field_name="public_id"
    )
    held_on = forms.DateField(label=_("Day"), widget=DateInput)
    topic = forms.CharField(
        label=_("What it is about"),
        required=False,
        max_length=200,
        help_text=_("A few words for the wall and the recap; leave it blank if the name of the activity says enough."),
    )

    def __init__(self, *args: Any, viewer: StaffMember, **kwargs: Any) -> None:
        kwargs["initial"] = {"facilitator": viewer.public_id, "held_on": timezone.localdate()}
        super().__init__(*args, **kwargs)
        teams = my_teams(viewer)
        choose_among(self, team=teams, facilitator=people_of(teams))

    def clean(self) -> dict[str, Any]:
        """Whoever leads belongs to the team."""
        data = super().clean() or {}
        team, facilitator = data.get("team"), data.get("facilitator")
        if team and facilitator and not is_member(facilitator, team):
            said = gettext("%(name)s is not in %(team)s. Pick one of its people, or add %(name)s to it first.")
            self.add_error("facilitator", said % {"name": facilitator.name, "team": team.name})
        return data


class JoinForm(forms.Form):
    """The spoken code."""

    code = forms.CharField(label=_("The word and the two digits"), max_length=60)


class WordsForm(DraftForm):
    """What is written alone, as it is saved while one types."""

    prompt = forms.CharField(max_length=60)


class LineForm(forms.Form):
    """One line that the team writes down together."""

    text = forms.CharField(label=_("One line"), max_length=500)
    about = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
