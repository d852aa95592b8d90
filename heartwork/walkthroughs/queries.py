"""Questions about visits: which there are, what observers saw alike, a school over time.

Nobody reads what one observer saw: counts are told once, when the day is over and three have sent theirs
(`Visit.to_tell`), and notes without a name only among those who walked the same visit and have sent theirs.
"""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from heartwork.analysis.agreement import at_each_step
from heartwork.meetings.queries import readable
from heartwork.roster.models import Organization, StaffMember
from heartwork.teams.activities import Item
from heartwork.teams.models import Meeting
from heartwork.walkthroughs import access
from heartwork.walkthroughs.models import Visit, Walk
from heartwork.walkthroughs.walking import DESCRIPTIONS, FEWEST, MOOD, MOODS, Answers, Seen, is_marked, read
from heartwork.web.dots import dots


def visits(viewer: StaffMember) -> QuerySet[Visit]:
    """The visits to the viewer's schools, the newest first; `mine`: whether they have sent what they saw."""
    return access.visits(viewer).annotate(mine=Exists(Walk.objects.filter(visit=OuterRef("pk"), observer=viewer)))


def visit(viewer: StaffMember, public_id: uuid.UUID) -> Visit:
    """A visit to one of the viewer's schools; else Http404."""
    found = access.visits(viewer).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def my_walk(viewer: StaffMember, visit: Visit) -> Walk | None:
    """What the viewer has sent of this visit; None: nothing yet. Nobody else's."""
    return Walk.objects.filter(visit=visit, observer=viewer).first()


# -- one visit


@dataclass(frozen=True)
class Told:
    """One description as the observers of a visit saw it: how many did, did not, could not tell; and their notes."""

    item: Item
    seen: int
    not_seen: int
    unsure: int
    notes: list[str] = field(default_factory=list)

    @property
    def could_tell(self) -> int:
        """How many saw it or saw that it was not there."""
        return self.seen + self.not_seen

    @property
    def is_alike(self) -> bool:
        """Whether two or more could tell, and say the same."""
        return self.could_tell > 1 and 0 in (self.seen, self.not_seen)

    @property
    def is_apart(self) -> bool:
        """Whether some saw it and some did not."""
        return 0 not in (self.seen, self.not_seen)

    @property
    def sentence(self) -> str:
        """ "2 saw it, 1 did not see it, 1 could not tell." """
        said = [
            (self.seen, ngettext("%(n)d saw it", "%(n)d saw it", self.seen)),
            (self.not_seen, ngettext("%(n)d did not see it", "%(n)d did not see it", self.not_seen)),
            (self.unsure, ngettext("%(n)d could not tell", "%(n)d could not tell", self.unsure)),
        ]
        told = [words % {"n": n} for n, words in said if n]
        return gettext("%(counts)s.") % {"counts": ", ".join(told)} if told else gettext("Nobody marked it.")


@dataclass(frozen=True)
class Found:
    """A visit as its observers saw it, for one reader; what the reader may not know is empty."""

    visit: Visit
    observers: int
    answers: Sequence[Answers]  # marks
    noted: Sequence[Answers]  # with the notes
    is_mine: bool  # the reader has sent theirs

    @cached_property
    def told(self) -> list[Told]:
        """Each of the nine descriptions, in their order."""
        return [told(item, self.answers, self.noted) for item in DESCRIPTIONS]

    @property
    def apart(self) -> list[Told]:
        """What some saw and some did not."""
        return [each for each in self.told if each.is_apart]

    @property
    def alike(self) -> list[Told]:
        """What two or more could tell, all the same."""
        return [each for each in self.told if each.is_alike]

    @property
    def alone(self) -> list[Told]:
        """What is marked or noted, and one or nobody could tell: there is nothing to compare."""
        return [each for each in self.told if each.could_tell < 2 and (each.could_tell or each.unsure or each.notes)]

    @property
    def unmarked(self) -> int:
        """How many of the nine nobody marked."""
        return len(self.told) - len(self.alike) - len(self.apart) - len(self.alone)

    @property
    def compared(self) -> int:
        """Of how many descriptions two or more could tell."""
        return len(self.alike) + len(self.apart)

    @property
    def mood(self) -> SafeString | None:
        """How lively or calm it was, as dots; None for fewer than three views, of which each would know the others'."""
        return mood(self.answers)

    @property
    def mood_notes(self) -> list[str]:
        """What was noted of it."""
        return notes(MOOD, self.noted)


def found(visit: Visit, viewer: StaffMember | None = None) -> Found:
    """What was seen on a visit; for `viewer`, or, without one, for all who may read of the school. Two queries.

    Observers count who marked something. One of them reads also what all noted, where three did and it is told.
    """
    walks = {walk.observer_id: read(walk.answers) for walk in visit.walks.all()}
    marked = {observer: answers for observer, answers in walks.items() if is_marked(answers)}
    mine = viewer.pk if viewer else None
    to_tell = visit.to_tell
    reads_notes = bool(to_tell) and mine in marked and len(marked) >= FEWEST
    return Found(visit, len(marked), to_tell, list(marked.values()) if reads_notes else [], mine in walks)


def told(item: Item, answers: Iterable[Answers], noted: Iterable[Answers] = ()) -> Told:
    """One description, counted, with what was noted."""
    answers = list(answers)
    said = [each.get(item.code, {}).get("seen") for each in answers]
    yes, no, unsure = (said.count(choice) for choice in (Seen.YES, Seen.NO, Seen.UNSURE))
    return Told(item, yes, no, unsure, notes(item, noted))


def notes(item: Item, answers: Iterable[Answers]) -> list[str]:
    """What observers noted of one thing, in the order of the words: not of who wrote them."""
    return sorted(note for each in answers if (note := each.get(item.code, {}).get("note")))


def mood(answers: Iterable[Answers]) -> SafeString | None:
    """The views from lively to calm as dots: each a view, none of them better; None for fewer than three."""
    views = [at for each in answers if (at := each.get(MOOD.code, {}).get("at"))]
    counts = at_each_step(views, range(1, len(MOODS) + 1))
    return dots(counts, MOODS, title=str(MOOD.name), mine=None) if len(views) >= FEWEST else None


def talks(viewer: StaffMember, visit: Visit) -> list[Meeting]:
    """The meetings in which a team talked about the visit, as far as the viewer may open them."""
    rows = list(visit.talks.select_related("team"))
    open_to = readable(viewer, rows)
    return [meeting for meeting in rows if meeting.pk in open_to]


# -- a school over time


class Cell(NamedTuple):
    """On how many visits somebody saw it, of those on which somebody could tell."""

    saw: int
    visits: int


@dataclass(frozen=True)
class OverTime:
    """A school over its visits, by school year, the newest first ("2025–26")."""

    years: dict[str, list[list[Answers]]]  # of each visit that is told, what its observers marked

    @property
    def rows(self) -> list[tuple[Item, list[tuple[str, Cell | None]]]]:
        """Each description, by year; None where it could be told on fewer than three visits."""
        return [(item, [(year, _cell(item, here)) for year, here in self.years.items()]) for item in DESCRIPTIONS]

    @property
    def mood(self) -> SafeString | None:
        """How lively or calm the school was, as all observers saw it in the years that have three visits."""
        return mood(noted for here in self.years.values() if len(here) >= FEWEST for walked in here for noted in walked)


def _cell(item: Item, visits: list[list[Answers]]) -> Cell | None:
    counted = [each for answers in visits if (each := told(item, answers)).could_tell]
    return Cell(sum(each.seen > 0 for each in counted), len(counted)) if len(counted) >= FEWEST else None


def school(viewer: StaffMember, public_id: uuid.UUID) -> Organization:
    """One of the viewer's schools; else Http404."""
    found = access.schools(viewer).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def over_time(viewer: StaffMember, school: Organization) -> OverTime:
    """On how many visits of each year somebody saw each description: visits that are told, of three observers each.

    A year to which one visit is added then says nothing that the page of that visit does not. Two queries.
    """
    years: dict[str, list[list[Answers]]] = defaultdict(list)
    for each in access.visits(viewer).filter(school=school).prefetch_related("walks"):
        if answers := each.to_tell:
            years[year_of(each.held_on)].append(answers)
    return OverTime(dict(years))


def year_of(day: datetime.date) -> str:
    """The school year of a day, from August on.

    >>> year_of(datetime.date(2026, 2, 24))
    '2025–26'
    """
    begin = day.year if day.month >= 8 else day.year - 1
    return f"{begin}–{(begin + 1) % 100:02}"
