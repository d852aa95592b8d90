"""Pages about who is here: the account, students, the district."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heartwork.roster import access, actions, help, people_queries, queries
from heartwork.roster.access import Request
from heartwork.roster.forms import AttributeForm, NewAttributeForm, SettingsForm, StudentSearch
from heartwork.roster.models import StaffMember
from heartwork.roster.sign_in import in_language
from heartwork.web.page import is_part, page

FURTHER = ["district.read", "assignment.read", "twin.edit"]  # places that only some people have


def page_number(request: HttpRequest) -> int:
    """The number of the page asked for; anything else is the first."""
    asked = request.GET.get("page", "")
    return max(1, min(int(asked[:9]), queries.LAST_PAGE)) if asked.isdecimal() and asked.isascii() else 1


# -- my own page


@access.public("Chooses the language of pages, at sign-in as well; shows nothing.")
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Go on in another language, on the page where one was."""
    chosen, back = request.POST.get("language", ""), request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = resolve_url("today")
    if isinstance(request.user, StaffMember) and chosen in dict(settings.LANGUAGES):
        actions.choose_language(request.user, chosen)
    response = redirect(back)
    return in_language(response, chosen) if chosen in dict(settings.LANGUAGES) else response


@access.shows("self.read")
@require_safe
def account(request: Request) -> HttpResponse:
    """The signed-in person's own page: language, password, and whom they see and why."""
    lines = people_queries.my_assignments(request.user)
    actions.listed_students(request.user, sum(line.names_student for line in lines))
    context = {
        "lines": lines,
        "others": people_queries.also_reach(request.user),
        "languages": settings.LANGUAGES,
        "more": {what.partition(".")[0]: access.may(request.user, what) for what in FURTHER},
    }
    return page(request, "roster/account.html", context)


@access.shows("self.read", as_another=True)
@require_safe
def access_help(request: Request) -> HttpResponse:
    """Who may see and do what: the table that the doors themselves read, in words."""
    context = {"roles": help.roles(request.user), "table": help.table()}
    context["may_choose"] = access.may(request.user, "district.edit")
    return page(request, "roster/access_help.html", context)


# -- students


@access.shows("student.read", as_another=True)
@require_safe
def students(request: Request) -> HttpResponse:
    """The students whom the viewer reaches, by name."""
    form = StudentSearch(request.GET, viewer=request.user)
    found = queries.students(request.user, **form.cleaned_data) if form.is_valid() else queries.students(request.user)
    shown = queries.page_of(found, page_number(request))
    actions.listed_students(request.user, len(shown.rows))
    context: dict[str, Any] = {"place": "students", "form": form, "page": shown}
    context |= {"lines": queries.student_lines(shown.rows), "reach": queries.reach_in_words(request.user)}
    context["may_open"] = access.may(request.user, "emergency.open")
    if not is_part(request):
        context["count"] = queries.count_of_students(request.user)
    return page(request, "roster/students.html", context, part="list")


# -- the district


@access.shows("district.read")
@require_safe
def district(request: Request) -> HttpResponse:
    """The district in numbers, and the rules that it has set for itself."""
    found = queries.district()
    context = {
        "district": found,
        "rules": queries.settings_in_words(found),
        "figures": queries.district_figures(request.user),
        "history": queries.settings_history(request.user),
        "may_edit": access.may(request.user, "district.edit"),
    }
    return page(request, "roster/district.html", context)


@access.shows("district.edit", change="district.edit")
@require_http_methods(["GET", "POST"])
def settings_of_district(request: Request) -> HttpResponse:
    """The district changes its own rules; what was before stays in the journal."""
    form = SettingsForm(request.POST or None, instance=queries.district())
    if form.is_valid():
        actions.change_settings(request.user, **form.cleaned_data)
        messages.success(request, _("Saved. The new rules hold from now on."))
        return redirect("district")
    return page(request, "roster/settings.html", {"form": form})


@access.shows("district.edit", change="district.edit")
@require_http_methods(["GET", "POST"])
def attributes(request: Request) -> HttpResponse:
    """The ways in which subgroups form, and a new one of the district's own."""
    form = NewAttributeForm(request.POST or None)
    if form.is_valid():
        actions.change_attribute(request.user, **form.cleaned_data)
        return redirect("attributes")
    return page(request, "roster/attributes.html", {"form": form, "attributes": queries.attributes()})


@access.shows("district.edit", change="district.edit")
@require_http_methods(["GET", "POST"])
def attribute(request: Request, code: str) -> HttpResponse:
    """How one subgroup is called."""
    found = queries.attribute(request.user, code)
    form = AttributeForm(request.POST or None, instance=found)
    if form.is_valid():
        actions.change_attribute(request.user, queries.attribute(request.user, code), **form.cleaned_data)
        return redirect("attributes")
    return page(request, "roster/attribute.html", {"form": form, "attribute": found})


# -- two identifiers, one child


@access.shows("twin.edit")
@require_safe
def twins(request: Request) -> HttpResponse:
    """Pairs that may be one child: nobody merges them by guess."""
    open_pairs = queries.page_of(queries.twins(request.user), page_number(request))
    decided = queries.page_of(queries.twins(request.user, decided=True))
    actions.listed_students(request.user, 2 * (len(open_pairs.rows) + len(decided.rows)))
    return page(request, "roster/twins.html", {"page": open_pairs, "decided": decided.rows})


@access.shows("twin.edit", change="twin.edit")
@require_http_methods(["POST"])
def twin(request: Request, pk: int) -> HttpResponse:
    """One child, two children, or two after all."""
    say = {"same": actions.same_child, "not": actions.not_the_same, "apart": actions.tell_apart}
    if answer := say.get(request.POST.get("answer", "")):
        answer(request.user, queries.twin(request.user, pk))
    return redirect("twins")
