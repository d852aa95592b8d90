"""What the district counts: what Django needs to know of this room."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class MeasuresConfig(AppConfig):
    """What the district counts."""

    name = "heartwork.measures"

    def ready(self) -> None:
        """Read what later rooms draw on charts: their `spans.py`, if they have one."""
        autodiscover_modules("spans")
