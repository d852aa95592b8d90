"""What adults promise each other: what Django needs to know of this room."""

from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    """What adults promise each other."""

    name = "heartwork.commitments"

    def ready(self) -> None:
        """Offer the activity to teams."""
        from heartwork.commitments.queries import COMMITMENTS
        from heartwork.teams.activities import offer

        offer(COMMITMENTS)
