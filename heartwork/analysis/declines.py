"""Who has gone down by their own measure: many people's weekly answers at once, each set against that person alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heartwork.analysis.points import BadPoint
from heartwork.analysis.scan import Flags, Numbers, scan


@dataclass(frozen=True, slots=True)
class Declines:
    """One entry a person.

    falls: the latest answers fall every time. below: they lie below the person's own limits. is_known: answers enough
    to say whether they fall. since: the column with which the fall begins, or else the first one below; -1 for neither.
    """

    falls: Flags
    below: Flags
    is_known: Flags
    since: NDArray[np.int64]


def declines(
    answers: Numbers, *, n: int = 5, latest: int = 2, least: float = 2.0, minimum_points: int = 12
) -> Declines:
    """Whose latest answers fall every time, or lie below their own limits. answers: [people, weeks], NaN if missing.

    Weeks stand oldest first; a week without an answer is passed over. The order of size is the scale's own: 1 to 5.

    falls: a trend of n >= 2 answers up to the latest, each below the one before; the same answer again counts once, so
    that someone who has come to the end of the scale and stays there is still found (Perla, Provost and Murray 2011,
    BMJ Quality and Safety 20: 46, take five). On a scale of five steps, five answers can only fall from 5 to 1.

    below: each of the `latest` answers lies under the lower limit of the person's own individuals chart, with moving
    ranges screened (Montgomery 6.33, Nelson 1982), and `least` or more under its centre line. Limits of a person who
    nearly always answers the same are narrower than one step of the scale, and would call a single step a signal
    ("chunky data": Wheeler and Lyday 1989). Asked of those with `minimum_points` answers before these.

    Raises BadPoint for infinities. 100,000 people of 26 weeks take about a second.

    >>> found = declines(np.array([[5, 5, 4, np.nan, 3, 2, 1], [5, 5, 4, 5, 3, 2, 1]]))
    >>> found.falls.tolist(), found.since.tolist()
    ([True, False], [1, -1])
    """
    answers = np.asarray(answers, dtype=np.float64)
    if np.isinf(answers).any():
        raise BadPoint("An answer is not a finite number.")
    people = len(answers)
    is_known = np.count_nonzero(~np.isnan(answers), axis=1) >= n
    if not answers.size:
        nobody = np.zeros(people, dtype=bool)
        return Declines(nobody, nobody.copy(), is_known, np.full(people, -1))
    # The answers given, moved to the end of each row: the latest stands last.
    columns = np.argsort(~np.isnan(answers), axis=1, kind="stable")
    given = np.take_along_axis(answers, columns, axis=1)
    falls, fell_from = _falls(given, n)
    below, below_from = _below(given, latest, least, minimum_points)
    first = np.where(falls, fell_from, below_from)
    since = np.take_along_axis(columns, first[:, None], axis=1)[:, 0]
    return Declines(falls, below, is_known, np.where(falls | below, since, -1))


def _falls(given: Numbers, n: int) -> tuple[Flags, NDArray[np.int64]]:
    """Whether the latest answers fall n long, and the column of the last answer before they did."""
    people, weeks = given.shape
    going = ~np.isnan(given[:, -1])
    different = going.astype(np.int64)
    first = np.full(people, weeks - 1)
    for column in range(weeks - 2, -1, -1):
        before, after = given[:, column], given[:, column + 1]
        going &= before >= after  # false beside a missing answer, for NaN compares with nothing
        fell = going & (before > after)
        different += fell
        first[fell] = column
    return different >= n, first


def _below(given: Numbers, latest: int, least: float, minimum_points: int) -> tuple[Flags, NDArray[np.int64]]:
    """Whether the latest answers lie below the limits of all before them, and the first column from which they do."""
    people, weeks = given.shape
    first = np.full(people, weeks - 1)
    if weeks <= latest:
        return np.zeros(people, dtype=bool), first
    lines = scan(given[:, :-latest], "i", minimum_points=minimum_points)
    # Of one who always answered the same there are no limits; then the steps of the scale alone decide.
    lower = np.where(np.isnan(lines.lower), lines.centre, lines.lower)
    centre = np.where(lines.is_collecting, np.nan, lines.centre)
    low = (given < lower[:, None]) & (given <= centre[:, None] - least)  # false beside NaN
    going = np.ones(people, dtype=bool)
    length = np.zeros(people, dtype=np.int64)
    for column in range(weeks - 1, -1, -1):
        going &= low[:, column]
        length += going
        first[going] = column
    return length >= latest, first
