"""What the activity is: a team looks at a change, routine by routine, before or while it asks it of everyone.

Source: Leadership for Caring and Supportive Schools (Washington State University, 2021), street-level bureaucracy.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from heartwork.measures.models import Measure
from heartwork.meetings.buttons import press
from heartwork.meetings.queries import in_stages
from heartwork.roster.models import StaffMember
from heartwork.routines import actions, queries, views
from heartwork.routines.forms import ChangeForm, MinutesForm
from heartwork.routines.models import Routine
from heartwork.supports.models import Support
from heartwork.teams.activities import Prompt, Together, offer
from heartwork.teams.appearances import show
from heartwork.teams.models import Meeting


def table(viewer: StaffMember, meeting: Meeting) -> dict[str, Any]:
    """What the pages of the activity need beside the meeting itself."""
    change = queries.change_of(meeting)
    of_team = queries.changes(viewer).filter(team=meeting.team, ended_on=None) if change is None else []
    said = queries.minutes_of(change=change) if change else {}
    return {
        "change": change,
        "others": of_team,
        "may_say": queries.may_say(viewer, meeting, change),
        "form": ChangeForm(viewer=viewer, meeting=meeting, change=change),
        "minutes": MinutesForm(said=said, of_change=True),
        "loads": queries.told_minutes(change) if change else [],
    }


ROUTINES = in_stages(
    "routines",
    _("What a change asks of a day"),
    about=_("Which routines a change alters, what is its bottom line, what stays free, and what it should lead to."),
    source=_("Street-level bureaucracy: routines, bottom lines and links to results"),
    minutes=45,
    template="routines/meeting.html",
    context=table,
    acts={"name": views.name_change, "go_on": press(actions.go_on_with, "change"), "minutes": views.minutes_in_meeting},
    closes=actions.take_up,
    says={
        "alone": _("Say which change you look at. Then think of your own day: what would be different on a Tuesday?"),
        "revealed": _("Read each other’s days first. Where would this be folded into what is done anyway?"),
        "discussed": _("Agree on the bottom line, in words for someone who was not here. Leave free what can be."),
        "decided": _("Which result is it for, how can you tell, and how many minutes does it ask of whom?"),
    },
    prompts=lambda meeting: [
        Prompt("alters", _("Which routines would it change, and how?")),
        Prompt("new", _("Which routine would be new? What would make room for it?")),
        Prompt("bottom-line", _("What must be the same for everyone?")),
        Prompt("flexible", _("What should each be free to do in their own way?")),
    ],
    together=[
        Together(Routine.Kind.ALTERS, Routine.Kind.ALTERS.label),
        Together(Routine.Kind.NEW, Routine.Kind.NEW.label),
        Together(
            Routine.Kind.BOTTOM_LINE,
            Routine.Kind.BOTTOM_LINE.label,
            _("As few as can be; one can see them."),
        ),
        Together(Routine.Kind.FLEXIBLE, Routine.Kind.FLEXIBLE.label),
    ],
)

offer(ROUTINES)
show(Support, queries.where_changed)
show(Measure, queries.where_changed)
