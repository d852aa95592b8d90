"""Which adult knows which student: what Django needs to know of this room."""

from django.apps import AppConfig


class RelationshipsConfig(AppConfig):
    """Which adult knows which student."""

    name = "heartwork.relationships"

    def ready(self) -> None:
        """Offer the activity to teams."""
        from heartwork.relationships.activity import RELATIONSHIPS
        from heartwork.teams.activities import offer

        offer(RELATIONSHIPS)
