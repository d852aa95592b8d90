"""The fictional district: what Django needs to know of this room."""

from django.apps import AppConfig


class TestingConfig(AppConfig):
    """The fictional district."""

    name = "heartwork.testing"
