"""Who comes, changes, leaves and comes back: whole files and changes."""

import datetime

import pytest

from heartwork.journal.models import Entry
from heartwork.roster import access, actions, imports
from heartwork.roster.imports.tests.conftest import lines, messages, moved, noun
from heartwork.roster.imports.tests.roster_files import ROSTER, delta, roster, without
from heartwork.roster.models import (
    Assignment,
    Enrollment,
    Guardian,
    Guardianship,
    ImportRun,
    Organization,
    PossibleTwin,
    Section,
    StaffMember,
    Student,
)

pytestmark = pytest.mark.data
DAY = datetime.date(2026, 2, 24)
YESTERDAY = datetime.date(2026, 2, 23)


def test_a_roster_becomes_people_places_and_who_may_see_whom(bring):
    bring(ROSTER)
    thea = StaffMember.objects.get(source_id="t1")
    assert [student.first_name for student in access.visible_to(thea).order_by("given_name")] == ["Mara", "Odo"]
    pim = StaffMember.objects.get(source_id="t2")
    assert access.visible_to(pim).count() == 2
    assert not thea.has_usable_password()
    assert Organization.objects.get(source_id="s1").parent.name == "Brook District"
    assert Section.objects.get().begin == datetime.date(2025, 9, 3)
    odo = Student.objects.get(source_id="u2")
    assert set(odo.guardians.values_list("source_id", "relation")) == {("g1", "parent"), ("g2", "guardian")}
    assert set(odo.attributes.values_list("attribute__code", flat=True)) == {"no_stable_housing", "race_not_reported"}


def test_the_same_roster_again_changes_nothing(bring):
    bring(ROSTER)
    assert moved(bring(ROSTER)) == {}


def test_who_is_not_in_a_whole_roster_any_more_has_left_but_is_not_deleted(bring):
    bring(ROSTER)
    files = roster(users=without("users", "u2,"), roles=without("roles", "r2,"),
                   enrollments=without("enrollments", "e2,"), demographics=without("demographics", "u2,"))  # fmt: skip
    run = bring(files, agreed=True)
    assert noun(run, "students") == (0, 0, 1, 2)
    odo = Student.objects.get(source_id="u2")
    assert odo.ended_on == DAY
    assert set(odo.enrollments.values_list("end", flat=True)) == {YESTERDAY}
    assert access.visible_to(StaffMember.objects.get(source_id="t1")).count() == 1
    assert moved(bring(files)) == {}


def test_who_comes_back_is_here_again(bring):
    bring(ROSTER)
    bring(roster(users=without("users", "u3,"), roles=without("roles", "r3,")), agreed=True)
    run = bring(ROSTER)
    assert noun(run, "students") == (0, 1, 0, 2)
    assert Student.objects.get(source_id="u3").ended_on is None
    assert Enrollment.objects.get(source_id="roles:r3").end is None


def test_only_the_kinds_of_files_that_are_there_end_anything(bring):
    bring(ROSTER)
    run = bring({"users.csv": ROSTER["users.csv"], "roles.csv": ROSTER["roles.csv"], "orgs.csv": ROSTER["orgs.csv"]})
    assert moved(run) == {}
    assert Enrollment.objects.filter(end=YESTERDAY).count() == 0


def test_a_delta_leaves_alone_what_it_does_not_name(bring):
    bring(ROSTER)
    run = bring(
        delta(
            users="sourcedId,status,enabledUser,givenName,familyName,grades\n"
            "u1,active,true,Marella,Quill,07\n"
            "u3,tobedeleted,,,,\n"
        ),
        agreed=True,
    )
    assert run.summary["form"] == "OneRoster 1.2 (delta)"
    assert noun(run, "students") == (0, 1, 1, 0)
    assert Student.objects.get(source_id="u1").given_name == "Marella"
    assert Student.objects.get(source_id="u1").email == "mara@example.org"  # the file did not speak of it
    assert Student.objects.get(source_id="u3").ended_on == DAY
    assert Student.objects.get(source_id="u2").ended_on is None
    assert Enrollment.objects.get(source_id="roles:r3").end == YESTERDAY


def test_a_delta_ends_an_enrollment(bring):
    bring(ROSTER)
    bring(
        delta(
            enrollments="sourcedId,status,classSourcedId,schoolSourcedId,userSourcedId,role\n"
            "e1,tobedeleted,k1,s1,u1,student\ne3,tobedeleted,,,,\n"
        )
    )
    assert Enrollment.objects.get(source_id="enrollments:e1").end == YESTERDAY
    assert Assignment.objects.get(source_id="enrollments:e3").end == YESTERDAY


def test_an_enrollment_that_had_not_begun_never_holds(bring):
    later = ROSTER["enrollments.csv"] + "e9,k1,s1,u3,student,2026-05-01,\n"
    bring(roster(enrollments=later))
    bring(ROSTER)
    gone = Enrollment.objects.get(source_id="enrollments:e9")
    assert (gone.begin, gone.end) == (YESTERDAY, YESTERDAY)


def test_what_a_refused_row_names_does_not_end(bring):
    bring(ROSTER)
    broken = ROSTER["enrollments.csv"].replace("e1,k1,s1,u1,student,2025-09-03", "e1,k1,s1,u1,student,2025-19-03")
    nameless = ROSTER["users.csv"].replace("u3,,true,u3,Iris,Vane", "u3,,true,u3,,Vane")
    run = bring(roster(enrollments=broken, users=nameless))
    assert len(lines(run, "reject")) == 2
    assert moved(run) == {}
    assert Student.objects.get(source_id="u3").ended_on is None


def test_one_person_may_be_a_teacher_and_a_parent(bring):
    files = roster(
        users=ROSTER["users.csv"].replace("u3,,true,u3,Iris,Vane,iris@example.org,,", "u3,,true,u3,Iris,Vane,,t1,"),
        roles=ROSTER["roles.csv"] + "r8,t1,secondary,parent,s2,,\n",
    )
    bring(files)
    assert StaffMember.objects.filter(source_id="t1").exists()
    assert Guardian.objects.get(source_id="t1").students.get().first_name == "Iris"
    assert moved(bring(files)) == {}


def test_one_student_may_be_in_two_schools(bring):
    bring(roster(roles=ROSTER["roles.csv"] + "r8,u1,secondary,student,s2,2026-01-05,\n"))
    places = Enrollment.objects.filter(student__source_id="u1", section=None)
    assert set(places.values_list("school__source_id", flat=True)) == {"s1", "s2"}


def test_someone_without_a_role_is_kept_as_a_family_contact_and_named(bring):
    run = bring(roster(users=ROSTER["users.csv"] + "x1,,true,x1,Hob,Nye,,,,\n"))
    assert Guardian.objects.filter(source_id="x1").exists()
    assert lines(run, "warn") == {("users.csv", 9)}


def test_a_family_that_parted_is_no_longer_linked(bring):
    bring(ROSTER)
    run = bring(roster(users=ROSTER["users.csv"].replace('"g1,g2"', "g1")))
    assert noun(run, "family links") == (0, 0, 1, 2)
    assert Guardianship.objects.get(guardian__source_id="g2").ended_on == DAY


def test_a_flag_that_is_taken_back_ends(bring):
    bring(ROSTER)
    run = bring(roster(demographics=ROSTER["demographics.csv"].replace("male,,,true", "male,,,false")))
    assert noun(run, "attributes")[:3] == (0, 0, 1)
    odo = Student.objects.get(source_id="u2")
    assert odo.attributes.get(attribute__code="no_stable_housing").end == YESTERDAY
    assert moved(bring(ROSTER)) == {"attributes": (0, 1, 0)}


def test_an_account_that_a_person_closed_stays_closed(bring):
    bring(ROSTER)
    StaffMember.objects.filter(source_id="t1").update(is_active=False)
    assert moved(bring(ROSTER)) == {}
    assert not StaffMember.objects.get(source_id="t1").is_active


def test_an_account_that_the_source_closed_is_closed(bring):
    bring(ROSTER)
    bring(roster(users=ROSTER["users.csv"].replace("t1,,true", "t1,,false")))
    assert not StaffMember.objects.get(source_id="t1").is_active


def test_two_people_do_not_sign_in_with_one_name(bring):
    run = bring(roster(users=ROSTER["users.csv"].replace("t2,,true,pim", "t2,,true,Thea")))
    assert StaffMember.objects.get(source_id="t2").username is None
    assert lines(run, "warn") == {("users.csv", 8)}


def test_words_for_roles_become_ours_and_unknown_ones_reach_nobody(bring):
    more = "".join(
        f"q{n},t2,secondary,{role},d1,,\n"
        for n, role in enumerate(("districtAdministrator", "ext:superintendent", "administrator", "ext:crossingGuard"))
    )
    bring(roster(roles=ROSTER["roles.csv"] + more))
    roles = set(Assignment.objects.filter(staff__source_id="t2").values_list("role", flat=True))
    assert roles == {"principal", "district_leader", "superintendent", "ext:crossingGuard"}
    assert "ext:crossingGuard" not in access.REACH


def test_ending_many_enrollments_asks_first(bring):
    bring(ROSTER)
    run = bring(roster(enrollments=without("enrollments", "e1,", "e2,")), apply=False)
    assert "2 of 5 enrollments" in run.summary["asks"][0]
    with pytest.raises(imports.NeedsAgreement):
        imports.apply(run.pk, actor=None)
    assert Enrollment.objects.filter(end=YESTERDAY).count() == 0
    assert imports.apply(run.pk, actor=None, agreed=True).state == ImportRun.State.APPLIED
    assert Enrollment.objects.filter(end=YESTERDAY).count() == 2


def test_what_was_read_before_another_import_was_applied_must_be_read_again(bring):
    bring(ROSTER)
    early = bring(ROSTER, apply=False)
    bring(roster(orgs=ROSTER["orgs.csv"].replace("Fern", "Alder")))
    with pytest.raises(imports.Stale):
        imports.apply(early.pk, actor=None)
    assert Organization.objects.get(source_id="s1").name == "Alder School"
    again = imports.read(early.pk)
    assert moved(again) == {"organizations": (0, 1, 0)}
    assert imports.apply(early.pk, actor=None).state == ImportRun.State.APPLIED


def test_an_import_is_written_in_the_journal_and_its_files_are_deleted(bring):
    run = bring(ROSTER)
    entry = Entry.objects.get(verb="roster.imported")
    assert entry.detail["students"] == {"added": 3}
    assert [path.name for path in imports.folder_of(run).iterdir() if path.name in ("files", "stage.sqlite3")] == []


def test_an_import_that_is_set_aside_leaves_nothing_behind(bring):
    run = imports.set_aside(None, bring(ROSTER, apply=False))
    assert run.state == ImportRun.State.SET_ASIDE
    assert not (imports.folder_of(run) / "files").exists()
    assert Student.objects.count() == 0


def test_one_child_under_two_identifiers_is_offered_and_not_merged(bring):
    bring(ROSTER)
    users = ROSTER["users.csv"] + "u7,,true,u7,Mara,Quill,,,07,\n"
    bring(
        roster(
            users=users,
            roles=ROSTER["roles.csv"] + "r9,u7,primary,student,s2,2025-09-03,\n",
            demographics=ROSTER["demographics.csv"] + "u7,2013-01-02,female,,,\n",
        )
    )
    twins = PossibleTwin.objects.get()
    assert {twins.first.source_id, twins.second.source_id} == {"u1", "u7"}


def test_who_was_said_to_be_one_child_stays_one_when_the_roster_comes_again(bring):
    bring(ROSTER)
    person = StaffMember.objects.create(given_name="Dana", family_name="Dell")
    Assignment.objects.create(staff=person, role="student_services_director")
    first, second = Student.objects.get(source_id="u1"), Student.objects.get(source_id="u2")
    pair = PossibleTwin.objects.create(first=first, second=second, reason="said so")
    before = set(second.enrollments.values_list("pk", flat=True))
    actions.same_child(person, pair)
    bring(ROSTER)
    second.refresh_from_db()
    assert second.ended_on
    assert not second.enrollments.exists()
    assert before <= set(first.enrollments.values_list("pk", flat=True))
    actions.tell_apart(person, pair)
    assert set(second.enrollments.values_list("pk", flat=True)) == before


def test_the_people_of_a_roster_are_found_by_any_spelling(bring):
    bring(roster(users=ROSTER["users.csv"].replace("Iris,Vane", "Iñaki,Vané")))
    assert Student.objects.get(search_key=" inaki vane").source_id == "u3"
    assert StaffMember.objects.get(search_key=" thea marsh").source_id == "t1"


def test_a_class_without_any_known_term_is_kept_with_a_doubt(bring):
    files = {name: text for name, text in ROSTER.items() if name != "academicSessions.csv"}
    run = bring(files)
    assert lines(run, "warn") == {("classes.csv", 2)}
    assert ("warn", "manifest.csv", "The manifest announces this file, but it is not there.") in messages(run)
