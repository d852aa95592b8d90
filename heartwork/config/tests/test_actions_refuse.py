"""Every action, called directly by those it must refuse: it raises, nothing is changed, and whoever may do it does it.

The pages' doors refuse most of these people before; here there is no door. `ROWS` has a row for each action that asks
for permission, `ASKS_NOBODY` a reason for each that does not: an action in neither fails.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.http import Http404
from django.utils import timezone

import heartwork
from heartwork.audits import actions as audits
from heartwork.audits.models import AuditedStudent, Sighting
from heartwork.beliefs import actions as beliefs
from heartwork.beliefs.models import Kind as PartKind
from heartwork.beliefs.models import Link, Membership, Part
from heartwork.checkins import actions as checkins
from heartwork.commitments import actions as commitments
from heartwork.commitments.models import Commitment, Thanks
from heartwork.config.tests import test_doors
from heartwork.cycles import actions as cycles
from heartwork.cycles.models import Cycle
from heartwork.levers import actions as levers
from heartwork.levers.models import Lever
from heartwork.measures import actions as measures
from heartwork.measures.models import Measure
from heartwork.measures.places import Place
from heartwork.meetings import actions as meetings
from heartwork.meetings.models import Line, Passage, Writing
from heartwork.privacy import actions as privacy
from heartwork.privacy.models import FamilyRequest
from heartwork.relationships import actions as relationships
from heartwork.relationships.models import LooksAfter
from heartwork.roster import actions as roster
from heartwork.roster import import_actions as imports
from heartwork.roster import imports as pipeline
from heartwork.roster import reach_actions as reach
from heartwork.roster.access import MAY
from heartwork.roster.models import Attribute, ImportRun, Opening, StaffMember, Student, Told
from heartwork.routines import actions as routines
from heartwork.routines.models import Routine
from heartwork.supports import actions as supports
from heartwork.supports.models import Domain, Emphasis, Kind, Participation, Support, Tier
from heartwork.supportteam import actions as supportteam
from heartwork.supportteam.models import Hurdle, Talk
from heartwork.teams import actions as teams
from heartwork.teams.models import FollowUp, Stage, TeamMember
from heartwork.testing.people import DAY, hire
from heartwork.trusted import actions as trusted
from heartwork.trusted.models import Asking, Slip
from heartwork.walkthroughs import actions as walkthroughs

pytestmark = pytest.mark.data
story = test_doors.story  # Ruth (8), Tomás (8B), Uma (Maya) and Nadia (lent Maya) have an open audit about Maya

ASKS_NOBODY = {
    "roster.signed_in": "writes down what the person did themselves",
    "roster.sign_in_refused": "writes down what was tried, by nobody we know",
    "roster.password_set": "writes down what the person did themselves",
    "roster.way_in_changed": "writes down what the person did themselves",
    "roster.end_other_sessions": "ends the actor's own",
    "roster.keeps_second_step": "only says whether",
    "roster.has_second_step": "only says whether",
    "roster.choose_language": "changes the actor's own language",
    "roster.end_sessions_if_another": "is called when reach is given or ended, which asks",
    "roster.ended_viewing": "writes down what the person did themselves",
    "roster.listed_students": "writes down a number, of a list that was narrowed",
    "roster.read_journal": "writes down a number, of entries that were narrowed",
    "roster.saw_student": "takes the reason for which the viewer sees the student",
    "roster.first_administrator": "from the command line, where there is nobody yet",
    "roster.keep_joined": "after an import, by nobody: does again what a person has decided",
    "commitments.take_up": "is called when a meeting closes, which asks",
    "commitments.erase_modelling": "touches only what the actor wrote themselves",
    "walkthroughs.lay_on_table": "is called when a meeting is opened, which asks",
    "walkthroughs.take_back": "touches only what the actor wrote themselves",
    "relationships.begin": "is called when a meeting is opened, which asks",
    "relationships.close": "is called when a meeting closes, which asks",
    "relationships.saw_nobodys": "writes down a number, of a list that was narrowed",
    "relationships.take_back": "touches only what the actor let be seen themselves",
    "trusted.saw_slips": "writes down whom the person saw, of slips that were narrowed",
    "trusted.read_words": "writes down what the person read, of words that were narrowed",
    "trusted.say": "by a student, who has no account, with a slip that was opened",
    "trusted.open_slip": "by a student, who has no account: the slip is what is asked for",
    "levers.begin_with_inventory": "is called when a meeting is opened, which asks",
    "meetings.promise": "is teams.promise, which asks, told to the screens of the meeting",
    "meetings.tell": "writes down what the action around it has done",
    "meetings.changed": "counts a change that the action around it has made",
    "meetings.erase": "touches only what the actor wrote themselves",
    "meetings.took_recap": "writes down what the person did themselves",
    "supportteam.close": "is called when a meeting closes, which asks",
    "supportteam.saw": "writes down about whom the viewer is told, each with the reason",
    "routines.take_up": "is called when a meeting closes, which asks",
    "measures.telling_the_same": "stands around a change of values, which asks",
    "measures.look_again": "forgets what can be worked out again, inside the action that changes values",
    "privacy.retain": "by the clock or the command, for nobody: what the district decided",
    "supports.saw_students": "writes down a number, of a list that was narrowed",
    "journal.note": "writes down what the action around it has done",
    "journal.note_each": "the same, of several",
}


UPLOADS: list[TemporaryUploadedFile] = []  # to be closed behind the test


@pytest.fixture
def scene(story):
    """The story, with some who come close: each lacks one thing that the permitted person has."""
    story.staff |= {
        "nell": hire("Nell Narrow", "student_services_director", organization=story.office, section=story.section_8b),
        "ola": hire("Ola Far", "counselor", organization=story.oak, grades="03"),
        "gil": StaffMember.objects.create(source_id="gil", given_name="Gil", is_active=False, ended_on=DAY),
    }
    test_doors.give_own(story, story.sam)  # imports of Sam's (own) and of Eve's
    TeamMember.objects.create(team=story.things["team", "own"], staff=story.ola, begin=DAY)  # and reaches nobody of it
    yield story
    while UPLOADS:
        UPLOADS.pop().close()


# -- what the actions are done with


def own(name: str) -> Callable[[Any], Any]:
    """What the story keeps in Elm, at Maya's."""
    return lambda s: s.things[name, "own"]


def other(name: str) -> Callable[[Any], Any]:
    """The same at Oak, at Ida's; of imports, Eve's."""
    return lambda s: s.things[name, "other"]


def one(name: str) -> Callable[[Any], Any]:
    """Somebody or something of the story, by name."""
    return lambda s: getattr(s, name)


def some(*names: str) -> Callable[[Any], list[Any]]:
    """Several, by name."""
    return lambda s: [getattr(s, name) for name in names]


def support_at(where: str) -> Callable[[Any], Support]:
    """A support, read anew: changing one changes what is held of it too."""
    return lambda s: Support.objects.get(pk=s.things["support", where].pk)


def ended_support(s: Any) -> Support:
    """Nobody begins in a support that is over."""
    Support.objects.filter(pk=s.things["support", "sibling"].pk).update(
        begin=DAY.replace(day=1), end=DAY.replace(day=2)
    )
    return s.things["support", "sibling"]


def opted_out(s: Any) -> Any:
    """Maya, whose family keeps directory information at home."""
    privacy.opt_out(s.dana, student=s.maya, said_by="Ana Rivera")
    return s.maya


SIGNED = {"records": "grades", "purpose": "tutoring", "recipient": "Reading Club", "signed_by": "Ana Rivera"}
SIGNED |= {"signed_on": DAY, "how": "paper, in the office"}
ON = {"asked_on": DAY}
ASKED = {"recipient": "A court", "interest": "a hearing", "records": "attendance"} | ON


def taken_back(s: Any) -> Any:
    """Maya's family's consent, which it took back."""
    privacy.withdraw_consent(s.dana, consent=s.things["consent", "own"])
    return s.things["consent", "own"]


def of_consent_taken_back(s: Any) -> Any:
    """What would have left under it."""
    taken_back(s)
    return s.things["release", "own"]


def prepared(s: Any, by: str = "ruth") -> Any:
    """The answer to Maya's family, which nobody has looked through."""
    asked = FamilyRequest.objects.get(pk=s.things["request", "own"].pk)
    privacy.prepare_answer(getattr(s, by), asked=asked, answer="yes", answer_text="All.")
    return FamilyRequest.objects.get(pk=asked.pk)


def prepared_by_dana(s: Any) -> Any:
    """The same, prepared by somebody who otherwise looks through."""
    return prepared(s, "dana")


def looked_through(s: Any) -> Any:
    """The answer, ready to be handed out."""
    asked = prepared(s)
    privacy.review_answer(s.priya, asked=asked)
    return asked


def decided(is_same: bool) -> Callable[[Any], Any]:
    """The pair of twins after somebody's decision."""

    def pair(s: Any) -> Any:
        (roster.same_child if is_same else roster.not_the_same)(s.dana, s.twins)
        return s.twins

    return pair


def at_work(s: Any) -> ImportRun:
    """An import that is being read, so that there would be nothing to do."""
    ImportRun.objects.filter(pk=s.things["import", "own"].pk).update(state=ImportRun.State.READING)
    return ImportRun.objects.get(pk=s.things["import", "own"].pk)


def uploaded(s: Any) -> list[TemporaryUploadedFile]:
    """A file as it lies there after an upload."""
    file = TemporaryUploadedFile("students.csv", "text/csv", 0, None)
    file.write(b"sourcedId,givenName\n")
    file.flush()
    UPLOADS.append(file)
    return [file]


def promised(s: Any) -> FollowUp:
    """Tomás does something that Ruth asked of him, from the audit at Elm."""
    return FollowUp.objects.create(
        what="Call home",
        owner=s.tomas,
        promised_by=s.ruth,
        due_on=DAY,
        first_due_on=DAY,
        meeting=s.things["audit", "own"],
    )


def maya_in_audit(s: Any) -> AuditedStudent:
    """Maya, in the open audit at Elm."""
    return AuditedStudent.objects.get(meeting=s.things["audit", "own"])


def in_closed_audit(s: Any) -> AuditedStudent:
    """Maya in the audit that was just closed, by hand: Ruth still reaches her, and is of its team."""
    closed(s)
    return maya_in_audit(s)


def closed(s: Any) -> Any:
    """The audit at Elm, which is over."""
    meeting = s.things["audit", "own"]
    meeting.closed_at = timezone.now()
    meeting.save()
    return meeting


def key_of_support(s: Any) -> str:
    """How a page calls the support that Maya is in."""
    return f"s{s.things['support', 'own'].pk}"


def what_a_support_is(s: Any) -> dict[str, Any]:
    """A tier, a domain and an emphasis, some."""
    return {
        "tier": Tier.objects.get(number=2),
        "domain": Domain.objects.first(),
        "emphasis": Emphasis.objects.first(),
    }


def key_of_added(s: Any) -> str:
    """How a page calls what the team has added to the picture."""
    bench = Sighting(audited=maya_in_audit(s), name="A bench", on_record=False, **what_a_support_is(s))
    bench.save()
    return f"w{bench.pk}"


def measure_at(school: str, **more: Any) -> Callable[[Any], Measure]:
    """Something that is counted at a school."""
    return lambda s: Measure.objects.create(
        name="Greeted", data="count", numerator="greeted", school=getattr(s, school), **more
    )


def place_at(school: str) -> Callable[[Any], Place]:
    """A school as a place where something is counted."""
    return lambda s: Place(getattr(s, school))


def note_at(school: str) -> Callable[[Any], Any]:
    """A note on the charts of a school, from someone who reaches everyone."""
    return lambda s: measures.annotate(s.dana, measure_at(school)(s), place_at(school)(s), period=DAY, words="Snow")


def counted_in(s: Any) -> Measure:
    """What the team's planned test counts."""
    return Measure.objects.get(name="Measure own")


def ready(s: Any) -> Cycle:
    """The planned test with its prediction."""
    cycle = s.things["planned", "own"]
    cycles.predict(s.ruth, cycle=cycle, measure=counted_in(s), low=1, high=2)
    return cycle


def going_on(s: Any) -> Cycle:
    """The planned test, begun."""
    cycle = ready(s)
    cycles.begin_cycle(s.ruth, cycle=cycle)
    return cycle


def understood(s: Any) -> Cycle:
    """The test that is over, with what it taught."""
    cycle = s.things["studied", "own"]
    cycles.study(s.ruth, cycle=cycle, surprises="", learned="Much")
    return cycle


def quiet_problem(s: Any) -> Any:
    """A problem of the team at Oak in which no test goes on."""
    return cycles.open_problem(s.ada, team=s.things["team", "other"], name="Quiet", whose="Someone", lived="Alone")


def bare_driver(s: Any) -> Any:
    """A driver on which nothing hangs."""
    return cycles.add_driver(s.ruth, problem=s.things["problem", "own"], text="Bare")


def bare_idea(s: Any) -> Any:
    """An idea that nobody has tried."""
    return cycles.add_idea(s.ruth, problem=s.things["problem", "own"], text="Bare")


def opening_of_ruth(s: Any) -> Opening:
    """A page that Ruth opened: Priya was told, and Kim, who then was a principal."""
    opening = test_doors.opened(s.ruth, s.zoe, s.priya)
    Told.objects.create(opening=opening, staff=s.kim)
    return opening


# -- the table


@dataclass(frozen=True)
class No:
    """Someone who is refused, and why: all else is as in the row, but for what is named here."""

    who: str
    why: str
    given: dict[str, Any]
    answer: type[Exception]


def no(who: str, why: str, answer: type[Exception] = PermissionDenied, **given: Any) -> No:
    """A line of the table."""
    return No(who, why, given, answer)


@dataclass(frozen=True)
class Row:
    """One action: who may do it with what, what of access.toml that needs, and who is refused."""

    does: Callable[..., Any]
    who: str
    given: dict[str, Any]  # values, or questions to the story
    refused: tuple[No, ...]
    needs: str = ""
    writes: bool = True


def row(does: Any, who: str, /, *refused: No, needs: str = "", writes: bool = True, **given: Any) -> Row:
    """A row of the table."""
    return Row(does, who, given, refused, needs, writes)


FAR = no("otto", "leads another school")
STRANGER = no("kim", "has no role")
HERE = {"measure": measure_at("elm"), "place": place_at("elm")}
NOT_THEIR_PLACE = (
    FAR,
    no("uma", "works there, and does not speak for the school"),
    no("priya", "at another school", measure=measure_at("oak"), place=place_at("oak")),
    no("priya", "for the whole district", place=Place()),
)


def of_audit(does: Any, *refused: No, **given: Any) -> Row:
    """A row about Maya in the open audit."""
    return row(does, "ruth", *NOT_IN_AUDIT, *refused, needs="audit.edit", audited=maya_in_audit, **given)


READERS_OF_THE_TEAM = (
    no("priya", "leads its school, and is not in it"),
    no("dana", "reads every team’s work, and is not in it"),
    no("sol", "reads every team’s work, and is not in it"),
    no("eve", "is of another team of the school"),
    STRANGER,
)


def of_team(does: Any, *refused: No, **given: Any) -> Row:
    """A row about what Ruth's team works on."""
    return row(does, "ruth", *READERS_OF_THE_TEAM, *refused, needs="cycle.edit", **given)


NOT_AT_THE_TABLE = (
    no("priya", "leads its school, and is not in the team"),
    no("dana", "reaches everyone, and is not in the team"),
    no("eve", "is of another team of the school"),
    STRANGER,
)
NO_SEAT = (*NOT_AT_THE_TABLE, no("ola", "is of the team, and has taken no seat"))


def over(s: Any) -> Any:
    """The meeting at Elm, which is over: Ruth and Tomás sat there."""
    meetings.close(s.ruth, meeting=s.things["meeting", "own"])
    return s.things["meeting", "own"]


def at_table(does: Any, who: str, *refused: No, **given: Any) -> Row:
    """A row about the meeting of Ruth's team, in which she, Tomás, Uma and Nadia sit."""
    ended = no(who, "the meeting is over", meeting=over)
    given = {"meeting": own("meeting")} | given
    return row(does, who, *NO_SEAT, *refused, ended, needs="meeting.edit", **given)


def meeting_about(activity: str) -> Callable[[Any], Any]:
    """The meeting of Ruth's team, as if it were another activity's."""

    def meeting(s: Any) -> Any:
        found = s.things["meeting", "own"]
        found.activity = activity
        found.save()
        return found

    return meeting


def promise_of_elm(s: Any) -> Commitment:
    """What Ruth's team promises each other."""
    meeting = s.things["meeting", "own"]
    return Commitment.objects.create(team=meeting.team, text="We greet each other", meeting=meeting, agreed_on=DAY)


def over_about_students(s: Any) -> Any:
    """The meeting of Ruth's team about students, which is over."""
    meetings.close(s.ruth, meeting=s.things["students_meeting", "own"])
    return s.things["students_meeting", "own"]


def talk_of_maya(s: Any) -> Talk:
    """Maya on the agenda of Ruth's team."""
    meeting = s.things["students_meeting", "own"]
    supportteam.put_on(s.ruth, meeting=meeting, student=s.maya)
    return Talk.objects.select_related("meeting", "student").get(meeting=meeting)


def hurdle_of_tomas(s: Any) -> Hurdle:
    """What Tomás sees in Maya's way."""
    return Hurdle.objects.create(talk=talk_of_maya(s), text="The bus", said_by=s.tomas)


def about_maya(does: Any, who: str, *refused: No, **given: Any) -> Row:
    """A row about Maya, about whom Ruth's team talks."""
    far = no("ola", "is of the team, and has taken no seat")
    return row(does, who, *NOT_AT_THE_TABLE, far, *refused, needs="meeting.edit", **given)


def looks_at_a_change(s: Any) -> Any:
    """A meeting of Ruth's team that looks at its change already."""
    meeting = meeting_about("routines")(s)
    s.things["change", "own"].meetings.add(meeting)
    return meeting


def routine_of_elm(s: Any) -> Routine:
    """A routine that the change of Ruth's team asks for."""
    return Routine.objects.create(change=s.things["change", "own"], kind="new", text="Ten minutes")


def ended_change(s: Any) -> Any:
    """The change of Ruth's team, which is over."""
    s.things["change", "own"].ended_on = DAY
    s.things["change", "own"].save()
    return s.things["change", "own"]


def link_of_tomas(s: Any) -> Asking:
    """A link that Tomás gave out to 8B."""
    until = timezone.now() + test_doors.A_DAY
    return trusted.ask(s.tomas, school=s.elm, section=s.section_8b, until=until)


def slip_of_maya(s: Any) -> Slip:
    """Her slip for it."""
    return link_of_tomas(s).slips.select_related("asking").get(student=s.maya)


def looked_after(s: Any) -> LooksAfter:
    """Tomás looks after Maya."""
    return LooksAfter.objects.create(student=s.maya, staff=s.tomas, since=DAY, asked_by=s.priya)


def thanks_of_ruth(s: Any) -> Thanks:
    """Ruth thanks Tomás."""
    return Thanks.objects.create(team=s.things["team", "own"], to=s.tomas, text="For the bus", said_by=s.ruth)


def lever_of_elm(s: Any, name: str = "Morning circle") -> int:
    """Something that Ruth's team lists."""
    return Lever.objects.create(team=s.things["team", "own"], name=name, listed_by=s.ruth).pk


def drawing(s: Any) -> Any:
    """The meeting of Ruth's team, as a theory of action: Tomás draws in group 1, Ruth in group 2."""
    found = meeting_about("beliefs")(s)
    for staff, group in ((s.tomas, 1), (s.ruth, 2)):
        Membership.objects.get_or_create(meeting=found, staff=staff, defaults={"group": group})
    return found


def part(kind: str, group: int | None = 1) -> Callable[[Any], int]:
    """A part of the map of Ruth's team, put down in that meeting."""

    def put(s: Any) -> int:
        given = {"team": s.things["team", "own"], "meeting": s.things["meeting", "own"], "put_by": s.ruth}
        agreed = timezone.now() if kind == "outcome" else None
        return Part.objects.create(kind=kind, group=group, name="Known", agreed_at=agreed, **given).pk

    return put


OUTCOME, OF_ONE, OF_TWO = part("outcome", None), part("belief"), part("belief", 2)


def linked(s: Any) -> int:
    """An action that leads to an outcome, as group 1 drew it: its number; the outcome's is one more."""
    start, end = part("action")(s), OUTCOME(s)
    Link.objects.create(meeting=s.things["meeting", "own"], group=1, start_id=start, end_id=end, drawn_by=s.tomas)
    return start


def line_of_ruth(s: Any) -> int:
    """A decision that Ruth wrote down."""
    return Line.objects.create(meeting=s.things["meeting", "own"], kind="decision", text="Try", written_by=s.ruth).pk


def words_of_tomas(s: Any) -> int:
    """What Tomás wrote alone, in one line; and the line's number."""
    Writing.objects.create(meeting=s.things["meeting", "own"], author=s.tomas, prompt="outcomes", text="Known.")
    return 0


def passage_of_tomas(s: Any) -> int:
    """A line that Tomás shares."""
    words_of_tomas(s)
    return Passage.objects.create(writing=Writing.objects.get(author=s.tomas), text="Known.").pk


PLAN = {"question": "Why?", "scale": "class", "who": "I", "what": "This", "where": "Here", "when": "Now"}
PLAN |= {"begin": DAY, "planned_end": DAY}
NOT_IN_AUDIT = (
    no("priya", "reaches Maya, and is not of the team"),
    no("ola", "is of the team, and does not reach Maya"),
    no("ruth", "the audit is over", audited=in_closed_audit),
)
ROWS = [
    # walkthroughs
    *[
        row(
            does,
            "ruth",
            FAR,
            STRANGER,
            no("sam", "belongs to the office, and looks after the system"),
            no("nadia", "sees Maya through an audit, and works in no school"),
            needs="walkthrough.edit",
            **given,
        )
        for does, given in (
            (walkthroughs.plan, {"school": one("elm"), "held_on": DAY.replace(day=1)}),
            (walkthroughs.send, {"visit": own("visit"), "answers": {"smiles": {"seen": "yes", "note": ""}}}),
        )
    ],
    # roster: students
    row(roster.saw_records, "tomas", FAR, STRANGER, needs="record.read", student=one("maya")),
    row(
        roster.printed_who_sees,
        "ruth",
        FAR,
        no("tomas", "teaches her, and does not speak for the school"),
        STRANGER,
        needs="sight.print",
        student=one("maya"),
        language="es",
    ),
    row(
        roster.saw_older_records,
        "tomas",
        FAR,
        STRANGER,
        needs="record.read",
        student=one("maya"),
        reason="her family asks",
    ),
    row(
        roster.note_strength,
        "tomas",
        FAR,
        no("nadia", "sees Maya through an audit, and writes nothing on her page"),
        no("tomas", "Noor is in another class", student=one("noor")),
        needs="student.edit",
        student=one("maya"),
        text="Draws",
    ),
    # privacy: what families say and ask
    row(privacy.saw_family, "ruth", FAR, STRANGER, needs="family.read", student=one("maya")),
    *[
        row(
            does,
            "ruth",
            no("tomas", "teaches Maya, and does not speak for the district"),
            no("ruth", "Noor is in another grade", student=one("noor")),
            STRANGER,
            needs="family.edit",
            **given,
        )
        for does, given in (
            (privacy.opt_out, {"student": one("maya"), "said_by": "Ana Rivera"}),
            (privacy.opt_back_in, {"student": opted_out}),
            (privacy.note_consent, {"student": one("maya"), **SIGNED}),
            (privacy.note_disclosure, {"student": one("maya"), "basis": "court", **ASKED}),
            (privacy.note_request, {"student": one("maya"), "kind": "inspection", "asked_by": "A", "what": "all"} | ON),
        )
    ],
    row(
        privacy.note_disclosure,
        "ruth",
        no("ruth", "no such ground", basis="because"),
        no("ruth", "a consent that is not named", basis="consent"),
        no("ruth", "the consent of another family", basis="consent", consent=other("consent")),
        no("ruth", "a consent that was taken back", basis="consent", consent=taken_back),
        no("ruth", "the family keeps it at home", basis="directory", student=opted_out),
        student=one("maya"),
        basis="directory",
        **ASKED,
    ),
    *[
        row(
            does,
            "ruth",
            no("tomas", "teaches Maya, and does not speak for the district"),
            no("otto", "leads another school"),
            STRANGER,
            needs="family.edit",
            **given,
        )
        for does, given in (
            (privacy.withdraw_consent, {"consent": own("consent")}),
            (privacy.strike_disclosure, {"disclosure": own("release"), "why": "a mistake"}),
            (privacy.prepare_answer, {"asked": own("request"), "answer": "yes", "answer_text": "All."}),
            (privacy.hand_out_answer, {"asked": looked_through}),
        )
    ],
    row(
        privacy.hand_out_answer,
        "ruth",
        no("ruth", "nobody looked it through", Http404, asked=prepared),
        asked=looked_through,
    ),
    row(
        privacy.review_answer,
        "priya",
        no("ruth", "prepared it"),
        no("otto", "leads another school"),
        no("dana", "prepared it", asked=prepared_by_dana),
        no("priya", "nothing is prepared", Http404, asked=own("request")),
        STRANGER,
        needs="family.review",
        asked=prepared,
    ),
    row(
        privacy.sign_release,
        "sol",
        no("lena", "leads, and does not sign"),
        no("dana", "reaches everyone, and does not sign"),
        no("sol", "the family took it back", Http404, disclosure=of_consent_taken_back),
        STRANGER,
        needs="release.sign",
        disclosure=own("release"),
    ),
    row(
        privacy.set_periods,
        "dana",
        no("priya", "reads how long, and does not say"),
        no("dana", "longer than it may be", months={"checkins": 240}),
        no("dana", "shorter than it may be", months={"journal": 6}),
        no("dana", "no such kind", months={"shoes": 12}),
        STRANGER,
        needs="district.edit",
        months={"checkins": 12},
    ),
    row(
        privacy.export_students,
        "ruth",
        no("tomas", "teaches Maya, and does not speak for the district"),
        no("ruth", "no such ground", basis="because"),
        no("ruth", "a consent is one student’s", basis="consent"),
        STRANGER,
        needs="family.edit",
        students=lambda s: Student.objects.all(),
        recipient="The yearbook",
        interest="names under pictures",
        records="names",
        basis="directory",
    ),
    # roster: the district
    row(roster.change_settings, "dana", no("priya", "reads them"), STRANGER, needs="district.edit", name="Elmwood"),
    row(
        roster.change_attribute,
        "dana",
        no("priya", "reads them"),
        no("priya", "adds one", attribute=None, code="twin", kind="other", label="Twins"),
        needs="district.edit",
        attribute=lambda s: Attribute.objects.get(code="low_income"),
        label="Our words",
    ),
    # roster: staff
    row(
        roster.give_assignment,
        "sam",
        no("priya", "looks at assignments, and gives none"),
        no("sam", "to oneself", staff=one("sam")),
        no("sam", "a role that only an audit gives", role="facilitator"),
        no("sam", "a role that is not there", role="headmaster"),
        no("sam", "a student out of reach", role="support_staff", section=None, students=some("maya")),
        no("nell", "a student out of reach", role="support_staff", section=None, students=some("maya")),
        needs="assignment.edit",
        staff=one("kim"),
        role="teacher",
        organization=one("elm"),
        section=one("section_8b"),
        begin=DAY,
    ),
    row(
        roster.end_assignment,
        "sam",
        no("priya", "looks at assignments, and ends none"),
        no("tomas", "ends their own", assignment=lambda s: s.tomas.assignments.first()),
        needs="assignment.edit",
        assignment=lambda s: s.uma.assignments.first(),
        last_day=DAY,
    ),
    row(
        reach.give_substitute,
        "priya",
        no("otto", "leads another school"),
        no("tomas", "lets someone stand in for himself"),
        no("priya", "to oneself", staff=one("priya")),
        no("priya", "in one’s own place", staff=one("tomas")),
        no("priya", "someone who has left", staff=one("gil")),
        no("priya", "of another school", absent=one("ada")),
        no("priya", "has nothing to take over", absent=one("sue")),
        no("priya", "for too long", end=DAY + reach.LONGEST),
        no("priya", "backwards", begin=DAY.replace(day=27)),
        no("priya", "when it is over", begin=DAY.replace(year=2027), end=DAY.replace(year=2027)),
        needs="substitute.edit",
        absent=one("tomas"),
        staff=one("kim"),
        begin=DAY,
        end=DAY.replace(day=26),
    ),
    row(
        reach.end_substitute,
        "priya",
        no("otto", "leads another school"),
        no("tomas", "is stood in for"),
        no("priya", "does not stand in", staff=one("kim")),
        needs="substitute.edit",
        absent=one("tomas"),
        staff=one("sue"),
    ),
    row(
        reach.begin_viewing,
        "priya",
        no("otto", "leads another school"),
        no("ruth", "looks after nobody’s assignments"),
        no("priya", "as herself", person=one("priya")),
        no("priya", "someone of another school", person=one("ada")),
        no("priya", "the director, who is of no school", person=one("dana")),
        no("sam", "someone who has left", person=one("gil")),
        needs="view_as.open",
        person=one("tomas"),
    ),
    row(
        reach.choose,
        "dana",
        no("priya", "reads them"),
        no("dana", "what no district chooses", chosen={"checkin.read": ["teacher"]}),
        no("dana", "a role of which no district says", chosen={"student.edit": ["facilitator"]}),
        STRANGER,
        needs="district.edit",
        chosen={"student.edit": ["teacher"]},
        why="We tried it.",
    ),
    row(
        reach.open_in_emergency,
        "ruth",
        no("tomas", "teaches, and may open none"),
        STRANGER,
        needs="emergency.open",
        name="Ida Nelson",
        fact="4711",
        reason="She is here and in pain.",
    ),
    row(
        reach.end_opening,
        "ruth",
        no("otto", "leads her school, and was not told"),
        no("tomas", "neither opened it nor was told"),
        no("kim", "was told, and may be told no longer"),
        opening=opening_of_ruth,
    ),
    row(
        reach.noticed_opening,
        "priya",
        no("otto", "somebody else was told"),
        no("kim", "may be told no longer", told=lambda s: opening_of_ruth(s).told.get(staff=s.kim)),
        needs="emergency.told",
        told=lambda s: opening_of_ruth(s).told.get(staff=s.priya),
    ),
    row(
        roster.give_sign_in,
        "sam",
        no("priya", "looks at staff"),
        no("kim", "for oneself", person=one("kim")),
        no("sam", "to someone who has left", person=one("gil")),
        needs="assignment.edit",
        person=one("kim"),
        username="kim.alone",
    ),
    row(
        roster.forget_second_steps,
        "sam",
        no("priya", "looks at staff"),
        no("sam", "one's own", person=one("sam")),
        needs="assignment.edit",
        person=one("kim"),
    ),
    row(
        roster.end_person,
        "sam",
        no("priya", "looks at staff"),
        no("sam", "oneself", person=one("sam")),
        needs="assignment.edit",
        person=one("kim"),
    ),
    row(
        roster.welcome_back,
        "sam",
        no("priya", "looks at staff"),
        no("gil", "oneself"),
        needs="assignment.edit",
        person=one("gil"),
    ),
    # roster: twins
    *[
        row(
            decide,
            "dana",
            no("priya", "reaches both, and does not decide"),
            no("nell", "decides, and reaches neither"),
            no("dana", "it is decided", Http404, pair=decided(is_same=True)),
            no("dana", "it is decided", Http404, pair=decided(is_same=False)),
            needs="twin.edit",
            pair=one("twins"),
        )
        for decide in (roster.same_child, roster.not_the_same)
    ],
    row(
        roster.tell_apart,
        "dana",
        no("priya", "reaches both, and does not decide"),
        no("nell", "decides, and reaches neither"),
        no("dana", "they are open", Http404, pair=one("twins")),
        no("dana", "they were never one", Http404, pair=decided(is_same=False)),
        needs="twin.edit",
        pair=decided(is_same=True),
    ),
    # roster: imports
    row(imports.take_in, "sam", no("priya", "brings no files"), needs="import.edit", files=uploaded),
    *[
        row(
            decide,
            "sam",
            no("priya", "has nothing to do with imports"),
            no("priya", "nor with one at work", run=at_work),
            needs="import.edit",
            run=own("import"),
        )
        for decide in (imports.ask_to_apply, imports.ask_to_read, imports.set_aside)
    ],
    row(
        imports.explain,
        "sam",
        no("priya", "has nothing to do with imports"),
        no("sam", "somebody else's import", run=other("import")),
        needs="import.edit",
        run=own("import"),
        fingerprint="f",
        kind="attendance",
        columns={"studentSourcedId": "who", "date": "what", "code": "what"},
        values={},
    ),
    row(
        imports.note_download,
        "sam",
        no("priya", "has nothing to do with imports"),
        no("sam", "rows of somebody else's import", run=other("import")),
        needs="import.read",
        run=own("import"),
    ),
    # supports
    row(
        supports.add_support,
        "ruth",
        FAR,
        no("tomas", "teaches there"),
        no("ruth", "for the whole district", school=None),
        no("ruth", "at another school", school=one("oak")),
        needs="support.edit",
        name="Reading hour",
        school=one("elm"),
        **{name: lambda s, name=name: what_a_support_is(s)[name] for name in ("tier", "domain", "emphasis")},
    ),
    row(
        supports.change_support,
        "ruth",
        FAR,
        no("tomas", "teaches there"),
        no("ruth", "over to another school", school=one("oak")),
        no("ruth", "to the whole district", school=None),
        no("ruth", "over from another school", support=support_at("other"), school=one("elm")),
        needs="support.edit",
        support=support_at("own"),
        name="Other words",
    ),
    row(supports.confirm_support, "ruth", FAR, no("tomas", "teaches"), needs="support.edit", support=support_at("own")),
    row(
        supports.end_support,
        "ruth",
        FAR,
        no("tomas", "teaches there"),
        needs="support.edit",
        support=support_at("own"),
        end=DAY,
    ),
    row(
        supports.begin_participation,
        "uma",
        FAR,
        no("tomas", "teaches Maya, and gives no place"),
        no("uma", "Noor is not hers", student=one("noor")),
        no("uma", "a support of another school", support=other("support")),
        no("uma", "a support that is over", support=ended_support),
        needs="participation.edit",
        student=one("maya"),
        support=support_at("sibling"),
    ),
    row(
        supports.end_participation,
        "uma",
        FAR,
        no("tomas", "teaches Maya, and takes no place"),
        no("uma", "Noor is not hers", participation=lambda s: s.things["participation", "sibling"]),
        needs="participation.edit",
        participation=lambda s: Participation.objects.get(pk=s.things["participation", "own"].pk),
        end=DAY,
    ),
    row(
        supports.change_kind,
        "dana",
        no("priya", "changes supports, not their kinds"),
        no(
            "priya",
            "adds one",
            kind=None,
            name="New",
            **{name: lambda s, name=name: what_a_support_is(s)[name] for name in ("tier", "domain", "emphasis")},
        ),
        needs="kind.edit",
        kind=lambda s: Kind.objects.get(code="counselor"),
        name="Our words",
    ),
    # teams
    row(
        teams.create_team,
        "ruth",
        FAR,
        no("tomas", "works there, and makes no teams"),
        no("ruth", "of another school", organization=one("oak")),
        no("ruth", "of the whole district", organization=None),
        needs="team.edit",
        name="Grade 8",
        organization=one("elm"),
    ),
    *[
        row(
            change,
            "ruth",
            FAR,
            no("tomas", "is of the team, and does not say who is"),
            no("ruth", "another team", team=other("team")),
            needs="team.edit",
            team=own("team"),
            staff=one(staff),
        )
        for change, staff in ((teams.add_member, "kim"), (teams.end_membership, "uma"))
    ],
    row(
        teams.open_meeting,
        "ruth",
        FAR,
        no("priya", "leads the school, and is not of the team"),
        no("nadia", "is of the team, and only lent what she sees"),
        no("ruth", "with a facilitator from elsewhere", facilitator=one("priya")),
        needs="audit.open",
        team=own("team"),
        activity="audits",
        held_on=DAY,
        facilitator=one("tomas"),
    ),
    row(teams.close_meeting, "tomas", no("priya", "is not of the team"), FAR, meeting=own("audit")),
    row(
        teams.lend_sight,
        "ruth",
        no("ola", "is of the team, and does not reach Eli"),
        no("ruth", "Ida is not hers", students=some("eli", "ida")),
        no("nadia", "was lent Maya herself", students=some("maya")),
        meeting=own("audit"),
        students=some("eli"),
        to=some("nadia", "kim"),
    ),
    row(
        teams.promise,
        "ruth",
        no("ola", "does not reach Maya", owner=one("ola")),
        no("ruth", "nobody asks a stranger", owner=one("kim")),
        no("ruth", "nobody asks who has left", owner=one("gil")),
        what="Call home",
        owner=one("tomas"),
        due_on=DAY,
        meeting=own("audit"),
        student=one("maya"),
    ),
    *[
        row(
            change,
            "tomas",
            no("uma", "is of the team, and it is not hers"),
            no("priya", "leads the school, and it is not hers"),
            follow_up=promised,
            **more,
        )
        for change, more in (
            (teams.mark_done, {}),
            (teams.pick_new_day, {"due_on": DAY.replace(day=27)}),
        )
    ],
    row(
        teams.reopen,
        "tomas",
        no("uma", "is of the team, and it is not hers"),
        no("priya", "leads the school, and it is not hers"),
        follow_up=promised,
    ),
    row(
        teams.hand_on,
        "tomas",
        no("nadia", "is of the team, and it is not hers"),
        no("tomas", "nobody asks a stranger", owner=one("kim")),
        no("tomas", "nobody asks someone elsewhere", owner=one("otto")),
        follow_up=promised,
        owner=one("uma"),
    ),
    # audits
    row(
        audits.open_audit,
        "ruth",
        no("ola", "is of the team, and does not reach Eli"),
        no("priya", "is not of the team"),
        no("nadia", "only sees what she was lent", students=some("maya")),
        no("ruth", "the facilitator does not reach Eli", facilitator=one("nadia")),
        no("ruth", "the facilitator was lent Maya", facilitator=one("nadia"), students=some("maya")),
        needs="audit.open",
        team=own("team"),
        held_on=DAY,
        facilitator=one("tomas"),
        students=some("eli"),
        picked="by hand",
    ),
    of_audit(audits.say_seen, no("ruth", "no such", key="s0"), key=key_of_support, seen=True),
    of_audit(audits.say_helps, no("ruth", "no such", key="s0"), key=key_of_support, helps=True),
    of_audit(audits.add_seen, support=support_at("sibling")),
    of_audit(audits.take_out, no("ruth", "no such", key="w?"), key=key_of_added),
    of_audit(audits.write, question="wonder", text="Who walks with her?"),
    row(
        audits.close_audit,
        "ruth",
        no("priya", "is not of the team"),
        no("ola", "is of the team, and does not reach Maya"),
        no("ruth", "it is over", meeting=closed),
        needs="audit.edit",
        meeting=own("audit"),
    ),
    # check-ins
    row(checkins.read_answers, "ruth", FAR, needs="checkin.read", students=some("maya")),
    # measures
    row(
        measures.define_measure,
        "priya",
        FAR,
        no("uma", "works there, and does not speak for the school"),
        no("priya", "at another school", school=one("oak")),
        no("priya", "for the whole district", school=None),
        needs="measure.edit",
        name="Greeted",
        data="count",
        numerator="greeted",
        school=one("elm"),
    ),
    row(
        measures.change_measure,
        "priya",
        FAR,
        no("uma", "works there, and does not speak for the school"),
        no("priya", "at another school", measure=measure_at("oak")),
        no("priya", "over from another school", measure=measure_at("oak"), school=one("elm")),
        no("priya", "over to another school", school=one("oak")),
        no("lena", "does not see each student whose small group would be told of", per_student=2),
        needs="measure.edit",
        measure=measure_at("elm"),
        name="Other words",
    ),
    *[
        row(
            change,
            "priya",
            FAR,
            no("uma", "works there, and does not speak for the school"),
            no("priya", "at another school", measure=measure_at("oak")),
            needs="measure.edit",
            writes=change is not measures.gather,  # a value that is typed is not gathered
            measure=measure_at("elm"),
            **more,
        )
        for change, more in (
            (measures.end_measure, {}),
            (measures.gather, {}),
        )
    ],
    row(
        measures.enter_values,
        "priya",
        *NOT_THEIR_PLACE,
        no("priya", "nobody counts it any more", measure=measure_at("elm", ended_on=DAY)),
        needs="measure.edit",
        values=[measures.Value(DAY, 3)],
        **HERE,
    ),
    *[
        row(change, "priya", *NOT_THEIR_PLACE, needs="measure.edit", **HERE, **more)
        for change, more in (
            (
                measures.choose_chart,
                {"chart": "run", "rules": "anhoej", "screen_moving_ranges": False, "reason": "Simple"},
            ),
            (measures.begin_phase, {"start": DAY, "reason": "A new bell"}),
            (measures.leave_out, {"period": DAY, "reason": "Snow"}),
            (measures.annotate, {"period": DAY, "words": "Snow"}),
        )
    ],
    row(
        measures.withdraw_annotation,
        "priya",
        FAR,
        no("uma", "works there, and does not speak for the school"),
        no("priya", "at another school", annotation=note_at("oak")),
        needs="measure.edit",
        annotation=note_at("elm"),
    ),
    # cycles
    of_team(
        cycles.open_problem,
        no("ruth", "for another team", team=other("team")),
        team=own("team"),
        name="Lunch",
        whose="Someone",
        lived="Alone",
    ),
    *[
        of_team(change, no("ruth", "of another team", problem=other("problem")), problem=own("problem"), **more)
        for change, more in (
            (cycles.change_problem, {"name": "Other words"}),
            (cycles.add_outcome, {"text": "Sooner"}),
            (cycles.remove_outcome, {"pk": 1}),
            (cycles.add_driver, {"text": "Time"}),
            (cycles.add_idea, {"text": "A table"}),
        )
    ],
    row(
        cycles.close_problem,
        "ada",
        no("otto", "leads its school, and is not in it"),
        no("ruth", "is of another team"),
        STRANGER,
        needs="cycle.edit",
        problem=quiet_problem,
        because="Solved",
    ),
    *[
        of_team(change, no("ruth", "of another team", driver=other("driver")), driver=driver, **more)
        for change, driver, more in (
            (cycles.change_driver, own("driver"), {"text": "Other words"}),
            (cycles.shift_driver, own("driver"), {"by": 1}),
            (cycles.move_driver, own("driver"), {"parent": None}),
            (cycles.remove_driver, bare_driver, {}),
        )
    ],
    *[
        of_team(change, no("ruth", "of another team", idea=other("idea")), idea=idea, **more)
        for change, idea, more in (
            (cycles.change_idea, own("idea"), {"text": "Other words", "drivers": []}),
            (cycles.shift_idea, own("idea"), {"by": 1}),
            (cycles.move_idea, own("idea"), {"driver": None}),
            (cycles.remove_idea, bare_idea, {}),
            (cycles.plan_cycle, own("idea"), {"measures": [], **PLAN}),
        )
    ],
    *[
        of_team(
            change,
            no("ruth", "of another team", cycle=other("planned")),
            no("ruth", "it is over", cycle=own("studied")),
            cycle=cycle,
            **more,
        )
        for change, cycle, more in (
            (cycles.change_plan, own("planned"), {"measures": [], "question": "Who?"}),
            (cycles.set_aside, own("planned"), {}),
            (cycles.predict, own("planned"), {"measure": counted_in, "low": 1, "high": 2}),
            (cycles.begin_cycle, ready, {}),
            (cycles.end_cycle, going_on, {"ended_on": DAY}),
        )
    ],
    *[
        of_team(
            change,
            no("ruth", "of another team", cycle=other("studied")),
            no("ruth", "it has not begun", cycle=own("planned")),
            cycle=cycle,
            **more,
        )
        for change, cycle, more in (
            (cycles.study, own("studied"), {"surprises": "", "learned": "Much"}),
            (cycles.decide, understood, {"decision": "adopt", "why": "It works"}),
        )
    ],
    of_team(
        cycles.write_note,
        no("ruth", "of another team", cycle=other("studied")),
        cycle=own("studied"),
        kind="seen",
        day=DAY,
        text="They wait at the door",
    ),
    # meetings
    row(
        meetings.begin,
        "ruth",
        *NOT_AT_THE_TABLE,
        no("ruth", "who leads is not in the team", facilitator=one("priya")),
        needs="meeting.open",
        activity="reflect-outcomes",
        team=own("team"),
        held_on=DAY,
        facilitator=one("tomas"),
    ),
    row(meetings.join, "priya", no("kim", "has no role"), needs="meeting.edit", code="maple 1"),
    row(
        meetings.sit_down,
        "ola",
        *NOT_AT_THE_TABLE,
        no("ola", "the meeting is over", meeting=over),
        needs="meeting.edit",
        meeting=own("meeting"),
    ),
    at_table(
        meetings.move,
        "ruth",
        no("tomas", "does not lead"),
        no("ruth", "that stage is not the next", stage=Stage.DECIDED),
        stage=Stage.REVEALED,
    ),
    at_table(meetings.give_time, "ruth", no("tomas", "does not lead"), minutes=2),
    at_table(meetings.take_the_lead, "tomas"),
    at_table(meetings.close, "ruth", no("tomas", "does not lead")),
    at_table(
        meetings.write, "tomas", no("tomas", "nobody asks that", prompt="weather"), prompt="outcomes", text="Known."
    ),
    at_table(
        meetings.share,
        "tomas",
        no("ruth", "has not written it"),
        no("tomas", "there is no such line", number=7),
        prompt="outcomes",
        number=words_of_tomas,
    ),
    row(
        meetings.take_back,
        "tomas",
        no("ruth", "has not written it"),
        STRANGER,
        meeting=own("meeting"),
        passage=passage_of_tomas,
    ),
    at_table(
        meetings.rate,
        "tomas",
        no("tomas", "there is no such thing", item="weather"),
        meeting=meeting_about("profile"),
        item="strength-values",
        value=3,
    ),
    at_table(
        meetings.mark,
        "tomas",
        no("tomas", "there is no such word", mark="magic"),
        meeting=meeting_about("levers"),
        item=lambda s: f"lever-{lever_of_elm(s)}",
        mark="law",
    ),
    at_table(levers.list_one, "tomas", meeting=meeting_about("levers"), name="Greeting at the door"),
    at_table(
        levers.make_one,
        "tomas",
        no("tomas", "one of them is not on the list", second=0),
        meeting=meeting_about("levers"),
        first=lambda s: lever_of_elm(s),
        second=lambda s: lever_of_elm(s, "Morning circles"),
    ),
    at_table(
        levers.leave_out,
        "tomas",
        no("tomas", "it is not on the list", lever=0),
        meeting=meeting_about("levers"),
        lever=lambda s: lever_of_elm(s),
    ),
    at_table(beliefs.name_outcome, "tomas", meeting=meeting_about("beliefs"), name="Known", is_end=True),
    at_table(
        beliefs.measure_by,
        "tomas",
        no("tomas", "it is no outcome", outcome=OF_ONE),
        meeting=drawing,
        outcome=OUTCOME,
        measure=None,
    ),
    at_table(beliefs.agree, "ruth", no("tomas", "does not lead"), meeting=meeting_about("beliefs")),
    at_table(beliefs.choose_group, "tomas", meeting=meeting_about("beliefs"), group=1),
    at_table(
        beliefs.put_down,
        "tomas",
        no("uma", "draws in no group"),
        no("tomas", "outcomes are everyone’s", kind=PartKind.OUTCOME),
        meeting=drawing,
        kind=PartKind.BELIEF,
        name="Known",
    ),
    at_table(
        beliefs.leave_out,
        "tomas",
        no("tomas", "the other group put it down", part=OF_TWO),
        no("ruth", "the other group put it down"),
        meeting=drawing,
        part=OF_ONE,
    ),
    at_table(
        beliefs.link,
        "tomas",
        no("uma", "draws in no group"),
        no("tomas", "a belief leads to no outcome", start=lambda s: Part.objects.get(pk=OF_ONE(s))),
        meeting=drawing,
        start=lambda s: Part.objects.get(pk=part("action")(s)),
        end=lambda s: Part.objects.get(pk=OUTCOME(s)),
    ),
    at_table(
        beliefs.unlink,
        "tomas",
        no("ruth", "the other group drew it"),
        meeting=drawing,
        start=linked,
        end=lambda s: Part.objects.latest("pk").pk,
    ),
    at_table(
        beliefs.make_one,
        "tomas",
        no("tomas", "one of them is of the other group", second=OF_TWO),
        no("tomas", "one of them is no belief", second=OUTCOME),
        meeting=drawing,
        first=OF_ONE,
        second=OF_ONE,
    ),
    at_table(
        beliefs.observe,
        "tomas",
        no("tomas", "it is no belief", belief=OUTCOME),
        meeting=drawing,
        belief=OF_ONE,
        standing="in_use",
        text="Seen",
    ),
    at_table(
        beliefs.choose,
        "tomas",
        no("tomas", "it is no outcome", outcome=OF_ONE),
        meeting=drawing,
        outcome=OUTCOME,
        loop="single",
        reason="Try",
    ),
    at_table(meetings.say_done, "tomas", is_done=True),
    at_table(
        meetings.write_down,
        "tomas",
        no("tomas", "there is no such kind of line", kind="weather"),
        kind="decision",
        text="Try it",
    ),
    at_table(meetings.strike, "ruth", no("tomas", "Ruth wrote it and leads"), line=line_of_ruth),
    # supportteam
    row(
        supportteam.put_on,
        "ruth",
        *NOT_AT_THE_TABLE,
        no("ola", "is of the team, and has taken no seat"),
        no("tomas", "does not reach Noor", student=one("noor")),
        no("nadia", "sees Maya by another meeting alone"),
        no("ruth", "the meeting is over", meeting=over_about_students),
        no("ruth", "the meeting is about something else", meeting=own("meeting")),
        needs="student_meeting.open",
        meeting=own("students_meeting"),
        student=one("maya"),
    ),
    about_maya(
        supportteam.take_off,
        "ruth",
        no("tomas", "neither put her on nor leads"),
        no("ruth", "somebody has said something", talk=lambda s: hurdle_of_tomas(s).talk),
        talk=talk_of_maya,
    ),
    about_maya(supportteam.say, "tomas", talk=talk_of_maya, text="The bus comes late"),
    about_maya(
        supportteam.unsay,
        "ruth",
        no("uma", "neither said it nor leads"),
        hurdle=lambda s: hurdle_of_tomas(s),
    ),
    row(
        supportteam.go_on,
        "ruth",
        *NOT_AT_THE_TABLE,
        no("tomas", "does not lead"),
        no("ruth", "nobody is on the agenda", meeting=own("students_meeting")),
        needs="meeting.edit",
        meeting=lambda s: talk_of_maya(s).meeting,
    ),
    row(
        teams.stop_lending,
        "ruth",
        *NOT_AT_THE_TABLE,
        meeting=own("students_meeting"),
        student=lambda s: talk_of_maya(s).student,
    ),
    # routines
    at_table(routines.name_change, "tomas", meeting=meeting_about("routines"), name="Circle every morning"),
    at_table(
        routines.go_on_with,
        "tomas",
        no("tomas", "it is of another team", change=lambda s: s.things["change", "sibling"].pk),
        no("tomas", "the meeting looks at one already", meeting=looks_at_a_change),
        meeting=meeting_about("routines"),
        change=lambda s: s.things["change", "own"].pk,
    ),
    row(routines.let_go, "ola", *NOT_AT_THE_TABLE, needs="routine.edit", routine=routine_of_elm),
    row(routines.begin_change, "ola", *NOT_AT_THE_TABLE, needs="routine.edit", change=own("change")),
    row(routines.end_change, "ola", *NOT_AT_THE_TABLE, needs="routine.edit", change=own("change")),
    row(
        routines.say_minutes,
        "ola",
        *NOT_AT_THE_TABLE,
        no("ola", "there is no such role", minutes={"superintendent": 5}),
        no("ola", "leads no support there", change=None, support=own("support")),
        needs="routine.edit",
        change=own("change"),
        minutes={"teacher": 5},
    ),
    row(
        routines.answer,
        "priya",
        FAR,
        no("sol", "does not work in a school"),
        no("uma", "it is over", change=ended_change),
        no("priya", "nobody asks that", question="weather"),
        STRANGER,
        needs="routine.edit",
        change=own("change"),
        question="what-for",
        answer="yes",
    ),
    # trusted
    row(
        trusted.ask,
        "tomas",
        FAR,
        STRANGER,
        no("uma", "may not ask"),
        no("tomas", "the time is over", until=lambda s: timezone.now() - test_doors.A_DAY),
        needs="trusted.ask",
        school=one("elm"),
        section=None,
        until=lambda s: timezone.now() + test_doors.A_DAY,
    ),
    row(
        trusted.close_asking,
        "tomas",
        no("ruth", "somebody else’s link"),
        no("uma", "may not ask"),
        needs="trusted.ask",
        asking=link_of_tomas,
    ),
    row(
        trusted.new_slip,
        "tomas",
        no("ruth", "somebody else’s link"),
        no("uma", "may not ask"),
        needs="trusted.ask",
        slip=slip_of_maya,
    ),
    # relationships
    row(
        relationships.set_up,
        "ruth",
        *NO_SEAT,
        no("tomas", "does not lead"),
        no("ruth", "does not see everyone at the school", school=one("oak"), names_everyone=True),
        needs="meeting.edit",
        meeting=own("round"),
        school=one("elm"),
        carries=5,
    ),
    row(
        relationships.mark,
        "tomas",
        *NO_SEAT,
        no("tomas", "the meeting is about something else", Http404, meeting=own("meeting")),
        needs="meeting.edit",
        meeting=own("round"),
        text=lambda s: str(s.maya.public_id),
    ),
    row(relationships.let_be_seen, "tomas", *NO_SEAT, needs="meeting.edit", meeting=own("round")),
    row(
        relationships.look_after,
        "ruth",
        FAR,
        STRANGER,
        no("ola", "does not reach Maya"),
        no("ruth", "Ada works at another school", staff=one("ada")),
        needs="student.edit",
        student=one("maya"),
        staff=one("tomas"),
    ),
    row(
        relationships.let_go,
        "ruth",
        FAR,
        STRANGER,
        no("ola", "does not reach Maya"),
        needs="student.edit",
        found=looked_after,
    ),
    # commitments
    row(commitments.let_go, "ola", *NOT_AT_THE_TABLE, needs="meeting.edit", commitment=promise_of_elm),
    row(
        commitments.answer,
        "ola",
        *NOT_AT_THE_TABLE,
        needs="meeting.edit",
        commitment=promise_of_elm,
        answer="yes",
    ),
    row(
        commitments.thank,
        "ola",
        *NOT_AT_THE_TABLE,
        no("ola", "Priya is not in the team", to=one("priya")),
        needs="meeting.edit",
        team=own("team"),
        text="For the coffee",
    ),
    row(commitments.take_down, "ruth", no("uma", "neither said it nor is thanked"), thanks=thanks_of_ruth),
    row(commitments.note_modelling, "ruth", STRANGER, needs="meeting.edit", text="Greeted all"),
]


# -- the tests


def name_of(does: Callable[..., Any]) -> str:
    """ "teams.promise": the room and the name of an action."""
    return f"{does.__module__.split('.')[1]}.{does.__name__}"


def everything() -> dict[str, list[Any]]:
    """All rows of all tables."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in models}


def try_it(scene: Any, row: Row, who: str, given: dict[str, Any], without: str = "") -> tuple[Any, bool]:
    """Let someone do it, and take it back: what was raised, and whether anything in the database was changed.

    without: what the table gives nobody meanwhile.
    """
    here = copy.deepcopy(scene)  # actions change what they are given, too
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        filled = {name: value(here) if callable(value) else value for name, value in (row.given | given).items()}
        if without:
            patch.setitem(MAY, without, [])
        before, raised = everything(), None
        try:
            row.does(getattr(here, who), **filled)
        except (PermissionDenied, Http404) as refusal:
            raised = type(refusal)
        changed = everything() != before
        transaction.set_rollback(True)
    return raised, changed


@pytest.mark.parametrize("row", ROWS, ids=lambda row: name_of(row.does))
def test_an_action_refuses_and_changes_nothing_and_is_done_by_whoever_may(scene, row):
    wrong = [
        f"{each.who} ({each.why}): {answer}"
        for each in row.refused
        if (answer := try_it(scene, row, each.who, each.given)) != (each.answer, False)
    ]
    if row.needs and (answer := try_it(scene, row, row.who, {}, without=row.needs)) != (PermissionDenied, False):
        wrong.append(f"{row.who} without {row.needs}: {answer}")
    assert wrong == []
    assert try_it(scene, row, row.who, {}) == (None, row.writes)


def test_files_of_whoever_may_not_bring_them_stay_where_they_are(scene):
    (file,) = uploaded(scene)
    with pytest.raises(PermissionDenied):
        imports.take_in(scene.priya, [file])
    assert Path(file.temporary_file_path()).exists()


def test_what_brings_in_files_asks_by_itself_too(scene, tmp_path):
    run, who = scene.things["import", "own"], scene.priya
    for attempt in (
        lambda: pipeline.begin(who, name="more.csv", source=tmp_path),
        lambda: pipeline.apply(run.pk, actor=who),
        lambda: pipeline.set_aside(who, run),
        lambda: pipeline.remember_mapping(who, "f", "attendance", {"studentSourcedId": "who"}),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def actions() -> Iterator[tuple[str, bool]]:
    """Every public function of every room's actions, and whether it asks for permission, itself or by a helper."""
    for path in sorted(Path(heartwork.__file__).parent.glob("*/*actions.py")):
        functions = {node.name: node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}
        asking: set[str] = set()
        while more := {name for name in functions.keys() - asking if _asks(functions[name], asking)}:
            asking |= more
        for name in functions:
            if not name.startswith("_"):
                yield f"{path.parent.name}.{name}", name in asking


def _asks(function: ast.FunctionDef, helpers: set[str]) -> bool:
    """Whether a `require...` is called in it, PermissionDenied raised, or one of the room's own helpers that do."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            private = called.startswith("_") and called in helpers
            if private or called == "PermissionDenied" or called.lstrip("_").startswith("require"):
                return True
    return False


def test_every_action_has_a_row_here_or_a_reason_why_it_asks_nobody():
    found = dict(actions())
    assert {name for name, asks in found.items() if asks} == {name_of(row.does) for row in ROWS}
    assert {name for name, asks in found.items() if not asks} == set(ASKS_NOBODY)
