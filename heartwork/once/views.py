"""Is the site well? For a watcher, who learns nothing else."""

import shutil
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from heartwork.once.models import Beat

WELL, LOOK, WRONG = "ok", "look", "wrong"
SILENT_FOR = timedelta(minutes=2)
LITTLE_ROOM, NO_ROOM = 1_000_000_000, 50_000_000  # bytes


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Database, disk and worker, each `ok`, `look` or `wrong`; 503 when the site cannot do its work."""
    found = {"database": _database(), "disk": _disk()}
    found["worker"] = _worker() if found["database"] == WELL else LOOK
    status = next(each for each in (WRONG, LOOK, WELL) if each in found.values())
    response = JsonResponse({"status": status} | found, status=503 if status == WRONG else 200)
    response["Cache-Control"] = "no-store"
    return response


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return WRONG
    return WELL


def _disk() -> str:
    free = shutil.disk_usage(settings.DATA).free
    return WRONG if free < NO_ROOM else LOOK if free < LITTLE_ROOM else WELL


def _worker() -> str:
    return WELL if Beat.objects.filter(at__gt=timezone.now() - SILENT_FOR).exists() else LOOK


health.public = "A watcher asks whether the site is well; it learns nothing else."  # type: ignore[attr-defined]
