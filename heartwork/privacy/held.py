"""What we hold of people, and why, in plain words: made from the class of each field and the table of access."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heartwork.privacy.classes import Class, declarations
from heartwork.privacy.kinds import KINDS, Words
from heartwork.privacy.queries import months_kept
from heartwork.roster import access
from heartwork.roster.help import names_of_roles
from heartwork.roster.models import StaffMember

CLASS_WORDS: dict[Class, str | Promise] = {
    Class.OPEN: _("says nothing of a person"),
    Class.DIRECTORY: _("directory information"),
    Class.RECORD: _("part of a record"),
    Class.SENSITIVE: _("sensitive"),
    Class.PRIVATE: _("one person’s own"),
}


@dataclass(frozen=True)
class Held:
    """One kind of data: what, from where, what for, how much care it asks for, and which roles may read it."""

    key: str
    name: Words
    comes_from: Words
    why: Words
    care: list[Words]  # the classes of its fields, most careful first
    is_of_people: bool
    months: int | None  # how long it is kept; None: until the district decides
    readers: list[Words]
    is_mine: bool  # whether one of the reader's own roles may


def held(viewer: StaffMember) -> list[Held]:
    """Every kind of data, what says something of a person first, in the order of `KINDS`. Two queries."""
    months = months_kept()
    classes: dict[str, set[Class]] = {key: set() for key in KINDS}
    for declared in declarations().values():
        classes[declared.kind].update(each for found in declared.fields.values() for each in found)
    chosen = access.chosen_now()
    lines = [_line(viewer, key, classes[key], months.get(key), chosen) for key in KINDS]
    return sorted(lines, key=lambda line: not line.is_of_people)


def _line(viewer: StaffMember, key: str, found: set[Class], months: int | None, chosen: dict[str, list[str]]) -> Held:
    kind = KINDS[key]
    roles = access.roles_that_may(kind.read, chosen) if kind.read else set()
    careful = [each for each in reversed(Class) if each in found and each != Class.OPEN]
    return Held(
        key,
        kind.name,
        kind.comes_from,
        kind.why,
        [CLASS_WORDS[each] for each in careful],
        bool(careful),
        months,
        names_of_roles(roles),
        bool(kind.read) and access.may(viewer, kind.read),
    )
