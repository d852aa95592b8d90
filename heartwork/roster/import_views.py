"""Pages about imports: bring files, see what they would change, apply them, say what their columns mean."""

import uuid

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from heartwork.roster import access, import_actions, import_queries, import_uploads
from heartwork.roster.access import Request
from heartwork.roster.import_forms import AgreementForm, KindForm, MappingForm, UploadForm, too_large
from heartwork.roster.imports import ArchiveRefused
from heartwork.roster.models import ImportRun
from heartwork.roster.queries import page_of
from heartwork.web.page import is_part, page
from heartwork.web.templatetags.web import plainly


@access.shows("import.read")
@require_safe
def imports(request: Request) -> HttpResponse:
    """Every import there was, and where the next one begins."""
    number = request.GET.get("page", "1")
    rows = import_queries.past_runs(request.user)
    shown = page_of(rows, int(number) if number.isdecimal() and 0 < int(number) < 10**6 else 1)
    runs = [(run, import_queries.lead_of_run(run)) for run in shown.rows]
    context = {"place": "imports", "page": shown, "runs": runs, "form": UploadForm()}
    return page(request, "roster/imports.html", context, part="list")


@access.shows("import.read", change="import.edit")
@csrf_exempt  # the form is read, and its token checked, in `_new`: not before we know that this person may bring files
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponseBase:
    """Bring a zip, or one or several CSV files."""
    import_uploads.take_files(request)
    return _new(request)


@csrf_protect
def _new(request: Request) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if getattr(request, "is_upload_too_large", False):
        form.errors["exports"] = form.error_class([too_large()])
    elif form.is_valid():
        try:
            run = import_actions.take_in(request.user, form.cleaned_data["exports"])
        except ArchiveRefused as refused:
            form.add_error("exports", plainly(str(refused), 300))
        else:
            there = reverse("import-run", args=[run.public_id])
            return HttpResponseClientRedirect(there) if is_part(request) else redirect(there)
    return page(request, "roster/import_new.html", {"place": "imports", "form": form}, part="upload")


@access.shows("import.read")
@require_safe
def run(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """One import through its life: being read, looked at, applied."""
    found = import_queries.run(request.user, public_id)
    return _run(request, found)


def _run(request: Request, run: ImportRun, form: AgreementForm | None = None) -> HttpResponse:
    preview = import_queries.preview(request.user, run)
    unknown = import_queries.unknown_files(request.user, run)
    progress = import_queries.progress(run)
    shown = {
        "place": "imports",
        "run": run,
        "name": plainly(run.name),
        "preview": preview,
        "progress": progress,
        "news": is_part(request) and request.GET.get("seen") != (progress.milestone if progress else ""),
        "is_stale": import_queries.is_stale(run),
        "sees_rows": import_queries.sees_rows(request.user, run),
        "has_problems_file": import_queries.problems_file(request.user, run) is not None,
        "unknown": unknown,
        "file_problems": preview.whole_file_problems({file.name for file in unknown}) if preview else [],
        "explained": import_queries.explained_files(request.user, run),
        "twins": import_queries.twins_waiting(request.user),
        "form": form or AgreementForm(asks=preview.asks if preview else []),
    }
    return page(request, "roster/import_run.html", shown, part="run")


@access.shows("import.read", change="import.edit")
@require_POST
def apply(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Apply what the preview shows; a second click finds it under way."""
    run = import_queries.run(request.user, public_id)
    preview = import_queries.preview(request.user, run)
    form = AgreementForm(request.POST, asks=preview.asks if preview else [])
    if not form.is_valid():
        return _run(request, run, form)
    import_actions.ask_to_apply(request.user, run, **form.cleaned_data)
    return redirect("import-run", public_id)


@access.shows("import.read", change="import.edit")
@require_POST
def set_aside(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Apply nothing of it."""
    import_actions.set_aside(request.user, import_queries.run(request.user, public_id))
    return redirect("import-run", public_id)


@access.shows("import.read", change="import.edit")
@require_POST
def again(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Read the files again: after another import, after work that stopped, or with newly explained columns."""
    import_actions.ask_to_read(request.user, import_queries.run(request.user, public_id))
    return redirect("import-run", public_id)


@access.shows("import.read")
@require_safe
def rejects(request: Request, public_id: uuid.UUID) -> FileResponse:
    """Every row left out or worth a look, as a CSV file, to whoever may read rows of this import."""
    run = import_queries.run(request.user, public_id)
    path = import_queries.problems_file(request.user, run)
    if path is None:
        raise Http404
    import_actions.note_download(request.user, run)
    response = FileResponse(path.open("rb"), as_attachment=True, filename="problems.csv", content_type="text/csv")
    response["Cache-Control"] = "no-store"
    return response


@access.shows("import.read", change="import.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: Request, public_id: uuid.UUID) -> HttpResponse:
    """Say what the columns of a file mean that Heartwork has not met before; the next file like it is recognised."""
    run = import_queries.run(request.user, public_id)
    unknown = import_queries.unknown_files(request.user, run)
    files = {file.fingerprint: file for file in [*import_queries.explained_files(request.user, run), *unknown]}
    file = files.get(request.GET.get("file") or next((each.fingerprint for each in unknown), ""))
    if file is None:
        raise Http404
    rest = [each for each in unknown if each.fingerprint != file.fingerprint]
    which = KindForm(request.GET) if "kind" in request.GET else KindForm({"kind": file.kind} if file.kind else None)
    kind = import_queries.kind(which.cleaned_data["kind"]) if which.is_valid() else None
    form = MappingForm(request.POST or None, kind=kind, file=file) if kind else None
    if kind and form and form.is_valid():
        import_actions.explain(request.user, run, file.fingerprint, kind.code, form.columns(), form.values())
        return redirect("import-mapping" if rest else "import-run", public_id)
    shown = {"place": "imports", "run": run, "file": file, "rest": rest, "which": which, "kind": kind, "form": form}
    return page(request, "roster/import_mapping.html", shown, part="columns")
