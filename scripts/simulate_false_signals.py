"""Simulate how often a chart without any change shows a signal; prints the tables kept in analysis/false_signals.py.

TABLE: normal values, one XmR chart each with screened moving ranges, limits from all points. SKEWED: counts of events
over denominators alike or unlike, on U' charts (limits taken from the points: "i"), on U charts (limits from theory:
"p"), and the runs alone around a mean ("runs"). Fixed seed. About six minutes.
Run: python scripts/simulate_false_signals.py [series]
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from heartwork.analysis.control_chart import analyse
from heartwork.analysis.false_signals import POINTS, SKEWED, SKEWNESS, TABLE
from heartwork.analysis.scan import scan, scan_shares
from heartwork.analysis.specification import Specification

SEED = 20260907
EVEN = 1e-3  # for a skewness of 0: counts so large that they are normal


def share_with_a_signal(series: np.ndarray, rules: str) -> float:
    """How many of some series show a signal, 0 to 1."""
    if rules == "anhoej":
        return float(scan(series, minimum_points=0).signal.mean())
    if rules == "run":
        return float(scan(series, "run").signal.mean())
    specification = Specification("i", rules=rules, minimum_points=0)
    return sum(bool(analyse(row, specification).changes) for row in series.tolist()) / len(series)


def share_of_counts_with_a_signal(how_many: int, points: int, skewness: float, looked_at: str) -> float:
    """How many of some charts of counts show a signal, 0 to 1. A count of m events has a skewness of 1 / sqrt(m).

    In half of them every point has the same denominator, so that equal counts are equal rates.
    """
    random = np.random.default_rng([SEED, points, round(1000 * skewness)])
    wholes = random.uniform(0.9, 1.1, size=(how_many, points))
    wholes[: how_many // 2] = 1.0
    wholes /= max(skewness, EVEN) ** 2
    found = scan_shares(
        random.poisson(wholes).astype(float), wholes, "u" if looked_at == "p" else "u'", minimum_points=0
    )
    return float((found.runs_signal if looked_at == "runs" else found.signal).mean())


def main() -> None:
    """Print the tables."""
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    for rules in TABLE:
        row = []
        for points in POINTS:
            fast = rules in {"anhoej", "run"}
            series = np.random.default_rng([SEED, points]).normal(size=(how_many * (20 if fast else 1), points))
            row.append(f"{share_with_a_signal(series, rules):.3f}")
        print(f'    "{rules}": ({", ".join(row)}),', flush=True)
    for looked_at in SKEWED:
        print(f'    "{looked_at}": (', flush=True)
        for skewness in SKEWNESS:
            shares = (share_of_counts_with_a_signal(how_many * 2, points, skewness, looked_at) for points in POINTS)
            print(f"        ({', '.join(f'{share:.3f}' for share in shares)}),  # {skewness}", flush=True)
        print("    ),")


if __name__ == "__main__":
    main()
