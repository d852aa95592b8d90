"""Words under lock: what Django needs to know of this room."""

from django.apps import AppConfig


class SealingConfig(AppConfig):
    """Words under lock."""

    name = "heartwork.sealing"
