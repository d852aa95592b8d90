"""What people type and choose on a map; every choice comes from `queries`."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.beliefs import queries
from heartwork.beliefs.models import Kind, Observation, Part
from heartwork.measures.queries import measures_for
from heartwork.roster.models import StaffMember
from heartwork.supports.queries import running_at
from heartwork.teams.models import Meeting
from heartwork.web.forms import choose_among, one_of


class AnyPartField(forms.ModelChoiceField):
    """One part of the map, where a list has several kinds."""

    def label_from_instance(self, part: Any) -> str:
        """ "Belief: being known comes first"."""
        return gettext("%(kind)s: %(name)s") % {"kind": Kind(part.kind).label, "name": part.name}


def _part(label: Any) -> forms.ModelChoiceField:
    """One part of the map of one kind, to which a new one may be linked."""
    return one_of(label, empty=_("not linked yet"), to_field_name=None)


class MapForm(forms.Form):
    """A form about the map of a meeting, as the viewer may see it."""

    offers: dict[str, tuple[Kind, ...]] = {}  # a field: the kinds of parts among which it lets choose

    def __init__(self, *args: Any, viewer: StaffMember, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = queries.parts(viewer, meeting)
        for name, kinds in self.offers.items():
            choose_among(self, **{name: seen.filter(kind__in=kinds).exclude(kind=Kind.OUTCOME, agreed_at=None)})
        if "measure" in self.fields:
            choose_among(self, measure=measures_for(viewer, meeting.team))
        if "support" in self.fields:
            there = seen.exclude(support=None).values("support")
            inventory = running_at(viewer, meeting.team.organization, meeting.held_on).exclude(pk__in=there)
            choose_among(self, support=inventory)


class MeasureForm(MapForm):
    """The measure by which an outcome is told, or none yet."""

    measure = one_of(_("How we can tell"), empty=_("not measured yet"))


class OutcomeForm(MeasureForm):
    """What the team hopes for."""

    name = forms.CharField(label=_("What we hope for"), max_length=200)
    is_end = forms.TypedChoiceField(
        label=_("What it is"),
        choices=[("end", _("the end we want")), ("marker", _("a mile marker on the way"))],
        coerce=lambda value: value == "end",
    )
    field_order = ["name", "is_end", "measure"]


class ActionForm(MapForm):
    """Something that the team does, why, and what for."""

    offers = {"because": (Kind.BELIEF,), "leads_to": (Kind.OUTCOME,)}
    name = forms.CharField(label=_("What we do"), max_length=200, required=False)
    support = one_of(_("or one of our supports"), empty=_("none of them"))
    because = _part(_("because we believe"))
    leads_to = _part(_("so that"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "support"):  # neither is optional: one of them is needed
            self.fields[name].is_one_of_two = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Either a name, or a support."""
        data = super().clean() or {}
        if bool(data.get("name")) == bool(data.get("support")):
            raise forms.ValidationError(gettext("Write what you do, or pick one of your supports: one of the two."))
        return data


class BeliefForm(MapForm):
    """Something that the team believes, and what it does because of it."""

    offers = {"leads_to": (Kind.ACTION,)}
    name = forms.CharField(label=_("What we believe"), max_length=200)
    leads_to = _part(_("so we do this"))


class LinkForm(MapForm):
    """Two parts, of which the first leads to the second."""

    offers = {"start": (Kind.BELIEF, Kind.ACTION), "end": (Kind.ACTION, Kind.OUTCOME)}
    start = AnyPartField(None, label=_("This"), empty_label=None)
    end = AnyPartField(None, label=_("leads to"), empty_label=None)

    def clean(self) -> dict[str, Any]:
        """A belief leads to an action, an action to an outcome."""
        data = super().clean() or {}
        start, end = data.get("start"), data.get("end")
        if start and end and not queries.leads(start, end):
            said = gettext("A belief leads to an action, and an action to an outcome. Pick another pair.")
            raise forms.ValidationError(said)
        return data


class ObservationForm(MapForm):
    """What was seen of a belief."""

    standing = forms.ChoiceField(label=_("Where it stands"), choices=Observation.Standing)
    text = forms.CharField(label=_("What was seen, and where"), max_length=300)


class SameForm(MapForm):
    """Two parts whose names mean the same."""

    first = forms.IntegerField()
    second = forms.IntegerField()


class ChoiceForm(MapForm):
    """What is changed for an outcome, or looked at again, and why."""

    wanted: Kind
    offers = {"part": (Kind.ACTION, Kind.BELIEF)}
    part = AnyPartField(None, label=_("Which one"), required=False, empty_label=_("none in particular"))
    reason = forms.CharField(label=_("Why"), max_length=300)

    def clean_part(self) -> Part | None:
        """An action to change, or a belief to look at again."""
        part: Part | None = self.cleaned_data["part"]
        if part and part.kind != self.wanted:
            said = gettext("“%(name)s” is not what this button is for: change an action, or look again at a belief.")
            raise forms.ValidationError(said % {"name": part.name})
        return part


class ChangeForm(ChoiceForm):
    """An action to change."""

    wanted = Kind.ACTION


class RethinkForm(ChoiceForm):
    """A belief to look at again."""

    wanted = Kind.BELIEF
