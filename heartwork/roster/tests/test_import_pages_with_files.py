"""Imports on the screen with real files: what a person explains, looks at and applies is what the roster becomes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from heartwork.roster import imports
from heartwork.roster.imports.tasks import apply_import, read_import
from heartwork.roster.models import ColumnMapping, ImportRun, Organization, StaffMember, Student

pytestmark = [
    pytest.mark.data,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),  # imports attach files to the database
]
State = ImportRun.State
CLUB = b"Student no,Event Date,Code,Nurse\nstudent-Maya Rivera,2026-02-03,TDY,\n"


@pytest.fixture
def dana(client, district):
    client.force_login(district.dana)
    return client


def text(client, run, name="import-run", data=None):
    return " ".join(client.get(reverse(name, args=[run.public_id]), data).content.decode().split())


def post(client, run, name):
    return client.post(reverse(name, args=[run.public_id]))


def csv(name, content):
    return SimpleUploadedFile(name, content, "text/csv")


def upload(client, *files):
    return client.post(reverse("import-new"), {"exports": list(files)})


def test_a_file_is_asked_about_once_and_then_read_by_itself(dana, district):
    upload(dana, csv("club.csv", CLUB))
    run = imports.read(ImportRun.objects.get().pk)
    assert "We do not know <mark>what one of these files holds</mark>." in text(dana, run)
    asked = text(dana, run, "import-mapping", data={"kind": "attendance"})
    assert '<option value="Student no" selected>Student no (student-Maya Rivera)</option>' in asked
    assert "“TDY” means" in asked
    there = f"{reverse('import-mapping', args=[run.public_id])}?kind=attendance"
    said = {"studentSourcedId": "Student no", "date": "Event Date", "code": "Code", "code:0": "T"}
    assert dana.post(there, said).url == reverse("import-run", args=[run.public_id])
    run.refresh_from_db()
    assert run.state == State.WAITING
    run = imports.read(run.pk)
    assert run.summary["unknown"] == []
    assert run.summary["files"][0]["kept"] == 1
    assert "There is nothing to do" not in text(dana, run)

    upload(dana, csv("club-march.csv", CLUB))
    assert imports.read(ImportRun.objects.first().pk).summary["unknown"] == []


def test_a_needed_column_that_was_not_chosen_is_asked_for_again(dana, district):
    upload(dana, csv("club.csv", CLUB))
    run = imports.read(ImportRun.objects.get().pk)
    there = f"{reverse('import-mapping', args=[run.public_id])}?kind=attendance"
    words = dana.post(there, {"date": "Event Date", "code": "Code", "code:0": "T"}).content.decode()
    assert "This one is needed." in words
    words = dana.post(there, {"studentSourcedId": "Code", "date": "Event Date", "code": "Code", "code:0": "T"})
    assert "“Code” is chosen twice." in words.content.decode()
    words = dana.post(there, {"studentSourcedId": "Student no", "date": "Event Date", "code": "Code"})
    assert "One more thing: say what the words in that column mean." in words.content.decode()
    assert not ColumnMapping.objects.exists()


def test_what_was_explained_can_be_explained_anew(dana, district):
    upload(dana, csv("club.csv", CLUB))
    run = imports.read(ImportRun.objects.get().pk)
    there = f"{reverse('import-mapping', args=[run.public_id])}?kind=attendance"
    dana.post(there, {"studentSourcedId": "Student no", "date": "Event Date", "code": "Code", "code:0": "T"})
    run = imports.read(run.pk)
    words = text(dana, run)
    assert "is read as somebody once explained it." in words
    mark = ColumnMapping.objects.get().fingerprint
    asked = dana.get(reverse("import-mapping", args=[run.public_id]), {"file": mark}).content.decode()
    assert '<option value="attendance" selected>' in asked
    assert '<option value="Student no" selected>' in asked


def test_a_heading_of_a_very_wide_file_is_still_found_fast(dana, district):
    wide = ",".join(f"column {n}" for n in range(5000)).encode() + b"\n" + b"1," * 4999 + b"1\n"
    upload(dana, csv("wide.csv", wide))
    run = imports.read(ImportRun.objects.get().pk)
    asked = text(dana, run, "import-mapping", data={"kind": "attendance"})
    assert "column 299" in asked
    assert "column 300" not in asked


def test_a_roster_from_the_upload_to_the_page_after_it_was_applied(dana, district):
    for noun in (Organization, StaffMember, Student):  # known by hand, so that this roster does not end them
        noun.objects.update(source_id=None)
    orgs = b"sourcedId,name,type\nfir,Fir Middle School,school\n"
    users = (
        b"sourcedId,enabledUser,orgSourcedIds,role,givenName,familyName,grades\n"
        b"s1,true,fir,student,Wren,Abel,07\ns2,true,fir,student,Kit,Bell,08\n,true,fir,student,No,Body,08\n"
    )
    upload(dana, csv("orgs.csv", orgs), csv("users.csv", users))
    run = ImportRun.objects.get()
    read_import.call(run.pk)
    words = text(dana, run)
    assert "2 students are new. Nobody leaves. <mark>One row cannot be taken.</mark>" in words
    assert "Line 4" in words
    rejects = b"".join(dana.get(reverse("import-rejects", args=[run.public_id])).streaming_content).decode("utf-8-sig")
    assert "users.csv,4,reject,sourcedId" in rejects
    post(dana, run, "import-apply")
    apply_import.call(*DBTaskResult.objects.get(task_path__endswith="apply_import").args_kwargs["args"])
    assert "Where to go now" in text(dana, run)
    assert Student.objects.filter(source_id__in=["s1", "s2"]).count() == 2

    upload(dana, csv("orgs.csv", orgs), csv("users.csv", users))
    again = ImportRun.objects.first()
    read_import.call(again.pk)
    assert "Everything in these files is known already." in text(dana, again)


def test_a_part_of_the_roster_does_not_end_the_rest_unless_someone_agrees(dana, district):
    part = b"sourcedId,enabledUser,orgSourcedIds,role,givenName,familyName\n-,true,elm,student,Wren,Abel\n"
    upload(dana, csv("users.csv", part))
    run = imports.read(ImportRun.objects.get().pk)
    words = text(dana, run)
    assert "6 of 6 students are not in these files and would leave." in words
    assert "11 of 11 people who work here are not in these files and could no longer sign in." in words
    with pytest.raises(imports.NeedsAgreement):
        imports.apply(run.pk, actor=district.dana)
    assert not Student.objects.exclude(ended_on=None).exists()
