"""Where something is counted and of whom, and what of it a viewer may see at all: a section, a school, a group."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

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


ACROSS = "*"  # between two kinds, and between two names: those of both groups at once
GRADE, REASON = "grade", "reason"  # kinds of group that are no attribute; a reason is why something was counted


@dataclass(frozen=True)
class Group:
    """Some of the people behind a value: everyone, those with an attribute, or those of two groups at once."""

    kind: str = EVERYONE
    name: str = EVERYONE

    @property
    def is_everyone(self) -> bool:
        """Whether it is all of them."""
        return self.kind == EVERYONE

    @property
    def is_crossed(self) -> bool:
        """Whether it is of those who are in two groups at once."""
        return ACROSS in self.kind

    @property
    def parts(self) -> tuple["Group", ...]:
        """The groups that are crossed in it; itself alone, where it is not crossed."""
        kinds, names = self.kind.split(ACROSS), self.name.split(ACROSS)
        if len(kinds) != len(names):
            return (self,)
        return tuple(Group(kind, name) for kind, name in zip(kinds, names, strict=True))

    @property
    def query(self) -> dict[str, str]:
        """The group as an address names it."""
        return {} if self.is_everyone else {"kind": self.kind, "group": self.name}


ALL = Group()


def crossed(one: Group, other: Group) -> Group | None:
    """Those of both groups at once, the same whichever comes first; None where two groups cannot be crossed.

    >>> crossed(Group("grade", "07"), Group("englishLearner", "true"))
    Group(kind='englishLearner*grade', name='true*07')
    """
    first, second = sorted((one, other), key=lambda group: group.kind)
    if first.kind == second.kind or EVERYONE in (first.kind, second.kind):
        return None
    if any(ACROSS in word for word in (first.kind, first.name, second.kind, second.name)):
        return None
    return Group(ACROSS.join((first.kind, second.kind)), ACROSS.join((first.name, second.name)))


def crossing_of(kind: str, other: str) -> str:
    """What the groups of two kinds at once are called, whichever comes first."""
    return ACROSS.join(sorted((kind, other)))


def query_of(place: Place, group: Group = ALL) -> str:
    """A place and a group as an address names them: "?school=...&kind=...&group=..." or ""."""
    of_group = urlencode(group.query)
    return f"{place.query}{'&' if place.query else '?'}{of_group}" if of_group else place.query


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
KINDS = {code: kind for kind, code in ATTRIBUTES.items()}  # attribute -> what its groups are called


def group_of(attribute: Attribute) -> Group:
    """The group of those with an attribute, as its values are kept."""
    if attribute.kind == "race_ethnicity":
        return Group("raceEthnicity", attribute.label or attribute.code)
    return Group(KINDS.get(attribute.code, attribute.code), "true")


def attributes() -> dict[str, Attribute]:
    """The attributes by code, for words and for whether a group is sensitive. One query."""
    return {each.code: each for each in roster.attributes()}


def group_words(group: Group, known: Mapping[str, Attribute]) -> str:
    """What a group is called on a page: "Learning English", "Asian"."""
    if group.is_everyone:
        return gettext("Everyone")
    if len(group.parts) > 1:
        return ", ".join(group_words(part, known) for part in group.parts)
    if group.kind == GRADE:
        words = roster.grade_name(group.name)
        return words[:1].upper() + words[1:]
    if group.kind == REASON:
        return group.name
    attribute = known.get(ATTRIBUTES.get(group.kind, group.kind))
    words = str(attribute) if attribute else our_words(group.name)
    return words if group.name in ("true", group.kind) or not attribute else our_words(group.name)


def may_see(viewer: StaffMember, group: Group, known: Mapping[str, Attribute]) -> bool:
    """Whether the viewer may see figures about this group: some are only for those who help with them."""
    of = (known.get(ATTRIBUTES.get(kind, kind)) for kind in group.kind.split(ACROSS))
    is_sensitive = any(attribute and attribute.is_sensitive for attribute in of)
    return not is_sensitive or access.may(viewer, "sensitive_gap.read")


def kind_words(kind: str, known: Mapping[str, Attribute]) -> str:
    """What a kind of group is called: "Grade", "Race or ethnicity", "Learning English"."""
    words = {GRADE: gettext("Grade"), REASON: gettext("Reason"), "raceEthnicity": gettext("Race or ethnicity")}
    attribute = known.get(ATTRIBUTES.get(kind, kind))
    return words.get(kind) or (str(attribute) if attribute else our_words(kind))
