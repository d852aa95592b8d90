"""Who walks through which school: whoever belongs to it, or to the office above it."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from heartwork.roster import access
from heartwork.roster.models import Organization, StaffMember
from heartwork.walkthroughs.models import Visit


def schools(viewer: StaffMember) -> QuerySet[Organization]:
    """The schools to which the viewer's assignments belong, or that lie under an office of theirs."""
    if not access.may(viewer, "walkthrough.read"):
        return Organization.objects.none()
    mine = access.schools_of(viewer)
    return Organization.objects.filter(Q(pk__in=mine) | Q(parent__in=mine), kind="school", ended_on=None)


def require_may_walk(actor: StaffMember, school: Organization) -> None:
    """Raise PermissionDenied unless the actor may walk through this school."""
    access.require(actor, "walkthrough.edit")
    if not schools(actor).filter(pk=school.pk).exists():
        raise PermissionDenied("another school")


def visits(viewer: StaffMember) -> QuerySet[Visit]:
    """The visits to the viewer's schools, the newest first."""
    return Visit.objects.filter(school__in=schools(viewer)).select_related("school")
