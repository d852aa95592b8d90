"""Groups of three, out of whoever sits in a meeting."""

from dataclasses import dataclass

from heartwork.teams.models import Meeting

SIZE = 3


@dataclass(frozen=True)
class Group:
    """A few people who talk with each other first."""

    code: str  # "group-1": what a line is about that they write down
    names: list[str]
    people: set[int]


def groups_of(meeting: Meeting) -> list[Group]:
    """Groups of three in the order in which people came; one or two over join the first groups. One query.

    The three who came first stay together whoever comes later.
    """
    seats = list(meeting.seats.select_related("staff").order_by("pk"))
    how_many = max(1, len(seats) // SIZE)
    groups = [Group(f"group-{n + 1}", [], set()) for n in range(how_many)]
    for n, seat in enumerate(seats):
        full, over = how_many * SIZE, n - how_many * SIZE
        group = groups[n // SIZE] if n < full else groups[over % how_many]
        group.names.append(seat.staff.name)
        group.people.add(seat.staff_id)
    return groups
