"""What a family may ask of us, and what left the district: what Django needs to know of this room."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PrivacyConfig(AppConfig):
    """What a family may ask of us, and what left the district."""

    name = "heartwork.privacy"

    def ready(self) -> None:
        """Take in the check that stops a start while a field has no class, and what each room can let go."""
        from heartwork.privacy import checks  # noqa: F401

        autodiscover_modules("retain")
