"""Levers and expectations: the list, the marks, and what stays of them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from heartwork.analysis.alike import near_duplicates
from heartwork.levers import actions
from heartwork.levers.models import Lever
from heartwork.levers.tests.stories import support
from heartwork.meetings import actions as meetings
from heartwork.meetings.tests.stories import meeting_of, seen_by, team_of, to_stage
from heartwork.teams.models import Stage

pytestmark = pytest.mark.data


@pytest.fixture
def circle(district):
    return support("Morning circle", school=district.elm)


def test_the_list_begins_with_the_inventory_of_the_place_and_only_once(district, circle):
    everywhere, elsewhere = support("Mentors"), support("Reading club", school=district.oak)
    team = team_of(district)
    for _ in range(2):
        meeting = meeting_of(district, "levers", team)
        assert {seen.item.name for seen in seen_by(district.ruth, meeting).items} == {circle.name, everywhere.name}
        meetings.close(district.ruth, meeting=meeting)
    assert not Lever.objects.filter(support=elsewhere).exists()


def test_near_duplicates_are_offered_and_never_made_one_alone(district, circle):
    meeting = meeting_of(district, "levers")
    twin = actions.list_one(district.tomas, meeting=meeting, name="morning circles")
    actions.list_one(district.tomas, meeting=meeting, name="Greeting at the door", since=2019)
    levers = list(Lever.objects.all())
    ((first, second),) = near_duplicates(levers)
    assert {first.name, second.name} == {"Morning circle", "morning circles"}
    actions.make_one(district.ruth, meeting=meeting, first=twin.pk, second=first.pk)
    names = {seen.item.name for seen in seen_by(district.ruth, meeting).items}
    assert names == {"Morning circle", "Greeting at the door"}  # the one of the inventory stays
    with pytest.raises(PermissionDenied):
        actions.make_one(district.ruth, meeting=meeting, first=twin.pk, second=first.pk)


def test_what_is_left_out_is_off_the_list(district, circle):
    meeting = meeting_of(district, "levers")
    lever = Lever.objects.get()
    actions.leave_out(district.tomas, meeting=meeting, lever=lever.pk)
    assert seen_by(district.ruth, meeting).items == []
    with pytest.raises(PermissionDenied):
        meetings.rate(district.ruth, meeting=meeting, item=f"lever-{lever.pk}", value=3)


def test_a_full_list_takes_no_more(district, circle, monkeypatch):
    monkeypatch.setattr(actions, "MOST", 1)
    meeting = meeting_of(district, "levers")
    with pytest.raises(PermissionDenied):
        actions.list_one(district.ruth, meeting=meeting, name="One too many")


def test_the_divided_come_first_with_their_reasons_and_the_support_knows_where_it_comes_up(client, district, circle):
    meeting = meeting_of(district, "levers")
    store = actions.list_one(district.tomas, meeting=meeting, name="Points store", since=2015, law="")
    meetings.join(district.uma, code=meeting.code)
    of_circle = f"lever-{Lever.objects.get(support=circle).pk}"
    for person, low in ((district.ruth, 1), (district.tomas, 5), (district.uma, 1)):
        meetings.rate(person, meeting=meeting, item=f"lever-{store.pk}", value=low)
        meetings.mark(person, meeting=meeting, item=f"lever-{store.pk}", mark="always")
        meetings.rate(person, meeting=meeting, item=of_circle, value=5)
    to_stage(district, meeting, Stage.REVEALED)
    client.force_login(district.ruth)
    page = client.get(reverse("meeting", args=[meeting.public_id])).content.decode()
    assert page.index("Points store") < page.index("Morning circle")
    assert "This is no list to cut" in page
    assert "Since 2015." in page
    assert "2 not at all, 0 a little, 0 partly, 0 mostly, 1 strongly" in page
    assert (
        "On the list of levers and expectations of Elm student support team"
        in client.get(reverse("support", args=[circle.public_id])).content.decode()
    )
    client.force_login(district.priya)
    assert "Where it comes up" not in client.get(reverse("support", args=[circle.public_id])).content.decode()


def test_a_year_to_come_is_refused_with_the_mend(client, district, circle):
    meeting = meeting_of(district, "levers")
    client.force_login(district.ruth)
    typed = {"do": "list", "name": "Something", "since": "2090"}
    page = client.post(reverse("meeting", args=[meeting.public_id]), typed, follow=True).content.decode()
    assert "2090 is still to come. Type the year in which it began." in page
    assert Lever.objects.count() == 1
    for button in ("one 1+x", "leave_out x", "leave_out 9999"):
        assert client.post(reverse("meeting", args=[meeting.public_id]), {"do": button}).status_code == 404
