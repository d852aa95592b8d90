"""What the activity "who knows whom" is.

Source: Leadership for Caring and Supportive Schools (Washington State University, 2021), street-level bureaucracy: the
activity that "Systems supporting kids" begins from.
"""

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from heartwork.meetings.buttons import press, typed
from heartwork.meetings.queries import FEWEST, in_stages
from heartwork.relationships import actions, forms, picture, queries
from heartwork.roster import access
from heartwork.roster.models import StaffMember
from heartwork.supports.rules import sees_figures_only
from heartwork.teams.activities import Together, offer
from heartwork.teams.models import Meeting, Stage


def saw(viewer: StaffMember, meeting: Meeting) -> None:
    """Write down how many students, whom nobody named, the viewer is told of: at the stages that show names."""
    if not meeting.is_closed and meeting.stage in (Stage.DISCUSSED, Stage.DECIDED):
        named = queries.nobodys(viewer, meeting.round)[: queries.LISTED]
        actions.saw_nobodys(viewer, meeting=meeting, count=len(named))


def table(viewer: StaffMember, meeting: Meeting) -> dict[str, Any]:
    """What the pages of the activity need beside the meeting itself; what costs is asked for when it is shown."""
    found = meeting.round  # kept with the meeting, and with it what it works out
    return {
        "round": found,
        "fewest": FEWEST,
        "marked_by": partial(queries.marked_by, found),
        "my_marks": partial(queries.my_marks, viewer, found),
        "is_shared": partial(queries.is_shared, viewer, found),
        "set_up": partial(forms.SetUpForm, viewer=viewer, meeting=meeting),
        "picture": partial(picture.picture, viewer, found),
        "picture_for_all": partial(picture.picture, viewer, found, for_all=True),
        "nobodys": partial(queries.nobodys, viewer, found),
        "listed": queries.LISTED,
        "may_find": access.may(viewer, "student.edit"),
        "may_ask": access.may(viewer, "trusted.ask"),
        "is_told_elsewhere": sees_figures_only(viewer),
    }


RELATIONSHIPS = in_stages(
    "relationships",
    _("Who knows whom"),
    about=_("Which students each of you knows well, whom students trust, and who has nobody yet."),
    source=_("Street-level bureaucracy: the relationships under the systems that support kids"),
    minutes=45,
    template="relationships/meeting.html",
    context=table,
    acts={
        "set_up": typed(forms.SetUpForm, actions.set_up),
        "let_be_seen": press(actions.let_be_seen),
        "keep_to_myself": press(actions.take_back),
    },
    seen=saw,
    begins=actions.begin,
    closes=actions.close,
    says={
        "alone": _("Mark the students you know well: you could say what they care about, and they would come to you."),
        "revealed": _("Look at the numbers first. Nobody is told who marked how many."),
        "discussed": _("Begin with the students nobody named. Who could get to know them, and where do they meet?"),
        "decided": _("Each of these students gets one adult, who has room. You look again in four weeks."),
    },
    together=[
        Together("noticed", _("What we notice"), _("About our school, not about a student.")),
        Together("near", _("Where we get to know students"), _("Places and times that are there already.")),
    ],
)

offer(RELATIONSHIPS)
