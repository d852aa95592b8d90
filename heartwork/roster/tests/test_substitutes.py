"""Standing in for someone: the same classes and caseload, between two dates, and the reason is said."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from heartwork.journal.models import Entry
from heartwork.roster import access, people_queries, reach_actions, reach_queries
from heartwork.roster.models import Assignment
from heartwork.testing.people import DAY, LAST_DAY, hire

pytestmark = pytest.mark.data
ONE = datetime.timedelta(1)
MIDNIGHT = datetime.datetime(2026, 2, 24, tzinfo=datetime.UTC)


@pytest.fixture
def kim(district):
    """Works here, and has nothing yet."""
    district.staff["kim"] = hire("Kim Alone")
    return district.kim


def stand_in(district, kim, begin=DAY, end=DAY + 2 * ONE, actor="priya", absent="tomas"):
    return reach_actions.give_substitute(
        district.staff[actor], absent=district.staff[absent], staff=kim, begin=begin, end=end
    )


@pytest.mark.parametrize(
    ("days", "sees"), [(-1, False), (0, True), (2, True), (3, False)], ids=["before", "first", "last", "after"]
)
def test_whoever_stands_in_sees_whom_they_stand_in_for_between_the_dates(district, kim, days, sees):
    stand_in(district, kim)
    day = DAY + days * ONE
    assert (set(access.visible_to(kim, day)) == {district.maya, district.eli}) is sees
    assert bool(access.who_sees(district.maya, day, kim)) is sees
    assert ("teacher" in access.roles_of(kim, day)) is sees


def test_the_reason_says_for_whom_and_until_when(district, kim):
    stand_in(district, kim)
    reason = access.reason_to_see(kim, district.maya)
    assert reason.sentence() == "you stand in for Tomás Ruiz until February 26"
    assert reason.about() == "stands in for Tomás Ruiz (teacher, 8B) until February 26"


def test_a_caseload_by_name_and_one_by_grade_are_taken_over_too(district, kim):
    stand_in(district, kim, absent="uma")
    assert set(access.visible_to(kim)) == {district.noor}
    assert (
        access.reason_to_see(kim, district.noor).about() == "stands in for Uma Singh (support staff) until February 26"
    )
    stand_in(district, kim, absent="ruth", actor="sam")
    kim.kept_reach = {}
    assert set(access.visible_to(kim)) == {district.maya, district.eli, district.noor, district.theo}


def test_it_ends_no_later_than_what_it_stands_for(district, kim):
    (given,) = stand_in(district, kim, begin=LAST_DAY - ONE, end=LAST_DAY + 5 * ONE)
    assert (given.begin, given.end) == (LAST_DAY - ONE, LAST_DAY)


@pytest.mark.parametrize("ended", [{"end": DAY - ONE}, {"ends_at": MIDNIGHT}], ids=["by an import", "at a moment"])
def test_it_is_over_with_what_it_stands_for(district, kim, ended):
    stand_in(district, kim)
    Assignment.objects.filter(staff=district.tomas).update(**ended)
    assert not access.visible_to(kim).exists()
    assert not access.who_sees(district.maya, staff=kim)
    assert access.roles_of(kim) == set()
    assert [line.state for line in people_queries.assignments(district.sam, kim)] == ["over"]


def test_what_it_stands_for_says_until_when_if_that_is_sooner(district, kim):
    stand_in(district, kim)
    Assignment.objects.filter(staff=district.tomas).update(end=DAY + ONE)
    assert access.reason_to_see(kim, district.maya).until == DAY + ONE
    assert access.visible_to(kim, DAY + ONE).exists()
    assert not access.visible_to(kim, DAY + 2 * ONE).exists()
    Assignment.objects.filter(staff=district.tomas).update(end=None)
    assert access.reason_to_see(kim, district.maya).until == DAY + 2 * ONE


def test_an_assignment_that_begins_later_is_taken_over_from_then(district, kim):
    Assignment.objects.filter(staff=district.tomas).update(begin=DAY + ONE)
    (given,) = stand_in(district, kim)
    assert given.begin == DAY + ONE
    Assignment.objects.filter(staff=district.tomas).update(begin=DAY + 3 * ONE)
    with pytest.raises(PermissionDenied):
        stand_in(district, kim)


def test_it_can_be_ended_at_once(district, kim):
    stand_in(district, kim)
    assert district.maya in access.visible_to(kim)
    reach_actions.end_substitute(district.priya, absent=district.tomas, staff=kim)
    assert not access.visible_to(kim).exists()
    assert access.roles_of(kim) == set()
    assert not access.who_sees(district.maya, staff=kim)
    assert Assignment.objects.get(staff=kim).ends_at == timezone.now()


def test_what_is_over_at_a_moment_still_holds_before_it(district):
    Assignment.objects.filter(staff=district.uma, student=district.noor).update(ends_at=timezone.now() + ONE)
    assert set(access.visible_to(district.uma)) == {district.noor}
    assert access.who_sees(district.noor, staff=district.uma)
    Assignment.objects.filter(staff=district.uma, student=district.noor).update(ends_at=timezone.now())
    assert not access.visible_to(district.uma).exists()
    assert not access.who_sees(district.noor, staff=district.uma)


def test_nobody_hands_on_what_they_have_in_somebody_elses_place(district, kim):
    stand_in(district, kim)
    assert reach_queries.handed_on(district.priya, kim) == []


def test_a_principal_speaks_for_their_own_school_and_an_administrator_for_all(district, kim):
    Assignment.objects.create(staff=district.tomas, role="teacher", section=district.oak_homeroom, begin=DAY)
    assert len(reach_queries.handed_on(district.priya, district.tomas)) == 1
    assert len(reach_queries.handed_on(district.sam, district.tomas)) == 2
    stand_in(district, kim, actor="sam")
    reach_actions.end_substitute(district.priya, absent=district.tomas, staff=kim)
    assert set(access.visible_to(kim)) == {district.ida, district.bo}
    assert [each.staff for each in reach_queries.substitutes(district.otto, district.tomas)] == [kim]
    assert reach_queries.substitutes(district.priya, district.tomas) == []


def test_what_only_an_audit_lends_is_not_handed_on(district, kim):
    Assignment.objects.create(staff=district.nadia, role="facilitator", student=district.maya, begin=DAY)
    assert reach_queries.handed_on(district.sam, district.nadia) == []


@pytest.mark.parametrize("role", sorted(access.LENT))
def test_whom_a_principal_reaches_by_a_lent_role_alone_they_do_not_hand_on(district, role):
    assert len(reach_queries.handed_on(district.priya, district.uma)) == 2
    Assignment.objects.create(staff=district.otto, role=role, student=district.noor, begin=DAY)
    assert reach_queries.handed_on(district.otto, district.uma) == []


def test_both_are_in_the_journal(district, kim):
    stand_in(district, kim)
    reach_actions.end_substitute(district.sam, absent=district.tomas, staff=kim)
    given, ended = Entry.objects.filter(verb__startswith="substitute.").order_by("pk")
    assert (given.actor, given.subject_pk, given.detail["stands_in_for"]) == (district.priya, kim.pk, district.tomas.pk)
    assert (ended.actor, ended.subject_pk) == (district.sam, kim.pk)


def test_the_page_lets_someone_stand_in_and_ends_it(client, district, kim):
    client.force_login(district.priya)
    address = reverse("substitute", args=[district.tomas.public_id])
    assert "8B" in client.get(address).content.decode()
    client.post(address, {"staff": "Kim Alone", "begin": "2026-02-24", "end": "2026-02-26"})
    assert "Kim Alone" in client.get(address).content.decode()
    assert "in place of Tomás Ruiz" in client.get(reverse("person", args=[kim.public_id])).content.decode()
    students = client.get(reverse("who-sees", args=[district.maya.public_id])).content.decode()
    assert "Stands in for Tomás Ruiz (teacher, 8B) until February 26" in students
    client.post(reverse("substitute-end", args=[district.tomas.public_id]), {"staff": str(kim.public_id)})
    assert "Kim Alone" not in client.get(address).content.decode()
    assert not access.visible_to(kim).exists()


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"staff": "Nobody Here"}, "“Nobody Here”: 0 people found."),
        ({"staff": "tomás"}, "This is the person for whom someone stands in."),
        ({"staff": "Priya Kaur"}, "Nobody lets themselves stand in."),
        ({"end": "2026-02-23"}, "The last day is over, or before the first day."),
        ({"end": "2026-06-30"}, "Three months at most"),
    ],
)
def test_the_form_says_what_is_wrong(client, district, kim, said, answer):
    client.force_login(district.priya)
    fields = {"staff": "kim", "begin": "2026-02-24", "end": "2026-02-26"} | said
    page = client.post(reverse("substitute", args=[district.tomas.public_id]), fields)
    assert answer in page.content.decode()
    assert not Assignment.objects.filter(stands_in_for=district.tomas).exists()
