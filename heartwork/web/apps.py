"""The frame of every page: what Django needs to know of this room."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The frame of every page."""

    name = "heartwork.web"
