"""What people type about who is here; every choice comes from `queries`."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from heartwork.roster import access, people_queries, queries
from heartwork.roster.models import Attribute, District, Organization, StaffMember, Student


class DateInput(forms.DateInput):
    """A day, chosen or typed; browsers want it as 2026-02-24 whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class StudentSearch(forms.Form):
    """Narrows the list of students: a name, and a school, grade or section in which the viewer has students."""

    q = forms.CharField(label=_("Name"), required=False, max_length=100)
    school = forms.ChoiceField(label=_("School"), required=False)
    grade = forms.ChoiceField(label=_("Grade"), required=False)
    section: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Class"), required=False, to_field_name="public_id", empty_label=_("Any")
    )

    def __init__(self, *args: Any, viewer: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schools = {str(school.public_id): school for school in queries.schools_of_students(viewer)}
        any_of = [("", _("Any"))]
        self.fields["school"].choices = any_of + [  # type: ignore[attr-defined]
            (key, school.name) for key, school in self.schools.items()
        ]
        self.fields["grade"].choices = any_of + [  # type: ignore[attr-defined]
            (code, queries.grade_name(code).capitalize()) for code in queries.GRADES
        ]
        # Classes are offered once the school is known: a district has too many to choose from.
        school = self.schools.get(self["school"].value() or "")
        if len(self.schools) == 1:
            school = next(iter(self.schools.values()))
            del self.fields["school"]
        if school:
            self.fields["section"].queryset = queries.sections_of_students(viewer, school)  # type: ignore[attr-defined]
        else:
            del self.fields["section"]

    def clean_school(self) -> Organization | None:
        """The school behind the choice."""
        return self.schools.get(self.cleaned_data["school"])


class StrengthForm(forms.Form):
    """What a student brings: as an adult saw it, or in the student's own words, which they agreed to share."""

    text = forms.CharField(label=_("What this student brings"), max_length=500, widget=forms.Textarea({"rows": 3}))
    in_own_words = forms.BooleanField(
        label=_("In the student’s own words, and they agreed to share it"), required=False
    )


class SettingsForm(forms.ModelForm):
    """The rules that the district has set for itself."""

    class Meta:
        model = District
        fields = [
            "name",
            "minimum_group",
            "border_below",
            "border_above",
            "missed_above",
            "transition_grades",
            "middle_grades",
            "asks_before_ending_percent",
            "people_budget_percent",
        ]
        help_texts = {
            "minimum_group": _(
                "Five at least. Figures about fewer students are hidden from whoever does not see them."
            ),
            "transition_grades": _("As in the roster, with spaces between: 05 08"),
            "middle_grades": _("As in the roster, with spaces between: 06 07 08"),
        }

    def clean_transition_grades(self) -> str:
        """Only grades we know, in their order."""
        return self._known_grades("transition_grades")

    def clean_middle_grades(self) -> str:
        """Only grades we know, in their order."""
        return self._known_grades("middle_grades")

    def _known_grades(self, name: str) -> str:
        codes = {code.zfill(2) for code in self.cleaned_data[name].upper().replace(",", " ").split()}
        unknown = codes - set(queries.GRADES)
        if unknown:
            words = {"grade": min(unknown)}
            raise forms.ValidationError(gettext("“%(grade)s” is not a grade we know. Use KG, 01 to 13.") % words)
        return " ".join(sorted(codes, key=queries.GRADES.index))


class AttributeForm(forms.ModelForm):
    """How one subgroup is called, and where it stands in a list."""

    class Meta:
        model = Attribute
        fields = ["label", "order", "is_sensitive"]
        labels = {
            "label": _("Called"),
            "order": _("Place in the list"),
            "is_sensitive": _("Sensitive: said of a student only where it is needed"),
        }


class NewAttributeForm(AttributeForm):
    """A way in which subgroups form that is the district's own."""

    class Meta(AttributeForm.Meta):
        fields = ["label", "kind", "order", "is_sensitive"]
        labels = AttributeForm.Meta.labels | {"kind": _("Belongs to")}

    kind = forms.CharField(
        label=_("Belongs to"), max_length=60, help_text=_("For instance: language, program, housing")
    )

    def clean(self) -> dict[str, Any]:
        """Its code, by which files name it, comes from its label; two alike would be one."""
        cleaned = super().clean() or self.cleaned_data
        code = slugify(cleaned.get("label", "")).replace("-", "_")
        if cleaned.get("label") and (not code or queries.attributes().filter(code=code).exists()):
            self.add_error("label", gettext("There is one of this name already. Choose another name."))
        cleaned["kind"] = slugify(cleaned.get("kind", "")).replace("-", "_") or "own"
        return cleaned | {"code": code}


class PeopleSearch(forms.Form):
    """Narrows the list of staff."""

    q = forms.CharField(label=_("Name"), required=False, max_length=100)
    role = forms.ChoiceField(label=_("Role"), required=False)
    gone = forms.BooleanField(label=_("Those who have left"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("Any")), *_roles()]  # type: ignore[attr-defined]


def _roles() -> list[tuple[str, str]]:
    return [(role, str(name).capitalize()) for role, name in access.ROLE_NAMES.items() if role not in access.LENT]


class RoleForm(forms.Form):
    """The first half of an assignment: as what, and where."""

    role = forms.ChoiceField(label=_("Role"))
    organization: forms.ModelChoiceField = forms.ModelChoiceField(
        None,
        label=_("School or office"),
        required=False,
        to_field_name="public_id",
        empty_label=_("The whole district"),
        help_text=_("A school for principals, counselors, support staff and teachers."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = _roles()  # type: ignore[attr-defined]
        self.fields["organization"].queryset = queries.organizations()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A role that reaches one school needs to know which."""
        cleaned = super().clean() or self.cleaned_data
        if access.REACH.get(cleaned.get("role", "")) in ("school", "caseload") and not cleaned.get("organization"):
            self.add_error("organization", gettext("Choose the school: this role sees students of one school only."))
        return cleaned


class AssignmentForm(forms.Form):
    """The second half: from when to when, and for a caseload whom it names."""

    section: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Class"), required=False, to_field_name="public_id", empty_label=_("No class")
    )
    grades = forms.MultipleChoiceField(
        label=_("Every student of these grades"), required=False, widget=forms.CheckboxSelectMultiple
    )
    students = forms.CharField(
        label=_("Students by name"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("One a line: the number on the student’s card, or the whole name."),
    )
    begin = forms.DateField(label=_("First day"), widget=DateInput())
    end = forms.DateField(label=_("Last day"), required=False, widget=DateInput())

    def __init__(
        self, *args: Any, actor: StaffMember, role: str, organization: Organization | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **{"initial": {"begin": timezone.localdate()}, **kwargs})
        self.actor, self.role, self.organization = actor, role, organization
        self.is_caseload = access.REACH.get(role) == "caseload"
        if self.is_caseload and organization:
            sections = queries.sections_at(actor, organization)
            self.fields["section"].queryset = sections  # type: ignore[attr-defined]
            self.fields["grades"].choices = [  # type: ignore[attr-defined]
                (code, queries.grade_name(code).capitalize()) for code in queries.GRADES
            ]
        else:
            del self.fields["section"], self.fields["grades"]
        if not self.is_caseload or not access.may(actor, "student.read"):
            del self.fields["students"]  # who sees no student names none

    def clean_students(self) -> list[Student]:
        """The students meant by each line, among those whom the actor reaches and, if it is named, at the school."""
        found = []
        for line in filter(None, map(str.strip, self.cleaned_data["students"].splitlines())):
            meant = queries.students_called(self.actor, line, self.organization)
            if len(meant) != 1:
                text = ngettext(
                    "“%(line)s”: one student found.",
                    "“%(line)s”: %(count)d students found. Write the number on the card, or the whole name.",
                    len(meant),
                )
                raise forms.ValidationError(text % {"line": line, "count": len(meant)})
            found += meant
        return list(dict.fromkeys(found))

    def clean(self) -> dict[str, Any]:
        """In order of time, and for a caseload somebody is named."""
        cleaned = super().clean() or self.cleaned_data
        begin, end = cleaned.get("begin"), cleaned.get("end")
        if begin and end and end < begin:
            self.add_error("end", gettext("The last day is before the first day."))
        ways = [name for name in ("section", "grades", "students") if cleaned.get(name)]
        if self.is_caseload and not ways and not self.errors:
            self.add_error(None, gettext("Name a class, some grades or some students: so far this would reach nobody."))
        if len(ways) > 1:
            self.add_error(None, gettext("Choose one way: a class, or grades, or students. Give the other one after."))
        return cleaned


class EndForm(forms.Form):
    """The last day of an assignment."""

    last_day = forms.DateField(label=_("Last day"), widget=DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        yesterday = timezone.localdate() - datetime.timedelta(1)
        super().__init__(*args, **{"initial": {"last_day": yesterday}, **kwargs})


class SignInNameForm(forms.Form):
    """The name by which someone signs in."""

    username = forms.CharField(
        label=_("Sign-in name"), max_length=255, help_text=_("For instance the name before the @.")
    )

    def __init__(self, *args: Any, person: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"username": person.username or ""}, **kwargs})
        self.person = person

    def clean_username(self) -> str:
        """A name that nobody else signs in by, whatever its case."""
        name = self.cleaned_data["username"].strip()
        if people_queries.is_taken(name, self.person):
            raise forms.ValidationError(gettext("Someone else signs in by this name. Choose another."))
        return name
