"""What the first rooms, and what libraries keep for us, can let go when it is old."""

import datetime
import shutil

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from heartwork.journal import chain
from heartwork.privacy.retention import Sweep, midnight, offer
from heartwork.roster.imports import folder_of
from heartwork.roster.models import ImportRun, Opening


def _old_imports(before: datetime.date) -> list[ImportRun]:
    runs = ImportRun.objects.filter(finished_at__lt=midnight(before))
    return [run for run in runs if folder_of(run).exists()]


def _remove_files(before: datetime.date) -> int:
    runs = _old_imports(before)
    for run in runs:
        shutil.rmtree(folder_of(run))
    return len(runs)


def _old_openings(before: datetime.date) -> QuerySet[Opening]:
    return Opening.objects.filter(opened_at__lt=midnight(before))


def _old_sessions(before: datetime.date) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=midnight(before))


def _old_tasks(before: datetime.date) -> QuerySet[DBTaskResult]:
    return DBTaskResult.objects.filter(finished_at__lt=midnight(before))


offer(
    Sweep(
        "journal",
        *(36, 36, 120),
        since=_("the day of the entry"),
        would_go=lambda before: chain.older_than(midnight(before)),
        remove=lambda before: chain.forget_before(midnight(before)),
    )
)
offer(
    Sweep(
        "imports",
        *(6, 1, 24),
        since=_("the end of the import; what was imported stays"),
        would_go=lambda before: len(_old_imports(before)),
        remove=_remove_files,
    )
)
offer(
    Sweep(
        "openings",
        *(36, 36, 120),
        since=_("the day of the opening"),
        would_go=lambda before: _old_openings(before).count(),
        remove=lambda before: _old_openings(before).delete()[1].get("roster.Opening", 0),
    )
)
offer(
    Sweep(
        "sessions",
        *(1, 1, 1),
        since=_("the end of the session"),
        would_go=lambda before: _old_sessions(before).count(),
        remove=lambda before: _old_sessions(before).delete()[0],
    )
)
offer(
    Sweep(
        "tasks",
        *(1, 1, 12),
        since=_("the end of the work"),
        would_go=lambda before: _old_tasks(before).count(),
        remove=lambda before: _old_tasks(before).delete()[0],
    )
)
