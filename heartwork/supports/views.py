"""Pages about what the district does for care: the inventory, one support, coverage, gaps."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.access import Request
from heartwork.roster.views import page_number
from heartwork.supports import actions, coverage, forms, gaps, queries
from heartwork.supports.bearings import rule_in_words
from heartwork.supports.models import Kind, Support
from heartwork.supports.rules import StudentRule, pages_for, sees_figures_only
from heartwork.teams.appearances import appearances
from heartwork.web.page import page

SCHOOLS = 40  # lines of a table by school

# -- the inventory


@access.shows("support.read")
@require_safe
def supports(request: Request) -> HttpResponse:
    """Everything the district does for care; the viewer's own schools first."""
    form = forms.SupportSearch(request.GET, viewer=request.user)
    found = queries.supports(request.user, **(form.cleaned_data if form.is_valid() else {}))
    shown = roster.page_of(found, page_number(request))
    confirmation = queries.confirmation(request.user)
    context = {
        "place": "supports",
        "form": form,
        "page": shown,
        "lines": queries.support_lines(request.user, shown.rows, term=confirmation.term),
        "confirmation": confirmation,
        "may_add": access.may(request.user, "support.edit"),
    }
    return page(request, "supports/supports.html", context, part="list")


@access.shows("support.read")
@require_safe
def support(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One support: what it is, whom it reaches, who answers for it, who is in it, and whether it still runs."""
    found = queries.support_or_404(request.user, public_id)
    inside = roster.page_of(queries.participants(request.user, found), page_number(request))
    may_place = access.may(request.user, "participation.edit") and found.reach == Support.Reach.LISTED
    asked = request.GET.get("find", "").strip() if may_place else ""
    matches = roster.page_of(roster.students(request.user, q=asked, school=found.school), size=8).rows if asked else []
    actions.saw_students(request.user, found, len(inside.rows) + len(matches))
    context: dict[str, Any] = {
        "place": "supports",
        "appears": appearances(request.user, found),
        "line": queries.support_lines(request.user, [found])[0],
        "support": found,
        "rules": [rule_in_words(rule) for rule in queries.rules_of(found)],
        "page": inside,
        "asked": asked,
        "matches": roster.student_lines(matches),
        "may_edit": queries.may_edit(request.user, found.school_id),
        "may_place": may_place,
        "today": timezone.localdate(),
    }
    return page(request, "supports/support.html", context)


@access.shows("support.edit", change="support.edit")
@require_http_methods(["GET", "POST"])
def support_new(request: Request) -> HttpResponse:
    """First which kind and where, then the rest, filled with what the kind usually is."""
    which = forms.WhichForm(request.GET if "kind" in request.GET else None, actor=request.user)
    form = None
    if which.is_valid():
        chosen = which.cleaned_data
        form = forms.SupportForm(
            request.POST or None, actor=request.user, initial=forms.starting_values(chosen["kind"]), **chosen
        )
        if form.is_valid():
            added = actions.add_support(request.user, **form.told)
            messages.success(request, _("It is in the inventory now."))
            return redirect("support", added.public_id)
    return page(request, "supports/support_new.html", {"place": "supports", "which": which, "form": form})


@access.shows("support.edit", change="support.edit")
@require_http_methods(["GET", "POST"])
def support_edit(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Other words, another owner, another reach."""
    found = _to_edit(request, public_id)
    form = forms.SupportForm(
        request.POST or None,
        instance=found,
        actor=request.user,
        kind=found.kind,
        school=found.school,
        initial=forms.values_of(found),
    )
    if form.is_valid():
        actions.change_support(request.user, queries.support_or_404(request.user, public_id), **form.told)
        messages.success(request, _("Saved."))
        return redirect("support", public_id)
    return page(request, "supports/support_edit.html", {"place": "supports", "support": found, "form": form})


def _to_edit(request: Request, public_id: uuid.UUID) -> Support:
    found = queries.support_or_404(request.user, public_id)
    if not queries.may_edit(request.user, found.school_id):
        raise Http404
    return found


@access.shows("support.edit", change="support.edit")
@require_POST
def support_confirm(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """It still runs: said by one tap, once a term."""
    actions.confirm_support(request.user, queries.support_or_404(request.user, public_id))
    messages.success(request, _("Noted: it still runs."))
    return redirect("support", public_id)


@access.shows("support.edit", change="support.edit")
@require_http_methods(["GET", "POST"])
def support_end(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """It ends on a day; nobody is deleted."""
    found = _to_edit(request, public_id)
    form = forms.DayForm(request.POST or None, begin=found.begin)
    if form.is_valid():
        actions.end_support(request.user, found, form.cleaned_data["end"])
        messages.success(request, _("It has a last day now. Who was in it stays on record."))
        return redirect("support", public_id)
    return page(request, "supports/support_end.html", {"place": "supports", "support": found, "form": form})


# -- who is in it


def _back(request: Request, otherwise: str) -> str:
    """The page of ours that the form named, or another."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    fine = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return asked if fine else otherwise


@access.shows("participation.edit", change="participation.edit")
@require_http_methods(["GET", "POST"])
def participation_begin(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """A student begins in a support, or waits for a place."""
    student = access.student_or_404(request.user, public_id)
    form = forms.ParticipationForm(
        request.POST or None, viewer=request.user, student=student, initial=request.GET.dict()
    )
    if form.is_valid():
        actions.begin_participation(request.user, student=student, **form.told)
        words = {"student": student.first_name, "support": form.told["support"].name}
        messages.success(request, _("On record: %(student)s and %(support)s.") % words)
        return redirect(_back(request, reverse("student", args=[public_id])))
    actions.saw_students(request.user, student, 1)
    context = {"place": "students", "student": student, "form": form, "back": _back(request, "")}
    return page(request, "supports/participation_begin.html", context)


@access.shows("participation.edit", change="participation.edit")
@require_http_methods(["GET", "POST"])
def participation_end(request: Request, public_id: uuid.UUID, pk: int) -> HttpResponse:
    """A student's last day in a support, or they no longer wait for it."""
    student = access.student_or_404(request.user, public_id)
    found = queries.participation_or_404(request.user, student, pk)
    form = forms.DayForm(request.POST or None, begin=found.begin)
    if form.is_valid():
        actions.end_participation(request.user, found, form.cleaned_data["end"])
        last = date_format(form.cleaned_data["end"])
        messages.success(request, _("On record: the last day is %(day)s.") % {"day": last})
        return redirect(_back(request, reverse("student", args=[public_id])))
    actions.saw_students(request.user, student, 1)
    context = {"place": "students", "student": student, "participation": found, "form": form}
    return page(request, "supports/participation_end.html", context | {"back": _back(request, "")})


# -- kinds


@access.shows("support.read")
@require_safe
def kinds(request: Request) -> HttpResponse:
    """The kinds of support, ready to adopt."""
    may_edit = access.may(request.user, "kind.edit")
    context = {
        "place": "supports",
        "groups": queries.kinds_in_groups(request.user),
        "retired": [kind for kind in queries.kinds(offered=False) if not kind.is_offered],
        "may_edit": may_edit,
        "may_add": access.may(request.user, "support.edit"),
    }
    return page(request, "supports/kinds.html", context)


@access.shows("kind.edit", change="kind.edit")
@require_http_methods(["GET", "POST"])
def kind_new(request: Request) -> HttpResponse:
    """A kind of the district's own."""
    return _kind_form(request, None)


@access.shows("kind.edit", change="kind.edit")
@require_http_methods(["GET", "POST"])
def kind(request: Request, code: str) -> HttpResponse:
    """A kind in the district's own words, or no longer offered."""
    return _kind_form(request, queries.kind_or_404(request.user, code))


def _kind_form(request: Request, found: Kind | None) -> HttpResponse:
    form = forms.KindForm(request.POST or None, instance=found)
    if form.is_valid():
        again = queries.kind_or_404(request.user, found.code) if found else None
        actions.change_kind(request.user, again, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("kinds")
    return page(request, "supports/kind.html", {"place": "supports", "form": form, "kind": found})


# -- coverage


@access.shows("coverage.read")
@require_safe
def coverage_map(request: Request) -> HttpResponse:
    """What runs where, by part of life or by support; places beside need; people."""
    names, everywhere = request.GET.get("schools", "")[:200], request.GET.get("where") == "all"
    view = "support" if request.GET.get("view") == "support" else "domain"
    found = coverage.schools(request.user, names=names, everywhere=everywhere)
    shown = roster.page_of(found, page_number(request), coverage.SCHOOLS)
    context = coverage.page_of(request.user, shown.rows, view) | {
        "place": "supports",
        "page": shown,
        "names": names,
        "view": view,
        "where": "all" if everywhere else "",
        "may_see_all": not queries.reads_district(request.user),
        "may_add": access.may(request.user, "support.edit"),
    }
    return page(request, "supports/coverage.html", context, part="map")


# -- gaps


@access.shows("gap.read")
@require_safe
def gap_list(request: Request) -> HttpResponse:
    """Each gap as a sentence, with its rule and its count."""
    found = gaps.gaps(request.user)
    context = {
        "place": "supports",
        "about_students": [gap for gap in found if gap.is_about_students],
        "about_supports": [gap for gap in found if not gap.is_about_students],
        "pages": pages_for(request.user),
        "figures_only": sees_figures_only(request.user),
        "may_add": access.may(request.user, "support.edit"),
    }
    return page(request, "supports/gaps.html", context)


@access.shows("gap.read")
@require_safe
def gap(request: Request, code: str) -> HttpResponse:
    """One gap: its rule, whom or what it finds, and where."""
    rule = gaps.rule_or_404(request.user, code)
    (found,) = gaps.gaps(request.user, only=code)
    context = {"place": "supports", "gap": found}
    if isinstance(rule, StudentRule):
        return _gap_of_students(request, rule, context)
    shown = roster.page_of(gaps.supports_in_gap(request.user, code), page_number(request))
    context |= {"page": shown, "lines": queries.support_lines(request.user, shown.rows)}
    return page(request, "supports/gap_supports.html", context, part="list")


def _gap_of_students(request: Request, rule: StudentRule, context: dict[str, Any]) -> HttpResponse:
    code = rule.code
    part = request.GET.get("part", "")
    context |= {"part": part, "may_list": access.may(request.user, "gap_students.read")}
    context |= {"may_audit": access.may(request.user, "audit.open")}
    if context["may_list"]:
        shown = roster.page_of(gaps.students_in_gap(request.user, code, part=part), page_number(request))
        actions.saw_students(request.user, None, len(shown.rows), gap=code)
        context |= {"page": shown, "lines": gaps.lines(request.user, shown.rows)}
        context |= {"shows_distance": rule.shows_distance and access.may(request.user, "record.read")}
    schools = gaps.by_school(request.user, code)
    first = 0 if context["may_list"] else (page_number(request) - 1) * SCHOOLS
    context |= {"schools": schools[first : first + SCHOOLS], "more_schools": max(0, len(schools) - first - SCHOOLS)}
    if not context["may_list"]:  # then the pages of this page are those of the schools
        context |= {"page": roster.Page(context["schools"], page_number(request), bool(context["more_schools"]))}
    return page(request, "supports/gap.html", context, part="list")
