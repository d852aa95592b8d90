"""How often luck alone makes a chart show a signal: without that number, a signal cannot be weighed."""

from django.utils.translation import gettext

from heartwork.analysis.control_chart import ControlChart
from heartwork.analysis.false_signals import chance_of_false_signal


def false_signal_share(chart: ControlChart) -> float:
    """The share of charts like this one, of pure chance, that would show a signal in any of their phases, 0 to 1."""
    quiet, specification = 1.0, chart.specification
    for phase in chart.phases:
        kind = "run" if phase.is_collecting else specification.chart
        quiet *= 1 - chance_of_false_signal(phase.n_observed, specification.rules, kind, minimum_points=0)
    return 1 - quiet


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
