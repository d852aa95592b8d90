"""What the activity "levers and expectations" is.

Source: Leadership for Caring and Supportive Schools (Washington State University, 2021), institutionalism, activity 1.
"""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.analysis.alike import near_duplicates
from heartwork.levers import actions, queries, views
from heartwork.levers.models import Lever
from heartwork.meetings.buttons import press
from heartwork.meetings.queries import in_stages
from heartwork.roster.models import StaffMember
from heartwork.supports.models import Support
from heartwork.teams.activities import Item, Mark, Together, offer
from heartwork.teams.appearances import show
from heartwork.teams.models import Meeting


def items(meeting: Meeting) -> list[Item]:
    """The list as things to be marked. One query."""
    return [
        Item(f"lever-{each.pk}", each.name, _known(each), each.support.get_absolute_url() if each.support else "")
        for each in queries.listed(meeting.team)
    ]


def _known(lever: Lever) -> str:
    """ "Since 2016. The law asks for it: RCW 28A.300." """
    said = [gettext("Since %(year)d.") % {"year": lever.since}] if lever.since else []
    said += [gettext("The law asks for it: %(law)s.") % {"law": lever.law}] if lever.law else []
    return " ".join(said)


def table(viewer: StaffMember, meeting: Meeting) -> dict[str, Any]:
    """What the pages of the activity need beside the meeting itself."""
    levers = queries.listed(meeting.team)
    return {"levers": levers, "near": near_duplicates(levers)}


LEVERS = in_stages(
    "levers",
    _("Levers and expectations"),
    about=_("Which of the things you do for care you believe in, and which you do for other reasons."),
    source=_("Institutionalism: levers and expectations"),
    minutes=45,
    template="levers/meeting.html",
    context=table,
    acts={
        "list": views.list_one,
        "one": press(actions.make_one, "first", "second"),
        "leave_out": press(actions.leave_out, "lever"),
    },
    begins=actions.begin_with_inventory,
    says={
        "alone": _("List what you do for care. Then mark each, honestly and alone: how much do you believe in it?"),
        "revealed": _("Look first, before anyone speaks. Nothing has to be dropped: the aim is to notice."),
        "discussed": _("Take one on which you differ. What would the other end have to see, to see it as you do?"),
        "decided": _("What do you want to know more about, and who finds out?"),
    },
    items=items,
    asks=_("How much do you believe in it as a lever for care?"),
    scale=[_("not at all"), _("a little"), _("partly"), _("mostly"), _("strongly")],
    marks=[
        Mark("forward", _("moves us forward")),
        Mark("law", _("the law asks for it")),
        Mark("supervisor", _("a supervisor expects it")),
        Mark("always", _("always done")),
        Mark("community", _("the community expects it")),
        Mark("unknown", _("don’t know")),
    ],
    why=_("Why we do it:"),
    together=[
        Together("noticed", _("What we notice")),
        Together(
            "others", _("Who else does it"), _("Schools and districts that do the same, and what came of it there.")
        ),
        Together("own-need", _("Which need of our own it answers"), _("Of which students here, seen where?")),
    ],
)

offer(LEVERS)
show(Support, queries.where_listed)
