"""What the district counts: what Django needs to know of this room."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """What the district counts."""

    name = "heartwork.measures"
