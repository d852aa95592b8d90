"""A team at Elm, for tests."""

import pytest

from heartwork.teams import actions
from heartwork.teams.models import Team, TeamMember
from heartwork.testing.people import FIRST_DAY


@pytest.fixture
def team(district):
    """Ruth, Tomás and Nadia, who have met since the first day of school."""
    team = Team.objects.create(name="Grade 8 team", organization=district.elm)
    for person in (district.ruth, district.tomas, district.nadia):
        TeamMember.objects.create(team=team, staff=person, begin=FIRST_DAY)
    return team


@pytest.fixture
def meeting(district, team, day):
    """An open meeting about Maya, led by Ruth."""
    meeting = actions.open_meeting(district.ruth, team=team, activity="audits", held_on=day, facilitator=district.ruth)
    actions.lend_sight(district.ruth, meeting=meeting, students=[district.maya], to=[district.tomas, district.nadia])
    return meeting
