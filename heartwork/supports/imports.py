"""Importing the inventory of supports, and who takes part in them."""

import re
from itertools import repeat
from typing import Any

from django.utils.translation import gettext_noop as _

from heartwork.roster.imports.columns import (
    REJECT,
    WARN,
    Choice,
    Column,
    Date,
    Flag,
    Identifier,
    Number,
    Reference,
    Text,
)
from heartwork.roster.imports.kinds import Kind, Once, Rows, Target
from heartwork.roster.imports.places import SECOND_ROW, in_order
from heartwork.roster.imports.stage import BLANK
from heartwork.roster.imports.work import Work
from heartwork.supports.models import Domain, Emphasis, Participation, Partnership, Support, Tier, UniversalRule
from heartwork.supports.models import Kind as SupportKind

TARGETS = [
    Target(
        "support",
        "supports",
        Support,
        (
            "kind_id",
            "name",
            "school_id",
            "tier_id",
            "domain_id",
            "emphasis_id",
            "reach",
            "is_required_by_law",
            "owner_id",
            "capacity",
            "minutes_per_week",
            "provider",
            "begin",
            "end",
        ),
        refers=True,
        ends="end",
    ),
    Target("rule", "universal rules", UniversalRule, key=("support_id", "school_id", "section_id", "grades")),
    Target("partnership", "partnerships", Partnership, ("partner",), key=("support_id",)),
    Target(
        "participation",
        "participations",
        Participation,
        ("support_id", "student_id", "status", "begin", "end", "referred_by", "staff_id"),
        ends="end",
        ends_with={"status": "exited"},
    ),
]

# What an inventory calls its categories -> the domain a support bears on, and what it sets out to do.
CATEGORIES = {
    "behavior": ("behavior", "behavior"),
    "social-emotional": ("feelings", "skill"),
    "belonging": ("belonging", "relationship"),
    "academic": ("learning", "learning"),
    "attendance": ("belonging", "barrier"),
    "mental health": ("feelings", "relationship"),
    "health": ("health", "resource"),
    "family": ("home", "resource"),
    "basic needs": ("home", "barrier"),
}


def vocabulary(work: Work) -> dict[str, Any]:
    """Tiers, domains, emphases and kinds of support, by number, code and the words they are known by."""
    if "vocabulary" not in work.facts:
        kinds: list[tuple[str, SupportKind]] = []
        for kind in SupportKind.objects.filter(is_offered=True):
            known_as = [kind.name.casefold(), *filter(None, kind.known_as.split("|"))]
            kinds += [(_as_words(word), kind) for word in known_as]
        work.facts["vocabulary"] = {
            "tiers": dict(Tier.objects.values_list("number", "pk")),
            "domains": dict(Domain.objects.values_list("code", "pk")),
            "emphases": dict(Emphasis.objects.values_list("code", "pk")),
            "kinds": sorted(kinds, key=lambda pair: -len(pair[0])),  # the most particular words first
        }
    words: dict[str, Any] = work.facts["vocabulary"]
    return words


def kind_of(name: str, work: Work) -> SupportKind | None:
    """The kind of support whose words the name holds, as whole words: "self-regulation" does not hold "SEL"."""
    told = _as_words(name)
    return next((kind for words, kind in vocabulary(work)["kinds"] if words.strip() and words in told), None)


def _as_words(text: str) -> str:
    """Small letters, one blank around each word."""
    return " " + " ".join(re.findall(r"\w+", text.casefold())) + " "


def land_supports(rows: Rows, work: Work) -> None:
    """Stage supports; one for everyone gets a rule for its school, instead of a row for each student."""
    words = vocabulary(work)
    numbers = work.registry("support").claim(rows["supportId"])
    kinds = [kind_of(name, work) for name in rows["name"]]
    pairs = [CATEGORIES[category] for category in rows.get("category", "belonging")]
    owners = rows.get("ownerUserSourcedId")
    reaches = rows.get("participation", "listed")
    given = rows.pick(
        name="name",
        school_id="orgSourcedId",
        capacity="capacity",
        minutes_per_week="minutesPerWeek",
        provider="provider",
        is_required_by_law="requiredByLaw",
        begin="beginDate",
        end="endDate",
    )
    work.stage.add(
        "support",
        rows.at,
        id=numbers,
        source_id=rows["supportId"],
        kind_id=[kind.pk if kind else None for kind in kinds],
        tier_id=[words["tiers"][int(tier)] for tier in rows["tier"]],
        domain_id=[words["domains"][domain] for domain, _emphasis in pairs],
        emphasis_id=[words["emphases"][emphasis] for _domain, emphasis in pairs],
        reach=reaches,
        owner_id=owners,
        **given,
    )
    rows.values["number"], rows.values["reach"] = numbers, reaches
    everyone = rows.only([reach == "everyone" for reach in reaches])
    work.stage.add(
        "rule",
        everyone.at,
        support_id=everyone["number"],
        school_id=everyone.get("orgSourcedId"),
        section_id=BLANK,
        grades=repeat(""),
    )
    partnered = rows.only(rows.get("partner", ""))
    work.stage.add("partnership", partnered.at, support_id=partnered["number"], partner=partnered.get("partner", ""))


SUPPORTS = Kind(
    "supports",
    _("Supports: the inventory"),
    ("supports",),
    (
        Column("supportId", Identifier(200), required=True, label=_("Identifier")),
        Column("name", Text(200), required=True, label=_("Name")),
        Column("tier", Choice(("1", "2", "3")), required=True, label=_("Tier: 1, 2 or 3")),
        Column("category", Choice(tuple(CATEGORIES), unknown=REJECT, blank="belonging"), label=_("What it is about")),
        Column(
            "participation", Choice(("everyone", "listed"), blank="listed"), label=_("For everyone, or who is listed")
        ),
        Column("orgSourcedId", Reference("organization"), label=_("School; blank: the whole district")),
        Column("ownerUserSourcedId", Reference("staff", missing=WARN), label=_("Responsible adult")),
        Column("capacity", Number(0, whole=True), label=_("Places")),
        Column("minutesPerWeek", Number(0, whole=True), label=_("Minutes a week")),
        Column("provider", Text(200), label=_("Given by")),
        Column("partner", Text(200), label=_("Partner")),
        Column("requiredByLaw", Flag(blank=False), label=_("Required by law")),
        Column("beginDate", Date(), label=_("First day")),
        Column("endDate", Date(), label=_("Last day")),
    ),
    land_supports,
    order=100,
    checks=(in_order("beginDate", "endDate"),),
    once=(Once(("supportId",), SECOND_ROW),),
    ends=(("support", ""),),
    key="supportId",
)


def land_participation(rows: Rows, work: Work) -> None:
    """Stage who takes part, and who waits for a place."""
    work.stage.add(
        "participation",
        rows.at,
        source_id=rows["participationId"],
        student_id=rows["studentSourcedId"],
        support_id=rows["supportId"],
        status=rows["participationStatus"] if rows.has("participationStatus") else ["active"] * len(rows),
        **rows.pick(begin="beginDate", end="endDate", referred_by="referredBy", staff_id="staffUserSourcedId"),
    )


PARTICIPATION = Kind(
    "participation",
    _("Participation: who is in which support"),
    ("participation",),
    (
        Column("participationId", Identifier(200), required=True, label=_("Identifier")),
        Column("studentSourcedId", Reference("student"), required=True, label=_("Student")),
        Column("supportId", Reference("support"), required=True, label=_("Support")),
        Column("tier", Choice(("1", "2", "3")), label=_("Tier: 1, 2 or 3")),
        Column("beginDate", Date(), label=_("First day")),
        Column("endDate", Date(), label=_("Last day")),
        Column(
            "participationStatus",
            Choice(("active", "exited", "waitlisted"), blank="active"),
            also=("status",),
            label=_("In it, no longer, or waiting"),
        ),
        Column("referredBy", Text(60), label=_("Who asked for it")),
        Column("staffUserSourcedId", Reference("staff", missing=WARN), label=_("Adult in charge")),
    ),
    land_participation,
    order=110,
    checks=(in_order("beginDate", "endDate"),),
    once=(Once(("participationId",), SECOND_ROW),),
    ends=(("participation", ""),),
    key="participationId",
)

KINDS = [SUPPORTS, PARTICIPATION]
