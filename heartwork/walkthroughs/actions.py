"""Changes to visits: plan one, send what one saw, take it back."""

import datetime
import json

from django.db import transaction

from heartwork.journal.actions import note
from heartwork.roster.models import Organization, StaffMember
from heartwork.teams.models import Meeting
from heartwork.walkthroughs.access import require_may_walk
from heartwork.walkthroughs.models import Visit, Walk
from heartwork.walkthroughs.walking import Answers, joined, read, written


@transaction.atomic
def plan(actor: StaffMember, *, school: Organization, held_on: datetime.date) -> Visit:
    """A school will be walked through on this day. Planned twice it is one visit, which both walk."""
    require_may_walk(actor, school)
    found, is_new = Visit.objects.get_or_create(school=school, held_on=held_on, defaults={"planned_by": actor})
    if is_new:
        note(actor, "walk.planned", found)
    return found


@transaction.atomic
def send(actor: StaffMember, *, visit: Visit, answers: Answers, draft: str = "", follows: str = "") -> Walk:
    """What the actor saw on the visit: one walk each, however often it is sent.

    draft: names the draft that is sent; follows: the one on which it was written, as the server had it. A draft takes
    the place of itself, sent again, and of the one that it follows; any other, from another phone, is joined with it,
    so that no word is lost.
    """
    require_may_walk(actor, visit.school)
    _keep_what_is_told(visit)
    walk = Walk.objects.select_for_update().filter(visit=visit, observer=actor).first()
    if walk is None:
        walk = Walk(visit=visit, observer=actor)
    elif walk.draft not in (draft, follows):
        answers = joined(read(walk.answers), answers)
    walk.answers, walk.draft = written(answers), draft
    walk.save()
    note(actor, "walk.sent", visit)
    return walk


@transaction.atomic
def take_back(actor: StaffMember, *, visit: Visit) -> None:
    """What the actor sent of this visit is gone; the counts that were told stay as they were."""
    _keep_what_is_told(visit)
    Walk.objects.filter(visit=visit, observer=actor).delete()
    note(actor, "walk.taken_back", visit)


def _keep_what_is_told(visit: Visit) -> None:
    """Before anything changes: what could be read of the visit stays what it was."""
    locked = Visit.objects.select_for_update().get(pk=visit.pk)
    if not locked.told and (told := locked.to_tell):
        locked.told = json.dumps(told)
        locked.save(update_fields=["told"])


def lay_on_table(actor: StaffMember, meeting: Meeting) -> None:
    """As a meeting begins, the newest visit to the team's school that somebody walked lies on its table."""
    walked = Visit.objects.filter(pk__in=Walk.objects.values("visit"), held_on__lte=meeting.held_on)
    if meeting.team.organization and (visit := walked.filter(school=meeting.team.organization).first()):
        visit.talks.add(meeting)
