"""What was told about groups: what Django needs to know of this room."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """What was told about groups."""

    name = "heartwork.releases"
