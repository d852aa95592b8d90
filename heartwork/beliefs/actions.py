"""Changes to a team's theory of action."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from heartwork.beliefs import queries
from heartwork.beliefs.models import Choice, Group, Kind, Link, Membership, Observation, Part
from heartwork.measures.models import Measure
from heartwork.measures.queries import measures_for
from heartwork.meetings.access import require_seat
from heartwork.meetings.actions import tell
from heartwork.roster.models import StaffMember
from heartwork.supports.models import Support
from heartwork.supports.queries import supports
from heartwork.teams.models import Meeting, Stage

MOST = 40  # parts of one kind on a map: nobody reads more at once


# -- outcomes first: everyone together


@transaction.atomic
def name_outcome(
    actor: StaffMember, *, meeting: Meeting, name: str, is_end: bool, measure: Measure | None = None
) -> Part:
    """An outcome that the team hopes for; it counts once the team agrees. Raises PermissionDenied."""
    require_seat(actor, meeting)
    _require_known(actor, meeting, measure)
    return _put(actor, meeting, Kind.OUTCOME, name=name, is_end=is_end, measure=measure)


@transaction.atomic
def measure_by(actor: StaffMember, *, meeting: Meeting, outcome: int, measure: Measure | None) -> None:
    """Tie an outcome to a measure; None: not measured yet."""
    _require_known(actor, meeting, measure)
    part = _part(actor, meeting, outcome, Kind.OUTCOME)
    Part.objects.filter(pk=part.pk).update(measure=measure)
    tell(actor, "beliefs.measured", meeting)


def _require_known(actor: StaffMember, meeting: Meeting, measure: Measure | None) -> None:
    if measure and not measures_for(actor, meeting.team).filter(pk=measure.pk).exists():
        raise PermissionDenied("measure of others")


@transaction.atomic
def agree(actor: StaffMember, *, meeting: Meeting) -> None:
    """Who leads says that the team stands behind the outcomes named so far: the two groups may begin."""
    require_seat(actor, meeting)
    if meeting.facilitator_id != actor.pk:
        raise PermissionDenied("does not lead")
    named = Part.objects.filter(team=meeting.team, kind=Kind.OUTCOME, agreed_at=None, left_out_at=None)
    named.update(agreed_at=timezone.now())
    tell(actor, "beliefs.agreed", meeting)


# -- two groups, each on a map of its own


@transaction.atomic
def choose_group(actor: StaffMember, *, meeting: Meeting, group: int) -> None:
    """Draw with this group. Who has a group and could have seen its map does not change to the other."""
    require_seat(actor, meeting)
    if group not in Group.values:
        raise PermissionDenied("no such group")
    mine = Membership.objects.filter(meeting=meeting, staff=actor).first()
    if mine and any(rows.filter(meeting=meeting, group=mine.group).exists() for rows in (Part.objects, Link.objects)):
        raise PermissionDenied("has seen the map of their group")
    Membership.objects.update_or_create(meeting=meeting, staff=actor, defaults={"group": group})
    tell(actor, "beliefs.group_chosen", meeting)


@transaction.atomic
def put_down(
    actor: StaffMember,
    *,
    meeting: Meeting,
    kind: Kind,
    name: str = "",
    support: Support | None = None,
    leads_to: Part | None = None,
    because: Part | None = None,
) -> Part:
    """A belief or an action on the map of the actor's group; linked, if they say so.

    support: an action that is in the inventory, whose name it takes.
    """
    group = _require_drawing(actor, meeting)
    if kind == Kind.OUTCOME or (support and not supports(actor, school="all").filter(pk=support.pk).exists()):
        raise PermissionDenied("not for this map")
    part = _put(actor, meeting, kind, group=group, name=support.name if support else name, support=support)
    for start, end in ((part, leads_to), (because, part)):
        if start and end:
            link(actor, meeting=meeting, start=start, end=end)
    return part


def _put(actor: StaffMember, meeting: Meeting, kind: Kind, **what: Any) -> Part:
    here = Part.objects.filter(team=meeting.team, kind=kind, group=what.get("group"), same_as=None, left_out_at=None)
    if here.count() >= MOST:
        raise PermissionDenied("the map is full")
    part = Part.objects.create(team=meeting.team, meeting=meeting, kind=kind, put_by=actor, **what)
    tell(actor, "beliefs.put_down", meeting)
    return part


@transaction.atomic
def leave_out(actor: StaffMember, *, meeting: Meeting, part: int) -> None:
    """Off the map: an outcome by anyone who sits here, anything else by its group while it draws."""
    found = _part(actor, meeting, part)
    if found.kind != Kind.OUTCOME and found.group != _require_drawing(actor, meeting):
        raise PermissionDenied("of the other group")
    Part.objects.filter(pk=part).update(left_out_at=timezone.now())
    tell(actor, "beliefs.left_out", meeting)


@transaction.atomic
def link(actor: StaffMember, *, meeting: Meeting, start: Part, end: Part) -> None:
    """The actor's group says that a belief leads to an action, or an action to an outcome; once however often."""
    group = _require_drawing(actor, meeting)
    first, second = (_part(actor, meeting, part.pk) for part in (start, end))
    if not queries.leads(first, second):
        raise PermissionDenied("leads nowhere")
    defaults = {"meeting": meeting, "drawn_by": actor}
    Link.objects.get_or_create(group=group, start=first, end=second, defaults=defaults)
    tell(actor, "beliefs.linked", meeting)


@transaction.atomic
def unlink(actor: StaffMember, *, meeting: Meeting, start: int, end: int) -> None:
    """A link of the actor's own group is gone."""
    group = _require_drawing(actor, meeting)
    first, second = (_part(actor, meeting, part) for part in (start, end))
    from_first, to_second = Q(start=first) | Q(start__same_as=first), Q(end=second) | Q(end__same_as=second)
    drawn = Link.objects.filter(from_first, to_second, group=group)
    if not drawn.delete()[0]:
        raise PermissionDenied("no such link")
    tell(actor, "beliefs.unlinked", meeting)


# -- side by side


@transaction.atomic
def make_one(actor: StaffMember, *, meeting: Meeting, first: int, second: int) -> None:
    """Two names are one thing, as a person says: the first stays, or the one that the inventory has."""
    kept, gone = (_part(actor, meeting, part) for part in (first, second))
    if kept == gone or kept.kind != gone.kind:
        raise PermissionDenied("not alike")
    if gone.support and not kept.support:
        kept, gone = gone, kept
    Part.objects.filter(Q(pk=gone.pk) | Q(same_as=gone)).update(same_as=kept)
    tell(actor, "beliefs.made_one", meeting)


@transaction.atomic
def observe(actor: StaffMember, *, meeting: Meeting, belief: int, standing: str, text: str) -> Observation:
    """Write down what was seen of a belief: that it is in use, or that we say it and do otherwise."""
    about = _part(actor, meeting, belief, Kind.BELIEF)
    found = Observation.objects.create(belief=about, meeting=meeting, standing=standing, text=text, noted_by=actor)
    tell(actor, "beliefs.observed", meeting)
    return found


@transaction.atomic
def choose(
    actor: StaffMember, *, meeting: Meeting, outcome: int, loop: str, reason: str, part: Part | None = None
) -> Choice:
    """For an outcome, change an action or look again at a belief; with the reason, so that it can be learned from."""
    about = _part(actor, meeting, outcome, Kind.OUTCOME)
    wanted = Kind.ACTION if loop == Choice.Loop.SINGLE else Kind.BELIEF
    if part and _part(actor, meeting, part.pk).kind != wanted:
        raise PermissionDenied("not what is chosen")
    made = Choice.objects.create(
        outcome=about, meeting=meeting, loop=loop, part=part, reason=reason, made_by=actor, made_on=meeting.held_on
    )
    tell(actor, "beliefs.chosen", meeting, loop=str(loop))
    return made


def _require_drawing(actor: StaffMember, meeting: Meeting) -> int:
    """The group in which the actor draws now; PermissionDenied without one, or once the maps are side by side."""
    require_seat(actor, meeting)
    group = queries.group_of(actor, meeting)
    if group is None or meeting.stage != Stage.ALONE:
        raise PermissionDenied("does not draw")
    return group


def _part(actor: StaffMember, meeting: Meeting, pk: int, *kinds: Kind) -> Part:
    """A part of the map, as the actor, who sits here, may see it, of one of these kinds; else PermissionDenied."""
    require_seat(actor, meeting)
    found = queries.parts(actor, meeting).filter(pk=pk).first()
    if found is None or (kinds and found.kind not in kinds):
        raise PermissionDenied("not on this map")
    return found
