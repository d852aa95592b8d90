"""Whom an adult asks, and what a student says with a slip of paper; every choice comes from `queries`."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.roster.models import Organization, StaffMember
from heartwork.trusted import queries
from heartwork.trusted.actions import MOST
from heartwork.trusted.models import Slip
from heartwork.web.picture_pin import LENGTH, PICTURES


class AskForm(forms.Form):
    """Whom to ask, and for how long."""

    HOURS = (("1", _("for one hour")), ("10", _("until tonight")), ("168", _("for a week")))
    section: forms.ModelChoiceField = forms.ModelChoiceField(
        None,
        label=_("Whom you ask"),
        to_field_name="public_id",
        required=False,
        empty_label=_("all my students at this school"),
    )
    until = forms.ChoiceField(label=_("How long the link is open"), choices=HOURS)

    def __init__(self, *args: Any, viewer: StaffMember, school: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer, self.school = viewer, school
        self.fields["section"].queryset = queries.sections_to_ask(viewer, school)  # type: ignore[attr-defined]

    def clean_until(self) -> datetime.datetime:
        """The moment at which it closes."""
        return timezone.now() + datetime.timedelta(hours=int(self.cleaned_data["until"]))

    def clean(self) -> dict[str, Any]:
        """Somebody is there to be asked."""
        data = super().clean() or {}
        if not queries.students_to_ask(self.viewer, self.school, data.get("section")).exists():
            raise forms.ValidationError(gettext("Nobody there is among your students today. Choose another class."))
        return data


class SlipForm(forms.Form):
    """What stands on a student's slip: a code, and three pictures."""

    code = forms.CharField(
        label=_("The letters and numbers on your slip"),
        max_length=8,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [_("First picture"), _("Second picture"), _("Third picture")]
        for n in range(LENGTH):
            self.fields[f"picture_{n}"] = forms.ChoiceField(
                label=names[n], choices=list(PICTURES.items()), widget=forms.RadioSelect
            )

    @property
    def pictures(self) -> list[forms.BoundField]:
        """The three fields in which a picture is chosen."""
        return [self[f"picture_{n}"] for n in range(LENGTH)]

    def typed(self) -> dict[str, Any]:
        """The code and the pictures; blank where nothing was chosen."""
        self.is_valid()
        data = self.cleaned_data
        return {"code": data.get("code", ""), "pictures": [data.get(f"picture_{n}", "") for n in range(LENGTH)]}


class SaysForm(forms.Form):
    """Up to three adults, or none yet; and, if they like, how they know that someone cares."""

    nobody = forms.BooleanField(label=_("There is no adult here yet to whom I would go"), required=False)
    words = forms.CharField(
        label=_("If you like: how do you know that an adult here cares about you?"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, slip: Slip, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.readers = queries.readers(slip)
        if not self.readers:
            del self.fields["words"]
        staff = queries.staff_offered(slip.asking.school)
        names = [_("An adult you would go to"), _("Another, if there is one"), _("And another")]
        for n in range(MOST):
            self.fields[f"adult_{n}"] = forms.ModelChoiceField(
                staff, label=names[n], to_field_name="public_id", required=False, empty_label="–"
            )

    @property
    def choices(self) -> list[forms.BoundField]:
        """The fields in which an adult is chosen."""
        return [self[f"adult_{n}"] for n in range(MOST)]

    def clean(self) -> dict[str, Any]:
        """Somebody, or nobody yet: not both, and not neither."""
        data = super().clean() or {}
        chosen = [data.get(f"adult_{n}") for n in range(MOST)]
        adults = list({each.pk: each for each in chosen if each}.values())
        if bool(adults) == bool(data.get("nobody")):
            raise forms.ValidationError(gettext("Choose an adult, or tick that there is none yet. One of the two."))
        return {"adults": adults, "words": data.get("words", "")}
