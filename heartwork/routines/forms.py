"""What people type about a change, and about the minutes that something asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heartwork.roster.models import StaffMember
from heartwork.routines import queries
from heartwork.routines.models import Change
from heartwork.teams.models import Meeting
from heartwork.web.forms import choose_among, one_of

WEEK = 2400  # minutes of work in a week of forty hours: nothing asks more of one person


class ChangeForm(forms.Form):
    """What is changed, what it is meant to lead to, and by what that is seen."""

    name = forms.CharField(label=_("What we change"), max_length=200)
    result = forms.CharField(label=_("The result it is meant to bring"), required=False, max_length=300)
    support = one_of(_("The support it is about"), empty=_("none of them"))
    measure = one_of(_("How we can tell"), empty=_("not measured yet"))

    def __init__(self, *args: Any, viewer: StaffMember, meeting: Meeting, change: Change | None, **kwargs: Any) -> None:
        if change is not None:
            kwargs["initial"] = {name: getattr(change, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        choose_among(
            self,
            support=queries.supports_for(viewer, meeting, change),
            measure=queries.measures_of(viewer, meeting, change),
        )


class MinutesForm(forms.Form):
    """Minutes a week for each role; blank where nobody can say. A change may ask less than before."""

    def __init__(self, *args: Any, said: dict[str, int], of_change: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for role in queries.ROLES:
            self.fields[f"minutes-{role}"] = forms.IntegerField(
                label=str(queries.role_name(role)),
                required=False,
                min_value=-WEEK if of_change else 0,
                max_value=WEEK,
                initial=said.get(role),
                widget=forms.TextInput({"inputmode": "numeric", "size": 5}),
            )

    @property
    def minutes(self) -> dict[str, int | None]:
        """By role, what was typed."""
        return {role: self.cleaned_data[f"minutes-{role}"] for role in queries.ROLES}
