"""How long it takes to hide small figures, how many are hidden for each, and whether an attacker finds any.

Run: python -m benchmarks.suppression [--tables 500] [--attack]
"""

import argparse
import statistics
import time

from heartwork.analysis.suppression import tell
from heartwork.analysis.tests.attacker import random_release, shuffled, worked_out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=100)
    parser.add_argument("--attack", action="store_true", help="also attack each table, and tell it in another order")
    arguments = parser.parse_args()
    tell(random_release(0))  # loads the solver
    small = hidden = breaches = moved = 0
    took: dict[str, list[tuple[float, float]]] = {}
    for seed in range(arguments.tables):
        release = random_release(seed)
        begun, used = time.perf_counter(), time.process_time()
        told = tell(release, seconds=60)
        size = f"{len(release.figures) // 20 * 20} to {len(release.figures) // 20 * 20 + 19}"
        took.setdefault(size, []).append((time.perf_counter() - begun, time.process_time() - used))
        small += sum(sum(release.cells[cell] for cell in cells) < 10 for cells in release.figures.values())
        hidden += len(told.hidden)
        if arguments.attack:
            breaches += len(worked_out(release, told.figures))
            moved += tell(shuffled(release, seed), seconds=60).figures != told.figures
    print(f"{arguments.tables} tables: {small} small figures, {hidden} hidden: {hidden / small:.2f} for each small one")
    if arguments.attack:
        print(f"{breaches} counts worked out; {moved} tables with other holes when their rows were shuffled")
    print("| figures | tables | seconds, median | longest | of a processor, median | longest |\n" + "| --- " * 6 + "|")
    for size, times in sorted(took.items()):
        clock, processor = ([pair[at] for pair in times] for at in (0, 1))
        middle = [f"{each:.2f}" for of in (clock, processor) for each in (statistics.median(of), max(of))]
        print(f"| {size} | {len(times)} | {' | '.join(middle)} |")


if __name__ == "__main__":
    main()
