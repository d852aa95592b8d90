"""What those are told of a school's values who may not open each record behind them: what they were told before.

Last week's chart and today's, each safe alone, can be taken from each other: what is left is who came into a period
that both tell of, or went out of it. So a value stands as it was told until so many have come or gone that the
difference tells of no one; and the groups of a kind, which add up to everyone, stand or change together. (What
`releases.ledger` does for tables of how many there are.)

A week that is counted from the records fills up day by day, and is told when it is over and late records are in.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from django.utils import timezone

from heartwork.measures.models import EVERYONE, HeldBack, Measure
from heartwork.measures.places import ALL, Group
from heartwork.measures.sources import SOURCES
from heartwork.measures.values import Row

SETTLED = {  # after so long from its first day a period that is counted from the records is told
    Measure.Cadence.WEEK: datetime.timedelta(days=10),
    Measure.Cadence.DAY: datetime.timedelta(days=3),
    Measure.Cadence.YEAR: datetime.timedelta(days=0),
}
Pair = tuple[float, float]  # numerator, denominator
NOTHING: Pair = (0.0, 0.0)
Instead = Mapping[datetime.date, Pair]  # by period; of denominator 0: nothing is told
Rows = dict[Group, list[Row]]


def last_told(measure: Measure) -> datetime.date:
    """The last day on which a period may have begun that is told."""
    if measure.source not in SOURCES:
        return datetime.date.max
    return timezone.localdate() - SETTLED[Measure.Cadence(measure.cadence)]


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
    told = {row[0]: row for row in rows} | {period: (period, *pair) for period, pair in instead.items()}
    return sorted(row for row in told.values() if row[2])


# -- what stands


def held_back(
    before: Mapping[Group, list[Row]], now: Mapping[Group, list[Row]], until: datetime.date, few: float
) -> dict[Group, Instead]:
    """What is to be told of a school in place of what is on record now: what was told before, where few came or went.

    until: the last period that may have been told; few: fewer than so many, of the denominator. A value of a period
    after the last of its group was never told, and is told as it is.
    """
    was, being = _by_group(before), _by_group(now)
    changed: dict[datetime.date, set[Group]] = defaultdict(set)
    for group in {**was, **being}:
        old, new = was.get(group, {}), being.get(group, {})
        last = min(until, max(old, default=datetime.date.min))
        for period in {*old, *new}:
            if period <= last and old.get(period) != new.get(period):
                changed[period].add(group)
    found: dict[Group, dict[datetime.date, Pair]] = defaultdict(dict)
    for period, groups in changed.items():
        then = {group: pairs.get(period, NOTHING) for group, pairs in was.items()}
        today = {group: pairs.get(period, NOTHING) for group, pairs in being.items()}
        for group in _standing(groups, then, today, few):
            found[group][period] = then.get(group, NOTHING)
    return dict(found)


def _by_group(there: Mapping[Group, list[Row]]) -> dict[Group, dict[datetime.date, Pair]]:
    return {group: {period: (part, whole) for period, part, whole in rows} for group, rows in there.items() if rows}


def _standing(
    changed: Collection[Group], was: Mapping[Group, Pair], being: Mapping[Group, Pair], few: float
) -> Iterator[Group]:
    """Which of the groups that changed in a period stand as they were told."""
    groups = {*was, *being}
    moves = {group: _move(was.get(group, NOTHING), being.get(group, NOTHING)) for group in groups}
    everyone = moves.get(ALL, NOTHING)
    if _is_by_few(everyone, few):
        yield from changed
        return
    for kind in {group.kind for group in changed} - {EVERYONE}:
        of_kind = [moves[group] for group in groups if group.kind == kind]
        rest = (everyone[0] - sum(inside for inside, _ in of_kind), everyone[1] - sum(out for _, out in of_kind))
        if any(_is_by_few(move, few) for move in (*of_kind, rest)):
            yield from (group for group in changed if group.kind == kind)


def _move(was: Pair, being: Pair) -> Pair:
    """By how many who are counted in the numerator has changed, and who are not."""
    return being[0] - was[0], (being[1] - being[0]) - (was[1] - was[0])


def _is_by_few(move: Pair, few: float) -> bool:
    """Whether somebody came or went, and too few to tell of them."""
    came = sum(by for by in move if by > 0)
    went = -sum(by for by in move if by < 0)
    return 0 < max(came, went) < few
