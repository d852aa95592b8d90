"""How families were reached: what Django needs to know of this room."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """How families were reached."""

    name = "heartwork.outreach"
