"""Imports as background work, taken up by `manage.py db_worker`: it goes on when the browser is closed."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django_tasks import task

from heartwork.roster.imports import runs
from heartwork.roster.models import ImportRun, StaffMember


def _language_of(person: StaffMember | None) -> Any:
    """Sentences that hold numbers are kept as they are said: in the language of whom they are said to."""
    return translation.override((person and person.language) or settings.LANGUAGE_CODE)


@task()
def read_import(run_pk: int) -> None:
    """Read an import."""
    with _language_of(ImportRun.objects.select_related("started_by").get(pk=run_pk).started_by):
        runs.read(run_pk)


@task()
def apply_import(run_pk: int, actor_pk: int | None, agreed: bool) -> None:
    """Apply an import. If another was applied in the meantime, it is read again, to be looked at again."""
    actor = StaffMember.objects.get(pk=actor_pk) if actor_pk else None
    with _language_of(actor):
        try:
            runs.apply(run_pk, actor=actor, agreed=agreed)
        except runs.Stale:
            runs.read(run_pk)
