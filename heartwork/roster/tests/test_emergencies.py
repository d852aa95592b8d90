"""One page opened in an emergency: for 24 hours, with a reason, told to two people, and nobody learns who is here."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from heartwork.journal.models import Entry
from heartwork.roster import access, actions, reach_actions, reach_queries
from heartwork.roster.models import Assignment, Enrollment, Opening, Told
from heartwork.testing.people import DAY, hire

pytestmark = pytest.mark.data
WHY = "She came to us crying."
SAID = {"name": "Ida Nelson", "fact": "4711", "reason": WHY}


@pytest.fixture(autouse=True)
def numbers(district):
    """Ida has a card and a birth date; so has Maya."""
    district.ida.identifier, district.ida.birth_date = "4711", datetime.date(2017, 3, 31)
    district.maya.identifier = "4712"
    for student in (district.ida, district.maya):
        student.save()


def open_page(district, who="ruth", **said):
    reach_actions.open_in_emergency(district.staff[who], **(SAID | said))
    return Opening.objects.first()


def test_who_opens_a_page_sees_that_student_and_nobody_else_of_the_school(district):
    before = set(access.visible_to(district.ruth))
    open_page(district)
    assert set(access.visible_to(district.ruth)) == before | {district.ida}
    (reason,) = access.who_sees(district.ida, staff=district.ruth)
    assert reason.about() == "opened this page in an emergency, until February 25, 10 a.m."
    assert reason.sentence() == "you opened it in an emergency, until February 25, 10 a.m."


@pytest.mark.parametrize(("hours", "sees"), [(-1, True), (0, False), (1, False)], ids=["before", "at", "after"])
def test_it_ends_by_itself_after_24_hours(district, hours, sees):
    opening = open_page(district)
    assert opening.assignment.ends_at == timezone.now() + datetime.timedelta(hours=24)
    opening.assignment.ends_at = timezone.now() - datetime.timedelta(hours=hours)
    opening.assignment.save()
    assert (district.ida in access.visible_to(district.ruth)) is sees
    assert bool(access.who_sees(district.ida, staff=district.ruth)) is sees
    assert bool(reach_queries.opened_by(district.ruth)) is sees


def test_whoever_leads_the_school_and_the_director_are_told_and_it_is_in_the_journal(district):
    opening = open_page(district)
    assert {each.staff for each in opening.told.all()} == {district.otto, district.dana}
    entry = Entry.objects.get(verb="emergency.opened")
    assert (entry.actor, entry.subject_pk) == (district.ruth, district.ida.pk)
    assert WHY not in str(entry.detail)
    assert opening.reason == WHY


def test_whoever_opens_it_is_not_told_by_themselves(district):
    hire("Second Principal", "principal", organization=district.elm)
    Assignment.objects.filter(staff=district.priya).update(role="counselor", grades="03")
    Assignment.objects.create(staff=district.priya, role="principal", organization=district.oak, begin=DAY)
    assert [each.first_name for each in reach_queries.to_tell(district.priya, district.ida)] == ["Otto", "Dana"]


@pytest.mark.parametrize(
    "said",
    [
        {"name": "Ida Nilson"},
        {"name": "Ida"},
        {"name": ""},
        {"fact": "4799"},
        {"fact": ""},
        {"fact": "2017-04-01"},
        {"name": "Maya Rivera", "fact": "4712"},  # whom Ruth sees anyway
    ],
    ids=str,
)
def test_nothing_opens_where_nobody_is_meant_and_only_the_journal_knows(district, said):
    assert open_page(district, **said) is None
    assert not Assignment.objects.filter(role="break_glass").exists()
    entry = Entry.objects.get(verb="emergency.not_opened")
    assert (entry.actor, entry.subject_pk, entry.detail) == (district.ruth, None, {})


@pytest.mark.parametrize("fact", ["2017-03-31", "03/31/2017"])
def test_a_birth_date_does_instead_of_a_number(district, fact):
    assert open_page(district, fact=fact).assignment.student == district.ida


def test_an_unknown_number_is_nobodys_who_has_none(district):
    assert open_page(district, name="Bo Lewis", fact="0") is None


def test_two_who_fit_are_nobody(district):
    type(district.ida).objects.filter(pk=district.bo.pk).update(
        given_name="Ida", family_name="Nelson", search_key=" ida nelson", birth_date=district.ida.birth_date
    )
    assert open_page(district, fact="2017-03-31") is None


def test_a_student_who_is_not_enrolled_is_nobody(district):
    Enrollment.objects.filter(student=district.ida).update(end=DAY - datetime.timedelta(1))
    assert open_page(district) is None


def test_nothing_opens_unless_two_people_can_be_told(district):
    actions.end_person(district.sam, district.otto)
    assert open_page(district) is None


def test_after_five_tries_in_a_day_nothing_opens(district):
    for _ in range(5):
        open_page(district, fact="0")
    assert open_page(district) is None
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1, minutes=1), tick=False):
        assert open_page(district) is not None


def test_the_page_is_read_and_nothing_is_changed(client, district):
    open_page(district)
    for refused in (access.require_reach, access.require_may_edit):
        with pytest.raises(PermissionDenied):
            refused(district.ruth, district.ida)
    access.require_sight(district.ruth, district.ida)
    access.require_reach(district.ruth, district.maya)
    client.force_login(district.ruth)
    page = client.get(reverse("student", args=[district.ida.public_id])).content.decode()
    assert "You opened this page in an emergency. You can read it until February 25, 10 a.m." in page
    assert "Add what you see" not in page
    assert client.get(reverse("student-records", args=[district.ida.public_id])).status_code == 200
    assert client.post(reverse("add-strength", args=[district.ida.public_id]), {"text": "Sings"}).status_code == 404


def test_who_sees_the_student_otherwise_too_changes_as_before(district):
    open_page(district)
    Assignment.objects.create(staff=district.ruth, role="counselor", student=district.ida, begin=DAY)
    access.require_reach(district.ruth, district.ida)


def test_of_students_whose_page_one_did_not_open_nothing_more_is_asked(district, django_assert_num_queries):
    open_page(district)
    district.ruth.kept_assignments, district.ruth.kept_students = {}, set()
    access.require_reach(district.ruth, district.maya)
    with django_assert_num_queries(0):
        access.require_reach(district.ruth, district.maya)


def test_several_students_are_changed_only_if_each_may_be(district):
    open_page(district)
    with pytest.raises(PermissionDenied):
        access.require_reach(district.ruth, district.maya, district.ida)


def test_the_page_says_so_to_those_who_see_it(client, district):
    open_page(district)
    client.force_login(district.ada)
    page = client.get(reverse("student", args=[district.ida.public_id])).content.decode()
    assert "Ruth Okafor opened this page in an emergency, and can read it until February 25, 10 a.m." in page
    assert WHY not in page
    who = client.get(reverse("who-sees", args=[district.ida.public_id])).content.decode()
    assert "Opened this page in an emergency, until February 25, 10 a.m." in who


def test_those_who_are_told_read_why_on_today_say_that_they_saw_it_and_may_end_it(client, district):
    opening = open_page(district)
    client.force_login(district.otto)
    assert WHY in client.get(reverse("today")).content.decode()
    assert WHY in client.get(reverse("emergencies-told")).content.decode()
    address = reverse("emergency-told", args=[opening.public_id])
    client.post(address, {"do": "seen"})
    assert WHY not in client.get(reverse("today")).content.decode()
    assert Told.objects.get(staff=district.otto).seen_at
    assert district.ida in access.visible_to(district.ruth)
    client.post(address, {"do": "end"})
    assert not reach_queries.opened_by(district.ruth)
    district.ruth.kept_reach = {}
    assert district.ida not in access.visible_to(district.ruth)
    assert Entry.objects.filter(verb="emergency.ended", actor=district.otto).count() == 1


def test_who_is_told_no_longer_reads_of_a_student_out_of_reach(district):
    open_page(district)
    assert len(reach_queries.told_to(district.otto)) == 1
    Enrollment.objects.filter(student=district.ida).update(end=DAY - datetime.timedelta(1))
    district.otto.kept_reach = {}
    assert reach_queries.told_to(district.otto) == []
    assert len(reach_queries.told_to(district.dana)) == 1
    assert reach_queries.told_to(district.ruth) == []


def test_who_is_told_no_longer_reads_of_it_once_their_role_is_another(district):
    open_page(district)
    assert len(reach_queries.news_of_openings(district.otto)) == 1
    Assignment.objects.filter(staff=district.otto).delete()
    Assignment.objects.create(staff=district.otto, role="support_staff", student=district.ida)
    otto = type(district.otto).objects.get(pk=district.otto.pk)
    assert district.ida in access.visible_to(otto)
    assert (reach_queries.told_to(otto), reach_queries.news_of_openings(otto)) == ([], [])


def test_who_opened_it_can_end_it(client, district):
    opening = open_page(district)
    client.force_login(district.ruth)
    assert "Ida Nelson" in client.get(reverse("emergency")).content.decode()
    client.post(reverse("emergency-end", args=[opening.public_id]))
    assert "Ida Nelson" not in client.get(reverse("emergency")).content.decode()
    assert client.get(reverse("student", args=[district.ida.public_id])).status_code == 404


def test_the_answer_is_the_same_whether_or_not_a_student_is_there(client, district):
    client.force_login(district.ruth)
    there, not_there, mine = (
        client.post(reverse("emergency"), SAID | said)
        for said in ({}, {"name": "Nobody Here"}, {"name": "Maya Rivera", "fact": "4712"})
    )
    assert (there.status_code, there.url, there.content) == (not_there.status_code, not_there.url, not_there.content)
    assert (there.status_code, there.url, there.content) == (mine.status_code, mine.url, mine.content)
    assert Opening.objects.count() == 1


def test_a_reason_is_asked_for(client, district):
    client.force_login(district.ruth)
    client.post(reverse("emergency"), SAID | {"reason": "because"})
    assert not Opening.objects.exists()
