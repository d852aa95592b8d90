"""An audit at Elm, for tests."""

from dataclasses import dataclass
from typing import Any

import pytest

from heartwork.audits import actions, queries
from heartwork.audits.models import AuditedStudent
from heartwork.roster.models import Student
from heartwork.supports.models import Domain, Emphasis, Participation, Support, Tier, UniversalRule
from heartwork.teams.models import Meeting, Team, TeamMember
from heartwork.testing.people import FIRST_DAY


def offer(
    name: str, tier: int, domain: str, emphasis: str, *students: Student, school: Any = None, everyone: bool = False
) -> Support:
    """A support with the students who are in it, or for everyone at its school."""
    support = Support.objects.create(
        name=name,
        school=school,
        tier=Tier.objects.get(number=tier),
        domain=Domain.objects.get(code=domain),
        emphasis=Emphasis.objects.get(code=emphasis),
        reach="everyone" if everyone else "listed",
        begin=FIRST_DAY,
    )
    if everyone:
        UniversalRule.objects.create(support=support, school=school)
    for student in students:
        Participation.objects.create(support=support, student=student, begin=FIRST_DAY)
    return support


@dataclass
class Story:
    """A team that looks at Maya, Eli and Noor: Ruth leads, Tomás teaches two of them, Nadia reaches nobody else."""

    team: Team
    circle: Support  # for everyone at Elm
    contract: Support  # Maya's alone
    reading: Support  # Maya's and Eli's
    meeting: Meeting
    maya: AuditedStudent
    eli: AuditedStudent

    def finding(self, viewer: Any, name: str) -> queries.Finding:
        """What is said of one support around Maya, by its name."""
        self.maya.refresh_from_db()
        return next(f for f in queries.findings(viewer, [self.maya])[self.maya.pk] if f.name == name)


@pytest.fixture
def story(district, day):
    """Supports at Elm, a team, and an open audit."""
    circle = offer("Advisory circle", 1, "belonging", "relationship", school=district.elm, everyone=True)
    contract = offer("Behavior contract", 3, "behavior", "behavior", district.maya, school=district.elm)
    reading = offer("Reading group", 2, "learning", "learning", district.maya, district.eli, school=district.elm)
    team = Team.objects.create(name="Grade 8 team", organization=district.elm)
    for person in (district.ruth, district.tomas, district.nadia):
        TeamMember.objects.create(team=team, staff=person, begin=FIRST_DAY)
    meeting = open_audit(district, team, [district.maya, district.eli, district.noor])
    maya, eli, _ = meeting.audited.select_related("student", "meeting__team")
    return Story(team, circle, contract, reading, meeting, maya, eli)


def open_audit(district, team, students, picked="hand"):
    """An audit about these students, led by Ruth today."""
    from django.utils import timezone

    return actions.open_audit(
        district.ruth,
        team=team,
        held_on=timezone.localdate(),
        facilitator=district.ruth,
        students=students,
        picked=picked,
    )
