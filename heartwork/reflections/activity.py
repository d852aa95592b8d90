"""The report's eleven reflective questions, by its four ways to see the work, each in our own words.

Source: Leadership for Caring and Supportive Schools (Washington State University, 2021), "Caring practice".
"""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from heartwork.meetings.queries import in_stages
from heartwork.teams.activities import Activity, Prompt, Together, Words, offer

SAYS = {
    "alone": _("On your own, and in silence: answer as you see it, not as it should be."),
    "revealed": _("Read what others share, before anyone speaks. Share a line of yours."),
    "discussed": _("Where do you differ, and why? Write down what you can all say."),
    "decided": _("What follows from it, who does it, and when do you look again?"),
}


def _lens(code: str, name: Words, about: Words, source: Words, minutes: int, questions: Sequence[Prompt]) -> Activity:
    """The questions of one lens: each person answers alone, then the team answers together, question by question."""
    return in_stages(
        code,
        name,
        about=about,
        source=source,
        minutes=minutes,
        says=SAYS,
        prompts=lambda meeting: questions,
        together=[Together(each.code, each.question) for each in questions],
    )


LENSES = [
    _lens(
        "reflect-routines",
        _("Questions about routines"),
        _("What a change asks of people’s days, and whether they know what it is for."),
        _("Street-level bureaucracy: reflective questions"),
        40,
        [
            Prompt(
                "alters",
                _("Think of a system you are changing. Which routines does it alter? Where does it need a new one?"),
            ),
            Prompt(
                "bottom-line",
                _("What must change in everyone’s working day, whatever else? What may each place do its own way?"),
            ),
            Prompt("link", _("Does everyone know which result it is meant to bring? Where is that unclear?")),
            Prompt(
                "counter",
                _("Whom do you ask to do the opposite of what was asked before? Do they know what it should lead to?"),
            ),
        ],
    ),
    _lens(
        "reflect-expectations",
        _("Questions about expectations"),
        _("What you do because others do it, and what because your own students need it."),
        _("Institutionalism: reflective questions"),
        30,
        [
            Prompt(
                "alike",
                _("Where is your work for care like that of other districts? Where does it follow your own needs?"),
            ),
            Prompt(
                "purposes", _("When you were asked to do something new, how far did you rethink what it is all for?")
            ),
        ],
    ),
    _lens(
        "reflect-outcomes",
        _("The question about outcomes"),
        _("What your care is meant to lead to, in the end and on the way."),
        _("Theories of action: reflective question"),
        25,
        [
            Prompt(
                "outcomes",
                _("What exactly should your systems of support and care lead to? By what would you know on the way?"),
            )
        ],
    ),
    _lens(
        "reflect-improvement",
        _("Questions about improvement"),
        _("A working theory, what comes on the way, what can be counted, and for whom it differs."),
        _("Improvement science: reflective questions"),
        40,
        [
            Prompt(
                "theory", _("What is your working theory of how caring for students serves all that you are here for?")
            ),
            Prompt("on-the-way", _("Which outcomes on the way there matter most?")),
            Prompt("countable", _("Which of them can you measure? Where can you count only what you do?")),
            Prompt("varies", _("For whom are they different? What do you see of the spread within them?")),
        ],
    ),
]

for lens in LENSES:
    offer(lens)
