"""What the activity is: the adults of a team say what they promise each other.

Source: Leadership for Caring and Supportive Schools (Washington State University, 2021), theories of action,
activity 2.
"""

from django.utils.translation import gettext_lazy as _

from heartwork.commitments import actions
from heartwork.commitments.models import Commitment
from heartwork.meetings.queries import in_stages
from heartwork.teams.activities import Prompt, Together, offer

COMMITMENTS = in_stages(
    "commitments",
    _("What we promise each other"),
    about=_("What the adults of a team commit to in how they treat each other, and how those who lead will show it."),
    source=_("Theories of action: relational modelling and adult support"),
    minutes=40,
    template="commitments/meeting.html",
    chose=lambda meeting: Commitment.objects.filter(meeting=meeting).count(),
    closes=actions.take_up,
    says={
        "alone": _("When did you last feel held by a colleague here? What would you want to count on?"),
        "revealed": _("Share what you want to count on. Listen; nothing has to be answered."),
        "discussed": _("Which two or three things can all of us promise? How will those who lead show them first?"),
        "decided": _("Read them aloud. One question a week will ask whether they were kept."),
    },
    prompts=lambda meeting: [
        Prompt("held", _("When did you feel cared for by a colleague here, and what did they do?")),
        Prompt("count-on", _("What would you want to be able to count on, from all of us?")),
    ],
    together=[
        Together(actions.PROMISED, _("What we promise each other"), _("Two or three, in words one would say aloud.")),
        Together(actions.SHOWN, _("How those who lead will show it"), _("What will somebody see, and when?")),
    ],
)

offer(COMMITMENTS)
