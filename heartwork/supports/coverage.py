"""What the district does for care, and where: by part of life, school and tier; places beside need; people."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext

from heartwork.analysis.suppression import shown
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import Enrollment, Organization, StaffMember, on_day
from heartwork.supports import queries
from heartwork.supports.models import Domain, Emphasis, Kind, Reach, Support, Tier

SCHOOLS = 8  # as many as stand side by side and can be read
NAMED = 3  # schools in one sentence; more are counted
DOTS = 8  # of one tier; beyond them a number says how many more
LINES = 12  # of places beside need; the inventory has the rest


def schools(viewer: StaffMember, *, names: str = "", everywhere: bool = False) -> QuerySet[Organization]:
    """The schools to look at: those with one of these names (separated by commas), or else where the viewer works."""
    rows = roster.schools()
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


def _running(schools: list[Organization], day: datetime.date) -> QuerySet[Support]:
    """What runs at these schools or in the whole district on the day; a position that is vacant does not."""
    vacant = Q(position__vacant_since__lte=day)
    return Support.objects.filter(on_day(day), Q(school__in=schools) | Q(school=None)).exclude(vacant)


def by_domain(schools: list[Organization], day: datetime.date | None = None) -> list[Row]:
    """The map: for each part of life and school, how many supports run in each tier. Four queries."""
    day = day or timezone.localdate()
    term = queries.term_begin(day)
    rows = _running(schools, day).order_by().values_list("domain", "school", "tier__number")
    counts = rows.annotate(n=Count("pk"), confirmed=Count("pk", filter=Q(confirmed_on__gte=term)))
    cells: dict[tuple[int, int | None, int], Cell] = {
        (domain, school, tier): Cell(confirmed, n - confirmed) for domain, school, tier, n, confirmed in counts
    }
    numbers = [tier.number for tier in queries.tiers()]

    def cell(domain: Domain, school: Organization, tier: int) -> Cell:
        here, everywhere = (cells.get((domain.pk, pk, tier), Cell()) for pk in (school.pk, None))
        return Cell(here.confirmed + everywhere.confirmed, here.unconfirmed + everywhere.unconfirmed)

    return [
        Row(domain, [Place(school, [(tier, cell(domain, school, tier)) for tier in numbers]) for school in schools])
        for domain in queries.domains()
    ]


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


def by_support(schools: list[Organization], day: datetime.date | None = None) -> list[SupportRow]:
    """The map the other way: each support by its name, and at which of the schools it runs. One query."""
    day = day or timezone.localdate()
    named: dict[tuple[int, str], dict[int | None, Support]] = defaultdict(dict)
    rows = _running(schools, day).select_related("tier", "domain", "emphasis").order_by("tier__number", "name", "pk")
    for support in rows:
        named[support.tier.number, support.name].setdefault(support.school_id, support)
    return [
        SupportRow(
            name,
            str(first.tier),
            str(first.domain),
            first.emphasis,
            [(school, at.get(school.pk) or at.get(None)) for school in schools],
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


def thinnest(rows: list[Row]) -> Thinnest | None:
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
        for tier in queries.tiers()
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


def places(viewer: StaffMember, schools: list[Organization], day: datetime.date | None = None) -> list[PlacesLine]:
    """Supports with places or a waiting list, those with someone waiting first, then by name. Five queries."""
    day = day or timezone.localdate()
    rows = (
        _running(schools, day)
        .filter(reach=Reach.LISTED)
        .filter(Q(capacity__isnull=False) | Q(participations__status="waitlisted"))
    )
    found = list(rows.select_related("school").distinct().order_by("name", "school__name", "pk"))
    numbers = queries.numbers(viewer, found, day)
    found.sort(key=lambda support: not numbers[support.pk].waiting)
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


def people(viewer: StaffMember, schools: list[Organization], day: datetime.date | None = None) -> list[People]:
    """Positions beside the number of students at each school, by name. Three queries."""
    day = day or timezone.localdate()
    rows = Support.objects.filter(on_day(day), school__in=schools, position__isnull=False)
    posts: dict[str, dict[int, list[Support]]] = defaultdict(lambda: defaultdict(list))
    for support in rows.select_related("position", "kind").order_by("name", "pk"):
        is_kind = support.kind and support.kind.particulars == Kind.Particulars.POSITION
        posts[str(support.kind) if is_kind and support.kind else support.name][support.school_id or 0].append(support)
    if not posts:
        return []
    sizes = _sizes(viewer, schools, day)
    return [
        People(name, [(school, _post(at.get(school.pk, []), sizes[school.pk], day)) for school in schools])
        for name, at in sorted(posts.items())
    ]


def _post(supports: list[Support], students: int | None, day: datetime.date) -> Post | None:
    if not supports:
        return None
    vacant = [s.position.vacant_since for s in supports if s.position.vacant_since and s.position.vacant_since <= day]
    filled = [s.position for s in supports if not s.position.vacant_since or s.position.vacant_since > day]
    return Post(float(sum(post.full_time_equivalent for post in filled)), students, min(vacant, default=None))


def _sizes(viewer: StaffMember, schools: list[Organization], day: datetime.date) -> dict[int, int | None]:
    """How many students each school has; hidden where they are few and the viewer does not reach them all."""
    here = Enrollment.objects.filter(on_day(day), section=None, school__in=schools).order_by()
    counts = {school.pk: 0 for school in schools} | dict(
        here.values_list("school").annotate(n=Count("student", distinct=True))
    )
    told: dict[int, int | None] = {**counts}
    if not access.reaches_all(viewer, day):
        told |= shown(counts, roster.district().minimum_group)
    return told


def page_of(viewer: StaffMember, schools: list[Organization], view: str) -> dict[str, Any]:
    """Everything that the coverage page shows of these schools."""
    rows = by_domain(schools)
    near = Support.objects.filter(on_day(timezone.localdate()), Q(school__in=schools) | Q(school=None))
    beside = places(viewer, schools)
    return {
        "schools": schools,
        "rows": rows,
        "supports": by_support(schools) if view == "support" else [],
        "thinnest": thinnest(rows),
        "confirmation": queries.confirmation(near),
        "beside": beside[:LINES],
        "more_beside": max(0, len(beside) - LINES),
        "could_share": could_share(beside),
        "posts": people(viewer, schools),
        "district": roster.district(),
    }
