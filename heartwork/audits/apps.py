"""The systems audit: what Django needs to know of this room."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    """The systems audit."""

    name = "heartwork.audits"

    def ready(self) -> None:
        """Offer the audit to teams."""
        from heartwork.audits.queries import AUDIT
        from heartwork.teams.activities import offer

        offer(AUDIT)
