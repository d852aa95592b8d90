"""Problems and the small tests of change: what Django needs to know of this room."""

from django.apps import AppConfig


class CyclesConfig(AppConfig):
    """Problems and cycles."""

    name = "heartwork.cycles"

    def ready(self) -> None:
        """Draw cycles on the charts of what they are measured by, and show supports and measures where they come up."""
        from heartwork.cycles.queries import where_tried, where_watched
        from heartwork.cycles.spans import spans
        from heartwork.measures.models import Measure
        from heartwork.measures.spans import add_spans
        from heartwork.supports.models import Support
        from heartwork.teams.appearances import show

        add_spans(spans)
        show(Support, where_tried)
        show(Measure, where_watched)
