"""The district profile: ten strengths and eleven areas for growth that leaders named, each in our own words.

Source: Leadership for Caring and Supportive Schools (Washington State University, 2021), "Findings".
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from heartwork.meetings.queries import in_stages
from heartwork.profile.roles import by_role
from heartwork.roster.models import StaffMember
from heartwork.teams.activities import Item, Together, offer
from heartwork.teams.models import Meeting, Stage

STRENGTHS = [
    Item("strength-values", _("What we say we value shows in what we do every day.")),
    Item("strength-balance", _("We tell staff that their life outside work matters, and act on it.")),
    Item("strength-people", _("The right people are in the right places.")),
    Item("strength-advocacy", _("Someone speaks up for students when it is inconvenient.")),
    Item("strength-sel", _("Students learn to know feelings and to get along, in lessons made for it.")),
    Item("strength-pathways", _("There are several programs, schools and ways by which a student can succeed.")),
    Item("strength-improvement", _("Improvement plans are about the whole child.")),
    Item("strength-adults", _("Adults hold each other up, in both directions.")),
    Item("strength-mental-health", _("Students, families and staff can see someone about their mental health.")),
    Item("strength-tiers", _("Our tiers of support look at the whole child.")),
]
GROWTH = [
    Item("growth-relationships", _("People know each other, even in a system of this size.")),
    Item("growth-communication", _("When we tell staff something, we come back to it.")),
    Item("growth-transparency", _("People can see how a decision was made.")),
    Item("growth-longevity", _("What works stays, also when people leave.")),
    Item("growth-interventions", _("Help with feelings and behavior is as well worked out as help with reading.")),
    Item("growth-alternatives", _("Alternative schools and pathways are good ones.")),
    Item("growth-integration", _("We solve problems as one system, not each office alone.")),
    Item("growth-diversity", _("We see how our students and families change, and change with them.")),
    Item("growth-community", _("We stay with work for equity when parts of the community resist it.")),
    Item("growth-transitions", _("Students with intensive support are carried over from middle to high school.")),
    Item("growth-families", _("We keep reaching out to families who do not answer.")),
]


def table(viewer: StaffMember, meeting: Meeting) -> dict[str, Any]:
    """How each role sees it, once all is revealed."""
    is_revealed = meeting.stage != Stage.ALONE or meeting.is_closed
    return {"by_role": by_role(PROFILE, meeting) if is_revealed else None}


PROFILE = in_stages(
    "profile",
    _("District profile"),
    about=_("Where your support for care is strong and where it has to grow, seen by each of you and then together."),
    source=_("Findings: areas of strength, areas for growth"),
    minutes=50,
    template="profile/meeting.html",
    context=table,
    says={
        "alone": _("On your own: how far is each of these true here, today?"),
        "revealed": _("Look at where you differ first. Who sees something that others do not?"),
        "discussed": _("What is your evidence? Write it down, one line each."),
        "decided": _("Choose one or two areas to grow in. Each can become a problem to work on."),
    },
    items=lambda meeting: [*STRENGTHS, *GROWTH],
    asks=_("How far is this true here?"),
    scale=[_("not yet"), _("a little"), _("partly"), _("mostly"), _("fully")],
    together=[
        Together("evidence", _("Our evidence"), _("What have you seen, or which figure says so?")),
        Together("growth", _("Where we want to grow"), _("One line each; a line can open a problem.")),
    ],
)

offer(PROFILE)
