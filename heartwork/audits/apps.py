"""Which systems bear on a student: what Django needs to know of this room."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    """Which systems bear on a student."""

    name = "heartwork.audits"
