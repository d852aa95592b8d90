"""Imports on the screen: bringing files, watching the work, looking at what would change, deciding."""

import datetime
import io
import json
import os
import time
import uuid
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from heartwork.journal.models import Entry
from heartwork.roster import import_actions, import_queries, import_uploads, imports
from heartwork.roster.models import ImportRun, PossibleTwin
from heartwork.testing.people import hire

HTMX = {"HX-Request": "true"}
State = ImportRun.State

SUMMARY = {
    "form": "OneRoster 1.1 (bulk)",
    "files": [
        {"name": "users.csv", "kind": "users", "rows": 630, "kept": 616, "warned": 3, "rejected": 14, "problem": None},
        {"name": "orgs.csv", "kind": "orgs", "rows": 0, "problem": "The manifest names this file, but it is missing."},
    ],
    "nouns": [
        {"noun": "schools", "added": 0, "changed": 0, "ended": 0, "untouched": 4},
        {"noun": "students", "added": 612, "changed": 3, "ended": 0, "untouched": 1},
    ],
    "groups": [
        {
            "file": "users.csv",
            "column": "grade",
            "severity": "warn",
            "message": "This is not a grade we know.",
            "count": 3,
            "examples": [{"line": 14, "value": "9th"}],
        },
        {
            "file": "users.csv",
            "column": "sourcedId",
            "severity": "reject",
            "message": "This may not be blank.",
            "count": 14,
            "examples": [{"line": 7, "value": "\u202egro.live"}, {"line": 8, "value": ""}],
        },
        {
            "file": "users.csv",
            "column": "status",
            "severity": "clean",
            "message": "Blanks were taken away.",
            "count": 2,
            "examples": [],
        },
    ],
    "asks": [],
    "unknown": [],
}
NOTHING = SUMMARY | {"nouns": [{"noun": "students", "added": 0, "changed": 0, "ended": 0, "untouched": 616}]}
ASKS = SUMMARY | {"asks": ["This would end 412 of 1,200 enrollments, which is more than 20 percent."]}


@pytest.fixture
def dana(client, district):
    client.force_login(district.dana)
    return client


def a_run(by, state=State.READY, summary=SUMMARY, **more):
    run = ImportRun.objects.create(started_by=by, name="roster.zip", state=state, summary=summary, **more)
    (imports.folder_of(run) / "files").mkdir(parents=True)
    return run


def text(client, run, name="import-run", data=None, **more):
    return " ".join(client.get(reverse(name, args=[run.public_id]), data, **more).content.decode().split())


def post(client, run, name, data=None, **more):
    return client.post(reverse(name, args=[run.public_id]), data or {}, **more)


def csv(name="users.csv", content=b"sourcedId,givenName\n1,Maya\n"):
    return SimpleUploadedFile(name, content, "text/csv")


def upload(client, *files, **more):
    return client.post(reverse("import-new"), {"exports": list(files)}, **more)


# -- the list


def test_before_the_first_import_the_page_says_what_to_bring(dana):
    words = dana.get(reverse("imports")).content.decode()
    assert "Heartwork begins with your roster" in words
    assert "OneRoster CSV" in words
    assert "None yet." in words


def test_the_list_says_who_brought_what_and_what_came_of_it(dana, district):
    a_run(district.sam, State.SET_ASIDE)
    words = dana.get(reverse("imports")).content.decode()
    assert "roster.zip" in words
    assert "Sam Hill" in words
    assert "Set aside, nothing was changed" in words


def test_the_list_takes_as_many_queries_for_twenty_imports_as_for_one(dana, district, django_assert_max_num_queries):
    for _ in range(20):
        a_run(district.sam)
    with django_assert_max_num_queries(5):
        dana.get(reverse("imports"))


def test_older_imports_are_on_the_next_page(dana, district):
    for number in range(26):
        ImportRun.objects.create(name=f"file-{number}.csv")
    first = dana.get(reverse("imports")).content.decode()
    assert "file-25.csv" in first
    assert "file-0.csv" not in first
    assert "file-0.csv" in dana.get(reverse("imports"), {"page": 2}, headers=HTMX).content.decode()


@pytest.mark.parametrize("who", ["sol", "lena", "priya", "ruth", "tomas", "uma", "nadia"])
def test_whoever_brings_no_files_meets_the_same_404_everywhere(client, district, who):
    client.force_login(district.staff[who])
    run = a_run(district.dana)
    assert client.get(reverse("imports")).status_code == 404
    assert upload(client, csv()).status_code == 404
    for name in ("import-run", "import-rejects", "import-mapping"):
        assert client.get(reverse(name, args=[run.public_id])).status_code == 404
    for name in ("import-apply", "import-set-aside", "import-again", "import-mapping"):
        assert post(client, run, name).status_code == 404
    run.refresh_from_db()
    assert run.state == State.READY


def test_an_import_that_is_not_there_is_the_same_404(dana, district):
    for name in ("import-run", "import-rejects", "import-mapping"):
        assert dana.get(reverse(name, args=[uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize("who", ["sol", "priya", "ruth", "nadia"])
def test_every_question_and_decision_asks_whether_this_person_may(district, who):
    person, run = district.staff[who], a_run(district.dana)
    with pytest.raises(PermissionDenied):
        import_queries.runs(person)
    for decide in (
        lambda: import_actions.take_in(person, []),
        lambda: import_actions.ask_to_apply(person, run),
        lambda: import_actions.ask_to_read(person, run),
        lambda: import_actions.set_aside(person, run),
        lambda: import_actions.explain(person, run, "f1", "attendance", {}, {}),
        lambda: import_actions.note_download(person, run),
    ):
        with pytest.raises(PermissionDenied):
            decide()


# -- bringing files


def test_files_that_are_brought_become_an_import_that_waits_to_be_read(dana, district):
    response = upload(dana, csv("users.csv"), csv("orgs.csv"))
    run = ImportRun.objects.get()
    assert response.url == reverse("import-run", args=[run.public_id])
    assert (run.state, run.started_by, run.name) == (State.WAITING, district.dana, "orgs.csv, users.csv")
    assert {path.name for path in (imports.folder_of(run) / "files").iterdir()} == {
        "users.csv",
        "orgs.csv",
    }
    assert Entry.objects.filter(verb="import.begun", actor=district.dana, subject_pk=run.pk).count() == 1


def test_reading_is_left_to_the_worker(dana):
    upload(dana, csv())
    assert DBTaskResult.objects.get().args_kwargs["args"] == [ImportRun.objects.get().pk]


def test_a_zip_may_be_brought(dana):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("users.csv", "sourcedId\n1\n")
    upload(dana, SimpleUploadedFile("Roster.ZIP", packed.getvalue()))
    assert ImportRun.objects.get().name == "Roster.ZIP"


def test_nothing_of_an_upload_is_left_in_the_folder_for_uploads(dana, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    upload(dana, csv("a.csv"), csv("b.csv"))
    assert list(settings.FILE_UPLOAD_TEMP_DIR.iterdir()) == []


def test_with_htmx_the_browser_is_sent_to_the_import(dana):
    response = upload(dana, csv(), headers=HTMX)
    assert response["HX-Redirect"] == reverse("import-run", args=[ImportRun.objects.get().public_id])


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([], "Pick a file first."),
        ([csv(content=b"")], "That file is empty."),
        ([csv("roster.xlsx")], "“roster.xlsx” is neither a zip nor a CSV file."),
        ([csv("a.zip"), csv("b.csv")], "Bring one zip, or several CSV files, not both at once."),
        ([csv("a.csv"), csv("A.csv")], "Two of those files have the same name."),
        ([csv("é" * 120 + ".csv")], "The name of that file is too long."),
        ([csv("roster.zip", b"not a zip")], "“roster.zip” is not a zip file."),
    ],
)
def test_files_that_cannot_be_read_are_refused_with_the_mend(dana, files, sentence):
    for each in files:
        each.seek(0)
    words = upload(dana, *files).content.decode()
    assert sentence in words
    assert not ImportRun.objects.exists()


def test_more_than_the_limit_is_refused_with_a_sentence(dana, settings):
    settings.UPLOAD_LIMIT_MB = 1
    words = upload(dana, csv(content=b"x" * 1_100_000), headers=HTMX).content.decode()
    assert "That is more than 1.0\xa0MB, so none of it was kept." in words
    assert "<html" not in words
    assert not ImportRun.objects.exists()


def test_the_token_of_the_form_is_checked(district):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(district.dana)
    assert upload(careful, csv()).status_code == 403
    careful.get(reverse("import-new"))
    token = careful.cookies["csrftoken"].value
    sent = careful.post(reverse("import-new"), {"csrfmiddlewaretoken": token, "exports": [csv()]})
    assert sent.status_code == 302


def test_a_form_that_has_no_use_for_files_does_not_read_them(client, db, monkeypatch):
    monkeypatch.setattr("django.core.files.uploadhandler.FileUploadHandler.receive_data_chunk", pytest.fail)
    response = client.post(reverse("sign-in"), {"login": "x", "password": "y", "file": csv()})
    assert "do not belong together" in response.content.decode()


def test_what_an_upload_left_behind_goes_after_a_day(tmp_path):
    folder, old, new = tmp_path / "half", tmp_path / "a.upload.csv", tmp_path / "b.upload.csv"
    folder.mkdir()
    (folder / "users.csv").touch()
    old.touch()
    new.touch()
    for path in (folder, old):
        os.utime(path, (time.time() - 100_000,) * 2)
    import_uploads.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [new]


# -- while it works


def test_while_it_is_read_the_page_says_how_far_it_has_come_and_asks_again(dana, district):
    said = {"file": "users.csv", "rows": 120_000, "bytes": 1, "of_bytes": 9, "step": "reading"}
    run = a_run(district.dana, State.READING, {}, progress=said, heard_at=timezone.now())
    words = text(dana, run)
    assert "users.csv" in words
    assert "120,000 rows so far · 11% done" in words
    assert 'hx-trigger="every 1s"' in words
    assert "You can close this page: the work goes on" in words


def test_the_part_alone_is_sent_to_htmx_and_tells_a_new_step_aloud_once(dana, district):
    said = {"file": "users.csv", "step": "reading"}
    run = a_run(district.dana, State.READING, {}, progress=said, heard_at=timezone.now())
    there = reverse("import-run", args=[run.public_id])
    first = dana.get(there, {"seen": "waiting "}, headers=HTMX).content.decode()
    again = dana.get(there, {"seen": "reading users.csv"}, headers=HTMX).content.decode()
    assert "<html" not in first
    assert "hx-swap-oob" in first
    assert "hx-swap-oob" not in again


def test_work_that_has_gone_silent_can_be_started_again(dana, district):
    heard = timezone.now() - datetime.timedelta(seconds=45)
    run = a_run(district.dana, State.READING, {}, heard_at=heard)
    assert "Nothing has been heard from this work for 45 seconds" in text(dana, run)
    post(dana, run, "import-again")
    run.refresh_from_db()
    assert run.state == State.WAITING
    assert DBTaskResult.objects.count() == 1
    assert "Nothing has been heard" not in text(dana, run)


def test_work_that_said_more_in_its_file_before_it_stopped_can_be_started_again(dana, district):
    run = a_run(district.dana, State.READING, {}, heard_at=timezone.now() - datetime.timedelta(seconds=60))
    told = {"at": (timezone.now() - datetime.timedelta(seconds=45)).isoformat(), "step": "reading", "rows": 20_000}
    (imports.folder_of(run) / "progress.json").write_text(json.dumps(told))
    assert "Nothing has been heard from this work for 45 seconds" in text(dana, run)
    post(dana, run, "import-again")
    run.refresh_from_db()
    assert run.state == State.WAITING


def test_work_that_is_alive_is_not_started_again(dana, district):
    run = a_run(district.dana, State.READING, {}, heard_at=timezone.now())
    post(dana, run, "import-again")
    assert not DBTaskResult.objects.exists()


# -- what it would change


def test_the_preview_opens_with_the_sentence_that_matters(dana, district):
    words = text(dana, a_run(district.dana))
    assert "612 students are new. 3 have changed. Nobody leaves. <mark>14 rows cannot be taken.</mark>" in words


def test_the_preview_names_every_file_and_every_problem_with_its_place_and_mend(dana, district):
    words = text(dana, a_run(district.dana))
    assert "The manifest names this file, but it is missing." in words
    assert "This may not be blank." in words
    assert "Line 14" in words
    assert words.index("This may not be blank.") < words.index("This is not a grade we know.")
    assert "Tidied on the way in" in words


def test_what_stands_in_a_file_cannot_turn_the_page_round(dana, district):
    words = text(dana, a_run(district.dana))
    assert "\u202e" not in words
    assert "⟨U+202E⟩gro.live" in words


def test_an_import_that_would_change_nothing_says_so(dana, district):
    words = text(dana, a_run(district.dana, summary=NOTHING))
    assert "There is nothing to do." in words
    assert reverse("import-apply", args=[ImportRun.objects.get().public_id]) not in words


def test_a_failed_import_says_what_happened_and_what_to_do(dana, district):
    words = text(dana, a_run(district.dana, State.FAILED, {}, error="The disk is full."))
    assert "The disk is full." in words
    assert "your roster is as it was" in words
    assert "Bring other files" in words


def test_an_applied_import_leads_on(dana, district):
    PossibleTwin.objects.create(first=district.maya, second=district.eli, reason="same birth date")
    words = text(dana, a_run(district.dana, State.APPLIED, finished_at=timezone.now()))
    assert "612 students are new." in words
    assert "One pair of students may be the same child" in words
    assert reverse("twins") in words
    assert reverse("students") in words


def test_a_system_administrator_is_not_sent_to_pages_about_students(client, district):
    client.force_login(district.sam)
    PossibleTwin.objects.create(first=district.maya, second=district.eli, reason="same birth date")
    words = text(client, a_run(district.sam, State.APPLIED, finished_at=timezone.now()))
    assert reverse("twins") not in words
    assert reverse("students") not in words


# -- who reads single rows


@pytest.mark.parametrize(("who", "sees"), [("dana", True), ("sam", True), ("other", False)])
def test_single_rows_are_shown_to_who_brought_them_and_to_the_director(client, district, who, sees):
    district.staff["other"] = hire("Olga Other", "system_administrator", organization=district.office)
    client.force_login(district.staff[who])
    run = a_run(district.sam)
    (imports.folder_of(run) / "problems.csv").write_text("file,line\nusers.csv,7\n")
    words = text(client, run)
    assert "14 rows cannot be taken" in words
    assert ("gro.live" in words) == sees
    assert ("9th" in words) == sees
    assert (reverse("import-rejects", args=[run.public_id]) in words) == sees
    assert client.get(reverse("import-rejects", args=[run.public_id])).status_code == (200 if sees else 404)
    assert Entry.objects.filter(verb="import.rejects_downloaded").exists() == sees


def test_the_rows_left_out_download_as_a_file_that_nobody_keeps(dana, district):
    run = a_run(district.dana)
    (imports.folder_of(run) / "problems.csv").write_text("file,line\nusers.csv,7\n")
    response = dana.get(reverse("import-rejects", args=[run.public_id]))
    assert b"".join(response.streaming_content) == b"file,line\nusers.csv,7\n"
    assert response["Content-Disposition"] == 'attachment; filename="problems.csv"'
    assert response["Cache-Control"] == "no-store"


def test_where_nothing_was_left_out_there_is_nothing_to_download(dana, district):
    run = a_run(district.dana)
    assert dana.get(reverse("import-rejects", args=[run.public_id])).status_code == 404
    assert not Entry.objects.filter(verb="import.rejects_downloaded").exists()


# -- deciding


def test_apply_is_handed_to_the_worker_and_a_second_click_does_nothing(dana, district):
    run = a_run(district.dana)
    assert post(dana, run, "import-apply").status_code == 302
    assert post(dana, run, "import-apply").status_code == 302
    run.refresh_from_db()
    assert run.state == State.APPLYING
    assert DBTaskResult.objects.get().args_kwargs["args"] == [run.pk, district.dana.pk, False]


def test_ending_much_of_the_roster_must_be_agreed_to(dana, district):
    run = a_run(district.dana, summary=ASKS)
    assert ASKS["asks"][0] in text(dana, run)
    response = post(dana, run, "import-apply")
    run.refresh_from_db()
    assert "Tick this first" in response.content.decode()
    assert run.state == State.READY
    post(dana, run, "import-apply", {"agreed": "on"})
    assert DBTaskResult.objects.get().args_kwargs["args"] == [run.pk, district.dana.pk, True]


def test_what_was_set_aside_cannot_be_applied(dana, district):
    run = a_run(district.dana)
    post(dana, run, "import-set-aside")
    post(dana, run, "import-apply")
    run.refresh_from_db()
    assert run.state == State.SET_ASIDE
    assert not DBTaskResult.objects.exists()
    assert Entry.objects.filter(verb="import.set_aside", actor=district.dana).count() == 1
    assert "This import was set aside." in text(dana, run)


def test_what_is_being_applied_cannot_be_set_aside(dana, district):
    run = a_run(district.dana, State.APPLYING, heard_at=timezone.now())
    post(dana, run, "import-set-aside")
    run.refresh_from_db()
    assert run.state == State.APPLYING
    assert not Entry.objects.filter(verb="import.set_aside").exists()


def test_after_another_import_this_one_is_read_again_first(dana, district):
    run = a_run(district.dana)
    a_run(district.sam, State.APPLIED, finished_at=timezone.now())
    words = text(dana, run)
    assert "Another import was applied since these files were read" in words
    assert reverse("import-apply", args=[run.public_id]) not in words
    post(dana, run, "import-again")
    run.refresh_from_db()
    assert run.state == State.WAITING


# -- files nobody has explained yet


@pytest.fixture
def unknown(district):
    run = a_run(district.dana, summary=NOTHING | {"unknown": [{"name": "x.csv", "headings": [], "fingerprint": "f1"}]})
    rows = [
        "Student Number,Event Date,Code,Nurse",
        "7,2025-09-03,A-unexc,",
        "8,2025-09-04,TDY,",
        "9,2025-09-05,A,\u202ex",
    ]
    (imports.folder_of(run) / "files" / "x.csv").write_text("\n".join(rows))
    return run


def test_an_unknown_file_is_asked_about_with_its_headings_and_values(dana, unknown):
    assert reverse("import-mapping", args=[unknown.public_id]) in text(dana, unknown)
    words = text(dana, unknown, "import-mapping")
    assert "Student Number" in words
    assert "A-unexc" in words
    assert "\u202e" not in words
    assert "Each row of this file is" in words


def test_once_an_import_is_applied_none_of_its_files_is_explained(dana, unknown):
    ImportRun.objects.filter(pk=unknown.pk).update(state=State.APPLIED)
    assert dana.get(reverse("import-mapping", args=[unknown.public_id])).status_code == 404


def test_only_who_may_read_rows_can_explain_a_file(client, district, unknown):
    client.force_login(district.sam)
    assert client.get(reverse("import-mapping", args=[unknown.public_id])).status_code == 404
    assert post(client, unknown, "import-mapping").status_code == 404
