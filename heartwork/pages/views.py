"""Pages that read several rooms: Today, and one student."""

import uuid

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from heartwork.roster import access
from heartwork.roster.access import Request
from heartwork.web.page import page


@access.shows("self.read")
@require_safe
def today(request: Request) -> HttpResponse:
    """Where everyone begins: what I promised, my audits, a gap worth a look, what changed."""
    return page(request, "pages/today.html", {"place": "today"})


@access.shows("student.read")
@require_safe
def student(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One student: strengths and own words first, then the supports around them, and the records last."""
    found = access.student_or_404(request.user, public_id)
    return page(request, "pages/student.html", {"place": "students", "student": found})
