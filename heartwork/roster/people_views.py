"""Pages about staff: who works here, what their assignments let them see, and how they sign in."""

import uuid

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heartwork.roster import access, actions, people_queries, queries
from heartwork.roster.access import Request
from heartwork.roster.forms import AssignmentForm, EndForm, PeopleSearch, RoleForm, SignInNameForm
from heartwork.roster.passwords import has_second_step
from heartwork.roster.views import page_number
from heartwork.web.page import page


@access.shows("assignment.read")
@require_safe
def people(request: Request) -> HttpResponse:
    """The staff whom the viewer may look at, by name."""
    form = PeopleSearch(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    shown = queries.page_of(people_queries.people(request.user, **chosen), page_number(request))
    return page(
        request,
        "roster/people.html",
        {"form": form, "page": shown, "lines": people_queries.person_lines(shown.rows)},
        part="list",
    )


@access.shows("assignment.read")
@require_safe
def person(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One staff member: what they are, from when to when, and what that lets them see."""
    found = people_queries.person(request.user, public_id)
    lines = people_queries.assignments(request.user, found)
    actions.listed_students(request.user, sum(line.names_student for line in lines))
    context = {
        "person": found,
        "has_left": access.has_left(found),
        "lines": lines,
        "current": sum(line.state == "now" for line in lines),
        "may_edit": access.may(request.user, "assignment.edit") and found.pk != request.user.pk,
        "is_me": found.pk == request.user.pk,
        "has_second_step": has_second_step(found),
    }
    return page(request, "roster/person.html", context)


@access.shows("assignment.edit", change="assignment.edit")
@require_http_methods(["GET", "POST"])
def assign(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Give someone an assignment: first as what and where, then from when to when and whom it names."""
    found = people_queries.person(request.user, public_id)
    which = RoleForm(request.GET or None)
    form = None
    if which.is_valid():
        form = AssignmentForm(request.POST or None, actor=request.user, **which.cleaned_data)
        if form.is_valid():
            actions.give_assignment(request.user, staff=found, **which.cleaned_data, **form.cleaned_data)
            messages.success(request, _("The assignment is given."))
            return redirect("person", found.public_id)
    return page(request, "roster/assign.html", {"person": found, "which": which, "form": form})


@access.shows("assignment.edit", change="assignment.edit")
@require_http_methods(["GET", "POST"])
def end_assignment(request: Request, public_id: uuid.UUID, pk: int) -> HttpResponse:
    """The last day of one assignment."""
    found = people_queries.person(request.user, public_id)
    line = people_queries.assignment_line(request.user, found, pk)
    form = EndForm(request.POST or None)
    if form.is_valid():
        actions.end_assignment(request.user, line.assignment, form.cleaned_data["last_day"])
        return redirect("person", found.public_id)
    return page(request, "roster/end_assignment.html", {"person": found, "line": line, "form": form})


@access.shows("assignment.edit", change="assignment.edit")
@require_http_methods(["GET", "POST"])
@reauthentication_required
def give_sign_in(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """A name to sign in by, and the address that lets the person choose a password: shown once."""
    found = people_queries.person(request.user, public_id)
    form = SignInNameForm(request.POST or None, person=found)
    link = ""
    if form.is_valid():
        link = request.build_absolute_uri(actions.give_sign_in(request.user, found, form.cleaned_data["username"]))
    return page(request, "roster/give_sign_in.html", {"person": found, "form": form, "link": link})


@access.shows("assignment.edit", change="assignment.edit")
@require_http_methods(["GET", "POST"])
@reauthentication_required
def forget_second_steps(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """For someone who lost phone and codes: from now on their password alone lets them in."""
    found = people_queries.person(request.user, public_id)
    if request.method == "POST":
        actions.forget_second_steps(request.user, found)
        messages.success(request, _("Their second steps are taken off, and they are signed out everywhere."))
        return redirect("person", found.public_id)
    return page(request, "roster/forget_second_steps.html", {"person": found})


@access.shows("assignment.edit", change="assignment.edit")
@require_POST
def end_person(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Someone has left, or is back."""
    found = people_queries.person(request.user, public_id)
    change = actions.welcome_back if request.POST.get("back") else actions.end_person
    change(request.user, found)
    return redirect("person", found.public_id)
