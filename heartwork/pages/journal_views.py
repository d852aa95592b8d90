"""The pages on which the journal is read."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from heartwork.pages import journal as journal_of
from heartwork.pages.forms import JournalSearch, OwnJournalSearch
from heartwork.roster import access, actions
from heartwork.roster import queries as roster
from heartwork.roster.access import Request
from heartwork.roster.views import page_number
from heartwork.web.page import page


@access.shows("journal.read")
@require_safe
def journal(request: Request) -> HttpResponse:
    """What others did and saw: searched by person, student, kind and day."""
    form = JournalSearch(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    shown = roster.page_of(journal_of.entries(request.user, **chosen), page_number(request), size=50)
    context = {"place": "privacy", "form": form, "page": shown, "lines": journal_of.in_words(request.user, shown.rows)}
    actions.read_journal(request.user, len(shown.rows))
    return page(request, "pages/journal.html", context, part="list")


@access.shows("self.read")
@require_safe
def own_journal(request: Request) -> HttpResponse:
    """What the journal says of the person who asks, and who else can read it."""
    form = OwnJournalSearch(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    shown = roster.page_of(journal_of.own_entries(request.user, **chosen), page_number(request), size=50)
    context = {"place": "privacy", "form": form, "page": shown, "lines": journal_of.in_words(request.user, shown.rows)}
    context["readers"] = journal_of.readers_of(request.user)
    actions.read_journal(request.user, len(shown.rows), own=True)
    return page(request, "pages/own_journal.html", context, part="list")


@access.shows("journal.counts")
@require_safe
def journal_counts(request: Request) -> HttpResponse:
    """How often what was done, as numbers."""
    return page(request, "pages/journal_counts.html", {"place": "privacy", "counts": journal_of.counts(request.user)})
