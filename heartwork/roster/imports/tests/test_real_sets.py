"""Files that others published: each imports with the counts that are known of it, and twice changes nothing."""

from pathlib import Path

import pytest

from heartwork.records.models import Absence, Referral
from heartwork.roster import imports
from heartwork.roster.imports.kinds import fingerprint
from heartwork.roster.imports.tables import layout_of
from heartwork.roster.imports.tests.conftest import kept, messages, moved, noun
from heartwork.roster.models import Assignment, Enrollment, Guardian, Guardianship, Organization, Student

pytestmark = pytest.mark.data
DATA = Path(__file__).parent / "data"
ASPEN = DATA / "aspen-sis-exports"


@pytest.mark.parametrize(("folder", "form"), [("1.0", "OneRoster 1.0"), ("1.1", "OneRoster 1.1 (bulk)")])
def test_the_same_school_as_oneroster_1_0_and_1_1(bring, folder, form):
    run = bring(DATA / f"edfi-lms-toolkit-{folder}")
    assert run.summary["form"] == form
    rows = kept(run)
    assert {name: rows[f"{name}.csv"] for name in ("orgs", "academicSessions", "courses", "classes", "users")} == {
        "orgs": 2, "academicSessions": 3, "courses": 2, "classes": 2, "users": 10
    }  # fmt: skip
    assert (rows["enrollments.csv"], rows["demographics.csv"]) == (24, 8)
    assert (Student.objects.count(), Guardian.objects.count()) == (8, 0)
    assert Enrollment.objects.exclude(section=None).count() == 20
    assert Assignment.objects.exclude(section=None).count() == 4
    assert moved(bring(DATA / f"edfi-lms-toolkit-{folder}")) == {}


def test_rows_with_a_cell_too_many_are_kept_and_named(bring):
    run = bring(DATA / "edfi-lms-toolkit-1.1", apply=False)
    (group,) = [group for group in run.summary["groups"] if group["file"] == "users.csv"]
    assert [example["line"] for example in group["examples"]] == [10, 11]


def test_microsoft_school_data_sync_2_1(bring):
    run = bring(DATA / "microsoft-sds-2.1")
    assert run.summary["form"] == "Microsoft School Data Sync 2.1"
    rows = kept(run)
    expected = {"orgs": 4, "users": 8, "roles": 7, "classes": 2, "enrollments": 6, "relationships": 3, "userFlags": 3,
                "demographics": 6}  # fmt: skip
    assert {name: rows[f"{name}.csv"] for name in expected} == expected
    assert set(Guardian.objects.values_list("source_id", flat=True)) == {"114002", "114005"}
    assert Guardianship.objects.count() == 3
    assert moved(bring(DATA / "microsoft-sds-2.1")) == {}


def test_microsoft_school_data_sync_1(bring):
    run = bring(DATA / "microsoft-sds-v1")
    assert run.summary["form"] == "Microsoft School Data Sync 1"
    assert noun(run, "students")[0] == kept(run)["Student.csv"] == 86
    assert Enrollment.objects.exclude(section=None).count() == kept(run)["StudentEnrollment.csv"] == 602
    assert Assignment.objects.exclude(section=None).count() == kept(run)["TeacherRoster.csv"] == 28
    assert moved(bring(DATA / "microsoft-sds-v1")) == {}


def test_no_password_is_kept_anywhere(bring):
    run = bring(DATA / "microsoft-sds-v1", apply=False)
    for path in imports.folder_of(run).rglob("*"):
        if path.is_file():
            assert b"P@ssw" not in path.read_bytes()


@pytest.mark.parametrize("path", sorted(ASPEN.glob("*.csv")), ids=lambda path: path.stem)
def test_every_export_of_a_student_system_is_read_and_offered_for_mapping(bring, path):
    run = bring({path.name: path.read_bytes()}, apply=False)
    (file,) = run.summary["files"]
    assert file["kind"] == "referrals" or run.summary["unknown"][0]["headings"] == list(layout_of(path).headings)
    assert "unknown_error" not in str(messages(run))


def remember(name: str, kind: str, columns: dict[str, str], values: dict[str, dict[str, str]] | None = None) -> None:
    imports.remember_mapping(None, fingerprint(layout_of(ASPEN / name).headings), kind, columns, values)


def test_an_export_of_students_attendance_and_behavior_comes_in_by_a_mapping(bring):
    for code in ("HEA", "SHS", "BRN"):
        Organization.objects.create(source_id=code, name=code)
    remember(
        "fake_students_export.csv",
        "students",
        {
            "studentId": "local_id",
            "fullName": "full_name",
            "grades": "grade",
            "school": "school_local_id",
            "birthDate": "date_of_birth",
            "sex": "gender",
            "race": "race",
            "hispanic": "hispanic_latino",
            "homeLanguage": "home_language",
            "disability": "program_assigned",
            "section504": "plan_504",
        },
        {"disability": {"Sp Ed": "true", "Reg Ed": "false"}, "section504": {"Not 504": "false", "504": "true"}},
    )
    run = bring({"students.csv": (ASPEN / "fake_students_export.csv").read_bytes()})
    assert noun(run, "students") == (5, 0, 0, 0)
    first = Student.objects.get(source_id="100")
    assert (first.given_name, first.family_name, first.grade, first.sex) == ("First", "Fake Student", "07", "female")
    assert set(first.attributes.values_list("attribute__code", flat=True)) == {"black", "disability"}
    assert first.enrollments.get().school.name == "HEA"

    Student.objects.filter(source_id="101").update(source_id="std")
    remember(
        "attendance_dump.csv",
        "attendance",
        {"studentSourcedId": "ATT_STD_OID", "date": "ATT_DATE", "code": "ATT_CODE_VIEW", "excused": "ATT_EXCUSED_IND",
         "reason": "ATT_COMMENT"},
        {"code": {"T-E": "T"}},
    )  # fmt: skip
    run = bring({"attendance_dump.csv": (ASPEN / "attendance_dump.csv").read_bytes()})
    absence = Absence.objects.get()
    assert absence.reason == 'MTHR CALLED "FEW MINUTES LATE"'  # quotes escaped by a backslash
    assert kept(run) == {"attendance_dump.csv": 1}  # the second row says the same of the same day

    for code in ("10", "11", "13"):
        Student.objects.create(source_id=code, given_name="Test", family_name=code)
    run = bring({"fake_behavior_export.csv": (ASPEN / "fake_behavior_export.csv").read_bytes()})
    assert list(Referral.objects.order_by("date", "pk").values_list("behavior", "time"))[2] == ("Bullying", None)
    assert kept(run) == {"fake_behavior_export.csv": 3}  # one has no day


def test_a_mapping_that_lacks_what_the_kind_needs_is_not_remembered(db):
    with pytest.raises(ValueError, match="Say which column"):
        remember("fake_students_export.csv", "attendance", {"date": "date_of_birth"})
