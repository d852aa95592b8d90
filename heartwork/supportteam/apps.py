"""The meeting of a support team about students: what Django needs to know of this room."""

from django.apps import AppConfig


class SupportteamConfig(AppConfig):
    """The meeting of a support team about students."""

    name = "heartwork.supportteam"

    def ready(self) -> None:
        """Offer it to teams."""
        from heartwork.supportteam.activity import SUPPORT_TEAM
        from heartwork.teams.activities import offer

        offer(SUPPORT_TEAM)
