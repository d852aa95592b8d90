"""How far the team is with what it hopes for: each outcome's chart, what was chosen for it, and when to look deeper.

Single-loop and double-loop learning after Argyris and Schön (1978), as in Leadership for Caring and Supportive Schools
(Washington State University, 2021), "Theories of action".
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import takewhile

from django.utils.translation import gettext

from heartwork.beliefs.models import Choice, Part
from heartwork.beliefs.queries import stood_then, the_map
from heartwork.measures import pictures
from heartwork.measures.queries import MeasureChart, chart_for
from heartwork.roster.models import StaffMember
from heartwork.teams.models import Meeting
from heartwork.web.charts import Figure

SEVERAL = 3  # changes of what we do in a row, and values since the first: fewer say little


@dataclass(frozen=True)
class Appraisal:
    """One outcome: its chart, if it has one and the viewer may see it; what was chosen so far; what lies behind it."""

    outcome: Part
    figure: Figure | None
    choices: list[Choice]
    stuck: str  # why it may be time to look at a belief; "": it is not
    behind: list[tuple[Part, list[tuple[Part, list[int]]]]]  # each action, and the beliefs behind it with their groups


def appraisals(viewer: StaffMember, meeting: Meeting) -> list[Appraisal]:
    """Each outcome that the team agreed on, the ends first. Six queries, and ten for each measure."""
    found = the_map(viewer, meeting)
    made: dict[int, list[Choice]] = defaultdict(list)
    rows = Choice.objects.filter(stood_then(meeting), outcome__team=meeting.team).select_related("outcome", "part")
    for choice in rows.select_related("made_by"):
        made[choice.outcome.same_as_id or choice.outcome_id].append(choice)
    told = []
    for outcome in found.agreed:
        chart = chart_for(viewer, meeting.team, outcome.measure_id)
        figure = pictures.picture(chart, f"outcome-{outcome.pk}") if chart else None
        behind = [(action, found.links.behind(action)) for action, _groups in found.links.behind(outcome)]
        told.append(Appraisal(outcome, figure, made[outcome.pk], stuck(outcome, made[outcome.pk], chart), behind))
    return told


def stuck(outcome: Part, choices: list[Choice], chart: MeasureChart | None) -> str:
    """Why it may be time to look at a belief; "" while it is not.

    So it is when the latest choices, three at least, all changed what we do, and since the first of them no signal
    began on the chart (of three values at least), or nothing tells what came of them. choices: oldest first.
    """
    in_a_row = list(takewhile(lambda choice: choice.loop == Choice.Loop.SINGLE, reversed(choices)))
    if len(in_a_row) < SEVERAL:
        return ""
    if outcome.measure_id is None:
        said = gettext("%(n)d changes of what we do in a row, and nothing that would tell what came of them.")
        return said % {"n": len(in_a_row)}
    if chart is None or chart.is_hidden:
        return ""
    first = in_a_row[-1].made_on
    values = [p.y for p in chart.chart.points if p.y is not None and p.label >= first]  # type: ignore[operator]
    if len(values) < SEVERAL or any(change.since >= first for change in chart.chart.changes):  # type: ignore[operator]
        return ""
    unit = pictures.unit_of(chart.measure)
    return gettext(
        "%(n)d changes of what we do in a row left the measure where it was, between %(low)s and %(high)s."
    ) % {"n": len(in_a_row), "low": unit.words(min(values)), "high": unit.words(max(values))}
