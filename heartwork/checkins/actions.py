"""What is written down when somebody reads how students say they are."""

from collections.abc import Iterable

from heartwork.journal.actions import note_each
from heartwork.roster import access
from heartwork.roster.models import StaffMember, Student


def read_answers(viewer: StaffMember, students: Iterable[Student]) -> None:
    """The viewer was shown what each of these students answered. Raises PermissionDenied."""
    students = list(students)
    access.require_may_of(viewer, "checkin.read", *students)
    note_each(viewer, "checkins.read", students)
