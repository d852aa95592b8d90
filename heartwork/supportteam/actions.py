"""Changes to a support team's meeting: its agenda, what is in a student's way, and who comes next."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from heartwork.journal.actions import note
from heartwork.journal.models import Entry
from heartwork.meetings import actions as meetings
from heartwork.meetings.access import require_seat
from heartwork.roster import access
from heartwork.roster.actions import listed_students, saw_student
from heartwork.roster.models import StaffMember, Student
from heartwork.supportteam import queries
from heartwork.supportteam.models import Hurdle, Talk
from heartwork.teams import actions as teams
from heartwork.teams.models import Meeting, Stage
from heartwork.teams.queries import staff_of


@transaction.atomic
def put_on(actor: StaffMember, *, meeting: Meeting, student: Student, why: str = "") -> None:
    """A student of the actor's own is on the agenda, once: from now on, until it closes, the team sees them.

    why: the code of a gap. Raises PermissionDenied, also for a student lent, or when the agenda is full.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)  # two at once: one place, and one row, each
    require_seat(actor, meeting)
    if not queries.may_put_on(actor, meeting):
        raise PermissionDenied("not of this team, or nobody's teacher")
    rows = Talk.objects.filter(meeting=meeting)
    if rows.filter(student=student).exists():
        return
    if meeting.activity != "supportteam" or rows.count() >= queries.MOST:
        raise PermissionDenied("the agenda is full")
    teams.lend_sight(actor, meeting=meeting, students=[student], to=staff_of(meeting.team))
    last = rows.aggregate(last=Max("position"))["last"] or 0
    Talk.objects.create(
        meeting=meeting, student=student, position=last + 1, why=queries.why_of(why), put_by=actor
    )  # fmt: skip
    note(actor, "talk.put_on", student, meeting=meeting.pk)
    meetings.changed(meeting)


@transaction.atomic
def take_off(actor: StaffMember, *, talk: Talk) -> None:
    """A student is not talked about after all, and seen by nobody through it: by whoever put them on, or leads."""
    _require_at_talk(actor, talk)
    said = talk.hurdles.exists() or talk.talked_at is not None
    if said or actor.pk not in (talk.put_by_id, talk.meeting.facilitator_id):
        raise PermissionDenied("talked about, or put on by others")
    teams.stop_lending(actor, meeting=talk.meeting, student=talk.student)
    talk.delete()
    note(actor, "talk.taken_off", talk.student, meeting=talk.meeting_id)
    meetings.changed(talk.meeting)


@transaction.atomic
def say(actor: StaffMember, *, talk: Talk, text: str) -> None:
    """One line of what the actor sees in the student's way."""
    _require_at_talk(actor, talk)
    Hurdle.objects.create(talk=talk, text=text, said_by=actor)
    note(actor, "talk.said", talk.student, meeting=talk.meeting_id)
    meetings.changed(talk.meeting)


@transaction.atomic
def unsay(actor: StaffMember, *, hurdle: Hurdle) -> None:
    """A line is taken away again: by whoever said it, or who leads."""
    _require_at_talk(actor, hurdle.talk)
    if actor.pk not in (hurdle.said_by_id, hurdle.talk.meeting.facilitator_id):
        raise PermissionDenied("said by others")
    hurdle.delete()
    note(actor, "talk.unsaid", hurdle.talk.student, meeting=hurdle.talk.meeting_id)
    meetings.changed(hurdle.talk.meeting)


@transaction.atomic
def go_on(actor: StaffMember, *, meeting: Meeting) -> None:
    """The one talked about now was talked about; the next follows, with strengths first. Raises PermissionDenied."""
    require_seat(actor, meeting)
    now = queries.talk_now(meeting)
    if meeting.facilitator_id != actor.pk or now is None:
        raise PermissionDenied("does not lead, or nobody is talked about")
    now.talked_at = timezone.now()
    now.save(update_fields=["talked_at"])
    order = list(Stage)
    while order.index(Stage(meeting.stage)) > order.index(Stage.REVEALED):
        meetings.move(actor, meeting=meeting, stage=order[order.index(Stage(meeting.stage)) - 1])
    meetings.changed(meeting)


@transaction.atomic
def close(actor: StaffMember, meeting: Meeting) -> None:
    """As the meeting closes, whoever is talked about now was talked about; the rest of the agenda was not."""
    now = queries.talk_now(meeting)
    if now is not None and meeting.stage != Stage.ALONE:
        now.talked_at = timezone.now()
        now.save(update_fields=["talked_at"])


def saw(viewer: StaffMember, meeting: Meeting) -> None:
    """Write down about whom the viewer is told, once for each meeting: its pages are read anew with every change.

    The agenda names students too: that it was listed is written down once, and again when more are on it.
    """
    agenda = queries.Agenda(viewer, meeting)
    named = len(agenda.talks)
    listed = Entry.objects.filter(verb="students.listed", actor=viewer, detail__meeting=meeting.pk)
    if not listed.filter(detail__count__gte=named).exists():
        listed_students(viewer, named, meeting=meeting.pk)
    shown = {talk.student_id: talk.student for talk in agenda.shown}
    about = Entry.objects.filter(subject_kind=Student._meta.label_lower, subject_pk__in=shown, actor=viewer)
    known = about.filter(verb="student.seen", detail__meeting=meeting.pk).values_list("subject_pk", flat=True)
    for pk in shown.keys() - set(known):
        if reason := access.reason_to_see(viewer, shown[pk]):
            saw_student(viewer, shown[pk], reason, meeting=meeting.pk)


def _require_at_talk(actor: StaffMember, talk: Talk) -> None:
    """Raise PermissionDenied unless the actor sits in the meeting, which goes on, and reaches the student."""
    require_seat(actor, talk.meeting)
    access.require_reach(actor, talk.student)
