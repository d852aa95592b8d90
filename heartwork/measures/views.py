"""Pages about what the district counts: the list, one chart, entering values, how charts are drawn, variation."""

import csv
import uuid
from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heartwork.measures import actions, forms, paste, pictures, queries, reasons, scanning, variation
from heartwork.measures.asked import asked_group, asked_place
from heartwork.measures.models import Measure
from heartwork.measures.places import (
    ALL,
    Group,
    Place,
    attributes,
    group_words,
    place_or_404,
    query_of,
    sees_every_record,
)
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.access import Request
from heartwork.roster.imports.problems import safe
from heartwork.roster.views import page_number
from heartwork.teams.appearances import appearances
from heartwork.web.charts import assurance_words, variation_words
from heartwork.web.page import page

LINES = 12  # measures on a page of the list: each has a chart


def _back(measure: Measure, place: Place) -> HttpResponse:
    return redirect(reverse("measure", args=[measure.public_id]) + place.query)


# -- the list


@access.shows("measure.read")
@require_safe
def measures(request: Request) -> HttpResponse:
    """What is counted, each with its line and what it says, where the viewer works."""
    school = request.GET.get("school", "")[:40]
    place = place_or_404(request.user, school=school) if school else queries.usual_place(request.user)
    shown = roster.page_of(queries.measures(request.user), page_number(request), LINES)
    lines = []
    for line in queries.lines(request.user, shown.rows, place):
        chart, unit = None if line.is_hidden else line.chart, pictures.unit_of(line.measure)
        lines.append(
            {
                "measure": line.measure,
                "place": line.place,
                "spark": pictures.spark(line.measure, chart, f"s{line.measure.pk}"),
                "latest": _latest(line),
                "variation": variation_words(chart, unit, periods=pictures.periods_of(line.measure)),
                "assurance": assurance_words(chart, unit),
            }
        )
    context = {"place": "measures", "here": place, "page": shown, "lines": lines}
    return page(request, "measures/measures.html", context | _ways(request))


def _latest(line: queries.MeasureLine) -> str:
    measured = [point for point in line.chart.points if point.y is not None]
    return pictures.unit_of(line.measure).words(measured[-1].y) if measured and not line.is_hidden else ""  # type: ignore[arg-type]


def _ways(request: Request) -> dict[str, Any]:
    return {"may_define": queries.may_define(request.user)}


# -- one measure


@access.shows("measure.read")
@require_safe
def measure(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One chart: what it says, the picture, the same as a table; where else to look; what may be done."""
    found = queries.measure_or_404(request.user, public_id)
    place = asked_place(request, found)
    group = asked_group(request)
    context: dict[str, Any] = {"place": "measures", "measure": found, "here": place, "query": place.query}
    if found.cannot_be_measured:
        context["stand_ins"] = queries.stand_ins(request.user, found)
        return page(request, "measures/outcome.html", context)
    shown = queries.chart(request.user, found, place, group)
    known = attributes()
    may_edit = queries.may_edit_at(request.user, place)
    context |= {
        "shown": shown,
        "figure": pictures.picture(shown),
        "csv_url": f"{reverse('measure-csv', args=[public_id])}?{request.GET.urlencode()}",
        "group": None if group.is_everyone else group_words(group, known),
        "apart": _apart(request, found, place, group),
        "elsewhere": queries.places(request.user, found),
        "offer": _offer(shown) if may_edit else None,
        "may_edit": may_edit,
        "may_enter": queries.may_enter(request.user, found, place),
        "is_counted": found.source not in ("typed", "imported"),
        "has_reasons": bool(reasons.ways(found)),
        "enter_query": query_of(place, group),
        "choices": list(queries.choices_of(found, place, group)) if may_edit else [],
        "appears": appearances(request.user, found),
        "day": timezone.localdate(),
    }
    return page(request, "measures/measure.html", context)


def _apart(request: Request, measure: Measure, place: Place, group: Group) -> dict[str, Any] | None:
    """How far a group lies from the rest: month by month, and the chart of the gap; None where it cannot be told."""
    found = variation.apart(request.user, measure, place, group)
    if found is None:
        return None
    known, whole = attributes(), variation.whole_of(group)
    rest = _("everyone else there")
    if not whole.is_everyone:
        rest = _("everyone else in: %(group)s") % {"group": group_words(whole, known)}
    return {
        "rest": rest,
        "is_everyone": whole.is_everyone,
        "dumbbell": pictures.dumbbell_of(measure, found, "apart", group_words(group, known), rest),
        "gap": pictures.apart(measure, found.chart, "gap", _("How far from everyone else there")),
    }


def _offer(shown: queries.MeasureChart) -> dict[str, Any] | None:
    """Another chart that would suit the numbers better, and why; None where the one drawn is right."""
    suggestion = shown.suggestion
    if suggestion is None or suggestion.chart in ("run", shown.chart.specification.chart):
        return None
    if shown.choice is not None:  # somebody chose, with a reason
        return None
    return {"chart": suggestion.chart, "reason": suggestion.reason, "figures": suggestion.figures}


@access.shows("measure.read")
@require_safe
def download(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The numbers of a chart as its reader may see them, for a spreadsheet."""
    found = queries.measure_or_404(request.user, public_id)
    place = asked_place(request, found)
    shown = queries.chart(request.user, found, place, asked_group(request))
    table = pictures.picture(shown).table
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="measure-{timezone.localdate()}.csv"'
    response["Cache-Control"] = "no-store"
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([safe(cell) for cell in table.headings])
    writer.writerows([safe(cell) for cell in row] for row in table.rows)
    return response


# -- definitions


@access.shows("measure.edit", change="measure.edit")
@require_http_methods(["GET", "POST"])
def measure_new(request: Request) -> HttpResponse:
    """What shall be counted, by whom, and how we will know."""
    form = forms.MeasureForm(request.POST or None, actor=request.user)
    if form.is_valid():
        added = actions.define_measure(request.user, **form.told)
        messages.success(request, _("It is counted from now on."))
        return redirect("measure", added.public_id)
    return page(request, "measures/measure_new.html", {"place": "measures", "form": form} | _ways(request))


@access.shows("measure.edit", change="measure.edit")
@require_http_methods(["GET", "POST"])
def measure_edit(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Other words, another goal, another person who records."""
    found = _to_edit(request, public_id)
    form = forms.MeasureForm(request.POST or None, instance=found, actor=request.user)
    if form.is_valid():
        actions.change_measure(request.user, queries.measure_or_404(request.user, public_id), **form.told)
        messages.success(request, _("Saved."))
        return redirect("measure", public_id)
    return page(request, "measures/measure_edit.html", {"place": "measures", "measure": found, "form": form})


@access.shows("measure.edit", change="measure.edit")
@require_POST
def measure_end(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Nobody counts it any more; what was counted stays."""
    actions.end_measure(request.user, _to_edit(request, public_id))
    messages.success(request, _("It is not counted any more. What was counted stays on record."))
    return redirect("measures")


def _to_edit(request: Request, public_id: uuid.UUID) -> Measure:
    found = queries.measure_or_404(request.user, public_id)
    if not queries.may_edit_at(request.user, Place(found.school, found.section)):
        raise Http404
    return found


@access.shows("measure.edit", change="measure.edit")
@require_POST
def gather(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Count again from the records."""
    new, changed = actions.gather(request.user, _to_edit(request, public_id))
    if new or changed:
        messages.success(
            request, _("Counted again: %(new)d new, %(changed)d changed.") % {"new": new, "changed": changed}
        )
    else:
        messages.success(request, _("Counted again: nothing is different."))
    return redirect("measure", public_id)


# -- values


def _to_enter(request: Request, public_id: uuid.UUID) -> tuple[Measure, Place, Group, dict[str, Any]]:
    """The measure, the place and the group of which values are entered, and what both pages say of them."""
    found = queries.measure_or_404(request.user, public_id)
    place = asked_place(request, found)
    group = asked_group(request)
    offered = queries.groups_to_enter(request.user, found, place)
    is_known = {*group.parts} <= {ALL, *(each for each, _words in offered)} or queries.is_reason(found, group)
    if not queries.may_enter(request.user, found, place, group) or not is_known:
        raise Http404
    context: dict[str, Any] = {"place": "measures", "measure": found, "here": place, "group": group}
    context |= {"query": query_of(place, group), "by_reason": found.data == Measure.Data.COUNT}
    context["group_words"] = "" if group.is_everyone else group_words(group, attributes())
    context["groups"] = [(f"{each.kind}={each.name}", words) for each, words in offered]
    context |= dict(zip(("first", "second"), (f"{each.kind}={each.name}" for each in group.parts), strict=False))
    return found, place, group, context


@access.shows("measure.read", change="measure.read")
@require_http_methods(["GET", "POST"])
def enter(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One value: two numbers and a tap."""
    found, place, group, context = _to_enter(request, public_id)
    form = forms.ValueForm(request.POST or None, measure=found)
    if form.is_valid() and _is_part(request, found, place, group, form.value):
        _new, changed = actions.enter_values(request.user, found, place, [form.value], group)
        period = pictures.periods_of(found).full(form.value.period)
        if changed and sees_every_record(request.user, place):  # else it would tell what stood there
            words = _("Changed, %(period)s. What stood there before is kept.") % {"period": period}
        else:
            time = date_format(timezone.localtime(), "TIME_FORMAT")
            words = _("Saved %(time)s: %(period)s.") % {"time": time, "period": period}
        messages.success(request, words)
        return redirect(reverse("measure-enter", args=[public_id]) + query_of(place, group))
    context |= {"form": form, "entered": queries.latest_values(request.user, found, place, group)}
    if form.is_valid():
        form.add_error("denominator", _("That is more than everyone there. Check both numbers."))
    return page(request, "measures/enter.html", context)


def _is_part(request: Request, measure: Measure, place: Place, group: Group, value: actions.Value) -> bool:
    given = (value.period, value.numerator, value.denominator)
    return not queries.larger_than_everyone(request.user, measure, place, group, *given)


@access.shows("measure.read", change="measure.read")
@require_http_methods(["GET", "POST"])
def paste_values(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Many values at once: read, shown, and only then put on record; all or none."""
    found, place, group, context = _to_enter(request, public_id)
    form = forms.PasteForm(request.POST or None, measure=found)
    context["form"] = form
    if form.is_valid():
        pasted = paste.read(found, form.cleaned_data["text"])
        for value in pasted.values:
            if not _is_part(request, found, place, group, value):
                period = pictures.periods_of(found).full(value.period)
                pasted.problems.append(_("%(period)s: that is more than everyone there.") % {"period": period})
        if pasted.values and not pasted.problems and "apply" in request.POST:
            new, changed = actions.enter_values(request.user, found, place, pasted.values, group)
            messages.success(request, _kept(request, place, new, changed, len(pasted.values)))
            return redirect(reverse("measure", args=[public_id]) + query_of(place, group))
        context["pasted"] = pasted
    return page(request, "measures/paste.html", context)


def _kept(request: Request, place: Place, new: int, changed: int, every: int) -> str:
    """What was put on record; to who may not see every value there, not which of them stood there already."""
    if not sees_every_record(request.user, place):
        return ngettext("%(count)d value is on record.", "%(count)d values are on record.", every) % {"count": every}
    words = ngettext("%(new)d value added, %(changed)d changed.", "%(new)d values added, %(changed)d changed.", new)
    return words % {"new": new, "changed": changed}


# -- how a chart is drawn


Act = Callable[[Measure, Place, Group, dict[str, Any]], Any]


def _about_chart(
    request: Request, public_id: uuid.UUID, make: Callable[[queries.MeasureChart], Any], act: Act, template: str
) -> HttpResponse:
    """A form about one chart: only where the actor may edit; then back to the chart."""
    found = queries.measure_or_404(request.user, public_id)
    place = asked_place(request, found)
    group = asked_group(request)
    if found.cannot_be_measured or not queries.may_edit_at(request.user, place):
        raise Http404
    shown = queries.chart(request.user, found, place, group, with_spans=False)
    form = make(shown)
    if form.is_valid():
        act(found, place, group, form)
        messages.success(request, _("The chart is drawn so from now on. Who decided it and why is kept."))
        return _back(found, place)
    context = {"place": "measures", "measure": found, "here": place, "query": place.query, "form": form, "shown": shown}
    return page(request, template, context)


def _labels(shown: queries.MeasureChart) -> list[tuple[str, str]]:
    periods = pictures.periods_of(shown.measure)
    return [(str(point.label), periods.full(point.label)) for point in shown.series.points if point.label]


@access.shows("measure.edit", change="measure.edit")
@require_http_methods(["GET", "POST"])
def chart_choice(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Which chart, which rules, and why."""

    def make(shown: queries.MeasureChart) -> django_forms.Form:
        now = shown.chart.specification
        initial: dict[str, Any] = {"chart": request.GET.get("to") or now.chart, "rules": now.rules}
        initial |= {"screen_moving_ranges": now.screen_moving_ranges}
        return forms.ChartForm(request.POST or None, measure=shown.measure, initial=initial)

    def act(found: Measure, place: Place, group: Group, form: Any) -> None:
        actions.choose_chart(request.user, found, place, group=group, **form.cleaned_data)

    return _about_chart(request, public_id, make, act, "measures/chart_choice.html")


@access.shows("measure.edit", change="measure.edit")
@require_http_methods(["GET", "POST"])
def phase(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """A new level: after four questions, with a reason."""

    def make(shown: queries.MeasureChart) -> django_forms.Form:
        return forms.PhaseForm(request.POST or None, labels=_labels(shown))

    def act(found: Measure, place: Place, group: Group, form: Any) -> None:
        actions.begin_phase(request.user, found, place, group=group, **form.told)

    return _about_chart(request, public_id, make, act, "measures/phase.html")


@access.shows("measure.edit", change="measure.edit")
@require_http_methods(["GET", "POST"])
def leave_out(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """A period that is drawn, but says nothing about the rest."""

    def make(shown: queries.MeasureChart) -> django_forms.Form:
        return forms.PeriodForm(request.POST or None, labels=_labels(shown))

    def act(found: Measure, place: Place, group: Group, form: Any) -> None:
        told = form.cleaned_data
        actions.leave_out(request.user, found, place, group=group, period=told["period"], reason=told["words"])

    return _about_chart(request, public_id, make, act, "measures/leave_out.html")


@access.shows("measure.edit", change="measure.edit")
@require_http_methods(["GET", "POST"])
def annotate(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What happened in a period, pinned to the chart."""

    def make(shown: queries.MeasureChart) -> django_forms.Form:
        return forms.PeriodForm(request.POST or None, labels=_labels(shown))

    def act(found: Measure, place: Place, group: Group, form: Any) -> None:
        actions.annotate(request.user, found, place, **form.cleaned_data)

    return _about_chart(request, public_id, make, act, "measures/note.html")


@access.shows("measure.edit", change="measure.edit")
@require_POST
def withdraw_annotation(request: Request, public_id: uuid.UUID, pk: int) -> HttpResponse:
    """Take a note off the charts; it stays on record."""
    found = queries.measure_or_404(request.user, public_id)
    pinned = queries.annotation_or_404(found, pk)
    actions.withdraw_annotation(request.user, pinned)
    messages.success(request, _("The note is off the chart. It stays on record."))
    return _back(found, Place(pinned.section.school if pinned.section else pinned.school, pinned.section))


# -- signals


@access.shows("measure.read")
@require_safe
def signals(request: Request) -> HttpResponse:
    """Which charts of the district show a change beyond chance, beside how many would by luck alone."""
    by_group, beside = request.GET.get("groups") == "each", request.GET.get("beside") == "rest"
    choices = [each for each in queries.measures(request.user) if not each.section_id and not each.cannot_be_measured]
    only = [each for each in choices if str(each.public_id) == request.GET.get("measure")]
    found = scanning.signals(request.user, only or choices, by_group=by_group, beside_rest=beside)
    shown = roster.page_of(found.found, page_number(request))
    lines = []
    for each, chart in zip(shown.rows, scanning.charts(request.user, shown.rows), strict=True):
        unit, periods = pictures.unit_of(each.measure), pictures.periods_of(each.measure)
        lines.append({"signal": each, "sign": variation_words(chart, unit, periods=periods)})
    context = {
        "place": "measures",
        "page": shown,
        "lines": lines,
        "found": found,
        "count": len(found.found),
        "luck": round(found.luck.expected),
        "by_group": by_group,
        "beside": beside,
        "choices": choices,
        "only": only[0] if only else None,
    }
    return page(request, "measures/signals.html", context | _ways(request))
