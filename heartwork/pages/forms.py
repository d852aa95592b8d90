"""What people type on pages that read several rooms."""

import re
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.pages import journal
from heartwork.roster.forms import DateInput


class WhyOlderForm(forms.Form):
    """Why someone looks at records of years before; the reason is kept with their name."""

    reason = forms.CharField(
        label=_("Why do you need them?"),
        max_length=300,
        min_length=10,
        help_text=_("A sentence. It is kept in the journal with your name and the day."),
    )


UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class OwnJournalSearch(forms.Form):
    """Narrows what one did oneself."""

    verb = forms.ChoiceField(label=_("What"), required=False)
    begin = forms.DateField(label=_("From"), required=False, widget=DateInput())
    end = forms.DateField(label=_("To"), required=False, widget=DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [("", _("Anything")), *journal.verbs()]  # type: ignore[attr-defined]


class JournalSearch(OwnJournalSearch):
    """Narrows the journal."""

    who = forms.CharField(label=_("Who did it"), required=False, max_length=100)
    student = forms.CharField(label=_("About the student at this address"), required=False, max_length=300)
    field_order = ("who", "student", "verb", "begin", "end")

    def clean_student(self) -> uuid.UUID | None:
        """The student whose page has this address, typed or pasted whole."""
        if text := self.cleaned_data["student"]:
            if found := UUID.search(text):
                return uuid.UUID(found[0])
            raise forms.ValidationError(gettext("Copy the address of the student’s page."))
        return None
