"""Places and groups worth a visit: where a measure has long been on its good side, by a rule and not by a rank.

A place is set beside others as the viewer may see each (`series`), so that the list tells nothing that charts do not.
"""

import statistics
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heartwork.analysis.control_chart import analyse
from heartwork.analysis.points import Label
from heartwork.analysis.specification import Specification
from heartwork.measures import series, variation
from heartwork.measures.models import EVERYONE, Measure
from heartwork.measures.places import Group, Place, attributes, group_words, may_see
from heartwork.measures.queries import specification_of
from heartwork.measures.series import Series
from heartwork.roster.models import StaffMember

LONG = 8  # periods in a row, up to the latest: of places no better than usual, chance brings 1 in 256 so far
FEWEST = 3  # places that make a usual one

Values = list[tuple[Label, float]]


@dataclass(frozen=True)
class BrightSpot:
    """A place, or a group there: on the good side of what is usual for so many periods, or better than its own past.

    run: periods in a row, 0 where it is not that. since: the first of them. better_since: of a change of its own.
    """

    place: Place
    group: Group
    group_words: str
    run: int
    since: Label | None
    better_since: Label | None


@dataclass(frozen=True)
class BrightSpots:
    """Those found, by name of the place and the group; how many series were long enough to look at; how many hidden."""

    found: list[BrightSpot]
    looked: int
    hidden: int

    @property
    def by_luck(self) -> float:
        """How many would be beyond what is usual for so long if all places were alike."""
        return self.looked / 2**LONG


def bright_spots(viewer: StaffMember, measure: Measure, place: Place) -> BrightSpots:
    """Schools, groups at schools and, at one school, its sections that lie on the good side. Of a measure with one.

    Each is set beside the same group elsewhere. Three queries for each kind of group.
    """
    if measure.direction == Measure.Direction.NEUTRAL:
        return BrightSpots([], 0, 0)
    kinds = [EVERYONE, *(kind for kind in variation.kinds_on_record(viewer, measure) if not Group(kind).is_crossed)]
    alike: list[dict[tuple[Place, Group], Series]] = []
    for kind in kinds:
        of: dict[Group, dict[tuple[Place, Group], Series]] = {}
        for where, there in series.at_schools(viewer, measure, kind):
            for group, one in there.items():
                if group.kind == kind:
                    of.setdefault(group, {})[where, group] = one
        alike += of.values()
    if place.school:
        sections = series.at_sections(viewer, measure, place.school, EVERYONE)
        alike.append({(where, group): one for where, there in sections for group, one in there.items()})
    known, specification = attributes(), specification_of(measure, Place(), None)
    found, looked, hidden = [], 0, 0
    for those in alike:
        shown = {key: one for key, one in those.items() if may_see(viewer, key[1], known)}
        hidden += sum(one.is_hidden for one in shown.values())
        values = {key: _values(one) for key, one in shown.items() if one.points}
        usual = _usual(list(values.values())) if len(values) >= FEWEST else {}
        for (where, group), own in values.items():
            looked += len(own) >= LONG and bool(usual)
            run = _run(own, usual, is_up=measure.direction == Measure.Direction.UP)
            better = _better_since(shown[where, group], specification)
            if len(run) >= LONG or better is not None:
                words = "" if group.is_everyone else group_words(group, known)
                length = len(run) if len(run) >= LONG else 0
                found.append(BrightSpot(where, group, words, length, run[0] if length else None, better))
    found.sort(key=lambda spot: (_school(spot.place), bool(spot.place.section), spot.place.name, spot.group_words))
    return BrightSpots(found, looked, hidden)


def _school(place: Place) -> str:
    return place.school.name if place.school else ""


def _values(one: Series) -> Values:
    pairs = [(p.label, p.value if p.denominator is None else (p.numerator or 0.0) / p.denominator) for p in one.points]
    return [(label, value) for label, value in pairs if label is not None and value is not None]


def _usual(of: Sequence[Values]) -> dict[Label, float]:
    """What the place in the middle has in each period; where periods are joined, one value stands for all."""
    labels = sorted({label for values in of for label, _ in values})  # type: ignore[type-var]
    usual = {}
    for label in labels:
        there = [v[at - 1][1] for v in of if (at := bisect_right([one for one, _ in v], label))]  # type: ignore[type-var]
        if len(there) >= FEWEST:
            usual[label] = statistics.median(there)
    return usual


def _run(own: Values, usual: Mapping[Label, float], *, is_up: bool) -> list[Label]:
    """The periods, up to the latest, on the good side of what is usual; one that is just as usual is passed over."""
    run: list[Label] = []
    for at, (label, value) in reversed(list(enumerate(own))):
        end = own[at + 1][0] if at + 1 < len(own) else None
        during = [usual[p] for p in usual if p >= label and (end is None or p < end)]  # type: ignore[operator]
        if not during:
            break
        apart = value - sum(during) / len(during)
        if abs(apart) < 1e-9:
            continue
        if (apart > 0) != is_up:
            break
        run.insert(0, label)
    return run


def _better_since(one: Series, specification: Specification) -> Label | None:
    """Since when its own chart shows a change for the better that goes on; None where it shows none."""
    chart = analyse(one.points, specification)
    going_on = [c for c in chart.changes if c.kind == "improvement" and c.age == 0 and c.points >= LONG]
    return going_on[0].since if going_on else None
