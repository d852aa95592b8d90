"""Series that follow the school year: compared with themselves, so that the season is not taken for a change."""

from collections.abc import Callable, Sequence

from heartwork.analysis.points import Label, Point, columns
from heartwork.analysis.specification import Phase


def season_phases(labels: Sequence[Label], seasons: Sequence[str]) -> tuple[Phase, ...]:
    """A phase for each stretch of one season, so that a point is judged within its season only.

    labels: of the points, ascending; seasons: what each belongs to, as long as labels.

    >>> [(phase.start, phase.label) for phase in season_phases([1, 2, 3, 4], ["fall", "fall", "winter", "fall"])]
    [(1, 'fall'), (3, 'winter'), (4, 'fall')]
    """
    phases: list[Phase] = []
    for label, season in zip(labels, seasons, strict=True):
        if not phases or phases[-1].label != season:
            phases.append(Phase(label, label=season, reason="season"))
    return tuple(phases)


def change_since_earlier(points: Sequence[Point], earlier: Callable[[Label], Label]) -> list[Point]:
    """Each point minus the one a year before it, for the points that have one; missing where either is missing.

    earlier: from a label to that of the point to compare with, such as the same school week of last year. Two values
    stand behind each difference, so limits are about 1.4 times as wide as those of a series without seasons.

    >>> [(p.label, p.value) for p in change_since_earlier([Point(1, value=5), Point(53, value=8)], lambda w: w - 52)]
    [(53, 3)]
    """
    laid_out = columns(points, "run")
    known = dict(zip(laid_out.labels, laid_out.y, strict=True))
    changes = []
    for label, y in known.items():
        before = earlier(label)
        if before in known:
            old = known[before]
            changes.append(Point(label, value=None if y is None or old is None else y - old))
    return changes
