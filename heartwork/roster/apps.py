"""Who is here, and who may see them: what Django needs to know of this room."""

from django.apps import AppConfig


class RosterConfig(AppConfig):
    """Who is here, and who may see them."""

    name = "heartwork.roster"

    def ready(self) -> None:
        """Take in the checks that stop a start without declarations."""
        from heartwork.roster import checks  # noqa: F401
