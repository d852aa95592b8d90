"""Care histories: how each of us knew who cared, alone, in threes, and what it means for those cared for differently.

Source: Leadership for Caring and Supportive Schools (Washington State University, 2021), institutionalism, activity 2.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from heartwork.meetings.models import Line
from heartwork.meetings.queries import in_stages
from heartwork.roster.models import StaffMember
from heartwork.stories import views
from heartwork.stories.groups import Group, groups_of
from heartwork.teams.activities import Prompt, Together, offer
from heartwork.teams.models import Meeting

LIKENESS = Together("likeness", _("One likeness"), is_apart=True)
DIFFERENCE = Together("difference", _("One difference"), is_apart=True)


def in_threes(viewer: StaffMember, meeting: Meeting) -> dict[str, Any]:
    """Who talks with whom, and what each group has noticed. Two queries."""
    groups = groups_of(meeting)
    noticed = Line.objects.filter(meeting=meeting, kind__in=[LIKENESS.code, DIFFERENCE.code])
    by_group: dict[tuple[str, str], list[Line]] = {}
    for line in noticed.select_related("written_by"):
        by_group.setdefault((line.about, line.kind), []).append(line)
    return {
        "groups": [
            (group, [(kind, by_group.get((group.code, kind.code), [])) for kind in (LIKENESS, DIFFERENCE)])
            for group in groups
        ],
        "my_group": next((group for group in groups if viewer.pk in group.people), Group("", [], set())),
    }


CARE_HISTORIES = in_stages(
    "stories",
    _("Care histories"),
    about=_("How each of you knew that someone cared, and who might not see your care as care."),
    source=_("Institutionalism: personal competencies for care"),
    minutes=60,
    template="stories/meeting.html",
    context=in_threes,
    acts={"notice": views.notice},
    says={
        "alone": _("Think of when you were young. Write for yourself; you choose later what you tell."),
        "revealed": _("In your group of three, take turns. Share a line, or tell it aloud, or pass."),
        "discussed": _(
            "Each group names one likeness and one difference. Then ask who might not see your care as care."
        ),
        "decided": _("What will you do differently with someone who was cared for differently?"),
    },
    prompts=lambda meeting: [
        Prompt(
            "who",
            _("Who cared for you when you were growing up, and how did you know?"),
            _("A parent, a teacher, a friend: what did they do or say?"),
        ),
        Prompt("carried", _("What of it do you carry into how you care for students and colleagues?")),
        Prompt(
            "unread",
            _("Who might not read your care as care? What may it look like to them?"),
            _("No names of students."),
        ),
    ],
    together=[
        LIKENESS,
        DIFFERENCE,
        Together("unread", _("Who might not see our care as care")),
        Together(
            "voice",
            _("How students say they know"),
            _("In their own words, as they told you and agreed to share; no names."),
        ),
    ],
)

offer(CARE_HISTORIES)
