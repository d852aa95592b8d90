"""What people type about teams and follow-ups; every choice comes from `queries`."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.roster.forms import DateInput
from heartwork.roster.models import StaffMember, Student
from heartwork.teams import queries
from heartwork.teams.models import FollowUp, Meeting


class TeamForm(forms.Form):
    """A new team: what it is called, and where it works."""

    name = forms.CharField(label=_("What the team is called"), max_length=200)
    organization: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("School"), to_field_name="public_id", empty_label=None
    )

    def __init__(self, *args: Any, viewer: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = queries.places_for_a_team(viewer)  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    """One person, by their public id: to join a team, or to leave it."""

    staff: forms.ModelChoiceField = forms.ModelChoiceField(None, to_field_name="public_id", widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = people  # type: ignore[attr-defined]


class DayField(forms.DateField):
    """A day from today on."""

    widget = DateInput

    def validate(self, value: Any) -> None:
        """Refuse a day that is over."""
        super().validate(value)
        if value and value < timezone.localdate():
            raise forms.ValidationError(gettext("That day is over. Pick today or a later day."))


class PromiseForm(forms.Form):
    """A follow-up: what, who, by when."""

    what = forms.CharField(label=_("What will be done"), max_length=300)
    owner: forms.ModelChoiceField = forms.ModelChoiceField(None, label=_("Who"), to_field_name="public_id")
    due_on = DayField(label=_("By"))

    def __init__(
        self,
        *args: Any,
        viewer: StaffMember,
        meeting: Meeting | None = None,
        student: Student | None = None,
        **kwargs: Any,
    ) -> None:
        week = timezone.localdate() + datetime.timedelta(days=7)
        kwargs["initial"] = {"owner": viewer.public_id, "due_on": week, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = queries.could_own(viewer, meeting=meeting, student=student)  # type: ignore[attr-defined]


class NewDayForm(forms.Form):
    """Another day by which it will be done."""

    due_on = DayField(label=_("A new day"))


class HandOnForm(forms.Form):
    """Somebody else who will do it."""

    owner: forms.ModelChoiceField = forms.ModelChoiceField(None, label=_("Who does it now"), to_field_name="public_id")

    def __init__(self, *args: Any, viewer: StaffMember, follow_up: FollowUp, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = queries.could_own(viewer, meeting=follow_up.meeting, student=follow_up.student)
        self.fields["owner"].queryset = people.exclude(pk=follow_up.owner_id)  # type: ignore[attr-defined]


class PeopleSearch(forms.Form):
    """Looks for people who could join a team."""

    q = forms.CharField(label=_("Name of a person who works here"), required=False, max_length=100)
