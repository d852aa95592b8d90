"""What people type about families' wishes and requests, and about what leaves the district."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.privacy import queries
from heartwork.privacy.models import FamilyRequest
from heartwork.privacy.retention import SWEEPS
from heartwork.roster import queries as roster
from heartwork.roster.forms import DateInput
from heartwork.roster.models import StaffMember, Student


class PastDay(forms.DateField):
    """A day up to today."""

    widget = DateInput

    def validate(self, value: Any) -> None:
        """Refuse a day to come."""
        super().validate(value)
        if value and value > timezone.localdate():
            raise forms.ValidationError(gettext("That day has not come yet."))


class OptOutForm(forms.Form):
    """Who of the family said so."""

    said_by = forms.CharField(label=_("Who said so"), max_length=200)


class ConsentForm(forms.Form):
    """The five things without which there is no consent, and how long it holds."""

    records = forms.CharField(
        label=_("Which records"), max_length=500, widget=forms.Textarea({"rows": 2}), help_text=_("As the form says.")
    )
    purpose = forms.CharField(label=_("What for"), max_length=500, widget=forms.Textarea({"rows": 2}))
    recipient = forms.CharField(label=_("To whom"), max_length=300)
    signed_by = forms.CharField(label=_("Signed by"), max_length=200, help_text=_("A parent, or a student of age."))
    signed_on = PastDay(label=_("Signed on"))
    how = forms.CharField(
        label=_("How it was signed"),
        max_length=300,
        help_text=_("On paper, and where it is kept; or how the person was known on a screen."),
    )
    until = forms.DateField(label=_("Holds until"), required=False, widget=DateInput())


class DisclosureForm(forms.Form):
    """Who outside the district asked for what, why, and on what ground it may leave."""

    basis = forms.ChoiceField(label=_("It may leave because of"))
    consent: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Which consent"), required=False, to_field_name="public_id", empty_label=_("None")
    )
    recipient = forms.CharField(label=_("Who asked"), max_length=300, required=False)
    interest = forms.CharField(
        label=_("What they need it for"), max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )
    records = forms.CharField(
        label=_("Which records"), max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )
    asked_on = PastDay(label=_("Asked on"))

    def __init__(self, *args: Any, viewer: StaffMember, student: Student, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"asked_on": timezone.localdate()}, **kwargs})
        consents = queries.consents_to_choose(viewer, student)
        self.fields["consent"].queryset = consents  # type: ignore[attr-defined]
        self.fields["consent"].label_from_instance = lambda each: f"{each.recipient}: {each.purpose}"  # type: ignore[attr-defined]
        self.has_opted_out = queries.opted_out().filter(student=student).exists()
        bases = dict(queries.BASES)
        if not consents:
            del bases[queries.CONSENT], self.fields["consent"]
        self.fields["basis"].choices = list(bases.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A consent says all by itself; without one, it has to be said here."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("basis") == queries.DIRECTORY and self.has_opted_out:
            self.add_error("basis", gettext("This family keeps directory information at home: it may not leave."))
        if cleaned.get("basis") == queries.CONSENT:
            if not cleaned.get("consent"):
                self.add_error("consent", gettext("Choose the consent under which it may leave."))
            return cleaned
        cleaned["consent"] = None
        for name in ("recipient", "interest", "records"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, gettext("The law asks for this. Fill it in."))
        return cleaned


class StrikeForm(forms.Form):
    """Why a line of what left was a mistake."""

    why = forms.CharField(label=_("Why it was a mistake"), max_length=300, min_length=10)


class RequestForm(forms.Form):
    """Who of the family asks for what, and since when."""

    kind = forms.ChoiceField(label=_("They ask"), choices=FamilyRequest.Kind.choices)
    asked_by = forms.CharField(label=_("Who asks"), max_length=200)
    asked_on = PastDay(label=_("Asked in writing on"))
    what = forms.CharField(label=_("For what"), max_length=1000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"asked_on": timezone.localdate()}, **kwargs})


class AnswerForm(forms.Form):
    """The answer, as the family will read it."""

    answer = forms.ChoiceField(label=_("Answer"), choices=FamilyRequest.Answer.choices)
    answer_text = forms.CharField(
        label=_("What they get, or why not"), max_length=2000, widget=forms.Textarea({"rows": 4})
    )


class DirectoryForm(forms.Form):
    """A list of names for somebody outside: who gets it, what for, and whom it names."""

    recipient = forms.CharField(label=_("Who gets the list"), max_length=300)
    interest = forms.CharField(label=_("What for"), max_length=500)
    school: forms.ModelChoiceField = forms.ModelChoiceField(None, label=_("School"), to_field_name="public_id")
    grade = forms.ChoiceField(label=_("Grade"), required=False)

    def __init__(self, *args: Any, viewer: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [school.pk for school in roster.schools_of_students(viewer)]
        self.fields["school"].queryset = roster.schools().filter(pk__in=mine)  # type: ignore[attr-defined]
        self.fields["grade"].choices = [  # type: ignore[attr-defined]
            ("", _("Any")),
            *((code, roster.grade_name(code).capitalize()) for code in roster.GRADES),
        ]


class PeriodsForm(forms.Form):
    """How many months each kind of data is kept, inside its limits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, months in queries.months_kept().items():
            sweep = SWEEPS[kind]
            if sweep.least < sweep.most:
                self.fields[kind] = forms.IntegerField(
                    label=str(sweep.name), min_value=sweep.least, max_value=sweep.most, initial=months
                )
