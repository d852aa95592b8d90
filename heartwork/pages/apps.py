"""Pages made of several rooms: Today, a student: what Django needs to know of this room."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Pages made of several rooms: Today, a student."""

    name = "heartwork.pages"
