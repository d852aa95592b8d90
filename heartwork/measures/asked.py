"""What an address asks for: a measure's place and group, if the reader may know of them."""

from django.http import Http404

from heartwork.measures import places, queries
from heartwork.measures.models import Measure
from heartwork.measures.places import ALL, REASON, Group, Place
from heartwork.roster.access import Request


def asked_place(request: Request, measure: Measure) -> Place:
    """The place that the address names, or else the one where the reader works; else Http404."""
    asked = request.GET
    return queries.place_of(
        request.user, measure, school=asked.get("school", "")[:40], section=asked.get("section", "")[:40]
    )


def asked_group(request: Request) -> Group:
    """The group that the address names, if the reader may see it at all; else Http404.

    As "kind" and "group"; or as a form asks: "of" and "and" as "kind=name", crossed; or as a "reason" in words.
    """
    asked = request.GET
    group = Group(asked["kind"], asked.get("group", "")) if asked.get("kind") else ALL
    if asked.get("reason", "").strip():
        group = Group(REASON, " ".join(asked["reason"].split()))
    chosen = [Group(*asked[name].split("=", 1)) for name in ("of", "and") if "=" in asked.get(name, "")]
    if chosen:
        group = chosen[0] if len(chosen) == 1 else places.crossed(*chosen) or chosen[0]
    if group.is_everyone:
        return ALL
    group = Group(group.kind[:60], group.name[:100])
    if "\0" in group.kind + group.name or not places.may_see(request.user, group, places.attributes()):
        raise Http404
    return group
