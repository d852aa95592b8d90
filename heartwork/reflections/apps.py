"""The eleven questions of the report: what Django needs to know of this room."""

from django.apps import AppConfig


class ReflectionsConfig(AppConfig):
    """The eleven questions of the report."""

    name = "heartwork.reflections"

    def ready(self) -> None:
        """Offer the questions of each lens to teams."""
        from heartwork.reflections.queries import LENSES
        from heartwork.teams.activities import offer

        for lens in LENSES:
            offer(lens)
