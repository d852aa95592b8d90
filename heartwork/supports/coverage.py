"""What the district does for care, and where: by part of life, school and tier; places beside need; people."""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext

from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import Organization, StaffMember, on_day
from heartwork.supports import queries
from heartwork.supports.models import Domain, Emphasis, Kind, Reach, Support, Tier

SCHOOLS = 8  # as many as stand side by side and can be read
NAMED = 3  # schools in one sentence; more are counted
DOTS = 8  # of one tier; beyond them a number says how many more
LINES = 12  # of places beside need; the inventory has the rest


def schools(viewer: StaffMember, *, names: str = "", everywhere: bool = False) -> QuerySet[Organization]:
    """The schools to look at: those with one of these names (separated by commas), or else where the viewer works."""
    rows = roster.schools().only("public_id", "name")
    wanted = [name.strip() for name in names.split(",") if name.strip()][:SCHOOLS]
    if wanted:
        named = Q()
        for name in wanted:
            named |= Q(name__icontains=name)
        return rows.filter(named)
    own = access.schools_of(viewer)
    if everywhere or queries.reads_district(viewer) or not own:
        return rows
    return rows.filter(pk__in=own)


@dataclass(frozen=True)
class Here:
    """Some schools, and what runs on a day at one of them or in the whole district, by tier and name."""

    schools: list[Organization]
    day: datetime.date
    term: datetime.date  # its first day
    tiers: list[Tier]
    domains: list[Domain]
    supports: list[Support]

    @property
    def covering(self) -> list[Support]:
        """What covers something: a position that is vacant does not."""
        return [support for support in self.supports if not _is_vacant(support, self.day)]

    @property
    def confirmation(self) -> queries.Confirmation:
        """How many run, and how many of them were confirmed this term."""
        confirmed = [support for support in self.supports if self.is_confirmed(support)]
        return queries.Confirmation(len(self.supports), len(confirmed), self.term)

    def is_confirmed(self, support: Support) -> bool:
        """Whether somebody said this term that it runs."""
        return support.confirmed_on is not None and support.confirmed_on >= self.term


def _is_vacant(support: Support, day: datetime.date) -> bool:
    position = getattr(support, "position", None)
    return bool(position and position.vacant_since and position.vacant_since <= day)


def here(schools: list[Organization], day: datetime.date | None = None) -> Here:
    """What every part of the page is worked out from. Four queries."""
    day = day or timezone.localdate()
    tiers, domains = list(queries.tiers()), list(queries.domains())
    columns = ["public_id", "name", "school", "tier", "domain", "emphasis", "reach", "capacity", "confirmed_on"]
    columns += ["kind__name", "kind__particulars", "position__full_time_equivalent", "position__vacant_since"]
    rows = Support.objects.filter(on_day(day), Q(school__in=schools) | Q(school=None))
    found = list(rows.select_related("kind", "position").only(*columns).order_by("tier__number", "name", "pk"))
    known_schools = {school.pk: school for school in schools}
    known_tiers, known_domains = {tier.pk: tier for tier in tiers}, {domain.pk: domain for domain in domains}
    for support in found:  # what is known already is not asked for again
        support.school = known_schools[support.school_id] if support.school_id else None
        support.tier, support.domain = known_tiers[support.tier_id], known_domains[support.domain_id]
    return Here(schools, day, queries.term_begin(day), tiers, domains, found)


@dataclass(frozen=True)
class Cell:
    """What one school has for one part of life in one tier: supports confirmed this term, and others that run."""

    confirmed: int = 0
    unconfirmed: int = 0

    @property
    def total(self) -> int:
        """How many run."""
        return self.confirmed + self.unconfirmed

    @property
    def dots(self) -> list[bool]:
        """A dot for each, at most eight: whether it was confirmed this term."""
        return ([True] * self.confirmed + [False] * self.unconfirmed)[:DOTS]

    @property
    def more(self) -> int:
        """How many there are beyond the dots."""
        return max(0, self.total - DOTS)


@dataclass(frozen=True)
class Place:
    """One school's row of tiers for one part of life."""

    school: Organization
    tiers: list[tuple[int, Cell]]

    @property
    def has_gap(self) -> bool:
        """Whether a tier is empty."""
        return any(not cell.total for _, cell in self.tiers)

    @property
    def beyond_everyone(self) -> int:
        """How many supports there are for some students or for one."""
        return sum(cell.total for tier, cell in self.tiers if tier > 1)

    @property
    def in_words(self) -> str:
        """ "Elm, Belonging: 3 for everyone, 0 for some, 1 for one student" without the names, for a link."""
        counts = {f"tier{tier}": cell.total for tier, cell in self.tiers}
        counts["unconfirmed"] = sum(cell.unconfirmed for _, cell in self.tiers)
        return (
            gettext(
                "%(tier1)d for everyone, %(tier2)d for some, %(tier3)d for one student; "
                "%(unconfirmed)d of them not confirmed this term"
            )
            % counts
        )


@dataclass(frozen=True)
class Row:
    """One part of life, at each school."""

    domain: Domain
    places: list[Place]


def by_domain(here: Here) -> list[Row]:
    """The map: for each part of life and school, how many supports run in each tier."""
    counts: dict[bool, Counter[tuple[int, int | None, int]]] = {True: Counter(), False: Counter()}
    for support in here.covering:
        counts[here.is_confirmed(support)][support.domain_id, support.school_id, support.tier.number] += 1

    def count(is_confirmed: bool, domain: Domain, school: Organization, tier: Tier) -> int:
        return sum(counts[is_confirmed][domain.pk, pk, tier.number] for pk in (school.pk, None))

    def place(domain: Domain, school: Organization) -> Place:
        cells = [
            (each.number, Cell(*(count(said, domain, school, each) for said in (True, False)))) for each in here.tiers
        ]
        return Place(school, cells)

    return [Row(domain, [place(domain, school) for school in here.schools]) for domain in here.domains]


@dataclass(frozen=True)
class SupportRow:
    """One support by its name, and what runs under it at each school."""

    name: str
    tier: str
    domain: str
    emphasis: Emphasis
    at: list[tuple[Organization, Support | None]]

    @property
    def is_everywhere(self) -> bool:
        """Whether each school has it."""
        return all(support for _, support in self.at)


def by_support(here: Here) -> list[SupportRow]:
    """The map the other way: each support by its name, and at which of the schools it runs. One query."""
    emphases = {emphasis.pk: emphasis for emphasis in queries.emphases()}
    named: dict[tuple[int, str], dict[int | None, Support]] = defaultdict(dict)
    for support in here.covering:
        named[support.tier.number, support.name].setdefault(support.school_id, support)
    return [
        SupportRow(
            name,
            str(first.tier),
            str(first.domain),
            emphases[first.emphasis_id],
            [(school, at.get(school.pk) or at.get(None)) for school in here.schools],
        )
        for (_, name), at in named.items()
        for first in [next(iter(at.values()))]
    ]


# -- what the map says


@dataclass(frozen=True)
class Thinnest:
    """A part of life for which some schools have nothing in a tier; tier None: nothing beyond what everyone gets."""

    domain: Domain
    tier: Tier | None
    schools: list[Organization]
    of: int  # schools looked at

    @property
    def names(self) -> str:
        """The schools as one says them after "at"."""
        if len(self.schools) == self.of > 1:
            return gettext("each of these schools")
        if len(self.schools) > NAMED:
            return gettext("%(n)d of these schools") % {"n": len(self.schools)}
        return get_text_list([school.name for school in self.schools], gettext("and"))


def thinnest(rows: list[Row], tiers: list[Tier]) -> Thinnest | None:
    """Where most of the schools have nothing: beyond what everyone gets or, failing that, in a tier; None: nowhere."""
    of = len(rows[0].places) if rows else 0
    beyond = [
        Thinnest(row.domain, None, [place.school for place in row.places if not place.beyond_everyone], of)
        for row in rows
    ]
    one_tier = [
        Thinnest(
            row.domain, tier, [place.school for place in row.places if not dict(place.tiers)[tier.number].total], of
        )
        for tier in tiers
        for row in rows
    ]
    found = [max(each, key=lambda thin: len(thin.schools), default=None) for each in (beyond, one_tier)]
    return next((thin for thin in found if thin and thin.schools), None)


# -- places beside need


@dataclass(frozen=True)
class Bar:
    """Widths of the picture of one support's places: in it, all places, and waiting, in the units of the picture."""

    taken: float
    places: float
    waiting: float
    at: float  # where the waiting begin

    WIDTH = 300


@dataclass(frozen=True)
class PlacesLine:
    """One support with its places, who is in it and who waits; None is hidden to protect privacy."""

    support: Support
    numbers: queries.Numbers
    bar: Bar | None = None


def places(viewer: StaffMember, here: Here) -> list[PlacesLine]:
    """Supports with places or a waiting list, those with someone waiting first, then by name. Three queries at most."""
    listed = [support for support in here.covering if support.reach == Reach.LISTED]
    numbers = queries.numbers(viewer, listed, here.day)
    found = [each for each in listed if each.capacity is not None or numbers[each.pk].waiting != 0]
    found.sort(key=lambda each: (not numbers[each.pk].waiting, each.name, each.school.name if each.school else ""))
    lines = [PlacesLine(support, numbers[support.pk]) for support in found]
    longest = max((_length(line.numbers) for line in lines[:LINES]), default=0)
    return [PlacesLine(line.support, line.numbers, _bar(line.numbers, longest)) for line in lines]


def _length(numbers: queries.Numbers) -> int:
    return max(numbers.active or 0, numbers.capacity or 0) + (numbers.waiting or 0)


def _bar(numbers: queries.Numbers, longest: int) -> Bar | None:
    """The picture, one scale for all; none where the number is hidden."""
    if numbers.active is None or not longest:
        return None
    unit = (Bar.WIDTH - 8) / longest
    start = max(numbers.active, numbers.capacity or 0) * unit
    return Bar(
        taken=round(numbers.active * unit, 1),
        places=round((numbers.capacity or 0) * unit, 1),
        waiting=round((numbers.waiting or 0) * unit, 1),
        at=round(start + 6, 1),
    )


@dataclass(frozen=True)
class Share:
    """A support with places free at one school while students wait for the same at another."""

    free: int
    there: Support
    waiting: int
    here: Support


def could_share(lines: list[PlacesLine]) -> Share | None:
    """The first support with three places or more free at one school for which students wait at another."""
    for waits in lines:
        for has in lines:
            free, waiting = has.numbers.free, waits.numbers.waiting
            if waits.support.name == has.support.name and free and free >= 3 and waiting and not waits.numbers.free:
                return Share(free, has.support, waiting, waits.support)
    return None


# -- people


@dataclass(frozen=True)
class Post:
    """A position at one school: how much of a person, for how many students, and whether it is vacant."""

    full_time_equivalent: float = 0.0
    students: int | None = None
    vacant_since: datetime.date | None = None

    @property
    def each(self) -> int | None:
        """Students for each full-time person."""
        if not self.full_time_equivalent or self.students is None:
            return None
        return round(self.students / self.full_time_equivalent)


@dataclass(frozen=True)
class People:
    """One position, at each school."""

    name: str
    at: list[tuple[Organization, Post | None]] = field(default_factory=list)


def people(viewer: StaffMember, here: Here) -> list[People]:
    """Positions beside the number of students at each school, by name. Four queries at most, none without one."""
    posts: dict[str, dict[int, list[Support]]] = defaultdict(lambda: defaultdict(list))
    for support in here.supports:
        if support.school_id and hasattr(support, "position"):
            is_kind = support.kind and support.kind.particulars == Kind.Particulars.POSITION
            posts[str(support.kind) if is_kind else support.name][support.school_id].append(support)
    if not posts:
        return []
    sizes = roster.school_sizes(viewer, here.day)
    return [
        People(name, [(school, _post(at.get(school.pk, []), sizes[school.pk], here.day)) for school in here.schools])
        for name, at in sorted(posts.items())
    ]


def _post(supports: list[Support], students: int | None, day: datetime.date) -> Post | None:
    if not supports:
        return None
    vacant = [support.position.vacant_since for support in supports if _is_vacant(support, day)]
    filled = [support.position.full_time_equivalent for support in supports if not _is_vacant(support, day)]
    return Post(float(sum(filled)), students, min(filter(None, vacant), default=None))


def page_of(viewer: StaffMember, schools: list[Organization], view: str) -> dict[str, Any]:
    """Everything that the coverage page shows of these schools."""
    looked, district = here(schools), roster.district()
    rows, beside = by_domain(looked), places(viewer, looked)
    return {
        "schools": schools,
        "rows": rows,
        "supports": by_support(looked) if view == "support" else [],
        "thinnest": thinnest(rows, looked.tiers),
        "confirmation": looked.confirmation,
        "beside": beside[:LINES],
        "more_beside": max(0, len(beside) - LINES),
        "could_share": could_share(beside),
        "posts": people(viewer, looked),
        "district": district,
    }
