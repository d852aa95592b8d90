"""Meetings that tests begin with: Ruth leads, Tomás is in the team, Uma sits elsewhere."""

from typing import Any

from heartwork.meetings import actions, queries
from heartwork.meetings.queries import Sitting
from heartwork.teams.actions import add_member, create_team
from heartwork.teams.models import Meeting, Team
from heartwork.testing.people import DAY

ACTIVITY = "reflect-outcomes"  # the smallest there is: one question
PROMPT = "outcomes"


def team_of(district: Any) -> Team:
    """Ruth's team, with Tomás in it."""
    team = create_team(district.ruth, name="Elm student support team", organization=district.elm)
    add_member(district.ruth, team=team, staff=district.tomas)
    return team


def meeting_of(district: Any, activity: str = ACTIVITY, team: Team | None = None) -> Meeting:
    """A meeting that has just begun: Ruth leads, and Tomás has taken a seat."""
    meeting = actions.begin(
        district.ruth, activity=activity, team=team or team_of(district), held_on=DAY, facilitator=district.ruth
    )
    actions.sit_down(district.tomas, meeting=meeting)
    return meeting


def seen_by(viewer: Any, meeting: Meeting) -> Sitting:
    """The meeting as this person sees it now."""
    viewer.kept_assignments = {}
    return queries.sitting(viewer, meeting.public_id)


def to_stage(district: Any, meeting: Meeting, *stages: Any) -> None:
    """Ruth moves everyone on, stage by stage."""
    for stage in stages:
        actions.move(district.ruth, meeting=meeting, stage=stage)
