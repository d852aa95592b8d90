"""What was told before is told again, until enough people have come or gone that the difference tells of no one.

Figures of Monday and of Tuesday, each safe alone, are two tables that can be taken from each other: what is left is who
came or went in between. So the answer to a question stands, with its day, until at least the minimum of people have
moved, and then every figure of it is told anew. How many have moved is counted from below, by how the cells of the two
days differ: who left a cell while another came into it is not seen in any figure either.
"""

import datetime
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Exists, OuterRef

from heartwork.analysis import suppression
from heartwork.releases.models import Release

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """How many people each figure counts (None: hidden to protect privacy), as told first on `day`.

    counts: how many there were in each cell on that day, for what else is told of it; never to be shown.
    """

    figures: Mapping[str, int | None]
    day: datetime.date
    counts: Mapping[str, int] = field(default_factory=dict)


Asked = Mapping[str, suppression.Release[str]]


def answers(asked: Asked, minimum: int, day: datetime.date) -> dict[str, Answer]:
    """The answer to each question, from the ledger or new. Two queries at most, however many questions.

    asked: by question, everything that is told together, from today's counts. Two pages that show the same figure ask
    the same question. minimum: people. Nothing that goes wrong with the ledger raises: the figures are hidden then.
    """
    try:
        return _answers(asked, minimum, day)
    except IntegrityError:  # somebody else told it in the same moment: theirs stands
        return {question: _again(row, asked[question]) for question, row in _latest(asked, minimum).items()}
    except DatabaseError:
        log.exception("The ledger of releases cannot be read or written; figures are hidden.")
        return {question: _hidden(release, day) for question, release in asked.items()}


def answer(
    question: str, release: suppression.Release[str], minimum: int, day: datetime.date, *, exact: bool = False
) -> Answer:
    """The answer to one question. exact: as it is today, for who may open each record, and not written down."""
    if exact:
        return Answer(suppression.counts_of(release), day, release.cells)
    return answers({question: release}, minimum, day)[question]


def _answers(asked: Asked, minimum: int, day: datetime.date) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    new: list[Release] = []
    latest = _latest(asked, minimum)
    for question, release in asked.items():
        before = latest.get(question)
        if before and not _is_sound(before):
            log.error("Release %s of the ledger cannot be read; its figures are hidden.", before.pk)
            found[question] = _hidden(release, day)
        elif before and not _is_to_be_told_anew(before, release, minimum):
            found[question] = _again(before, release)
        else:
            hidden = [key for key, count in before.told.items() if count is None] if before else []
            told = suppression.tell(replace(release, hidden_before=hidden), minimum)
            found[question] = Answer(told.figures, day, release.cells)
            number = before.number + 1 if before else 1
            if told.how != "few":
                counts = dict(release.cells)
                new.append(Release(question=question, number=number, minimum=minimum, day=day, counts=counts))
                new[-1].told, new[-1].how = told.figures, told.how
    if new:
        with transaction.atomic():
            Release.objects.bulk_create(new)
    return found


def _latest(asked: Asked, minimum: int) -> dict[str, Release]:
    """The last release of each question. One query."""
    later = Release.objects.filter(question=OuterRef("question"), minimum=minimum, number__gt=OuterRef("number"))
    rows = Release.objects.filter(~Exists(later), question__in=list(asked), minimum=minimum)
    return {row.question: row for row in rows}


def _is_sound(row: Release) -> bool:
    """Whether the ledger holds what it ought to."""
    return (
        isinstance(row.counts, dict)
        and isinstance(row.told, dict)
        and all(type(count) is int and count >= 0 for count in row.counts.values())
        and all(count is None or (type(count) is int and count >= 0) for count in row.told.values())
    )


def _is_to_be_told_anew(before: Release, release: suppression.Release[str], minimum: int) -> bool:
    """Whether enough people have moved; or nobody, where the last time only the totals were told."""
    moved = moved_at_least(before.counts, release.cells)
    return moved >= minimum or (moved == 0 and before.how == "totals")


def moved_at_least(before: Mapping[str, int], now: Mapping[str, int]) -> int:
    """How many people at least are in another cell than before, or in none, or new.

    >>> moved_at_least({"7": 20, "8": 30}, {"7": 24, "8": 29})
    4
    """
    changes = [now.get(cell, 0) - before.get(cell, 0) for cell in {*before, *now}]
    return max(sum(change for change in changes if change > 0), -sum(change for change in changes if change < 0))


def _again(row: Release, release: suppression.Release[str]) -> Answer:
    """What was told; a figure that nobody asked for then is hidden."""
    if not _is_sound(row):
        return _hidden(release, row.day)
    return Answer({key: row.told.get(key) for key in release.figures}, row.day, row.counts)


def _hidden(release: suppression.Release[str], day: datetime.date) -> Answer:
    return Answer(dict.fromkeys(release.figures), day)
