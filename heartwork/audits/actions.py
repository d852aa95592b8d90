"""Changes to audits: open one, say what is seen, write, close it."""

import datetime
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction

from heartwork.audits import queries
from heartwork.audits.models import Answer, AuditedStudent, Sighting
from heartwork.journal.actions import note
from heartwork.roster import access
from heartwork.roster.models import StaffMember, Student
from heartwork.supports.bearings import supports_around
from heartwork.supports.models import Domain, Emphasis, Support, Tier
from heartwork.teams import actions as teams
from heartwork.teams.models import Meeting, Team
from heartwork.teams.queries import is_member, only_lent, staff_of
from heartwork.web.drafts import take_in

MOST = 4  # students in one audit: more would be nobody in particular


@transaction.atomic
def open_audit(
    actor: StaffMember,
    *,
    team: Team,
    held_on: datetime.date,
    facilitator: StaffMember,
    students: Sequence[Student],
    picked: str,
) -> Meeting:
    """The team begins to look at these students, whom both the actor and the facilitator reach.

    Until the audit closes, the others of the team see them too. picked: how they were, in a word or by a gap's code.
    Raises PermissionDenied; ValueError for nobody or too many.
    """
    if not 1 <= len(students) <= MOST:
        raise ValueError("an audit is about one to four students")
    access.require_reach(facilitator, *students)
    if only_lent(facilitator).intersection(student.pk for student in students):
        raise PermissionDenied("student lent")
    meeting = teams.open_meeting(actor, team=team, activity=queries.CODE, held_on=held_on, facilitator=facilitator)
    AuditedStudent.objects.bulk_create(
        AuditedStudent(meeting=meeting, student=student, position=position, picked=picked)
        for position, student in enumerate(students)
    )
    teams.lend_sight(actor, meeting=meeting, students=students, to=staff_of(team))
    return meeting


def _require_open(actor: StaffMember, audited: AuditedStudent) -> None:
    """Raise PermissionDenied unless the audit goes on, and the actor is of its team and sees the student."""
    access.require(actor, "audit.edit")
    access.require_reach(actor, audited.student)
    if audited.meeting.is_closed or not is_member(actor, audited.meeting.team):
        raise PermissionDenied("audit")


@transaction.atomic
def say_seen(actor: StaffMember, *, audited: AuditedStudent, key: str, seen: bool | None) -> None:
    """The team says of a support on record whether it is seen on the ground; None takes the word back.

    key: what the page calls the support by. Of two people the later holds. Raises PermissionDenied.
    """
    sighting = _sighting(actor, audited, key)
    if sighting.on_record:
        sighting.seen = seen
    _keep(actor, audited, sighting)


@transaction.atomic
def say_helps(actor: StaffMember, *, audited: AuditedStudent, key: str, helps: bool) -> None:
    """The student says of a support that it helps, or the team takes that back. Raises PermissionDenied."""
    sighting = _sighting(actor, audited, key)
    sighting.helps = helps
    _keep(actor, audited, sighting)


def _keep(actor: StaffMember, audited: AuditedStudent, sighting: Sighting) -> None:
    sighting.noted_by = actor
    sighting.save()
    note(actor, "audit.said", audited, support=sighting.support_id, seen=sighting.seen, helps=sighting.helps)


def _sighting(actor: StaffMember, audited: AuditedStudent, key: str) -> Sighting:
    """The row in which the team's word on this support is kept, made when first needed."""
    _require_open(actor, audited)
    found = {finding.key: finding for finding in queries.findings(actor, [audited])[audited.pk]}.get(key)
    if found is None:
        raise PermissionDenied("support")
    if found.key.startswith("w"):
        return Sighting.objects.get(audited=audited, pk=found.key[1:])
    support = Support.objects.select_related("tier", "domain", "emphasis").get(pk=found.key[1:])
    sighting, _ = Sighting.objects.get_or_create(
        audited=audited,
        support=support,
        defaults={
            "name": support.name,
            "tier": support.tier,
            "domain": support.domain,
            "emphasis": support.emphasis,
            "on_record": True,
        },
    )
    if found.on_record and not sighting.on_record:  # the record has caught up with what was seen
        sighting.on_record, sighting.seen = True, True
    return sighting


@transaction.atomic
def add_seen(
    actor: StaffMember,
    *,
    audited: AuditedStudent,
    support: Support | None = None,
    name: str = "",
    tier: Tier | None = None,
    domain: Domain | None = None,
    emphasis: Emphasis | None = None,
) -> None:
    """The team sees what no record holds: a support of the inventory, or one in its own words with all it is."""
    _require_open(actor, audited)
    if support is not None:
        name, tier, domain, emphasis = support.name, support.tier, support.domain, support.emphasis
    if not (name and tier and domain and emphasis):
        raise ValueError("what is not in the inventory needs a name, a tier, a domain and an emphasis")
    known = {finding.name_key for finding in queries.findings(actor, [audited])[audited.pk]}
    if (f"s{support.pk}" if support else name.strip().casefold()) in known:
        return
    Sighting.objects.create(
        audited=audited,
        support=support,
        name=name.strip(),
        tier=tier,
        domain=domain,
        emphasis=emphasis,
        on_record=False,
        seen=True,
        noted_by=actor,
    )
    note(actor, "audit.added", audited, support=support.pk if support else None)


@transaction.atomic
def take_out(actor: StaffMember, *, audited: AuditedStudent, key: str) -> None:
    """What was added to the picture was not there after all. What is on record stays."""
    _require_open(actor, audited)
    rows = Sighting.objects.filter(audited=audited, on_record=False)
    if not key[1:].isdecimal():
        raise PermissionDenied("support")
    rows = rows.filter(pk=int(key[1:])) if key.startswith("w") else rows.filter(support=int(key[1:]))
    if rows.delete()[0]:
        note(actor, "audit.taken_out", audited)


@transaction.atomic
def write(
    actor: StaffMember, *, audited: AuditedStudent, question: str, text: str, version: int = 0, window: str = ""
) -> tuple[Answer, bool]:
    """Keep the actor's words to one of the three questions; returns them, and whether they hold more than `text`.

    version: which saved words these were typed over; window: the page they were typed in. A save that was typed over
    words that have changed since, in another window, loses nothing: both texts are kept.
    """
    _require_open(actor, audited)
    answer, is_new = Answer.objects.select_for_update().get_or_create(
        audited=audited, question=question, author=actor, defaults={"window": window}
    )
    if take_in(answer, text, version=version, window=window):
        answer.save()
    if is_new:
        note(actor, "audit.wrote", audited, question=question)
    return answer, answer.text != text


@transaction.atomic
def close_audit(actor: StaffMember, *, meeting: Meeting) -> None:
    """The audit is over. What is on record today is written down, so that a later audit can tell what changed.

    From now on nobody sees the students through it. Raises PermissionDenied unless the actor sees all of them.
    """
    access.require(actor, "audit.edit")
    audited = list(AuditedStudent.objects.filter(meeting=meeting).select_related("student", "meeting"))
    access.require_reach(actor, *(each.student for each in audited))
    if meeting.is_closed:
        raise PermissionDenied("closed")
    around = supports_around(actor, [each.student for each in audited])
    for each in audited:
        said = {sighting.support_id: sighting for sighting in each.sightings.exclude(support=None)}
        for bearing in around.get(each.student_id, []):
            sighting = said.get(bearing.support.pk)
            if sighting is None:
                Sighting.objects.create(
                    audited=each,
                    support=bearing.support,
                    name=bearing.support.name,
                    tier=bearing.support.tier,
                    domain=bearing.support.domain,
                    emphasis=bearing.support.emphasis,
                    on_record=True,
                )
            elif not sighting.on_record:
                sighting.on_record, sighting.seen = True, True
                sighting.save(update_fields=["on_record", "seen"])
    teams.close_meeting(actor, meeting=meeting)
