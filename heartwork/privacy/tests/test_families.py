"""What families say and ask, and what of a record leaves the district."""

import csv
import datetime
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse

from heartwork.journal.models import Entry
from heartwork.privacy import actions, queries
from heartwork.privacy.due import due_on
from heartwork.privacy.models import Consent, Disclosure, FamilyRequest
from heartwork.roster import access
from heartwork.roster.models import Assignment, Student
from heartwork.testing.people import DAY

pytestmark = pytest.mark.data

SIGNED = {
    "records": "attendance",
    "purpose": "tutoring",
    "recipient": "Reading Club",
    "signed_by": "Ana Rivera",
    "signed_on": "2026-02-20",
    "how": "paper, in the office",
}


def page_of(student):
    return reverse("family", args=[student.public_id])


def words(client, address):
    return client.get(address).content.decode()


@pytest.fixture
def ruth(client, district):
    client.force_login(district.ruth)
    return client


def consent_of(district, **other):
    said = {"student": district.maya} | SIGNED | {"signed_on": DAY} | other
    return actions.note_consent(district.ruth, **said)


# -- due days


@pytest.mark.parametrize(
    ("asked", "due"), [("2026-02-24", "2026-03-10"), ("2026-02-27", "2026-03-13"), ("2026-02-28", "2026-03-13")]
)
def test_ten_business_days_leave_out_weekends(db, asked, due):
    assert due_on(datetime.date.fromisoformat(asked)) == datetime.date.fromisoformat(due)


# -- the pages


def test_a_page_without_anything_says_what_belongs_there(ruth, district):
    said = words(ruth, page_of(district.maya))
    assert "Nobody outside the district" in said
    assert "Write down who asked" in said
    assert Entry.objects.filter(verb="family.seen", subject_pk=district.maya.pk).count() == 1


def test_a_court_that_asks_is_written_down_with_who_why_and_when(ruth, district):
    address = reverse("disclosure", args=[district.maya.public_id])
    told = {"basis": "court", "recipient": "Juvenile court", "interest": "a hearing", "records": "attendance"}
    assert ruth.post(address, told | {"asked_on": "2026-02-20"}).status_code == 302
    said = words(ruth, page_of(district.maya))
    assert "Juvenile court" in said
    assert "a hearing" in said
    assert "Feb. 20, 2026" in said
    assert Disclosure.objects.get().made_on == DAY


def test_who_asked_and_why_cannot_be_left_out(ruth, district):
    address = reverse("disclosure", args=[district.maya.public_id])
    assert "The law asks for this" in ruth.post(address, {"basis": "court", "asked_on": "2026-02-20"}).content.decode()
    assert not Disclosure.objects.exists()


def test_directory_information_of_who_opted_out_does_not_leave(ruth, district):
    ruth.post(reverse("opt-out", args=[district.maya.public_id]), {"said_by": "Ana Rivera"})
    address = reverse("disclosure", args=[district.maya.public_id])
    told = {"basis": "directory", "recipient": "A newspaper", "interest": "honor roll", "records": "names"}
    said = ruth.post(address, told | {"asked_on": "2026-02-20"}).content.decode()
    assert "keeps directory information at home" in said
    assert not Disclosure.objects.exists()
    ruth.post(reverse("opt-out", args=[district.maya.public_id]), {"back": "yes"})
    assert ruth.post(address, told | {"asked_on": "2026-02-20"}).status_code == 302


def test_under_a_consent_nothing_leaves_before_the_superintendent_signs(ruth, client, district):
    assert ruth.post(reverse("consent", args=[district.maya.public_id]), SIGNED).status_code == 302
    consent = Consent.objects.get()
    told = {"basis": "consent", "consent": consent.public_id, "asked_on": "2026-02-24", "recipient": "Someone else"}
    ruth.post(reverse("disclosure", args=[district.maya.public_id]), told)
    release = Disclosure.objects.get()
    assert (release.recipient, release.made_on) == ("Reading Club", None)  # as the family signed, not as typed
    assert "waits for the superintendent" in words(ruth, page_of(district.maya))
    client.force_login(district.sol)
    waiting = words(client, reverse("releases"))
    assert "Reading Club" in waiting
    assert "Maya" not in waiting
    client.post(reverse("release-sign", args=[release.public_id]))
    release.refresh_from_db()
    assert (release.signed_by, release.made_on) == (district.sol, DAY)
    assert "Nothing waits for you" in words(client, reverse("releases"))


def test_a_consent_taken_back_is_offered_no_more(ruth, district):
    consent = consent_of(district)
    ruth.post(reverse("consent-withdraw", args=[consent.public_id]))
    assert "Withdrawn on" in words(ruth, page_of(district.maya))
    assert "signed consent" not in words(ruth, reverse("disclosure", args=[district.maya.public_id]))


@pytest.mark.parametrize("missing", ["records", "purpose", "recipient", "signed_by", "how"])
def test_the_database_takes_no_consent_without_all_of_it(district, missing):
    with pytest.raises(IntegrityError), transaction.atomic():
        consent_of(district, **{missing: ""})


def test_a_mistaken_line_is_struck_out_and_stays_to_be_read(ruth, district):
    told = {"recipient": "A court", "interest": "a hearing", "records": "all", "asked_on": DAY}
    line = actions.note_disclosure(district.ruth, student=district.maya, basis="court", **told)
    ruth.post(reverse("disclosure-strike", args=[line.public_id]), {"why": "It was another child."})
    said = words(ruth, page_of(district.maya))
    assert "<s>A court</s>" in said
    assert "It was another child." in said


# -- lists that leave


def test_a_list_names_whom_it_may_and_writes_a_line_for_each(ruth, district):
    actions.opt_out(district.ruth, student=district.maya, said_by="Ana Rivera")
    district.eli.given_name = "=Eli"
    district.eli.save()
    told = {"recipient": "The yearbook", "interest": "names under pictures", "school": district.elm.public_id}
    answer = ruth.post(reverse("directory-list"), told)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
    assert sorted(row[0] for row in rows) == ["'=Eli", "Noor", "Theo"]
    assert set(Disclosure.objects.values_list("student__given_name", "recipient", "by_export")) == {
        (name, "The yearbook", True) for name in ("=Eli", "Noor", "Theo")
    }
    assert Entry.objects.filter(verb="disclosure.exported").count() == 3


@pytest.mark.parametrize("role", sorted(access.LENT))
def test_whom_a_lent_role_alone_reaches_does_not_leave(district, role):
    for student in (district.maya, district.ida):
        Assignment.objects.create(staff=district.ruth, role=role, student=student, begin=DAY)
    said = {"recipient": "The yearbook", "interest": "names", "records": "names", "basis": "directory"}
    students = Student.objects.filter(pk__in=[district.maya.pk, district.ida.pk])
    assert actions.export_students(district.ruth, students, **said) == [district.maya]


def test_whoever_stands_in_for_a_counselor_keeps_no_family_file_of_the_own_class(district):
    held = [consent_of(district, student=each) for each in (district.maya, district.noor)]
    Assignment.objects.create(staff=district.tomas, role="counselor", student=district.noor, begin=DAY)
    assert queries.consent(district.tomas, held[1].public_id) == held[1]
    with pytest.raises(Http404):
        queries.consent(district.tomas, held[0].public_id)
    actions.opt_out(district.tomas, student=district.noor, said_by="Sara Hassan")
    for refused in (
        lambda: actions.opt_out(district.tomas, student=district.maya, said_by="Ana Rivera"),
        lambda: actions.saw_family(district.tomas, district.maya),
        lambda: queries.family(district.tomas, district.maya),
        lambda: queries.consents_to_choose(district.tomas, district.maya),
    ):
        with pytest.raises(PermissionDenied):
            refused()
    said = {"recipient": "The yearbook", "interest": "names", "records": "names", "basis": "study"}
    assert actions.export_students(district.tomas, Student.objects.all(), **said) == [district.noor]


# -- requests


def test_a_request_is_prepared_looked_through_by_another_and_handed_out(ruth, client, district):
    told = {"kind": "inspection", "asked_by": "Ana Rivera", "asked_on": "2026-02-24", "what": "the whole file"}
    answer = ruth.post(reverse("request-new", args=[district.maya.public_id]), told)
    asked, address = FamilyRequest.objects.get(), answer.url
    assert asked.due_on == datetime.date(2026, 3, 10)
    assert "March 10, 2026" in words(ruth, reverse("privacy"))
    assert not queries.open_requests(district.otto).exists()
    ruth.post(address, {"answer": "yes", "answer_text": "A copy."})
    assert ruth.post(address, {"reviewed": "yes"}).status_code == 404  # prepared it, and may not look through
    assert ruth.post(address, {"handed_out": "yes"}).status_code == 404
    client.force_login(district.priya)
    client.post(address, {"reviewed": "yes"})
    client.post(address, {"handed_out": "yes"})
    asked.refresh_from_db()
    assert (asked.prepared_by, asked.reviewed_by, asked.answered_on) == (district.ruth, district.priya, DAY)
    assert "None is open" in words(client, reverse("privacy"))


def test_what_is_prepared_again_is_looked_through_again(district):
    told = {"kind": "correction", "asked_by": "Ana Rivera", "asked_on": DAY, "what": "a date"}
    asked = actions.note_request(district.ruth, student=district.maya, **told)
    actions.prepare_answer(district.ruth, asked=asked, answer="yes", answer_text="Mended.")
    actions.review_answer(district.priya, asked=asked)
    actions.prepare_answer(district.ruth, asked=asked, answer="no", answer_text="It is right.")
    asked.refresh_from_db()
    assert asked.reviewed_at is None


def test_the_database_takes_no_answer_that_nobody_looked_through(district):
    told = {"kind": "correction", "asked_by": "Ana Rivera", "asked_on": DAY, "what": "a date"}
    asked = actions.note_request(district.ruth, student=district.maya, **told)
    with pytest.raises(IntegrityError), transaction.atomic():
        FamilyRequest.objects.filter(pk=asked.pk).update(answered_on=DAY, answer="yes")
    with pytest.raises(IntegrityError), transaction.atomic():
        FamilyRequest.objects.filter(pk=asked.pk).update(prepared_by=district.ruth, reviewed_by=district.ruth)


# -- what we hold


def test_what_we_hold_is_said_to_everyone_and_marks_what_is_theirs_to_read(client, district):
    client.force_login(district.tomas)
    said = words(client, reverse("what-we-hold"))
    assert "How a student says they are, in check-ins" in said
    assert "sensitive" in said
    client.force_login(district.nadia)
    assert "Family members" in words(client, reverse("what-we-hold"))
