"""The maps as a picture: outcomes in the middle, what each group does and believes outward, like mirror images."""

from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from heartwork.beliefs.models import Kind, Part
from heartwork.beliefs.queries import TheMap
from heartwork.web.maps import Box, Column, Side, draw


def drawn(found: TheMap, groups: Sequence[int]) -> SafeString:
    """The map of one group, from beliefs on the left to outcomes; or of both, with the outcomes between them."""
    outcomes = []
    for part in found.agreed:
        missed = all(found.stands_alone(group, part) for group in groups)
        outcomes.append(Box(part.pk, part.kind, part.name, gettext("nothing reaches it") if missed else ""))
    said = gettext("The map of your group. The lists below say the same.")
    if len(groups) == 2:
        said = gettext("Two maps of what we do and why. The lists below say the same.")
    sides = [_side(found, group) for group in groups]
    return draw(sides, Column(gettext("Outcomes we share"), outcomes), said=said)


def _side(found: TheMap, group: int) -> Side:
    titles = {1: gettext("Group 1 began from what we do"), 2: gettext("Group 2 began from what we believe")}
    columns = [
        Column(gettext("Beliefs"), [_box(found, group, part) for part in found.beliefs]),
        Column(gettext("Actions"), [_box(found, group, part) for part in found.actions]),
    ]
    links = {(start.pk, end.pk) for start, end in found.links.of(group)}
    return Side(titles[group], columns, links)


def _box(found: TheMap, group: int, part: Part) -> Box:
    """A belief or an action on the map of a group, and why it stands out there, if it does."""
    if not found.is_on(group, part):
        return Box(part.pk, part.kind, part.name, gettext("not on this map"), is_here=False)
    alone = gettext("no action serves it") if part.kind == Kind.BELIEF else gettext("no belief explains it")
    return Box(part.pk, part.kind, part.name, alone if found.stands_alone(group, part) else "")
