"""What people type about reach that changes."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from heartwork.roster import access, help
from heartwork.roster import reach_queries as queries
from heartwork.roster.forms import DateInput
from heartwork.roster.models import StaffMember
from heartwork.roster.reach_actions import LONGEST


class SubstituteForm(forms.Form):
    """Who stands in for someone, and from when to when."""

    staff = forms.CharField(
        label=_("Who stands in"),
        max_length=200,
        help_text=_("The sign-in name, the e-mail address or the whole name of someone who works here."),
    )
    begin = forms.DateField(label=_("First day"), widget=DateInput())
    end = forms.DateField(label=_("Last day"), widget=DateInput(), help_text=_("Three months at most."))

    def __init__(self, *args: Any, actor: StaffMember, absent: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"begin": timezone.localdate()}, **kwargs})
        self.actor, self.absent = actor, absent

    def clean_staff(self) -> StaffMember:
        """The one person meant, who is neither the absent one nor whoever asks."""
        words = self.cleaned_data["staff"].strip()
        meant = queries.people_called(words)
        if len(meant) != 1:
            text = ngettext(
                "“%(words)s”: one person found.",
                "“%(words)s”: %(count)d people found. Write the sign-in name, or the whole name.",
                len(meant),
            )
            raise forms.ValidationError(text % {"words": words, "count": len(meant)})
        if meant[0] == self.absent:
            raise forms.ValidationError(gettext("This is the person for whom someone stands in."))
        if meant[0] == self.actor:
            raise forms.ValidationError(gettext("Nobody lets themselves stand in. Ask someone else to give it to you."))
        return meant[0]

    def clean(self) -> dict[str, Any]:
        """In order of time, not over yet, and not for longer than a substitute stays."""
        cleaned = super().clean() or self.cleaned_data
        begin, end = cleaned.get("begin"), cleaned.get("end")
        if begin and end:
            if end < max(begin, timezone.localdate()):
                self.add_error("end", gettext("The last day is over, or before the first day."))
            elif end >= begin + LONGEST:
                last = begin + LONGEST - datetime.timedelta(days=1)
                self.add_error("end", gettext("Three months at most: until %(day)s.") % {"day": last})
        return cleaned


class EmergencyForm(forms.Form):
    """Whose page is opened, as only someone who has the child before them can say, and why."""

    name = forms.CharField(label=_("The student’s whole name"), max_length=200)
    fact = forms.CharField(
        label=_("The number on their card, or their birth date"),
        max_length=60,
        help_text=_("A birth date for instance as 2012-03-31."),
    )
    reason = forms.CharField(
        label=_("Why it cannot wait"),
        min_length=10,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("It is read by those who are told, and kept."),
    )


class ChoiceForm(forms.Form):
    """Which roles have which rights, of those of which a district may say."""

    why = forms.CharField(
        label=_("Why"), min_length=10, max_length=300, help_text=_("Kept with your name, for whoever asks later.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = access.chosen_now()
        for what, limits in access.LIMITS.items():
            self.fields[what] = forms.MultipleChoiceField(
                label=str(help.WHAT[what]),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=[(role, str(access.ROLE_NAMES[role]).capitalize()) for role in limits],
                initial=sorted(access.roles_that_may(what, chosen)),
            )
        self.order_fields([*access.LIMITS, "why"])

    def chosen(self) -> dict[str, list[str]]:
        """What was ticked, by right."""
        return {what: self.cleaned_data[what] for what in access.LIMITS}
