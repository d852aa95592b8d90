"""What observers look for: nine things that leaders call caring, and one on which they differ; and what they noted.

Source: Leadership for Caring and Supportive Schools (Washington State University, 2021), "What does caring look like in
schools?", in our own words.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from heartwork.teams.activities import Item
from heartwork.web.drafts import both

DESCRIPTIONS = [
    Item("smiles", _("People smile."), _("Students and adults, in hallways and doorways.")),
    Item("interaction", _("People have much to do with each other."), _("Who talks, works and plays with whom?")),
    Item(
        "adults",
        _("Adults are where students are, and glad to see them."),
        _("At the doors, in the hallways, at lunch: what do they say and do as students come?"),
    ),
    Item("work", _("What students have made is on the walls."), _("In classrooms, and where everyone passes.")),
    Item("belonging", _("People know each other well, and belong together."), _("Names, nods, who sits with whom.")),
    Item("energy", _("The place hums."), _("What could you hear and feel as you came in?")),
    Item("safety", _("One can be at ease here."), _("Who seems comfortable, and where does nobody stay?")),
    Item(
        "learning",
        _("Caring for each other is taught and practiced."),
        _("In lessons, on posters, in what is praised."),
    ),
    Item("warmth", _("People light up when they meet."), _("How do they speak with each other?")),
]
MOOD = Item("mood", _("Lively or calm?"))
MOODS = [_("lively throughout"), _("more lively"), _("some of both"), _("more calm"), _("calm throughout")]

# By code of the description: {"seen": "yes", "note": "Greeted at the bus."}; of the mood: {"at": 3, "note": ""}.
# What was left open is not in it.
Answers = dict[str, dict[str, Any]]
FEWEST = 3  # observers of a visit, and visits of a year, that are told of


class Seen(models.TextChoices):
    """What an observer says of one description."""

    YES = "yes", _("Seen")
    NO = "no", _("Not seen here")
    UNSURE = "unsure", _("Could not tell")


def read(text: str) -> Answers:
    """What an observer noted, out of the database."""
    found: Answers = json.loads(text)
    return found


def written(answers: Answers) -> str:
    """The same, for the database."""
    return json.dumps(answers, sort_keys=True)


def is_marked(answers: Answers) -> bool:
    """Whether an observer marked anything, and did not only note.

    >>> is_marked({"work": {"seen": "no", "note": ""}}), is_marked({"work": {"note": "Bare."}}), is_marked({})
    (True, False, False)
    """
    return any({"seen", "at"} & each.keys() for each in answers.values())


def unlinked(walked: Iterable[Answers]) -> list[Answers]:
    """The marks of several observers, each thing's in their order, so that no row is one observer's; without the notes.

    >>> unlinked([{"work": {"seen": "yes", "note": "Art."}, "mood": {"at": 1}}, {"work": {"seen": "no"}}])
    [{'work': {'seen': 'no'}, 'mood': {'at': 1}}, {'work': {'seen': 'yes'}}]
    """
    walked = list(walked)
    rows: list[Answers] = []
    for item, kind in [*((each, "seen") for each in DESCRIPTIONS), (MOOD, "at")]:
        marks = sorted(each[item.code][kind] for each in walked if kind in each.get(item.code, {}))
        rows += [{} for _more in marks[len(rows) :]]
        for row, mark in zip(rows, marks, strict=False):
            row[item.code] = {kind: mark}
    return rows


def joined(earlier: Answers, later: Answers) -> Answers:
    """What one observer noted on two phones: no word is lost, and of two marks the later one counts.

    >>> joined({"work": {"seen": "no", "note": "Bare."}}, {"work": {"seen": "yes", "note": "Upstairs: art."}})
    {'work': {'seen': 'yes', 'note': 'Bare.\\n\\nUpstairs: art.'}}
    """
    return {
        code: {
            **earlier.get(code, {}),
            **later.get(code, {}),
            "note": both(earlier.get(code, {}).get("note", ""), later.get(code, {}).get("note", "")),
        }
        for code in [*earlier, *(code for code in later if code not in earlier)]
    }
