"""People who work together: what Django needs to know of this room."""

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    """People who work together."""

    name = "heartwork.teams"
