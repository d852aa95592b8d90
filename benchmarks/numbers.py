"""How long the numbers take: one chart, a district scanned, variance components; beside copying what they read.

Run: python -m benchmarks.numbers [--rounds 5]
     python -m benchmarks.numbers --values 10000000      # a scan alone, its time and its memory

Where pyqicharts can be imported (pip install --target FOLDER pyqicharts; PYTHONPATH), one of its charts is made and
drawn in the same rounds.
"""

import argparse
import os
import random
import resource
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


def scan_alone(values: int, rounds: int) -> None:
    """How long one scan of so many values takes, and how much memory beside the values themselves."""
    table = np.random.default_rng(1).normal(size=(values // POINTS, POINTS))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    took = seconds(lambda: scan(table), rounds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{table.size:,} values: {took:.2f} s; peak {peak / 1024:.0f} MB, {before / 1024:.0f} MB before the scan")


def other(one: list[float]) -> list[tuple[str, str, float, Callable[[], object]]]:
    """The lines and signals of a chart by pyqicharts, and the same drawn, where it can be imported."""
    os.environ.setdefault("MPLBACKEND", "svg")
    try:
        import pandas
        from matplotlib import pyplot
        from pyqicharts import qic
        from pyqicharts.tables import qic_table
    except ImportError:
        return []
    frame = pandas.DataFrame({"week": range(len(one)), "value": one})

    def drawn() -> None:
        qic(frame, x="week", y="value", chart="i").figure.savefig(os.devnull, format="svg")
        pyplot.close("all")

    per_chart = f"microseconds a chart of {POINTS} points"
    return [
        ("pyqicharts, I", per_chart, 1e6, lambda: qic_table(frame, x="week", y="value", chart="i")),
        ("pyqicharts, drawn, I", per_chart, 1e6, drawn),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--values", type=int, help="only a scan of so many values")
    options = parser.parse_args()
    rounds = options.rounds
    if options.values:
        scan_alone(options.values, rounds)
        return
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
        *other(one),
    ):
        print(f"{what:22} {seconds(work, rounds) * scale:9.3f} {unit}")


if __name__ == "__main__":
    main()
