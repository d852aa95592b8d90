"""Questions about a team's theory of action: what each may see of the maps, and how two maps differ.

What a group puts down and links is seen by that group alone, until its meeting reveals it. A meeting that is over shows
the maps as they stood then. Each `meeting` is one that the viewer may read.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Q, QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from heartwork.analysis.alignment import Alignment
from heartwork.analysis.alike import near_duplicates
from heartwork.beliefs.models import Group, Kind, Link, Membership, Observation, Part
from heartwork.measures.models import Measure
from heartwork.roster.models import StaffMember
from heartwork.supports.models import Support
from heartwork.teams import queries as teams
from heartwork.teams.activities import Words
from heartwork.teams.appearances import Appearance, at_last_meetings
from heartwork.teams.models import Meeting, Stage, Team

CODE = "beliefs"  # the activity


def group_of(viewer: StaffMember, meeting: Meeting) -> int | None:
    """The group in which the viewer draws at this meeting."""
    return Membership.objects.filter(meeting=meeting, staff=viewer).values_list("group", flat=True).first()


REVEALED = Q(meeting=None) | Q(meeting__closed_at__isnull=False) | Q(meeting__stage__in=set(Stage) - {Stage.ALONE})


def _seen(group: int | None, meeting: Meeting) -> Q:
    """What a member of this group may see: what was revealed, and what their own group draws now."""
    own = Q(meeting=meeting, group=group) if group else Q(pk__in=[])
    return (REVEALED | own) & stood_then(meeting)


def stood_then(meeting: Meeting) -> Q:
    """What was there by the time of a meeting that is over; everything, while it goes on."""
    return Q(meeting=None) | Q(meeting__lte=meeting.pk) if meeting.is_closed else Q()


def parts(viewer: StaffMember, meeting: Meeting) -> QuerySet[Part]:
    """The parts of the team's map that the viewer may see, without those that are one with another."""
    return _parts(group_of(viewer, meeting), meeting).filter(same_as=None)


def _parts(group: int | None, meeting: Meeting) -> QuerySet[Part]:
    there = Q(left_out_at=None)
    if meeting.is_closed:
        there |= Q(left_out_at__gt=meeting.closed_at)
    outcome = Q(kind=Kind.OUTCOME) & stood_then(meeting)
    rows = Part.objects.filter(there, _seen(group, meeting) | outcome, team=meeting.team)
    return rows.select_related("support", "measure")


def leads(first: Part, second: Part) -> bool:
    """Whether the first can lead to the second: a belief to an action, an action to an outcome that is agreed."""
    is_next = (first.kind, second.kind) in pairwise(Kind.values)
    return is_next and (second.kind != Kind.OUTCOME or second.agreed_at is not None)


@dataclass(frozen=True)
class TheMap:
    """A team's theory of action, as one viewer may see it: what it has put down, and the links that each group drew."""

    group: int | None
    sizes: Mapping[int, int]  # how many people draw in each group
    outcomes: list[Part]  # what the team hopes for, the ends first
    actions: list[Part]
    beliefs: list[Part]
    named: Mapping[int, set[int]]  # pk of a part: the groups that put it down
    links: Alignment[Part]

    @property
    def agreed(self) -> list[Part]:
        """The outcomes behind which all stand."""
        return [part for part in self.outcomes if part.agreed_at]

    @property
    def by_kind(self) -> list[tuple[Words, list[Part]]]:
        """Each kind in words, and its parts."""
        return list(zip(Kind.labels, (self.beliefs, self.actions, self.outcomes), strict=True))

    @property
    def near(self) -> list[tuple[Part, Part]]:
        """Pairs of one kind whose names are nearly the same; a person says whether they are one."""
        return [pair for _kind, parts in self.by_kind for pair in near_duplicates(parts)]

    @property
    def groups(self) -> list[tuple[Group, int]]:
        """The two groups, each with how many people draw in it."""
        return [(group, self.sizes.get(group, 0)) for group in Group]

    @property
    def mine(self) -> list[tuple[Part, Part]]:
        """The links of the viewer's own group."""
        return self.links.of(self.group) if self.group else []

    def is_on(self, group: int, part: Part) -> bool:
        """Whether a part stands on the map of a group: it put it down, or linked it. Outcomes are on both."""
        linked = any(part in pair for pair in self.links.of(group))
        return part.kind == Kind.OUTCOME or group in self.named[part.pk] or linked

    def stands_alone(self, group: int, part: Part) -> bool:
        """Whether, on the map of a group, no action serves a belief, no belief explains an action, nothing reaches."""
        if part.kind == Kind.BELIEF:
            return not self.links.leads_on(group, part)
        return not self.links.is_reached(group, part)

    @property
    def alone(self) -> list[tuple[Part, Words]]:
        """What stands alone on a map that has it, in words; outcomes that nothing reaches come first."""
        found: list[tuple[Part, Words]] = []
        for part in [*self.agreed, *self.beliefs, *self.actions]:
            lacks = [group for group in Group if self.stands_alone(group, part)]
            if len(lacks) == len(Group):
                found.append((part, ALONE_ON_BOTH[part.kind]))
            elif lacks and part.kind in ALONE_ON_ONE and self.is_on(lacks[0], part):
                found.append((part, ALONE_ON_ONE[part.kind] % {"group": lacks[0]}))
        return found

    @property
    def sentence(self) -> str:
        """What the two maps say, key words between asterisks."""
        alike, apart = len(self.links.both), len(self.links.one)
        if not alike and not apart:
            return gettext("Neither group has drawn a link. *Go back to the maps*, or talk about why.")
        said = ngettext(
            "The groups drew %(n)d link alike and %(apart)d apart.",
            "The groups drew %(n)d links alike and %(apart)d apart.",
            alike,
        ) % {"n": alike, "apart": apart}
        missed = [part for part in self.agreed if all(self.stands_alone(group, part) for group in Group)]
        if missed:
            said += " " + gettext("*Neither reached “%(outcome)s”.*") % {"outcome": missed[0].name.replace("*", "")}
        return said


ALONE_ON_BOTH: dict[str, Words] = {
    Kind.OUTCOME: _("An outcome nothing reaches, on either map"),
    Kind.BELIEF: _("A belief no action serves, on either map"),
    Kind.ACTION: _("An action no belief explains, on either map"),
}
ALONE_ON_ONE: dict[str, Words] = {
    Kind.BELIEF: _("Group %(group)d found no action that serves it"),
    Kind.ACTION: _("Group %(group)d found no belief behind it"),
}


def the_map(viewer: StaffMember, meeting: Meeting) -> TheMap:
    """The team's map as the viewer may see it. Four queries."""
    group = group_of(viewer, meeting)
    rows = list(_parts(group, meeting))
    kept = {part.pk: part for part in rows if part.same_as_id is None}
    one = {part.pk: kept.get(part.same_as_id or part.pk) for part in rows}
    named: dict[int, set[int]] = defaultdict(set)
    for part in rows:
        named[part.same_as_id or part.pk].add(part.group or 0)
    links: dict[int, set[tuple[Part, Part]]] = {each: set() for each in Group}
    for drawn in Link.objects.filter(_seen(group, meeting), start__team=meeting.team):
        start, end = one.get(drawn.start_id), one.get(drawn.end_id)
        if start and end:
            links[drawn.group].add((start, end))
    sizes = Counter(Membership.objects.filter(meeting=meeting).values_list("group", flat=True))
    of_kind = {kind: [part for part in kept.values() if part.kind == kind] for kind in Kind}
    ends_first = sorted(of_kind[Kind.OUTCOME], key=lambda part: not part.is_end)
    maps = Alignment(links[Group.ONE], links[Group.TWO])
    return TheMap(group, sizes, ends_first, of_kind[Kind.ACTION], of_kind[Kind.BELIEF], named, maps)


def standings(viewer: StaffMember, meeting: Meeting) -> list[tuple[Part, list[Observation]]]:
    """Each belief with what was seen of it, the latest first: there it stands now. Three queries."""
    found = parts(viewer, meeting).filter(kind=Kind.BELIEF)
    seen: dict[int, list[Observation]] = defaultdict(list)
    rows = Observation.objects.filter(stood_then(meeting), belief__team=meeting.team).select_related("belief")
    for each in rows.order_by("-pk"):
        seen[each.belief.same_as_id or each.belief_id].append(each)
    return [(belief, seen[belief.pk]) for belief in found]


def where_drawn(viewer: StaffMember, thing: Support | Measure) -> Iterator[Appearance]:
    """The teams of the viewer that have it on their map, and the last meeting at which they drew."""
    about = Q(support=thing) if isinstance(thing, Support) else Q(measure=thing)
    drawn = Part.objects.filter(REVEALED, about, team__in=teams.my_teams(viewer), left_out_at=None)
    words = gettext("On the map of %(team)s: what it does and why")
    return at_last_meetings(Team.objects.filter(pk__in=drawn.values("team")), CODE, words)
