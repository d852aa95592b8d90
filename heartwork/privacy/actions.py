"""Writing down what families tell us and ask of us, and what leaves the district."""

from django.db import transaction
from django.utils import timezone

from heartwork.journal.actions import note
from heartwork.privacy.models import OptOut
from heartwork.roster import access
from heartwork.roster.models import StaffMember, Student


def _require_of_family(actor: StaffMember, student: Student) -> None:
    access.require(actor, "family.edit")
    access.require_reach(actor, student)


@transaction.atomic
def opt_out(actor: StaffMember, *, student: Student, said_by: str) -> OptOut:
    """From today this student's directory information goes to nobody outside. Raises PermissionDenied."""
    _require_of_family(actor, student)
    found, is_new = OptOut.objects.get_or_create(
        student=student, end=None, defaults={"said_by": said_by, "begin": timezone.localdate(), "noted_by": actor}
    )
    if is_new:
        note(actor, "opt_out.begun", student)
    return found


@transaction.atomic
def opt_back_in(actor: StaffMember, *, student: Student) -> None:
    """The family took it back: directory information may leave again. Raises PermissionDenied."""
    _require_of_family(actor, student)
    if OptOut.objects.filter(student=student, end=None).update(end=timezone.localdate(), ended_by=actor):
        note(actor, "opt_out.ended", student)
