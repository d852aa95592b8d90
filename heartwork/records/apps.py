"""What other systems record day by day: what Django needs to know of this room."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """What other systems record day by day."""

    name = "heartwork.records"
