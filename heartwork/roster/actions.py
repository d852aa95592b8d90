"""Every change to who is here, and to how people sign in."""

from django.db import transaction

from heartwork.journal.actions import note
from heartwork.roster.models import StaffMember


@transaction.atomic
def choose_language(actor: StaffMember, language: str) -> None:
    """From now on Heartwork speaks this language to the actor."""
    actor.language = language
    actor.save(update_fields=["language"])
    note(actor, "account.language_chosen", actor)
