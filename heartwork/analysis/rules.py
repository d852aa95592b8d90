"""What counts as a signal: one profile of rules for each school of practice.

A rule finds spans: points that together are unlikely to be chance. Excluded points are passed over by every rule but
the first; a missing point ends a window ("seven in a row" has none missing), but not a run (Anhøj, IHI).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from heartwork.analysis.lines import Limits
from heartwork.analysis.runs import Run, crossings_min, longest_run_max, runs, sides, usual_number_of_runs

Side = Literal["high", "low"]
Window = tuple[int, Sequence[int]]


class Span(NamedTuple):
    """Points of one phase that fulfil a rule together: their positions, ascending, and the side they stray to."""

    rule: str
    side: Side | None
    positions: tuple[int, ...]


@dataclass(slots=True)
class Series:
    """The included points of one phase as the rules see them; `at` are their positions in the phase."""

    at: list[int]
    y: list[float | None]
    side: list[int | None]
    found: list[Run]
    useful: int
    longest: int
    limits: Limits


def series(limits: Limits, included: Sequence[bool]) -> Series:
    """The points of a phase that rules look at, with their runs."""
    if False in included:
        at = [position for position, counts in enumerate(included) if counts]
        y = [limits.y[position] for position in at]
    else:
        at, y = list(range(len(included))), limits.y
    side = sides(y, limits.centre)
    found = runs(side)
    lengths = [length for *_, length in found]
    return Series(at, y, side, found, sum(lengths), max(lengths, default=0), limits)


def outside_limits(limits: Limits) -> list[Span]:
    """Points beyond the limits, excluded ones too; those in a row on one side are one span."""
    found: list[Span] = []
    last, last_side = -2, 0
    for position, (y, lower, upper) in enumerate(zip(limits.y, limits.lower, limits.upper, strict=True)):
        if y is None or lower is None or upper is None or lower <= y <= upper:
            continue
        side = 1 if y > upper else -1
        before = found.pop().positions if position == last + 1 and side == last_side else ()
        found.append(Span("outside_limits", _side(side), (*before, position)))
        last, last_side = position, side
    return found


def _side(side: int) -> Side | None:
    return {1: "high", -1: "low"}.get(side)  # type: ignore[return-value]  # its values are the literals of Side


def _run_span(rule: str, run: Run, seen: Series) -> Span:
    side, first, last, _ = run
    return Span(rule, _side(side), tuple([seen.at[i] for i in range(first, last + 1) if seen.side[i] == side]))


def _longest(found: list[Run]) -> Run:
    """The longest run, of equals the latest."""
    return max(reversed(found), key=lambda run: run[-1])


def _anhoej(seen: Series) -> list[Span]:
    """Anhøj and Olesen 2014, PLoS ONE 9: e113825: a run longer than usual, or fewer crossings than usual, which is told
    of the longest run."""
    if not seen.found:
        return []
    usual = longest_run_max(seen.useful)
    spans = [_run_span("shift", run, seen) for run in seen.found if run[-1] > usual]
    if len(seen.found) - 1 < crossings_min(seen.useful):
        spans.append(_run_span("crossings", _longest(seen.found), seen))
    return spans


def _ihi(seen: Series) -> list[Span]:
    """Perla, Provost and Murray 2011, BMJ Quality and Safety 20: 46: a shift of six, a trend of five (equal neighbours
    count once), too few or too many runs."""
    if not seen.found:
        return []
    spans = [_run_span("shift", run, seen) for run in seen.found if run[-1] >= 6]
    distinct: list[int] = []
    for i, y in enumerate(seen.y):
        if y is not None and (not distinct or y != seen.y[distinct[-1]]):
            distinct.append(i)
    spans += _spans("trend", [seen.at[i] for i in distinct], _trend([seen.y[i] for i in distinct], 5))
    above = sum(length for side, *_, length in seen.found if side > 0)
    fewest, most = usual_number_of_runs(above, seen.useful - above)
    if len(seen.found) < fewest:
        spans.append(_run_span("few_runs", _longest(seen.found), seen))
    if len(seen.found) > most:
        spans.append(Span("many_runs", None, tuple(at for at, side in zip(seen.at, seen.side, strict=True) if side)))
    return spans


def _nhs(seen: Series) -> list[Span]:
    """Making Data Count (NHS England), as NHSRplotthedots has it: after points outside, a trend of seven, two of three
    near a limit with all three on one side of the mean, a shift of seven; the first that holds names the point."""
    lines = seen.limits
    rows = zip(lines.y, lines.lower, lines.near_lower, lines.near_upper, lines.upper, strict=True)
    every = [
        None not in row and (low <= y < near_low or near_high < y <= high)  # type: ignore[operator]  # none is None
        for row in rows
        for y, low, near_low, near_high, high in [row]
    ]
    near = [every[at] for at in seen.at]
    two_of_three: list[Window] = []
    for start in range(len(near) - 2):
        side = seen.side[start]
        if near[start] + near[start + 1] + near[start + 2] >= 2 and side and {*seen.side[start : start + 3]} == {side}:
            two_of_three.append((side, [i for i in range(start, start + 3) if near[i]]))
    return [
        *_spans("trend", seen.at, _trend(seen.y, 7)),
        *_spans("two_of_three", seen.at, two_of_three),
        *_spans("shift", seen.at, _same_side(seen.side, 7)),
    ]


def _western_electric(seen: Series) -> list[Span]:
    """Western Electric 1956: two of three beyond two sigma, four of five beyond one, eight on one side."""
    return [*_zones(seen), *_spans("shift", seen.at, _same_side(seen.side, 8))]


def _nelson(seen: Series) -> list[Span]:
    """Nelson 1984, J. Quality Technology 16: 237: beside the zones, nine on one side, six in a trend, fourteen
    alternating, fifteen within one sigma, eight with none within one sigma and both sides met."""
    every = seen.limits.score()
    score = [every[at] for at in seen.at]

    def alternating(start: int) -> Window | None:
        y = seen.y[start : start + 14]
        steps = [(b > a) - (b < a) for a, b in pairwise(y) if a is not None and b is not None]
        turns = len(steps) == 13 and all(a * b == -1 for a, b in pairwise(steps))
        return (0, range(start, start + 14)) if turns else None

    def hugging(start: int) -> Window | None:
        inner = all(s is not None and abs(s) < 1 for s in score[start : start + 15])
        return (0, range(start, start + 15)) if inner else None

    def mixture(start: int) -> Window | None:
        window = [s for s in score[start : start + 8] if s is not None and abs(s) > 1]
        both = len(window) == 8 and min(window) < 0 < max(window)
        return (0, range(start, start + 8)) if both else None

    n = len(seen.y)
    return [
        *_spans("shift", seen.at, _same_side(seen.side, 9)),
        *_spans("trend", seen.at, _trend(seen.y, 6)),
        *_spans("alternating", seen.at, _windows(n, 14, alternating)),
        *_zones(seen),
        *_spans("hugging", seen.at, _windows(n, 15, hugging)),
        *_spans("mixture", seen.at, _windows(n, 8, mixture)),
    ]


def _zones(seen: Series) -> list[Span]:
    """Two of three in a row beyond two sigma on one side, and four of five beyond one."""
    every = seen.limits.score()
    score = [every[at] for at in seen.at]

    def beyond(sigmas: float, least: int, size: int) -> list[Window]:
        def judge(start: int) -> Window | None:
            window = range(start, start + size)
            if any(score[i] is None for i in window):
                return None
            for side in (1, -1):
                far = [i for i in window if (score[i] or 0) * side > sigmas]
                if len(far) >= least:
                    return side, far
            return None

        return _windows(len(score), size, judge)

    return [
        *_spans("two_of_three", seen.at, beyond(2, 2, 3)),
        *_spans("four_of_five", seen.at, beyond(1, 4, 5)),
    ]


def _stretches(signs: Sequence[int | None], least: int) -> list[tuple[int, int, int]]:
    """Where at least so many in a row are all 1 or all -1: the sign, the first and the last position."""
    found, start, before = [], 0, 0
    for position, sign in enumerate([*signs, 0]):
        if sign != before:
            if before and position - start >= least:
                found.append((before, start, position - 1))
            start, before = position, sign or 0
    return found


def _same_side(side: Sequence[int | None], size: int) -> list[Window]:
    """So many in a row on one side; a point on the centre breaks it."""
    return [(sign, range(first, last + 1)) for sign, first, last in _stretches(side, size)]


def _trend(y: Sequence[float | None], size: int) -> list[Window]:
    """So many points in a row that rise, or fall, at every step; equal neighbours break it."""
    steps = [0 if a is None or b is None else (b > a) - (b < a) for a, b in pairwise(y)]
    return [(sign, range(first, last + 2)) for sign, first, last in _stretches(steps, size - 1)]


def _windows(n: int, size: int, judge: Callable[[int], Window | None]) -> list[Window]:
    return [found for start in range(n - size + 1) if (found := judge(start))]


def _spans(rule: str, at: Sequence[int], windows: Sequence[Window]) -> list[Span]:
    """Windows of one side that overlap or touch are one span; a point two trends share belongs to the later one."""
    joined: list[tuple[int, list[int]]] = []
    for side, marked in windows:
        if joined and joined[-1][0] == side and marked[0] <= joined[-1][1][-1] + 1:
            joined[-1] = (side, sorted({*joined[-1][1], *marked}))
        else:
            if joined:
                earlier = [i for i in joined[-1][1] if i not in marked]
                joined[-1] = (joined[-1][0], earlier)
            joined.append((side, list(marked)))
    return [Span(rule, _side(side), tuple(at[i] for i in marked)) for side, marked in joined if marked]


PROFILES: Mapping[str, Callable[[Series], list[Span]]] = {
    "anhoej": _anhoej,
    "nhs": _nhs,
    "ihi": _ihi,
    "western_electric": _western_electric,
    "nelson": _nelson,
}
