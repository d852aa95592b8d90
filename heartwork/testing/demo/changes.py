"""What the Elm team changes in the demo, what that asks of a week, and how people find it."""

import datetime

from django.utils import timezone

from heartwork.measures.models import Measure
from heartwork.meetings import actions as meetings
from heartwork.roster.models import StaffMember
from heartwork.routines import actions
from heartwork.routines.models import Change
from heartwork.supports.models import Support
from heartwork.teams import actions as teams
from heartwork.teams.models import Meeting, Stage, Team
from heartwork.testing.demo.days import on, who

KNOWN = "An adult here knows how I am doing"
ADVISORY = "Advisory and class meetings"

# Minutes a week that Elm's supports ask of a teacher, a counselor, support staff and the principal; None: not counted.
LOAD: dict[str, tuple[int | None, ...]] = {
    "SEL curriculum": (60, 20, None, 10),
    ADVISORY: (75, 0, 30, 0),
    "Check-In/Check-Out": (25, 40, 90, None),
    "PBIS schoolwide expectations": (35, 15, 35, 30),
    "Restorative circles": (20, 90, 20, 15),
}


def live(team: Team) -> None:
    """One change under way, of which teachers do not yet know what it is for; and one that is proposed."""
    priya = who("priya.kaur")
    with on(40):
        for name, minutes in LOAD.items():
            support = Support.objects.get(name=name, school=team.organization)
            roles = ("teacher", "counselor", "support_staff", "principal")
            actions.say_minutes(priya, support=support, minutes=dict(zip(roles, minutes, strict=True)))
    circle = _circle(team)
    with on(17):
        actions.begin_change(who("ruth.okafor"), change=circle)
    teachers = StaffMember.objects.filter(
        assignments__organization=team.organization, assignments__role="teacher", ended_on=None
    ).order_by("pk")
    for number, teacher in enumerate(teachers.distinct()[:9]):
        with on(8):
            actions.answer(teacher, change=circle, question="what-for", answer=("no", "partly", "yes")[number % 3])
            actions.answer(teacher, change=circle, question="my-day", answer="partly" if number % 4 else "yes")
    _notes_home(team)


def _sit_down(team: Team) -> Meeting:
    meeting = meetings.begin(
        who("ruth.okafor"),
        activity="routines",
        team=team,
        held_on=timezone.localdate(),
        facilitator=who("ruth.okafor"),
    )
    for username in ("tomas.ruiz", "uma.singh"):
        meetings.sit_down(who(username), meeting=meeting)
    return meeting


def _circle(team: Team) -> Change:
    ruth, tomas, uma = who("ruth.okafor"), who("tomas.ruiz"), who("uma.singh")
    with on(24) as day:
        meeting = _sit_down(team)
        change = actions.name_change(
            ruth,
            meeting=meeting,
            name="Begin the day in a circle",
            result="Each student is spoken to by an adult before the first lesson",
            support=Support.objects.get(name=ADVISORY, school=team.organization),
            measure=Measure.objects.get(name=KNOWN),
        )
        meetings.write(tomas, meeting=meeting, prompt="alters", text="Attendance is taken in the circle.")
        meetings.share(tomas, meeting=meeting, prompt="alters", number=0)
        for stage in (Stage.REVEALED, Stage.DISCUSSED):
            meetings.move(ruth, meeting=meeting, stage=stage)
        for by, kind, text in (
            (tomas, "alters", "Attendance and announcements move into the circle."),
            (uma, "alters", "Breakfast is eaten in the room, not in the hall."),
            (ruth, "new", "A question of the day, so that nobody has to think one up."),
            (tomas, "bottom-line", "Ten minutes, every day, and each student is asked something."),
            (uma, "flexible", "What is asked, how one sits, and who leads it."),
        ):
            meetings.write_down(by, meeting=meeting, kind=kind, text=text)
        meetings.move(ruth, meeting=meeting, stage=Stage.DECIDED)
        actions.say_minutes(ruth, change=change, minutes={"teacher": 25, "support_staff": 10, "counselor": 15})
        teams.promise(
            ruth, what="Write thirty questions of the day", owner=tomas, due_on=day + datetime.timedelta(35),
            meeting=meeting,
        )  # fmt: skip
        meetings.close(ruth, meeting=meeting)
    return change


def _notes_home(team: Team) -> None:
    ruth, tomas = who("ruth.okafor"), who("tomas.ruiz")
    with on(5):
        meeting = _sit_down(team)
        change = actions.name_change(
            ruth,
            meeting=meeting,
            name="Two good notes home a week",
            result="Families hear from us before something is wrong",
        )
        for stage in (Stage.REVEALED, Stage.DISCUSSED):
            meetings.move(ruth, meeting=meeting, stage=stage)
        meetings.write_down(tomas, meeting=meeting, kind="new", text="Two notes on Friday, in the family’s language.")
        meetings.write_down(ruth, meeting=meeting, kind="bottom-line", text="No family is left out in a term.")
        meetings.move(ruth, meeting=meeting, stage=Stage.DECIDED)
        actions.say_minutes(ruth, change=change, minutes={"teacher": 30})
        meetings.close(ruth, meeting=meeting)
