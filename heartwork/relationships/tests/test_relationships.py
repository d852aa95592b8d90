"""Who knows whom: marks made alone, the picture, the students nobody named, and the adult who gets to know them."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from heartwork.journal.models import Entry
from heartwork.meetings import actions as meetings
from heartwork.meetings.tests.stories import meeting_of, team_of, to_stage
from heartwork.privacy.retention import SWEEPS
from heartwork.relationships import actions, queries
from heartwork.relationships.activity import table
from heartwork.relationships.models import Knows, LooksAfter, Marks, Standing
from heartwork.relationships.picture import picture
from heartwork.relationships.tests.stories import knows, who_knows_whom
from heartwork.roster.models import Assignment, StaffMember, Student
from heartwork.supports.gaps import gaps, students_in_gap
from heartwork.teams.actions import add_member, create_team
from heartwork.teams.models import FollowUp, Stage
from heartwork.testing.people import DAY, enroll, hire
from heartwork.trusted import actions as trusted
from heartwork.trusted import queries as trusted_queries
from heartwork.trusted.tests.stories import asked, opened_in_an_emergency, slip_of

pytestmark = pytest.mark.data


def page_of(client, viewer, meeting, name="meeting"):
    client.force_login(viewer)
    viewer.kept_assignments = {}
    return client.get(reverse(name, args=[meeting.public_id]), follow=True).content.decode()


def at_elm(district, n=40):
    """More students at Elm, so that numbers can be told."""
    return [enroll(f"Student {i:02}", "08" if i % 2 else "07", district.elm) for i in range(n)]


# -- marking


def test_one_marks_among_the_own_students_and_nobody_else_reads_it(client, district):
    meeting = who_knows_whom(district)
    page = page_of(client, district.tomas, meeting, "meeting-students")
    assert "Maya Rivera" in page
    assert "Noor Hassan" not in page  # of another class
    knows(district.tomas, meeting, district.maya, district.noor)
    assert Marks.objects.get().chosen == {district.maya.public_id}  # Noor was not his to choose
    for other in (district.ruth, district.priya):
        for name in ("meeting", "meeting-students", "meeting-wall", "meeting-recap"):
            assert "checked" not in page_of(client, other, meeting, name)
    assert str(district.maya.public_id) in page_of(client, district.tomas, meeting, "meeting-students")


def test_what_is_marked_is_sealed_in_the_database(district):
    meeting = who_knows_whom(district)
    knows(district.tomas, meeting, district.maya)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM relationships_marks")
        ((kept,),) = cursor.fetchall()
    assert str(district.maya.public_id) not in kept


def test_a_plain_form_and_two_windows_lose_no_mark(client, district):
    meeting = who_knows_whom(district)
    client.force_login(district.ruth)
    where = reverse("meeting-students", args=[meeting.public_id])
    maya, eli = str(district.maya.public_id), str(district.eli.public_id)
    client.post(where, {"version": 0, "window": "", "text": "", "known": [maya]})
    answer = client.post(where, {"version": 0, "window": "another", "text": eli}, headers={"X-Autosave": "1"}).json()
    assert set(answer["text"].split()) == {maya, eli}
    client.post(where, {"version": answer["version"], "window": "another", "text": eli}, headers={"X-Autosave": "1"})
    assert Marks.objects.get().chosen == {district.eli.public_id}
    assert client.post(where, {"version": "x"}).status_code == 400


def test_all_names_are_laid_open_by_who_sees_everyone_and_to_the_team_alone(client, district):
    meeting = who_knows_whom(district)
    given = {"meeting": meeting, "school": district.elm, "carries": 5, "names_everyone": True}
    assert "chooses from all names" in page_of(client, district.ruth, meeting)  # grades 7 and 8: all of Elm
    enroll("Far Away", "06", district.elm)
    assert "chooses from all names" not in page_of(client, district.ruth, meeting)
    with pytest.raises(PermissionDenied):
        actions.set_up(district.ruth, **given)
    meetings.take_the_lead(district.priya, meeting=meeting)
    actions.set_up(district.priya, **given)
    assert "Noor Hassan" in page_of(client, district.tomas, meeting, "meeting-students")
    meetings.join(district.ada, code=meeting.code)  # sits there, and is not of the team
    assert "Noor Hassan" not in page_of(client, district.ada, meeting, "meeting-students")
    assert client.get(reverse("student", args=[district.noor.public_id])).status_code == 404
    meetings.close(district.priya, meeting=meeting)
    assert not queries.offered(district.tomas, queries.round_of(meeting)).filter(pk=district.noor.pk).exists()


def test_names_laid_open_are_not_for_a_member_whose_role_sees_no_student(district):
    meeting = who_knows_whom(district)
    add_member(district.ruth, team=meeting.team, staff=district.lena)
    actions.set_up(district.ruth, meeting=meeting, school=district.elm, carries=5, names_everyone=True)
    found = queries.round_of(meeting)
    assert district.noor in queries.offered(district.tomas, found)
    assert not queries.offered(district.lena, found).exists()


def test_once_somebody_has_marked_the_school_stays(district):
    meeting = who_knows_whom(district)
    knows(district.tomas, meeting, district.maya)
    actions.set_up(district.ruth, meeting=meeting, school=district.elm, carries=7)
    with pytest.raises(PermissionDenied):
        actions.set_up(district.ruth, meeting=meeting, school=district.oak, carries=7)
    assert queries.round_of(meeting).school == district.elm


def test_a_name_is_shared_by_its_bearer_for_one_meeting(district):
    first = who_knows_whom(district)
    knows(district.tomas, first, district.maya)
    actions.let_be_seen(district.tomas, meeting=first)
    meetings.close(district.ruth, meeting=first)
    second = meeting_of(district, "relationships", first.team)
    assert queries.is_shared(district.tomas, queries.round_of(first))
    assert not queries.is_shared(district.ruth, queries.round_of(first))
    assert not queries.is_shared(district.tomas, queries.round_of(second))


def test_the_meeting_offers_what_the_reader_may(district):
    meeting = who_knows_whom(district)
    queries.round_of(meeting)
    for who, may in (("ruth", (True, True)), ("uma", (True, False)), ("lena", (False, False))):
        shown = table(district.staff[who], meeting)
        assert (shown["may_find"], shown["may_ask"]) == may


def test_a_team_without_a_school_says_which(client, district):
    team = create_team(district.dana, name="District", organization=None)
    add_member(district.dana, team=team, staff=district.tomas)
    meeting = meetings.begin(district.dana, activity="relationships", team=team, held_on=DAY, facilitator=district.dana)
    assert "Whoever leads has not said yet" in page_of(client, district.dana, meeting, "meeting-students")
    said = {"do": "set_up", "school": str(district.oak.public_id), "carries": "4"}
    assert client.post(reverse("meeting", args=[meeting.public_id]), said).status_code == 302
    assert "Ida Nelson" in page_of(client, district.dana, meeting, "meeting-students")
    wrong = client.post(reverse("meeting", args=[meeting.public_id]), said | {"carries": "0"}, follow=True)
    assert "greater than or equal to 1" in wrong.content.decode()


# -- the picture


def test_adults_beside_students_and_nobody_s_first(client, district):
    at_elm(district)
    meeting = who_knows_whom(district)
    knows(district.tomas, meeting, district.maya)
    knows(district.uma, meeting, district.noor)
    to_stage(district, meeting, Stage.REVEALED)
    assert "Numbers are shown once 3 adults" in page_of(client, district.priya, meeting)
    knows(district.priya, meeting, district.maya, district.theo)
    asking = asked(district)
    trusted.say(slip_of(asking, district.maya), adults=[district.tomas])
    trusted.say(slip_of(asking, district.eli), adults=[])
    found = picture(district.priya, queries.round_of(meeting))
    assert (found.known, found.unknown, found.nobodys, found.students) == ([1, 0, 2], [0, 1, 40], 41, 44)
    assert {share.name: (share.count, share.among) for share in found.groups} == {
        "Grade 7": (20, 22),
        "Grade 8": (21, 22),
    }
    page = page_of(client, district.priya, meeting)
    assert "<mark>41 students</mark> of 44 were named by nobody" in page
    to_stage(district, meeting, Stage.DISCUSSED)
    page = page_of(client, district.tomas, meeting)
    assert "Eli Scott" in page
    assert "Student 01" not in page  # not his
    assert "names nobody, or has not answered" in page


def test_who_does_not_see_everyone_gets_no_small_number(client, district):
    at_elm(district)
    meeting = who_knows_whom(district)
    for person, student in (
        (district.tomas, district.maya),
        (district.uma, district.noor),
        (district.priya, district.theo),
    ):
        knows(person, meeting, student)
    told = picture(district.tomas, queries.round_of(meeting))
    assert (told.known, told.students) == ([None, None, None], 44)
    assert told.nobodys is None  # of 41, the 3 would be told
    assert {share.count for share in told.groups} == {None}
    assert picture(district.priya, queries.round_of(meeting)).nobodys == 41
    assert picture(district.priya, queries.round_of(meeting), for_all=True).known == told.known
    to_stage(district, meeting, Stage.REVEALED)
    assert "hidden to protect privacy" in page_of(client, district.priya, meeting, "meeting-wall")
    assert "Maya" not in page_of(client, district.priya, meeting, "meeting-wall")


def test_a_leader_with_figures_alone_has_the_gap_finder(client, district):
    at_elm(district)
    meeting = who_knows_whom(district)
    for person in (district.tomas, district.priya, district.ruth):
        knows(person, meeting, district.maya)
    knows(district.uma, meeting, district.noor)
    meetings.join(district.sol, code=meeting.code)
    to_stage(district, meeting, Stage.REVEALED)
    assert picture(district.sol, queries.round_of(meeting)) is None
    assert reverse("gap", args=["nobodys"]) in page_of(client, district.sol, meeting)
    meetings.close(district.ruth, meeting=meeting)
    (gap,) = gaps(district.sol, only="nobodys")
    assert gap.count is None  # two were named: too few
    (gap,) = gaps(district.priya, only="nobodys")
    assert (gap.count, gap.among, gap.unknown) == (42, 44, 0)
    assert district.eli in students_in_gap(district.tomas, "nobodys")
    assert district.maya not in students_in_gap(district.tomas, "nobodys")
    client.force_login(district.sol)
    page = client.get(reverse("gap", args=["nobodys"])).content.decode()
    assert "hidden to protect privacy" in page


def test_of_a_meeting_that_is_over_stays_how_it_stood(district):
    meeting = who_knows_whom(district)
    for person in (district.tomas, district.uma, district.priya):
        knows(person, meeting, district.maya if person != district.uma else district.noor)
    live = queries.stands(queries.round_of(meeting))
    meetings.close(district.ruth, meeting=meeting)
    meeting.refresh_from_db()
    assert queries.stands(queries.round_of(meeting)) == live
    assert Standing.objects.get(student=district.maya).adults == 2
    with pytest.raises(PermissionDenied):
        knows(district.tomas, meeting)


def test_of_two_adults_nothing_stays(district):
    meeting = who_knows_whom(district)
    knows(district.tomas, meeting, district.maya)
    knows(district.uma, meeting, district.noor)
    meetings.close(district.ruth, meeting=meeting)
    assert not Standing.objects.exists()


# -- letting it be seen


def test_a_name_stands_beside_a_student_only_while_its_owner_lets_it(client, district):
    meeting = who_knows_whom(district)
    knows(district.tomas, meeting, district.maya)
    student = reverse("student", args=[district.maya.public_id])
    client.force_login(district.ruth)
    said = "Tomás Ruiz says that they know Maya well."
    assert said not in client.get(student).content.decode()
    client.force_login(district.tomas)
    where = reverse("meeting", args=[meeting.public_id])
    to_stage(district, meeting, Stage.REVEALED)
    client.post(where, {"do": "let_be_seen"})
    assert "Keep it to myself after all" in client.get(where).content.decode()
    client.force_login(district.ruth)
    assert said in client.get(student).content.decode()
    knows(district.tomas, meeting, district.eli)  # marks others instead: what is seen follows
    assert [row.student for row in Knows.objects.all()] == [district.eli]
    meetings.close(district.ruth, meeting=meeting)
    actions.take_back(district.tomas, meeting=meeting)
    assert not Knows.objects.exists()


# -- an adult for a student


def test_an_adult_gets_to_know_a_student_and_is_asked_after_four_weeks_and_two_months(client, district):
    meeting = who_knows_whom(district)
    client.force_login(district.ruth)
    where = reverse("student-adult", args=[district.eli.public_id])
    page = client.get(f"{where}?meeting={meeting.public_id}").content.decode()
    assert "Tomás Ruiz (teacher, 8B" in page
    assert "Ada Park" not in page
    assert "Dana Whitlock" not in page  # reaches everyone, works with nobody in particular
    answer = client.post(f"{where}?meeting={meeting.public_id}", {"staff": district.tomas.public_id})
    assert answer.url == meeting.get_absolute_url()
    assert [(row.owner, (row.due_on - DAY).days, row.meeting) for row in FollowUp.objects.order_by("due_on")] == [
        (district.tomas, 28, meeting),
        (district.tomas, 61, meeting),
    ]
    actions.look_after(district.ruth, student=district.eli, staff=district.tomas)  # asked twice, promised once
    assert FollowUp.objects.count() == 2
    page = client.get(reverse("student", args=[district.eli.public_id])).content.decode()
    assert "Tomás Ruiz gets to know Eli, since" in page
    assert client.post(where, {"staff": district.ada.public_id}).status_code == 200
    for wrong in ("x", "99999"):
        assert client.post(where, {"let_go": wrong}).status_code == 404
    client.post(where, {"let_go": LooksAfter.objects.get().pk})
    assert LooksAfter.objects.get().ended_on == DAY
    for wrong in ("x", "00000000-0000-0000-0000-000000000000"):
        assert client.get(f"{where}?meeting={wrong}").status_code == 404


def test_who_carries_many_is_told_so_and_who_named_them_is_not(district):
    meeting = who_knows_whom(district)
    actions.set_up(district.ruth, meeting=meeting, school=district.elm, carries=2)
    asking = asked(district)
    for student in (district.maya, district.eli):
        trusted.say(slip_of(asking, student), adults=[district.tomas])
    adults = {adult.reason.staff.pk: adult for adult in queries.could_look_after(district.ruth, district.maya)}
    assert adults[district.tomas.pk].is_full
    assert adults[district.tomas.pk].looks_after == 0
    assert not adults[district.ruth.pk].is_full
    assert "carries many already" in adults[district.tomas.pk].words


def test_a_student_who_has_an_adult_goes_to_the_end_of_the_list(district):
    meeting = who_knows_whom(district)
    for person in (district.tomas, district.priya, district.ruth):
        knows(person, meeting, district.maya)
    actions.look_after(district.ruth, student=district.eli, staff=district.tomas, meeting=meeting)
    lines = queries.nobodys(district.ruth, queries.round_of(meeting))
    assert [line.place.person.first_name for line in lines] == ["Theo", "Noor", "Eli"]
    assert lines[-1].adults == ["Tomás Ruiz"]


# -- and on


def test_marks_and_how_it_stood_go_when_they_are_old(district):
    import datetime

    meeting = who_knows_whom(district)
    for person in (district.tomas, district.priya, district.ruth):
        knows(person, meeting, district.maya)
    asked(district)
    meetings.close(district.ruth, meeting=meeting)
    later = DAY + datetime.timedelta(days=40)
    for kind in ("relationships", "trusted"):
        assert SWEEPS[kind].would_go(DAY) == 0
        assert SWEEPS[kind].would_go(later) > 0
        assert SWEEPS[kind].remove(later) > 0
        assert SWEEPS[kind].would_go(later) == 0
    assert not Marks.objects.exists()
    assert not Standing.objects.exists()
    assert Student.objects.filter(pk=district.maya.pk).exists()


def test_a_list_of_hundreds_takes_few_queries(client, district, django_assert_max_num_queries):
    at_elm(district, 120)
    meeting = who_knows_whom(district)
    client.force_login(district.priya)
    with django_assert_max_num_queries(30):
        page = client.get(reverse("meeting-students", args=[meeting.public_id])).content.decode()
    assert len(re.findall("data-known", page)) == 124


def test_another_activity_has_no_students_to_mark(client, district):
    meeting = meeting_of(district, "profile", team_of(district))
    client.force_login(district.ruth)
    assert client.get(reverse("meeting-students", args=[meeting.public_id])).status_code == 404


def test_a_student_of_an_emergency_alone_is_not_marked(district):
    meeting = who_knows_whom(district)
    opened_in_an_emergency(district.tomas, district.noor)
    assert district.noor not in queries.offered(district.tomas, queries.round_of(meeting))
    knows(district.tomas, meeting, district.maya, district.noor)
    assert Marks.objects.get().chosen == {district.maya.public_id}


def test_names_are_laid_open_only_as_long_as_whoever_leads_reaches_everyone(district):
    meeting = who_knows_whom(district)
    actions.set_up(district.ruth, meeting=meeting, school=district.elm, carries=5, names_everyone=True)
    assert district.noor in queries.offered(district.tomas, queries.round_of(meeting))
    Assignment.objects.filter(staff=district.ruth).update(grades="08")
    assert district.noor not in queries.offered(district.tomas, queries.round_of(meeting))


def test_the_journal_keeps_once_that_somebody_was_told_whom_nobody_named(client, district):
    meeting = who_knows_whom(district)
    for person in (district.tomas, district.priya, district.ruth):
        knows(person, meeting, district.maya)
    told = Entry.objects.filter(verb="students.listed", subject_pk=meeting.pk)
    to_stage(district, meeting, Stage.REVEALED)
    page_of(client, district.tomas, meeting)
    assert not told.exists()
    to_stage(district, meeting, Stage.DISCUSSED)
    for person in (district.tomas, district.tomas, district.ruth):
        page_of(client, person, meeting)
    assert {(entry.actor, entry.detail["count"]) for entry in told} == {(district.tomas, 1), (district.ruth, 3)}
    assert told.count() == 2


def test_the_journal_keeps_that_one_looked_for_a_students_adult(client, district):
    client.force_login(district.ruth)
    client.get(reverse("student-adult", args=[district.eli.public_id]))
    assert Entry.objects.filter(verb="student.seen", subject_pk=district.eli.pk, actor=district.ruth).count() == 1


def test_named_nobody_and_not_answered_are_one_to_who_may_not_know(client, district):
    meeting = who_knows_whom(district)
    asking = asked(district)
    trusted.say(slip_of(asking, district.eli), adults=[])
    for person in (district.tomas, district.priya, district.ruth):
        knows(person, meeting, district.maya)
    to_stage(district, meeting, Stage.REVEALED, Stage.DISCUSSED)
    page = page_of(client, district.tomas, meeting)
    assert page.count("names nobody, or has not answered") == 1  # Eli, who named nobody
    assert "names nobody yet" not in page.split('id="h-nobodys"')[1].split("</table>")[0]
    page = page_of(client, district.ruth, meeting).split('id="h-nobodys"')[1]
    assert "names nobody yet" in page
    assert "has not answered" in page
    Assignment.objects.create(staff=district.tomas, role="teacher", section=district.section_7a, begin=DAY)
    assert picture(district.tomas, queries.round_of(meeting)).known == [None, None, None]  # reaches all, is not told


def test_whom_a_student_named_is_told_by_the_role_that_may_and_not_by_a_lent_one(district):
    meeting = who_knows_whom(district)
    trusted.say(slip_of(asked(district), district.eli), adults=[])
    for person in (district.tomas, district.priya, district.ruth):
        knows(person, meeting, district.maya)
    Assignment.objects.filter(staff=district.ruth).update(grades="07")
    Assignment.objects.create(staff=district.ruth, role="facilitator", student=district.eli, begin=DAY)
    lines = queries.nobodys(district.ruth, queries.round_of(meeting))
    assert {line.place.person.first_name: line.is_told for line in lines} == {"Noor": True, "Theo": True, "Eli": False}
    assert queries.around(district.ruth, district.eli).named is None
    assert queries.around(district.ruth, district.noor).named == []


def test_what_a_school_said_is_unsealed_once_a_page(client, district, monkeypatch):
    meeting = who_knows_whom(district)
    for person in (district.tomas, district.priya, district.ruth):
        knows(person, meeting, district.maya)
    to_stage(district, meeting, Stage.REVEALED, Stage.DISCUSSED)
    asked_for = []
    said_at = trusted_queries.said_at
    monkeypatch.setattr(trusted_queries, "said_at", lambda *given: asked_for.append(given) or said_at(*given))
    page_of(client, district.ruth, meeting)
    assert len(asked_for) == 1
    asked_for.clear()
    client.post(reverse("student-adult", args=[district.eli.public_id]), {"staff": district.tomas.public_id})
    assert len(asked_for) == 1
    assert LooksAfter.objects.exists()


def test_who_has_left_looks_after_nobody_and_who_stands_in_is_not_asked(district):
    meeting = who_knows_whom(district)
    for person in (district.tomas, district.priya, district.ruth):
        knows(person, meeting, district.maya)
    actions.look_after(district.ruth, student=district.eli, staff=district.tomas)
    StaffMember.objects.filter(pk=district.tomas.pk).update(is_active=False)
    assert not queries.around(district.ruth, district.eli).looked_after
    assert [line.adults for line in queries.nobodys(district.ruth, queries.round_of(meeting))] == [[], [], []]
    hire("Sub Stitute", "teacher", section=district.section_8b, stands_in_for=district.tomas)
    adults = queries.could_look_after(district.ruth, district.eli)
    assert "Sub" not in {adult.reason.staff.given_name for adult in adults}
    with pytest.raises(PermissionDenied):
        actions.look_after(district.ruth, student=district.maya, staff=StaffMember.objects.get(given_name="Sub"))
