"""Every page of this room opens for those who may, on a full district and on an empty one."""

import pytest
from django.urls import reverse

from heartwork.roster.models import PossibleTwin
from heartwork.testing.people import hire

PAGES = {
    "account": ["sol", "lena", "dana", "priya", "ruth", "tomas", "uma", "sam", "nadia"],
    "change-password": ["sol", "nadia"],
    "access-help": ["sol", "dana", "tomas", "sam", "nadia"],
    "students": ["dana", "priya", "ruth", "tomas", "uma"],
    "district": ["sol", "lena", "dana", "priya", "ruth", "tomas", "uma"],
    "district-settings": ["sol", "dana"],
    "attributes": ["sol", "dana"],
    "twins": ["dana"],
    "people": ["dana", "priya", "sam"],
}
EVERYONE = ["sol", "lena", "dana", "priya", "ruth", "tomas", "uma", "sam", "nadia"]


@pytest.mark.parametrize(("name", "who"), [(name, who) for name, people in PAGES.items() for who in people])
def test_the_page_opens(client, district, name, who):
    client.force_login(district.staff[who])
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize(
    ("name", "who"),
    [
        (name, who)
        for name, people in PAGES.items()
        if name not in ("account", "change-password", "access-help")
        for who in EVERYONE
        if who not in people
    ],
)
def test_for_others_the_page_is_not_there(client, district, name, who):
    client.force_login(district.staff[who])
    there = client.get(reverse(name))
    nowhere = client.get("/no-such-page/")
    assert there.status_code == 404
    assert there.content == nowhere.content


@pytest.mark.parametrize("name", [*PAGES])
def test_an_empty_district_reads_well(client, db, name):
    director = hire("Dana Whitlock", "student_services_director")
    director.assignments.update(begin=None, end=None)
    client.force_login(director)
    page = client.get(reverse(name)).content.decode()
    assert "None" not in page


@pytest.mark.parametrize("name", ["person", "assign", "give-sign-in"])
def test_a_page_about_one_person_opens_for_the_director(client, district, name):
    client.force_login(district.dana)
    page = client.get(reverse(name, args=[district.tomas.public_id]))
    assert "Tomás" in page.content.decode()


def test_a_page_about_one_assignment_opens_for_the_director(client, district):
    client.force_login(district.dana)
    assignment = district.tomas.assignments.get()
    page = client.get(reverse("end-assignment", args=[district.tomas.public_id, assignment.pk]))
    assert "8B" in page.content.decode()


def test_pairs_are_shown_to_the_director(client, district):
    PossibleTwin.objects.create(first=district.maya, second=district.eli, reason="born on the same day")
    client.force_login(district.dana)
    page = client.get(reverse("twins")).content.decode()
    assert "Maya Rivera" in page
    assert "born on the same day" in page


def test_one_group_can_be_called_otherwise(client, district):
    client.force_login(district.dana)
    page = client.get(reverse("attribute", args=["english_learner"]))
    assert "Learning English" in page.content.decode()
