"""How far the views of several people on one scale lie apart."""

from collections import Counter
from collections.abc import Iterable, Sequence


def at_each_step(values: Iterable[int], scale: Sequence[int]) -> list[int]:
    """How many chose each step of a scale, in its order.

    >>> at_each_step([5, 1, 5], [1, 2, 3, 4, 5])
    [1, 0, 0, 0, 2]
    """
    counted = Counter(values)
    return [counted[step] for step in scale]


def disagreement(counts: Sequence[int]) -> float:
    """How far apart views lie, 0 (all alike) to 1 (half at each end): the mean distance of two people over its maximum.

    That maximum is half the length of the scale, when half stand at each end. 0 for fewer than two people.

    >>> disagreement([2, 0, 0, 0, 2]), disagreement([0, 4, 0])
    (1.0, 0.0)
    """
    people = sum(counts)
    if people < 2 or len(counts) < 2:
        return 0.0
    pairs = sum(counts[i] * counts[j] * (j - i) for i in range(len(counts)) for j in range(i + 1, len(counts)))
    return pairs / ((people / 2) ** 2 * (len(counts) - 1))
