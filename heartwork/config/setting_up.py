"""The first start: tables, files, the district's name and the person who lets everyone else in."""

import getpass
import sys

from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction

from heartwork.config.saying import Problem, console
from heartwork.journal.actions import note
from heartwork.roster.actions import first_administrator
from heartwork.roster.models import District, StaffMember

ADMINISTRATOR = "system_administrator"


def prepare_database() -> None:
    """Bring the tables to this version and gather what browsers load."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def set_up(*, district: str | None, name: str | None, username: str | None, passphrase: str | None) -> None:
    """All of it; what is there already stays. Asks for what was not given. Raises Problem."""
    prepare_database()
    console.print("The database is ready.")
    here = District.objects.filter(pk=1).first()
    if not here:
        here = District.objects.create(pk=1, name=district or _ask("The district's name", "--district"))
        note(None, "district.begun", here)
    if someone := _someone_who_signs_in():
        console.print(f"{someone.name} can sign in already, as {someone.username}.")
        return
    person = make_administrator(
        name=name or _ask("The administrator's name (Given Family)", "--name"),
        username=username or _ask("What they type to sign in", "--username"),
        passphrase=passphrase or "",
    )
    console.print(
        f"{person.name} signs in as [bold]{person.username}[/bold], imports the roster and gives people roles."
    )
    console.print("Next: heartwork serve")


def _someone_who_signs_in() -> StaffMember | None:
    administrators = StaffMember.objects.filter(assignments__role=ADMINISTRATOR, assignments__end=None, is_active=True)
    return next((person for person in administrators if person.has_usable_password()), None)


def make_administrator(*, name: str, username: str, passphrase: str = "") -> StaffMember:
    """A person with the role of system administrator: may import and give roles, sees no student. Raises Problem."""
    given, _, family = name.strip().partition(" ")
    if not given or not family:
        raise Problem("We need a given name and a family name.", 'Write it so: --name "Sam Hill"')
    if StaffMember.objects.filter(username__iexact=username).exists():
        raise Problem(f"Somebody signs in as {username} already.", "Choose another --username.")
    person = StaffMember(given_name=given, family_name=family, username=username)
    passphrase = passphrase or _ask_passphrase(person)
    try:
        validate_password(passphrase, person)
    except ValidationError as error:
        raise Problem(
            "This passphrase will not do. " + " ".join(error.messages), "Four or five words do well."
        ) from error
    with transaction.atomic():
        person, _ = first_administrator(name, username)
        person.set_password(passphrase)
        person.save(update_fields=["password"])
    return person


def _ask(what: str, option: str) -> str:
    if not sys.stdin.isatty():
        raise Problem(f"{what} is missing.", f"Give it with {option}.")
    while not (answer := console.input(f"{what}: ").strip()):
        pass
    return answer


def _ask_passphrase(person: StaffMember) -> str:
    if not sys.stdin.isatty():
        raise Problem("The passphrase is missing.", "Give it on standard input with --passphrase-stdin.")
    console.print(" ".join(password_validators_help_texts()))
    while True:
        first = getpass.getpass(f"Passphrase for {person.name}: ")
        try:
            validate_password(first, person)
        except ValidationError as error:
            console.print(" ".join(error.messages))
            continue
        if first == getpass.getpass("The same again: "):
            return first
        console.print("The two were not the same.")
