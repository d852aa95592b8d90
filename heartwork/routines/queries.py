"""Questions about changes and what they ask of people's days.

Source: Leadership for Caring and Supportive Schools (Washington State University, 2021), street-level bureaucracy,
reflective questions; after Lipsky, Street-Level Bureaucracy (1980).
"""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.measures.calendar import monday
from heartwork.measures.models import Measure
from heartwork.measures.queries import measures, measures_for
from heartwork.pulse.telling import Told, told_apart, weeks_until
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import Organization, StaffMember
from heartwork.roster.prepared import prepared
from heartwork.routines.models import Change, Heard, Load, Routine
from heartwork.supports import queries as supports
from heartwork.supports.models import Support
from heartwork.teams import queries as teams
from heartwork.teams.appearances import Appearance
from heartwork.teams.models import FollowUp, Meeting
from heartwork.web.minutes import in_hours

# The roles that people work in at schools, not those that are lent for a while; the most numerous first.
WORKING = access.MAY["routine.edit"]
ROLES = [role for role, far in reversed(access.REACH.items()) if far in ("school", "caseload") and role in WORKING]

Answers = dict[str, dict[str, list[str]]]  # by question and role

# Not of the whole district; also where the school has closed, or opens only later.
OF_A_SCHOOL = Q(team__organization__kind="school")


# -- which changes


def changes(viewer: StaffMember) -> QuerySet[Change]:
    """The changes where the viewer works, of the whole district and of their teams; all, for district readers."""
    if not access.may(viewer, "routine.read"):
        return Change.objects.none()
    if supports.reads_district(viewer):
        return _with_places()
    return _with_places().filter(_near(sorted(access.schools_of(viewer)), viewer.pk, timezone.localdate()))


def _with_places() -> QuerySet[Change]:
    return Change.objects.select_related("team__organization", "support", "measure")


def _near(schools: list[int], staff: int, day: datetime.date) -> Q:
    return Q(team__organization__in=schools) | ~OF_A_SCHOOL | Q(team__in=teams.my_teams(staff, day))


def change(viewer: StaffMember, public_id: uuid.UUID) -> Change:
    """One of these changes; else Http404."""
    return get_object_or_404(changes(viewer), public_id=public_id)


def change_of(meeting: Meeting) -> Change | None:
    """The change at which a meeting looks, once somebody has said which."""
    return Change.objects.filter(meetings=meeting).select_related("support", "measure", "team").first()


def may_lead(viewer: StaffMember, change: Change) -> bool:
    """Whether the viewer says what a change is and asks: a member of its team, while it is not over."""
    may = access.may(viewer, "routine.edit") and change.ended_on is None
    return may and teams.is_member(viewer, change.team)


def may_say(viewer: StaffMember, meeting: Meeting, change: Change | None) -> bool:
    """Whether the viewer says at which change the meeting looks and what it asks: of the team, and no guest."""
    if change is not None:
        return may_lead(viewer, change)
    return access.may(viewer, "routine.edit") and teams.is_member(viewer, meeting.team)


def supports_for(viewer: StaffMember, meeting: Meeting, change: Change | None) -> QuerySet[Support]:
    """What a change may be about: what runs where the team is, and what it is about already, if that has ended."""
    chosen = change.support_id if change else None
    return supports.to_choose(viewer, meeting.team.organization, chosen, meeting.held_on)


def measures_of(viewer: StaffMember, meeting: Meeting, change: Change | None) -> QuerySet[Measure]:
    """By what a change may be seen: what its team may watch, and what was chosen for it already."""
    chosen = Q(pk=change.measure_id if change else None)
    of_team = Q(pk__in=measures_for(viewer, meeting.team).values("pk"))
    return Measure.objects.filter(of_team | chosen).order_by("name", "pk")


def asked_as(viewer: StaffMember, change: Change) -> str:
    """The role in which the viewer is asked about a change that is under way: as they work where it is made; or ""."""
    if not access.may(viewer, "routine.edit") or change.ended_on or not change.begun_on:
        return ""
    place = change.team.organization
    everywhere = place is None or place.kind != "school"
    mine = {a.role for a in access.assignments_on(viewer) if everywhere or a.organization_id == place.pk}  # type: ignore[union-attr]
    return next((role for role in ROLES if role in mine), "")


def to_answer(viewer: StaffMember) -> list[Change]:
    """The changes under way of which the viewer has not answered both questions this week.

    One query.
    """
    if not access.may(viewer, "routine.read"):
        return []
    day = timezone.localdate()
    if supports.reads_district(viewer):
        rows = _unanswered_anywhere(staff=viewer.pk, week=monday(day))
    else:
        schools = sorted(access.schools_of(viewer))
        rows = _unanswered_near(schools=schools, staff=viewer.pk, week=monday(day), day=day)
    return [each for each in rows if asked_as(viewer, each)]


def _unanswered(rows: QuerySet[Change], staff: int, week: datetime.date) -> QuerySet[Change]:
    said = Heard.objects.filter(staff=staff, week=week).values("change")
    answered = said.annotate(answers=Count("pk")).filter(answers__gte=len(Heard.Question)).values("change")
    return rows.filter(ended_on=None).exclude(begun_on=None).exclude(pk__in=answered)


@prepared
def _unanswered_anywhere(*, staff: int, week: datetime.date) -> QuerySet[Change]:
    return _unanswered(_with_places(), staff, week)


@prepared
def _unanswered_near(*, schools: list[int], staff: int, week: datetime.date, day: datetime.date) -> QuerySet[Change]:
    return _unanswered(_with_places().filter(_near(schools, staff, day)), staff, week)


def role_name(role: str) -> str | Promise:
    """A role in words; those that are told together have none."""
    return access.ROLE_NAMES.get(role, role) if role else _("the other roles together")


# -- one change


@dataclass(frozen=True)
class Round:
    """What was answered in one week that is over: (role, what it says to each of the two questions)."""

    week: datetime.date
    lines: list[tuple[str | Promise, list[Told | None]]]

    @property
    def unclear(self) -> list[str]:
        """The roles of which fewer than half know what it is for."""
        asked = [(str(role), told[0]) for role, told in self.lines]
        return [role for role, told in asked if told and told.counts and 2 * told.counts[0] < told.answers]


@dataclass(frozen=True)
class ChangePage:
    """A change as one viewer may see it."""

    routines: list[tuple[str, list[Routine]]]
    loads: list[tuple[str | Promise, str]]
    mine: dict[str, str]  # the viewer's answers of this week, by question
    asked_as: str
    rounds: list[Round]
    meetings: list[Meeting]
    follow_ups: list[FollowUp]
    leads: bool
    shows_measure: bool

    @property
    def questions(self) -> list[tuple[str, str | Promise, str]]:
        """The two questions: code, words, and the viewer's answer of this week."""
        return [(each.value, each.label, self.mine.get(each.value, "")) for each in Heard.Question]


def page_of(viewer: StaffMember, change: Change, day: datetime.date | None = None) -> ChangePage:
    """All that the page of a change shows the viewer, who may see it. Seven queries or so."""
    by_kind = defaultdict(list)
    for routine in change.routines.filter(ended_on=None):
        by_kind[routine.kind].append(routine)
    this = monday(day or timezone.localdate())
    mine = Heard.objects.filter(change=change, staff=viewer, week=this)
    held = list(Meeting.objects.filter(pk__in=change.meetings.values("pk")).select_related("team"))
    open_to = teams.readable(viewer, held)
    follow_ups = teams.follow_ups_of(viewer, team=change.team).filter(meeting__in=held, done_on=None)
    return ChangePage(
        routines=[(str(kind.label), by_kind[kind]) for kind in Routine.Kind],
        loads=told_minutes(change),
        mine={heard.question: heard.answer for heard in mine},
        asked_as=asked_as(viewer, change),
        rounds=rounds(change, this),
        meetings=[meeting for meeting in held if meeting.pk in open_to],
        follow_ups=list(follow_ups),
        leads=may_lead(viewer, change),
        shows_measure=change.measure is not None and measures(viewer).filter(pk=change.measure.pk).exists(),
    )


def rounds(change: Change, this: datetime.date) -> list[Round]:
    """The last weeks that are over, those in which enough people answered, the newest first. One query.

    A week is told once it is over: who watched it grow could tell the latest answer from those before.
    """
    said: dict[datetime.date, Answers] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for heard in Heard.objects.filter(change=change, week__in=weeks_until(this)[1:]):
        said[heard.week][heard.question][heard.role].append(heard.answer)
    return [each for week in sorted(said, reverse=True) if (each := _round(week, said[week])).lines]


def _round(week: datetime.date, said: Answers) -> Round:
    told = [told_apart(said[question]) for question in Heard.Question]
    roles = [role for role in (*ROLES, "") if any(role in each for each in told)]
    return Round(week, [(role_name(role), [each.get(role) for each in told]) for role in roles])


def told_minutes(change: Change) -> list[tuple[str | Promise, str]]:
    """What a change asks of a week, by role, as far as somebody has said. One query."""
    said = minutes_of(change=change)
    return [(role_name(role), in_hours(said[role])) for role in ROLES if role in said]


def where_changed(viewer: StaffMember, thing: Support | Measure) -> Iterator[Appearance]:
    """The changes to this support, or that are seen by this measure, which the viewer may see."""
    about = Q(support=thing) if isinstance(thing, Support) else Q(measure=thing)
    for found in changes(viewer).filter(about):
        words = gettext("A change by %(team)s: %(name)s")
        yield Appearance(words % {"team": found.team.name, "name": found.name}, found.get_absolute_url())


# -- the load ledger


@dataclass(frozen=True)
class Entry:
    """One initiative on the ledger: a support or a change, and the minutes a week that it asks of each role."""

    initiative: Support | Change
    minutes: dict[str, int]
    may_edit: bool = False

    @property
    def cells(self) -> list[tuple[str | Promise, str]]:
        """Each role and its time; "" where nobody has said."""
        return [(role_name(role), in_hours(self.minutes[role]) if role in self.minutes else "") for role in ROLES]


class Sum(NamedTuple):
    """What a week asks of one person of a role, in hours and minutes, and of how much nobody has said anything."""

    role: str | Promise
    now: str
    more: str  # what the changes proposed would add; "" for nothing that is counted
    then: str
    uncounted: int


@dataclass(frozen=True)
class Ledger:
    """The load of a week where people work: what runs and is counted, what runs and is not, and what is proposed."""

    counted: list[Entry]
    uncounted: list[Entry]
    proposed: list[Entry]

    @property
    def running(self) -> int:
        """How many initiatives run."""
        return len(self.counted) + len(self.uncounted)

    @property
    def sums(self) -> list[Sum]:
        """For each role, of what is counted."""
        return [self._sum(role) for role in ROLES]

    def _sum(self, role: str) -> Sum:
        runs, more = ([e.minutes.get(role) for e in rows] for rows in (self.counted + self.uncounted, self.proposed))
        now, then = sum(m or 0 for m in runs), sum(m or 0 for m in runs + more)
        adds = in_hours(then - now) if any(m is not None for m in more) else ""
        return Sum(role_name(role), in_hours(now), adds, in_hours(then), runs.count(None))


def ledger(viewer: StaffMember, school: Organization | None) -> Ledger:
    """The load ledger of a school, with what the whole district asks; None: of the district alone. Six queries."""
    found = list(changes(viewer).filter(Q(team__organization=school) | ~OF_A_SCHOOL, ended_on=None))
    running = list(supports.running_at(viewer, school))
    of_support: dict[int, dict[str, int]] = defaultdict(dict)
    of_change: dict[int, dict[str, int]] = defaultdict(dict)
    for load in Load.objects.filter(Q(support__in=running) | Q(change__in=found)):
        (of_support[load.support_id] if load.support_id else of_change[load.change_id or 0])[load.role] = load.minutes
    may = {pk: supports.may_edit(viewer, pk) for pk in {support.school_id for support in running}}
    entries = [Entry(each, of_support[each.pk], may[each.school_id]) for each in running]
    begun = [Entry(each, of_change[each.pk]) for each in found if each.begun_on]
    every = [*begun, *entries]
    return Ledger(
        counted=[entry for entry in every if entry.minutes],
        uncounted=[entry for entry in every if not entry.minutes],
        proposed=[Entry(each, of_change[each.pk]) for each in found if not each.begun_on],
    )


def places(viewer: StaffMember) -> list[Organization]:
    """The schools whose ledger the viewer may read: where they work; all, for who works district-wide."""
    rows = roster.schools()
    return list(rows if supports.reads_district(viewer) else rows.filter(pk__in=access.schools_of(viewer)))


def place(viewer: StaffMember, public_id: str) -> Organization | None:
    """The school that an address names, or the first; None where there is none. Http404 for one that is not theirs."""
    return roster.named_or_first(places(viewer), public_id)


def minutes_of(*, support: Support | None = None, change: Change | None = None) -> dict[str, int]:
    """What a support, or a change, asks of each role, as far as somebody has said. One query."""
    return dict(Load.objects.filter(support=support, change=change).values_list("role", "minutes"))
