"""Pages about reach for a while: who stands in for whom."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from heartwork.roster import access, queries
from heartwork.roster import reach_actions as actions
from heartwork.roster import reach_queries as reach
from heartwork.roster.access import Request
from heartwork.roster.reach_forms import SubstituteForm
from heartwork.web.page import page


@access.shows("substitute.edit", change="substitute.edit")
@require_http_methods(["GET", "POST"])
def substitute(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Who stands in for someone, from when to when: they get the same classes and the same caseload."""
    absent = queries.person(request.user, public_id)
    form = SubstituteForm(request.POST or None, actor=request.user, absent=absent)
    if form.is_valid():
        actions.give_substitute(request.user, absent=absent, **form.cleaned_data)
        messages.success(request, _("From the first to the last day they see whom they stand in for."))
        return redirect("substitute", public_id)
    context = {"person": absent, "form": form, "substitutes": reach.substitutes(request.user, absent)}
    context["lines"] = queries.lines_of(request.user, reach.handed_on(request.user, absent))
    return page(request, "roster/substitute.html", context)


@access.shows("substitute.edit", change="substitute.edit")
@require_POST
def end_substitute(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Someone stands in no longer, from this moment on."""
    absent = queries.person(request.user, public_id)
    for each in reach.substitutes(request.user, absent):
        if str(each.staff.public_id) == request.POST.get("staff"):
            actions.end_substitute(request.user, absent=absent, staff=each.staff)
    return redirect("substitute", public_id)
