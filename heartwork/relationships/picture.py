"""What adults say beside what students say, as numbers: small ones are hidden from who does not reach each student."""

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from heartwork.analysis.suppression import Release
from heartwork.relationships import queries
from heartwork.relationships.models import Round
from heartwork.relationships.queries import SAYS, Stand
from heartwork.releases import ledger
from heartwork.releases.ledger import Answer
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import StaffMember
from heartwork.supports.gaps import Share, partitions, share_of
from heartwork.supports.rules import sees_figures_only

NOBODYS = ["unknown nobody", "unknown silent"]  # the cells of students whom nobody named
CELLS = [f"{adults} {says}" for adults in ("known", "unknown") for says in SAYS.values()]


@dataclass(frozen=True)
class Picture:
    """Two by three: an adult knows them well or none does; they name an adult, name none, have not answered.

    None is hidden to protect privacy. `nobodys` are those whom nobody named.
    """

    known: list[int | None]
    unknown: list[int | None]
    nobodys: int | None
    students: int | None
    groups: list[Share]
    day: datetime.date


def picture(viewer: StaffMember, found: Round, *, for_all: bool = False) -> Picture | None:
    """The round in numbers; None before three adults have marked, and for who sees figures alone.

    for_all: as everyone in the room may see it. Leaders who see figures alone have the gap finder, which tells the
    same students by school: two tables of the same people would have to be told as one. A dozen queries at most.
    """
    told = queries.stands(found)
    if told is None or found.school is None or sees_figures_only(viewer):
        return None
    is_told = access.may(viewer, "trusted.read")  # small numbers tell who named nobody, and who has not answered
    exact = not for_all and is_told and access.reaches_school(viewer, found.school)
    cells = _cells(told)
    figures = {cell: [cell] for cell in CELLS} | {"nobodys": NOBODYS, "all": CELLS}
    release = Release(cells, figures, totals=["all"], siblings=[CELLS])
    whole = _answer(f"known at {found.school_id} in meeting {found.meeting_id}", release, found, exact)
    at = whole.figures
    return Picture(
        [at[cell] for cell in CELLS[:3]],
        [at[cell] for cell in CELLS[3:]],
        at["nobodys"],
        at["all"],
        [] if for_all else _groups(viewer, found, told, whole, exact),
        whole.day,
    )


def _cells(told: Mapping[int, Stand]) -> dict[str, int]:
    return dict.fromkeys(CELLS, 0) | Counter(stand.cell for stand in told.values())


def _answer(question: str, release: Release[str], found: Round, exact: bool) -> Answer:
    """As it is, for who may open each record; else from the ledger."""
    day = found.meeting.held_on if found.meeting.is_closed else timezone.localdate()
    return ledger.answer(question, release, roster.district().minimum_group, day, exact=exact)


def _groups(viewer: StaffMember, found: Round, told: Mapping[int, Stand], whole: Answer, exact: bool) -> list[Share]:
    """How many of each grade, and of each group, nobody named. Three queries, and two for each group that is hidden.

    None where the whole was told on another day and students have moved since: parts of two days tell who did.
    """
    if not exact and whole.counts != _cells(told):
        return []
    nobodys = {pk for pk, stand in told.items() if stand.is_nobodys}
    shares: list[Share] = []
    for name, groups in partitions(viewer, list(told)):
        cells: dict[str, int] = {}
        for code, pks in groups.items():
            cells |= {f"{code} in": len(pks & nobodys), f"{code} rest": len(pks - nobodys)}
        sides = {side: [cell for cell in cells if cell.endswith(f" {side}")] for side in ("in", "rest")}
        is_told = whole.figures["nobodys"] is not None
        release = Release(
            cells,
            {cell: [cell] for cell in cells} | sides | {"all": list(cells)},
            totals=["all", *(sides if is_told else ())],
            siblings=list(sides.values()),
            told=list(sides) if is_told else [],
            withheld=[] if is_told else list(sides),
        )
        question = f"known at {found.school_id} in meeting {found.meeting_id} by {name}"
        at = _answer(question, release, found, exact).figures
        for code in [code for code in groups if code]:
            label = roster.grade_name(code) if name == "grade" else code
            shares.append(share_of(label[:1].upper() + label[1:], at[f"{code} in"], at[f"{code} rest"]))
    return shares
