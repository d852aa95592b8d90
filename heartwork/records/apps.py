"""What other systems record day by day: what Django needs to know of this room."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """What other systems record day by day."""

    name = "heartwork.records"

    def ready(self) -> None:
        """Let requests of families be counted by the calendar."""
        from heartwork.privacy.due import count_by
        from heartwork.records.queries import closed_days

        count_by(closed_days)
