"""What people type about problems and cycles; every choice comes from `queries`."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.cycles import queries
from heartwork.cycles.models import ChangeIdea, Cycle, CycleNote, Driver, Prediction, Problem
from heartwork.measures import queries as measures
from heartwork.roster.forms import DateInput
from heartwork.roster.models import StaffMember
from heartwork.teams.models import Team
from heartwork.web.forms import choose_among, one_of


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


def _some(label: Any, **more: Any) -> forms.ModelMultipleChoiceField:
    widget = forms.CheckboxSelectMultiple()
    return forms.ModelMultipleChoiceField(
        None, label=label, required=False, to_field_name="public_id", widget=widget, **more
    )


class TeamChoice(forms.Form):
    """For which team a problem is opened."""

    team = one_of(_("Team"))

    def __init__(self, *args: Any, viewer: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_among(self, team=queries.may_open(viewer))


class ProblemForm(forms.Form):
    """A problem as somebody lives it, the theory around it, and the aim."""

    name = forms.CharField(label=_("What we call it"), max_length=120, help_text=_("A few words, for lists."))
    whose = forms.CharField(
        label=_("Whose problem it is"),
        max_length=200,
        help_text=_("A student, a family or an adult, without a name: “someone new in grade 7”."),
    )
    lived = forms.CharField(
        label=_("What happens for them"),
        max_length=2000,
        widget=_area(),
        help_text=_("As they would tell it, and small enough to change this term. No names of students."),
    )
    in_own_words = forms.BooleanField(
        label=_("These are somebody’s own words, and they agreed to share them"), required=False
    )
    theory = forms.CharField(
        label=_("Our working theory of the large problem"),
        required=False,
        max_length=4000,
        widget=_area(4),
        help_text=_("What it is part of, and why we think it happens. It may turn out wrong."),
    )
    aim = forms.CharField(label=_("Aim: what will be different, and for whom"), required=False, max_length=300)
    aim_measure = one_of(_("What tells us"), empty=_("Not chosen yet"))
    aim_goal = forms.FloatField(label=_("Goal"), required=False, help_text=_("A share in percent: 75."))
    aim_by = forms.DateField(label=_("By when"), required=False, widget=DateInput())
    measures = _some(_("What else we watch, also what we might harm"))

    def __init__(
        self, *args: Any, viewer: StaffMember, team: Team, problem: Problem | None = None, **kwargs: Any
    ) -> None:
        if problem:
            kwargs["initial"] = {name: getattr(problem, name) for name in self.base_fields if name != "measures"} | {
                "aim_measure": problem.aim_measure and problem.aim_measure.public_id,
                "measures": [measure.public_id for measure in problem.measures.all()],
            }
        super().__init__(*args, **kwargs)
        for name in ("aim_measure", "measures"):
            choose_among(self, **{name: measures.measures_for(viewer, team)})


class ClosingForm(forms.Form):
    """Why a team lays a problem down."""

    because = forms.CharField(label=_("What became of it"), max_length=2000, widget=_area())


class OutcomeForm(forms.Form):
    """A mile marker on the way to the aim."""

    text = forms.CharField(label=_("What we would see on the way"), max_length=300)
    measure = one_of(_("What tells us"), empty=_("Not measured"))

    def __init__(self, *args: Any, viewer: StaffMember, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_among(self, measure=measures.measures_for(viewer, problem.team))


class DriverChoice(forms.ModelChoiceField):
    """One of a problem's drivers."""

    def label_from_instance(self, obj: Any) -> str:
        """A driver by its words."""
        return str(obj)


class DriverForm(forms.Form):
    """A new driver: its words, and what it moves."""

    text = forms.CharField(label=_("What moves the aim"), max_length=200)
    parent: forms.ModelChoiceField = DriverChoice(None, label=_("It moves"), required=False)

    def __init__(self, *args: Any, problem: Problem, goes_on: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if goes_on:  # the next one is typed at once
            self.fields["text"].widget.attrs["data-focus"] = ""
        parent: Any = self.fields["parent"]
        parent.queryset = problem.drivers.filter(parent=None)
        parent.empty_label = gettext("the aim itself")


class DriverWordsForm(forms.Form):
    """A driver in other words, and what it is measured by."""

    text = forms.CharField(label=_("In words"), max_length=200)
    measures = _some(_("Measured by"))

    def __init__(self, *args: Any, viewer: StaffMember, driver: Driver, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "text": driver.text,
            "measures": [measure.public_id for measure in driver.measures.all()],
        }
        super().__init__(*args, **kwargs)
        choose_among(self, measures=measures.measures_for(viewer, driver.problem.team))


class IdeaForm(forms.Form):
    """A new idea: its words, and the driver it would move."""

    text = forms.CharField(label=_("What we could do differently"), max_length=300)
    driver: forms.ModelChoiceField = DriverChoice(None, label=_("It would move"), required=False)

    def __init__(self, *args: Any, problem: Problem, goes_on: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if goes_on:  # the next one is typed at once
            self.fields["text"].widget.attrs["data-focus"] = ""
        driver: Any = self.fields["driver"]
        driver.queryset = problem.drivers.order_by("parent__position", "position", "pk")
        driver.empty_label = gettext("not said yet")


class IdeaWordsForm(forms.Form):
    """An idea in other words, under its drivers, with who cares for it."""

    text = forms.CharField(label=_("What we could do differently"), max_length=300)
    drivers: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        None, label=_("It would move"), required=False, widget=forms.CheckboxSelectMultiple
    )
    support = one_of(_("The support it is about"), empty=_("none of them"))
    owner = one_of(_("Who looks after it"), empty=_("Nobody yet"))

    def __init__(self, *args: Any, viewer: StaffMember, idea: ChangeIdea, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "text": idea.text,
            "drivers": list(idea.drivers.all()),
            "support": idea.support and idea.support.public_id,
            "owner": idea.owner and idea.owner.public_id,
        }
        super().__init__(*args, **kwargs)
        drivers: Any = self.fields["drivers"]
        drivers.queryset = idea.problem.drivers.order_by("parent__position", "position", "pk")
        supports, owners = queries.supports_for(viewer, idea), queries.people_of(viewer, idea.problem.team)
        choose_among(self, support=supports, owner=owners)


class PlanForm(forms.Form):
    """The plan of a cycle. Its last day is proposed three weeks after the first, and less is said to be short."""

    question = forms.CharField(label=_("What do we want to find out?"), max_length=300)
    scale = forms.ChoiceField(
        label=_("With how many"), choices=Cycle.Scale.choices, help_text=_("As small as it can be and still teach us.")
    )
    what = forms.CharField(label=_("What exactly"), max_length=2000, widget=_area())
    who = forms.CharField(label=_("Who does it"), max_length=300)
    where = forms.CharField(label=_("Where"), max_length=300)
    when = forms.CharField(label=_("When"), max_length=300, help_text=_("“Every morning as they come in.”"))
    measures = _some(_("What we count"), help_text=_("You will predict each of them before the first day."))
    data_plan = forms.CharField(
        label=_("Who writes down what, and when"), required=False, max_length=2000, widget=_area()
    )
    begin = forms.DateField(label=_("First day"), widget=DateInput())
    planned_end = forms.DateField(label=_("Last day"), widget=DateInput())

    def __init__(
        self,
        *args: Any,
        viewer: StaffMember,
        idea: ChangeIdea,
        cycle: Cycle | None = None,
        follows: Cycle | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = self._said(cycle) if cycle else self._proposed(follows)
        super().__init__(*args, **kwargs)
        measures: Any = self.fields["measures"]
        measures.queryset = queries.countable(viewer, idea.problem.team)
        measures.required = True
        measures.error_messages["required"] = gettext(
            "Choose at least one thing to count. Without it nothing can be predicted."
        )

    def _said(self, cycle: Cycle) -> dict[str, Any]:
        """The plan as it is."""
        said = {name: getattr(cycle, name) for name in self.base_fields if name != "measures"}
        return said | {"measures": [measure.public_id for measure in cycle.measures.all()]}

    @staticmethod
    def _proposed(follows: Cycle | None) -> dict[str, Any]:
        """A plan that begins today and takes three weeks; of the cycle before, what stays the same."""
        today = timezone.localdate()
        said: dict[str, Any] = {"begin": today, "planned_end": queries.end_of_weeks(today)}
        if follows:
            said |= {name: getattr(follows, name) for name in ("what", "who", "where", "when", "data_plan", "scale")}
            said["measures"] = [measure.public_id for measure in follows.measures.all()]
            scales = list(Cycle.Scale.values)
            wider = min(scales.index(follows.scale) + 1, len(scales) - 1)
            said["scale"] = scales[wider] if follows.decision == Cycle.Decision.WIDEN else follows.scale
        return said

    def clean(self) -> dict[str, Any]:
        """In order of time."""
        data = super().clean() or {}
        begin, end = data.get("begin"), data.get("planned_end")
        if begin and end and end < begin:
            self.add_error("planned_end", gettext("The last day is before the first day."))
        return data


class PredictionForm(forms.Form):
    """What the team expects of one measure: from, to, or both; and why."""

    low = forms.FloatField(label=_("From"), required=False)
    high = forms.FloatField(label=_("To"), required=False)
    school = one_of(_("Where"), empty=_("Everywhere it is counted"))
    because = forms.CharField(label=_("Because"), max_length=1000, widget=_area(2))

    def __init__(self, *args: Any, viewer: StaffMember, prediction: Prediction, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "low": prediction.low,
            "high": prediction.high,
            "because": prediction.because,
            "school": prediction.school and prediction.school.public_id,
        }
        super().__init__(*args, **{**kwargs, "prefix": f"p{prediction.pk}"})
        self.prediction = prediction
        places: Any = self.fields["school"]
        places.queryset = queries.places_for(viewer, prediction.cycle.idea.problem.team)
        if prediction.measure.school_id:
            del self.fields["school"]

    def clean(self) -> dict[str, Any]:
        """At least one number, the smaller first."""
        data = super().clean() or {}
        low, high = data.get("low"), data.get("high")
        if not self.errors and low is None and high is None:
            self.add_error("low", gettext("Write at least one number: “from 55” means 55 or more."))
        if low is not None and high is not None and high < low:
            self.add_error("high", gettext("The second number is smaller than the first."))
        return data


class NoteForm(forms.Form):
    """What somebody saw or thought, on a day."""

    kind = forms.ChoiceField(label=_("What it is"), choices=CycleNote.Kind.choices)
    day = forms.DateField(label=_("Day"), widget=DateInput())
    text = forms.CharField(label=_("In words"), max_length=4000, widget=_area(), help_text=_("No names of students."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"day": timezone.localdate()}, **kwargs})

    def clean_day(self) -> Any:
        """A day that has come."""
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError(gettext("That day has not come yet. Pick today or an earlier day."))
        return day


class EndForm(forms.Form):
    """The last day of the test, as it was."""

    ended_on = forms.DateField(label=_("Last day"), widget=DateInput())

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        today = timezone.localdate()
        super().__init__(*args, **{"initial": {"ended_on": min(cycle.planned_end, today)}, **kwargs})
        self.cycle = cycle

    def clean_ended_on(self) -> Any:
        """Between its first day and today."""
        day = self.cleaned_data["ended_on"]
        if day < self.cycle.begin:
            raise forms.ValidationError(gettext("The last day is before the first day."))
        if day > timezone.localdate():
            raise forms.ValidationError(gettext("That day has not come yet. Pick today or an earlier day."))
        return day


class StudyForm(forms.Form):
    """What the team makes of it."""

    surprises = forms.CharField(label=_("What surprised us"), required=False, max_length=4000, widget=_area())
    learned = forms.CharField(label=_("What we learned"), max_length=4000, widget=_area())

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        initial = {"surprises": cycle.surprises, "learned": cycle.learned}
        super().__init__(*args, **{"initial": initial, **kwargs})


class DecisionForm(forms.Form):
    """What follows, and why."""

    decision = forms.ChoiceField(label=_("What follows"), choices=Cycle.Decision.choices, widget=forms.RadioSelect)
    why = forms.CharField(label=_("Why"), max_length=4000, widget=_area())
