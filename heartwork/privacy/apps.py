"""What a family may ask of us, and what left the district: what Django needs to know of this room."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """What a family may ask of us, and what left the district."""

    name = "heartwork.privacy"

    def ready(self) -> None:
        """Take in the check that stops a start while a field has no class."""
        from heartwork.privacy import checks  # noqa: F401
