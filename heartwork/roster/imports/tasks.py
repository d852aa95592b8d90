"""Imports as background work, taken up by `manage.py db_worker`: it goes on when the browser is closed."""

from django_tasks import task

from heartwork.roster.imports import runs
from heartwork.roster.models import StaffMember


@task()
def read_import(run_pk: int) -> None:
    """Read an import."""
    runs.read(run_pk)


@task()
def apply_import(run_pk: int, actor_pk: int | None, agreed: bool) -> None:
    """Apply an import. If another was applied in the meantime, it is read again, to be looked at again."""
    actor = StaffMember.objects.get(pk=actor_pk) if actor_pk else None
    try:
        runs.apply(run_pk, actor=actor, agreed=agreed)
    except runs.Stale:
        runs.read(run_pk)
