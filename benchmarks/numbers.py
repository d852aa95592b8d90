"""How long the numbers take: one chart, a district scanned, variance components; beside copying what they read.

Run: python -m benchmarks.numbers [--rounds 5]
"""

import argparse
import os
import random
import time
from collections.abc import Callable

import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heartwork.config.settings")

import django

django.setup()  # to draw, words and numbers need a language

from heartwork.analysis.control_chart import analyse
from heartwork.analysis.points import Point
from heartwork.analysis.scan import scan, scan_shares
from heartwork.analysis.specification import Specification
from heartwork.analysis.variance import variance_components
from heartwork.web.charts.canvas import WIDE
from heartwork.web.charts.plot import Plot
from heartwork.web.charts.units import NUMBER

CHARTS, SERIES, POINTS, STUDENTS = 2_000, 100_000, 24, 20_000


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The shortest of some rounds, for on a shared machine the others are somebody else's."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    draw, rng = random.Random(1), np.random.default_rng(1)
    one = [draw.gauss(0, 1) for _ in range(POINTS)]
    weeks = [Point(numerator=draw.randint(0, 20), denominator=20 + draw.randint(0, 9)) for _ in range(POINTS)]
    values = rng.normal(size=(SERIES, POINTS))
    with_gaps = np.where(rng.random(values.shape) < 0.05, np.nan, values)
    wholes = rng.integers(20, 200, size=values.shape)
    parts = rng.binomial(wholes, 0.9)
    school, section = rng.integers(0, 30, STUDENTS).tolist(), rng.integers(0, 40, STUDENTS).tolist()
    minutes = rng.normal(size=STUDENTS)
    nhs, shares = Specification("i", rules="nhs"), Specification("p'")

    def drawn() -> str:
        return Plot(analyse(one), WIDE, "a", NUMBER).draw().svg("a", "One chart", "in one picture")

    def many(work: Callable[[], object]) -> Callable[[], None]:
        def again() -> None:
            for _ in range(CHARTS):
                work()

        return again

    per_chart = f"microseconds a chart of {POINTS} points"
    for what, unit, scale, work in (
        ("copy a list", per_chart, 1e6 / CHARTS, many(lambda: [value * 2.0 for value in one])),
        ("analyse, I", per_chart, 1e6 / CHARTS, many(lambda: analyse(one))),
        ("analyse and draw, I", per_chart, 1e6 / CHARTS, many(drawn)),
        ("analyse, I, nhs", per_chart, 1e6 / CHARTS, many(lambda: analyse(one, nhs))),
        ("analyse, P'", per_chart, 1e6 / CHARTS, many(lambda: analyse(weeks, shares))),
        ("copy an array", f"seconds for {SERIES:,} series of {POINTS}", 1, values.copy),
        ("scan, I", f"seconds for {SERIES:,} series", 1, lambda: scan(values)),
        ("scan, I, 5 % missing", f"seconds for {SERIES:,} series", 1, lambda: scan(with_gaps)),
        ("scan, run", f"seconds for {SERIES:,} series", 1, lambda: scan(values, "run")),
        ("scan, P'", f"seconds for {SERIES:,} series", 1, lambda: scan_shares(parts, wholes, "p'")),
        (
            "variance components",
            f"seconds for {STUDENTS:,} students",
            1,
            lambda: variance_components(minutes, school, section, seed=1),
        ),
    ):
        print(f"{what:22} {seconds(work, rounds) * scale:9.3f} {unit}")


if __name__ == "__main__":
    main()
