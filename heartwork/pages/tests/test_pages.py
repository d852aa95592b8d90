"""Today, one student and the journal: they open, they read well when empty, and strangers meet 404."""

import ast
import datetime

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from heartwork.journal.actions import note
from heartwork.journal.models import Entry
from heartwork.pages import queries
from heartwork.pages.dots import dots
from heartwork.pages.journal import VERBS, entries, in_words
from heartwork.roster.models import Assignment, Choice, Strength, Student
from heartwork.supports.models import Domain, Emphasis, Participation, Support, Tier, UniversalRule
from heartwork.teams.models import FollowUp
from heartwork.testing.people import DAY, FIRST_DAY, enroll, hire
from heartwork.walkthroughs.models import Visit

EVERYONE = ["sol", "lena", "dana", "priya", "otto", "ruth", "tomas", "ada", "uma", "sam", "nadia"]


def page_of(student):
    return reverse("student", args=[student.public_id])


def support(name, tier=2, **more):
    return Support.objects.create(
        name=name,
        tier=Tier.objects.get(number=tier),
        domain=Domain.objects.first(),
        emphasis=Emphasis.objects.get(code=more.pop("emphasis", "relationship")),
        **more,
    )


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


# -- Today


@pytest.mark.parametrize("who", EVERYONE)
def test_today_opens_for_everyone(client, district, who):
    person = district.staff[who]
    client.force_login(person)
    assert f"Good morning, {person.given_name}" in read(client, reverse("today"))


@pytest.mark.parametrize(("who", "walks"), [("ruth", True), ("sam", False)])
def test_today_sends_what_waits_on_the_phone_of_whoever_walks_through_schools(client, district, who, walks):
    client.force_login(district.staff[who])
    page = read(client, reverse("today"))
    assert [words in page for words in ("walkthroughs/walk", "data-walks")] == [walks, walks]


@pytest.mark.parametrize(("hour", "words"), [(8, "Good morning"), (15, "Good afternoon"), (21, "Good evening")])
def test_today_greets_by_the_time_of_day(client, district, hour, words):
    now = datetime.datetime.combine(DAY, datetime.time(hour), datetime.timezone(datetime.timedelta(hours=-8)))
    with time_machine.travel(now, tick=False):
        client.force_login(district.ruth)
        assert words in read(client, reverse("today"))


def test_today_says_how_many_students_i_see_and_why(client, district):
    client.force_login(district.ruth)
    page = read(client, reverse("today"))
    assert "You see 4 students: grades 7 and 8 at Elm Middle School." in page


def test_today_tells_a_person_without_assignment_whom_to_ask(client, district):
    client.force_login(district.nadia)
    assert "Once you have an assignment" in read(client, reverse("today"))


def test_today_tells_a_counselor_without_caseload_whom_to_ask(client, district):
    district.ruth.assignments.update(grades="")
    client.force_login(district.ruth)
    page = read(client, reverse("today"))
    assert "You have no caseload yet" in page
    assert "Ask your principal" in page


def test_today_names_what_i_promised_and_what_slipped(client, district):
    for what, days in (("Call home", -4), ("Meet the coach", 3)):
        due = DAY + datetime.timedelta(days)
        FollowUp.objects.create(what=what, owner=district.ruth, promised_by=district.ruth, due_on=due, first_due_on=due)
    client.force_login(district.ruth)
    page = read(client, reverse("today"))
    assert "<mark>One thing you promised</mark> has slipped" in page
    assert "Call home" in page
    assert "Meet the coach" in page


def test_today_says_that_someone_did_what_i_asked_of_them(client, district):
    FollowUp.objects.create(
        what="Call home", owner=district.tomas, promised_by=district.ruth, due_on=DAY, first_due_on=DAY, done_on=DAY
    )
    client.force_login(district.ruth)
    assert "Done: Call home" in read(client, reverse("today"))


def test_today_does_not_say_what_ended_at_another_school(client, district):
    support("Oak lunch", school=district.oak, end=DAY)
    support("Elm lunch", school=district.elm, end=DAY)
    client.force_login(district.priya)
    page = read(client, reverse("today"))
    assert "Elm lunch ended" in page
    assert "Oak lunch" not in page


def test_today_says_since_when_things_are_new(client, district):
    last = datetime.datetime(2026, 2, 20, 9, tzinfo=datetime.timezone(datetime.timedelta(hours=-8)))
    for moment in (last, last + datetime.timedelta(days=4)):
        with time_machine.travel(moment, tick=False):
            Entry.objects.create(actor=district.ruth, verb="account.signed_in")
    client.force_login(district.ruth)
    assert "Since Friday" in read(client, reverse("today"))


def test_today_asks_a_fixed_number_of_questions(client, district, django_assert_num_queries):
    client.force_login(district.priya)
    with django_assert_num_queries(QUERIES_OF_TODAY):
        client.get(reverse("today"))
    for n in range(30):
        enroll(f"Student {n}", "08", district.elm, district.section_8b)
        FollowUp.objects.create(
            what=f"Thing {n}", owner=district.priya, promised_by=district.ruth, due_on=DAY, first_due_on=DAY
        )
        support(f"Support {n}", school=district.elm, end=DAY)
    with django_assert_num_queries(QUERIES_OF_TODAY):
        client.get(reverse("today"))


QUERIES_OF_TODAY = 11


def test_a_gap_worth_a_look_comes_after_the_page(client, district):
    client.force_login(district.ruth)
    assert f'hx-get="{reverse("today-gap")}"' in read(client, reverse("today"))
    assert "A gap worth a look" in read(client, reverse("today-gap"))
    part = client.get(reverse("today-gap"), headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith("<section")


def test_a_gap_leads_to_names_only_for_who_may_read_them(client, district):
    for_all = {"reach": "everyone", "begin": FIRST_DAY, "school": district.elm, "owner": district.ruth}
    UniversalRule.objects.create(support=support("Advisory circle", tier=1, **for_all), school=district.elm)
    reading = support("Reading group", tier=2, school=district.elm, owner=district.ruth)
    for n in range(24):
        student = enroll(f"Student{n} Many", "08", district.elm)
        if n < 12:
            Participation.objects.create(student=student, support=reading, begin=FIRST_DAY)
    for person, words in ((district.priya, "See who they are"), (district.sol, "Look at it")):
        client.force_login(person)
        assert words in read(client, reverse("today-gap"))


def test_a_gap_is_drawn_as_dots_and_names_its_share(client, district):
    picture = str(dots(3, 45))
    assert picture.count("<rect") == 45
    assert picture.count('class="on"') == 3
    assert 'aria-label="3 of 45"' in picture


@pytest.mark.parametrize(("inside", "among"), [(0, 10), (5, 3), (5, 601)])
def test_what_cannot_be_seen_is_not_drawn(inside, among):
    assert dots(inside, among) is None


def test_today_offers_what_the_viewer_may(district):
    Assignment.objects.create(staff=district.nadia, role="facilitator", student=district.maya)
    everyone = {**district.staff, "kim": hire("Kim Poe")}
    at_work = {"sol", "lena", "dana", "priya", "otto", "ruth", "tomas", "ada", "uma"}
    with_students = at_work - {"sol", "lena"}
    offered = {
        "may_audit": with_students | {"nadia"},
        "may_begin": with_students,
        "may_import": {"dana", "sam"},
        "may_see_gaps": at_work,
        "may_see_district": {"sol", "lena"},
        "may_walk": at_work,
        "is_for_students": with_students | {"nadia"},
    }
    seen = {name: queries.today(person) for name, person in everyone.items()}
    for what, names in offered.items():
        assert {name for name, found in seen.items() if getattr(found, what)} == names, what


# -- one student


@pytest.mark.parametrize("who", ["dana", "priya", "ruth", "tomas"])
def test_a_student_page_opens_for_whoever_reaches_the_student(client, district, who):
    client.force_login(district.staff[who])
    assert "Maya Rivera" in read(client, page_of(district.maya))


@pytest.mark.parametrize("who", ["sol", "lena", "otto", "ada", "uma", "sam", "nadia"])
@pytest.mark.parametrize("name", ["student", "who-sees", "add-strength", "student-records", "older-records"])
def test_for_a_stranger_the_student_is_not_there(client, district, who, name):
    client.force_login(district.staff[who])
    response = client.get(reverse(name, args=[district.maya.public_id]))
    assert response.status_code == 404
    assert response.content == client.get("/no-such-page/").content


def test_opening_a_student_is_written_down_with_the_reason(client, district):
    client.force_login(district.tomas)
    read(client, page_of(district.maya))
    entry = Entry.objects.get(verb="student.seen")
    assert (entry.actor, entry.subject_pk, entry.detail["how"]) == (district.tomas, district.maya.pk, "section")


def test_a_page_that_was_refused_is_not_written_down_as_seen(client, district):
    client.force_login(district.ada)
    client.get(page_of(district.maya))
    assert not Entry.objects.filter(verb="student.seen").exists()


def test_the_page_says_how_many_people_see_it_and_why_i_do(client, district):
    client.force_login(district.tomas)
    page = read(client, page_of(district.maya))
    assert "4 people can see this page. You do because you teach 8B until June 12." in page


def test_everyone_who_sees_a_student_is_named_with_the_reason(client, district):
    client.force_login(district.tomas)
    page = read(client, reverse("who-sees", args=[district.maya.public_id]))
    for name in ("Dana Whitlock", "Priya Kaur", "Ruth Okafor", "Tomás Ruiz"):
        assert name in page
    assert "Otto" not in page


def test_strengths_and_own_words_stand_before_supports_and_records(client, district):
    Participation.objects.create(student=district.maya, support=support("Reading group"), begin=FIRST_DAY)
    client.force_login(district.tomas)
    add = reverse("add-strength", args=[district.maya.public_id])
    client.post(add, {"text": "Explains the offside rule with salt shakers."})
    client.post(add, {"text": "Say hi before you ask about my hood.", "in_own_words": "on"})
    page = read(client, page_of(district.maya))
    order = [page.index(words) for words in ("salt shakers", "Say hi", "Reading group", "Attendance")]
    assert order == sorted(order)
    assert '<blockquote class="voice"><p>Say hi' in page


def test_a_strength_takes_words_as_they_are_and_never_as_markup(client, district):
    client.force_login(district.tomas)
    client.post(reverse("add-strength", args=[district.maya.public_id]), {"text": "<script>alert(1)</script>"})
    assert "<script>alert" not in read(client, page_of(district.maya))


def test_an_empty_strength_is_asked_for_again(client, district):
    client.force_login(district.tomas)
    response = client.post(reverse("add-strength", args=[district.maya.public_id]), {"text": " "})
    assert response.status_code == 200
    assert not Strength.objects.exists()


def test_a_student_without_anything_on_record_reads_well(client, district):
    client.force_login(district.tomas)
    page = read(client, page_of(district.maya))
    assert "No support on record reaches Maya" in page
    assert "Nobody has written down yet what Maya" in page
    assert read(client, reverse("student-records", args=[district.maya.public_id])).count("No data") == 2


def test_what_a_student_waits_for_is_named_as_waiting(client, district):
    Participation.objects.create(student=district.maya, support=support("Grief group"), status="waitlisted")
    client.force_login(district.ruth)
    assert "waiting for a place" in read(client, page_of(district.maya))


def test_records_are_read_when_somebody_opens_them_and_the_journal_keeps_who(client, district):
    district.maya.referrals.create(date=DAY, behavior="Left class", level="minor")
    client.force_login(district.ruth)
    assert "Left class" not in read(client, page_of(district.maya))
    assert not Entry.objects.filter(verb="student.records_seen").exists()
    address = reverse("student-records", args=[district.maya.public_id])
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Left class" in part
    assert "<html" not in part
    assert "Left class" in read(client, address)  # the same on a page of its own
    assert Entry.objects.filter(verb="student.records_seen", actor=district.ruth).count() == 2


def test_older_records_ask_for_a_reason_and_keep_it(client, district):
    district.maya.referrals.create(date=datetime.date(2024, 11, 5), behavior="Left class", level="minor")
    client.force_login(district.ruth)
    assert "Left class" not in read(client, page_of(district.maya))
    address = reverse("older-records", args=[district.maya.public_id])
    assert "Left class" not in read(client, address)
    assert "Left class" not in client.post(address, {"reason": "just so"}).content.decode()
    page = client.post(address, {"reason": "Preparing the hand-off to high school"}).content.decode()
    assert "Left class" in page
    entry = Entry.objects.get(verb="student.older_records_seen")
    assert entry.detail["reason"] == "Preparing the hand-off to high school"


@pytest.mark.parametrize("address", ["student-records", "older-records", "family"])
def test_what_a_role_may_read_of_one_student_is_not_read_of_those_of_another_role(client, district, address):
    Choice.objects.create(chosen={"record.read": []}, why="We talked about it.", set_by=district.dana)
    Assignment.objects.create(staff=district.tomas, role="counselor", student=district.ida, begin=DAY)
    client.force_login(district.tomas)
    for student, status in ((district.ida, 200), (district.maya, 404)):
        there = reverse(address, args=[student.public_id])
        assert client.get(there).status_code == status
        assert (there in read(client, page_of(student))) == (status == 200 and address != "older-records")
    if address == "older-records":
        there = reverse(address, args=[district.maya.public_id])
        assert client.post(there, {"reason": "Preparing the hand-off"}).status_code == 404


def test_a_student_page_asks_a_fixed_number_of_questions(client, district, django_assert_num_queries):
    client.force_login(district.tomas)
    with django_assert_num_queries(QUERIES_OF_A_STUDENT):
        client.get(page_of(district.maya))
    for n in range(20):
        Participation.objects.create(student=district.maya, support=support(f"Support {n}"), begin=FIRST_DAY)
        Strength.objects.create(student=district.maya, text="Kind", noted_by=district.ruth, noted_on=DAY)
        FollowUp.objects.create(
            what="Call",
            owner=district.tomas,
            promised_by=district.ruth,
            student=district.maya,
            due_on=DAY,
            first_due_on=DAY,
        )
        hire(f"Principal{n} Example", "principal", organization=district.elm)
    with django_assert_num_queries(QUERIES_OF_A_STUDENT):
        client.get(page_of(district.maya))


QUERIES_OF_A_STUDENT = 18


# -- the journal


def test_the_journal_is_for_those_who_may_read_it(client, district):
    for who in set(EVERYONE) - {"dana", "priya", "otto", "sam"}:
        client.force_login(district.staff[who])
        assert client.get(reverse("journal")).status_code == 404


def test_the_journal_can_be_searched_by_person_student_kind_and_day(client, district):
    client.force_login(district.tomas)
    read(client, page_of(district.maya))
    read(client, page_of(district.eli))
    client.force_login(district.dana)
    assert "saw a student’s page" in read(client, reverse("journal"))
    assert "Eli Scott" not in read(client, f"{reverse('journal')}?student={district.maya.public_id}")
    assert "Maya Rivera" in read(client, f"{reverse('journal')}?who=tomas&verb=student.seen")
    assert "Maya Rivera" not in read(client, f"{reverse('journal')}?who=priya")
    assert "Maya Rivera" not in read(client, f"{reverse('journal')}?end=2026-02-23")
    assert "Maya Rivera" in read(client, f"{reverse('journal')}?begin=2026-02-24&end=2026-02-24")


def test_a_principal_reads_what_the_own_staff_did(client, district):
    for who, student in (("tomas", "maya"), ("ada", "ida")):
        client.force_login(district.staff[who])
        read(client, page_of(district.students[student]))
    client.force_login(district.priya)
    assert "Tomás Ruiz" in read(client, reverse("journal"))
    assert "Ada Park" not in read(client, reverse("journal"))


def test_what_was_done_by_no_one_is_read_by_those_who_read_it_all(district):
    note(None, "import.applied")
    seen = {who: entries(district.staff[who]).filter(actor=None).exists() for who in ("dana", "sam", "priya")}
    assert seen == {"dana": True, "sam": True, "priya": False}


def test_a_system_administrator_reads_that_a_record_was_seen_and_not_whose(client, district):
    client.force_login(district.tomas)
    read(client, page_of(district.maya))
    client.force_login(district.sam)
    page = read(client, reverse("journal"))
    assert "saw a student’s page" in page
    assert "Maya" not in page
    assert f"({district.maya.pk})" not in page
    assert "role: teacher" not in page


def test_nobody_reads_of_themselves_in_the_journal_of_others(client, district):
    client.force_login(district.dana)
    read(client, page_of(district.maya))
    assert "Maya Rivera" not in read(client, reverse("journal"))
    own = read(client, reverse("own-journal"))
    assert "Maya Rivera" in own
    assert "Sam Hill" in own  # who can read it too
    client.force_login(district.sam)
    page = read(client, reverse("journal"))
    assert "saw a student’s page" in page
    assert "read what they themselves did" in page


def test_one_s_own_entries_are_one_s_own(client, district):
    client.force_login(district.tomas)
    read(client, page_of(district.maya))
    client.force_login(district.ruth)
    assert "saw a student’s page" not in read(client, reverse("own-journal") + "?begin=2026-02-24").split("</form>")[1]
    assert "Priya Kaur" in read(client, reverse("own-journal"))


def test_leaders_see_how_often_and_no_names(client, district):
    client.force_login(district.tomas)
    read(client, page_of(district.maya))
    client.force_login(district.sol)
    page = read(client, reverse("journal-counts"))
    assert "Saw a student’s page" in page
    assert "Maya" not in page
    assert "Tomás" not in page


def test_a_search_that_makes_no_sense_is_answered_calmly(client, district):
    client.force_login(district.dana)
    read(client, f"{reverse('journal')}?student=nobody&verb=nothing&begin=yesterday&page=-1")


def test_the_journal_asks_a_fixed_number_of_questions(client, district, django_assert_max_num_queries):
    client.force_login(district.tomas)
    for student in Student.objects.filter(grade="08"):
        for _ in range(10):
            client.get(page_of(student))
    client.force_login(district.dana)
    with django_assert_max_num_queries(8):
        client.get(reverse("journal"))


def test_a_student_is_found_in_the_journal_by_the_whole_address_of_their_page(client, district):
    client.force_login(district.tomas)
    read(client, page_of(district.maya))
    client.force_login(district.dana)
    page = read(client, f"{reverse('journal')}?student=https://heartwork.example{page_of(district.maya)}")
    assert "saw a student’s page" in page


def test_every_verb_that_is_written_has_words():
    written = set()
    for path in (settings.PROJECT / "heartwork").rglob("*.py"):
        if "tests" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and getattr(node.func, "id", "") in ("note", "note_each")
                    and len(node.args) > 1
                ):
                    words = (each.value for each in ast.walk(node.args[1]) if isinstance(each, ast.Constant))
                    written |= {word for word in words if isinstance(word, str)}
    assert "student.seen" in written
    assert written <= set(VERBS)


def test_every_change_to_a_measure_has_words_in_the_journal():
    written = {
        f"measure.{what}"
        for what in (
            *("defined", "changed", "ended", "values_entered", "gathered", "chart_chosen", "chart_phase"),
            *("chart_excluded", "annotated", "annotation_withdrawn"),
        )
    }
    assert written <= set(VERBS)


def test_a_visit_that_a_walk_was_about_is_called_one(district):
    visit = Visit.objects.create(school=district.elm, held_on=DAY, planned_by=district.priya)
    (line,) = in_words(district.priya, [note(district.priya, "walk.sent", visit)])
    assert line.about == f"a visit ({visit.pk})"
