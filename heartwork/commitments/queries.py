"""Questions about what adults promise each other."""

import datetime
import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from heartwork.commitments.models import Commitment, Kept, Modelling, Thanks
from heartwork.measures.calendar import monday
from heartwork.pulse.telling import Told, told, weeks_until
from heartwork.roster.models import StaffMember
from heartwork.teams import queries as teams
from heartwork.teams.models import Team


@dataclass(frozen=True)
class Promise:
    """A commitment as one member of the team sees it."""

    commitment: Commitment
    mine: str  # the viewer's answer this week, or ""
    weeks: list[tuple[datetime.date, Told]]  # how it was kept in the week of this Monday, once it is over


def team_of(viewer: StaffMember, public_id: uuid.UUID) -> Team:
    """A team that the viewer belongs to; else Http404, also for who leads its school: promises are the team's own."""
    team = Team.objects.filter(public_id=public_id).first()
    if team is None or not teams.is_member(viewer, team):
        raise Http404
    return team


def promises(viewer: StaffMember, team: Team, day: datetime.date | None = None) -> list[Promise]:
    """What the team promises each other, with the last weeks that are over since then, the newest first. Two queries.

    The week that runs is not told: who looks before and after somebody answers would learn what they said.
    """
    mondays = weeks_until(this := monday(day or timezone.localdate()))
    said: dict[tuple[int, datetime.date], list[str]] = defaultdict(list)
    mine: dict[int, str] = {}
    for kept in Kept.objects.filter(commitment__team=team, week__in=mondays):
        said[kept.commitment_id, kept.week].append(kept.answer)
        if kept.staff_id == viewer.pk and kept.week == this:
            mine[kept.commitment_id] = kept.answer
    return [
        Promise(
            each,
            mine.get(each.pk, ""),
            [(week, told(said[each.pk, week])) for week in mondays[1:] if week >= monday(each.agreed_on)],
        )
        for each in team.commitments.filter(ended_on=None)
    ]


def commitment(viewer: StaffMember, team: Team, pk: int) -> Commitment:
    """One of the team's commitments; else Http404."""
    found = team_of(viewer, team.public_id).commitments.filter(pk=pk).select_related("team").first()
    if found is None:
        raise Http404
    return found


def thanks(viewer: StaffMember, team: Team) -> QuerySet[Thanks]:
    """What stands on the wall of the viewer's team, the newest first."""
    return team_of(viewer, team.public_id).thanks.select_related("to", "said_by")


def my_modelling(viewer: StaffMember) -> QuerySet[Modelling]:
    """The viewer's own log, the newest first: nobody else's."""
    return Modelling.objects.filter(staff=viewer)
