"""What an observer marks and notes, and when a school is walked through."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heartwork.roster.forms import DateInput
from heartwork.roster.models import StaffMember
from heartwork.teams.activities import Item
from heartwork.walkthroughs.access import schools
from heartwork.walkthroughs.walking import DESCRIPTIONS, MOOD, MOODS, Answers, Seen, is_marked
from heartwork.web.forms import choose_among, one_of

NOTE = 4000  # letters


class PlanForm(forms.Form):
    """Which school, and when."""

    school = one_of(_("School"))
    held_on = forms.DateField(label=_("Day"), widget=DateInput)

    def __init__(self, *args: Any, viewer: StaffMember, **kwargs: Any) -> None:
        kwargs["initial"] = {"held_on": timezone.localdate()}
        super().__init__(*args, **kwargs)
        choose_among(self, school=schools(viewer))


class WalkForm(forms.Form):
    """The nine descriptions and the one on which leaders differ; what is left open is left open."""

    draft = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    follows = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    observer = forms.UUIDField(required=False, widget=forms.HiddenInput)  # who wrote it, if it waited on a phone

    def __init__(self, *args: Any, answers: Answers | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in [*DESCRIPTIONS, MOOD]:
            said = (answers or {}).get(item.code, {})
            choices: Any = list(enumerate(MOODS, 1)) if item is MOOD else Seen.choices
            self.fields[f"seen-{item.code}"] = forms.ChoiceField(
                label=str(item.name),
                choices=choices,
                required=False,
                initial=said.get("at") or said.get("seen"),
                widget=forms.RadioSelect,
            )
            self.fields[f"note-{item.code}"] = forms.CharField(
                max_length=NOTE,
                required=False,
                initial=said.get("note"),
                label=_("What you saw, not who"),
                widget=forms.Textarea({"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        """At least one thing is marked: an observer counts, and reads what the others noted."""
        given = super().clean() or {}
        if not self.errors and not is_marked(self._answers(given)):
            raise forms.ValidationError(_("Nothing is marked yet. Mark one thing at least, then send it."))
        return given

    @property
    def rows(self) -> Iterator[tuple[Item, forms.BoundField, forms.BoundField]]:
        """Each of the nine, with the field for its mark and the field for its note."""
        for item in DESCRIPTIONS:
            yield item, self[f"seen-{item.code}"], self[f"note-{item.code}"]

    @property
    def mood(self) -> tuple[Item, forms.BoundField, forms.BoundField]:
        """The same of how lively or calm it was."""
        return MOOD, self[f"seen-{MOOD.code}"], self[f"note-{MOOD.code}"]

    def told_by(self, viewer: StaffMember) -> dict[str, Any]:
        """What was noted, as the action takes it. Raises PermissionDenied for what somebody else wrote."""
        if self.cleaned_data["observer"] not in (None, viewer.public_id):
            raise PermissionDenied("written by somebody else")
        answers = self._answers(self.cleaned_data)
        return {"answers": answers, "draft": self.cleaned_data["draft"], "follows": self.cleaned_data["follows"]}

    @staticmethod
    def _answers(given: dict[str, Any]) -> Answers:
        answers: Answers = {}
        for item in [*DESCRIPTIONS, MOOD]:
            mark, note = given[f"seen-{item.code}"], given[f"note-{item.code}"]
            said = ({"at": int(mark)} if item is MOOD else {"seen": mark}) if mark else {}
            if said or note:
                answers[item.code] = {**said, "note": note}
        return answers
