"""Who can see a student: everyone, with each reason, its dates, and what beside the page; and for a family."""

import datetime

import pytest
from django.urls import reverse

from heartwork.journal.models import Entry
from heartwork.pages import queries
from heartwork.roster import reach_actions, reach_queries
from heartwork.roster.models import Assignment
from heartwork.supports.models import Domain, Emphasis, Participation, Support, Tier
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


def test_the_way_to_the_journal_and_to_paper_is_for_who_may_take_it(client, district):
    links = {"journal": reverse("journal"), "paper": reverse("who-sees-family", args=[district.maya.public_id])}
    for who, offered in (("tomas", set()), ("ruth", {"paper"}), ("priya", {"journal", "paper"})):
        client.force_login(district.staff[who])
        page = client.get(reverse("who-sees", args=[district.maya.public_id])).content.decode()
        assert {name for name, url in links.items() if f'href="{url}' in page} == offered


def test_an_opening_that_outlasts_the_right_to_it_offers_no_way_to_close_it(client, busy):
    client.force_login(busy.otto)
    address = reverse("student", args=[busy.maya.public_id])
    closing = f'href="{reverse("emergency")}"'
    assert closing in client.get(address).content.decode()
    Assignment.objects.filter(staff=busy.otto, role="principal").delete()
    page = client.get(address).content.decode()
    assert "You opened this page in an emergency." in page
    assert closing not in page


def test_who_opened_a_page_in_an_emergency_and_comes_to_reach_it_otherwise_is_shown_the_wider_reason(busy):
    Assignment.objects.create(staff=busy.otto, role="support_staff", student=busy.maya, begin=DAY)
    assert queries.student_page(busy.otto, busy.maya).reason.role == "support_staff"


def test_the_page_of_a_student_offers_what_the_role_may(client, district):
    support = Support.objects.create(
        name="Reading group",
        tier=Tier.objects.get(number=2),
        domain=Domain.objects.first(),
        emphasis=Emphasis.objects.first(),
        school=district.elm,
    )
    Participation.objects.create(support=support, student=district.maya, begin=FIRST_DAY)
    Assignment.objects.create(staff=district.nadia, role="facilitator", student=district.maya)
    ways = {
        "edit": reverse("add-strength", args=[district.maya.public_id]),
        "begin": reverse("participation-begin", args=[district.maya.public_id]),
        "audit": reverse("audit-new"),
        "supports": reverse("support", args=[support.public_id]),
    }
    for who, offered in (("ruth", set(ways)), ("tomas", set(ways) - {"begin"}), ("nadia", set())):
        client.force_login(district.staff[who])
        page = client.get(reverse("student", args=[district.maya.public_id])).content.decode()
        assert {name for name, url in ways.items() if f'"{url}' in page} == offered
