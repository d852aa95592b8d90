"""A director brings a roster on a phone: upload, close the page, come back, look, apply."""

import pytest
from playwright.sync_api import expect

from heartwork.roster import imports
from heartwork.roster.models import ImportRun, Organization, StaffMember, Student
from heartwork.testing.browser import axe, screenshot, wider_than_window

pytestmark = pytest.mark.browser

ORGS = "sourcedId,name,type\nfir,Fir Middle School,school\n"
USERS = (
    "sourcedId,enabledUser,orgSourcedIds,role,givenName,familyName,grades\n"
    "s1,true,fir,student,Wren,Abel,07\n"
    "s2,true,fir,student,Kit,Bell,08\n"
    ",true,fir,student,Nobody,Known,08\n"
)


def looks_right(window):
    assert axe(window.page) == []
    assert wider_than_window(window.page) <= 0
    assert window.complaints == []
    assert window.elsewhere == []


@pytest.mark.parametrize("javascript", [True, False])
def test_a_roster_is_brought_looked_at_and_applied_on_a_phone(windows, district, tmp_path, javascript):
    for noun in (Organization, StaffMember, Student):  # known by hand, so that this roster does not end them
        noun.objects.update(source_id=None)
    (tmp_path / "orgs.csv").write_text(ORGS)
    (tmp_path / "users.csv").write_text(USERS)
    window = windows(district.dana, width=360, height=800, javascript=javascript)
    page = window.open("/imports/")
    page.get_by_label("A zip, or one or several CSV files").set_input_files(
        [tmp_path / "orgs.csv", tmp_path / "users.csv"]
    )
    page.get_by_role("button", name="Read the files").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("orgs.csv, users.csv")
    expect(page.get_by_text("You can close this page")).to_be_visible()
    there = page.url

    page.goto("about:blank")  # the work goes on without the page
    imports.read(ImportRun.objects.get().pk)
    page.goto(there)
    expect(page.get_by_text("2 students are new.")).to_be_visible()
    expect(page.get_by_text("One row cannot be taken.")).to_be_visible()
    if javascript:  # axe is a script
        looks_right(window)
    screenshot(page, f"import-ready-phone-{javascript}")

    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Everything is applied together, or nothing is.")).to_be_visible()
    page.goto("about:blank")
    imports.apply(ImportRun.objects.get().pk, actor=district.dana)
    page.goto(there)
    expect(page.get_by_text("Where to go now")).to_be_visible()
    if javascript:
        looks_right(window)
    assert set(Student.objects.filter(source_id__in=["s1", "s2"]).values_list("given_name", flat=True)) == {
        "Wren",
        "Kit",
    }


def test_the_page_follows_the_work_by_itself(windows, district):
    run = ImportRun.objects.create(started_by=district.dana, name="roster.zip")
    page = windows(district.dana).open(f"/imports/{run.public_id}/")
    expect(page.get_by_role("heading", name="Waiting for its turn")).to_be_visible()
    ImportRun.objects.update(
        state=ImportRun.State.READING, progress={"step": "reading", "file": "users.csv", "rows": 9}
    )
    expect(page.get_by_text("9 rows so far")).to_be_visible()
    expect(page.locator("#said")).to_have_text("Reading users.csv")
    ImportRun.objects.update(state=ImportRun.State.FAILED, error="The disk is full.")
    expect(page.get_by_text("The disk is full.")).to_be_visible()
    expect(page.locator("#said")).to_contain_text("The work has ended.")


def test_more_than_the_limit_is_said_before_anything_is_sent(windows, district, settings, tmp_path):
    settings.UPLOAD_LIMIT_MB = 1
    (tmp_path / "users.csv").write_bytes(b"x" * 2**21)
    page = windows(district.dana).open("/imports/new/")
    page.get_by_label("A zip, or one or several CSV files").set_input_files(tmp_path / "users.csv")
    page.get_by_role("button", name="Read the files").click()
    assert "That is more than 1.0" in page.get_by_label("A zip").evaluate("field => field.validationMessage")
    assert not ImportRun.objects.exists()
