"""Periods joined until each holds enough people to be shown to someone who may not see every record."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from heartwork.analysis.points import BadPoint, Label, Point, columns

SIDE = 5  # how many at least are on each side of a share that is told
SPLIT = 20  # of fewer than this no share is told: between its ends there would be too few numbers


def pool(points: Sequence[Point | None], minimum: int = 10, *, side: int = 0, hold_back: bool = False) -> list[Point]:
    """Neighbouring periods added up until each pooled period has a denominator of at least the minimum.

    points: numerators and denominators (people), oldest first; missing ones join their neighbours. A pooled period
    bears the label of its first. side: how many at least are in its numerator, and how many of its denominator are not:
    a share of nearly none or nearly all tells of single people. Draw lines and signals from what this returns alone:
    limits from the single periods would tell their sizes. What is left at the end joins the period before it, or with
    `hold_back` waits, unseen, until it is large enough: a reader who keeps last week's page could else take it from
    this week's. Fewer than the minimum in all: nothing is shown. Two charts about the same people pooled in different
    places can be set against each other. A pooled period can reach over the start of a phase; to keep phases apart,
    pool each by itself. Raises BadPoint for a value without numerator and denominator, ValueError for a minimum below
    one.

    >>> weeks = [Point(w, numerator=k, denominator=n) for w, k, n in [(1, 2, 6), (2, 1, 5), (3, 8, 20), (4, 1, 3)]]
    >>> [(p.label, p.numerator, p.denominator) for p in pool(weeks)]
    [(1, 3.0, 11.0), (3, 9.0, 23.0)]
    """
    pooled: list[Point] = []
    for window in _windows(points, minimum, side):
        part, whole = window.numerator, window.denominator
        if window.is_large:
            pooled.append(Point(window.first, numerator=part, denominator=whole))
        elif pooled and whole and not hold_back:
            last = pooled.pop()
            if last.numerator is None or last.denominator is None:
                raise BadPoint(f"Point {last.label} has no people.")
            pooled.append(Point(last.label, numerator=last.numerator + part, denominator=last.denominator + whole))
    return pooled


def told_until(points: Sequence[Point | None], minimum: int = 10, *, side: int = 0) -> Label | None:
    """The last period that `pool` tells of, where what is left at the end is held back; None where it tells of none.

    >>> weeks = [Point(w, numerator=k, denominator=n) for w, k, n in [(1, 2, 6), (2, 1, 5), (3, 8, 20), (4, 1, 3)]]
    >>> told_until(weeks)
    3
    """
    told = [window.last for window in _windows(points, minimum, side) if window.is_large]
    return told[-1] if told else None


class _Window(NamedTuple):
    first: Label
    last: Label
    numerator: float
    denominator: float
    is_large: bool  # only the last of them may not be


def _windows(points: Sequence[Point | None], minimum: int, side: int) -> Iterator[_Window]:
    """Stretches of neighbouring periods, each as short as it can be."""
    if minimum < 1:
        raise ValueError("The minimum is one or more.")
    laid_out = columns(points, "u")
    first: Label | None = None
    part = whole = 0.0
    for label, numerator, denominator in zip(laid_out.labels, laid_out.numerator, laid_out.weight, strict=True):
        first = label if first is None else first
        part += numerator or 0.0
        whole += denominator or 0.0
        if is_large := whole >= minimum and min(part, whole - part) >= side:
            yield _Window(first, label, part, whole, is_large)
            first, part, whole = None, 0.0, 0.0
    if first is not None:
        yield _Window(first, label, part, whole, is_large=False)
