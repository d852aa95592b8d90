"""Each request acts once: what Django needs to know of this room."""

from django.apps import AppConfig


class OnceConfig(AppConfig):
    """Each request acts once."""

    name = "heartwork.once"
