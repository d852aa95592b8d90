"""What the district does for care: what Django needs to know of this room."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SupportsConfig(AppConfig):
    """What the district does for care."""

    name = "heartwork.supports"

    def ready(self) -> None:
        """Read what later rooms add to the gap finder: their `gaps.py`, if they have one."""
        autodiscover_modules("gaps")
