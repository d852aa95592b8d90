"""What a change asks of a day: what Django needs to know of this room."""

from django.apps import AppConfig


class RoutinesConfig(AppConfig):
    """What a change asks of a day, and the load ledger."""

    name = "heartwork.routines"

    def ready(self) -> None:
        """Offer it to teams, and show a support where a change is about it."""
        from heartwork.routines.activity import ROUTINES
        from heartwork.routines.queries import where_changed
        from heartwork.supports.appearances import show
        from heartwork.teams.activities import offer

        offer(ROUTINES)
        show(where_changed)
