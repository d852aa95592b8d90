"""What the activity is: a support team talks about students, one at a time, strengths first.

It stands on the stages that every meeting has. Here each has a name of its own, and after the last comes the next
student.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from heartwork.meetings.queries import in_stages
from heartwork.roster import access
from heartwork.roster.forms import StrengthForm
from heartwork.roster.models import StaffMember
from heartwork.supportteam import actions, views
from heartwork.supportteam.queries import Agenda, may_put_on
from heartwork.teams.activities import offer
from heartwork.teams.forms import PromiseForm
from heartwork.teams.models import Meeting


def table(viewer: StaffMember, meeting: Meeting) -> dict[str, Any]:
    """What the pages of the activity need beside the meeting itself."""
    agenda = Agenda(viewer, meeting)
    now = agenda.now
    # Each student's forms have ids of their own: what was typed about one is never carried into the next one's field.
    ids = f"id_{now.talk.pk}_%s" if now else "id_%s"
    return {
        "agenda": agenda,
        "now": now,
        "hides_some": agenda.unseen > 0,
        "goes_on": bool(agenda.number) and not agenda.is_last,
        "strength": StrengthForm(auto_id=ids) if now and access.may(viewer, "student.edit") else None,
        "step": PromiseForm(viewer=viewer, meeting=meeting, student=now.student, auto_id=ids) if now else None,
        "may_put": may_put_on(viewer, meeting),
    }


SUPPORT_TEAM = in_stages(
    "supportteam",
    _("Support team: students"),
    opens="student_meeting.open",
    about=_("Students, one at a time: what each brings, what is in the way, who does what next."),
    source=_("Findings: consistent follow-up; street-level bureaucracy: systems supporting kids"),
    minutes=45,
    template="supportteam/meeting.html",
    context=table,
    acts={
        "take_off": views.take_off,
        "strength": views.strength,
        "say": views.say,
        "unsay": views.unsay,
        "step": views.step,
        "go_on": views.go_on,
    },
    closes=actions.close,
    names_students=True,
    seen=actions.saw,
    calls={
        "alone": _("Agenda"),
        "revealed": _("Strengths"),
        "discussed": _("In the way"),
        "decided": _("Next step"),
    },
    says={
        "alone": _("Whom do we talk about today? Begin with what we promised, then with whom our supports miss."),
        "revealed": _("What does this student bring? What works already, where, and with whom?"),
        "discussed": _("What is in the way? Look at the day, the lesson and us, before you look at the student."),
        "decided": _("One step that is small enough to be done: who, and by when?"),
    },
)

offer(SUPPORT_TEAM)
