"""Pages about reach that changes: who stands in, what was opened in an emergency, what the district
chose, and looking as someone else.
"""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heartwork.roster import access, people_queries, viewing
from heartwork.roster import actions as roster_actions
from heartwork.roster import reach_actions as actions
from heartwork.roster import reach_queries as reach
from heartwork.roster.access import Request
from heartwork.roster.reach_forms import ChoiceForm, EmergencyForm, SubstituteForm
from heartwork.web.page import page


@access.shows("substitute.edit", change="substitute.edit")
@require_http_methods(["GET", "POST"])
def substitute(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Who stands in for someone, from when to when: they get the same classes and the same caseload."""
    absent = people_queries.person(request.user, public_id)
    form = SubstituteForm(request.POST or None, actor=request.user, absent=absent)
    if form.is_valid():
        actions.give_substitute(request.user, absent=absent, **form.cleaned_data)
        messages.success(request, _("From the first to the last day they see whom they stand in for."))
        return redirect("substitute", public_id)
    context = {"person": absent, "form": form, "substitutes": reach.substitutes(request.user, absent)}
    context["lines"] = people_queries.lines_of(request.user, reach.handed_on(request.user, absent))
    return page(request, "roster/substitute.html", context)


@access.shows("substitute.edit", change="substitute.edit")
@require_POST
def end_substitute(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Someone stands in no longer, from this moment on."""
    absent = people_queries.person(request.user, public_id)
    for each in reach.substitutes(request.user, absent):
        if str(each.staff.public_id) == request.POST.get("staff"):
            actions.end_substitute(request.user, absent=absent, staff=each.staff)
    return redirect("substitute", public_id)


@access.shows("emergency.open", change="emergency.open")
@require_http_methods(["GET", "POST"])
def emergency(request: Request) -> HttpResponse:
    """Open one student's page in an emergency. The answer is the same whether or not anything opened."""
    form = EmergencyForm(request.POST or None)
    if form.is_valid():
        actions.open_in_emergency(request.user, **form.cleaned_data)
        messages.info(request, _("If a student is meant whom you do not see, their page is in the list below now."))
        return redirect("emergency")
    context = {"place": "students", "form": form, "opened": reach.opened_by(request.user)}
    return page(request, "roster/emergency.html", context)


@access.shows("emergency.open", change="emergency.open")
@require_POST
def end_emergency(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Whoever opened a page closes it before its time."""
    actions.end_opening(request.user, reach.own_opening(request.user, public_id))
    return redirect("emergency")


@access.shows("emergency.told")
@require_safe
def emergencies_told(request: Request) -> HttpResponse:
    """The pages that others opened in an emergency, of which the viewer is told."""
    told = reach.told_to(request.user)
    roster_actions.listed_students(request.user, len({each.opening.assignment.student_id for each in told}))
    return page(request, "roster/emergencies_told.html", {"place": "today", "told": told})


@access.shows("emergency.told", change="emergency.told")
@require_POST
def emergency_told(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Whoever is told has seen it, or closes the page before its time."""
    told = reach.opening_told(request.user, public_id)
    if request.POST.get("do") == "end":
        actions.end_opening(request.user, told.opening)
    actions.noticed_opening(request.user, told)
    return redirect("emergencies-told")


@access.shows("district.edit", change="district.edit")
@require_http_methods(["GET", "POST"])
def choose(request: Request) -> HttpResponse:
    """The district chooses, inside limits, what a teacher, support staff or a member of an audit may see and do."""
    form = ChoiceForm(request.POST or None)
    if form.is_valid():
        made = actions.choose(request.user, chosen=form.chosen(), why=form.cleaned_data["why"])
        messages.success(request, _("It holds from now on.") if made else _("Nothing is different from before."))
        return redirect("choices")
    return page(request, "roster/choices.html", {"form": form, "history": reach.choices(request.user)})


@access.shows("view_as.open", change="view_as.open")
@require_POST
def view_as(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Look as someone else from the next page on."""
    person = people_queries.person(request.user, public_id)
    actions.begin_viewing(request.user, person)
    viewing.begin(request, person)
    return redirect("students" if access.may(person, "student.read") else "access-help")


@access.shows("self.read", change="self.edit")
@require_POST
def end_view_as(request: Request) -> HttpResponse:
    """Look as oneself again: one tap, on every page."""
    person = viewing.looked_as(request)
    viewing.end(request)
    actions.ended_viewing(request.user, person)
    return redirect("person", person.public_id) if person else redirect("today")
