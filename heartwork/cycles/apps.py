"""Problems and the small tests of change: what Django needs to know of this room."""

from django.apps import AppConfig


class CyclesConfig(AppConfig):
    """Problems and cycles."""

    name = "heartwork.cycles"

    def ready(self) -> None:
        """Draw cycles on the charts of what they are measured by."""
        from heartwork.cycles.spans import spans
        from heartwork.measures.spans import add_spans

        add_spans(spans)
