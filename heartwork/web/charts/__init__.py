"""Charts as a page shows them: analysed numbers in, a `Figure` out with pictures, a sentence, notes and a table.

chart = analyse(points, specification)
figure = charts.control_chart(chart, ident="known", title="An adult I would go to", unit=charts.PERCENT)
{% include "web/components/chart.html" with figure=figure marks=True %}
"""

from heartwork.web.charts.by_gap import Pair, dumbbell
from heartwork.web.charts.by_reason import pareto
from heartwork.web.charts.by_size import funnel
from heartwork.web.charts.control import control_chart
from heartwork.web.charts.figure import Figure, Note, Panel, Table
from heartwork.web.charts.panels import Group, small_multiples, sparkline
from heartwork.web.charts.periods import WEEKS, Periods
from heartwork.web.charts.plot import Cycle
from heartwork.web.charts.sentences import assurance_words, said, sentence, variation_words
from heartwork.web.charts.signs import Sign
from heartwork.web.charts.units import MINUTES, NUMBER, PER_100, PERCENT, Unit
from heartwork.web.charts.weeks import Gap

__all__ = [
    "MINUTES",
    "NUMBER",
    "PERCENT",
    "PER_100",
    "WEEKS",
    "Cycle",
    "Figure",
    "Gap",
    "Group",
    "Note",
    "Pair",
    "Panel",
    "Periods",
    "Sign",
    "Table",
    "Unit",
    "assurance_words",
    "control_chart",
    "dumbbell",
    "funnel",
    "pareto",
    "said",
    "sentence",
    "small_multiples",
    "sparkline",
    "variation_words",
]
