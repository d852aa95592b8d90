"""Questions about who is here: students, staff, schools and the district itself."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from heartwork.roster import access
from heartwork.roster.models import GRADES, District, StaffMember, Student

PAGE = 25


@dataclass(frozen=True)
class Page:
    """Some rows of a long list, and whether more follow; nobody counts a million rows to show twenty-five."""

    rows: list
    number: int
    has_more: bool

    @property
    def previous(self) -> int | None:
        """The number of the page before, if there is one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The number of the page after, if there is one."""
        return self.number + 1 if self.has_more else None


def page_of(rows: QuerySet, number: int, size: int = PAGE) -> Page:
    """Page `number` (from 1) of the rows. One query, which asks for one row more than it shows."""
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    return Page(found[:size], number, len(found) > size)


def district() -> District:
    """The district of this installation; made on the first day. One query."""
    return District.objects.get_or_create(pk=1, defaults={"name": ""})[0]


def students(viewer: StaffMember, *, q: str = "", grade: str = "") -> QuerySet[Student]:
    """The viewer's students by family name, narrowed by a name and a grade."""
    rows = access.visible_to(viewer)
    for word in q.split():
        rows = rows.filter(Q(given_name__icontains=word) | Q(family_name__icontains=word))
    if grade in GRADES:
        rows = rows.filter(grade=grade)
    return rows
