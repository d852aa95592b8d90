"""How far the team is with what it hopes for: each outcome's chart, what was chosen for it, and when to look deeper.

Single-loop and double-loop learning after Argyris and Schön (1978), as in Leadership for Caring and Supportive Schools
(Washington State University, 2021), "Theories of action".
"""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext

from heartwork.beliefs.models import Choice, Part
from heartwork.beliefs.queries import stood_then, the_map
from heartwork.measures import pictures
from heartwork.measures import queries as measures
from heartwork.measures.queries import MeasureChart
from heartwork.roster import queries as roster
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
        chart = _chart(viewer, meeting, outcome)
        figure = pictures.picture(chart, f"outcome-{outcome.pk}") if chart else None
        behind = [(action, found.behind(action)) for action, _groups in found.behind(outcome)]
        told.append(Appraisal(outcome, figure, made[outcome.pk], stuck(outcome, made[outcome.pk], chart), behind))
    return told


def _chart(viewer: StaffMember, meeting: Meeting, outcome: Part) -> MeasureChart | None:
    """The outcome's chart at the team's school, or where its measure is counted; None where the viewer may not know."""
    known = measures.measures(viewer, ended=True).filter(pk=outcome.measure_id or 0).first()
    if known is None or known.cannot_be_measured:
        return None
    school = roster.schools().filter(pk=meeting.team.organization_id or 0).first()
    place = measures.place_of(viewer, known, school=str(school.public_id) if school else "")
    return measures.chart(viewer, known, place)


def stuck(outcome: Part, choices: list[Choice], chart: MeasureChart | None) -> str:
    """Why it may be time to look at a belief; "" while it is not.

    So it is when the latest choices, three at least, all changed what we do, and since the first of them no signal
    began on the chart (of three values at least), or nothing tells what came of them. choices: oldest first.
    """
    in_a_row: list[Choice] = []
    for choice in choices:
        in_a_row = [*in_a_row, choice] if choice.loop == Choice.Loop.SINGLE else []
    if len(in_a_row) < SEVERAL:
        return ""
    if outcome.measure_id is None:
        return gettext("%(n)d changes of what we do in a row, and nothing that would tell what came of them.") % {
            "n": len(in_a_row)
        }
    if chart is None or chart.is_hidden:
        return ""
    first = in_a_row[0].made_on
    values = [p.y for p in chart.chart.points if p.y is not None and p.label >= first]  # type: ignore[operator]
    if len(values) < SEVERAL or any(change.since >= first for change in chart.chart.changes):  # type: ignore[operator]
        return ""
    unit = pictures.unit_of(chart.measure)
    return gettext(
        "%(n)d changes of what we do in a row left the measure where it was, between %(low)s and %(high)s."
    ) % {"n": len(in_a_row), "low": unit.words(min(values)), "high": unit.words(max(values))}
