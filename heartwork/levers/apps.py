"""Levers and expectations: what Django needs to know of this room."""

from django.apps import AppConfig


class LeversConfig(AppConfig):
    """Levers and expectations."""

    name = "heartwork.levers"

    def ready(self) -> None:
        """Offer it to teams, and show a support where a team lists it."""
        from heartwork.levers.queries import LEVERS, where_listed
        from heartwork.supports.appearances import show
        from heartwork.teams.activities import offer

        offer(LEVERS)
        show(where_listed)
