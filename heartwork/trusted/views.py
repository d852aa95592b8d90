"""Pages of whom students trust: asking them, and the page that a student opens with a slip."""

import uuid

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from heartwork.meetings.forms import whole
from heartwork.roster import access
from heartwork.roster import actions as roster_actions
from heartwork.roster import queries as roster
from heartwork.roster.access import Request
from heartwork.trusted import actions, queries
from heartwork.trusted.forms import AskForm, SaysForm, SlipForm
from heartwork.trusted.models import Asking, Slip
from heartwork.web.page import page
from heartwork.web.picture_pin import PICTURES, pictures_of
from heartwork.web.qr import qr_code

PASS, PASS_FOR = "trusted.slip", 15 * 60  # seconds within which a student says whom they trust


@access.shows("trusted.ask", change="trusted.ask")
@require_http_methods(["GET", "POST"])
def askings(request: Request) -> HttpResponse:
    """Ask students which adults they trust: the links one gave out, and another."""
    schools = roster.schools_of_students(request.user)
    school = next(
        (each for each in schools if str(each.public_id) == request.GET.get("school")), next(iter(schools), None)
    )
    form = AskForm(request.POST or None, viewer=request.user, school=school) if school else None
    if form and school and form.is_valid():
        asking = actions.ask(request.user, school=school, **form.cleaned_data)
        return redirect("asking", asking.public_id)
    context = {"place": "together", "schools": schools, "school": school, "form": form, "now": timezone.now()}
    return page(request, "trusted/askings.html", context | {"askings": queries.my_askings(request.user)})


@access.shows("trusted.ask", change="trusted.ask")
@require_http_methods(["GET", "POST"])
def asking(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One link: open it on a board, see how many have answered and what they wrote, give another slip, close it."""
    found = queries.asking(request.user, public_id)
    if request.method == "POST":
        return _change(request, found)
    slips = list(queries.slips(request.user, found).prefetch_related("said"))
    said = queries.words_said(request.user, found)
    actions.read_words(request.user, said=said)
    roster_actions.listed_students(request.user, len(slips))
    where = request.build_absolute_uri(reverse("trusted-adults", args=[found.token]))
    context = {
        "place": "together",
        "asking": found,
        "slips": slips,
        "answered": sum(hasattr(slip, "said") for slip in slips),
        "tries": actions.TRIES,
        "said": said,
        "is_open": found.closes_at > timezone.now(),
        "where": where,
        "qr": qr_code(where),
    }
    return page(request, "trusted/asking.html", context)


def _change(request: Request, found: Asking) -> HttpResponse:
    do, _space, rest = request.POST.get("do", "").partition(" ")
    slip = queries.slips(request.user, found).filter(pk=whole(rest)).first() if do == "new_slip" else None
    if do == "close":
        actions.close_asking(request.user, asking=found)
    elif slip:
        actions.new_slip(request.user, slip=slip)
    else:
        raise Http404
    return redirect("asking", found.public_id)


@access.shows("trusted.ask")
@require_safe
def slips(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The slips of paper, to be printed and cut: name, link, code and pictures."""
    found = queries.asking(request.user, public_id)
    rows = list(queries.slips(request.user, found))
    actions.saw_slips(request.user, slips=rows)
    where = request.build_absolute_uri(reverse("trusted-adults", args=[found.token]))
    shown = [(slip, [(name, PICTURES[name]) for name in pictures_of(found.token, slip.code)]) for slip in rows]
    context = {"place": "together", "asking": found, "slips": shown, "where": where, "qr": qr_code(where)}
    return page(request, "trusted/slips.html", context)


# -- by a student, who has no account


@access.public("A student says which adults they trust, with a slip given to them; it tells of no student.")
@require_http_methods(["GET", "POST"])
def trusted_adults(request: Request, token: str) -> HttpResponse:
    """First the slip, then the adults, then thanks. Every wrong slip is answered alike."""
    asking = queries.open_asking(token)
    if asking is None:
        return page(request, "trusted/not_open.html", status=404)
    if "pass" in request.POST:
        return _say(request, asking)
    form = SlipForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (slip := actions.open_slip(asking, **form.typed())):
        context = {"asking": asking, "form": SaysForm(asking=asking), "pass": _pass(slip)}
        return page(request, "trusted/adults.html", context)
    is_wrong = request.method == "POST"
    context = {"asking": asking, "form": SlipForm(), "pictures": PICTURES, "is_wrong": is_wrong}
    return page(request, "trusted/slip.html", context | {"is_done": "done" in request.GET})


def _pass(slip: Slip) -> str:
    """What the second page brings back, so that nobody else's slip can be answered with it."""
    return signing.dumps([slip.pk, slip.code], salt=PASS)


def _say(request: Request, asking: Asking) -> HttpResponse:
    here = reverse("trusted-adults", args=[asking.token])
    try:
        pk, code = signing.loads(request.POST["pass"], salt=PASS, max_age=PASS_FOR)
    except signing.BadSignature:
        return redirect(here)
    slip = asking.slips.filter(pk=pk, code=code).first()
    if slip is None:
        return redirect(here)
    form = SaysForm(request.POST, asking=asking)
    if not form.is_valid():
        return page(
            request,
            "trusted/adults.html",
            {"asking": asking, "form": form, "pass": request.POST["pass"]},
        )
    slip.asking = asking
    actions.say(slip, **form.cleaned_data)
    return redirect(f"{here}?done")
