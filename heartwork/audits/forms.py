"""What people type in an audit; every choice comes from `queries` and `picking`."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from heartwork.audits import picking, queries
from heartwork.audits.actions import MOST
from heartwork.audits.models import Answer, AuditedStudent
from heartwork.roster.forms import DateInput
from heartwork.roster.models import StaffMember, Student
from heartwork.supports import queries as supports
from heartwork.teams.queries import is_member, my_teams, people_of
from heartwork.web.drafts import WordsField

FEWEST = 3
KINDS_OF_GROUP = {
    "grade": _("grade"),
    "race_ethnicity": _("race or ethnicity"),
    "language": _("learning English or not"),
    "mobility": _("new here or not"),
}


class NewAuditForm(forms.Form):
    """An audit: which team, when, who leads it, and whom to look at.

    how: "hand", "random", "groups" or "gap"; the fields follow. The students come out in `cleaned_data`.
    """

    team: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Team"), to_field_name="public_id", empty_label=None
    )
    facilitator: forms.ModelChoiceField = forms.ModelChoiceField(
        None,
        label=_("Who leads it"),
        to_field_name="public_id",
        help_text=_("Only students whom this person reaches can be picked."),
    )
    held_on = forms.DateField(label=_("Day"), widget=DateInput)
    students: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        None, required=False, to_field_name="public_id"
    )
    group = forms.ChoiceField(label=_("One student of each"))
    how_many = forms.TypedChoiceField(label=_("How many students"), choices=[(4, "4"), (3, "3")], coerce=int, initial=4)

    def __init__(self, *args: Any, viewer: StaffMember, how: str, gap: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"facilitator": viewer.public_id, "held_on": timezone.localdate()} | kwargs["initial"]
        super().__init__(*args, **kwargs)
        self.viewer, self.how, self.gap = viewer, how, gap
        self.fields["team"].queryset = my_teams(viewer)  # type: ignore[attr-defined]
        self.fields["facilitator"].queryset = people_of(my_teams(viewer))  # type: ignore[attr-defined]
        self.fields["students"].queryset = picking.candidates(viewer, viewer, gap=gap)  # type: ignore[attr-defined]
        kinds = ["grade", *picking.kinds_of_group(viewer)] if how == "groups" else []
        self.fields["group"].choices = [(kind, KINDS_OF_GROUP.get(kind, kind)) for kind in kinds]  # type: ignore[attr-defined]
        for name, needed in (("students", how == "hand"), ("group", how == "groups"), ("how_many", how != "hand")):
            if not needed:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """The team, its facilitator and the students belong together."""
        data = super().clean() or {}
        team, facilitator = data.get("team"), data.get("facilitator")
        if not team or not facilitator or self.errors:
            return data
        if not is_member(facilitator, team):
            self.add_error(
                "facilitator",
                gettext("%(name)s is not in %(team)s. Pick one of its people, or add %(name)s to it first.")
                % {"name": facilitator.name, "team": team.name},
            )
            return data
        rows = picking.candidates(self.viewer, facilitator, gap=self.gap)
        if self.how == "hand":
            data["students"] = self._picked(rows, list(data["students"]), facilitator)
        elif self.how == "groups":
            data["students"] = picking.one_of_each(rows, data["group"], data["how_many"])
        else:
            data["students"] = picking.at_random(rows, data["how_many"])
        if not data["students"] and not self.errors:
            self.add_error(
                None,
                gettext("There is no such student whom both you and %(name)s reach.") % {"name": facilitator.name},
            )
        data["picked"] = self.gap or self.how
        return data

    def _picked(self, rows: Any, students: list[Student], facilitator: StaffMember) -> list[Student]:
        """The students picked by hand, if there are three or four of them and the facilitator reaches each."""
        reached = set(rows.filter(pk__in=[s.pk for s in students]).order_by().values_list("pk", flat=True))
        for student in students:
            if student.pk not in reached:
                self.add_error(
                    None,
                    gettext("%(leader)s does not reach %(student)s, so somebody else would have to lead.")
                    % {"leader": facilitator.name, "student": student.name},
                )
        fewest = min(FEWEST, rows.count())
        if not fewest <= len(students) <= MOST:
            self.add_error(
                None,
                gettext("Pick three or four students.")
                + " "
                + ngettext("One is picked now.", "%(count)d are picked now.", len(students)) % {"count": len(students)},
            )
        return students


class AddForm(forms.Form):
    """What no record holds: a support of the inventory, or a name with all that a support is."""

    support: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("From the inventory"), required=False, to_field_name="public_id", empty_label=_("Not in it")
    )
    name = forms.CharField(label=_("Or in your own words"), required=False, max_length=200)
    tier: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("For whom"), required=False, to_field_name="number", empty_label=None
    )
    domain: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Part of life"), required=False, to_field_name="code", empty_label=None
    )
    emphasis: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("What it sets out to do"), required=False, to_field_name="code", empty_label=None
    )

    def __init__(self, *args: Any, viewer: StaffMember, audited: AuditedStudent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "support": queries.addable(viewer, audited),
            "tier": supports.tiers(),
            "domain": supports.domains(),
            "emphasis": supports.emphases(),
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two: from the inventory, or in own words with everything else."""
        data = super().clean() or {}
        whole = data.get("name") and data.get("tier") and data.get("domain") and data.get("emphasis")
        if not data.get("support") and not whole and not self.errors:
            self.add_error("name", gettext("Choose a support from the inventory, or write what you see."))
        return data


class WordsForm(forms.Form):
    """One member's words to one question, and over which saved words they were typed, in which window."""

    question = forms.ChoiceField(choices=Answer.Question.choices, widget=forms.HiddenInput)
    text = WordsField()
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    window = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
