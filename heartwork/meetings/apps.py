"""Meetings in stages: what Django needs to know of this room."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Meetings in stages."""

    name = "heartwork.meetings"
