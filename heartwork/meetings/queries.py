"""Questions about meetings that go through stages: who sits there, what one wrote oneself, what the others share.

Nothing here reads what another person wrote and does not share: `Writing` is asked for by its author only.
"""

import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from heartwork.analysis.agreement import at_each_step, disagreement, stand_in_two_camps
from heartwork.meetings.models import Line, Passage, Rating, Seat, Writing
from heartwork.roster import access
from heartwork.roster.models import StaffMember
from heartwork.teams import queries as teams
from heartwork.teams.activities import ACTIVITIES, Activity, Item, Mark, Prompt, Together, Words
from heartwork.teams.models import FollowUp, Meeting, Stage
from heartwork.web.dots import dots

STAGES = list(Stage)
BAR = 140  # px: the bar of a word that everyone put to a thing
DIVIDED = 0.5  # from here on views are called different: half of as far apart as they could be
FEWEST = 3  # ratings shown together: of two, each would know the other's
DECISION = "decision"  # the kind of line in which a team says what it decides; every activity has it


# -- which meetings


def _open_to(viewer: StaffMember) -> Q:
    """Of one's own teams, or where one has a seat."""
    return Q(team__in=teams.my_teams(viewer)) | Q(pk__in=Seat.objects.filter(staff=viewer).values("meeting"))


def readable(viewer: StaffMember, meetings: Iterable[Meeting]) -> set[int]:
    """Which of the meetings the viewer may open, by pk: those of their teams, and where they sat. One query."""
    if not access.may(viewer, "meeting.read"):
        return set()
    asked = Meeting.objects.filter(pk__in=[meeting.pk for meeting in meetings])
    return set(asked.filter(_open_to(viewer)).values_list("pk", flat=True))


in_stages = partial(Activity, readable=readable)  # an activity whose meetings go through the stages


def meeting(viewer: StaffMember, public_id: uuid.UUID) -> Meeting:
    """A meeting in stages that the viewer may read, else Http404."""
    staged = [code for code, activity in ACTIVITIES.items() if activity.is_staged]
    rows = Meeting.objects.filter(_open_to(viewer), activity__in=staged, public_id=public_id)
    found = rows.select_related("team__organization", "facilitator").first()
    if found is None:
        raise Http404
    return found


def by_code(viewer: StaffMember, code: str) -> Meeting | None:
    """The open meeting joined by this code, however it is typed ("Maple 47", "maple-47"); None: there is none."""
    typed = "".join(c for c in code.casefold() if c.isalnum())
    found = Meeting.objects.filter(closed_at=None, code=typed).exclude(code="").select_related("team").first()
    return found if access.may(viewer, "meeting.read") else None


def news(pks: Iterable[int]) -> dict[int, dict[str, Any]]:
    """How often each of the meetings has changed, and its stage: all that a screen is told by itself. One query."""
    rows = Meeting.objects.filter(pk__in=pks).values_list("pk", "changes", "stage", "closed_at")
    return {
        pk: {"changes": changes, "stage": "closed" if closed_at else stage} for pk, changes, stage, closed_at in rows
    }


def offered(viewer: StaffMember) -> list[Activity]:
    """The activities that the viewer may open, by name."""
    allowed = (activity for activity in ACTIVITIES.values() if access.may(viewer, activity.opens))
    return sorted(allowed, key=lambda activity: str(activity.name))


# -- one meeting, as one person sees it


@dataclass(frozen=True)
class Written:
    """A prompt and the viewer's own writing to it, in lines that they share or keep."""

    prompt: Prompt
    writing: Writing
    shared: dict[str, int]  # the viewer's own passages: text -> pk

    @property
    def lines(self) -> list[tuple[int, str, int | None]]:
        """Each line that is not empty: its number, its words, and the pk of the passage if it is shared."""
        numbered = enumerate(line.strip() for line in self.writing.text.splitlines())
        return [(number, line, self.shared.get(line)) for number, line in numbered if line]

    @property
    def no_longer_there(self) -> list[tuple[str, int]]:
        """Passages that are shared still, though the writing has changed since."""
        here = {line for _, line, _ in self.lines}
        return [(text, pk) for text, pk in self.shared.items() if text not in here]


@dataclass(frozen=True)
class Sitting:
    """A meeting as one person sees it. What it holds is asked for when it is shown."""

    viewer: StaffMember
    meeting: Meeting

    @property
    def activity(self) -> Activity:
        """What the meeting does."""
        return ACTIVITIES[self.meeting.activity]

    @property
    def steps(self) -> list[tuple[Words, str]]:
        """The stages by name, each "done", "now" or "" (still to come)."""
        now = STAGES.index(Stage(self.meeting.stage))
        called = [self.activity.calls.get(stage, stage.label) for stage in STAGES]
        return [(name, "done" if n < now else "now" if n == now else "") for n, name in enumerate(called)]

    @property
    def next_name(self) -> Words:
        """What the next stage is called, where the activity has a name of its own for it."""
        return self.activity.calls.get(self.next_stage or "", "")

    @property
    def earlier_name(self) -> Words:
        """What the stage before is called."""
        earlier = self.earlier_stage
        return self.activity.calls.get(earlier, earlier.label) if earlier else ""

    @property
    def spoken_code(self) -> str:
        """The code as it is said: "MAPLE 47"."""
        word = self.meeting.code.rstrip("0123456789")
        return f"{word} {self.meeting.code.removeprefix(word)}".upper()

    @property
    def says(self) -> Any:
        """What to do at this stage."""
        return self.activity.says.get(self.meeting.stage, "")

    @property
    def next_stage(self) -> Stage | None:
        """Where the facilitator may move to; None at the end."""
        later = STAGES[STAGES.index(Stage(self.meeting.stage)) + 1 :]
        return later[0] if later else None

    @property
    def earlier_stage(self) -> Stage | None:
        """Where the facilitator may go back to; None at the beginning."""
        now = STAGES.index(Stage(self.meeting.stage))
        return STAGES[now - 1] if now else None

    @property
    def is_revealed(self) -> bool:
        """Whether what is shared can be seen by the others."""
        return self.meeting.stage != Stage.ALONE or self.meeting.is_closed

    @cached_property
    def seats(self) -> list[Seat]:
        """Who is here, in the order in which they came."""
        return list(self.meeting.seats.select_related("staff"))

    @cached_property
    def my_seat(self) -> Seat | None:
        """The viewer's own seat; None when they only read."""
        return next((seat for seat in self.seats if seat.staff_id == self.viewer.pk), None)

    @property
    def done(self) -> int:
        """How many say that they are done."""
        return sum(seat.is_done for seat in self.seats)

    @property
    def may_write(self) -> bool:
        """Whether the viewer takes part: sits here, and the meeting goes on."""
        return self.my_seat is not None and not self.meeting.is_closed

    @property
    def leads(self) -> bool:
        """Whether the viewer moves the meeting on."""
        return self.may_write and self.meeting.facilitator_id == self.viewer.pk

    @cached_property
    def written(self) -> list[Written]:
        """Each prompt, with what the viewer wrote to it and what of that they share. Two queries."""
        mine = {w.prompt: w for w in Writing.objects.filter(meeting=self.meeting, author=self.viewer)}
        shared: dict[int, dict[str, int]] = defaultdict(dict)
        for passage in Passage.objects.filter(writing__in=list(mine.values())):
            shared[passage.writing_id][passage.text] = passage.pk
        blank = Writing(meeting=self.meeting, author=self.viewer)
        rows = [(prompt, mine.get(prompt.code, blank)) for prompt in self.prompts]
        return [Written(prompt, row, shared.get(row.pk, {})) for prompt, row in rows]

    @cached_property
    def prompts(self) -> Sequence[Prompt]:
        """What each person writes alone."""
        return self.activity.prompts(self.meeting)

    @cached_property
    def shared(self) -> list[tuple[Prompt, list[Passage]]]:
        """Each prompt, with the passages that people share; none before all is revealed. One query."""
        if not self.is_revealed:
            return []
        rows = Passage.objects.filter(writing__meeting=self.meeting).select_related("writing__author")
        by_prompt: dict[str, list[Passage]] = defaultdict(list)
        for passage in rows:
            by_prompt[passage.writing.prompt].append(passage)
        return [(prompt, by_prompt[prompt.code]) for prompt in self.prompts]

    @cached_property
    def items(self) -> list["Seen"]:
        """Each thing on the table as the viewer marked it, and as all see it once revealed. Two queries at most."""
        rows = Rating.objects.filter(meeting=self.meeting, author=self.viewer)
        mine = {rating.item: json.loads(rating.answer) for rating in rows}
        now = answers(self.meeting) if self.is_revealed else {}
        then = answers(self.before.meeting) if self.before and self.is_revealed else {}
        return [
            Seen(self.activity, item, mine.get(item.code, {}), now.get(item.code, []), then.get(item.code, []))
            for item in self.activity.items(self.meeting)
        ]

    @property
    def seen_differently(self) -> list["Seen"]:
        """The things on which the team is divided, the most divided first."""
        divided = [seen for seen in self.items if seen.counts and seen.apart >= DIVIDED]
        return sorted(divided, key=lambda seen: -seen.apart)

    @property
    def seen_alike(self) -> list["Seen"]:
        """The things on which views are close, in the order of the list."""
        return [seen for seen in self.items if seen.counts and seen.apart < DIVIDED]

    @property
    def seen_by_few(self) -> list["Seen"]:
        """The things that too few have marked to show."""
        return [seen for seen in self.items if not seen.counts]

    @cached_property
    def _lines(self) -> dict[str, list[Line]]:
        by_kind: dict[str, list[Line]] = defaultdict(list)
        for line in self.meeting.lines.select_related("written_by"):
            by_kind[line.kind].append(line)
        return by_kind

    @property
    def lines(self) -> list[tuple[Together, list[Line], list[Passage]]]:
        """What the team writes down together, by kind; and what people shared to the prompt of the same code."""
        shared = {prompt.code: passages for prompt, passages in self.shared}
        kinds = [kind for kind in self.activity.together if not kind.is_apart]
        return [(kind, self._lines[kind.code], shared.get(kind.code, [])) for kind in kinds]

    @property
    def shared_apart(self) -> list[tuple[Prompt, list[Passage]]]:
        """The prompts to which the team does not answer together, with what people share."""
        together = {kind.code for kind in self.activity.together}
        return [(prompt, passages) for prompt, passages in self.shared if prompt.code not in together]

    @property
    def decisions(self) -> list[Line]:
        """What the team has decided."""
        return self._lines[DECISION]

    @cached_property
    def decided(self) -> int:
        """How many decisions there are: lines, and what the activity keeps in rows of its own."""
        return len(self.decisions) + self.activity.chose(self.meeting)

    @cached_property
    def follow_ups(self) -> QuerySet[FollowUp]:
        """Who does what by when, out of this meeting."""
        return teams.follow_ups_of(self.viewer, meeting=self.meeting)

    @cached_property
    def carried_over(self) -> list[FollowUp]:
        """What the team's earlier meetings left to do: the first thing on the agenda."""
        rows = teams.follow_ups_of(self.viewer, team=self.meeting.team).filter(done_on=None)
        return list(rows.exclude(meeting=self.meeting))

    @cached_property
    def before(self) -> "Sitting | None":
        """The last sitting of the same activity, if the viewer may read it."""
        earlier = self.meeting.follows
        return Sitting(self.viewer, earlier) if earlier and readable(self.viewer, [earlier]) else None


def answers(meeting: Meeting) -> dict[str, list[dict[str, Any]]]:
    """What all said of each thing, without what too few did; in the order of what they say, not of who came."""
    found: dict[str, list[str]] = defaultdict(list)
    for rating in Rating.objects.filter(meeting=meeting):
        found[rating.item].append(rating.answer)
    enough = {item: sorted(said) for item, said in found.items() if len(said) >= FEWEST}
    return {item: [json.loads(each) for each in said] for item, said in enough.items()}


class Word(NamedTuple):
    """A word that may be put to a thing: whether the viewer did, how many did, and how long its bar is."""

    mark: Mark
    is_mine: bool
    people: int
    width: int


@dataclass(frozen=True)
class Seen:
    """One thing on the table: what the viewer says of it, and what all say, now and the last time, without names."""

    activity: Activity
    item: Item
    mine: dict[str, Any]
    now: list[dict[str, Any]]
    then: list[dict[str, Any]]

    @property
    def steps(self) -> list[tuple[int, Any, bool]]:
        """Each step of the scale: its number, its words, and whether the viewer chose it."""
        return [(n, words, self.mine.get("value") == n) for n, words in enumerate(self.activity.scale, 1)]

    @property
    def words(self) -> list[Word]:
        """Each word that may be put to it."""
        counted = Counter(mark for each in self.now for mark in each.get("marks", []))
        mine, people = self.mine.get("marks", []), max(1, len(self.now))
        return [
            Word(mark, mark.code in mine, counted[mark.code], BAR * counted[mark.code] // people)
            for mark in self.activity.marks
        ]

    @cached_property
    def counts(self) -> list[int]:
        """How many stand at each step; empty when too few do."""
        return self._counted(self.now)

    def _counted(self, said: list[dict[str, Any]]) -> list[int]:
        values = [each["value"] for each in said if each.get("value")]
        return at_each_step(values, range(1, len(self.activity.scale) + 1)) if len(values) >= FEWEST else []

    @property
    def apart(self) -> float:
        """How far apart the views are, from 0 to 1."""
        return disagreement(self.counts)

    @property
    def dots(self) -> SafeString:
        """The views as dots, the viewer's own ringed."""
        return dots(self.counts, self.activity.scale, title=str(self.item.name), mine=self.mine.get("value"))

    @property
    def dots_for_all(self) -> SafeString:
        """The views as dots, as they stand on the wall and on paper."""
        return dots(self.counts, self.activity.scale, title=str(self.item.name), mine=None)

    @property
    def dots_then(self) -> SafeString | None:
        """The views of the last time, where enough marked it then."""
        counts = self._counted(self.then)
        title = gettext("%(what)s, the last time") % {"what": self.item.name}
        return dots(counts, self.activity.scale, title=title, mine=None) if counts else None

    @property
    def sentence(self) -> str:
        """What the dots say."""
        people, half = sum(self.counts), len(self.counts) // 2
        low, high = sum(self.counts[:half]), sum(self.counts[-half:])
        if self.apart >= DIVIDED:
            camps = stand_in_two_camps(self.counts)
            return gettext("Two camps, and few between.") if camps else gettext("Spread over the whole scale.")
        if high >= 0.75 * people:
            return gettext("Nearly everyone stands at the upper end.")
        if low >= 0.75 * people:
            return gettext("Nearly everyone stands at the lower end.")
        return gettext("Views are close to each other.")


def sitting(viewer: StaffMember, public_id: uuid.UUID) -> Sitting:
    """A meeting as the viewer sees it, else Http404."""
    return Sitting(viewer, meeting(viewer, public_id))
