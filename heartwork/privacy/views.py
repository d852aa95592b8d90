"""Pages about what families say and ask, what left the district, and what we hold."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heartwork.privacy import actions, queries
from heartwork.privacy.directory import directory_file
from heartwork.privacy.forms import (
    AnswerForm,
    ConsentForm,
    DirectoryForm,
    DisclosureForm,
    OptOutForm,
    PeriodsForm,
    RequestForm,
    StrikeForm,
)
from heartwork.privacy.held import held
from heartwork.roster import access
from heartwork.roster.access import Request
from heartwork.web.page import page


@access.shows("self.read")
@require_safe
def privacy(request: Request) -> HttpResponse:
    """Where everything about privacy begins."""
    may = {name: access.may(request.user, what) for name, what in PLACES.items()}
    open_ones = list(queries.open_requests(request.user)) if may["family"] else []
    to_sign = queries.to_sign(request.user).count() if may["release"] else 0
    context = {"place": "privacy", "may": may, "open": open_ones, "to_sign": to_sign}
    return page(request, "privacy/privacy.html", context)


PLACES = {
    "family": "family.read",
    "release": "release.sign",
    "journal": "journal.read",
    "counts": "journal.counts",
    "retention": "privacy.read",
}


@access.shows("self.read")
@require_safe
def what_we_hold(request: Request) -> HttpResponse:
    """What we hold of people, and why."""
    return page(request, "privacy/held.html", {"place": "privacy", "held": held(request.user)})


@access.shows("family.read")
@require_safe
def family(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What one student's family said and asked, and what of the record left the district; made to be printed."""
    student = access.student_or_404(request.user, public_id)
    shown = queries.family(request.user, student)
    actions.saw_family(request.user, student)
    context = {"place": "students", "student": student, "family": shown, "form": OptOutForm(), "bases": queries.BASES}
    return page(request, "privacy/family.html", context)


@access.shows("family.edit", change="family.edit")
@require_POST
def opt_out(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The family keeps directory information at home, or lets it leave again."""
    student = access.student_or_404(request.user, public_id)
    form = OptOutForm(request.POST)
    if request.POST.get("back"):
        actions.opt_back_in(request.user, student=student)
    elif form.is_valid():
        actions.opt_out(request.user, student=student, **form.cleaned_data)
    return redirect("family", public_id)


@access.shows("family.edit", change="family.edit")
@require_http_methods(["GET", "POST"])
def consent(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """A family signed that some records may go to somebody."""
    student = access.student_or_404(request.user, public_id)
    form = ConsentForm(request.POST or None)
    if form.is_valid():
        actions.note_consent(request.user, student=student, **form.cleaned_data)
        return redirect("family", public_id)
    return page(request, "privacy/consent.html", {"place": "students", "student": student, "form": form})


@access.shows("family.edit", change="family.edit")
@require_POST
def withdraw(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """A family took its consent back."""
    found = queries.consent(request.user, public_id)
    actions.withdraw_consent(request.user, consent=found)
    return redirect("family", found.student.public_id)


@access.shows("family.edit", change="family.edit")
@require_http_methods(["GET", "POST"])
def disclosure(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Someone outside asked for a part of this student's record."""
    student = access.student_or_404(request.user, public_id)
    form = DisclosureForm(request.POST or None, viewer=request.user, student=student)
    if form.is_valid():
        actions.note_disclosure(request.user, student=student, **form.cleaned_data)
        return redirect("family", public_id)
    return page(request, "privacy/disclosure.html", {"place": "students", "student": student, "form": form})


@access.shows("family.edit", change="family.edit")
@require_http_methods(["GET", "POST"])
def strike(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """A line of what left was a mistake."""
    found = queries.disclosure(request.user, public_id)
    form = StrikeForm(request.POST or None)
    if form.is_valid():
        actions.strike_disclosure(request.user, disclosure=found, **form.cleaned_data)
        return redirect("family", found.student.public_id)
    context = {"place": "students", "student": found.student, "line": found, "form": form}
    return page(request, "privacy/strike.html", context)


@access.shows("family.edit", change="family.edit")
@require_http_methods(["GET", "POST"])
def request_new(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """A family asks to read or correct the record."""
    student = access.student_or_404(request.user, public_id)
    form = RequestForm(request.POST or None)
    if form.is_valid():
        asked = actions.note_request(request.user, student=student, **form.cleaned_data)
        return redirect("family-request", asked.public_id)
    return page(request, "privacy/request_new.html", {"place": "students", "student": student, "form": form})


@access.shows("family.read", change="family.edit")
@require_http_methods(["GET", "POST"])
def family_request(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One request: prepared by one person, looked through by another, answered by its day."""
    asked = queries.family_request(request.user, public_id)
    form = AnswerForm(request.POST if "answer" in request.POST else None, initial=_as_prepared(asked))
    if "reviewed" in request.POST:
        actions.review_answer(request.user, asked=asked)
    elif "handed_out" in request.POST:
        actions.hand_out_answer(request.user, asked=asked)
    elif form.is_valid():
        actions.prepare_answer(request.user, asked=asked, **form.cleaned_data)
    if request.method == "POST" and not form.errors:
        return redirect("family-request", public_id)
    context = {"place": "privacy", "asked": asked, "student": asked.student, "form": form}
    context["may_review"] = asked.prepared_by_id != request.user.pk and access.may_of(
        request.user, "family.review", asked.student
    )
    return page(request, "privacy/request.html", context)


def _as_prepared(asked: queries.FamilyRequest) -> dict[str, str]:
    return {"answer": asked.answer or "yes", "answer_text": asked.answer_text}


@access.shows("release.sign")
@require_safe
def releases(request: Request) -> HttpResponse:
    """What waits for the superintendent's signature."""
    return page(request, "privacy/releases.html", {"place": "privacy", "releases": queries.to_sign(request.user)})


@access.shows("release.sign", change="release.sign")
@require_POST
def sign(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The superintendent signs one release."""
    actions.sign_release(request.user, disclosure=queries.release(request.user, public_id))
    messages.success(request, _("Signed. It is on the student’s record of what left the district."))
    return redirect("releases")


@access.shows("family.edit", change="family.edit")
@require_http_methods(["GET", "POST"])
def directory(request: Request) -> HttpResponse:
    """A list of names for somebody outside, without those whose families keep them at home."""
    form = DirectoryForm(request.POST or None, viewer=request.user)
    if form.is_valid():
        return directory_file(request.user, **form.cleaned_data)
    return page(request, "privacy/directory.html", {"place": "privacy", "form": form})


@access.shows("privacy.read", change="district.edit")
@require_http_methods(["GET", "POST"])
def retention(request: Request) -> HttpResponse:
    """How long each kind of data is kept, and what would go today."""
    form = PeriodsForm(request.POST or None) if access.may(request.user, "district.edit") else None
    if form and form.is_valid():
        actions.set_periods(request.user, form.cleaned_data)
        messages.success(request, _("Kept as long as you said, from tonight on."))
        return redirect("retention")
    kept = queries.retention(request.user, look="look" in request.GET)
    return page(request, "privacy/retention.html", {"place": "privacy", "kept": kept, "form": form})
