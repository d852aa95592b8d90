"""What was done and seen: what Django needs to know of this room."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """What was done and seen."""

    name = "heartwork.journal"
