"""Changes to whom students trust: a link and slips of paper, what a student says with one, who reads it."""

import datetime
import json
import secrets
from collections.abc import Collection

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.http import Http404
from django.utils import timezone, translation
from django.utils.translation import gettext

from heartwork.journal.actions import note, note_each
from heartwork.journal.models import Entry
from heartwork.roster import access
from heartwork.roster.models import Organization, Section, StaffMember
from heartwork.teams.models import FollowUp
from heartwork.trusted import queries
from heartwork.trusted.models import Asking, Said, Slip
from heartwork.web.picture_pin import is_right

LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"  # none that is taken for another, and no vowels: a code spells nothing
CODE = 4
TRIES = 5  # wrong pictures to one code
GUESSES = 60  # wrong slips to one link within ten minutes from one address; as many as it has slips, if they are more
MOST = 3  # adults whom a student names


@transaction.atomic
def ask(actor: StaffMember, *, school: Organization, section: Section | None, until: datetime.datetime) -> Asking:
    """A link for the actor's own students of a class or a school, and a slip for each. Raises PermissionDenied."""
    students = list(queries.students_to_ask(actor, school, section))
    if not students or until <= timezone.now():
        raise PermissionDenied("nobody to ask")
    asking = Asking.objects.create(
        token=secrets.token_urlsafe(16), school=school, section=section, opened_by=actor, closes_at=until
    )
    codes: set[str] = set()
    while len(codes) < len(students):
        codes.add(_code())
    Slip.objects.bulk_create(
        Slip(asking=asking, student=student, code=code) for student, code in zip(students, codes, strict=True)
    )
    note(actor, "trusted.asked", asking, students=len(students))
    return asking


def _code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE))


@transaction.atomic
def close_asking(actor: StaffMember, *, asking: Asking) -> None:
    """The link opens nothing any more. Raises PermissionDenied for somebody else's."""
    _require_own(actor, asking)
    asking.closes_at = timezone.now()
    asking.save(update_fields=["closes_at"])
    note(actor, "trusted.closed", asking)


@transaction.atomic
def new_slip(actor: StaffMember, *, slip: Slip) -> None:
    """Another code for a slip that was lost, or tried too often. Raises PermissionDenied for others'."""
    _require_own(actor, slip.asking)
    taken = set(slip.asking.slips.values_list("code", flat=True))
    while (code := _code()) in taken:
        pass
    slip.code, slip.misses = code, 0
    slip.save(update_fields=["code", "misses"])
    note(actor, "trusted.slip_given", slip.student)


def _require_own(actor: StaffMember, asking: Asking) -> None:
    access.require(actor, "trusted.ask")
    if asking.opened_by_id != actor.pk:
        raise PermissionDenied("link of others")


def saw_slips(actor: StaffMember, *, asking: Asking, count: int) -> None:
    """Write down that the actor saw this many slips of a link, with the students' names."""
    note(actor, "trusted.slips_seen", asking, count=count)


def read_words(actor: StaffMember, *, said: Collection[Said]) -> None:
    """Write down that the actor read what these students wrote."""
    note_each(actor, "trusted.read", [each.slip.student for each in said])


# -- by a student, who has no account


def open_slip(asking: Asking, *, code: str, pictures: list[str]) -> Slip | None:
    """The slip with this code and these pictures; None when either is wrong, or was tried too often: one answer to all.

    Not in one transaction: that somebody guessed wrong is kept whatever follows. How often somebody may guess is for
    the page to say. Without a code nothing was guessed, and nothing is kept.
    """
    code = code.strip().upper()
    right = is_right(asking.token, code, pictures)
    slip = asking.slips.filter(code=code).select_related("student").first()
    if slip and right and slip.misses < TRIES:
        return slip
    if code:
        note(None, "trusted.missed", asking)
        asking.slips.filter(code=code, misses__lt=TRIES).update(misses=F("misses") + int(not right))
    return None


@transaction.atomic
def say(slip: Slip, *, adults: Collection[StaffMember], words: str = "") -> Said:
    """The student of this slip names adults, or none yet; saying it again takes the place of what was said.

    The adults are of those offered, three at most, the link is open, and somebody reads the words, else Http404. Who
    reads them finds them among what is to do today.
    """
    asking = slip.asking
    allowed = queries.staff_offered(asking.school).filter(pk__in=[each.pk for each in adults]).count()
    readers = queries.readers(slip) if words else []
    is_wrong = allowed != len(adults) or len(adults) > MOST or (words and not readers)
    if is_wrong or queries.open_asking(asking.token) is None:
        raise Http404
    given = {"adults": json.dumps(sorted(each.pk for each in adults)), "words": words}
    said, _is_new = Said.objects.update_or_create(slip=slip, defaults=given)
    note(None, "trusted.said", asking)
    for reader in readers:
        _ask_to_read(reader)
    return said


def _ask_to_read(reader: StaffMember) -> None:
    """Something to do today for whoever reads what students wrote, once until it is done, in the reader's language."""
    today = timezone.localdate()
    about = {"owner": reader.pk, "due_on": str(today), "about": "trusted"}
    asked = Entry.objects.filter(verb="follow_up.promised", actor=None, detail=about).values("subject_pk")
    if FollowUp.objects.filter(pk__in=asked, done_on=None).exists():
        return
    with translation.override(reader.language or settings.LANGUAGE_CODE):
        what = gettext("Read what students wrote about adults they trust (Together: Ask students)")
    row = FollowUp.objects.create(owner=reader, promised_by=reader, what=what, due_on=today, first_due_on=today)
    note(None, "follow_up.promised", row, **about)
