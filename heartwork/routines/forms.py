"""What people type about a change, and about the minutes that something asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heartwork.roster.models import StaffMember
from heartwork.routines import queries
from heartwork.routines.models import Change
from heartwork.teams.models import Meeting

WEEK = 2400  # minutes of work in a week of forty hours: nothing asks more of one person


class ChangeForm(forms.Form):
    """What is changed, what it is meant to lead to, and by what that is seen."""

    name = forms.CharField(label=_("What we change"), max_length=200)
    result = forms.CharField(label=_("The result it is meant to bring"), required=False, max_length=300)
    support: forms.ModelChoiceField = forms.ModelChoiceField(
        None,
        label=_("The support it is about"),
        required=False,
        to_field_name="public_id",
        empty_label=_("none of them"),
    )
    measure: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("How we can tell"), required=False, to_field_name="public_id", empty_label=_("not measured yet")
    )

    def __init__(self, *args: Any, viewer: StaffMember, meeting: Meeting, change: Change | None, **kwargs: Any) -> None:
        if change is not None:
            kwargs["initial"] = {
                "name": change.name,
                "result": change.result,
                "support": change.support and change.support.public_id,
                "measure": change.measure and change.measure.public_id,
            }
        super().__init__(*args, **kwargs)
        self.fields["support"].queryset = queries.supports_for(viewer, meeting, change)  # type: ignore[attr-defined]
        self.fields["measure"].queryset = queries.measures_of(viewer, meeting, change)  # type: ignore[attr-defined]


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
