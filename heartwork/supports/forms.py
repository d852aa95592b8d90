"""What people type about supports; every choice comes from `queries`."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.forms import DateInput
from heartwork.roster.models import Organization, StaffMember, Student
from heartwork.supports import queries
from heartwork.supports.models import (
    Kind,
    Participation,
    Partnership,
    Position,
    ProfessionalLearning,
    Support,
    Tier,
)
from heartwork.web.words import our_words


def _tier_label(tier: Tier) -> str:
    return f"{tier}, {our_words(tier.meaning)}"


class SupportSearch(forms.Form):
    """Narrows the inventory."""

    q = forms.CharField(label=_("Support or school"), required=False, max_length=100)
    school = forms.ChoiceField(label=_("Where"), required=False)
    tier = forms.ChoiceField(label=_("Tier"), required=False)
    domain = forms.ChoiceField(label=_("Part of life"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Runs today")),
            ("unconfirmed", _("Not confirmed this term")),
            ("ended", _("Has ended")),
            ("any", _("Any")),
        ],
    )

    def __init__(self, *args: Any, viewer: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = _("Every school") if queries.reads_district(viewer) else _("Where I work")
        everywhere = [] if queries.reads_district(viewer) else [("all", _("Every school"))]
        schools = queries.first_schools()
        if len(schools) > queries.MANY:
            schools = queries.schools_among(pks=sorted(access.schools_of(viewer)))
        choices = {
            "school": [("", near), *((str(public_id), name) for public_id, name in schools), *everywhere],
            "tier": [("", _("Any")), *((str(t.number), _tier_label(t)) for t in queries.all_tiers())],
            "domain": [("", _("Any")), *((d.code, str(d)) for d in queries.all_domains())],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]


class WhichForm(forms.Form):
    """First question about a new support: what kind, and where."""

    kind: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Kind"), required=False, to_field_name="code", empty_label=_("None of these")
    )
    school: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("School"), required=False, to_field_name="public_id", empty_label=_("The whole district")
    )

    def __init__(self, *args: Any, actor: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = queries.kinds()  # type: ignore[attr-defined]
        schools = self.fields["school"]
        schools.queryset = queries.schools_to_edit(actor)  # type: ignore[attr-defined]
        if not access.reaches_all(actor):
            schools.required, schools.empty_label = True, None  # type: ignore[attr-defined]


class SupportForm(forms.ModelForm):
    """One support: what it is, whom it reaches, who answers for it, and what its kind adds."""

    grades = forms.MultipleChoiceField(
        label=_("Only these grades"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sections: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        None, label=_("Only these classes"), required=False, to_field_name="public_id"
    )
    owner = forms.CharField(label=_("Who answers for it"), required=False, max_length=200)

    class Meta:
        model = Support
        fields = [
            "name", "tier", "domain", "emphasis", "reach", "is_required_by_law", "capacity", "minutes_per_week",
            "cost_per_year", "provider", "intended_outcome", "begin", "end",
        ]  # fmt: skip
        labels = {
            "name": _("What you call it here"),
            "tier": _("For how many"),
            "domain": _("Part of a student’s life"),
            "emphasis": _("What it sets out to do"),
            "reach": _("Whom it reaches"),
            "is_required_by_law": _("Owed by law: counted beside the tiers"),
            "capacity": _("Places"),
            "minutes_per_week": _("Minutes a week"),
            "cost_per_year": _("Cost a year, in dollars"),
            "provider": _("Given by"),
            "intended_outcome": _("What should come of it"),
            "begin": _("First day"),
            "end": _("Last day"),
        }
        help_texts = {
            "capacity": _("Leave it empty if there is no limit, or nobody knows."),
            "intended_outcome": _("In one sentence, so that it can be looked at again."),
        }
        widgets = {
            "begin": DateInput(),
            "end": DateInput(),
            "intended_outcome": forms.Textarea({"rows": 2}),
        }

    def __init__(
        self, *args: Any, actor: StaffMember, kind: Kind | None, school: Organization | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.school = kind, school
        self.fields["owner"].help_text = _("Their sign-in name, or their whole name.")
        self.fields["tier"].label_from_instance = _tier_label  # type: ignore[attr-defined]
        self.fields["emphasis"].label_from_instance = lambda each: capfirst(str(each))  # type: ignore[attr-defined]
        for name in ("tier", "domain", "emphasis"):
            self.fields[name].empty_label = None  # type: ignore[attr-defined]
        self.fields["grades"].choices = [  # type: ignore[attr-defined]
            (code, capfirst(roster.grade_name(code))) for code in roster.GRADES
        ]
        if school:
            self.fields["sections"].queryset = roster.sections_at(actor, school)  # type: ignore[attr-defined]
        else:
            del self.fields["sections"]
        for name, field in self._particular_fields().items():
            self.fields[name] = field

    def _particular_fields(self) -> dict[str, forms.Field]:
        """The fields that this kind of support adds, filled with what was said before."""
        particulars = self.kind.particulars if self.kind else ""
        form = PARTICULAR_FORMS.get(particulars)
        if form is None:
            return {}
        fields = {name: form.base_fields[name] for name in form.base_fields}
        said = getattr(self.instance, particulars, None) if self.instance.pk else None
        for name in fields:
            self.initial.setdefault(name, getattr(said, name, None))
        return fields

    @property
    def particular_names(self) -> list[str]:
        """The names of the fields that this kind adds."""
        form = PARTICULAR_FORMS.get(self.kind.particulars if self.kind else "")
        return list(form.base_fields) if form else []

    @property
    def particular_bounds(self) -> list[forms.BoundField]:
        """The fields that this kind adds, for the page."""
        return [self[name] for name in self.particular_names]

    def clean_owner(self) -> StaffMember | None:
        """The one person meant."""
        words = self.cleaned_data["owner"].strip()
        if not words:
            return None
        found = queries.staff_called(words)
        if len(found) != 1:
            text = (
                gettext("Several people are called “%(name)s”. Write the sign-in name of the one you mean.")
                if found
                else gettext("Nobody who works here is called “%(name)s”. Look at the spelling, or leave it empty.")
            )
            raise forms.ValidationError(text % {"name": words})
        return found[0]

    def clean(self) -> dict[str, Any]:
        """What the action needs: the fields of a support, its rule, and its particulars apart."""
        cleaned = super().clean() or self.cleaned_data
        begin, end = cleaned.get("begin"), cleaned.get("end")
        if begin and end and end < begin:
            self.add_error("end", gettext("The last day is before the first day."))
        if cleaned.get("grades") and cleaned.get("sections"):
            self.add_error("sections", gettext("Choose grades or classes, not both."))
        return cleaned

    @property
    def told(self) -> dict[str, Any]:
        """What was said, as the actions take it."""
        cleaned = dict(self.cleaned_data)
        particulars = {name: cleaned.pop(name) for name in self.particular_names}
        cleaned["sections"] = list(cleaned.get("sections") or [])
        return cleaned | {"particulars": particulars, "kind": self.kind, "school": self.school}


class _PositionForm(forms.ModelForm):
    class Meta:
        model = Position
        fields = ["full_time_equivalent", "vacant_since"]
        labels = {"full_time_equivalent": _("How much of a full-time person"), "vacant_since": _("Vacant since")}
        help_texts = {"full_time_equivalent": _("1 is one person, 0.5 half of one.")}
        widgets = {"vacant_since": DateInput()}


class _PartnershipForm(forms.ModelForm):
    class Meta:
        model = Partnership
        fields = ["partner", "agreement_until"]
        labels = {"partner": _("With whom"), "agreement_until": _("The agreement holds until")}
        widgets = {"agreement_until": DateInput()}


class _LearningForm(forms.ModelForm):
    class Meta:
        model = ProfessionalLearning
        fields = ["aim", "hours", "adults"]
        labels = {"aim": _("What it is for"), "hours": _("Hours for each adult"), "adults": _("How many adults")}


PARTICULAR_FORMS: dict[str, type[forms.ModelForm]] = {
    Kind.Particulars.POSITION: _PositionForm,
    Kind.Particulars.PARTNERSHIP: _PartnershipForm,
    Kind.Particulars.LEARNING: _LearningForm,
}


def starting_values(kind: Kind | None) -> dict[str, Any]:
    """What a new support of this kind usually is."""
    begin = {"begin": timezone.localdate()}
    if kind is None:
        return begin
    same = {name: getattr(kind, name) for name in ("name", "tier", "domain", "emphasis", "reach")}
    return begin | same | {"is_required_by_law": False}


def values_of(support: Support) -> dict[str, Any]:
    """What is said of a support beside its own fields: who answers for it, and its rule."""
    rules = queries.rules_of(support)
    return {
        "owner": _as_typed(support.owner) if support.owner else "",
        "grades": rules[0].grades.split() if rules else [],
        "sections": [rule.section.public_id for rule in rules if rule.section],
    }


def _as_typed(person: StaffMember) -> str:
    """What to type to mean this person: their name where nobody else has it, else their sign-in name."""
    return person.name if queries.staff_called(person.name) == [person] else person.username or person.name


class DayForm(forms.Form):
    """The last day of something, not before it began."""

    end = forms.DateField(label=_("Last day"), widget=DateInput())

    def __init__(self, *args: Any, begin: datetime.date | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begin = begin
        self.initial["end"] = max(timezone.localdate(), begin or timezone.localdate())

    def clean_end(self) -> datetime.date:
        """On or after the first day."""
        end: datetime.date = self.cleaned_data["end"]
        if self.begin and end < self.begin:
            raise forms.ValidationError(gettext("The last day is before the first day."))
        return end


class ParticipationForm(forms.Form):
    """A student begins in a support, or waits for a place."""

    support: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Support"), to_field_name="public_id", empty_label=_("Choose one")
    )
    begin = forms.DateField(label=_("From"), widget=DateInput())
    status = forms.ChoiceField(
        label=_("As"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (Participation.Status.ACTIVE, _("In it from that day")),
            (Participation.Status.WAITLISTED, _("Waiting for a place since that day")),
        ],
    )

    def __init__(self, *args: Any, viewer: StaffMember, student: Student, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"begin": timezone.localdate(), "status": Participation.Status.ACTIVE, **self.initial}
        self.fields["support"].queryset = queries.open_to(viewer, student)  # type: ignore[attr-defined]
        self.fields["support"].error_messages["invalid_choice"] = _(
            "This support is not open to this student: it has ended, is at another school, or they are in it already."
        )
        self.fields["support"].label_from_instance = _open_label  # type: ignore[attr-defined]

    @property
    def told(self) -> dict[str, Any]:
        """What was said, as the action takes it."""
        waits = self.cleaned_data["status"] == Participation.Status.WAITLISTED
        return {"support": self.cleaned_data["support"], "begin": self.cleaned_data["begin"], "waits": waits}


def _open_label(support: Any) -> str:
    if support.capacity is not None and support.active >= support.capacity:
        return gettext("%(support)s (no place left)") % {"support": support.name}
    return support.name


class KindForm(forms.ModelForm):
    """A kind of support in the district's own words."""

    class Meta:
        model = Kind
        fields = [
            "name", "about", "tier", "domain", "emphasis", "reach", "particulars", "meant_for", "known_as", "cites",
            "is_offered",
        ]  # fmt: skip
        labels = {
            "name": _("Called"),
            "about": _("What it is"),
            "tier": _("For how many"),
            "domain": _("Part of a student’s life"),
            "emphasis": _("What it sets out to do"),
            "reach": _("Whom it usually reaches"),
            "particulars": _("What is asked beside"),
            "meant_for": _("Meant for"),
            "known_as": _("Also called"),
            "cites": _("Where the idea comes from"),
            "is_offered": _("Offered when someone adds a support"),
        }
        help_texts = {
            "meant_for": _("The gap finder asks which of these students are in no support of such a kind."),
            "known_as": _("In small letters, with | between: an imported inventory is recognized by these."),
        }
        widgets = {"about": forms.Textarea({"rows": 2}), "known_as": forms.Textarea({"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"].label_from_instance = _tier_label  # type: ignore[attr-defined]
        self.fields["emphasis"].label_from_instance = lambda each: capfirst(str(each))  # type: ignore[attr-defined]
        for name in ("tier", "domain", "emphasis"):
            self.fields[name].empty_label = None  # type: ignore[attr-defined]
        self.fields["meant_for"].queryset = roster.attributes()  # type: ignore[attr-defined]
        self.fields["meant_for"].empty_label = _("No group in particular")  # type: ignore[attr-defined]

    def clean_known_as(self) -> str:
        """Small letters, without empty words."""
        return "|".join(filter(None, (word.strip().casefold() for word in self.cleaned_data["known_as"].split("|"))))
