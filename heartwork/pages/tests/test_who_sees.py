"""Who can see a student: everyone, with each reason, its dates, and what beside the page; and for a family."""

import datetime

import pytest
from django.urls import reverse

from heartwork.journal.models import Entry
from heartwork.roster import reach_actions, reach_queries
from heartwork.roster.models import Assignment
from heartwork.testing.people import DAY, FIRST_DAY, hire

pytestmark = pytest.mark.data
DAYS = {"begin": DAY, "end": DAY + datetime.timedelta(2)}


@pytest.fixture
def busy(district):
    """Kim stands in for Tomás, and Otto has opened Maya's page in an emergency."""
    district.staff["kim"] = hire("Kim Alone")
    reach_actions.give_substitute(district.priya, absent=district.tomas, staff=district.kim, **DAYS)
    district.maya.identifier = "4712"
    district.maya.save()
    said = {"name": "Maya Rivera", "fact": "4712", "reason": "She came to us crying."}
    reach_actions.open_in_emergency(district.otto, **said)
    return district


def seers(district, who="tomas"):
    found = reach_queries.who_sees(district.staff[who], district.maya)
    return {each.staff.first_name: each for each in found}


def test_everyone_is_there_once_with_each_reason(busy):
    Assignment.objects.create(staff=busy.tomas, role="support_staff", student=busy.maya, begin=DAY)
    found = seers(busy)
    assert set(found) == {"Dana", "Priya", "Ruth", "Tomás", "Kim", "Otto"}
    whys = [each.about() for each in found["Tomás"].reasons]
    assert whys == ["teacher, 8B, until June 12", "support staff: caseload"]
    assert found["Kim"].reasons[0].about() == "stands in for Tomás Ruiz (teacher, 8B) until February 26"
    assert (found["Kim"].reasons[0].since, found["Tomás"].reasons[0].since) == (DAY, FIRST_DAY)
    assert found["Otto"].reasons[0].about() == "opened this page in an emergency, until February 25, 10 a.m."


def test_what_each_sees_beside_the_page_is_what_holds(busy):
    record, checkins = "attendance, screening, referrals", "answers in check-ins"
    family = "what the family said and asked"

    def sees():
        return {name: (list(map(str, each.sees)), each.may_change) for name, each in seers(busy).items()}

    assert sees() == {
        "Dana": ([record, family], True),
        "Priya": ([record, family], True),
        "Ruth": ([record, checkins, family], True),
        "Tomás": ([record], True),
        "Kim": ([record], True),
        "Otto": ([record], False),  # in an emergency, whatever he is elsewhere
    }
    reach_actions.choose(busy.dana, chosen={"record.read": [], "student.edit": []}, why="We talked about it.")
    assert {name: each for name, each in sees().items() if name in ("Tomás", "Kim", "Priya")} == {
        "Tomás": ([], False),
        "Kim": ([], False),
        "Priya": ([record, family], True),
    }


def test_the_number_of_questions_does_not_grow_with_those_who_see(busy, django_assert_num_queries):
    with django_assert_num_queries(4):
        reach_queries.who_sees(busy.tomas, busy.maya)
    for n in range(5):
        hire(f"Person{n} Example", "teacher", organization=busy.elm, section=busy.section_8b)
    busy.maya.kept_places = {}
    with django_assert_num_queries(4):
        reach_queries.who_sees(busy.tomas, busy.maya)


def test_the_page_for_the_family_has_names_reasons_and_emergencies_and_no_typed_reason(client, busy):
    client.force_login(busy.ruth)
    page = client.get(reverse("who-sees-family", args=[busy.maya.public_id])).content.decode()
    for words in (
        "Who can see Maya Rivera in Heartwork",
        "Stands in for Tomás Ruiz (teacher, 8B) until February 26",
        "Otto Berg: from Feb. 24, 2026, 10 a.m., until Feb. 25, 2026, 10 a.m.",
        "Made by Ruth Okafor, for the family.",
    ):
        assert words in page
    assert "crying" not in page
    entry = Entry.objects.get(verb="student.who_sees_printed")
    assert (entry.actor, entry.subject_pk, entry.detail) == (busy.ruth, busy.maya.pk, {"language": "en"})


def test_it_speaks_the_language_of_the_family_and_no_other_than_ours(client, busy):
    client.force_login(busy.ruth)
    address = reverse("who-sees-family", args=[busy.maya.public_id])
    assert '<html lang="es">' in client.get(address, {"in": "es"}).content.decode()
    assert '<html lang="en' in client.get(address, {"in": "xx"}).content.decode()


def test_an_emergency_of_more_than_a_year_ago_is_not_told_any_more(busy):
    (opening,) = reach_queries.emergencies_of(busy.ruth, busy.maya)
    opening.opened_at -= datetime.timedelta(days=366)
    opening.save()
    assert reach_queries.emergencies_of(busy.ruth, busy.maya) == []


def test_of_a_student_out_of_sight_no_emergency_is_told(busy):
    assert reach_queries.emergencies_of(busy.ada, busy.maya) == []
