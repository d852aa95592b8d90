"""What the activity is: a team talks about what observers saw as they walked through its school."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from heartwork.meetings.queries import in_stages
from heartwork.roster.models import StaffMember
from heartwork.teams.activities import Prompt, Together, offer
from heartwork.teams.models import Meeting
from heartwork.walkthroughs import access, actions, queries
from heartwork.walkthroughs.models import Visit


def on_table(viewer: StaffMember, meeting: Meeting) -> dict[str, Any]:
    """The visit that a meeting talks about, as all at the table may see it; and whether the viewer may open it."""
    laid = Visit.objects.filter(talks=meeting).select_related("school").first()
    may_open = laid is not None and access.visits(viewer).filter(pk=laid.pk).exists()
    return {"found": queries.found(laid) if laid else None, "may_open": may_open}


TALK = in_stages(
    "walkthroughs",
    _("What caring looks like here"),
    about=_("What observers saw in your school, what each of you sees every day, and what you want more of."),
    source=_("Findings: what caring looks like in schools"),
    minutes=35,
    template="walkthroughs/meeting.html",
    context=on_table,
    begins=actions.lay_on_table,
    says={
        "alone": _("Before you hear what the observers saw: what does a student meet here every day?"),
        "revealed": _("Look at what observers saw alike, and where they differ. Nothing here is a grade."),
        "discussed": _("Where you see it differently: what had each of you looked at?"),
        "decided": _("What should every student here meet more often, and who tries what?"),
    },
    prompts=lambda meeting: [
        Prompt("every-day", _("What shows a student here, every day, that people care?")),
        Prompt("some-days", _("Where, and at what times, do students meet it less? No names.")),
    ],
    together=[
        Together("looked", _("Where we see it differently"), _("And what each of us had looked at.")),
        Together("more", _("What we want students to meet more often"), _("One line each; a line can open a problem.")),
    ],
)

offer(TALK)
