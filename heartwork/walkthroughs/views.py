"""Pages of walkthroughs: plan a visit, walk it (also without a connection), what was seen, a school over time."""

import hashlib
import json
import secrets
import uuid
from pathlib import Path

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heartwork.roster import access
from heartwork.roster.access import Request
from heartwork.walkthroughs import actions, queries
from heartwork.walkthroughs.access import schools
from heartwork.walkthroughs.forms import PlanForm, WalkForm
from heartwork.walkthroughs.walking import read
from heartwork.web.forms import mistakes
from heartwork.web.page import page

WORKER = Path(__file__).with_name("worker.js").read_text()
FILES = [
    "web/heartwork.css",
    "web/fonts/atkinson-next.woff2",
    "web/fonts/literata.woff2",
    "web/mark.svg",
    "web/heartwork.js",
    "django_htmx/htmx-2.min.js",
    "walkthroughs/walk.js",
]


@access.shows("walkthrough.read", change="walkthrough.edit")
@require_http_methods(["GET", "POST"])
def walkthroughs(request: Request) -> HttpResponse:
    """The visits to one's schools, and one more."""
    form = PlanForm(request.POST or None, viewer=request.user)
    if form.is_valid():
        return redirect("walk", actions.plan(request.user, **form.cleaned_data).public_id)
    context = {
        "place": "together",
        "visits": queries.visits(request.user)[:50],
        "schools": schools(request.user),
        "form": form,
    }
    return page(request, "walkthroughs/walkthroughs.html", context)


@access.shows("walkthrough.edit", change="walkthrough.edit")
@require_http_methods(["GET", "POST"])
def walk(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What to look for, and what one saw of it. A phone's script sends it when there is a connection: JSON back."""
    visit = queries.visit(request.user, public_id)
    mine = queries.my_walk(request.user, visit)
    first = {
        "draft": secrets.token_urlsafe(16),
        "follows": mine.draft if mine else "",
        "observer": request.user.public_id,
    }
    form = WalkForm(request.POST or None, initial=first, answers=read(mine.answers) if mine else None)
    is_by_script = "X-Walk" in request.headers
    if form.is_valid():
        actions.send(request.user, visit=visit, **form.told_by(request.user))
        messages.success(request, _("What you saw is sent."))
        return JsonResponse({"next": visit.get_absolute_url()}) if is_by_script else redirect(visit)
    if is_by_script:
        return JsonResponse({"said": mistakes(form)}, status=400)
    return page(request, "walkthroughs/walk.html", {"place": "together", "visit": visit, "form": form, "mine": mine})


@access.shows("walkthrough.read", change="walkthrough.edit")
@require_http_methods(["GET", "POST"])
def visit(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What was seen on a visit: where observers agree, where they differ; and one's own way to take it back."""
    visit = queries.visit(request.user, public_id)
    if request.method == "POST":
        if request.POST.get("do") != "take_back":
            raise Http404
        actions.take_back(request.user, visit=visit)
        return redirect(visit)
    context = {
        "place": "together",
        "found": queries.found(visit, request.user),
        "talks": queries.talks(request.user, visit),
    }
    return page(request, "walkthroughs/visit.html", context)


@access.shows("walkthrough.read")
@require_safe
def school_over_time(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """On how many visits of each year somebody saw what leaders call caring. No other school stands beside it."""
    school = queries.school(request.user, public_id)
    context = {"place": "together", "school": school, "over_time": queries.over_time(request.user, school)}
    return page(request, "walkthroughs/school.html", context)


# -- without a connection


def _blank() -> str:
    """The page of a walk with nothing of anyone in it, the same for all who speak the language."""
    return render_to_string("walkthroughs/walk.html", {"form": WalkForm(), "is_blank": True})


@access.public("The questions of a walk, and nothing about anyone: what a phone keeps for a walk without a connection.")
@require_safe
def blank(request: HttpRequest) -> HttpResponse:
    """What the worker keeps; the script of the page puts in what this person wrote on this phone."""
    return HttpResponse(_blank())


@access.public("A script that keeps the blank page of a walk on the phone, and nothing about anyone.")
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script, with what it keeps; another version of that is another script, which the browser then takes."""
    files = [static(name) for name in FILES]
    version = hashlib.sha256(f"{_blank()}{files}".encode()).hexdigest()[:16]
    kept = {"version": version, "blank": reverse("walk-blank"), "files": files}
    response = HttpResponse(f"const KEPT = {json.dumps(kept)};\n{WORKER}", content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response
