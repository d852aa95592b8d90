"""Questions about what families have told us and asked of us, and what left the district."""

from django.db.models import QuerySet

from heartwork.privacy.models import OptOut
from heartwork.roster import access
from heartwork.roster.models import StaffMember, Student


def opted_out() -> QuerySet[OptOut]:
    """The opt-outs that hold: whoever has one is left out of all directory information that leaves the district."""
    return OptOut.objects.filter(end=None)


def may_leave(students: QuerySet[Student]) -> QuerySet[Student]:
    """Those of the students whose directory information may leave the district: their families did not opt out."""
    return students.exclude(pk__in=opted_out().values("student"))


def opt_outs_of(viewer: StaffMember, student: Student) -> QuerySet[OptOut]:
    """What this student's family said about directory information, newest first. Raises PermissionDenied."""
    access.require(viewer, "family.read")
    access.require_reach(viewer, student)
    return student.opt_outs.select_related("noted_by", "ended_by")
