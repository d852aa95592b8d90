"""Bringing in rosters and records: every file is read, checked, shown, and applied in one transaction."""

from heartwork.roster.imports.demographics import DEMOGRAPHICS, USER_FLAGS
from heartwork.roster.imports.enrollments import ENROLLMENTS
from heartwork.roster.imports.flat import KINDS as FLAT
from heartwork.roster.imports.intake import ArchiveRefused
from heartwork.roster.imports.kinds import kinds
from heartwork.roster.imports.microsoft import KINDS as MICROSOFT
from heartwork.roster.imports.people import PEOPLE
from heartwork.roster.imports.places import CLASSES, COURSES, ORGANIZATIONS, SESSIONS
from heartwork.roster.imports.progress import Progress
from heartwork.roster.imports.roles import ROLES
from heartwork.roster.imports.runs import (
    Busy,
    NeedsAgreement,
    Stale,
    apply,
    begin,
    folder_of,
    read,
    remember_mapping,
    set_aside,
    watch,
)
from heartwork.roster.imports.targets import TARGETS

KINDS = [
    ORGANIZATIONS, SESSIONS, COURSES, PEOPLE, ROLES, CLASSES, ENROLLMENTS, DEMOGRAPHICS, USER_FLAGS,
    *MICROSOFT, *FLAT,
]  # fmt: skip

__all__ = [
    "KINDS",
    "TARGETS",
    "ArchiveRefused",
    "Busy",
    "NeedsAgreement",
    "Progress",
    "Stale",
    "apply",
    "begin",
    "folder_of",
    "kinds",
    "read",
    "remember_mapping",
    "set_aside",
    "watch",
]
