"""How each role sees the profile: the same marks, apart by role, where that tells of nobody."""

import datetime
import json
from collections import Counter, defaultdict
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heartwork.meetings.models import Rating
from heartwork.meetings.queries import FEWEST, Seen
from heartwork.roster.access import ROLE_NAMES
from heartwork.roster.models import Assignment, on_day
from heartwork.teams.activities import Activity, Item
from heartwork.teams.models import Meeting
from heartwork.teams.queries import LENT

Words = str | Promise
OTHERS = "others"


class ByRole(NamedTuple):
    """The items as each group of roles sees them."""

    groups: list[Words]
    rows: list[tuple[Item, list[tuple[Words, Seen]]]]  # each item, by group in the same order
    hidden: int  # items of which it is not told


def by_role(activity: Activity, meeting: Meeting) -> ByRole | None:
    """Each item apart by role, in the order of the list; None when there are no two groups to tell. Two queries.

    A row is told whole or not at all: if every group in it was marked by three people or nobody. So nothing that is
    hidden can be had by taking what is told from what all said.
    """
    marked: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for rating in Rating.objects.filter(meeting=meeting):
        answer = json.loads(rating.answer)
        if answer.get("value"):
            marked[rating.item].append((rating.author_id, answer))
    people = {author for marks in marked.values() for author, _answer in marks}
    group_of = grouped(roles_of(people, meeting.held_on))
    groups = [group for group in (*ROLE_NAMES, OTHERS) if group in group_of.values()]
    if len(groups) < 2:
        return None
    items = activity.items(meeting)
    told = []
    for item in items:
        here: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for author, answer in marked[item.code]:
            here[group_of[author]].append(answer)
        if here and all(len(said) >= FEWEST for said in here.values()):
            told.append((item, [(name_of(each), Seen(activity, item, {}, here[each], [])) for each in groups]))
    return ByRole([name_of(each) for each in groups], told, len(items) - len(told))


def name_of(group: str) -> Words:
    """ "teacher", or that several roles stand together."""
    return _("other roles") if group == OTHERS else ROLE_NAMES.get(group, group)


def roles_of(people: set[int], day: datetime.date) -> dict[int, str]:
    """The role of each of the people on a day, by pk; of several the widest, in the order of the table. One query."""
    order = [role for role in ROLE_NAMES if role != LENT]
    held = Assignment.objects.filter(on_day(day), staff__in=people, role__in=order).values_list("staff", "role")
    found = dict.fromkeys(people, OTHERS)
    for staff, role in sorted(held, key=lambda pair: -order.index(pair[1])):
        found[staff] = role
    return found


def grouped(roles: dict[int, str]) -> dict[int, str]:
    """The group that each person is told in: their role, or, together, the roles that fewer than three people hold.

    While those together are fewer than three, the smallest of the other roles joins them.

    >>> sorted(set(grouped({1: "teacher", 2: "teacher", 3: "teacher", 4: "counselor", 5: "principal"}).values()))
    ['others']
    >>> sorted(Counter(grouped(dict(enumerate(["teacher"] * 4 + ["counselor"] * 2 + ["principal"]))).values()).items())
    [('others', 3), ('teacher', 4)]
    """
    sizes = Counter(roles.values())
    pooled = {role for role, people in sizes.items() if role == OTHERS or people < FEWEST}
    rest = sorted(sizes.keys() - pooled, key=lambda role: (sizes[role], role))
    while rest and 0 < sum(sizes[role] for role in pooled) < FEWEST:
        pooled.add(rest.pop(0))
    return {person: OTHERS if role in pooled else role for person, role in roles.items()}
