"""How students say they are: what Django needs to know of this room."""

from django.apps import AppConfig


class CheckinsConfig(AppConfig):
    """How students say they are."""

    name = "heartwork.checkins"
