"""Two tables of people that look alike to a reader: what is hidden is safe when it differs enough between them.

A reader knows each published figure, which people it counts, and that people are whole and not fewer than none.
Whatever the reader reasons, two tables that agree in all of this cannot be told apart, so a count that differs by 5
between them is bounded no more closely than that. To find the two takes a small integer programme; to check them,
addition.

The programme is that of complementary cell suppression: M. Fischetti and J. J. Salazar-González, "Solving the cell
suppression problem on tabular data with linear constraints", Management Science 47 (2001), 1008-1027. The programs
tau-ARGUS and sdcTable solve the same for statistical offices.
"""

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Reals = NDArray[np.float64]

NEARLY = 1e-6  # how far from a whole number a solution may lie to be one


class NoAnswer(Exception):
    """The solver stopped without an answer: out of time, or in trouble with its numbers."""


def far_apart(
    members: Whole, people: Whole, goal: Whole, width: int, cost: Reals, *, seconds: float
) -> tuple[Whole, Whole] | None:
    """Two tables of whole people in which `goal` differs by `width` or more, at the least cost; None: there are none.

    members: figures x cells, 1 where a figure counts a cell. people: how many are in each cell, >= 0. goal: 1 for each
    cell that is counted by what should differ. cost: of each figure, of one person more or fewer in it: 0 means that it
    may change as it likes (it is hidden), infinity that it must not (it is published and stays so).
    seconds: the most that each of at most three programmes may take, > 0. Raises NoAnswer.

    >>> row = np.array([[1, 1, 1], [0, 0, 1]])  # a total, and the last cell of it
    >>> low, high = far_apart(row, np.array([1, 2, 9]), np.array([1, 0, 0]), 5, np.array([np.inf, 1.0]), seconds=9)
    >>> bool(abs(low[0] - high[0]) >= 5), bool(low.sum() == high.sum() == 12)
    (True, True)
    """
    apart = (float(width), np.inf)
    found = _solve(members, people, goal, apart, cost, 0.0, seconds, is_whole=False)
    if found is None:
        return None
    if not _are_whole(found):
        changed = np.abs(found.reshape(2, -1) @ members.T - members @ people).max(axis=0) > NEARLY
        only_these = np.where(changed | (cost == 0), 0.0, np.inf)  # perhaps whole numbers can do with the same figures
        found = _solve(members, people, goal, apart, only_these, 0.0, seconds, is_whole=True)
    if found is None:
        found = _solve(members, people, goal, apart, cost, 0.0, seconds, is_whole=True)
    return None if found is None else _checked(found, members, people, goal, width, cost)


def widest(
    members: Whole, people: Whole, goal: Whole, width: int, fixed: NDArray[np.bool_], *, seconds: float
) -> tuple[Whole, Whole]:
    """Two tables, alike in the `fixed` figures, between which `goal` differs most, up to `width`. Raises NoAnswer."""
    cost = np.where(fixed, np.inf, 0.0)
    found = _solve(members, people, goal, (0, width), cost, -1.0, seconds, is_whole=True)
    if found is None:
        raise NoAnswer("A table is like itself, and the solver did not find it.")
    return _checked(found, members, people, goal, 0, cost)


def _solve(
    members: Whole,
    people: Whole,
    goal: Whole,
    apart: tuple[float, float],
    cost: Reals,
    worth: float,
    seconds: float,
    *,
    is_whole: bool,
) -> Reals | None:
    """The two tables side by side as the solver gives them; None where none can be. Raises NoAnswer.

    The unknowns are both tables, then for each figure that may change at a price how far it rises and falls in each.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # it is slow to load, and most tables hide nothing
    from scipy.sparse import csc_array

    fixed, priced = np.isinf(cost), (cost > 0) & np.isfinite(cost)
    figures = members[fixed | priced]
    slack = np.eye(len(figures))[:, priced[fixed | priced]]
    no_cells, no_slack = np.zeros(figures.shape), np.zeros((len(figures), 2 * slack.shape[1]))
    rows = np.vstack(
        [
            np.hstack([figures, no_cells, slack, -slack, no_slack]),
            np.hstack([no_cells, figures, no_slack, slack, -slack]),
            np.concatenate([goal, -goal, np.zeros(4 * slack.shape[1])]),
        ]
    )
    now = figures @ people
    cells, prices = people.size, np.tile(cost[priced], 4)
    objective = np.concatenate([worth * goal, -worth * goal, prices])
    answer = milp(
        objective,
        integrality=np.repeat([float(is_whole), 0.0], [2 * cells, prices.size]),
        bounds=Bounds(0, np.inf),
        constraints=LinearConstraint(csc_array(rows), [*now, *now, apart[0]], [*now, *now, apart[1]]),
        options={"time_limit": seconds, "mip_rel_gap": 0.1},
    )
    if answer.status == INFEASIBLE:
        return None
    if answer.status != OPTIMAL or answer.x is None:
        raise NoAnswer(answer.message)
    tables: Reals = answer.x[: 2 * cells]
    return tables


OPTIMAL, INFEASIBLE = 0, 2  # what the solver calls them


def _are_whole(found: Reals) -> bool:
    return bool(np.abs(found - np.rint(found)).max(initial=0) < NEARLY)


def _checked(found: Reals, members: Whole, people: Whole, goal: Whole, width: int, cost: Reals) -> tuple[Whole, Whole]:
    """The two tables as whole numbers, every condition looked at again without the solver. Raises NoAnswer."""
    both = np.rint(found).astype(np.int64).reshape(2, -1)
    fixed = np.isinf(cost)
    sound = (
        both.min(initial=0) >= 0
        and bool((both @ members[fixed].T == members[fixed] @ people).all())
        and abs(int((both[0] - both[1]) @ goal)) >= width
    )
    if not sound:
        raise NoAnswer("The solver's tables do not hold, added up again.")
    return both[0], both[1]
