"""Pages of problems and cycles: the board, a problem with its diagram, and a cycle from its plan to what follows."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heartwork.cycles import actions, queries
from heartwork.cycles.actions import NotNow
from heartwork.cycles.forms import (
    ClosingForm,
    DecisionForm,
    DriverForm,
    DriverWordsForm,
    EndForm,
    IdeaForm,
    IdeaWordsForm,
    NoteForm,
    OutcomeForm,
    PlanForm,
    PredictionForm,
    ProblemForm,
    StudyForm,
    TeamChoice,
)
from heartwork.cycles.models import Cycle, Problem
from heartwork.roster import access
from heartwork.roster.access import Request
from heartwork.web.page import is_part, page

HERE = {"place": "together"}


def _names_nobody(request: Request, form: Any) -> None:
    """A gentle word where a student's full name was typed: a cycle is read by people who see no student."""
    words = [text for text in form.cleaned_data.values() if isinstance(text, str)]
    if names := queries.students_named(request.user, words):
        text = _("Saved. It names a student: %(names)s. Others read this who may not see them, so take the name out.")
        messages.warning(request, text % {"names": ", ".join(names)})


def _require_change(request: Request, problem: Problem) -> None:
    if not queries.may_change(request.user, problem):
        raise Http404


# -- the board


@access.shows("cycle.read")
@require_safe
def board(request: Request) -> HttpResponse:
    """What is being learned, by every team whose work I may read."""
    return page(request, "cycles/board.html", HERE | {"board": queries.board(request.user)})


@access.shows("cycle.read")
@require_safe
def team_board(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What one team is learning."""
    team = queries.team_read(request.user, public_id)
    return page(request, "cycles/board.html", HERE | {"board": queries.board(request.user, team), "team": team})


# -- a problem


@access.shows("cycle.edit", change="cycle.edit")
@require_http_methods(["GET", "POST"])
def problem_new(request: Request) -> HttpResponse:
    """Which team, then what the problem is."""
    chosen = TeamChoice(request.POST or request.GET, viewer=request.user)
    if not chosen.is_valid():
        return _which_team(request)
    team = chosen.cleaned_data["team"]
    given = {"name": request.GET.get("name", "")[:200]}  # a line that a meeting of the team wrote down
    form = ProblemForm(request.POST or None, viewer=request.user, team=team, initial=given)
    if form.is_valid():
        opened = actions.open_problem(request.user, team=team, **form.cleaned_data)
        _names_nobody(request, form)
        return redirect(opened)
    return page(request, "cycles/problem_form.html", HERE | {"form": form, "team": team})


def _which_team(request: Request) -> HttpResponse:
    """With one team there is nothing to choose."""
    teams = list(queries.may_open(request.user)[:2])
    if len(teams) == 1 and request.method != "POST":
        return redirect(f"{request.path}?team={teams[0].public_id}")
    context = HERE | {"form": TeamChoice(viewer=request.user), "has_team": bool(teams)}
    return page(request, "cycles/problem_team.html", context)


@access.shows("cycle.read", change="cycle.edit")
@require_http_methods(["GET", "POST"])
def problem(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The story of a problem: theory, how it is lived, the aim and the way to it, the diagram, the cycles."""
    found = queries.problem(request.user, public_id)
    form = OutcomeForm(request.POST if "text" in request.POST else None, viewer=request.user, problem=found)
    if request.method == "POST":
        _require_change(request, found)
        if _changed_outcomes(request, found, form):
            if not is_part(request):
                return redirect(found)
            form = OutcomeForm(viewer=request.user, problem=found)
    context = {
        "problem": found,
        "outcomes": queries.outcomes_of(request.user, found),
        "stand_ins": queries.stand_ins(found.aim_measure),
        "diagram": queries.diagram(request.user, found),
        "lines": queries.lines(request.user, [found]).get(found.pk, []),
        "may_change": queries.may_change(request.user, found),
        "form": form,
    }
    return page(request, "cycles/problem.html", HERE | context, part="outcomes")


def _changed_outcomes(request: Request, found: Problem, form: OutcomeForm) -> bool:
    """A mile marker comes or goes; whether one did."""
    if request.POST.get("remove", "").isdecimal():
        actions.remove_outcome(request.user, problem=found, pk=int(request.POST["remove"]))
        return True
    if form.is_valid():
        actions.add_outcome(request.user, problem=found, **form.cleaned_data)
    return form.is_valid()


@access.shows("cycle.edit", change="cycle.edit")
@require_http_methods(["GET", "POST"])
def problem_edit(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The problem in other words, or with another aim."""
    found = queries.problem(request.user, public_id)
    _require_change(request, found)
    form = ProblemForm(request.POST or None, viewer=request.user, team=found.team, problem=found)
    if form.is_valid():
        actions.change_problem(request.user, problem=found, **form.cleaned_data)
        _names_nobody(request, form)
        return redirect(found)
    return page(request, "cycles/problem_form.html", HERE | {"form": form, "team": found.team, "problem": found})


@access.shows("cycle.edit", change="cycle.edit")
@require_http_methods(["GET", "POST"])
def problem_close(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Lay a problem down, and say what became of it."""
    found = queries.problem(request.user, public_id)
    _require_change(request, found)
    form = ClosingForm(request.POST or None)
    if form.is_valid():
        try:
            actions.close_problem(request.user, problem=found, **form.cleaned_data)
            return redirect(found)
        except NotNow:
            form.add_error(None, _("A cycle still goes on. Decide it first, and what it taught you stays."))
    return page(request, "cycles/problem_close.html", HERE | {"form": form, "problem": found})


# -- the driver diagram


@access.shows("cycle.read", change="cycle.edit")
@require_http_methods(["GET", "POST"])
def drivers(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The driver diagram: drawn, and the same as lists that mouse and keyboard can change."""
    found = queries.problem(request.user, public_id)
    do = request.POST.get("do", "")
    driver = DriverForm(request.POST if do == "add_driver" else None, problem=found, prefix="driver")
    idea = IdeaForm(request.POST if do == "add_idea" else None, problem=found, prefix="idea")
    said = ""
    if request.method == "POST":
        _require_change(request, found)
        try:
            done = _changed_diagram(request, found, do, driver, idea)
        except NotNow:
            done, said = False, _why_not(do)
        if done:
            if not is_part(request):
                return redirect("drivers", public_id)
            driver = DriverForm(problem=found, prefix="driver", goes_on=do == "add_driver")
            idea = IdeaForm(problem=found, prefix="idea", goes_on=do == "add_idea")
    context = {
        "problem": found,
        "diagram": queries.diagram(request.user, found),
        "may_change": queries.may_change(request.user, found),
        "driver": driver,
        "idea": idea,
        "said": said,
        "focus": request.POST.get("focus", ""),
        "did": do,
    }
    return page(request, "cycles/drivers.html", HERE | context, part="diagram")


def _changed_diagram(request: Request, found: Problem, do: str, driver: DriverForm, idea: IdeaForm) -> bool:
    """Do what a form or a button of the diagram said; whether anything was done."""
    actor, what = request.user, request.POST
    if do == "add_driver" and driver.is_valid():
        actions.add_driver(actor, problem=found, **driver.cleaned_data)
    elif do == "add_idea" and idea.is_valid():
        under = idea.cleaned_data["driver"]
        actions.add_idea(actor, problem=found, text=idea.cleaned_data["text"], drivers=[under] if under else [])
    elif do in ("up", "down", "move", "remove") and what.get("driver"):
        _change_driver(request, found, do)
    elif do in ("up", "down", "move", "remove") and what.get("idea"):
        _change_idea(request, found, do)
    else:
        return False
    return True


def _change_driver(request: Request, found: Problem, do: str) -> None:
    actor, under = request.user, request.POST.get("under", "")
    driver = queries.driver_of(actor, found, request.POST["driver"])
    if do == "move":
        parent = queries.driver_of(actor, found, under) if under else None
        actions.move_driver(actor, driver=driver, parent=parent)
    elif do == "remove":
        actions.remove_driver(actor, driver=driver)
    else:
        actions.shift_driver(actor, driver=driver, by=-1 if do == "up" else 1)


def _change_idea(request: Request, found: Problem, do: str) -> None:
    actor, under = request.user, request.POST.get("under", "")
    idea = queries.idea_of(actor, found, request.POST["idea"])
    if do == "move":
        actions.move_idea(actor, idea=idea, driver=queries.driver_of(actor, found, under) if under else None)
    elif do == "remove":
        actions.remove_idea(actor, idea=idea)
    else:
        actions.shift_idea(actor, idea=idea, by=-1 if do == "up" else 1)


def _why_not(do: str) -> str:
    """What stands in the way, and what to do first."""
    if do == "move":
        return _("It has drivers of its own, and the diagram is two deep. Move those first.")
    return _("Something hangs on it: drivers, ideas or cycles. Move what hangs on it first, so that nothing is lost.")


@access.shows("cycle.edit", change="cycle.edit")
@require_http_methods(["GET", "POST"])
def driver(request: Request, public_id: uuid.UUID, pk: int) -> HttpResponse:
    """One driver: its words, and what it is measured by."""
    found = queries.problem(request.user, public_id)
    _require_change(request, found)
    one = queries.driver_of(request.user, found, pk)
    form = DriverWordsForm(request.POST or None, viewer=request.user, driver=one)
    if form.is_valid():
        actions.change_driver(request.user, driver=one, **form.cleaned_data)
        return redirect("drivers", public_id)
    return page(request, "cycles/driver.html", HERE | {"form": form, "problem": found, "driver": one})


@access.shows("cycle.read", change="cycle.edit")
@require_http_methods(["GET", "POST"])
def idea(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One idea: what it would move, who looks after it, and its cycles."""
    found = queries.idea(request.user, public_id)
    form = IdeaWordsForm(request.POST or None, viewer=request.user, idea=found)
    if request.method == "POST":
        _require_change(request, found.problem)
    if form.is_valid():
        actions.change_idea(request.user, idea=found, **form.cleaned_data)
        _names_nobody(request, form)
        return redirect(found)
    context = {
        "idea": found,
        "lines": queries.lines_of(request.user, found),
        "may_change": queries.may_change(request.user, found.problem),
        "form": form,
    }
    return page(request, "cycles/idea.html", HERE | context)


# -- a cycle


@access.shows("cycle.edit", change="cycle.edit")
@require_http_methods(["GET", "POST"])
def cycle_new(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Plan a test of an idea, or the one after."""
    found = queries.idea(request.user, public_id)
    _require_change(request, found.problem)
    follows = _followed(request, found.problem)
    form = PlanForm(request.POST or None, viewer=request.user, idea=found, follows=follows)
    if form.is_valid():
        planned = actions.plan_cycle(request.user, idea=found, follows=follows, **form.cleaned_data)
        _names_nobody(request, form)
        return redirect("cycle-predict", planned.public_id)
    return page(request, "cycles/cycle_plan.html", HERE | {"form": form, "idea": found, "follows": follows})


def _followed(request: Request, problem: Problem) -> Cycle | None:
    """The cycle that the new one grows out of, if the address names one of this problem."""
    try:
        asked = uuid.UUID(request.GET.get("follows", ""))
    except ValueError:
        return None
    found = queries.cycle(request.user, asked)
    return found if found.idea.problem_id == problem.pk else None


@access.shows("cycle.read")
@require_safe
def cycle(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The story of a cycle, for the screen and for paper."""
    return page(request, "cycles/cycle.html", HERE | {"story": queries.story(request.user, public_id)})


def _to_change(request: Request, public_id: uuid.UUID, *states: str) -> queries.Story:
    """A cycle that the person may change and that stands where this page changes it, else Http404."""
    story = queries.story(request.user, public_id)
    if not story.may_change or story.cycle.state not in states:
        raise Http404
    return story


@access.shows("cycle.edit", change="cycle.edit")
@require_http_methods(["GET", "POST"])
def cycle_plan(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """The plan in other words, until it begins; or set aside."""
    story = _to_change(request, public_id, Cycle.State.PLAN)
    if "set_aside" in request.POST:
        actions.set_aside(request.user, cycle=story.cycle)
        return redirect(story.cycle.idea)
    form = PlanForm(request.POST or None, viewer=request.user, idea=story.cycle.idea, cycle=story.cycle)
    if form.is_valid():
        actions.change_plan(request.user, cycle=story.cycle, **form.cleaned_data)
        _names_nobody(request, form)
        return redirect("cycle-predict", public_id)
    return page(request, "cycles/cycle_plan.html", HERE | {"form": form, "idea": story.cycle.idea, "story": story})


@access.shows("cycle.edit", change="cycle.edit")
@require_http_methods(["GET", "POST"])
def cycle_predict(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Write what we expect of each measure, before anything can be seen; then begin."""
    story = _to_change(request, public_id, Cycle.State.PLAN)
    if "begin" in request.POST:
        return _begin(request, story)
    wrote = request.POST.get("measure", "")
    forms = []
    for result in story.results:
        asked = str(result.prediction.pk) == wrote
        form = PredictionForm(request.POST if asked else None, viewer=request.user, prediction=result.prediction)
        if form.is_valid():
            actions.predict(request.user, cycle=story.cycle, measure=result.prediction.measure, **form.cleaned_data)
            _names_nobody(request, form)
            return redirect("cycle-predict", public_id)
        forms.append((result, form))
    return page(request, "cycles/cycle_predict.html", HERE | {"story": story, "forms": forms})


def _begin(request: Request, story: queries.Story) -> HttpResponse:
    """The test begins, if its predictions are written and its first day has come."""
    try:
        actions.begin_cycle(request.user, cycle=story.cycle)
    except NotNow:
        messages.warning(request, _("It begins once every prediction is written and its first day has come."))
        return redirect("cycle-predict", story.cycle.public_id)
    return redirect("cycle-do", story.cycle.public_id)


@access.shows("cycle.edit", change="cycle.edit")
@require_http_methods(["GET", "POST"])
def cycle_do(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Write down what is seen, day by day, and end the test. Later thoughts too, as notes of their own."""
    story = _to_change(request, public_id, Cycle.State.DO, Cycle.State.STUDY, Cycle.State.DONE)
    note = NoteForm(request.POST if request.POST.get("do") == "note" else None)
    end = EndForm(request.POST if request.POST.get("do") == "end" else None, cycle=story.cycle)
    if note.is_valid():
        actions.write_note(request.user, cycle=story.cycle, **note.cleaned_data)
        _names_nobody(request, note)
        return redirect("cycle-do", public_id)
    if end.is_valid():
        actions.end_cycle(request.user, cycle=story.cycle, **end.cleaned_data)
        return redirect("cycle-study", public_id)
    return page(request, "cycles/cycle_do.html", HERE | {"story": story, "note": note, "end": end})


@access.shows("cycle.edit", change="cycle.edit")
@require_http_methods(["GET", "POST"])
def cycle_study(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """What was seen beside what was predicted, as the page counts it; and what we make of it."""
    story = _to_change(request, public_id, Cycle.State.STUDY)
    form = StudyForm(request.POST or None, cycle=story.cycle)
    if form.is_valid():
        actions.study(request.user, cycle=story.cycle, **form.cleaned_data)
        _names_nobody(request, form)
        return redirect("cycle-act", public_id)
    return page(request, "cycles/cycle_study.html", HERE | {"story": story, "form": form})


@access.shows("cycle.edit", change="cycle.edit")
@require_http_methods(["GET", "POST"])
def cycle_act(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Decide what follows, and go on to the next cycle."""
    story = _to_change(request, public_id, Cycle.State.STUDY)
    form = DecisionForm(request.POST or None)
    if form.is_valid():
        try:
            actions.decide(request.user, cycle=story.cycle, **form.cleaned_data)
            _names_nobody(request, form)
            return redirect(story.cycle)
        except NotNow:
            return redirect("cycle-study", public_id)
    return page(request, "cycles/cycle_act.html", HERE | {"story": story, "form": form})
