"""Pages on whom an average hides: a measure parted in one or two ways, bright spots to visit, and why it happens."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heartwork.measures import differences, pictures, queries, variation
from heartwork.measures import reasons as why
from heartwork.measures.asked import asked_group, asked_place
from heartwork.measures.bright_spots import LONG, bright_spots
from heartwork.measures.models import Measure
from heartwork.measures.places import Place, attributes, group_words, query_of
from heartwork.measures.variation import GROUP, SCHOOL, SECTION
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.access import Request
from heartwork.roster.views import page_number
from heartwork.teams.actions import promise
from heartwork.teams.forms import PromiseForm
from heartwork.web.page import page

PANELS = 24  # small charts on a page


def _asked(request: Request, public_id: uuid.UUID) -> tuple[Measure, Place]:
    found = queries.measure_or_404(request.user, public_id)
    if found.cannot_be_measured:
        raise Http404
    return found, asked_place(request, found)


@access.shows("measure.read")
@require_safe
def variation_of(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The same measure by school, section or group, or by two of these, on one scale; whom an average hides."""
    found, place = _asked(request, public_id)
    ways = variation.ways(variation.kinds_on_record(request.user, found))
    offered = {kind for kind, _words in ways}
    places = [SCHOOL] * (not found.school_id) + [SECTION] * bool(place.school and not place.section)
    by, across = request.GET.get("by", GROUP), request.GET.get("and", "")
    by = by if by in offered or by in places else GROUP
    across = across if across in offered and by not in (GROUP, across) else ""
    every = variation.parted(request.user, found, place, by, across)
    shown = roster.page_of(every, page_number(request), PANELS)
    may_show_gap = found.is_over_people and (bool(across) or by not in (SCHOOL, SECTION))
    is_gap = may_show_gap and request.GET.get("show") == "gap"
    draw = pictures.gaps_of if is_gap else pictures.panels
    context = {
        "place": "measures",
        "measure": found,
        "here": place,
        "query": place.query,
        "by": by,
        "across": across,
        "ways": ways,
        "ways_of_place": places,
        "elsewhere": [each for each in queries.places(request.user, found) if not each.section],
        "is_gap": is_gap,
        "may_show_gap": may_show_gap,
        "page": shown,
        "figure": draw(found, shown.rows, "panels", found.name),
        "funnel": _funnel(found, every) if by == SCHOOL and not across else None,
        "may_compare": not found.school_id,
        "has_reasons": bool(why.ways(found)),
    }
    return page(request, "measures/variation.html", context | _beside(request, found, place, by, across, every))


def _funnel(measure: Measure, every: list[variation.Panel]) -> Any:
    told = [panel for panel in every if panel.series.points]
    return pictures.funnel_of(measure, every, "funnel") if measure.is_over_people and len(told) > 2 else None


def _beside(
    request: Request, found: Measure, place: Place, by: str, across: str, every: list[variation.Panel]
) -> dict[str, Any]:
    """What differs by more than chance, how far apart all lie, and between whom; on the page of one way alone."""
    if across:
        return {}
    beside = differences.differences(request.user, found)
    wide = None if by == SCHOOL or place.school else differences.differences(request.user, found, by_school=False)
    told = [panel for panel in every if by != GROUP or not panel.group.is_everyone]
    return {
        "spread": pictures.apart(found, variation.spread_of(told, found), "spread", _("How far apart they lie")),
        "in_district": [pictures.difference_words(found, each) for each in wide.standing_out] if wide else [],
        "beside": beside,
        "standing_out": [
            {"each": each, "words": pictures.difference_words(found, each)} for each in beside.standing_out[:PANELS]
        ],
        "shares": pictures.shares(differences.where_variance_lies(request.user, found)),
    }


@access.shows("measure.read")
@require_safe
def bright_spots_of(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Where a measure has long been on its good side: places to visit, in the order of their names, and what to ask."""
    found, place = _asked(request, public_id)
    spots = bright_spots(request.user, found, place)
    shown = roster.page_of(spots.found, page_number(request))
    periods = pictures.periods_of(found)
    lines = [
        {
            "spot": spot,
            "query": query_of(spot.place, spot.group),
            "long": periods.count(spot.run) if spot.run else "",
            "since": periods.full(spot.since) if spot.since else "",
            "better_since": periods.full(spot.better_since) if spot.better_since else "",
        }
        for spot in shown.rows
    ]
    context = {
        "place": "measures",
        "measure": found,
        "here": place,
        "query": place.query,
        "spots": spots,
        "lines": lines,
        "page": shown,
        "by_luck": round(spots.by_luck, 1),
        "long": periods.count(LONG),
    }
    return page(request, "measures/bright_spots.html", context)


@access.shows("measure.read", change="self.edit")
@require_http_methods(["GET", "POST"])
def visit(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Who visits a bright spot, and by when: it becomes a follow-up of theirs."""
    found, place = _asked(request, public_id)
    group = asked_group(request)
    words = {"place": place.name, "measure": found.name}
    what = _("Visit %(place)s and ask: %(measure)s") % words
    if not group.is_everyone:
        what = f"{what} ({group_words(group, attributes())})"
    form = PromiseForm(request.POST or None, viewer=request.user, initial={"what": what[:300]})
    back = reverse("measure-bright-spots", args=[public_id])
    if form.is_valid():
        promise(request.user, **form.cleaned_data)
        messages.success(request, _("It is on the list of follow-ups."))
        return redirect(back)
    context = {"place": "measures", "measure": found, "here": place, "form": form, "back": back}
    return page(request, "measures/visit.html", context)


@access.shows("measure.read")
@require_safe
def reasons(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Why, where and when something was counted, most frequent first."""
    found, place = _asked(request, public_id)
    ways = why.ways(found)
    if not ways:
        raise Http404
    by = request.GET.get("by", "")
    by = by if by in ways else next(iter(ways))
    counted = why.reasons(request.user, found, place, by)
    context = {
        "place": "measures",
        "measure": found,
        "here": place,
        "query": place.query,
        "by": by,
        "ways": list(ways.items()) if len(ways) > 1 else [],
        "counted": counted,
        "elsewhere": [each for each in queries.places(request.user, found) if not each.section],
        "figure": pictures.reasons_of(found, counted, "reasons", str(ways[by])),
    }
    return page(request, "measures/reasons.html", context)
