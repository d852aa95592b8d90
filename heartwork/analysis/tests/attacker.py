"""Tables of random people, and a reader who works out from what is told as much as numbers give away.

Written apart from what it attacks: it shares no code with it, asks the solver about one count after the other, and
knows only what a reader knows (which people each figure counts, and the figures that are told).
"""

import random
from itertools import combinations, pairwise, product

import numpy as np
from scipy.optimize import linprog, milp

from heartwork.analysis.suppression import Release


def random_release(seed):
    """Up to 60 figures over one to three attributes and two to four periods, with subgroups that overlap."""
    dice = random.Random(seed)
    periods = [f"t{t}" for t in range(dice.randint(2, 4))]
    sizes = {1: (2, 8), 2: (2, 4), 3: (2, 3)}[number := dice.randint(1, 3)]
    levels = [[f"{chr(97 + a)}{i}" for i in range(dice.randint(*sizes))] for a in range(number)]
    often = {level: dice.lognormvariate(0, 0.8) for each in levels for level in each}
    scale = dice.choice([3, 8, 20, 50])
    cells = {}
    for cell in product(*levels, periods):
        expected = scale * float(np.prod([often[level] for level in cell[:-1]]))
        cells[cell] = max(0, round(dice.gauss(expected, expected**0.5))) if dice.random() > 0.08 else 0
    windowed = dice.random() < 0.5  # "since the start", or each period by itself

    def at(period):
        upto = periods[: periods.index(period) + 1] if windowed else [period]
        return [cell for cell in cells if cell[-1] in upto]

    figures, siblings, totals = {}, [], []
    for period in periods:
        here = at(period)
        figures["all", period] = here
        totals.append(("all", period))
        for each in levels:
            family = {(level, period): [cell for cell in here if level in cell] for level in each}
            figures |= family
            siblings.append(list(family))
    for attributes in combinations(range(number), 2):  # crossed, as far as there is room
        if dice.random() < 0.5:
            continue
        for period in periods:
            crossed = {
                (one, other, period): [cell for cell in at(period) if one in cell and other in cell]
                for one, other in product(*(levels[a] for a in attributes))
            }
            if len(figures) + len(crossed) <= 52:
                figures |= crossed
                siblings.append(list(crossed))
    for n in range(dice.randint(0, 2)):  # some levels together, which may overlap others
        some = dice.choice(levels)
        picked = set(dice.sample(some, dice.randint(1, max(1, len(some) - 1))))
        if number > 1:
            picked |= set(dice.sample(levels[0] if some is not levels[0] else levels[1], 1))
        for period in periods[: max(0, 59 - len(figures))]:
            figures[f"some {n}", period] = [cell for cell in at(period) if picked & set(cell)]
    keys = dict.fromkeys(key[:-1] for key in figures)
    windows = [[(*key, period) for period in periods if (*key, period) in figures] for key in keys]
    if not windowed:
        figures["all",] = list(cells)
        totals.append(("all",))
    return Release(cells, figures, totals=totals, siblings=siblings, windows=windows)


def shuffled(release, seed):
    """The same people and figures, each row somewhere else."""
    dice = random.Random(seed)

    def mixed(rows):
        rows = list(rows)
        dice.shuffle(rows)
        return rows

    return Release(
        dict(mixed(release.cells.items())),
        {key: mixed(cells) for key, cells in mixed(release.figures.items())},
        totals=mixed(release.totals),
        siblings=[mixed(family) for family in mixed(release.siblings)],
        windows=mixed(release.windows),
        told=mixed(release.told),
        impossible=mixed(release.impossible),
    )


class Reader:
    """Who has these figures (None: hidden) over these cells, and takes them as far as they go."""

    def __init__(self, cells, figures, told):
        self.at = {cell: at for at, cell in enumerate(cells)}
        self.known = np.array([self.row(figures[key]) for key in figures if told[key] is not None]).reshape(
            -1, len(self.at)
        )
        self.values = np.array([told[key] for key in figures if told[key] is not None], dtype=float)

    def row(self, counted):
        row = np.zeros(len(self.at))
        row[[self.at[cell] for cell in counted]] = 1
        return row

    def bounds(self, counted):
        """The least and the most whole people that there can be in these cells together."""
        row = self.row(counted)
        return tuple(sign * self._most(sign * row) for sign in (-1, 1))

    def _most(self, row):
        real = linprog(-row, A_eq=self.known, b_eq=self.values, method="highs") if len(self.known) else None
        if real is None or real.status == 3:  # no bound at all
            return np.inf
        assert real.status == 0, real.message
        constraints = {"A": self.known, "lb": self.values, "ub": self.values}
        whole = milp(-row, integrality=np.ones(row.size), constraints=(*constraints.values(),))
        assert whole.status == 0, whole.message
        return min(np.floor(-real.fun + 1e-6), round(-whole.fun))

    def width(self, counted):
        """How far apart they are."""
        least, most = self.bounds(counted)
        return most - least


def worked_out(release, told, minimum=10, width=5):
    """Everything that ought to be hidden and is not: small figures told, and what can be placed within the width."""
    breaches = [
        (key, "told")
        for key, count in told.items()
        if count is not None and count < minimum and key not in release.told
    ]
    reader = Reader(release.cells, release.figures, told)
    figures = {key: frozenset(cells) for key, cells in release.figures.items()}

    def count(cells):
        return sum(release.cells[cell] for cell in cells)

    attacked = {cells: key for key, cells in figures.items() if told[key] is None}
    for one, other in product(figures, repeat=2):  # a part of a figure, taken from it
        if figures[one] < figures[other] and count(rest := figures[other] - figures[one]) < minimum:
            attacked.setdefault(rest, (other, "less", one))
    for family in release.siblings:
        everyone = frozenset().union(*(figures[key] for key in family))
        printed = frozenset().union(*(figures[key] for key in family if told[key] is not None))
        for whole, cells in figures.items():
            if cells >= everyone and told[whole] is not None and (rest := cells - printed) and count(rest) < minimum:
                attacked.setdefault(rest, (whole, "less what is told of", family))
    for row in release.windows:
        for before, after in pairwise(row):
            for rest in (figures[after] - figures[before], figures[before] - figures[after]):
                if rest and count(rest) < minimum:
                    attacked.setdefault(rest, (after, "and", before))
    breaches += [(what, reader.bounds(cells)) for cells, what in attacked.items() if reader.width(cells) < width]
    return breaches
