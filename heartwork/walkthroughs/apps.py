"""Caring walkthroughs: what Django needs to know of this room."""

from django.apps import AppConfig


class WalkthroughsConfig(AppConfig):
    """Caring walkthroughs."""

    name = "heartwork.walkthroughs"

    def ready(self) -> None:
        """Offer the talk about a visit to teams."""
        from heartwork.teams.activities import offer
        from heartwork.walkthroughs.queries import TALK

        offer(TALK)
