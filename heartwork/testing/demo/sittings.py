"""Meetings of the Elm team as the facilitator's guide pictures them: one of each activity, some at two stages.

They are not in the demo itself, where a visitor begins their own. `lay` is called by `scripts/make_screenshots.py`.
"""

import datetime
import json
from collections.abc import Callable, Iterator, Sequence

from django.urls import reverse
from django.utils import timezone

from heartwork.beliefs import actions as beliefs
from heartwork.beliefs import queries as beliefs_queries
from heartwork.beliefs.models import Group, Kind, Part
from heartwork.levers import actions as levers
from heartwork.levers.models import Lever
from heartwork.measures.models import Measure
from heartwork.meetings import actions as meetings
from heartwork.meetings.queries import STAGES
from heartwork.profile.activity import GROWTH, STRENGTHS
from heartwork.relationships import actions as relationships
from heartwork.relationships.models import Round
from heartwork.relationships.queries import offered
from heartwork.roster.models import StaffMember
from heartwork.routines import actions as routines
from heartwork.supportteam import actions as supportteam
from heartwork.teams import actions as teams
from heartwork.teams.models import Meeting, Stage, Team
from heartwork.testing.demo.changes import KNOWN
from heartwork.testing.demo.days import who
from heartwork.testing.demo.story import called
from heartwork.trusted import actions as trusted

TEAM = "Elm student support team"
# Where each of eight people stands on a scale of five.
SPREADS = ["44534454", "33233323", "15241515", "22131222", "45454545", "34343423", "12345123", "23332232"]


def lay() -> None:
    """Begin the meetings and print their addresses by name, as JSON."""
    team = Team.objects.get(name=TEAM)
    people = [who(each) for each in ("ruth.okafor", "tomas.ruiz", "uma.singh")]
    teachers = StaffMember.objects.filter(
        assignments__organization=team.organization, assignments__role="teacher", ended_on=None
    )
    people += teachers.exclude(pk__in=[person.pk for person in people]).order_by("pk").distinct()[:5]
    laid = {name: meeting.get_absolute_url() for name, meeting in _all(team, people)}
    laid |= {f"{name}-wall": f"{address}wall/" for name, address in laid.items()}
    laid["promises"] = reverse("promises", args=[team.public_id])
    laid["knows-mark"] = f"{laid['knows-alone']}students/"
    print(json.dumps(laid))


def _all(team: Team, people: Sequence[StaffMember]) -> Iterator[tuple[str, Meeting]]:
    def begin(activity: str, team: Team = team) -> Meeting:
        ruth, day = people[0], timezone.localdate()
        meeting = meetings.begin(ruth, activity=activity, team=team, held_on=day, facilitator=ruth)
        for person in people[1:]:
            meetings.join(person, code=meeting.code)
        return meeting

    for fill in (_questions, _levers, _stories, _theory, _profile, _promises, _knows, _change, _walk, _students):
        yield from fill(begin, people)


Begin = Callable[..., Meeting]
Laid = Iterator[tuple[str, Meeting]]


def _to(meeting: Meeting, stage: Stage) -> None:
    while meeting.stage != stage:
        meetings.move(meeting.facilitator, meeting=meeting, stage=STAGES[STAGES.index(Stage(meeting.stage)) + 1])


def _tell(meeting: Meeting, person: StaffMember, prompt: str, text: str, *, shares: bool = True) -> None:
    meetings.write(person, meeting=meeting, prompt=prompt, text=text)
    if shares:
        meetings.share(person, meeting=meeting, prompt=prompt, number=0)


def _rate(meeting: Meeting, people: Sequence[StaffMember], item: str, values: str) -> None:
    """Each person, in order, at their step of the scale ("51515"); "0" marks nothing."""
    for person, value in zip(people, values, strict=False):
        if value != "0":
            meetings.rate(person, meeting=meeting, item=item, value=int(value))


def _questions(begin: Begin, people: Sequence[StaffMember]) -> Laid:
    ruth, tomas, uma = people[:3]
    meeting = begin("reflect-routines")
    _tell(meeting, ruth, "alters", "Morning attendance: it used to be a list, now it is a circle.")
    yield "questions", meeting
    _tell(meeting, tomas, "alters", "The first ten minutes. I take attendance in the circle now.")
    _tell(meeting, uma, "link", "The hallway staff were never told what the circle is for.")
    meeting = begin("reflect-routines")
    _tell(meeting, tomas, "alters", "The first ten minutes. I take attendance in the circle now.")
    _tell(meeting, uma, "link", "The hallway staff were never told what the circle is for.")
    _to(meeting, Stage.DISCUSSED)
    for kind, text in (
        ("alters", "Attendance, announcements and breakfast: all before the first lesson."),
        ("bottom-line", "Each student is spoken to before the first lesson. How, each room decides."),
        ("link", "Teachers know what it is for. Hallway and office staff do not yet."),
        ("counter", "We asked for silence at the door for years. Now we ask for a question."),
    ):
        meetings.write_down(tomas, meeting=meeting, kind=kind, text=text)
    yield "questions-said", meeting


def _levers(begin: Begin, people: Sequence[StaffMember]) -> Laid:
    ruth, tomas = people[:2]
    meeting = begin("levers")
    for lever in Lever.objects.filter(team=meeting.team).order_by("pk")[6:]:
        levers.leave_out(ruth, meeting=meeting, lever=lever.pk)
    levers.list_one(tomas, meeting=meeting, name="Greeting every student at the door", since=2019)
    levers.list_one(ruth, meeting=meeting, name="Points store on Fridays", since=2012)
    listed = list(Lever.objects.filter(team=meeting.team, left_out_at=None).order_by("pk"))
    for lever, value in zip(listed[:3], "453", strict=False):
        _rate(meeting, [ruth], f"lever-{lever.pk}", value)
    meetings.mark(ruth, meeting=meeting, item=f"lever-{listed[0].pk}", mark="forward")
    yield "levers", meeting
    meeting = begin("levers")
    for lever, values in zip(listed, SPREADS, strict=False):
        _rate(meeting, people, f"lever-{lever.pk}", values)
        for n, person in enumerate(people):
            mark = ("always", "supervisor", "forward", "community")[(n * 2 + lever.pk) % 4]
            meetings.mark(person, meeting=meeting, item=f"lever-{lever.pk}", mark=mark)
    _to(meeting, Stage.REVEALED)
    yield "levers-seen", meeting


def _stories(begin: Begin, people: Sequence[StaffMember]) -> Laid:
    ruth, tomas, uma = people[:3]
    meeting = begin("stories")
    _tell(meeting, ruth, "who", "A neighbor who waited at the gate until I was inside.")
    _tell(meeting, ruth, "carried", "I wait until the last one is on the bus.", shares=False)
    yield "stories", meeting
    meeting = begin("stories")
    _tell(meeting, ruth, "who", "A neighbor who waited at the gate until I was inside.")
    _tell(meeting, tomas, "who", "Nobody said it at home. There was soup, and nobody left before I had eaten.")
    _tell(meeting, uma, "unread", "I ask twice. Somebody may hear that I do not believe them.")
    _to(meeting, Stage.DISCUSSED)
    for group, kind, text in (
        ("group-1", "likeness", "Somebody waited for us."),
        ("group-1", "difference", "For some it was said aloud every day, for some never."),
        ("group-2", "likeness", "It was often not a parent."),
        ("group-2", "difference", "Strict was love in one house, and fear in another."),
    ):
        meetings.write_down(ruth, meeting=meeting, kind=kind, text=text, about=group)
    meetings.write_down(uma, meeting=meeting, kind="unread", text="Whoever learned that a question is a test")
    meetings.write_down(tomas, meeting=meeting, kind="voice", text="“They remember what I said last week.”")
    yield "stories-told", meeting


def _theory(begin: Begin, people: Sequence[StaffMember]) -> Laid:
    ruth, tomas, uma, fourth = people[:4]
    elm = Team.objects.get(name=TEAM).organization
    for name, team in (("theory", TEAM), ("theory-apart", "Elm grade 8 team")):  # a team has one map
        meeting = begin(
            "beliefs", Team.objects.filter(name=team).first() or teams.create_team(ruth, name=team, organization=elm)
        )
        known = Measure.objects.get(name=KNOWN)
        end = beliefs.name_outcome(
            ruth, meeting=meeting, name="Each student is known by an adult", is_end=True, measure=known
        )
        marker = beliefs.name_outcome(tomas, meeting=meeting, name="Fewer mornings missed", is_end=False)
        beliefs.agree(ruth, meeting=meeting)
        for group, drawing in ((Group.ONE, (ruth, uma)), (Group.TWO, (tomas, fourth))):
            for person in drawing:
                beliefs.choose_group(person, meeting=meeting, group=group)
        for by, kind, text, leads_to in (
            (ruth, Kind.ACTION, "A circle every morning", [end]),
            (uma, Kind.ACTION, "Greeting at the door", [end, marker]),
            (ruth, Kind.ACTION, "Points for good behavior", []),
            (ruth, Kind.BELIEF, "Being known comes before learning", ["A circle every morning"]),
            (tomas, Kind.ACTION, "A circle every morning", [end]),
            (fourth, Kind.ACTION, "Two good notes home", [marker]),
            (tomas, Kind.BELIEF, "Being known comes before learning", ["A circle every morning"]),
            (fourth, Kind.BELIEF, "Families want to hear from us", ["Two good notes home"]),
            (fourth, Kind.BELIEF, "Behavior is learned, so it can be taught", []),
        ):
            part = beliefs.put_down(by, meeting=meeting, kind=kind, name=text)
            for each in leads_to:
                to = each if isinstance(each, Part) else Part.objects.get(meeting=meeting, group=part.group, name=each)
                beliefs.link(by, meeting=meeting, start=part, end=to)
        yield name, meeting
    _to(meeting, Stage.REVEALED)
    for first, second in beliefs_queries.the_map(ruth, meeting).near:
        beliefs.make_one(ruth, meeting=meeting, first=first.pk, second=second.pk)


def _profile(begin: Begin, people: Sequence[StaffMember]) -> Laid:
    meeting = begin("profile")
    _rate(meeting, people[:1], STRENGTHS[0].code, "4")
    _rate(meeting, people[:1], STRENGTHS[2].code, "2")
    yield "profile", meeting
    meeting = begin("profile")
    for n, item in enumerate((*STRENGTHS, *GROWTH)):
        _rate(meeting, people, item.code, SPREADS[n % len(SPREADS)])
    _to(meeting, Stage.REVEALED)
    yield "profile-seen", meeting


def _promises(begin: Begin, people: Sequence[StaffMember]) -> Laid:
    ruth, tomas, uma = people[:3]
    for is_over in (True, False):
        meeting = begin("commitments")
        _tell(meeting, tomas, "count-on", "That I hear it first, and not from the hallway.")
        _tell(meeting, uma, "held", "Ruth took my bus duty, and never spoke of it.")
        _to(meeting, Stage.DISCUSSED)
        meetings.write_down(ruth, meeting=meeting, kind="commitment", text="We say it to each other first.")
        meetings.write_down(uma, meeting=meeting, kind="commitment", text="Nobody eats lunch alone on a bad day.")
        meetings.write_down(tomas, meeting=meeting, kind="modelled", text="Priya asks before she decides.")
        if is_over:
            meetings.close(ruth, meeting=meeting)
    yield "promised", meeting


def _knows(begin: Begin, people: Sequence[StaffMember]) -> Laid:
    ruth, adults = people[0], list(people)
    school = Team.objects.get(name=TEAM).organization
    assert school
    asking = trusted.ask(ruth, school=school, section=None, until=timezone.now() + datetime.timedelta(hours=2))
    for n, slip in enumerate(asking.slips.order_by("student").select_related("asking", "student")):
        if n % 3:  # every third has not answered, and every third names nobody yet
            trusted.say(slip, adults=[adults[n % len(adults)]] if n % 3 == 1 else [])
    for stage in (Stage.ALONE, Stage.REVEALED, Stage.DISCUSSED):
        meeting = begin("relationships")
        found = Round.objects.get(meeting=meeting)
        for n, person in enumerate(people):
            students = list(offered(person, found).order_by("pk"))
            text = "\n".join(str(student.public_id) for student in students[n::5])
            relationships.mark(person, meeting=meeting, text=text)
        _to(meeting, stage)
        yield f"knows-{stage}", meeting


def _change(begin: Begin, people: Sequence[StaffMember]) -> Laid:
    ruth, tomas, uma = people[:3]
    meeting = begin("routines")
    routines.name_change(
        ruth, meeting=meeting, name="One adult for each new student", result="Nobody new eats alone in the first week"
    )
    _tell(meeting, tomas, "alters", "Lunch duty: I would sit down instead of standing at the door.")
    _to(meeting, Stage.DISCUSSED)
    for by, kind, text in (
        (tomas, "alters", "Lunch duty: one of us sits down instead of standing at the door."),
        (uma, "new", "A list of who is new this week, on Monday morning."),
        (ruth, "bottom-line", "In the first week somebody sits with them, each day."),
        (uma, "flexible", "Who it is, and where."),
    ):
        meetings.write_down(by, meeting=meeting, kind=kind, text=text)
    yield "change", meeting


def _walk(begin: Begin, people: Sequence[StaffMember]) -> Laid:
    meeting = begin("walkthroughs")
    _tell(meeting, people[2], "every-day", "The bus driver knows their names.")
    _to(meeting, Stage.REVEALED)
    yield "walk-talk", meeting


def _students(begin: Begin, people: Sequence[StaffMember]) -> Laid:
    ruth = people[0]
    meeting = begin("supportteam")
    for name in ("Maya Rivera", "Eli Scott"):
        supportteam.put_on(ruth, meeting=meeting, student=called(name))
    _to(meeting, Stage.REVEALED)
    yield "students", meeting
