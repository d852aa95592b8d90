"""What a reader who may not open each record may be told of how many there are, so that no few can be worked out.

A release is every figure that such a reader gets together: totals, groups, groups that overlap, periods, and what was
told before. `tell` gives it back with some figures hidden: the small ones; those from which a small one could be worked
out by adding and subtracting; and among what could be worked out also groups that nobody printed, such as a school
less its sections. Afterwards each hidden count differs by at least `WIDTH` between two tables that look alike to the
reader (`lookalikes`). Such tables are kept, and before anything is told each is added up again, by whole numbers and
not by the solver: what has no proof is not told.

Hiding the small counts alone does not do (1 and 2 under a total of 3), nor does hiding the next smallest beside them:
see National Center for Education Statistics, "Statistical Methods for Protecting Personally Identifiable Information in
Aggregate Reporting" (SLDS Technical Brief 3, NCES 2011-603, 2010), and the reference in `lookalikes` for the method.

What remains: a reader who knows these rules may guess which of the hidden counts was the small one, and one who knows
some of the students needs fewer figures. This is not differential privacy.
"""

import time
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from heartwork.analysis.lookalikes import NoAnswer, Reals, Whole, far_apart, widest

K = TypeVar("K", bound=Hashable)

MINIMUM, FLOOR = (
    10,
    5,
)  # people: the smallest count that is shown unless a district says otherwise, and the least it may say
WIDTH = 5  # how far apart the smallest and largest count that a hidden one could be are, at the least
MOST_FIGURES = 400  # in one release; of more, only the totals are told
SECONDS = 2.0  # that a release on a page may take; a report may take 60

OF_A_TOTAL, OF_ONE_HIDDEN_BEFORE, OF_A_CATCH_ALL = 10_000.0, 0.1, 0.5  # what hiding costs, a person


@dataclass(frozen=True)
class Release(Generic[K]):
    """The figures that a reader would get together, each by its key.

    cells: how many people are in each cell of the finest classification that tells every figure apart; whole numbers,
    >= 0, each person in one cell. A cell that could hold somebody is given with its zero. figures: of each, the cells
    that it counts. Keys are told apart by their `repr`.
    totals: figures that are hidden last, and shown alone where the rest cannot be told.
    siblings: figures of one breakdown, of which no two count the same cell. windows: figures in the order of their
    periods, such as "since September" week by week.
    told: figures that a reader has from an earlier release; they cannot be hidden again. withheld: those that were
    hidden there, and stay so. hidden_before: in the last release of the same kind, so that holes stay in their place.
    catch_all: "other", "not known". impossible: cells that can hold nobody (grade 12 in an elementary school).
    """

    cells: Mapping[Any, int]  # by anything hashable
    figures: Mapping[K, Collection[Hashable]]
    totals: Collection[K] = ()
    siblings: Collection[Collection[K]] = ()
    windows: Collection[Sequence[K]] = ()
    told: Collection[K] = ()
    hidden_before: Collection[K] = ()
    withheld: Collection[K] = ()
    catch_all: Collection[K] = ()
    impossible: Collection[Hashable] = ()


@dataclass(frozen=True)
class Told(Generic[K]):
    """A release as a reader may see it: of each figure how many people, or None where it is hidden to protect privacy.

    how: "whole" if every figure could be looked at, "totals" if only the totals are told (too many figures, or no
    answer in time), "few" if all the people together are fewer than the minimum and nothing is told.
    """

    figures: dict[K, int | None]
    how: Literal["whole", "totals", "few"] = "whole"

    @property
    def hidden(self) -> list[K]:
        """The figures that are not told, in the order of the release."""
        return [key for key, count in self.figures.items() if count is None]


def counts_of(release: Release[K]) -> dict[K, int]:
    """Every figure as it is, for who may open each record behind it.

    >>> counts_of(Release({"7": 3, "8": 4}, {"all": ["7", "8"]}))
    {'all': 7}
    """
    return {key: sum(release.cells[cell] for cell in set(cells)) for key, cells in release.figures.items()}


def tell(release: Release[K], minimum: int = MINIMUM, *, seconds: float = SECONDS) -> Told[K]:
    """The release with everything hidden that must be; the same whatever the order of its rows.

    minimum: people, >= 1: a smaller count is hidden, zero too ("none of them" is a fact about each of them).
    seconds: after which only totals are told. Raises ValueError for counts that cannot be, or cells nobody gave.

    >>> cells = {("7", "yes"): 3, ("7", "no"): 37, ("8", "yes"): 14, ("8", "no"): 26}
    >>> figures = {"all": list(cells), "grade 7": [("7", "yes"), ("7", "no")], "grade 8": [("8", "yes"), ("8", "no")]}
    >>> figures |= {f"{grade}, {answer}": [(grade, answer)] for grade, answer in cells}
    >>> tell(Release(cells, figures, totals=["all"])).figures
    {'all': 80, 'grade 7': 40, 'grade 8': 40, '7, yes': None, '7, no': None, '8, yes': 14, '8, no': 26}
    """
    if minimum < 1 or any(count < 0 for count in release.cells.values()):
        raise ValueError("Counts are zero or more, and the minimum is one or more.")
    until = time.monotonic() + seconds
    if release.figures and sum(release.cells.values()) < minimum:
        return Told(dict.fromkeys(release.figures), "few")
    if len(release.figures) <= MOST_FIGURES:
        try:
            return Told(_told(release, minimum, until))
        except NoAnswer:
            pass
    return Told(_totals_alone(release, minimum), "totals")


def _totals_alone(release: Release[K], minimum: int) -> dict[K, int | None]:
    """Totals, if even these can be told, and what was told before; where not, nothing more than was."""
    kept = [key for key in release.figures if key in {*release.totals, *release.told}]
    nothing: dict[K, int | None] = dict.fromkeys(release.figures)
    if len(kept) > MOST_FIGURES:
        return nothing
    fewer = Release(
        release.cells,
        {key: release.figures[key] for key in kept},
        totals=release.totals,
        told=[key for key in release.told if key in kept],
        withheld=[key for key in release.withheld if key in kept],
        impossible=release.impossible,
    )
    try:
        return nothing | _told(fewer, minimum, time.monotonic() + SECONDS)
    except NoAnswer:
        return nothing


def shown(counts: Mapping[K, int], minimum: int, *, impossible: Collection[K] = ()) -> dict[K, int | None]:
    """The counts of one partition as a reader may see them who knows their total: None where hidden.

    counts: of people, >= 0, each person under one key. minimum: the smallest count that may be shown, >= 1.
    impossible: keys that can hold nobody; their zero says nothing and is shown. The total itself is for the caller to
    hide when it is small. Partitions of the same people by things that have nothing to do with each other (their grade;
    a support they have) may each be told so, without the tables that cross them. Raises ValueError as `tell` does.

    Of one partition no solver is needed: who knows the total can place each of two or more hidden counts anywhere from
    none to what is hidden altogether, and nowhere else. So the smallest join the small ones until they are two and come
    to the minimum.

    >>> shown({"white": 212, "Latino": 87, "Asian": 31, "Native": 4}, 10)
    {'white': 212, 'Latino': 87, 'Asian': None, 'Native': None}
    >>> shown({"grade 7": 40, "grade 8": 38}, 10)
    {'grade 7': 40, 'grade 8': 38}
    """
    if minimum < 1 or any(count < 0 for count in counts.values()):
        raise ValueError("Counts are zero or more, and the minimum is one or more.")
    possible = sorted(
        ((count, key) for key, count in counts.items() if count or key not in impossible),
        key=lambda entry: (entry[0], repr(entry[1])),
    )
    hidden = [entry for entry in possible if entry[0] < minimum]
    if hidden:
        for partner in possible[len(hidden) :]:
            if len(hidden) >= 2 and sum(count for count, _ in hidden) >= max(minimum, WIDTH):
                break
            hidden.append(partner)
    out_of_sight = {key for _, key in hidden}
    return {key: None if key in out_of_sight else count for key, count in counts.items()}


# -- how it is found


@dataclass
class _Search:
    """A release as numbers, in an order of its own: what is hidden so far, and the proofs.

    Cells that every figure counts alike are one. proofs: tables in which each figure that is not hidden is as it is.
    """

    members: Whole  # figures x cells, 1 where a figure counts a cell
    people: Whole
    values: Whole  # of each figure
    minimum: int
    fixed: NDArray[np.bool_]  # told before
    withheld: NDArray[np.bool_]  # hidden before, and still
    cost: Reals  # of hiding a figure, a person
    families: list[list[int]]
    pairs: list[tuple[int, int]]  # one window and the next
    possible: NDArray[np.bool_]  # figures that can hold somebody
    until: float
    hidden: NDArray[np.bool_] = field(init=False)
    proofs: Whole = field(init=False)
    widths: dict[bytes, int] = field(default_factory=dict)  # of guarded counts that public knowledge bounds already

    def __post_init__(self) -> None:
        self.hidden = (self.withheld | ((self.values < self.minimum) & self.possible)) & ~self.fixed
        self.proofs = self.people[None, :]

    # what is guarded

    def guarded(self, hidden: NDArray[np.bool_]) -> Whole:
        """The counts that must not be told, hidden or implied, smallest first, as rows of cells."""
        rows = np.unique(np.vstack([self.members[hidden], self.differences, *self.rests(hidden)]), axis=0)
        return rows[np.argsort(rows @ self.people, kind="stable")]

    @cached_property
    def differences(self) -> Whole:
        """Small ones between a figure and another inside it, and between a window and the next, either way."""
        sizes, common = self.members.sum(axis=1), self.members @ self.members.T
        inside = (common == sizes[:, None]) & (sizes[:, None] < sizes[None, :])
        few = inside & (self.values[None, :] - self.values[:, None] < self.minimum)
        of_pairs = [self.members[whole] - self.members[part] for part, whole in zip(*np.nonzero(few), strict=True)]
        of_windows = [
            difference
            for before, after in self.pairs
            for difference in (
                self.members[after] & ~self.members[before] & 1,
                self.members[before] & ~self.members[after] & 1,
            )
            if difference.any() and difference @ self.people < self.minimum
        ]
        return self._rows(of_pairs + of_windows)

    def rests(self, hidden: NDArray[np.bool_]) -> Iterator[Whole]:
        """Small ones that are left of a published figure when the published siblings in it are taken away."""
        for family in self.families:
            everyone = self.members[family].sum(axis=0)
            seen = self.members[[each for each in family if not hidden[each]]].sum(axis=0)
            around = ((self.members & everyone) == everyone).all(axis=1) & ~hidden
            left = self.members[around] - seen
            yield left[(left @ self.people < self.minimum) & left.any(axis=1)]

    def _rows(self, rows: list[Whole]) -> Whole:
        return np.array(rows, dtype=np.int64).reshape(-1, self.people.size)

    def exposed(self, hidden: NDArray[np.bool_], proofs: Whole) -> Whole:
        """The guarded counts for which these proofs do not suffice."""
        goals = self.guarded(hidden)
        needed = np.array([self.widths.get(goal.tobytes(), WIDTH) for goal in goals], dtype=np.int64)
        return goals[np.ptp(proofs @ goals.T, axis=0) < needed] if goals.size else goals

    # steps

    def hide(self) -> None:
        """Hide partners until each guarded count has its proof."""
        while (exposed := self.exposed(self.hidden, self.proofs)).size:
            goal = exposed[0]
            cost = np.where(self.fixed, np.inf, np.where(self.hidden, 0.0, self.cost))
            tables = self._far_apart(goal, WIDTH, cost)
            if tables is None:  # what was told before bounds it more closely
                known = widest(self.members, self.people, goal, WIDTH, self.fixed, seconds=self.left())
                width = self.widths[goal.tobytes()] = abs(int((known[0] - known[1]) @ goal))
                tables = self._far_apart(goal, width, cost)
            if tables is None:
                raise NoAnswer("There are two such tables, and the solver did not find them.")
            self.proofs = np.vstack([self.proofs, *tables])
            self.hidden |= (np.array(tables) @ self.members.T != self.values).any(axis=0)

    def give_back(self) -> None:
        """Show those partners again without which each guarded count still has its proof, largest first."""
        partners = np.flatnonzero(self.hidden & (self.values >= self.minimum) & ~self.withheld)
        for partner in partners[np.argsort(-self.values[partners], kind="stable")]:
            hidden = self.hidden.copy()
            hidden[partner] = False
            proofs = self.proofs[self.proofs @ self.members[partner] == self.values[partner]]
            while (exposed := self.exposed(hidden, proofs)).size:
                width = self.widths.get(exposed[0].tobytes(), WIDTH)
                tables = self._far_apart(exposed[0], width, np.where(hidden, 0.0, np.inf))
                if tables is None:
                    break
                proofs = np.vstack([proofs, *tables])
            else:
                self.hidden, self.proofs = hidden, proofs

    def check(self) -> None:
        """Add everything up again. Raises NoAnswer where a count that is guarded has no proof."""
        seen = ~self.hidden
        alike = (self.proofs @ self.members[seen].T == self.values[seen]).all()
        if not alike or self.proofs.min(initial=0) < 0 or self.exposed(self.hidden, self.proofs).size:
            raise NoAnswer("A count would be told without proof that it may be.")

    def _far_apart(self, goal: Whole, width: int, cost: Reals) -> tuple[Whole, Whole] | None:
        return far_apart(self.members, self.people, goal, width, cost, seconds=self.left())

    def left(self) -> float:
        """Seconds. Raises NoAnswer when there are none."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise NoAnswer("Out of time.")
        return left


def _told(release: Release[K], minimum: int, until: float) -> dict[K, int | None]:
    """Steps 1 to 5: hide the small, hide partners, give partners back, and look at it all again. Raises NoAnswer."""
    keys = sorted(release.figures, key=repr)
    if not keys:
        return {}
    search = _search(release, keys, minimum, until)
    search.hide()
    with suppress(NoAnswer):  # what is hidden by now is enough
        search.give_back()
    search.check()
    seen = {key: None if search.hidden[at] else int(search.values[at]) for at, key in enumerate(keys)}
    return {key: seen[key] for key in release.figures}


def _search(release: Release[K], keys: list[K], minimum: int, until: float) -> _Search:
    nobody = {cell for cell in release.impossible if not release.cells.get(cell, 0)}
    cells = {cell: at for at, cell in enumerate(cell for cell in release.cells if cell not in nobody)}
    members = np.zeros((len(keys), len(cells)), dtype=np.int64)
    for at, key in enumerate(keys):
        counted = [cell for cell in release.figures[key] if cell not in nobody]
        if unknown := [cell for cell in counted if cell not in cells]:
            raise ValueError(f"The figure {key!r} counts {unknown[0]!r}, of which nobody said how many there are.")
        members[at, [cells[cell] for cell in counted]] = 1
    people = np.array([release.cells[cell] for cell in cells], dtype=np.int64)
    alike, which = np.unique(members, axis=1, return_inverse=True)
    together = np.zeros(alike.shape[1], dtype=np.int64)
    np.add.at(together, which.reshape(-1), people)
    values = alike @ together
    at_key = {key: at for at, key in enumerate(keys)}
    families = [sorted({at_key[key] for key in family if key in at_key}) for family in release.siblings]
    if any((alike[family].sum(axis=0) > 1).any() for family in families):
        raise ValueError("Two siblings count the same cell.")
    cost = (1 + values).astype(np.float64)
    for names, each in (
        (release.catch_all, OF_A_CATCH_ALL),
        (release.hidden_before, OF_ONE_HIDDEN_BEFORE),
        (release.totals, OF_A_TOTAL),
    ):
        for key in names:
            if key in at_key:
                cost[at_key[key]] = each
    told, withheld = set(release.told), set(release.withheld)
    return _Search(
        members=alike,
        people=together,
        values=values,
        minimum=minimum,
        fixed=np.array([key in told for key in keys]),
        withheld=np.array([key in withheld for key in keys]),
        cost=cost,
        families=sorted(families),
        pairs=[
            (at_key[before], at_key[after])
            for row in release.windows
            for before, after in pairwise([key for key in row if key in at_key])
        ],
        possible=alike.sum(axis=1) > 0,
        until=until,
    )


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
