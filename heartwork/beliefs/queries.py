"""Questions about a team's theory of action: what each may see of the maps, and how two maps differ.

What a group puts down and links is seen by that group alone, until its meeting reveals it. A meeting that is over shows
the maps as they stood then. Each `meeting` is one that the viewer may read.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils.translation import gettext, ngettext

from heartwork.analysis.alike import near_duplicates
from heartwork.beliefs.models import Group, Kind, Link, Membership, Observation, Part
from heartwork.measures.models import Measure
from heartwork.roster.models import StaffMember
from heartwork.supports.models import Support
from heartwork.teams import queries as teams
from heartwork.teams.appearances import Appearance
from heartwork.teams.models import Meeting, Stage, Team

CODE = "beliefs"  # the activity
Pair = tuple[int, int]  # pks of two parts: the first leads to the second


def group_of(viewer: StaffMember, meeting: Meeting) -> int | None:
    """The group in which the viewer draws at this meeting."""
    found = Membership.objects.filter(meeting=meeting, staff=viewer).first()
    return found.group if found else None


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


def links_to(part: Part) -> set[str]:
    """To which kinds a part can lead."""
    return {Kind.BELIEF: {Kind.ACTION}, Kind.ACTION: {Kind.OUTCOME}}.get(Kind(part.kind), set())  # type: ignore[return-value]


def leads(first: Part, second: Part) -> bool:
    """Whether the first can lead to the second: a belief to an action, an action to an outcome that is agreed."""
    return second.kind in links_to(first) and (second.kind != Kind.OUTCOME or second.agreed_at is not None)


@dataclass(frozen=True)
class TheMap:
    """A team's theory of action, as one viewer may see it: the parts by kind, and the links that each group drew."""

    group: int | None
    sizes: dict[int, int]  # how many people draw in each group
    parts: dict[str, list[Part]]
    named: dict[int, set[int]]  # pk of a part: the groups that put it down
    links: dict[int, set[Pair]]

    @property
    def outcomes(self) -> list[Part]:
        """What the team hopes for, the ends first."""
        return sorted(self.parts[Kind.OUTCOME], key=lambda part: not part.is_end)

    @property
    def actions(self) -> list[Part]:
        """What the team does."""
        return self.parts[Kind.ACTION]

    @property
    def beliefs(self) -> list[Part]:
        """What the team believes."""
        return self.parts[Kind.BELIEF]

    @property
    def agreed(self) -> list[Part]:
        """The outcomes behind which all stand."""
        return [part for part in self.outcomes if part.agreed_at]

    @property
    def near(self) -> list[tuple[Part, Part]]:
        """Pairs of one kind whose names are nearly the same; a person says whether they are one."""
        return [pair for kind in Kind for pair in near_duplicates(self.parts[kind])]

    @property
    def by_kind(self) -> list[tuple[str, list[Part]]]:
        """Each kind in words, and its parts."""
        return [(str(kind.label), self.parts[kind]) for kind in Kind]

    @cached_property
    def by_pk(self) -> dict[int, Part]:
        """Each part by its number."""
        return {part.pk: part for found in self.parts.values() for part in found}

    @property
    def groups(self) -> list[tuple[Group, int]]:
        """The two groups, each with how many people draw in it."""
        return [(group, self.sizes.get(group, 0)) for group in Group]

    @property
    def mine(self) -> list[tuple[Part, Part]]:
        """The links of the viewer's own group."""
        return self._named(self.links.get(self.group or 0, set()))

    @property
    def both(self) -> list[tuple[Part, Part]]:
        """The links that both groups drew."""
        return self._named(self.links[1] & self.links[2])

    @property
    def one(self) -> list[tuple[Part, Part, int]]:
        """The links that one group drew, and which."""
        apart = self._named(self.links[1] ^ self.links[2])
        return [(start, end, 1 if (start.pk, end.pk) in self.links[1] else 2) for start, end in apart]

    def _named(self, pairs: set[Pair]) -> list[tuple[Part, Part]]:
        found = [(self.by_pk[start], self.by_pk[end]) for start, end in pairs]
        return sorted(found, key=lambda pair: (pair[0].name.casefold(), pair[1].name.casefold()))

    @property
    def table(self) -> list[tuple[Part, Part, bool, bool]]:
        """Every link, and whether each of the two groups drew it."""
        every = self._named(self.links[1] | self.links[2])
        return [(a, b, *((a.pk, b.pk) in self.links[group] for group in (1, 2))) for a, b in every]  # type: ignore[misc]

    def is_on(self, group: int, part: Part) -> bool:
        """Whether a part stands on the map of a group: it put it down, or linked it. Outcomes are on both."""
        linked = any(part.pk in pair for pair in self.links[group])
        return part.kind == Kind.OUTCOME or group in self.named[part.pk] or linked

    def stands_alone(self, group: int, part: Part) -> bool:
        """Whether, on the map of a group, no action serves a belief, no belief explains an action, nothing reaches."""
        if part.kind == Kind.BELIEF:
            return all(start != part.pk for start, _ in self.links[group])
        return all(end != part.pk for _, end in self.links[group])

    @property
    def alone(self) -> list[tuple[Part, str]]:
        """What stands alone on a map that has it, in words; outcomes that nothing reaches come first."""
        said = {
            Kind.OUTCOME: (gettext("An outcome nothing reaches, on either map"), ""),
            Kind.BELIEF: (
                gettext("A belief no action serves, on either map"),
                gettext("Group %(group)d found no action that serves it"),
            ),
            Kind.ACTION: (
                gettext("An action no belief explains, on either map"),
                gettext("Group %(group)d found no belief behind it"),
            ),
        }
        found = []
        for part in [*self.agreed, *self.beliefs, *self.actions]:
            lacks = [group for group in (1, 2) if self.stands_alone(group, part)]
            on_both, by_one = said[Kind(part.kind)]
            if len(lacks) == 2:
                found.append((part, on_both))
            elif lacks and by_one and self.is_on(lacks[0], part):
                found.append((part, by_one % {"group": lacks[0]}))
        return found

    @property
    def sentence(self) -> str:
        """What the two maps say, key words between asterisks."""
        alike, apart = len(self.both), len(self.one)
        if not alike and not apart:
            return gettext("Neither group has drawn a link. *Go back to the maps*, or talk about why.")
        said = ngettext(
            "The groups drew %(n)d link alike and %(apart)d apart.",
            "The groups drew %(n)d links alike and %(apart)d apart.",
            alike,
        ) % {"n": alike, "apart": apart}
        missed = [part for part in self.agreed if all(self.stands_alone(group, part) for group in (1, 2))]
        if missed:
            said += " " + gettext("*Neither reached “%(outcome)s”.*") % {"outcome": missed[0].name.replace("*", "")}
        return said

    def behind(self, part: Part) -> list[tuple[Part, list[int]]]:
        """What leads to a part, and which groups say so."""
        leading: dict[int, list[int]] = defaultdict(list)
        for group in (1, 2):
            for start, end in self.links[group]:
                if end == part.pk:
                    leading[start].append(group)
        return sorted(
            ((self.by_pk[start], groups) for start, groups in leading.items()), key=lambda found: found[0].name
        )


def the_map(viewer: StaffMember, meeting: Meeting) -> TheMap:
    """The team's map as the viewer may see it. Four queries."""
    group = group_of(viewer, meeting)
    rows = list(_parts(group, meeting))
    one = {part.pk: part.same_as_id or part.pk for part in rows}
    by_kind: dict[str, list[Part]] = {kind: [] for kind in Kind}
    named: dict[int, set[int]] = defaultdict(set)
    for part in rows:
        if part.same_as_id is None:
            by_kind[part.kind].append(part)
        named[one[part.pk]].add(part.group or 0)
    kept = {part.pk for found in by_kind.values() for part in found}
    links: dict[int, set[Pair]] = {each: set() for each in Group}
    for drawn in Link.objects.filter(_seen(group, meeting), start__team=meeting.team):
        pair = (one.get(drawn.start_id, 0), one.get(drawn.end_id, 0))
        if kept.issuperset(pair):
            links[drawn.group].add(pair)
    sizes: dict[int, int] = defaultdict(int)
    for number in Membership.objects.filter(meeting=meeting).values_list("group", flat=True):
        sizes[number] += 1
    return TheMap(group, sizes, by_kind, named, links)


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
    for team in Team.objects.filter(pk__in=drawn.values("team")):
        meeting = Meeting.objects.filter(team=team, activity=CODE).first()
        words = gettext("On the map of %(team)s: what it does and why") % {"team": team.name}
        if meeting:
            yield Appearance(words, meeting.get_absolute_url())
