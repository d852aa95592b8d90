"""Pages of whom students trust: asking them, and the page that a student opens with a slip."""

import secrets
import uuid

from allauth.core.internal import ratelimit
from django.core import signing
from django.http import Http404, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from heartwork.roster import access
from heartwork.roster import actions as roster_actions
from heartwork.roster import queries as roster
from heartwork.roster.access import Request
from heartwork.trusted import actions, queries
from heartwork.trusted.forms import AskForm, SaysForm, SlipForm
from heartwork.trusted.models import Asking, Slip
from heartwork.web.forms import whole
from heartwork.web.page import page
from heartwork.web.picture_pin import PICTURES, pictures_of
from heartwork.web.qr import qr_code, qr_code_once

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
    links = {"askings": queries.my_askings(request.user), "left": queries.askings_left_to(request.user)}
    return page(request, "trusted/askings.html", context | links)


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
        "is_mine": found.opened_by_id == request.user.pk,
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
    groups = queries.slips_by_grade(request.user, found)
    part = whole(request.GET.get("part", "0"))
    if part not in range(len(groups)):
        raise Http404
    _grade, rows = groups[part]
    actions.saw_slips(request.user, asking=found, count=len(rows))
    where = request.build_absolute_uri(reverse("trusted-adults", args=[found.token]))
    pictures = [[(name, PICTURES[name]) for name in pictures_of(found.token, slip.code)] for slip, _classes in rows]
    kept, shown = qr_code_once(where)
    context = {"place": "together", "asking": found, "where": where, "qr_kept": kept, "qr": shown, "part": part}
    shown_slips = [(slip, classes, each) for (slip, classes), each in zip(rows, pictures, strict=True)]
    return page(request, "trusted/slips.html", context | {"slips": shown_slips, "groups": groups})


# -- by a student, who has no account


@access.public("A student says which adults they trust, with a slip given to them; it tells of no student.")
@require_http_methods(["GET", "POST"])
def trusted_adults(request: Request, token: str) -> HttpResponse:
    """First the slip, then the adults, then thanks: each is gone to anew, so that Back sends nothing again.

    Every wrong slip is answered alike. Who opens the page after somebody who had opened a slip starts from nothing.
    """
    asking = queries.open_asking(token)
    if asking is None:
        return page(request, "trusted/not_open.html", status=404)
    if "pass" in request.POST or (request.method == "GET" and "say" in request.GET):
        return _say(request, asking)
    if request.method == "POST":
        return _open(request, asking)
    if request.session.pop(PASS, None):
        rotate_token(request)
    context = {"asking": asking, "form": SlipForm(), "pictures": PICTURES, "is_wrong": "wrong" in request.GET}
    return page(request, "trusted/slip.html", context | {"is_done": "done" in request.GET})


def _open(request: Request, asking: Asking) -> HttpResponse:
    """On to the adults with the slip that was typed, or back to try again.

    Wrong slips are counted as wrong passwords are: for an address, and twice as many for the link. After that many even
    the right one waits, and nothing more is counted or written down.
    """
    here, typed = reverse("trusted-adults", args=[asking.token]), SlipForm(request.POST).typed()
    most, what = max(actions.GUESSES, asking.slips.count()), f"slip.{asking.pk}"
    limits = {what: f"{most}/10m/ip,{2 * most}/10m/key"}
    tries = typed["code"] and ratelimit.consume(request, app="trusted", action=what, config=limits, key=asking.token)
    slip = actions.open_slip(asking, **typed) if tries else None
    if slip is None:
        return redirect(f"{here}?wrong")
    tries.rollback()
    request.session[PASS] = signing.dumps([slip.pk, slip.code, secrets.token_urlsafe(8)], salt=PASS)
    return redirect(f"{here}?say")


def _slip_open(request: Request, asking: Asking) -> Slip | None:
    """The slip that is open in this browser; None too for a form that was shown for another, or was sent already."""
    given = request.session.get(PASS, "")
    if request.method == "POST" and request.POST["pass"] != given:
        return None
    try:
        pk, code, _nonce = signing.loads(given, salt=PASS, max_age=PASS_FOR)
    except signing.BadSignature:
        return None
    return asking.slips.filter(pk=pk, code=code).select_related("student").first()


def _say(request: Request, asking: Asking) -> HttpResponse:
    here, slip = reverse("trusted-adults", args=[asking.token]), _slip_open(request, asking)
    if slip is None:
        return redirect(here)
    form = SaysForm(request.POST or None, slip=slip)
    if not form.is_valid():
        context = {"asking": asking, "form": form, "pass": request.session[PASS]}
        return page(request, "trusted/adults.html", context)
    actions.say(slip, **form.cleaned_data)
    del request.session[PASS]
    rotate_token(request)
    return redirect(f"{here}?done")
