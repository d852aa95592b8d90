"""Care histories: what Django needs to know of this room."""

from django.apps import AppConfig


class StoriesConfig(AppConfig):
    """Care histories."""

    name = "heartwork.stories"

    def ready(self) -> None:
        """Offer them to teams."""
        from heartwork.stories.queries import CARE_HISTORIES
        from heartwork.teams.activities import offer

        offer(CARE_HISTORIES)
