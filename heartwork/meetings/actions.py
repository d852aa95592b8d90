"""Changes to meetings that go through stages: begin, join, move on, write alone, share, mark, write down together."""

import datetime
import json
import secrets
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from heartwork.journal.actions import note
from heartwork.journal.models import Entry
from heartwork.meetings import queries
from heartwork.meetings.access import require_seat
from heartwork.meetings.models import Line, Passage, Rating, Seat, Writing
from heartwork.roster import access
from heartwork.roster.models import StaffMember
from heartwork.teams import actions as teams
from heartwork.teams.activities import ACTIVITIES
from heartwork.teams.models import FollowUp, Meeting, Stage, Team
from heartwork.teams.queries import is_member
from heartwork.web.drafts import take_in

CODE_WORDS = Path(__file__).with_name("code_words.txt").read_text().split()
GUESSES = 10  # wrong codes by one person within ten minutes; then no code is right for a while


# -- begin, join, lead, close


@transaction.atomic
def begin(
    actor: StaffMember,
    *,
    activity: str,
    team: Team,
    held_on: datetime.date,
    facilitator: StaffMember,
    topic: str = "",
) -> Meeting:
    """A sitting of the team begins, each writing alone; it comes after the team's last one of the same activity.

    Raises PermissionDenied unless the actor may open it and belongs to the team, as the facilitator does.
    """
    access.require(actor, "meeting.edit")  # whoever begins takes a seat, and so does who leads
    meeting = teams.open_meeting(actor, team=team, activity=activity, held_on=held_on, facilitator=facilitator)
    earlier = Meeting.objects.filter(team=team, activity=activity).exclude(closed_at=None).order_by("-held_on", "-pk")
    meeting.follows, meeting.topic, meeting.code = earlier.first(), topic, _new_code()
    meeting.save(update_fields=["follows", "topic", "code"])
    for person in {actor.pk: actor, facilitator.pk: facilitator}.values():
        Seat.objects.create(meeting=meeting, staff=person)
    ACTIVITIES[activity].begins(actor, meeting)
    return meeting


def _new_code() -> str:
    """A word and two digits, such as "maple47", by which no other open meeting is joined."""
    while True:
        code = f"{secrets.choice(CODE_WORDS)}{secrets.randbelow(90) + 10}"
        if not Meeting.objects.filter(code=code, closed_at=None).exists():
            return code


@transaction.atomic
def join(actor: StaffMember, *, code: str) -> Meeting | None:
    """Take a seat by the spoken code; None when there is no such meeting, or after too many wrong codes."""
    access.require(actor, "meeting.edit")
    lately = timezone.now() - datetime.timedelta(minutes=10)
    wrong = Entry.objects.filter(actor=actor, verb="meeting.code_missed", at__gt=lately).count()
    found = queries.by_code(actor, code) if wrong < GUESSES else None
    if found is None:
        note(actor, "meeting.code_missed")
        return None
    _sit_down(actor, found)
    return found


@transaction.atomic
def sit_down(actor: StaffMember, *, meeting: Meeting) -> None:
    """A member of the team comes in without a code. Raises PermissionDenied for others, or when it is over."""
    access.require(actor, "meeting.edit")
    if meeting.is_closed or not is_member(actor, meeting.team):
        raise PermissionDenied("not of this team")
    _sit_down(actor, meeting)


def _sit_down(actor: StaffMember, meeting: Meeting) -> None:
    _seat, is_new = Seat.objects.get_or_create(meeting=meeting, staff=actor)
    if is_new:
        tell(actor, "meeting.joined", meeting)


@transaction.atomic
def move(actor: StaffMember, *, meeting: Meeting, stage: Stage) -> None:
    """The facilitator moves everyone to the next stage, or back to the one before."""
    _require_leads(actor, meeting)
    order = queries.STAGES
    if abs(order.index(stage) - order.index(Stage(meeting.stage))) > 1:
        raise PermissionDenied("not the next stage")
    meeting.stage = stage
    meeting.stage_ends_at = None
    meeting.save(update_fields=["stage", "stage_ends_at"])
    Seat.objects.filter(meeting=meeting).update(is_done=False)
    tell(actor, "meeting.moved", meeting, stage=str(stage))


@transaction.atomic
def give_time(actor: StaffMember, *, meeting: Meeting, minutes: int) -> None:
    """More time at this stage: the clock goes on from where it is, or from now."""
    _require_leads(actor, meeting)
    now = timezone.now()
    meeting.stage_ends_at = max(meeting.stage_ends_at or now, now) + datetime.timedelta(minutes=minutes)
    meeting.save(update_fields=["stage_ends_at"])
    tell(actor, "meeting.time_given", meeting, minutes=minutes)


@transaction.atomic
def take_the_lead(actor: StaffMember, *, meeting: Meeting) -> None:
    """A member of the team leads from now on: whoever led has lost the connection, or hands it over."""
    require_seat(actor, meeting)
    if not is_member(actor, meeting.team):
        raise PermissionDenied("not of this team")
    meeting.facilitator = actor
    meeting.save(update_fields=["facilitator"])
    tell(actor, "meeting.led", meeting)


@transaction.atomic
def close(actor: StaffMember, *, meeting: Meeting) -> None:
    """The meeting is over and its code joins nothing any more; what each wrote alone stays theirs."""
    _require_leads(actor, meeting)
    ACTIVITIES[meeting.activity].closes(actor, meeting)
    teams.close_meeting(actor, meeting=meeting)
    changed(meeting)


# -- alone


@transaction.atomic
def write(
    actor: StaffMember, *, meeting: Meeting, prompt: str, text: str, version: int = 0, window: str = ""
) -> tuple[Writing, bool]:
    """Keep what the actor writes alone; returns it, and whether it holds more than `text`.

    version: which saved words these were typed over; window: the page they were typed in. A save that was typed over
    words that have changed since, in another window, loses nothing: both texts are kept.
    """
    require_seat(actor, meeting)
    if prompt not in {each.code for each in ACTIVITIES[meeting.activity].prompts(meeting)}:
        raise PermissionDenied("no such prompt")
    writing, is_new = Writing.objects.select_for_update().get_or_create(
        meeting=meeting, author=actor, prompt=prompt, defaults={"window": window}
    )
    if take_in(writing, text, version=version, window=window):
        writing.save()
    if is_new:
        note(actor, "meeting.wrote", meeting)
    return writing, writing.text != text


@transaction.atomic
def share(actor: StaffMember, *, meeting: Meeting, prompt: str, number: int) -> None:
    """Share one line of one's own writing, once however often: the others see it once all is revealed."""
    require_seat(actor, meeting)
    writing = Writing.objects.filter(meeting=meeting, author=actor, prompt=prompt).first()
    lines = writing.text.splitlines() if writing else []
    if writing is None or not 0 <= number < len(lines) or not (text := lines[number].strip()):
        raise PermissionDenied("no such line")
    if text not in {passage.text for passage in writing.passages.all()}:
        Passage.objects.create(writing=writing, text=text)
        tell(actor, "meeting.shared", meeting)


@transaction.atomic
def take_back(actor: StaffMember, *, meeting: Meeting, passage: int) -> None:
    """A line that one shared is one's own again; also after the meeting."""
    rows = Passage.objects.filter(pk=passage, writing__meeting=meeting, writing__author=actor)
    if not rows.exists():
        raise PermissionDenied("passage of others")
    rows.delete()
    tell(actor, "meeting.taken_back", meeting)


@transaction.atomic
def erase(actor: StaffMember, *, meeting: Meeting) -> None:
    """Everything that the actor wrote alone in this meeting is gone, with what they shared of it; also afterwards."""
    Writing.objects.filter(meeting=meeting, author=actor).delete()
    tell(actor, "meeting.erased", meeting)


@transaction.atomic
def rate(actor: StaffMember, *, meeting: Meeting, item: str, value: int) -> None:
    """Where the actor sees one thing on the scale, from 1; the same again takes it back."""
    if not 1 <= value <= len(ACTIVITIES[meeting.activity].scale):
        raise PermissionDenied("not on the scale")
    answer = _answer(actor, meeting, item)
    answer["value"] = None if answer.get("value") == value else value
    _keep(actor, meeting, item, answer)


@transaction.atomic
def mark(actor: StaffMember, *, meeting: Meeting, item: str, mark: str) -> None:
    """Put one of the activity's words to a thing; the same again takes it away."""
    if mark not in {each.code for each in ACTIVITIES[meeting.activity].marks}:
        raise PermissionDenied("no such word")
    answer = _answer(actor, meeting, item)
    answer["marks"] = sorted({*answer.get("marks", [])} ^ {mark})
    _keep(actor, meeting, item, answer)


def _answer(actor: StaffMember, meeting: Meeting, item: str) -> dict[str, Any]:
    """What the actor has said of this thing so far; PermissionDenied without a seat or such a thing."""
    require_seat(actor, meeting)
    if item not in {each.code for each in ACTIVITIES[meeting.activity].items(meeting)}:
        raise PermissionDenied("no such thing")
    found = Rating.objects.select_for_update().filter(meeting=meeting, author=actor, item=item).first()
    return json.loads(found.answer) if found else {}


def _keep(actor: StaffMember, meeting: Meeting, item: str, answer: dict[str, Any]) -> None:
    """Keep what the actor says of a thing, or nothing if they say nothing any more."""
    if answer.get("value") is None and not answer.get("marks"):
        Rating.objects.filter(meeting=meeting, author=actor, item=item).delete()
    else:
        text = json.dumps(answer, sort_keys=True)
        Rating.objects.update_or_create(meeting=meeting, author=actor, item=item, defaults={"answer": text})
    if meeting.stage != Stage.ALONE:
        changed(meeting)


@transaction.atomic
def say_done(actor: StaffMember, *, meeting: Meeting, is_done: bool) -> None:
    """The actor is done with what is written alone, or goes on after all."""
    seat = require_seat(actor, meeting)
    seat.is_done = is_done
    seat.save(update_fields=["is_done"])
    changed(meeting)


# -- together


@transaction.atomic
def write_down(actor: StaffMember, *, meeting: Meeting, kind: str, text: str, about: str = "") -> Line:
    """One line of what the team says or decides together."""
    require_seat(actor, meeting)
    if kind not in {queries.DECISION, *(each.code for each in ACTIVITIES[meeting.activity].together)}:
        raise PermissionDenied("no such kind of line")
    line = Line.objects.create(meeting=meeting, kind=kind, about=about, text=text, written_by=actor)
    tell(actor, "meeting.wrote_down", meeting)
    return line


@transaction.atomic
def strike(actor: StaffMember, *, meeting: Meeting, line: int) -> None:
    """Take a line away again: by whoever wrote it, or by who leads."""
    require_seat(actor, meeting)
    found = Line.objects.filter(meeting=meeting, pk=line).first()
    if found is None or actor.pk not in (found.written_by_id, meeting.facilitator_id):
        raise PermissionDenied("line of others")
    found.delete()
    tell(actor, "meeting.struck", meeting)


@transaction.atomic
def promise(actor: StaffMember, *, meeting: Meeting, **said: Any) -> FollowUp:
    """Who does what by when, out of a meeting that goes on; as `teams.actions.promise`, which asks who may."""
    follow_up = teams.promise(actor, meeting=meeting, **said)
    changed(meeting)
    return follow_up


def tell(actor: StaffMember, verb: str, meeting: Meeting, **detail: Any) -> None:
    """Write down what was done in a meeting, and let the screens of everyone in it know."""
    note(actor, verb, meeting, **detail)
    changed(meeting)


def changed(meeting: Meeting) -> None:
    """Let the screens of everyone in the meeting know that there is something new."""
    Meeting.objects.filter(pk=meeting.pk).update(changes=F("changes") + 1)


def _require_leads(actor: StaffMember, meeting: Meeting) -> None:
    require_seat(actor, meeting)
    if meeting.facilitator_id != actor.pk:
        raise PermissionDenied("does not lead")


def took_recap(actor: StaffMember, *, meeting: Meeting) -> None:
    """Write down that somebody took the recap away as a file."""
    note(actor, "meeting.recap_printed", meeting)
