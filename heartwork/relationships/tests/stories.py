"""A school that asks who knows whom: Ruth leads, Tomás, Uma and Priya mark."""

from typing import Any

from heartwork.meetings import actions as meetings
from heartwork.meetings.tests.stories import meeting_of, team_of
from heartwork.relationships import actions
from heartwork.teams.actions import add_member
from heartwork.teams.models import Meeting


def who_knows_whom(district: Any) -> Meeting:
    """A meeting of Ruth's team, in which Tomás, Uma and Priya have taken a seat too."""
    team = team_of(district)
    for person in (district.uma, district.priya):
        add_member(district.ruth, team=team, staff=person)
    meeting = meeting_of(district, "relationships", team)
    for person in (district.uma, district.priya):
        meetings.sit_down(person, meeting=meeting)
    return meeting


def knows(person: Any, meeting: Meeting, *students: Any) -> None:
    """The person marks these students, and no other."""
    text = "\n".join(str(student.public_id) for student in students)
    actions.mark(person, meeting=meeting, text=text, window="a window")
