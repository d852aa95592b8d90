"""Every change to who is here, to what they may see, and to how they sign in."""

import datetime
from collections.abc import Collection
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from heartwork.journal.actions import note
from heartwork.journal.models import Entry
from heartwork.roster import access
from heartwork.roster.models import (
    Assignment,
    Attribute,
    District,
    Organization,
    PossibleTwin,
    Section,
    StaffMember,
    Strength,
    Student,
)
from heartwork.sealing.fields import place_of
from heartwork.sealing.seals import fingerprint

# -- one's own account


def signed_in(actor: StaffMember) -> None:
    """The actor signed in just now."""
    note(actor, "account.signed_in", actor)


def sign_in_refused(person: StaffMember | None) -> None:
    """Someone tried to sign in as this person, or by a name that nobody has (None), and could not."""
    note(None, "account.sign_in_refused", person)


def password_set(person: StaffMember) -> None:
    """The person chose a password of their own."""
    note(person, "account.password_set", person)


def way_in_changed(actor: StaffMember, verb: str, kind: str) -> None:
    """The actor set up, or took off, a way to sign in: an app, a passkey, recovery codes, a system of the district."""
    note(actor, verb, actor, kind=kind)


@transaction.atomic
def end_other_sessions(actor: StaffMember) -> None:
    """Wherever else the actor is signed in, they sign in again; the caller keeps the session that asks."""
    _end_sessions(actor)
    note(actor, "account.signed_out_elsewhere", actor)


@transaction.atomic
def choose_language(actor: StaffMember, language: str) -> None:
    """From now on Heartwork speaks this language to the actor."""
    actor.language = language
    actor.save(update_fields=["language"])
    note(actor, "account.language_chosen", actor, language=language)


# -- students


def listed_students(viewer: StaffMember, count: int, **more: Any) -> None:
    """The viewer was shown a list that names this many students."""
    if count:
        note(viewer, "students.listed", count=count, **more)


def saw_student(viewer: StaffMember, student: Student, reason: access.Reason, **more: Any) -> None:
    """The viewer opened this student's page, and why they may."""
    note(viewer, "student.seen", student, how=reason.how, role=reason.role, **more)


def printed_who_sees(viewer: StaffMember, student: Student, language: str) -> None:
    """The viewer made the page for this student's family of who can see their child. Raises PermissionDenied."""
    access.require(viewer, "sight.print")
    access.require_sight(viewer, student)
    note(viewer, "student.who_sees_printed", student, language=language)


def saw_records(viewer: StaffMember, student: Student) -> None:
    """The viewer opened this student's records of this school year. Raises PermissionDenied."""
    access.require_may_of(viewer, "record.read", student)
    note(viewer, "student.records_seen", student)


def saw_older_records(viewer: StaffMember, student: Student, reason: str) -> None:
    """The viewer asked for this student's records of years before, and gave this reason. Raises PermissionDenied."""
    access.require_may_of(viewer, "record.read", student)
    note(viewer, "student.older_records_seen", student, reason=reason)


def read_journal(viewer: StaffMember, count: int, *, own: bool = False) -> None:
    """The viewer read this many entries of the journal: of others, or their own."""
    if count:
        note(viewer, "journal.read_own" if own else "journal.read", count=count)


@transaction.atomic
def note_strength(actor: StaffMember, *, student: Student, text: str, in_own_words: bool = False) -> Strength:
    """What this student brings, or says: it stands first on their page. Raises PermissionDenied."""
    access.require_may_edit(actor, student)
    strength = Strength.objects.create(
        student=student,
        text=text,
        text_mark=fingerprint(text, place_of(Strength, "text")),
        in_own_words=in_own_words,
        noted_by=actor,
        noted_on=timezone.localdate(),
    )
    note(actor, "strength.noted", student, in_own_words=in_own_words)
    return strength


# -- the district's own rules


@transaction.atomic
def change_settings(actor: StaffMember, **values: Any) -> District:
    """The district sets its own rules; the journal keeps each change with what was before. Raises PermissionDenied."""
    access.require(actor, "district.edit")
    district = District.objects.select_for_update().get_or_create(pk=1)[0]
    changes = {
        name: [getattr(district, name), value] for name, value in values.items() if getattr(district, name) != value
    }
    if changes:
        for name, (_before, after) in changes.items():
            setattr(district, name, after)
        district.save(update_fields=[*changes])
        note(actor, "district.changed", district, changes=changes)
    return district


@transaction.atomic
def change_attribute(actor: StaffMember, attribute: Attribute | None = None, **values: Any) -> Attribute:
    """The district words, orders or adds a way in which subgroups form. Raises PermissionDenied."""
    access.require(actor, "district.edit")
    is_new = attribute is None
    attribute = attribute or Attribute()
    changes = {
        name: [getattr(attribute, name), value] for name, value in values.items() if getattr(attribute, name) != value
    }
    if changes:
        for name, (_before, after) in changes.items():
            setattr(attribute, name, after)
        attribute.save()
        note(actor, "attribute.added" if is_new else "attribute.changed", attribute, changes=changes)
    return attribute


# -- staff: assignments, sign-ins, leaving


@transaction.atomic
def give_assignment(
    actor: StaffMember,
    *,
    staff: StaffMember,
    role: str,
    organization: Organization | None = None,
    section: Section | None = None,
    grades: Collection[str] = (),
    students: Collection[Student] = (),
    begin: datetime.date,
    end: datetime.date | None = None,
) -> list[Assignment]:
    """Say what someone is from `begin` to `end`: for a caseload by name, one assignment a student.

    Nobody gives themselves an assignment: it takes a second person. Raises PermissionDenied.
    """
    access.require(actor, "assignment.edit")
    if staff.pk == actor.pk or role not in access.REACH or role in access.LENT:
        raise PermissionDenied("not an assignment to give")
    access.require_reach(actor, *students)
    before = access.roles_of(staff)
    named: list[Student | None] = [*students] or [None]
    given = [
        Assignment.objects.create(
            staff=staff,
            role=role,
            organization=organization,
            section=section,
            student=student,
            grades=" ".join(grades),
            begin=begin,
            end=end,
            given_by=actor,
        )
        for student in named
    ]
    note(actor, "assignment.given", staff, role=role, begin=str(begin), end=str(end or ""), students=len(students))
    end_sessions_if_another(staff, before)
    return given


@transaction.atomic
def end_assignment(actor: StaffMember, assignment: Assignment, last_day: datetime.date) -> None:
    """After `last_day` this assignment reaches nobody any more. Raises PermissionDenied."""
    access.require(actor, "assignment.edit")
    before = access.roles_of(assignment.staff)
    assignment.end = max(last_day, assignment.begin) if assignment.begin else last_day
    assignment.save(update_fields=["end"])
    note(actor, "assignment.ended", assignment.staff, role=assignment.role, end=str(assignment.end))
    end_sessions_if_another(assignment.staff, before)


def _end_sessions(person: StaffMember) -> None:
    """Wherever this person is signed in, they sign in again. What they were typing waits for them there."""
    StaffMember.objects.filter(pk=person.pk).update(sessions_round=models.F("sessions_round") + 1)
    person.refresh_from_db(fields=["sessions_round"])


def end_sessions_if_another(person: StaffMember, before: set[str]) -> None:
    """A session begun as one thing does not go on as another: after another role one signs in again."""
    if access.roles_of(StaffMember.objects.get(pk=person.pk)) != before:
        _end_sessions(person)


@transaction.atomic
def give_sign_in(actor: StaffMember | None, person: StaffMember, username: str) -> str:
    """The person may sign in by this name, once they have chosen a password: returns the address that lets them.

    The address works once and for three days; whoever gives it away learns no password. What they used before works
    until then. actor None: from the command line.
    """
    if actor:
        access.require(actor, "assignment.edit")
    if access.has_left(person):
        raise PermissionDenied("has left")
    if person.username != username:
        _end_sessions(person)
    person.username = username
    person.save(update_fields=["username"])
    note(actor, "account.link_given", person)
    return reverse(
        "set-password",
        args=[urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)],
    )


@transaction.atomic
def forget_second_steps(actor: StaffMember | None, person: StaffMember) -> None:
    """Someone has lost their phone and their codes: their app, passkeys, codes and ties to other systems are gone.

    They are signed out everywhere, and sign in with their password alone, until they set a second step up again; a
    password that was enough only beside one is gone too. actor None: from the command line. Raises PermissionDenied.
    """
    if actor:
        access.require(actor, "assignment.edit")
        if actor.pk == person.pk:
            raise PermissionDenied("one's own are changed on one's own page")
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    if person.has_short_password:
        person.set_unusable_password()
        person.save(update_fields=["password", "has_short_password"])
    _end_sessions(person)
    note(actor, "account.second_steps_forgotten", person)


def keeps_second_step(person: StaffMember, authenticator: Authenticator) -> bool:
    """Whether this second step must stay: the last of someone who owes one, or whose password is too short alone."""
    is_needed = person.has_short_password or access.may(person, "second_step.owe")
    return is_needed and not _second_steps(person).exclude(pk=authenticator.pk).exists()


def has_second_step(person: StaffMember) -> bool:
    """Whether this person has an app or a passkey. One query."""
    return _second_steps(person).exists()


def _second_steps(person: StaffMember) -> models.QuerySet[Authenticator]:
    return Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.RECOVERY_CODES)


@transaction.atomic
def end_person(actor: StaffMember, person: StaffMember) -> None:
    """The person no longer works here: they are signed out everywhere and see nobody. Raises PermissionDenied."""
    access.require(actor, "assignment.edit")
    if person.pk == actor.pk:
        raise PermissionDenied("nobody ends themselves")
    person.is_active = False
    person.ended_on = person.ended_on or timezone.localdate()
    person.save(update_fields=["is_active", "ended_on"])
    _end_sessions(person)
    note(actor, "person.ended", person)


@transaction.atomic
def welcome_back(actor: StaffMember, person: StaffMember) -> None:
    """The person works here again; what they may see follows from their assignments. Raises PermissionDenied."""
    access.require(actor, "assignment.edit")
    person.is_active, person.ended_on = True, None
    person.save(update_fields=["is_active", "ended_on"])
    note(actor, "person.returned", person)


@transaction.atomic
def first_administrator(name: str, username: str) -> tuple[StaffMember, str]:
    """Whoever sets Heartwork up, from the command line: a system administrator, and the address to choose a password.

    Asked again for a name that signs in already, it gives that person a new address.
    """
    given, _, family = name.strip().rpartition(" ")
    person = StaffMember.objects.filter(username__iexact=username).first()
    if person is None:
        person = StaffMember.objects.create(
            given_name=given or family, family_name=family if given else "", username=username
        )
        Assignment.objects.create(staff=person, role="system_administrator", begin=timezone.localdate())
        note(None, "assignment.given", person, role="system_administrator")
    return person, give_sign_in(None, person, person.username or username)


# -- two identifiers, one child


def _rows_of_students() -> list[tuple[type[models.Model], str]]:
    """Every model of every room that names a student, and by which field."""
    return [
        (relation.related_model, relation.field.name)
        for relation in Student._meta.related_objects
        if not relation.many_to_many and relation.related_model is not PossibleTwin
    ]


def _move(model: type[models.Model], field: str, keys: list[int], to: Student) -> list[int]:
    """Let these rows name another student, except where that one has the same already; which were moved."""
    moved = []
    for key in keys:
        try:
            with transaction.atomic():
                model._base_manager.filter(pk=key).update(**{field: to})
            moved.append(key)
        except IntegrityError:  # "once" is the rule: the other has this attribute, this absence, this screening
            continue
    return moved


@transaction.atomic
def same_child(actor: StaffMember, pair: PossibleTwin) -> None:
    """Both are one child: what the second has moves to the first, and the second is ended.

    The journal keeps which rows moved, so that `tell_apart` can take it back. Raises PermissionDenied.
    """
    _decide(actor, pair, True)
    moved = _join(pair)
    note(actor, "twins.same", pair.first, second=pair.second.pk, pair=pair.pk, moved=moved)


def _join(pair: PossibleTwin) -> dict[str, list[int]]:
    """Move what the second has to the first and end the second; which rows moved, by model and field."""
    moved: dict[str, list[int]] = {}
    for model, field in _rows_of_students():
        keys = list(model._base_manager.filter(**{field: pair.second}).order_by("pk").values_list("pk", flat=True))
        if done := _move(model, field, keys, pair.first):
            moved[f"{model._meta.label_lower}.{field}"] = done
    pair.second.ended_on = pair.second.ended_on or timezone.localdate()
    pair.second.save(update_fields=["ended_on"])
    return moved


@transaction.atomic
def keep_joined() -> int:
    """After an import, which knows two identifiers where a person said that there is one child: join them again.

    A child whom the source still names under the second identifier is here, whatever became of the first. Returns for
    how many children something moved. A dozen queries for each.
    """
    again = 0
    for pair in PossibleTwin.objects.filter(is_same=True).select_related("first", "second").order_by("pk"):
        if pair.second.ended_on is None and pair.first.ended_on:
            pair.first.ended_on = None
            pair.first.save(update_fields=["ended_on"])
        if moved := _join(pair):
            note(None, "twins.same", pair.first, second=pair.second.pk, pair=pair.pk, moved=moved)
            again += 1
    return again


@transaction.atomic
def not_the_same(actor: StaffMember, pair: PossibleTwin) -> None:
    """These are two children; nobody is asked again. Raises PermissionDenied."""
    _decide(actor, pair, False)
    note(actor, "twins.not_the_same", pair.first, second=pair.second.pk, pair=pair.pk)


@transaction.atomic
def tell_apart(actor: StaffMember, pair: PossibleTwin) -> None:
    """They were two children after all: what moved goes back, and the pair is open again. Raises PermissionDenied."""
    access.require(actor, "twin.edit")
    access.require_reach(actor, pair.first, pair.second)
    if not pair.is_same:
        raise Http404
    moved = _moved_for(pair)
    for model, field in _rows_of_students():
        keys = moved.get(f"{model._meta.label_lower}.{field}", set())
        still = model._base_manager.filter(pk__in=keys, **{field: pair.first}).values_list("pk", flat=True)
        _move(model, field, list(still), pair.second)
    pair.second.ended_on = None
    pair.second.save(update_fields=["ended_on"])
    pair.is_same = pair.decided_on = pair.decided_by = None
    pair.save(update_fields=["is_same", "decided_on", "decided_by"])
    note(actor, "twins.told_apart", pair.first, second=pair.second.pk, pair=pair.pk)


def _moved_for(pair: PossibleTwin) -> dict[str, set[int]]:
    """Which rows moved from the second to the first since the pair was last told apart."""
    moved: dict[str, set[int]] = {}
    for entry in Entry.objects.filter(verb__in=["twins.same", "twins.told_apart"], detail__pair=pair.pk).order_by("pk"):
        if entry.verb == "twins.told_apart":
            moved = {}
        for name, keys in entry.detail.get("moved", {}).items():
            moved.setdefault(name, set()).update(keys)
    return moved


def _decide(actor: StaffMember, pair: PossibleTwin, is_same: bool) -> None:
    access.require(actor, "twin.edit")
    access.require_reach(actor, pair.first, pair.second)
    if pair.decided_on:
        raise Http404
    pair.is_same, pair.decided_on, pair.decided_by = is_same, timezone.localdate(), actor
    pair.save(update_fields=["is_same", "decided_on", "decided_by"])
