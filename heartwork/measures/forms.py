"""What people type about measures; every choice comes from `queries`."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.analysis.specification import Rules
from heartwork.measures import paste, queries
from heartwork.measures.actions import Value
from heartwork.measures.calendar import period_of
from heartwork.measures.models import Measure
from heartwork.measures.places import Place
from heartwork.measures.sources import SOURCES
from heartwork.roster.forms import DateInput
from heartwork.roster.models import StaffMember
from heartwork.supports import queries as supports

CHARTS = [  # those for everyone first
    ("run", _("run chart: the middle value, no limits")),
    ("i", _("individuals (XmR): one number a period")),
    ("p", _("P: a share of people")),
    ("p'", _("P′: a share that varies more than chance")),
    ("u", _("U: a rate")),
    ("u'", _("U′: a rate that varies more than chance")),
    ("c", _("C: a count in periods alike")),
    ("t", _("T: time between rare events")),
    ("g", _("G: cases between rare events")),
    ("i'", _("I′: one number a period, of unequal weight")),
    ("mr", _("moving range: from one period to the next")),
]
RULES = [
    ("anhoej", _("outside the limits, or unlikely runs (Anhøj): few false signals")),
    ("nhs", _("Making Data Count (NHS): more signals, more of them false")),
    ("ihi", _("run rules of the IHI")),
    ("western_electric", _("Western Electric")),
    ("nelson", _("Nelson")),
]
FOR_VALUES = {
    Measure.Data.PROPORTION: ("run", "p", "p'", "i", "i'"),
    Measure.Data.RATE: ("run", "u", "u'", "i", "i'"),
    Measure.Data.COUNT: ("run", "c", "i", "mr"),
    Measure.Data.NUMBER: ("run", "i", "mr", "t", "g"),
}


class MeasureForm(forms.ModelForm):
    """What is counted, where it comes from and which way is better."""

    where = forms.ChoiceField(label=_("Where it is counted"), required=False)
    source = forms.ChoiceField(label=_("Where its values come from"))
    recorder_name = forms.CharField(
        label=_("Who records it"),
        required=False,
        max_length=150,
        help_text=_("A sign-in name or a whole name. Leave it blank if everyone who works there may."),
    )
    stands_for: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("It stands for an outcome that cannot be measured"), required=False, to_field_name="public_id"
    )

    class Meta:
        model = Measure
        fields = [
            "name",
            "kind",
            "definition",
            "cannot_be_measured",
            "data",
            "numerator",
            "denominator",
            "per_student",
            "cadence",
            "direction",
            "goal",
        ]
        widgets = {"definition": forms.Textarea({"rows": 3})}
        labels = {
            "cannot_be_measured": _("This outcome cannot be measured: a process will stand for it"),
            "per_student": _("How many of the whole one student makes in a period"),
            "data": _("What its values are"),
        }
        help_texts = {
            "per_student": _("1 if each student counts once; 5 for days of a week. Small groups are hidden by it."),
            "goal": _("As the chart shows it: 75 for 75%. Leave it blank if there is none."),
        }

    def __init__(self, *args: Any, actor: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        choices: dict[str, Any] = {
            "kind": Measure.Kind.choices,
            "data": Measure.Data.choices,
            "direction": Measure.Direction.choices,
            "cadence": Measure.Cadence.choices,
        }
        for name, offered in choices.items():
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label, choices=offered, initial=self.fields[name].initial
            )
        for name in ("numerator", "denominator", "goal", "per_student", "definition"):
            self.fields[name].required = False
        self.fields["stands_for"].queryset = queries.outcomes_without_measure(actor)  # type: ignore[attr-defined]
        if self.instance.pk:
            for name in ("where", "source", "data", "cadence"):
                del self.fields[name]
            if not queries.may_say_what_a_student_counts_for(actor, self.instance):
                del self.fields["per_student"]
            self.initial["recorder_name"] = self.instance.recorder.username if self.instance.recorder else ""
            self.initial["stands_for"] = self.instance.stands_for and self.instance.stands_for.public_id
            return
        everywhere = supports.reads_district(actor)
        self.places = {
            **({"": Place()} if everywhere else {}),
            **{f"school {school.public_id}": Place(school) for school in queries.schools_to_define(actor)[:200]},
            **{f"section {s.public_id}": Place(s.school, s) for s in queries.sections_to_define(actor)},
        }
        everyone = gettext("Every school of the district")
        names = {key: place.name if place.school else everyone for key, place in self.places.items()}
        self.fields["where"].choices = list(names.items())  # type: ignore[attr-defined]
        self.fields["where"].required = not everywhere
        counted = [(source.code, source.name) for source in SOURCES.values()]
        typed = [("typed", _("people enter them here, or a file brings them"))]
        self.fields["source"].choices = typed + counted  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What is needed depends on where values come from."""
        told: dict[str, Any] = super().clean() or {}
        is_typed = told.get("source", self.instance.source) in ("typed", "imported")
        if told.get("cannot_be_measured"):
            if told.get("kind") != Measure.Kind.OUTCOME:
                self.add_error("cannot_be_measured", _("Only an outcome can have a process stand for it."))
        elif is_typed:
            if not told.get("numerator"):
                self.add_error("numerator", _("Say what is counted, so that two people count alike."))
            data = told.get("data", self.instance.data)
            if data in (Measure.Data.PROPORTION, Measure.Data.RATE) and not told.get("denominator"):
                self.add_error("denominator", _("A share or a rate needs a whole: out of what?"))
        if not is_typed and told.get("where", "").startswith("section "):
            self.add_error("source", _("Records are counted by school. In a class, people enter the values."))
        goal, is_share = told.get("goal"), told.get("data", self.instance.data) == Measure.Data.PROPORTION
        if goal is not None and is_share and not 0 <= goal <= 100:
            self.add_error("goal", _("A goal for a share lies between 0 and 100."))
        words = (told.get("recorder_name") or "").strip()
        told["recorder"] = None
        if words:
            found = supports.staff_called(words)
            if len(found) == 1:
                told["recorder"] = found[0]
            else:
                self.add_error("recorder_name", _("We know nobody, or several, by this name. Use the sign-in name."))
        return told

    @property
    def told(self) -> dict[str, Any]:
        """What `define_measure` and `change_measure` are given."""
        told = {name: value for name, value in self.cleaned_data.items() if name not in ("where", "recorder_name")}
        if "where" in self.cleaned_data:
            place = self.places[self.cleaned_data["where"]]
            told |= {"school": place.school, "section": place.section}
        return told


class ValueForm(forms.Form):
    """One value, for one period: quick enough for a phone in a corridor."""

    period = forms.DateField(label=_("Day"), widget=DateInput())
    numerator = forms.FloatField()
    denominator = forms.FloatField()

    def __init__(self, *args: Any, measure: Measure, day: datetime.date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure
        self.fields["period"].initial = day or timezone.localdate()
        if measure.cadence == Measure.Cadence.WEEK:
            self.fields["period"].label = _("A day of the week")
        self.fields["numerator"].label = measure.numerator
        self.fields["denominator"].label = measure.denominator
        for name in ("numerator", "denominator"):
            self.fields[name].widget.attrs |= {"inputmode": "decimal", "min": "0", "step": "any"}
        if not measure.is_over_people:
            del self.fields["denominator"]
        if measure.data == Measure.Data.NUMBER:
            del self.fields["numerator"].widget.attrs["min"]

    def clean(self) -> dict[str, Any]:
        """A value that a chart can bear."""
        told: dict[str, Any] = super().clean() or {}
        if self.errors or "numerator" not in told:
            return told
        if told["period"] > timezone.localdate():
            self.add_error("period", _("That day is still to come."))
            return told
        period = period_of(self.measure.cadence, told["period"])
        value, problem = paste.checked(self.measure, period, told["numerator"], told.get("denominator", 1.0))
        if problem:
            self.add_error("numerator", problem[:1].upper() + problem[1:])
        told["value"] = value
        return told

    @property
    def value(self) -> Value:
        """What was entered."""
        found: Value = self.cleaned_data["value"]
        return found


class PasteForm(forms.Form):
    """Many values at once, out of a spreadsheet."""

    text = forms.CharField(
        label=_("Lines from a spreadsheet"),
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
        max_length=40_000,
    )

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = (
            _("A day and two numbers a line: how many, and out of how many. Copy the columns as they are.")
            if measure.is_over_people
            else _("A day and one number a line. Copy the columns as they are.")
        )


class ChartForm(forms.Form):
    """How a chart is drawn, and why."""

    chart = forms.ChoiceField(label=_("Chart"))
    rules = forms.ChoiceField(label=_("What counts as a signal"), choices=RULES)
    screen_moving_ranges = forms.BooleanField(
        label=_("Leave out leaps between neighbors that are far larger than the rest, when the limits are worked out"),
        required=False,
    )
    reason = forms.CharField(label=_("Why"), max_length=500)

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = FOR_VALUES[Measure.Data(measure.data)]
        self.fields["chart"].choices = [choice for choice in CHARTS if choice[0] in fitting]  # type: ignore[attr-defined]

    def clean_rules(self) -> Rules:
        """One of the profiles."""
        found: Rules = self.cleaned_data["rules"]
        return found


class PeriodForm(forms.Form):
    """A period of the chart, and words about it: a note, or why it is left out."""

    period = forms.TypedChoiceField(label=_("When"), coerce=datetime.date.fromisoformat)
    words = forms.CharField(label=_("What happened"), max_length=200)

    def __init__(self, *args: Any, labels: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = labels  # type: ignore[attr-defined]


class PhaseForm(forms.Form):
    """A new level: asked as PQ Systems asks before limits are drawn anew."""

    start = forms.TypedChoiceField(label=_("The first period of the new level"), coerce=datetime.date.fromisoformat)
    seen = forms.BooleanField(label=_("The chart shows a change, and not chance alone"))
    understood = forms.BooleanField(label=_("We know what brought it about"))
    expected = forms.BooleanField(label=_("We expect it to last"))
    observed = forms.BooleanField(label=_("We have watched it for long enough"))
    label = forms.CharField(label=_("What people call it"), max_length=60, required=False)
    reason = forms.CharField(label=_("What brought the change about"), max_length=500)
    baseline = forms.IntegerField(
        label=_("Freeze the new level after so many periods"),
        required=False,
        min_value=3,
        max_value=200,
        help_text=_("Leave it blank to work it out from all that follow."),
    )

    def __init__(self, *args: Any, labels: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start"].choices = labels[1:]  # type: ignore[attr-defined]

    @property
    def told(self) -> dict[str, Any]:
        """What `begin_phase` is given."""
        return {name: self.cleaned_data[name] for name in ("start", "label", "reason", "baseline")}
