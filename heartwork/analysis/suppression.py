"""Which counts of small groups stay hidden, so that nobody can work out a single student from a table.

Primary suppression hides small counts; complementary suppression hides partners of them, because a reader who knows
the total can subtract. See National Center for Education Statistics, "Statistical Methods for Protecting Personally
Identifiable Information in Aggregate Reporting" (SLDS Technical Brief 3, NCES 2011-603, 2010).
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


LEAST_WIDTH = 5  # how far apart the smallest and largest count that a hidden one could be are, at the least


def shown(
    counts: Mapping[K, int], minimum: int, *, impossible: Collection[K] = (), least_width: int = LEAST_WIDTH
) -> dict[K, int | None]:
    """The counts of one partition as a reader may see them who may know their total: None where hidden.

    counts: whole numbers >= 0 of people, each person under one key; keys are told apart by their `repr`.
    minimum: the smallest count that may be shown, >= 1.
    impossible: keys that can hold nobody (grade 12 in an elementary school); their zero says nothing and is shown.
    least_width: how wide the interval must be in which a reader can place each hidden count, >= 0.

    A count under the minimum is hidden, zero too: "none of them" is a fact about each of them. Then the smallest counts
    still shown join them until at least two are hidden and the hidden ones come to at least the minimum, so that the
    total minus what is shown tells no one of them; and until, knowing that sum and that no hidden count is above the
    smallest shown, a reader can place none of them more closely than `least_width`. If there are not enough, everything
    is hidden.
    The answer does not depend on the order of the counts. The total itself is for the caller to hide when it is small,
    and so is a second table about the same people: two partitions published together can be set against each other.
    Raises ValueError for a count below zero or a minimum below one.

    >>> shown({"white": 212, "Latino": 87, "Asian": 31, "Native": 4}, 10)
    {'white': 212, 'Latino': 87, 'Asian': None, 'Native': None}
    >>> shown({"grade 7": 40, "grade 8": 38}, 10)
    {'grade 7': 40, 'grade 8': 38}
    """
    if minimum < 1 or any(count < 0 for count in counts.values()):
        raise ValueError("counts are zero or more and the minimum is one or more")
    possible = sorted(
        ((count, key) for key, count in counts.items() if count or key not in impossible),
        key=lambda entry: (entry[0], repr(entry[1])),
    )
    hidden = [entry for entry in possible if entry[0] < minimum]
    if hidden:
        partners = possible[len(hidden) :]
        while partners and (
            len(hidden) < 2
            or (hidden_sum := sum(entry[0] for entry in hidden)) < minimum
            or _width(hidden_sum, len(hidden), partners[0][0]) < least_width
        ):
            hidden.append(partners.pop(0))
    out_of_sight = {key for _, key in hidden}
    return {key: None if key in out_of_sight else count for key, count in counts.items()}


def _width(hidden_sum: int, hidden: int, most: int) -> int:
    """How far apart the least and the most that one of some hidden counts can be, none of them above `most`.

    Two hidden with a sum of 18, none above 10: each is 8, 9 or 10.

    >>> _width(18, 2, 10), _width(18, 3, 10)
    (2, 10)
    """
    return min(most, hidden_sum) - max(0, hidden_sum - (hidden - 1) * most)


def told_apart(cells: Collection[tuple[Hashable, Hashable]]) -> list[tuple[Hashable, Hashable]]:
    """The hidden cells of a table that a reader can work out who knows the totals of its rows and columns, in order.

    cells: the hidden ones, by row and column; two of one row and column are two cells. One is told by the totals just
    when it lies on no ring of hidden cells (Gusfield, "A graph theoretic approach to statistical data security", SIAM
    Journal on Computing 17, 1988): around a ring, what is added to one cell can be taken from the next.

    >>> told_apart([("Elm", "Asian"), ("Elm", "Native"), ("Oak", "Asian"), ("Oak", "Native")])
    []
    >>> told_apart([("Elm", "Asian"), ("Elm", "Native"), ("Oak", "Asian"), ("Oak", "Latino")])[:2]
    [('Elm', 'Asian'), ('Elm', 'Native')]
    """
    edges = [(("row", row), ("column", column)) for row, column in cells]
    return [cell for at, cell in enumerate(cells) if not _joined(edges[:at] + edges[at + 1 :], *edges[at])]


def _joined(edges: Sequence[tuple[Hashable, Hashable]], one: Hashable, other: Hashable) -> bool:
    """Whether there is a way between two ends along the edges."""
    beside: dict[Hashable, list[Hashable]] = {}
    for a, b in edges:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    reached, ahead = {one}, [one]
    while ahead and other not in reached:
        ahead = [end for start in ahead for end in beside.get(start, ()) if end not in reached]
        reached.update(ahead)
    return other in reached


def columns_to_withhold(cells: Collection[tuple[str, K]]) -> set[K]:
    """The columns whose totals tell a hidden cell beside the totals of rows, so that their totals cannot be told whole.

    cells: the hidden ones, by row and column, two or more in each row. The hidden parts of these columns then are known
    as one sum alone. With them withheld, no cell is told.

    >>> sorted(columns_to_withhold([("Elm", "Asian"), ("Elm", "Native"), ("Oak", "Asian"), ("Oak", "Native")]))
    []
    >>> sorted(columns_to_withhold([("Elm", "Asian"), ("Elm", "Native")]))
    ['Asian', 'Native']
    """
    withheld: set[K] = set()
    while True:
        told = told_apart([(row, "withheld" if column in withheld else ("column", column)) for row, column in cells])
        rows = {row for row, _ in told}
        more = {column for row, column in cells if row in rows} - withheld
        if not more:
            return withheld
        withheld |= more
