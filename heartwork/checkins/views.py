"""Pages about how students say they are."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from heartwork.checkins import actions, queries
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.access import Request
from heartwork.roster.views import page_number
from heartwork.web.page import page


@access.shows("checkin.read")
@require_safe
def gone_quiet(request: Request) -> HttpResponse:
    """The viewer's students whose answers have gone down and who did not ask to talk."""
    quiet = queries.gone_quiet(request.user)
    shown = roster.page_of(quiet.found, page_number(request))
    students = [each.student for each in shown.rows]
    actions.read_answers(request.user, students)
    context = {
        "place": "supports",
        "quiet": quiet,
        "count": len(quiet.found),
        "page": shown,
        "lines": list(zip(roster.student_lines(students), shown.rows, strict=True)),
        "weeks": queries.WEEKS,
        "recent": queries.RECENT.days // 7,
    }
    return page(request, "checkins/gone_quiet.html", context, part="list")
