"""Questions about what the district does for care: the inventory, who is in it, the kinds. See also `bearings`."""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Count, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext

from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import (
    AcademicSession,
    Enrollment,
    Organization,
    StaffMember,
    Student,
    names_of,
    on_day,
    search_key,
    works_here,
)
from heartwork.roster.prepared import prepared
from heartwork.supports.models import (
    Domain,
    Emphasis,
    Kind,
    Participation,
    Reach,
    Support,
    Tier,
    UniversalRule,
)

MANY = 60  # more schools than this are searched for by name, not chosen from a list

# -- the inventory


def reads_district(viewer: StaffMember) -> bool:
    """Whether the viewer's work is the whole district: every student of it, or numbers about them."""
    return any(access.REACH.get(role) in ("district", "figures") for role in access.roles_of(viewer))


def supports_near(viewer: StaffMember) -> QuerySet[Support]:
    """The supports the viewer has to do with: of their schools and of the whole district; for district readers all."""
    if reads_district(viewer):
        return Support.objects.all()
    return Support.objects.filter(near(sorted(access.schools_of(viewer))))


def near(schools: list[int]) -> Q:
    """Supports of these schools and of the whole district."""
    return Q(school__in=schools) | Q(school=None)


def with_active(supports: QuerySet[Support], day: datetime.date) -> QuerySet[Support]:
    """The supports, each with how many students are in it on the day: `active`."""
    return supports.annotate(active=_counted(Participation.Status.ACTIVE, day))


def _counted(status: str, day: datetime.date) -> Coalesce:
    """How many students are in a support with this status on the day, worked out beside the support's row."""
    rows = Participation.objects.filter(on_day(day), support=OuterRef("pk"), status=status)
    count = rows.order_by().values("support").annotate(n=Count("student", distinct=True)).values("n")
    return Coalesce(Subquery(count), 0)


def may_edit(actor: StaffMember, school_pk: int | None) -> bool:
    """Whether the actor may change the supports of this school; None: those of the whole district."""
    if not access.may(actor, "support.edit"):
        return False
    return access.reaches_all(actor) or school_pk in schools_spoken_for(actor)


def schools_spoken_for(actor: StaffMember) -> set[int]:
    """The schools at which one of the actor's roles may change the inventory, by pk."""
    return {
        assignment.organization_id
        for assignment in access.assignments_on(actor)
        if assignment.organization_id and assignment.role in access.MAY["support.edit"]
    }


@prepared
def first_schools() -> QuerySet[Organization, Any]:
    """Public id and name of the schools, by name: all to choose from; one too many where a list would be too long."""
    return roster.schools().values_list("public_id", "name")[: MANY + 1]


@prepared
def schools_among(*, pks: list[int]) -> QuerySet[Organization, Any]:
    """Public id and name of these schools, as far as they still run, by name."""
    return roster.schools().filter(pk__in=pks).values_list("public_id", "name")


def schools_to_edit(actor: StaffMember) -> QuerySet[Organization]:
    """The schools whose supports the actor may change, by name."""
    if access.reaches_all(actor):
        return roster.schools()
    return roster.schools().filter(pk__in=schools_spoken_for(actor))


def supports(
    viewer: StaffMember,
    *,
    q: str = "",
    school: str = "",
    tier: str = "",
    domain: str = "",
    state: str = "",
    day: datetime.date | None = None,
) -> QuerySet[Support]:
    """The inventory, the viewer's own schools first, then by school, tier and name.

    q: a part of a support's or its school's name. school: the public id of one; "all"; or "", where the viewer works.
    state: "" runs on the day, "unconfirmed" runs and nobody said so this term, "ended", or "any".
    """
    day = day or timezone.localdate()
    rows = supports_near(viewer)
    if school:
        rows = Support.objects.all() if school == "all" else Support.objects.filter(school__public_id=school)
    for word in q.split()[:5]:
        rows = rows.filter(Q(name__icontains=word) | Q(school__name__icontains=word))
    rows = rows.filter(tier__number=tier) if tier else rows
    rows = rows.filter(domain__code=domain) if domain else rows
    if state == "ended":
        rows = rows.filter(end__lt=day)
    elif state != "any":
        rows = rows.filter(on_day(day))
    if state == "unconfirmed":
        rows = rows.filter(_unconfirmed(day))
    own = Case(When(school__in=access.schools_of(viewer), then=0), When(school=None, then=1), default=2)
    return for_a_list(rows).order_by(own, "school__name", "tier__number", "name", "pk")


def running_at(viewer: StaffMember, school: Organization | None, day: datetime.date | None = None) -> QuerySet[Support]:
    """What runs on the day (today) at one school, with what runs in the whole district; None: that alone."""
    return supports(viewer, school="all", day=day).filter(Q(school=school) | Q(school=None))


def to_choose(
    viewer: StaffMember, school: Organization | None, chosen: int | None, day: datetime.date | None = None
) -> QuerySet[Support]:
    """What something at a school can be about: what runs there on the day, and what was chosen, also when it ended."""
    here = running_at(viewer, school, day)
    return supports(viewer, school="all", state="any").filter(Q(pk__in=here.values("pk")) | Q(pk=chosen))


def for_a_list(rows: QuerySet[Support]) -> QuerySet[Support]:
    """The supports with what a line of a list says of them, and no more."""
    columns = ["public_id", "name", "reach", "capacity", "confirmed_on", "school__name", "tier__number", "tier__name"]
    columns += ["domain__name", "emphasis__code", "emphasis__name", *names_of("owner")]
    return rows.select_related("school", "tier", "domain", "emphasis", "owner").only(*columns)


def _unconfirmed(day: datetime.date) -> Q:
    return Q(confirmed_on=None) | Q(confirmed_on__lt=term_begin(day))


def term_begin(day: datetime.date) -> datetime.date:
    """The first day of the term, or else of the school year, of this day; without a calendar, 120 days before."""
    begins = dict(_sessions_on(day=day))
    for kind in ("term", "semester", "schoolYear"):
        if kind in begins:
            return begins[kind]
    return day - datetime.timedelta(days=120)


@prepared
def _sessions_on(*, day: datetime.date) -> QuerySet[AcademicSession, Any]:
    rows = AcademicSession.objects.filter(begin__lte=day, end__gte=day, ended_on=None)
    return rows.order_by("begin").values_list("kind", "begin")


@dataclass(frozen=True)
class Confirmation:
    """How many supports run near a viewer, and how many of them somebody confirmed this term."""

    running: int
    confirmed: int
    term: datetime.date

    @property
    def unconfirmed(self) -> int:
        """How many nobody confirmed yet."""
        return self.running - self.confirmed


def confirmation(viewer: StaffMember, day: datetime.date | None = None) -> Confirmation:
    """How many supports run near the viewer, and how many of them were confirmed this term. Two queries."""
    day = day or timezone.localdate()
    term = term_begin(day)
    if reads_district(viewer):
        counts = dict(_confirmed_anywhere(day=day, term=term))
    else:
        counts = dict(_confirmed_near(schools=sorted(access.schools_of(viewer)), day=day, term=term))
    return Confirmation(sum(counts.values()), counts.get(True, 0), term)


def _by_confirmed(rows: QuerySet[Support], day: datetime.date, term: datetime.date) -> QuerySet[Support, Any]:
    confirmed = ExpressionWrapper(Q(confirmed_on__isnull=False, confirmed_on__gte=term), output_field=BooleanField())
    rows = rows.filter(on_day(day)).order_by().annotate(is_confirmed=confirmed)
    return rows.values_list("is_confirmed").annotate(n=Count("pk"))


@prepared
def _confirmed_anywhere(*, day: datetime.date, term: datetime.date) -> QuerySet[Support, Any]:
    return _by_confirmed(Support.objects.all(), day, term)


@prepared
def _confirmed_near(*, schools: list[int], day: datetime.date, term: datetime.date) -> QuerySet[Support, Any]:
    return _by_confirmed(Support.objects.filter(near(schools)), day, term)


@dataclass(frozen=True)
class Numbers:
    """How many are in a support and wait for it, as a viewer may know it: None is hidden to protect privacy."""

    active: int | None
    waiting: int | None
    capacity: int | None

    @property
    def free(self) -> int | None:
        """Places left, where both sides are known."""
        if self.active is None or self.capacity is None:
            return None
        return max(0, self.capacity - self.active)


def numbers(viewer: StaffMember, supports: Iterable[Support], day: datetime.date | None = None) -> dict[int, Numbers]:
    """How many are in each of the supports and wait for it, by pk. Three queries at most.

    A viewer who does not reach everyone behind a number sees it only where those out of reach are nobody, or at least
    `District.minimum_group`: else the number would tell of a few students.
    """
    day, supports = day or timezone.localdate(), list(supports)
    totals = _tally(_in_each(supports=[support.pk for support in supports], day=day))
    own = schools_reached(viewer, day)
    apart = [] if access.reaches_all(viewer, day) else [each.pk for each in supports if each.school_id not in own]
    hidden = _hidden(viewer, {key: n for key, n in totals.items() if key[0] in apart}, day)

    def told(support: Support, status: str) -> int | None:
        return None if (support.pk, status) in hidden else totals.get((support.pk, status), 0)

    return {
        support.pk: Numbers(
            told(support, Participation.Status.ACTIVE),
            told(support, Participation.Status.WAITLISTED),
            support.capacity,
        )
        for support in supports
    }


Tally = dict[tuple[int, str], int]  # students by support and status


def _hidden(viewer: StaffMember, totals: Tally, day: datetime.date) -> set[tuple[int, str]]:
    """Where those behind a number who are out of the viewer's reach are few."""
    if not totals:
        return set()
    mine = _tally(_by_status(_reached(viewer, {support for support, _ in totals}, day), day))
    minimum = roster.district().minimum_group
    return {key for key, total in totals.items() if 0 < total - mine.get(key, 0) < minimum}


def schools_reached(viewer: StaffMember, day: datetime.date | None = None) -> set[int]:
    """The schools of which the viewer reaches every student on `day` (today), by pk."""
    found = access.assignments_on(viewer, day)
    return {a.organization_id for a in found if a.organization_id and access.REACH.get(a.role) == "school"}


def _reached(viewer: StaffMember, supports: Iterable[int], day: datetime.date) -> QuerySet[Participation]:
    return Participation.objects.filter(support__in=list(supports), student__in=access.visible_to(viewer, day))


def _tally(counts: Iterable[tuple[int, str, int]]) -> Tally:
    return {(support, status): n for support, status, n in counts}


def _by_status(rows: QuerySet[Participation], day: datetime.date) -> QuerySet[Participation, Any]:
    """How many students by support and status on the day."""
    counts = rows.filter(on_day(day)).order_by().values_list("support", "status")
    return counts.annotate(n=Count("student", distinct=True))


@prepared
def _in_each(*, supports: list[int], day: datetime.date) -> QuerySet[Participation, Any]:
    return _by_status(Participation.objects.filter(support__in=supports), day)


def support_or_404(viewer: StaffMember, public_id: uuid.UUID) -> Support:
    """One support of the inventory with all that belongs to it; else Http404. One query."""
    access.require(viewer, "support.read")
    rows = Support.objects.select_related(
        "school", "tier", "domain", "emphasis", "owner", "confirmed_by", "kind__meant_for", "kind__tier",
        "position", "partnership", "learning",
    )  # fmt: skip
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def rules_of(support: Support) -> list[UniversalRule]:
    """The rules of a support for everyone. One query."""
    return list(support.rules.select_related("school", "section").order_by("pk"))


def participants(viewer: StaffMember, support: Support, day: datetime.date | None = None) -> QuerySet[Participation]:
    """The students in a support, or waiting for it, whom the viewer reaches, by name."""
    day = day or timezone.localdate()
    if not access.may(viewer, "student.read"):
        return Participation.objects.none()
    rows = _reached(viewer, [support.pk], day).filter(on_day(day)).exclude(status=Participation.Status.EXITED)
    return rows.select_related("student").order_by("status", "student__family_name", "student__given_name", "pk")


def participation_or_404(viewer: StaffMember, student: Student, pk: int) -> Participation:
    """One participation of a student whom the viewer reaches; else Http404."""
    access.require_reach(viewer, student)
    found = Participation.objects.filter(pk=pk, student=student).select_related("support__school").first()
    if found is None:
        raise Http404
    return found


def participation_of(student: Student, support: Support, day: datetime.date) -> Participation | None:
    """The student's place in a support on the day, or on its waiting list, if there is one."""
    rows = Participation.objects.filter(on_day(day), student=student, support=support)
    return rows.exclude(status=Participation.Status.EXITED).order_by("status", "pk").first()


def open_to(viewer: StaffMember, student: Student, day: datetime.date | None = None) -> QuerySet[Support]:
    """The listed supports that run at the student's schools or in the whole district, and that they are not in."""
    access.require_reach(viewer, student)
    day = day or timezone.localdate()
    here = Enrollment.objects.filter(on_day(day), student=student, section=None)
    taken = Participation.objects.filter(on_day(day), student=student, status=Participation.Status.ACTIVE)
    rows = Support.objects.filter(on_day(day), Q(school=None) | Q(school__in=here.values("school")), reach=Reach.LISTED)
    rows = with_active(rows, day).exclude(pk__in=taken.values("support")).select_related("school", "tier")
    return rows.order_by("tier__number", "name", "pk")


def staff_called(words: str) -> list[StaffMember]:
    """The staff with this sign-in name, or else with this whole name, who still work here; three at most."""
    rows = StaffMember.objects.filter(works_here(timezone.localdate()))
    if found := list(rows.filter(username__iexact=words)[:1]):
        return found
    key = search_key(words)
    for word in key.split():
        rows = rows.filter(Q(search_key__contains=f" {word} ") | Q(search_key__endswith=f" {word}"))
    return list(rows[:3]) if key else []


# -- words and kinds, all of them data


def tiers() -> QuerySet[Tier]:
    """The tiers, from everyone to one student."""
    return Tier.objects.all()


def domains() -> QuerySet[Domain]:
    """The parts of a student's life, in the order of the sky."""
    return Domain.objects.all()


def emphases() -> QuerySet[Emphasis]:
    """What supports set out to do, in the district's order."""
    return Emphasis.objects.all()


# A form or a picture needs all of them; it asks anew each time, in words prepared once.
all_tiers, all_domains, all_emphases = prepared(tiers), prepared(domains), prepared(emphases)


def kinds(*, offered: bool = True) -> QuerySet[Kind]:
    """The kinds of support that are offered, or also those retired, by tier and name."""
    rows = Kind.objects.select_related("tier", "domain", "emphasis", "meant_for")
    return rows.filter(is_offered=True) if offered else rows


def kind_or_404(viewer: StaffMember, code: str) -> Kind:
    """The kind with this code; else Http404."""
    access.require(viewer, "support.read")
    found = kinds(offered=False).filter(code=code).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class KindGroup:
    """Kinds that are looked for together, each with how many supports of it run where the viewer works."""

    title: str
    kinds: list[tuple[Kind, int]]


def kinds_in_groups(viewer: StaffMember) -> list[KindGroup]:
    """The kinds offered, by what they are: for everyone, some or one; people, partners, learning. Two queries."""
    near = supports_near(viewer).filter(on_day(timezone.localdate())).order_by()
    adopted = dict(near.values_list("kind").annotate(n=Count("pk")))
    titles = {
        "1": gettext("For everyone"),
        "2": gettext("For some students"),
        "3": gettext("For one student at a time"),
        Kind.Particulars.POSITION: gettext("People"),
        Kind.Particulars.PARTNERSHIP: gettext("Partners"),
        Kind.Particulars.LEARNING: gettext("Learning for adults"),
    }
    groups: dict[str, list[tuple[Kind, int]]] = {code: [] for code in titles}
    for kind in kinds():
        groups[kind.particulars or str(kind.tier.number)].append((kind, adopted.get(kind.pk, 0)))
    return [KindGroup(titles[code], found) for code, found in groups.items() if found]


# -- lines of lists


@dataclass(frozen=True)
class SupportLine:
    """A support in a list: how many are in it as far as the viewer may know, and whether it was confirmed this term."""

    support: Support
    numbers: Numbers
    is_confirmed: bool


def support_lines(
    viewer: StaffMember,
    supports: Sequence[Support],
    day: datetime.date | None = None,
    *,
    term: datetime.date | None = None,
) -> list[SupportLine]:
    """The supports of one page of a list. Four queries at most; one fewer for who knows when the `term` began."""
    day = day or timezone.localdate()
    told, term = numbers(viewer, supports, day), term or term_begin(day)
    return [
        SupportLine(each, told[each.pk], each.confirmed_on is not None and each.confirmed_on >= term)
        for each in supports
    ]
