"""What people type about what they list."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class LeverForm(forms.Form):
    """One thing that the team does for care, since when, and the law that asks for it if one does."""

    name = forms.CharField(label=_("What we do"), max_length=200)
    since = forms.IntegerField(label=_("Since which year"), required=False, min_value=1900)
    law = forms.CharField(label=_("The law that asks for it"), required=False, max_length=200)

    def clean_since(self) -> int | None:
        """Not a year still to come."""
        year = self.cleaned_data["since"]
        if year and year > timezone.localdate().year:
            raise forms.ValidationError(
                gettext("%(year)d is still to come. Type the year in which it began.") % {"year": year}
            )
        return year
