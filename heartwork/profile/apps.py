"""The district profile: what Django needs to know of this room."""

from django.apps import AppConfig


class ProfileConfig(AppConfig):
    """The district profile."""

    name = "heartwork.profile"

    def ready(self) -> None:
        """Offer it to teams."""
        from heartwork.profile.queries import PROFILE
        from heartwork.teams.activities import offer

        offer(PROFILE)
