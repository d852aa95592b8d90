"""Pages that read several rooms: Today, one student, the journal."""

import uuid

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from heartwork.pages import queries
from heartwork.pages.dots import dots
from heartwork.pages.forms import WhyOlderForm
from heartwork.records.of_student import records_of
from heartwork.roster import access, actions
from heartwork.roster import queries as roster
from heartwork.roster import reach_queries as reach
from heartwork.roster.access import Request
from heartwork.roster.forms import StrengthForm
from heartwork.web.page import page


@access.shows("self.read")
@require_safe
def today(request: Request) -> HttpResponse:
    """Where everyone begins: what I promised, my audits, a gap worth a look, what changed."""
    shown = queries.today(request.user)
    named = {each.student_id for each in shown.follow_ups if each.student_id}
    named |= {each.opening.assignment.student_id for each in shown.told if each.opening.assignment.student_id}
    actions.listed_students(request.user, len(named))
    return page(request, "pages/today.html", {"place": "today", "today": shown})


@access.shows("gap.read")
@require_safe
def gap_worth_a_look(request: Request) -> HttpResponse:
    """The part of Today that takes longest: it comes after the rest, and only where a browser asks for it."""
    gap = queries.a_gap(request.user)
    picture = dots(gap.count or 0, gap.among or 0) if gap and gap.is_about_students else None
    may_see_who = access.may(request.user, "gap_students.read")
    context = {"place": "today", "gap": gap, "dots": picture, "may_see_who": may_see_who}
    return page(request, "pages/gap_worth_a_look.html", context, part="gap")


@access.shows("student.read", as_another=True)
@require_safe
def student(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One student: strengths and own words first, then the supports around them; the way to the records last."""
    found = access.student_or_404(request.user, public_id)
    shown = queries.student_page(request.user, found)
    actions.saw_student(request.user, found, shown.reason)
    context = {"place": "students", "student": found, "page": shown}
    only_reads = shown.is_to_read or request.user.seen_by is not None
    context["may"] = {
        what: access.may(request.user, name) and (name.endswith(".read") or not only_reads)
        for what, name in queries.BUTTONS.items()
    } | {what: access.may_of(request.user, name, found) for what, name in queries.OF_THIS_STUDENT.items()}
    context["may_close"] = access.may(request.user, "emergency.open") and request.user.seen_by is None
    return page(request, "pages/student.html", context)


@access.shows("student.read", as_another=True)
@require_safe
def who_sees(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Everyone who can see this student, and why."""
    found = access.student_or_404(request.user, public_id)
    context = {"place": "students", "student": found, "seers": reach.who_sees(request.user, found)}
    context["emergencies"] = reach.emergencies_of(request.user, found)
    context["may"] = {
        what.partition(".")[0]: access.may(request.user, what) for what in ("journal.read", "sight.print")
    }
    return page(request, "pages/who_sees.html", context)


@access.shows("sight.print")
@require_safe
def who_sees_for_family(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The same on paper for the family, in their language; the journal keeps that it was made."""
    found = access.student_or_404(request.user, public_id)
    known = dict(settings.LANGUAGES)
    language = request.GET.get("in", "")
    with translation.override(language if language in known else translation.get_language()):
        context = {"place": "students", "student": found, "seers": reach.who_sees(request.user, found)}
        context |= {"emergencies": reach.emergencies_of(request.user, found), "languages": settings.LANGUAGES}
        context["district"] = roster.district()
        actions.printed_who_sees(request.user, found, translation.get_language())
        return page(request, "pages/who_sees_family.html", context)


@access.shows("student.edit", change="student.edit")
@require_http_methods(["GET", "POST"])
def add_strength(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What a student brings, or says of themselves."""
    found = access.student_or_404(request.user, public_id)
    form = StrengthForm(request.POST or None)
    if form.is_valid():
        actions.note_strength(request.user, student=found, **form.cleaned_data)
        return redirect("student", public_id)
    return page(request, "pages/add_strength.html", {"place": "students", "student": found, "form": form}, part="form")


@access.shows("record.read", as_another=True)
@require_safe
def student_records(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The records of this school year: folded away on the student's page, and read when somebody opens them."""
    found = access.student_or_404(request.user, public_id)
    actions.saw_records(request.user, found)
    context = {"place": "students", "student": found, "records": records_of(found, timezone.localdate())}
    return page(request, "pages/student_records.html", context, part="records")


@access.shows("record.read", change="record.read")
@require_http_methods(["GET", "POST"])
def older_records(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Records of years before: on purpose, and with a reason that is kept."""
    found = access.student_or_404(request.user, public_id)
    access.require_may_of(request.user, "record.read", found)
    form = WhyOlderForm(request.POST or None)
    context = {"place": "students", "student": found, "form": form}
    if form.is_valid():
        actions.saw_older_records(request.user, found, form.cleaned_data["reason"])
        context["records"] = records_of(found, timezone.localdate(), with_older=True)
    return page(request, "pages/older_records.html", context)
