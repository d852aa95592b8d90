"""What people choose about who knows whom; every choice comes from `queries`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heartwork.relationships import queries
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import Organization, StaffMember, Student
from heartwork.teams.models import Meeting
from heartwork.web.forms import choose_among, one_of


class SetUpForm(forms.Form):
    """Which school, how many students one adult can look after, and whether all names lie on the table."""

    school = one_of(_("School"))
    carries = forms.IntegerField(label=_("How many students can one adult look after well?"), min_value=1, max_value=60)
    names_everyone = forms.BooleanField(
        label=_("While this meeting is open, everyone of the team chooses from all names of the school"),
        help_text=_("They see names, grades and classes, and nothing else. You may allow it because you see everyone."),
        required=False,
    )

    def __init__(self, *args: Any, viewer: StaffMember, meeting: Meeting, **kwargs: Any) -> None:
        found = queries.round_of(meeting)
        kwargs["initial"] = {name: getattr(found, name) for name in ("school", "carries", "names_everyone")}
        super().__init__(*args, **kwargs)
        schools = {each.pk for each in (found.school, *roster.schools_of_students(viewer)) if each}
        choose_among(self, school=Organization.objects.filter(pk__in=schools))
        if found.school is None or not access.reaches_school(viewer, found.school):
            del self.fields["names_everyone"]


class LookAfterForm(forms.Form):
    """The adult who gets to know a student."""

    staff = forms.ChoiceField(label=_("Who gets to know them?"))

    def __init__(self, *args: Any, viewer: StaffMember, student: Student, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.adults = {str(each.reason.staff.public_id): each for each in queries.could_look_after(viewer, student)}
        self.fields["staff"].choices = [(code, adult.words) for code, adult in self.adults.items()]  # type: ignore[attr-defined]

    def clean_staff(self) -> StaffMember:
        """The person themselves."""
        return self.adults[self.cleaned_data["staff"]].reason.staff
