"""Theory of action: what Django needs to know of this room."""

from django.apps import AppConfig


class BeliefsConfig(AppConfig):
    """Theory of action."""

    name = "heartwork.beliefs"

    def ready(self) -> None:
        """Offer it to teams, and show a support where a team has it on its map."""
        from heartwork.beliefs.activity import THEORY
        from heartwork.beliefs.queries import where_drawn
        from heartwork.supports.appearances import show
        from heartwork.teams.activities import offer

        offer(THEORY)
        show(where_drawn)
