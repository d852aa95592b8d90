"""The pages about supports, through the client."""

import datetime

import pytest
from django.urls import reverse

from heartwork.journal.models import Entry
from heartwork.roster.models import Choice
from heartwork.supports.models import Kind, Participation, Position, Support
from heartwork.supports.queries import confirmation, schools_to_edit
from heartwork.supports.tests.stories import offer, screen, take_part
from heartwork.testing.people import enroll

HTMX = {"HX-Request": "true"}
DAY = datetime.date(2026, 2, 24)


def url(name, *things):
    return reverse(name, args=[getattr(thing, "public_id", thing) for thing in things])


def read(client, person, address, **more):
    client.force_login(person)
    response = client.get(address, **more)
    assert response.status_code == 200, address
    return response.content.decode()


@pytest.fixture
def group(district):
    return offer("Grief group", school=district.elm, capacity=8, owner=district.ruth)


def test_an_audit_of_those_in_a_gap_is_offered_to_who_may_begin_one(client, district):
    offer("Morning circle", school=district.elm, tier=1, reach="everyone")
    begin = f'href="{reverse("audit-new")}?gap=universal_only"'
    assert begin in read(client, district.tomas, url("gap", "universal_only"))
    Choice.objects.create(chosen={"audit.open": []}, why="We talked about it.", set_by=district.dana)
    page = read(client, district.tomas, url("gap", "universal_only"))
    assert "Maya Rivera" in page
    assert begin not in page


def test_what_nobody_confirmed_is_counted_where_one_works(district):
    offer("Buddies", school=district.oak)
    offer("Nurse")  # of the whole district
    offer("Grief group", school=district.elm, confirmed_on=DAY)
    told = {who: confirmation(district.staff[who]) for who in ("priya", "otto", "sol")}
    assert {who: (each.running, each.confirmed) for who, each in told.items()} == {
        "priya": (2, 1),
        "otto": (2, 0),
        "sol": (3, 1),
    }


def test_one_adds_supports_to_schools_for_which_one_speaks(district):
    elm, oak = district.elm.name, district.oak.name
    offered = {who: {each.name for each in schools_to_edit(person)} for who, person in district.staff.items()}
    offered = {who: names for who, names in offered.items() if names}
    assert offered == {"dana": {elm, oak}, "priya": {elm}, "otto": {oak}, "ruth": {elm}}


# -- the inventory


def test_the_inventory_begins_where_one_works(client, district, group):
    offer("Reading at Oak", school=district.oak)
    offer("Care line")
    page = read(client, district.priya, url("supports"))
    assert "Grief group" in page
    assert "Care line" in page
    assert "Reading at Oak" not in page
    everywhere = read(client, district.priya, url("supports") + "?school=all")
    assert everywhere.index("Grief group") < everywhere.index("Reading at Oak")


def test_a_district_reader_sees_every_school(client, district, group):
    offer("Reading at Oak", school=district.oak)
    page = read(client, district.lena, url("supports"))
    assert "Grief group" in page
    assert "Reading at Oak" in page


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("?q=grief", ["Grief group"]),
        ("?q=elm", ["Grief group", "Plan"]),
        ("?tier=3", ["Plan"]),
        ("?domain=behavior", ["Plan"]),
        ("?state=ended", ["Old club"]),
        ("?state=unconfirmed", ["Plan"]),
        ("?tier=9", ["Grief group", "Plan"]),  # not a tier: not narrowed
    ],
)
def test_the_inventory_is_narrowed(client, district, group, search, found):
    Support.objects.update(confirmed_on=DAY)
    offer("Plan", school=district.elm, tier=3, domain="behavior", confirmed_on=datetime.date(2025, 5, 1))
    offer("Old club", school=district.elm, end=datetime.date(2026, 1, 1))
    client.force_login(district.priya)
    response = client.get(url("supports") + search, headers=HTMX)
    assert [line.support.name for line in response.context["lines"]] == found
    assert "<html" not in response.content.decode()


def test_an_empty_inventory_says_what_to_do(client, district):
    assert "Supports come from the inventory file" in read(client, district.priya, url("supports"))


def test_the_inventory_takes_the_same_queries_whatever_its_length(client, district, django_assert_max_num_queries):
    for n in range(24):
        support = offer(f"Group {n}", school=district.elm, owner=district.ruth)
        take_part(support, district.maya, district.eli)
    client.force_login(district.tomas)
    with django_assert_max_num_queries(18):
        client.get(url("supports"))


# -- one support


def test_a_support_says_what_it_is_and_names_only_one_s_own_students(client, district, group):
    take_part(group, district.maya, district.noor, begin=datetime.date(2025, 10, 1))
    page = read(client, district.tomas, url("support", group))
    assert "Maya Rivera" in page
    assert "Noor Hassan" not in page
    assert "hidden to protect privacy" in page  # one other student
    page = read(client, district.priya, url("support", group))
    assert "Noor Hassan" in page
    assert "2 of 8 places" in page
    assert Entry.objects.filter(verb="students.listed", subject_pk=group.pk).count() == 2


def test_a_number_is_hidden_while_few_students_are_behind_it(client, district, group):
    take_part(group, *(enroll(f"Child{n} Example", "08", district.elm) for n in range(9)))
    assert "hidden to protect privacy" in read(client, district.sol, url("support", group))
    take_part(group, enroll("One More", "08", district.elm))
    page = read(client, district.sol, url("support", group))
    assert "10 students" in page or "10 of 8" in page
    assert "One More" not in page


def test_a_support_for_everyone_says_its_rule_in_words(client, district):
    circle = offer("Morning circle", school=district.elm, tier=1, reach="everyone")
    circle.rules.update(grades="07 08")
    assert "everyone in grades 7 and 8 at Elm Middle School" in read(client, district.priya, url("support", circle))


def test_what_is_particular_to_a_position_is_shown(client, district):
    support = offer("Counselors", school=district.elm, kind="counselor")
    Position.objects.create(support=support, full_time_equivalent="1.5", vacant_since=datetime.date(2025, 9, 15))
    page = read(client, district.priya, url("support", support))
    assert "1.50 full-time" in page
    assert "vacant since" in page


@pytest.mark.parametrize("name", ["support", "support-edit", "support-end"])
def test_a_support_that_is_not_there_is_not_found(client, district, name):
    client.force_login(district.priya)
    assert client.get(url(name, "6a3f0f2e-0000-4000-8000-000000000000")).status_code == 404


def test_confirming_says_who_and_when(client, district, group):
    client.force_login(district.priya)
    client.post(url("support-confirm", group))
    group.refresh_from_db()
    assert (group.confirmed_on, group.confirmed_by) == (DAY, district.priya)
    assert Entry.objects.filter(verb="support.confirmed", subject_pk=group.pk).exists()


def test_ending_a_support_keeps_who_was_in_it(client, district, group):
    take_part(group, district.maya)
    client.force_login(district.priya)
    client.post(url("support-end", group), {"end": "2026-02-23"})
    group.refresh_from_db()
    assert group.end == datetime.date(2026, 2, 23)
    assert Participation.objects.filter(support=group, status="active").exists()


def test_a_support_cannot_end_before_it_began(client, district):
    support = offer("Group", school=district.elm, begin=datetime.date(2026, 2, 1))
    client.force_login(district.priya)
    page = client.post(url("support-end", support), {"end": "2026-01-31"}).content.decode()
    assert "The last day is before the first day." in page


@pytest.mark.parametrize("name", ["support-edit", "support-confirm", "support-end"])
@pytest.mark.parametrize("who", ["otto", "tomas", "lena", "uma", "sam"])
def test_only_the_school_s_own_principal_and_counselors_change_its_supports(client, district, group, name, who):
    client.force_login(getattr(district, who))
    assert client.post(url(name, group), {"end": "2026-02-23"}).status_code == 404
    group.refresh_from_db()
    assert (group.end, group.confirmed_on) == (None, None)


# -- adding and changing


def new(**more):
    return {
        "name": "Lunch bunch", "tier": "2", "domain": "1", "emphasis": "1", "reach": "listed", "begin": "2026-02-24",
    } | more  # fmt: skip


@pytest.fixture
def ids(db):
    kind = Kind.objects.select_related("tier", "domain", "emphasis").get(code="affinity-group")
    return {"tier": kind.tier.pk, "domain": kind.domain.pk, "emphasis": kind.emphasis.pk}


def test_a_kind_fills_the_form_of_a_new_support(client, district):
    address = url("support-new") + f"?kind=affinity-group&school={district.elm.public_id}"
    page = read(client, district.priya, address)
    assert 'value="Counselor affinity group"' in page
    assert "How much of a full-time person" not in page
    assert "How much of a full-time person" in read(
        client, district.priya, address.replace("affinity-group", "counselor")
    )


def test_a_new_support_is_in_the_inventory_and_confirmed(client, district, ids):
    client.force_login(district.priya)
    address = url("support-new") + f"?kind=affinity-group&school={district.elm.public_id}"
    response = client.post(address, new(**ids, owner="Ruth Okafor", capacity="8"))
    added = Support.objects.get(name="Lunch bunch")
    assert response.url == url("support", added)
    assert (added.school, added.owner, added.kind.code) == (district.elm, district.ruth, "affinity-group")
    assert added.confirmed_by == district.priya


def test_a_new_support_for_everyone_gets_its_rule(client, district, ids):
    client.force_login(district.priya)
    address = url("support-new") + f"?kind=&school={district.elm.public_id}"
    client.post(address, new(**ids, reach="everyone", grades=["07", "08"]))
    client.post(address, new(**ids, name="8B", reach="everyone", sections=[str(district.section_8b.public_id)]))
    (rule,) = Support.objects.get(name="Lunch bunch").rules.all()
    assert (rule.school, rule.section, rule.grades) == (district.elm, None, "07 08")
    (rule,) = Support.objects.get(name="8B").rules.all()
    assert (rule.section, rule.grades) == (district.section_8b, "")


def test_a_position_keeps_what_is_particular_to_it(client, district, ids):
    client.force_login(district.priya)
    address = url("support-new") + f"?kind=counselor&school={district.elm.public_id}"
    client.post(address, new(**ids, full_time_equivalent="0.5"))
    added = Support.objects.get(name="Lunch bunch")
    assert float(added.position.full_time_equivalent) == 0.5
    client.post(url("support-edit", added), new(**ids, full_time_equivalent="1", vacant_since="2026-02-01"))
    added = Support.objects.get(name="Lunch bunch")
    assert added.position.vacant_since == datetime.date(2026, 2, 1)


def test_professional_learning_says_whether_it_gives_tools_or_changes_beliefs(client, district, ids):
    client.force_login(district.dana)
    client.post(url("support-new") + "?kind=trauma-training&school=", new(**ids, reach="adults", aim="beliefs"))
    assert Support.objects.get(name="Lunch bunch").learning.aim == "beliefs"


def test_a_principal_adds_nothing_to_another_school_or_the_district(client, district, ids):
    client.force_login(district.priya)
    for school in (district.oak.public_id, ""):
        client.post(url("support-new") + f"?kind=&school={school}", new(**ids))
    assert not Support.objects.exists()


def test_an_owner_nobody_knows_is_asked_about_again_and_nothing_is_saved(client, district, ids):
    client.force_login(district.priya)
    address = url("support-new") + f"?kind=&school={district.elm.public_id}"
    page = client.post(address, new(**ids, owner="Nobody Known")).content.decode()
    assert "Nobody who works here is called “Nobody Known”" in page
    assert not Support.objects.exists()


def test_changing_a_support_notes_which_fields(client, district, group):
    client.force_login(district.priya)
    page = client.get(url("support-edit", group)).content.decode()
    assert 'value="Grief group"' in page
    assert 'value="Ruth Okafor"' in page
    ids = {"tier": group.tier_id, "domain": group.domain_id, "emphasis": group.emphasis_id}
    client.post(url("support-edit", group), new(**ids, name="Loss group", owner="ruth", capacity="8", begin=""))
    assert Entry.objects.get(verb="support.changed").detail == {"fields": ["name"]}


# -- who is in it


def test_a_student_begins_from_the_page_of_the_support(client, district, group):
    found = read(client, district.ruth, url("support", group) + "?find=maya")
    assert "Begins today" in found
    response = client.post(
        url("participation-begin", district.maya),
        {"support": group.public_id, "begin": "2026-02-24", "status": "active", "next": url("support", group)},
    )
    assert response.url == url("support", group)
    assert "Maya Rivera" in client.get(response.url).content.decode()
    assert Entry.objects.filter(verb="participation.begun", subject_pk=district.maya.pk).exists()


def test_beginning_never_leads_to_another_site(client, district, group):
    client.force_login(district.ruth)
    form = {"support": group.public_id, "begin": "2026-02-24", "next": "https://example.com/"}
    assert client.post(url("participation-begin", district.maya), form).url == url("student", district.maya)


def test_whoever_waited_begins_in_the_same_row(client, district, group):
    (waiting,) = take_part(group, district.maya, status="waitlisted", begin=datetime.date(2026, 1, 5))
    client.force_login(district.ruth)
    client.post(url("participation-begin", district.maya), {"support": group.public_id, "begin": "2026-02-24"})
    waiting.refresh_from_db()
    assert (waiting.status, waiting.begin) == ("active", DAY)
    assert Participation.objects.count() == 1


def test_a_support_elsewhere_or_over_or_already_joined_is_not_offered(client, district, group):
    offer("At Oak", school=district.oak)
    offer("Over", school=district.elm, end=datetime.date(2026, 1, 1))
    take_part(offer("Joined", school=district.elm), district.maya)
    full = offer("Full club", capacity=1)
    take_part(full, district.eli)
    page = read(client, district.ruth, url("participation-begin", district.maya))
    assert "Grief group" in page
    assert "Full club (no place left)" in page
    assert not any(name in page for name in ("At Oak", "Over<", "Joined"))
    at_oak = Support.objects.get(name="At Oak")
    page = client.post(url("participation-begin", district.maya), {"support": at_oak.public_id, "begin": "2026-02-24"})
    assert "is not open to this student" in page.content.decode()


def test_ending_keeps_the_last_day_and_a_waiting_place_is_given_up_at_once(client, district, group):
    (inside,) = take_part(group, district.maya)
    (waiting,) = take_part(offer("Club"), district.maya, status="waitlisted")
    client.force_login(district.ruth)
    for each in (inside, waiting):
        assert client.get(url("participation-end", district.maya, each.pk)).status_code == 200
        client.post(url("participation-end", district.maya, each.pk), {"end": "2026-02-27"})
        each.refresh_from_db()
    assert (inside.status, inside.end) == ("active", datetime.date(2026, 2, 27))
    assert waiting.status == "exited"


def test_nobody_ends_what_belongs_to_another_student(client, district, group):
    (entry,) = take_part(group, district.eli)
    client.force_login(district.ruth)
    assert client.post(url("participation-end", district.maya, entry.pk), {"end": "2026-02-27"}).status_code == 404


@pytest.mark.parametrize("who", ["tomas", "lena", "otto", "sam"])
def test_only_who_reaches_a_student_and_may_puts_them_in_a_support(client, district, group, who):
    client.force_login(getattr(district, who))
    form = {"support": group.public_id, "begin": "2026-02-24"}
    assert client.post(url("participation-begin", district.maya), form).status_code == 404
    assert not Participation.objects.exists()


# -- kinds


def test_the_kinds_say_where_they_come_from_and_how_many_are_in_the_inventory(client, district):
    offer("Grief group", kind="affinity-group")
    page = read(client, district.dana, url("kinds"))
    assert "Leadership for Caring (WSU, 2021): Personnel, and problem-solving" in page
    assert "one in the inventory" in page
    assert "Change the words" in page
    assert "Change the words" not in read(client, district.tomas, url("kinds"))


def kind_form(kind, **more):
    return {
        "name": kind.name, "tier": kind.tier_id, "domain": kind.domain_id, "emphasis": kind.emphasis_id,
        "reach": kind.reach, "is_offered": "on",
    } | more  # fmt: skip


def test_a_district_words_a_kind_its_own_way_and_retires_it(client, district):
    kind = Kind.objects.get(code="affinity-group")
    client.force_login(district.dana)
    client.post(url("kind", kind.code), kind_form(kind, name="Circle of friends", known_as="Circle | FRIENDS|"))
    kind.refresh_from_db()
    assert (kind.name, kind.known_as) == ("Circle of friends", "circle|friends")
    client.post(url("kind", kind.code), kind_form(kind, is_offered=""))
    assert "affinity-group" not in client.get(url("support-new")).content.decode()


def test_a_kind_of_one_s_own_gets_an_address_of_its_own(client, district):
    kind = Kind.objects.get(code="affinity-group")
    client.force_login(district.dana)
    for _ in range(2):
        client.post(url("kind-new"), kind_form(kind, name="Garden"))
    assert list(Kind.objects.filter(name="Garden").values_list("code", flat=True)) == ["garden", "garden-2"]


# -- coverage


def test_the_map_names_what_is_missing_where(client, district, group):
    page = read(client, district.priya, url("coverage"))
    assert "Elm Middle School, Belonging: 0 for everyone, 1 for some, 0 for one student" in page
    assert "Oak Elementary School" not in page
    assert "nothing is on record for Learning" in page
    assert "Oak Elementary School" in read(client, district.lena, url("coverage"))
    assert "Oak Elementary School" in read(client, district.priya, url("coverage") + "?schools=oak,%20elm")


def test_the_map_of_each_support_says_when_it_was_last_confirmed(client, district, group):
    page = read(client, district.lena, url("coverage") + "?view=support")
    assert "not confirmed" in page
    assert ">none<" in page  # at Oak


def test_a_vacant_position_covers_nothing_and_people_stand_beside_students(client, district):
    support = offer("Counselors", school=district.elm, kind="counselor", domain="feelings", tier=1)
    position = Position.objects.create(support=support, full_time_equivalent="0.5")
    page = read(client, district.dana, url("coverage"))
    assert "1 for 8" in page  # four students, half a person
    position.vacant_since = datetime.date(2026, 2, 1)
    position.save()
    page = read(client, district.dana, url("coverage"))
    assert "vacant since February 2026" in page or "vacant since Feb" in page
    assert "Elm Middle School, Feelings: 0 for everyone" in page


def test_places_stand_beside_need_and_free_places_are_pointed_out(client, district, group):
    there = offer("Grief group", school=district.oak, capacity=5)
    take_part(there, district.ida)
    group.capacity = 1
    group.save()
    take_part(group, district.maya)
    take_part(group, district.eli, district.noor, status="waitlisted")
    page = read(client, district.dana, url("coverage"))
    assert "1 of 5" in page
    assert "4 places are free in Grief group at Oak Elementary School while 2 students wait" in page
    assert "places are free" not in read(client, district.lena, url("coverage"))  # numbers of a few


def test_an_empty_map_says_what_belongs_there(client, district):
    page = read(client, district.priya, url("coverage"))
    assert "No support is on record" in page
    assert "No position is in the inventory yet" in page


def test_the_map_takes_the_same_queries_whatever_it_holds(client, district, django_assert_max_num_queries):
    for n in range(30):
        take_part(offer(f"Group {n}", school=district.elm, capacity=3), district.maya)
    client.force_login(district.priya)
    with django_assert_max_num_queries(26):
        client.get(url("coverage"))


# -- gaps


def test_each_gap_shows_its_rule_and_its_number(client, district):
    page = read(client, district.priya, url("gaps"))
    assert "at the Tier 2 line or up to 1 point below it" in page
    assert "Only what everyone gets" in page


def test_a_gap_lists_one_s_own_students_how_far_from_the_line_they_are_and_offers_an_audit(client, district):
    screen(district.maya, 19)
    screen(district.eli, 20)
    screen(district.noor, 20)
    page = read(client, district.tomas, url("gap", "tier_border"))
    assert "Maya Rivera" in page
    assert "1 below" in page
    assert "at the line" in page
    assert "Noor" not in page
    assert url("audit-new") + "?gap=tier_border" in page
    assert Entry.objects.get(verb="students.listed").detail == {"count": 2, "gap": "tier_border"}


def test_one_part_of_a_gap_is_shown_alone(client, district):
    screen(district.maya, 20)
    screen(district.eli, 20)
    take_part(offer("Group"), district.maya)
    client.force_login(district.tomas)
    page = client.get(url("gap", "tier_border") + "?part=without", headers=HTMX).content.decode()
    assert "Eli Scott" in page
    assert "Maya" not in page


def test_who_may_not_read_records_sees_no_distance_from_the_line(client, district):
    screen(district.maya, 20)
    assert "From the line" in read(client, district.tomas, url("gap", "tier_border"))
    Choice.objects.create(chosen={"record.read": []}, why="We talked about it.", set_by=district.dana)
    page = read(client, district.tomas, url("gap", "tier_border"))
    assert "Maya Rivera" in page
    assert "From the line" not in page


def test_no_data_is_told_apart(client, district):
    screen(district.maya, 20)
    page = read(client, district.tomas, url("gap", "tier_border"))
    assert "Of one more student it cannot be said: no screening score." in page


def test_a_reader_of_figures_sees_no_name_and_no_small_number(client, district):
    screen(district.maya, 20)
    page = read(client, district.lena, url("gap", "tier_border"))
    assert "Maya" not in page
    assert "hidden to protect privacy" in page
    assert not Entry.objects.filter(verb="students.listed").exists()


def test_a_gap_of_supports_lists_them(client, district, group):
    assert "Grief group" in read(client, district.priya, url("gap", "paper_support"))


@pytest.mark.parametrize("code", ["no-such-gap", "housing"])
def test_a_gap_that_is_not_there_or_not_one_s_own_is_not_found(client, district, code):
    client.force_login(district.tomas)
    assert client.get(url("gap", code)).status_code == 404


def test_every_gap_opens_for_everyone_who_may_know_it(client, district):
    for who in (district.dana, district.priya, district.ruth, district.lena):
        client.force_login(who)
        for gap in client.get(url("gaps")).context["about_students"]:
            assert client.get(url("gap", gap.code)).status_code == 200


def test_a_gap_takes_the_same_queries_whatever_the_number(client, district, django_assert_max_num_queries):
    group = offer("Group", school=district.elm)
    for n in range(30):
        student = enroll(f"Child{n} Example", "08", district.elm)
        screen(student, 20)
        take_part(group, student)
    client.force_login(district.priya)
    with django_assert_max_num_queries(24):
        client.get(url("gap", "tier_border"))
    with django_assert_max_num_queries(12):
        client.get(url("gaps"))
