"""Where something is counted and of whom, and what of it a viewer may see at all: a section, a school, a group."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext

from heartwork.measures.models import EVERYONE
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import Attribute, Organization, Section, StaffMember
from heartwork.supports import queries as supports
from heartwork.web.words import our_words


@dataclass(frozen=True)
class Place:
    """Where something is counted: a section, a school, or the whole district."""

    school: Organization | None = None
    section: Section | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        if self.section:
            return self.section.title
        return self.school.name if self.school else gettext("the whole district")

    @property
    def school_pk(self) -> int | None:
        """The school that it is or lies in, by pk."""
        return self.section.school_id if self.section else self.school.pk if self.school else None

    @property
    def query(self) -> str:
        """The place as an address names it: "?section=...", "?school=..." or ""."""
        if self.section:
            return f"?section={self.section.public_id}"
        return f"?school={self.school.public_id}" if self.school else ""


@dataclass(frozen=True)
class Group:
    """Some of the people behind a value: everyone, or those with an attribute."""

    kind: str = EVERYONE
    name: str = EVERYONE

    @property
    def is_everyone(self) -> bool:
        """Whether it is all of them."""
        return self.kind == EVERYONE


ALL = Group()


# -- who may see what


def sees_every_record(viewer: StaffMember, place: Place) -> bool:
    """Whether the viewer reaches every student behind the values of this place."""
    if access.reaches_all(viewer) or place.school_pk in supports.schools_reached(viewer):
        return True
    return place.section is not None and place.section.pk in sections_reached(viewer)


def sections_reached(viewer: StaffMember) -> set[int]:
    """The sections that the viewer's assignments name, by pk: they reach every student of these."""
    found = access.assignments_on(viewer)
    return {a.section_id for a in found if a.section_id and access.REACH.get(a.role) == "caseload"}


def place_or_404(viewer: StaffMember, *, school: str = "", section: str = "") -> Place:
    """The place with this public id. A section is only for who reaches each of its students; else Http404."""
    for asked in filter(None, (school, section)):
        try:
            uuid.UUID(asked)
        except ValueError as wrong:
            raise Http404 from wrong
    if section:
        found = Section.objects.filter(public_id=section).select_related("school").first()
        place = Place(found.school, found) if found else None
        if place is None or not sees_every_record(viewer, place):
            raise Http404
        return place
    if not school:
        return Place()
    there = roster.schools().filter(public_id=school).first()
    if there is None:
        raise Http404
    return Place(there)


# -- groups

# What a file calls a group, and the attribute of the roster that it is.
ATTRIBUTES = {
    "englishLearner": "english_learner",
    "disability": "disability",
    "section504": "section_504",
    "economicDisadvantage": "low_income",
    "fosterCare": "foster_care",
    "homeless": "no_stable_housing",
}


def attributes() -> dict[str, Attribute]:
    """The attributes by code, for words and for whether a group is sensitive. One query."""
    return {each.code: each for each in roster.attributes()}


def group_words(group: Group, known: Mapping[str, Attribute]) -> str:
    """What a group is called on a page: "Learning English", "Asian"."""
    if group.is_everyone:
        return gettext("Everyone")
    attribute = known.get(ATTRIBUTES.get(group.kind, group.kind))
    words = str(attribute) if attribute else our_words(group.name)
    return words if group.name in ("true", group.kind) or not attribute else our_words(group.name)


def may_see(viewer: StaffMember, group: Group, known: Mapping[str, Attribute]) -> bool:
    """Whether the viewer may see figures about this group: some are only for those who help with them."""
    attribute = known.get(ATTRIBUTES.get(group.kind, group.kind))
    return not (attribute and attribute.is_sensitive) or access.may(viewer, "sensitive_gap.read")
