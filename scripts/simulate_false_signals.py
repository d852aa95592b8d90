"""Simulate how often a chart without any change shows a signal; prints the table kept in analysis/false_signals.py.

Normal values, one XmR chart each with screened moving ranges, limits from all points, fixed seed. About five minutes.
Run: python scripts/simulate_false_signals.py [series]
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from heartwork.analysis.control_chart import analyse
from heartwork.analysis.false_signals import POINTS, TABLE
from heartwork.analysis.scan import scan
from heartwork.analysis.specification import Specification

SEED = 20260907


def share_with_a_signal(series: np.ndarray, rules: str) -> float:
    """How many of some series show a signal, 0 to 1."""
    if rules == "anhoej":
        return float(scan(series, minimum_points=0).signal.mean())
    if rules == "run":
        return float(scan(series, "run").signal.mean())
    specification = Specification("i", rules=rules, minimum_points=0)
    return sum(bool(analyse(row, specification).changes) for row in series.tolist()) / len(series)


def main() -> None:
    """Print the table."""
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    for rules in TABLE:
        row = []
        for points in POINTS:
            fast = rules in {"anhoej", "run"}
            series = np.random.default_rng([SEED, points]).normal(size=(how_many * (20 if fast else 1), points))
            row.append(f"{share_with_a_signal(series, rules):.3f}")
        print(f'    "{rules}": ({", ".join(row)}),', flush=True)


if __name__ == "__main__":
    main()
