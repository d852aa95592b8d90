"""People who work together: what Django needs to know of this room."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class TeamsConfig(AppConfig):
    """People who work together."""

    name = "heartwork.teams"

    def ready(self) -> None:
        """Read what each room offers to teams: its `activity.py`, if it has one."""
        autodiscover_modules("activity")
