"""What people type and choose about the students of a meeting."""

from django import forms
from django.utils.translation import gettext_lazy as _


class HurdleForm(forms.Form):
    """What is in a student's way, in one line."""

    text = forms.CharField(label=_("What is in the way"), max_length=500)


class SearchForm(forms.Form):
    """Looks for students: by name, or out of a gap."""

    student = forms.UUIDField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(label=_("Name of a student"), required=False, max_length=100)
    gap = forms.SlugField(required=False, max_length=60, widget=forms.HiddenInput)
