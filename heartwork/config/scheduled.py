"""Backups that are made by themselves: when one is due, where it goes, and how long it is kept."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from heartwork.config.saying import Problem, console

NAME = "heartwork-%Y%m%d-%H%M%S"
OURS = re.compile(r"heartwork-\d{8}-\d{6}")  # of other files in the folder we touch none


def backups() -> list[Path]:
    """Those in the folder, oldest first."""
    if settings.BACKUPS is None or not settings.BACKUPS.is_dir():
        return []
    return sorted(path for path in settings.BACKUPS.iterdir() if OURS.fullmatch(path.name) and path.is_file())


def made_at(backup: Path) -> datetime:
    """When this one was made: its name says so, which a copy does not change."""
    return datetime.strptime(backup.name, NAME).replace(tzinfo=UTC)


def is_due(*, late: int = 1) -> bool:
    """Whether the last one is older than the hours between two; `late`: so many times as old."""
    made = backups()
    return not made or datetime.now(UTC) - made_at(made[-1]) >= late * timedelta(hours=settings.BACKUP_HOURS)


def back_up() -> Path:
    """Make one now, then let go of those kept long enough; the newest always stays. Raises Problem."""
    from heartwork.config.backups import back_up  # which needs to know of serving, which needs us

    if settings.BACKUPS is None:
        raise Problem("No folder was named for backups.", "Set HEARTWORK_BACKUPS.")
    settings.BACKUPS.mkdir(parents=True, exist_ok=True, mode=0o700)
    target: Path = settings.BACKUPS / datetime.now(UTC).strftime(NAME)
    back_up(target)
    kept_since = datetime.now(UTC) - timedelta(days=settings.BACKUP_DAYS)
    for old in backups()[:-1]:
        if made_at(old) < kept_since:
            old.unlink()
            console.print(f"{old} was kept for {settings.BACKUP_DAYS} days, and is deleted.")
    return target
