"""Pages of the audit: begin one, look at each student together, close it, and read what came of it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from heartwork.audits import actions, picking, queries
from heartwork.audits import patterns as over_audits
from heartwork.audits.forms import AddForm, NewAuditForm, WordsForm
from heartwork.audits.models import AuditedStudent
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.access import Request
from heartwork.roster.actions import listed_students, saw_student
from heartwork.supports.gaps import rule_or_404
from heartwork.teams import queries as teams
from heartwork.teams.actions import promise
from heartwork.teams.forms import PromiseForm
from heartwork.web.drafts import kept, not_kept
from heartwork.web.page import is_part, page

WAYS = {
    "hand": gettext_lazy("By hand"),
    "random": gettext_lazy("At random"),
    "groups": gettext_lazy("One of each group"),
}
OPENING = ("team", "held_on", "facilitator", "students", "picked")
SEEN = {"seen": True, "not-seen": False, "not-said": None}
HELPS = {"helps": True, "helps-not": False}

# -- begin


@access.shows("audit.open", change="audit.open")
@require_http_methods(["GET", "POST"])
def audit_new(request: Request) -> HttpResponse:
    """Choose the team, the day, who leads, and how to pick three or four students."""
    gap = request.GET.get("gap", "")
    how = request.GET.get("how", "gap" if gap else "hand")
    if how not in ("hand", "random", "groups", "gap"):
        raise Http404
    searches = "search" in request.POST
    form = NewAuditForm(
        request.POST if request.method == "POST" and not searches else None,
        viewer=request.user,
        how=how,
        gap=gap,
        initial={name: request.POST[name] for name in ("team", "facilitator", "held_on") if searches},
    )
    if form.is_valid():
        meeting = actions.open_audit(request.user, **{name: form.cleaned_data[name] for name in OPENING})
        return redirect(meeting)
    context = {"place": "together", "form": form, "how": how, "ways": WAYS, "gap": gap}
    return page(request, "audits/audit_new.html", context | _offered(request, how, gap), part="offered")


def _offered(request: Request, how: str, gap: str) -> dict[str, Any]:
    """Whom a person may pick by hand: those picked already, then those of the gap or called so."""
    found: dict[str, Any] = {"rule": rule_or_404(request.user, gap) if gap else None}
    rows = picking.candidates(request.user, request.user, gap=gap)
    if gap:
        found["count"] = rows.count()
    if how != "hand":
        return found
    picked_ids = request.POST.getlist("students")[:20]
    q = request.POST.get("q", "").strip()
    offer = picking.offer(request.user, picked=picked_ids, q=q, gap=gap)
    listed_students(request.user, len(offer))
    return found | {"offer": offer, "picked": set(picked_ids), "q": q}


# -- look together


@access.shows("audit.read")
@require_safe
def audit(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The audit as a whole: its students, what is decided so far, and the way to close it."""
    found = queries.audit(request.user, public_id)
    if found.meeting.is_closed:
        return redirect("recap", public_id)
    portraits = queries.portraits(request.user, found.audited)
    listed_students(request.user, len(portraits))
    context = {
        "place": "together",
        "audit": found,
        "portraits": portraits,
        "members": teams.members(found.meeting.team),
        "follow_ups": teams.follow_ups_of(request.user, meeting=found.meeting),
    }
    return page(request, "audits/audit.html", context)


@access.shows("audit.read", change="audit.edit")
@require_http_methods(["GET", "POST"])
def audit_student(request: Request, public_id: uuid.UUID, student_id: uuid.UUID) -> HttpResponse:
    """One student: strengths and own words, what surrounds them, and what the team says of it."""
    found, each = queries.audited(request.user, public_id, student_id)
    add = AddForm(request.POST if "add" in request.POST else None, viewer=request.user, audited=each)
    if request.method == "POST":
        _require_open(found)
        if _did(request, each, add):
            if not is_part(request):
                return redirect("audit-student", public_id, student_id)
            add = AddForm(viewer=request.user, audited=each)
    context = _shown(request, found, each) | {"add": add}
    if not is_part(request):
        reason = access.reason_to_see(request.user, each.student)
        context |= {"reason": reason, **_around_the_picture(request, found, context["portrait"])}
        if reason:
            saw_student(request.user, each.student, reason, audit=found.meeting.pk)
    return page(request, "audits/audit_student.html", context, part="changed")


def _require_open(found: queries.Audit) -> None:
    if not found.may_edit:
        raise Http404


def _did(request: Request, each: AuditedStudent, add: AddForm) -> bool:
    """Do what a button said ("s12 seen"), or add what was typed; whether anything was done."""
    if "add" in request.POST:
        if add.is_valid():
            actions.add_seen(request.user, audited=each, **add.cleaned_data)
        return add.is_valid()
    key, _space, word = request.POST.get("say", "").partition(" ")
    if word in SEEN:
        actions.say_seen(request.user, audited=each, key=key, seen=SEEN[word])
    elif word in HELPS:
        actions.say_helps(request.user, audited=each, key=key, helps=HELPS[word])
    elif word == "out":
        actions.take_out(request.user, audited=each, key=key)
    else:
        return False
    return True


def _shown(request: Request, found: queries.Audit, each: AuditedStudent) -> dict[str, Any]:
    """What changes while a team works: the picture, the follow-ups, others' words, and up to where one has seen it."""
    portrait = queries.portraits(request.user, [each])[0]
    rows = teams.follow_ups_of(request.user, meeting=found.meeting, student=each.student)
    return {
        "place": "together",
        "audit": found,
        "each": each,
        "student": each.student,
        "portrait": portrait,
        "questions": queries.questions(request.user, each),
        "follow_ups": rows,
        "news": queries.news(request.user, each),
        "now": timezone.localtime(),
    }


def _around_the_picture(request: Request, found: queries.Audit, portrait: queries.Portrait) -> dict[str, Any]:
    """What a page shows once: strengths, the others of the audit, and the form for a follow-up."""
    each = portrait.audited
    return {
        "strengths": roster.strengths(request.user, each.student),
        "grade": roster.grade_name(each.student.grade),
        "members": teams.members(found.meeting.team),
        "next": next((one for one in found.audited if one.position > each.position), None),
        "changes": queries.since_last_time(request.user, portrait),
        "promise": _promise_form(request, found, each),
    }


def _promise_form(request: Request, found: queries.Audit, each: AuditedStudent, data: Any = None) -> PromiseForm:
    """A follow-up about this student; asked for from an answer, it begins with the answer's last words."""
    asked = request.GET.get("from", "")
    words = next((q.mine.text for q in queries.questions(request.user, each) if q.question == asked), "")
    last = words.strip().splitlines()[-1][:300] if words.strip() else ""
    return PromiseForm(
        data, viewer=request.user, meeting=found.meeting, student=each.student, initial={"what": last} if last else {}
    )


@access.shows("audit.read", change="audit.edit")
@require_http_methods(["GET", "POST"])
def audit_words(request: Request, public_id: uuid.UUID, student_id: uuid.UUID) -> HttpResponse:
    """My words to one question are kept; asked without any, what others have done since."""
    found, each = queries.audited(request.user, public_id, student_id)
    if request.method != "POST":
        return _news_since(request, found, each)
    _require_open(found)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return not_kept(form)
    answer, is_more = actions.write(request.user, audited=each, **form.cleaned_data)
    return kept(request, answer, _saved(is_more), "audit-student", public_id, student_id)


def _saved(is_more: bool) -> str:
    """ "Saved 2:31 pm": what the screen says when words are kept."""
    words = {"time": time_format(timezone.localtime(), "TIME_FORMAT")}
    if is_more:
        return _("Saved %(time)s. You also wrote in another window: both texts are kept.") % words
    return _("Saved %(time)s") % words


def _news_since(request: Request, found: queries.Audit, each: AuditedStudent) -> HttpResponse:
    """The parts of the page that others have changed, for htmx to swap; nothing (204) when nobody has."""
    before, now = queries.News.read(request.GET.get("seen", "")), queries.news(request.user, each)
    if before == now:
        return HttpResponse(status=204)
    context = _shown(request, found, each) | {
        "words_changed": before.words != now.words,
        "web_changed": before.web != now.web,
        "follow_ups_changed": before.follow_ups != now.follow_ups,
    }
    return page(request, "audits/audit_student.html#news_since", context)


@access.shows("audit.read", change="audit.edit")
@require_http_methods(["GET", "POST"])
def audit_follow_up(request: Request, public_id: uuid.UUID, student_id: uuid.UUID) -> HttpResponse:
    """Somebody does something about what the team saw: what, who, by when."""
    found, each = queries.audited(request.user, public_id, student_id)
    _require_open(found)
    form = _promise_form(request, found, each, request.POST if request.method == "POST" else None)
    if form.is_valid():
        promise(request.user, meeting=found.meeting, student=each.student, **form.cleaned_data)
        return redirect("audit-student", public_id, student_id)
    context = {"place": "together", "audit": found, "student": each.student, "promise": form}
    return page(request, "audits/audit_follow_up.html", context)


# -- close, and what came of it


@access.shows("audit.read", change="audit.edit")
@require_http_methods(["GET", "POST"])
def audit_close(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What closing does, and closing."""
    found = queries.audit(request.user, public_id)
    _require_open(found)
    if request.method == "POST":
        actions.close_audit(request.user, meeting=found.meeting)
        return _closed(request, public_id)
    context = {"place": "together", "audit": found, "portraits": queries.portraits(request.user, found.audited)}
    return page(request, "audits/audit_close.html", context)


def _closed(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """On to the recap, for those who still reach a student of it."""
    messages.success(request, _("The audit is closed. Nobody sees its students through it any more."))
    # What the actor reaches has just changed.
    request.user.kept_assignments = {}  # type: ignore[attr-defined]
    try:
        queries.audit(request.user, public_id)
    except Http404:
        return redirect("together")
    return redirect("recap", public_id)


@access.shows("audit.read")
@require_safe
def recap(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One page, for paper too: who was discussed, what was seen and said, who does what by when."""
    found = queries.audit(request.user, public_id)
    portraits = queries.portraits(request.user, found.audited)
    listed_students(request.user, len(portraits))
    said = queries.answers(found.audited)
    promised = list(teams.follow_ups_of(request.user, meeting=found.meeting))
    about = [
        (
            one,
            said[one.audited.pk],
            [f for f in promised if f.student_id == one.student.pk],
            roster.grade_name(one.student.grade),
        )
        for one in portraits
    ]
    shown = {one.student.pk for one in portraits}
    context = {
        "place": "together",
        "audit": found,
        "about": about,
        "promised": promised,
        "also": [f for f in promised if f.student_id not in shown],
        "members": teams.members(found.meeting.team, found.meeting.held_on),
    }
    return page(request, "audits/recap.html", context)


@access.shows("patterns.read")
@require_safe
def patterns(request: Request) -> HttpResponse:
    """What many audits show together."""
    found = over_audits.patterns(request.user)
    listed_students(request.user, len(found.changed))
    context = {"place": "supports", "found": found, "today": timezone.localdate()}
    return page(request, "audits/patterns.html", context | {"may_begin": access.may(request.user, "audit.open")})
