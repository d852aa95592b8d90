"""Changes to which adult knows which student: mark, let it be seen, look after."""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heartwork.journal.actions import note
from heartwork.journal.models import Entry
from heartwork.meetings.access import require_seat
from heartwork.meetings.actions import changed, tell
from heartwork.relationships import queries
from heartwork.relationships.models import Knows, LooksAfter, Marks, Round, Standing
from heartwork.roster import access
from heartwork.roster.models import Organization, StaffMember, Student
from heartwork.teams.actions import promise
from heartwork.teams.models import Meeting
from heartwork.web.drafts import take_in

LATER = [  # in how many days whoever looks after a student is asked what: week 4, month 2
    (28, _("Four weeks on: what have the two of you found to talk about?")),
    (61, _("Two months on: would they come to you? Ask them, and say how you know.")),
]


# -- the meeting


@transaction.atomic
def begin(actor: StaffMember, meeting: Meeting) -> None:
    """As the meeting begins, it looks at the school of the team; whoever leads may say otherwise."""
    Round.objects.create(meeting=meeting, school=meeting.team.school)


@transaction.atomic
def set_up(
    actor: StaffMember, *, meeting: Meeting, school: Organization, carries: int, names_everyone: bool = False
) -> None:
    """Whoever leads says which school, and how many students one adult can look after.

    names_everyone: the team chooses from all names of the school, as long as the meeting is open; for that the actor
    reaches everyone there. Else PermissionDenied.
    """
    require_seat(actor, meeting)
    found = queries.round_of(meeting)
    if meeting.facilitator_id != actor.pk or (names_everyone and not access.reaches_school(actor, school)):
        raise PermissionDenied("not theirs to lay open")
    if found.school_id not in (None, school.pk) and found.marks.exclude(text="").exists():
        raise PermissionDenied("marked already")
    found.school, found.carries, found.names_everyone = school, carries, names_everyone
    found.save()
    tell(actor, "relationships.set_up", meeting, names_everyone=names_everyone)


@transaction.atomic
def mark(actor: StaffMember, *, meeting: Meeting, text: str, version: int = 0, window: str = "") -> Marks:
    """Keep whom the actor knows well: public ids, a line each; of students whom they may not choose none is kept.

    version and window as in `meetings.actions.write`: marks from two windows are joined.
    """
    require_seat(actor, meeting)
    found = queries.round_of(meeting)
    may = {str(each) for each in queries.offered(actor, found).order_by().values_list("public_id", flat=True)}
    kept = "\n".join(line for line in dict.fromkeys(text.split()) if line in may)
    marks, is_new = Marks.objects.select_for_update().get_or_create(
        round=found, staff=actor, defaults={"window": window}
    )
    had_some = bool(marks.text)
    if take_in(marks, kept, version=version, window=window):
        marks.text = "\n".join(dict.fromkeys(marks.text.split()))
        marks.save()
        if queries.is_shared(actor, found):
            _copy(marks)
    if is_new:
        note(actor, "relationships.marked", meeting)
    if had_some != bool(marks.text):
        changed(meeting)  # how many adults have marked somebody
    return marks


def _copy(marks: Marks) -> None:
    """What others see of the marks: exactly these."""
    Knows.objects.filter(round=marks.round, staff=marks.staff).delete()
    students = Student.objects.filter(public_id__in=marks.chosen)
    Knows.objects.bulk_create(Knows(round=marks.round, staff=marks.staff, student=each) for each in students)


@transaction.atomic
def let_be_seen(actor: StaffMember, *, meeting: Meeting) -> None:
    """The actor's name stands beside the students whom they marked, for who sees those students."""
    require_seat(actor, meeting)
    _copy(queries.my_marks(actor, queries.round_of(meeting)))
    note(actor, "relationships.shared", meeting)


def saw_nobodys(viewer: StaffMember, *, meeting: Meeting, count: int) -> None:
    """The viewer was shown the list of students whom nobody named: once for each length of it, as it is read anew."""
    about = Entry.objects.filter(subject_kind=meeting._meta.label_lower, subject_pk=meeting.pk, actor=viewer)
    if count and not about.filter(verb="students.listed", detail__count=count).exists():
        note(viewer, "students.listed", meeting, count=count)


@transaction.atomic
def take_back(actor: StaffMember, *, meeting: Meeting) -> None:
    """It is the actor's own again; also after the meeting."""
    Knows.objects.filter(round__meeting=meeting, staff=actor).delete()
    note(actor, "relationships.taken_back", meeting)


@transaction.atomic
def close(actor: StaffMember, meeting: Meeting) -> None:
    """As the meeting closes, how it stood with each student stays as numbers, where enough adults marked."""
    found, day = queries.round_of(meeting), timezone.localdate()
    Standing.objects.bulk_create(
        Standing(round=found, student_id=pk, on=day, adults=stand.adults, names_someone=stand.names)
        for pk, stand in (queries.stands(found) or {}).items()
    )


@transaction.atomic
def look_after(
    actor: StaffMember, *, student: Student, staff: StaffMember, meeting: Meeting | None = None
) -> LooksAfter:
    """From today this adult gets to know this student, with a follow-up after four weeks and after two months.

    Raises PermissionDenied unless the actor may change the student's page and the adult works with the student.
    """
    access.require_may_edit(actor, student)
    if staff.pk not in access.who_works_with(student):
        raise PermissionDenied("does not work with the student")
    today = timezone.localdate()
    found, is_new = LooksAfter.objects.get_or_create(
        student=student, staff=staff, ended_on=None, defaults={"since": today, "asked_by": actor, "meeting": meeting}
    )
    if is_new:
        note(actor, "relationships.looked_after", student, staff=staff.pk)
        for days, what in LATER:
            due_on = today + datetime.timedelta(days=days)
            promise(actor, what=str(what), owner=staff, due_on=due_on, meeting=meeting, student=student)
    return found


@transaction.atomic
def let_go(actor: StaffMember, *, found: LooksAfter) -> None:
    """This adult no longer looks after this student: said by them, or by who may change the student's page."""
    if found.staff_id != actor.pk:
        access.require_may_edit(actor, found.student)
    found.ended_on = timezone.localdate()
    found.save(update_fields=["ended_on"])
    note(actor, "relationships.let_go", found.student, staff=found.staff_id)
