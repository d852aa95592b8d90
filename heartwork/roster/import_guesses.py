"""A first guess at what a column of an unknown file means, from the likeness of its heading to our names."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

ALIKE = 0.72  # below this, no guess is better than a wrong one


def guess(names: Mapping[str, Iterable[str]], headings: Sequence[str]) -> dict[str, str]:
    """The heading that each of our columns most likely has. Every heading is used at most once, the surest first.

    names: our column -> the names it goes by.

    >>> guess({"date": ["date", "day"], "student": ["student id"]}, ["Student_ID", "Event Date", "Room"])
    {'student': 'Student_ID', 'date': 'Event Date'}
    """
    pairs = [
        (max(likeness(name, heading) for name in by), -place, column, heading)
        for column, by in names.items()
        for place, heading in enumerate(headings)
    ]
    found: dict[str, str] = {}
    for alike, _, column, heading in sorted(pairs, key=lambda pair: pair[:2], reverse=True):
        if alike >= ALIKE and column not in found and heading not in found.values():
            found[column] = heading
    return found


def closest(word: str, words: Sequence[str]) -> str:
    """The one of the words most like `word`; "" where none is like it.

    >>> closest("Tardy (excused)", ["absent", "tardy"])
    'tardy'
    """
    best = max(words, key=lambda each: likeness(each, word), default="")
    return best if best and likeness(best, word) >= ALIKE else ""


def likeness(ours: str, theirs: str) -> float:
    """How alike two names are, from 0 to 1; case, signs and the order of words do not count."""
    a, b = _words(ours), _words(theirs)
    if not a or not b:
        return 0.0
    within = 0.0
    if set(a) <= set(b) or set(b) <= set(a):  # "date" within "event date"; the less is left over, the surer
        within = 0.75 + 0.25 * min(len(a), len(b)) / max(len(a), len(b))
    joined = ["".join(a), "".join(b)], ["".join(sorted(a)), "".join(sorted(b))]
    return max(within, *(difflib.SequenceMatcher(None, x, y).ratio() for x, y in joined))


def _words(name: str) -> list[str]:
    parted = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    return re.findall(r"[^\W_]+", parted.casefold())
