"""Pages of teams: what we do together, one team, and who does what by when."""

import uuid

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heartwork.roster import access
from heartwork.roster.access import Request
from heartwork.roster.actions import listed_students
from heartwork.teams import actions, queries
from heartwork.teams.forms import HandOnForm, MemberForm, NewDayForm, PeopleSearch, TeamForm
from heartwork.teams.models import FollowUp, Team
from heartwork.web.page import is_part, page


@access.shows("team.read")
@require_safe
def together(request: Request) -> HttpResponse:
    """My teams, what goes on, what is over, and the way to begin."""
    over = list(queries.meetings(request.user).exclude(closed_at=None)[:20])
    context = {
        "place": "together",
        "teams": queries.my_teams(request.user),
        "open": queries.open_meetings(request.user),
        "over": over,
        "readable": queries.readable(request.user, over),
        "may_begin": access.may(request.user, "audit.open"),
        "may_meet": access.may(request.user, "meeting.open"),
        "may_make": access.may(request.user, "team.edit"),
        "may_walk": access.may(request.user, "walkthrough.read"),
        "may_compare": access.may(request.user, "patterns.read"),
        "may_ask": access.may(request.user, "trusted.ask"),
    }
    return page(request, "teams/together.html", context)


@access.shows("team.edit", change="team.edit")
@require_http_methods(["GET", "POST"])
def team_new(request: Request) -> HttpResponse:
    """Make a team; its people come next, on its own page."""
    form = TeamForm(request.POST or None, viewer=request.user)
    if form.is_valid():
        team = actions.create_team(request.user, **form.cleaned_data)
        messages.success(request, _("%(team)s is there, with you in it. Now add the others.") % {"team": team.name})
        return redirect("team", team.public_id)
    return page(request, "teams/team_new.html", {"place": "together", "form": form})


@access.shows("team.read", change="team.edit")
@require_http_methods(["GET", "POST"])
def team(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One team: its people, what it has sat down to do, and what it still has to do."""
    team = queries.team(request.user, public_id)
    if request.method == "POST":
        _change_members(request, team)
        if not is_part(request):
            return redirect("team", team.public_id)
    search = PeopleSearch(request.GET)
    people = queries.could_join(request.user, team, request.GET.get("q", ""))
    meetings = list(queries.meetings(request.user, team))
    context = {
        "place": "together",
        "team": team,
        "members": queries.members(team),
        "may_change": queries.may_change(request.user, team),
        "search": search,
        "people": people,
        "meetings": meetings,
        "readable": queries.readable(request.user, meetings),
        "follow_ups": _listed(request, queries.follow_ups_of(request.user, team=team).filter(done_on=None)),
    }
    return page(request, "teams/team.html", context, part="people")


def _change_members(request: Request, team: Team) -> None:
    """Someone joins, or leaves."""
    joins = request.POST.get("do") == "add"
    people = queries.joinable(request.user, team) if joins else queries.staff_of(team)
    form = MemberForm(request.POST, people=people)
    if form.is_valid():
        change = actions.add_member if joins else actions.end_membership
        change(request.user, team=team, staff=form.cleaned_data["staff"])


def _listed(request: Request, rows: QuerySet[FollowUp]) -> list[FollowUp]:
    """The follow-ups as a list; how many of them name a student goes to the journal."""
    found = list(rows)
    listed_students(request.user, len({row.student_id for row in found if row.student_id}))
    return found


@access.shows("self.read")
@require_safe
def follow_ups(request: Request) -> HttpResponse:
    """What I promised, what I asked of others, and what I have done."""
    mine = _listed(request, queries.my_follow_ups(request.user))
    context = {
        "place": "today",
        "mine": mine,
        "slipped": sum(row.has_slipped for row in mine),  # type: ignore[attr-defined]
        "asked": _listed(request, queries.asked_of_others(request.user)),
        "done": _listed(request, queries.done_lately(request.user)),
    }
    return page(request, "teams/follow_ups.html", context)


@access.shows("self.read", change="self.edit")
@require_http_methods(["GET", "POST"])
def follow_up(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One follow-up: done, another day, or somebody else."""
    found = queries.follow_up(request.user, public_id)
    do = request.POST.get("do", "")
    new_day = NewDayForm(request.POST if do == "new_day" else None, initial={"due_on": found.due_on})
    hand_on = HandOnForm(request.POST if do == "hand_on" else None, viewer=request.user, follow_up=found)
    if request.method == "POST" and _changed(request, found, do, new_day, hand_on):
        return _after(request, found)
    context = {"place": "today", "each": found, "new_day": new_day, "hand_on": hand_on}
    return page(request, "teams/follow_up.html", context)


def _changed(request: Request, found: FollowUp, do: str, new_day: NewDayForm, hand_on: HandOnForm) -> bool:
    """Do what was asked; whether anything was."""
    if do == "done":
        actions.mark_done(request.user, follow_up=found)
    elif do == "reopen":
        actions.reopen(request.user, follow_up=found)
    elif do == "new_day" and new_day.is_valid():
        actions.pick_new_day(request.user, follow_up=found, **new_day.cleaned_data)
    elif do == "hand_on" and hand_on.is_valid():
        actions.hand_on(request.user, follow_up=found, **hand_on.cleaned_data)
    else:
        return False
    return True


def _after(request: Request, found: FollowUp) -> HttpResponse:
    """The line of the list again, or back to where one came from."""
    if is_part(request) and request.POST.get("do") in ("done", "reopen"):
        again = queries.follow_up(request.user, found.public_id)
        return page(request, "teams/follow_up_line.html", {"each": again, "just_now": True})
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = resolve_url("follow-ups")
    return redirect(back)
