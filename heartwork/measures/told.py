"""What those are told of a school's values who may not open each record behind them: what they were told before.

Last week's chart and today's, each safe alone, can be taken from each other: what is left is who came into a period
that both tell of, or went out of it. So what was told of a period is told again until at least the minimum of people
have come or gone, in all of the periods told, and then all is told as it is. (`releases.ledger` does the same for
tables of how many there are.) What is not told yet, because a joined period still fills up, may change as it will.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from heartwork.measures.models import HeldBack, Measure
from heartwork.measures.places import Group
from heartwork.measures.values import Row
from heartwork.releases.ledger import moved_at_least

Instead = Mapping[datetime.date, tuple[float, float]]  # by period: numerator, and denominator; 0: nothing is told
Rows = dict[Group, list[Row]]


def instead(
    measures: Iterable[Measure | int], kinds: Collection[str] | None = None
) -> dict[int, dict[int, dict[Group, Instead]]]:
    """What is told in place of values on record, by measure, school (pk) and group of these kinds (None: all).

    One query.
    """
    rows = HeldBack.objects.filter(measure__in=measures)
    if kinds is not None:
        rows = rows.filter(subgroup_kind__in=kinds)
    found: dict[int, dict[int, dict[Group, Instead]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(dict)))
    columns = ("measure", "school", "subgroup_kind", "subgroup", "period", "numerator", "denominator")
    for measure, school, kind, name, period, part, whole in rows.order_by().values_list(*columns):
        found[measure][school][Group(kind, name)] |= {period: (part, whole)}  # type: ignore[operator]
    return found


def as_told(there: Mapping[Group, list[Row]], instead: Mapping[Group, Instead]) -> Rows:
    """The rows of the groups of a school as they are told, ascending."""
    return {group: rows_as_told(there.get(group, []), instead.get(group, {})) for group in {**there, **instead}}


def rows_as_told(rows: list[Row], instead: Instead) -> list[Row]:
    """The rows of one group as they are told, ascending."""
    if not instead:
        return rows
    told = {row[0]: row for row in rows} | {period: (period, *value) for period, value in instead.items()}
    return sorted(row for row in told.values() if row[2])


def held_back(before: list[Row], now: list[Row], until: datetime.date | None, few: float) -> Instead:
    """What is to be told in place of what is on record now: what was told before, if few have come or gone.

    until: the last period that was told; None: none was. few: fewer than so many, of the denominator.
    """
    if until is None:
        return {}
    was, being = ({row[0]: row[1:] for row in rows if row[0] <= until} for rows in (before, now))
    changed = sorted(period for period in {*was, *being} if was.get(period) != being.get(period))
    if moved_at_least(_cells(was), _cells(being)) >= few:
        return {}
    return {period: was.get(period, (0.0, 0.0)) for period in changed}


def _cells(values: Instead) -> dict[tuple[datetime.date, bool], float]:
    """Of each period who is in the numerator, and who is not."""
    inside = {(period, True): part for period, (part, _) in values.items()}
    return inside | {(period, False): whole - part for period, (part, whole) in values.items()}
