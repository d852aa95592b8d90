"""What a district chooses of who may see and do what: inside limits, kept, and in force at the next request."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from heartwork.journal.models import Entry
from heartwork.roster import access, help, reach_actions, reach_queries
from heartwork.roster.models import Choice
from heartwork.testing.people import hire

pytestmark = pytest.mark.data
EACH = [(what, role) for what, roles in access.LIMITS.items() for role in roles]


def choose(district, **chosen):
    named = {what.replace("__", "."): roles for what, roles in chosen.items()}
    return reach_actions.choose(district.dana, chosen=named, why="We talked about it.")


@pytest.mark.parametrize(("what", "role"), EACH)
def test_each_right_is_given_and_taken_and_no_other_role_is_touched(district, what, role):
    person = hire("Someone Else", role, organization=district.elm)
    others = {other: hire(f"{other} Other", other) for other in access.REACH if other not in access.LIMITS[what]}
    before = {other: access.may(each, what) for other, each in others.items()}
    for roles in ([role], [], [role]):
        reach_actions.choose(district.dana, chosen={what: roles}, why="We talked about it.")
        assert access.may(person, what) is bool(roles)
        assert {other: access.may(each, what) for other, each in others.items()} == before
        for another in access.LIMITS.keys() - {what}:
            assert access.roles_that_may(another, access.chosen_now()) == set(access.MAY[another])


def test_whatever_is_in_the_row_the_limits_hold():
    chosen = {"checkin.read": ["teacher"], "student.edit": ["facilitator", "teacher"], "record.read": []}
    assert access.roles_that_may("checkin.read", chosen) == {"counselor"}
    assert access.roles_that_may("student.edit", chosen) == set(access.MAY["student.edit"]) - {"support_staff"}
    kept = {"student_services_director", "principal", "counselor", "break_glass"}
    assert access.roles_that_may("record.read", chosen) == kept


def test_before_anything_is_chosen_the_table_holds():
    for what, roles in access.MAY.items():
        assert access.roles_that_may(what, None) == access.roles_that_may(what, {}) == set(roles)


def test_it_is_in_force_at_the_next_request(client, district):
    client.force_login(district.tomas)
    records = reverse("student-records", args=[district.maya.public_id])
    assert client.get(records).status_code == 200
    choose(district, record__read=[])
    assert client.get(records).status_code == 404
    page = client.get(reverse("student", args=[district.maya.public_id])).content.decode()
    assert "Attendance, screening and referrals" not in page
    choose(district, record__read=["teacher"])
    assert client.get(records).status_code == 200


def test_a_right_that_was_given_opens_its_page(client, district):
    client.force_login(district.tomas)
    begin = reverse("participation-begin", args=[district.maya.public_id])
    assert client.get(begin).status_code == 404
    choose(district, participation__edit=["teacher"])
    assert client.get(begin).status_code == 200
    assert client.get(reverse("participation-begin", args=[district.noor.public_id])).status_code == 404


def test_several_rights_chosen_one_after_the_other_hold_together(district):
    choose(district, record__read=[])
    choose(district, audit__open=[])
    assert access.chosen_now() == {"record.read": [], "audit.open": []}


def test_a_request_asks_for_what_was_chosen_with_the_assignments(district, django_assert_num_queries):
    choose(district, record__read=[])
    district.tomas.kept_assignments = {}
    with django_assert_num_queries(1):
        assert not access.may(district.tomas, "record.read")
        assert access.may(district.tomas, "student.edit")


def test_the_old_one_is_kept_with_who_when_and_why(district):
    choose(district, record__read=["teacher"])
    second = choose(district, record__read=["teacher", "facilitator"])
    newest, oldest = reach_queries.choices(district.dana)
    what = "See a student’s attendance, screening and referrals"
    assert newest.changes == [f"{what}: now also member of an open meeting about a student"]
    assert oldest.changes == [f"{what}: no longer support staff and member of an open meeting about a student"]
    assert (newest.choice, newest.choice.set_by, newest.choice.why) == (second, district.dana, "We talked about it.")
    entries = Entry.objects.filter(verb="choice.made")
    assert [(each.actor, each.detail) for each in entries] == [(district.dana, {"rights": ["record.read"]})] * 2


def test_what_is_as_before_is_no_choice(district):
    assert choose(district, student__edit=["teacher", "support_staff"]) is None
    assert not Choice.objects.exists()


def test_beyond_the_limits_nothing_is_chosen(district):
    for chosen in ({"checkin__read": ["teacher"]}, {"student__edit": ["facilitator"]}):
        with pytest.raises(PermissionDenied):
            choose(district, **chosen)
    assert not Choice.objects.exists()


def test_the_help_page_says_what_holds(client, district):
    choose(district, record__read=[])
    right = next(each for each in help.table() if str(each.what).startswith("See a student’s attendance"))
    assert "teacher" not in map(str, right.roles)
    assert right.is_chosen
    client.force_login(district.tomas)
    page = client.get(reverse("access-help")).content.decode()
    assert page.count("chosen by the district") == 1
    assert "What our district chooses" not in page


def test_the_page_shows_what_holds_and_takes_a_choice_with_a_reason(client, district):
    client.force_login(district.dana)
    fields = {what: [role for role in roles if role in access.MAY[what]] for what, roles in access.LIMITS.items()}
    fields["record.read"] = ["teacher"]
    client.post(reverse("choices"), fields | {"why": "no"})
    assert not Choice.objects.exists()
    client.post(reverse("choices"), fields | {"why": "The board asked for it."})
    assert "The board asked for it." in client.get(reverse("choices")).content.decode()
    assert access.chosen_now()["record.read"] == ["teacher"]
    assert not access.may(district.uma, "record.read")
