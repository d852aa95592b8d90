"""Whom students trust: what Django needs to know of this room."""

from django.apps import AppConfig


class TrustedConfig(AppConfig):
    """Whom students trust."""

    name = "heartwork.trusted"
