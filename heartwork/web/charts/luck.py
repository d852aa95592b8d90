"""How often luck alone makes a chart show a signal: without that number, a signal cannot be weighed."""

from bisect import bisect_left
from collections.abc import Mapping

from django.utils.translation import gettext

from heartwork.analysis.control_chart import ControlChart

LENGTHS = (8, 12, 20, 24, 36, 60)

# The share of charts with a signal, by rules and number of points, among 4,000 series of pure chance (normal numbers,
# random.Random(1)) that `analyse` drew as a chart with limits ("i") and as a run chart. Measured, not computed.
WITH_LIMITS: Mapping[str, tuple[float, ...]] = {
    "anhoej": (0.03, 0.062, 0.111, 0.122, 0.168, 0.22),
    "nhs": (0.033, 0.071, 0.154, 0.189, 0.287, 0.462),
    "ihi": (0.082, 0.191, 0.384, 0.454, 0.62, 0.833),
    "western_electric": (0.036, 0.075, 0.157, 0.19, 0.285, 0.448),
    "nelson": (0.04, 0.085, 0.192, 0.226, 0.355, 0.542),
}
WITHOUT: Mapping[str, tuple[float, ...]] = {
    "anhoej": (0.0, 0.013, 0.021, 0.034, 0.045, 0.038),
    "nhs": (0.001, 0.003, 0.039, 0.07, 0.139, 0.283),
    "ihi": (0.057, 0.124, 0.308, 0.379, 0.557, 0.792),
    "western_electric": (0.0, 0.0, 0.009, 0.018, 0.051, 0.129),
    "nelson": (0.009, 0.015, 0.055, 0.072, 0.135, 0.25),
}


def false_signal_share(chart: ControlChart) -> float:
    """The share of charts like this one, of pure chance, that would show a signal: of any phase, 0 to 1."""
    quiet = 1.0
    for phase in chart.phases:
        has_limits = not phase.is_collecting and chart.specification.chart != "run"
        known = (WITH_LIMITS if has_limits else WITHOUT)[chart.specification.rules]
        quiet *= 1 - _between(known, phase.n_observed)
    return 1 - quiet


def _between(known: tuple[float, ...], points: int) -> float:
    """Straight between the lengths that were measured, level beyond them."""
    at = bisect_left(LENGTHS, points)
    if at == len(LENGTHS):
        return known[-1]
    below, low = (LENGTHS[at - 1], known[at - 1]) if at else (0, 0.0)
    return low + (known[at] - low) * (points - below) / (LENGTHS[at] - below)


def luck_words(chart: ControlChart) -> str:
    """What luck alone would do, in a sentence; "" where nothing could be signalled yet."""
    share = false_signal_share(chart)
    if share < 0.002:
        return ""
    if share > 0.6:
        return gettext("Luck alone gives a false signal in most such charts.")
    charts = round(1 / share)
    if charts > 100:
        return gettext("Luck alone gives fewer than 1 false signal in 100 such charts.")
    return gettext("Luck alone gives about 1 false signal in %(charts)s such charts.") % {"charts": charts}
