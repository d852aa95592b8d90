"""What the district does for care: what Django needs to know of this room."""

from django.apps import AppConfig


class SupportsConfig(AppConfig):
    """What the district does for care."""

    name = "heartwork.supports"
