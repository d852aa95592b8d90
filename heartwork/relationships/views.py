"""Pages of who knows whom: marking, and one student's adults."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from heartwork.meetings import queries as meetings
from heartwork.relationships import actions, queries
from heartwork.relationships.forms import LookAfterForm
from heartwork.roster import access
from heartwork.roster import actions as roster_actions
from heartwork.roster import queries as roster
from heartwork.roster.access import Request
from heartwork.roster.models import Student
from heartwork.teams.models import Meeting
from heartwork.web.drafts import DraftForm, kept, not_kept, saved_for_oneself
from heartwork.web.forms import whole
from heartwork.web.page import page

# -- in the meeting


@access.shows("meeting.read", change="meeting.edit")
@require_http_methods(["GET", "POST"])
def mark(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The students whom one may know well, to be ticked; each tap is saved at once, and read by nobody else."""
    found = queries.round_read(request.user, public_id)
    if request.method == "POST":
        return _keep(request, found.meeting)
    if found.meeting.is_closed:
        return redirect("meeting-recap", public_id)
    students = list(queries.offered(request.user, found))
    roster_actions.listed_students(request.user, len(students))
    context = {
        "place": "together",
        "sitting": meetings.sitting(request.user, public_id),
        "meeting": found.meeting,
        "round": found,
        "groups": roster.by_class(students),
        "marks": queries.my_marks(request.user, found),
    }
    return page(request, "relationships/mark.html", context)


def _keep(request: Request, meeting: Meeting) -> HttpResponse:
    """Taps as a script sends them, or all boxes as a plain form does."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return not_kept(form)
    boxes = {} if "X-Autosave" in request.headers else {"text": "\n".join(request.POST.getlist("known"))}
    marks = actions.mark(request.user, meeting=meeting, **(form.cleaned_data | boxes))
    return kept(request, marks, saved_for_oneself(), "meeting", meeting.public_id)


# -- one student's adults


@access.shows("student.edit", change="student.edit")
@require_http_methods(["GET", "POST"])
def student_adult(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Who knows this student, and who gets to know them from now on. `?meeting=` is where the team talks of it."""
    student = access.student_or_404(request.user, public_id)
    meeting = _meeting_of(request)
    back = meeting.get_absolute_url() if meeting else reverse("student", args=[public_id])
    if request.method == "POST" and "let_go" in request.POST:
        return _let_go(request, student, back)
    form = LookAfterForm(request.POST or None, viewer=request.user, student=student)
    if form.is_valid():
        actions.look_after(request.user, student=student, meeting=meeting, **form.cleaned_data)
        return redirect(back)
    if reason := access.reason_to_see(request.user, student):
        roster_actions.saw_student(request.user, student, reason)
    context = {"place": "students", "student": student, "form": form, "meeting": meeting, "back": back}
    context["line"] = roster.student_line(student, timezone.localdate())
    context["around"] = queries.around(request.user, student)
    return page(request, "relationships/student_adult.html", context)


def _meeting_of(request: Request) -> Meeting | None:
    """The meeting out of which somebody comes, if they may read it and it goes on; Http404 for another."""
    if not (asked := request.GET.get("meeting")):
        return None
    try:
        found = queries.round_read(request.user, uuid.UUID(asked)).meeting
    except ValueError as error:
        raise Http404 from error
    return None if found.is_closed else found


def _let_go(request: Request, student: Student, back: str) -> HttpResponse:
    found = get_object_or_404(student.looked_after_by, pk=whole(request.POST["let_go"]), ended_on=None)
    actions.let_go(request.user, found=found)
    return redirect(back)
