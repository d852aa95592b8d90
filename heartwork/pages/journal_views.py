"""The page on which the journal is read."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from heartwork.pages import journal as journal_of
from heartwork.pages.forms import JournalSearch
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.access import Request
from heartwork.roster.views import page_number
from heartwork.web.page import page


@access.shows("journal.read")
@require_safe
def journal(request: Request) -> HttpResponse:
    """What was done and seen: searched by person, student, kind and day."""
    form = JournalSearch(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    shown = roster.page_of(journal_of.entries(request.user, **chosen), page_number(request), size=50)
    context = {"form": form, "page": shown, "lines": journal_of.in_words(request.user, shown.rows)}
    return page(request, "pages/journal.html", context, part="list")
