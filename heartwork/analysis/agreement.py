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


def stand_in_two_camps(counts: Sequence[int]) -> bool:
    """Whether views stand at two ends with few between: further apart than if they were spread evenly.

    Of k steps, each chosen as often as any other, the disagreement is 2 (k + 1) / (3 k): 0.8 of five steps. Of an odd
    number of steps the middle one is between; there stands a quarter of the people at most.

    >>> stand_in_two_camps([3, 1, 0, 1, 3]), stand_in_two_camps([2, 2, 2, 1, 1])
    (True, False)
    """
    steps, people = len(counts), sum(counts)
    between = counts[steps // 2] if steps % 2 else 0
    return disagreement(counts) > 2 * (steps + 1) / (3 * steps) and between <= 0.25 * people
