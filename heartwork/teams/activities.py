"""What a team can sit down to do: each room that has an activity offers it here, by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from heartwork.roster.access import Request
    from heartwork.roster.models import StaffMember
    from heartwork.teams.models import Meeting

Words = str | Promise


@dataclass(frozen=True)
class Prompt:
    """A question to which each person writes alone."""

    code: str
    question: Words
    hint: Words = ""


@dataclass(frozen=True)
class Together:
    """What the team writes down together, line by line: likenesses, differences, decisions."""

    code: str
    name: Words
    hint: Words = ""
    is_apart: bool = False  # the activity's own template shows these lines


@dataclass(frozen=True)
class Item:
    """A thing on the table that each person marks alone."""

    code: str
    name: Words
    hint: Words = ""
    link: str = ""  # where it lives, if it is something that has a page: a support


@dataclass(frozen=True)
class Mark:
    """A word that a person may put to a thing, beside where they see it on the scale."""

    code: str
    name: Words


@dataclass(frozen=True)
class Activity:
    """An activity of a team: what it is called and for, and what its own part of a meeting is.

    The stages, the private writing, the reveal, the wall, the recap and the follow-ups come from the room `meetings`;
    an activity gives what is its own. `page` and `recap` name addresses; an activity with pages of its own names those.
    """

    code: str
    name: Words
    readable: "Callable[[StaffMember, Iterable[Meeting]], set[int]]"  # the pks of the meetings a viewer may open
    page: str = "meeting"
    recap: str = "meeting-recap"
    opens: str = "meeting.open"  # who may open one: a line of access.toml
    about: Words = ""  # what it is for, in a sentence
    source: Words = ""  # where the report has it
    minutes: int = 45
    template: str = "meetings/meeting.html"  # one that extends it, for what is its own
    says: Mapping[str, Words] = field(default_factory=dict)  # what to do at each stage, by the stage's name
    calls: Mapping[str, Words] = field(default_factory=dict)  # what a stage is called here, where not as usual
    prompts: "Callable[[Meeting], Sequence[Prompt]]" = lambda meeting: ()
    together: Sequence[Together] = ()
    items: "Callable[[Meeting], Sequence[Item]]" = lambda meeting: ()  # what each person marks alone
    asks: Words = ""  # the question by which each thing is marked
    scale: Sequence[Words] = ()  # the steps of the scale, from the least to the most
    marks: Sequence[Mark] = ()
    why: Words = ""  # the question that the marks answer
    context: "Callable[[StaffMember, Meeting], dict[str, Any]]" = lambda viewer, meeting: {}  # for its template
    # What its own buttons do, by the first word of their value; the rest of it is the third argument. A sentence that
    # comes back says why nothing was done.
    acts: "Mapping[str, Callable[[Request, Meeting, str], str | None]]" = field(default_factory=dict)
    chose: "Callable[[Meeting], int]" = lambda meeting: 0  # decisions that it keeps in rows of its own
    begins: "Callable[[StaffMember, Meeting], None]" = lambda actor, meeting: None  # what lies on the table at first
    closes: "Callable[[StaffMember, Meeting], None]" = lambda actor, meeting: None
    names_students: bool = False  # its recap tells of students, so the wall, once the meeting is over, tells nothing
    seen: "Callable[[StaffMember, Meeting], None]" = lambda viewer, meeting: None  # writes down who was shown to whom

    @property
    def is_staged(self) -> bool:
        """Whether its meetings go through the stages, on the page that all such activities share."""
        return self.page == "meeting"


ACTIVITIES: dict[str, Activity] = {}


def offer(activity: Activity) -> None:
    """Make an activity known; called once, by the room's `activity.py`."""
    ACTIVITIES[activity.code] = activity
