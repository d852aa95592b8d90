"""A support team talks about students: who may know of whom, one at a time, and what is left of it."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import reverse

from heartwork.journal.models import Entry
from heartwork.meetings import actions as meetings
from heartwork.meetings.tests.stories import meeting_of, seen_by, team_of, to_stage
from heartwork.roster import access, reach_actions
from heartwork.roster.actions import note_strength
from heartwork.roster.models import Assignment, StaffMember
from heartwork.supportteam import actions, queries
from heartwork.supportteam.activity import table
from heartwork.supportteam.models import Hurdle, Talk
from heartwork.teams.actions import add_member, promise
from heartwork.teams.models import FollowUp, Stage
from heartwork.testing.people import DAY

pytestmark = pytest.mark.data
SECRET = "zq the bus comes after the bell"


def anew(person):
    """The person with nothing kept of what they reached before."""
    person.kept_assignments, person.kept_reach = {}, {}
    return person


@pytest.fixture
def meeting(district):
    """Ruth's team, with Maya, whom Tomás teaches, and Noor, whom he does not, on its agenda."""
    begun = meeting_of(district, "supportteam")
    for student in (district.maya, district.noor):
        actions.put_on(district.ruth, meeting=begun, student=student)
    return begun


def talk(meeting, student):
    return Talk.objects.get(meeting=meeting, student=student)


def promised(district, meeting, student, what):
    promise(district.ruth, what=what, owner=district.ruth, due_on=DAY, meeting=meeting, student=student)


def page(client, person, meeting, name="meeting"):
    client.force_login(person)
    return client.get(reverse(name, args=[meeting.public_id]), follow=True).content.decode()


def press(client, person, meeting, button, **typed):
    client.force_login(person)
    return client.post(reverse("meeting", args=[meeting.public_id]), {"do": button, **typed}, follow=True)


# -- whom to put on


def test_only_students_of_ones_own_wait_though_one_promised_something_of_others(district, meeting):
    for student in (district.eli, district.theo):
        said = {"meeting": meeting, "student": student, "due_on": DAY, "owner": district.ruth}
        follow_up = promise(district.ruth, what=f"Call about {student.first_name}", **said)
        FollowUp.objects.filter(pk=follow_up.pk).update(owner=district.tomas)
    assert {each.student for each in queries.waiting(district.ruth, meeting)} == {district.eli, district.theo}
    assert {each.student for each in queries.waiting(district.tomas, meeting)} == {district.eli}


def test_gaps_are_offered_to_who_may_know_who_is_in_them(district):
    offered = {who for who, person in district.staff.items() if queries.gaps_to_choose(person)}
    assert offered == {"dana", "priya", "otto", "ruth", "tomas", "ada", "uma"}


# -- one at a time, strengths first


def test_only_who_may_change_a_record_is_offered_to_note_a_strength(district, meeting):
    to_stage(district, meeting, Stage.REVEALED)
    assert table(district.tomas, meeting)["strength"]
    reach_actions.choose(district.dana, chosen={"student.edit": []}, why="We talked about it.")
    assert table(StaffMember.objects.get(pk=district.tomas.pk), meeting)["strength"] is None
    assert table(district.ruth, meeting)["strength"]


def test_one_student_at_a_time_strengths_first_then_what_is_in_the_way_then_a_step(client, district, meeting):
    note_strength(district.tomas, student=district.maya, text="Sits down beside who is alone.")
    assert "Maya Rivera" in (shown := page(client, district.ruth, meeting))
    assert "Sits down beside" not in shown
    assert "On to “Strengths”" in shown
    to_stage(district, meeting, Stage.REVEALED)
    shown = page(client, district.tomas, meeting)
    assert "Student 1 of 2" in shown
    assert "Sits down beside who is alone." in shown
    press(client, district.tomas, meeting, f"strength {talk(meeting, district.maya).pk}", text="Sings.")
    to_stage(district, meeting, Stage.DISCUSSED)
    press(client, district.tomas, meeting, f"say {talk(meeting, district.maya).pk}", text=SECRET)
    assert SECRET in page(client, district.ruth, meeting)
    to_stage(district, meeting, Stage.DECIDED)
    step = {"what": "Ask about a later bus", "owner": district.tomas.public_id, "due_on": DAY}
    press(client, district.ruth, meeting, f"step {talk(meeting, district.maya).pk}", **step)
    assert FollowUp.objects.get().student == district.maya
    press(client, district.ruth, meeting, "go_on")
    meeting.refresh_from_db()
    assert meeting.stage == Stage.REVEALED
    shown = page(client, district.ruth, meeting)
    assert "Student 2 of 2" in shown
    assert SECRET not in shown
    refused = press(client, district.ruth, meeting, "go_on").content.decode()
    assert "That was the last on the agenda." in refused


def test_what_is_missing_is_said(client, district, meeting):
    for button in ("say", "step", "strength"):
        answer = press(client, district.ruth, meeting, f"{button} {talk(meeting, district.maya).pk}")
        assert "This field is required." in answer.content.decode()


def test_a_line_is_taken_away_by_who_said_it_or_leads(client, district, meeting):
    for by in (district.tomas, district.tomas, district.ruth):
        actions.say(by, talk=talk(meeting, district.maya), text=SECRET)
    first, second, third = Hurdle.objects.all()
    for by, hurdle in ((district.tomas, first), (district.ruth, second)):
        press(client, by, meeting, f"unsay {hurdle.pk}")
    assert press(client, district.tomas, meeting, f"unsay {third.pk}").status_code == 404
    assert list(Hurdle.objects.all()) == [third]
    for button in ("unsay 0", "unsay x", "say 0", "take_off 0", "step x"):
        assert press(client, district.ruth, meeting, button).status_code == 404


def test_the_last_time_stands_beside_it_and_what_is_still_to_do(client, district, meeting):
    actions.say(district.ruth, talk=talk(meeting, district.maya), text=SECRET)
    promised(district, meeting, district.maya, "Call her aunt")
    meetings.close(district.ruth, meeting=meeting)
    again = meeting_of(district, "supportteam", meeting.team)
    assert [each.student for each in queries.waiting(anew(district.ruth), again)] == [district.maya]
    actions.put_on(district.ruth, meeting=again, student=district.maya)
    assert queries.waiting(district.ruth, again) == []
    to_stage(district, again, Stage.REVEALED, Stage.DISCUSSED)
    shown = page(client, district.tomas, again)
    assert "What we saw in the way the last time" in shown
    assert SECRET in shown
    assert "Call her aunt" in shown


# -- who may know of whom


def test_the_team_sees_the_students_of_the_agenda_until_it_closes(client, district, meeting):
    to_stage(district, meeting, Stage.REVEALED)
    assert set(access.visible_to(anew(district.tomas))) >= {district.maya, district.noor}
    for student in (district.maya, district.noor):
        actions.say(district.ruth, talk=talk(meeting, student), text=f"{SECRET} of {student.given_name}")
        promised(district, meeting, student, f"Ask {student.pk}")
    meetings.close(district.ruth, meeting=meeting)
    assert district.noor not in access.visible_to(anew(district.tomas))
    recap = page(client, district.tomas, meeting, "meeting-recap")
    for word in ("Maya Rivera", f"{SECRET} of Maya", f"Ask {district.maya.pk}", "One more student was on the agenda"):
        assert word in recap
    for word in ("Noor", f"Ask {district.noor.pk}"):
        assert word not in recap
    assert "Noor Hassan" in page(client, district.ruth, meeting, "meeting-recap")
    for stranger in (district.priya, district.dana, district.otto, district.sam):
        client.force_login(stranger)
        for name in ("meeting", "meeting-recap", "meeting-recap-pdf", "meeting-wall", "support-agenda"):
            assert client.get(reverse(name, args=[meeting.public_id])).status_code == 404


def test_whoever_comes_by_the_code_reads_of_their_own_students_alone(client, district, meeting):
    meetings.join(district.uma, code=meeting.code)  # is not of the team, and reaches Noor
    to_stage(district, meeting, Stage.REVEALED, Stage.DISCUSSED)
    actions.say(district.ruth, talk=talk(meeting, district.maya), text=SECRET)
    shown = page(client, district.uma, meeting)
    assert "The team talks about a student whom you do not see." in shown
    assert "Noor Hassan" in shown
    for word in ("Maya", SECRET):
        assert word not in shown
    assert press(client, district.uma, meeting, f"say {talk(meeting, district.maya).pk}", text="x").status_code == 404
    with pytest.raises(PermissionDenied):
        actions.say(district.uma, talk=talk(meeting, district.maya), text="x")
    assert "Put somebody on the agenda" not in shown
    assert client.get(reverse("support-agenda", args=[meeting.public_id])).status_code == 404
    talk(meeting, district.noor).delete()
    with pytest.raises(PermissionDenied):
        actions.put_on(district.uma, meeting=meeting, student=district.noor)


def test_the_wall_and_the_file_and_the_stream_name_nobody_out_of_sight(client, district, meeting):
    actions.say(district.ruth, talk=talk(meeting, district.maya), text=SECRET)
    for stage in (Stage.REVEALED, Stage.DISCUSSED, Stage.DECIDED):
        to_stage(district, meeting, stage)
        wall = page(client, district.ruth, meeting, "meeting-wall")
        assert "Student 1 of 2" in wall
        for word in ("Maya", "Rivera", "Noor", SECRET):
            assert word not in wall
            assert word not in page(client, district.ruth, meeting, "meeting-news")
    assert not Entry.objects.filter(verb="student.seen").exists()  # the wall names nobody, so nobody was seen there
    press(client, district.ruth, meeting, "close", on_wall="")
    wall = client.get(reverse("meeting-wall", args=[meeting.public_id]))
    assert wall.status_code == 200
    assert "The meeting is over" in (told := wall.content.decode())
    for word in ("Maya", "Rivera", "Noor", SECRET):
        assert word not in told


def test_the_file_tells_whoever_reaches_nobody_of_nobody(client, district, meeting, monkeypatch):
    made = []
    monkeypatch.setattr("heartwork.meetings.views.pdf", lambda html, name: made.append(html) or HttpResponse())
    meetings.join(district.sol, code=meeting.code)
    actions.say(district.ruth, talk=talk(meeting, district.maya), text=SECRET)
    to_stage(district, meeting, Stage.REVEALED)
    meetings.close(district.ruth, meeting=meeting)
    for reader in (district.sol, district.ruth):
        client.force_login(reader)
        client.get(reverse("meeting-recap-pdf", args=[meeting.public_id]))
    assert SECRET in made[1]
    for word in ("Maya", "Rivera", "Noor", SECRET):
        assert word not in made[0]


def test_the_recap_of_a_meeting_that_goes_on_tells_of_who_is_talked_about_now(client, district, meeting):
    to_stage(district, meeting, Stage.REVEALED)
    recap = page(client, district.tomas, meeting, "meeting-recap")
    assert "Maya Rivera" in recap
    assert "Noor" not in recap


def test_someone_who_joins_the_team_sees_the_agenda_and_who_leaves_no_more(district, meeting):
    add_member(district.ruth, team=meeting.team, staff=district.uma)
    assert district.maya in access.visible_to(anew(district.uma))
    actions.take_off(district.ruth, talk=talk(meeting, district.maya))
    assert district.maya not in access.visible_to(anew(district.uma))
    assert district.noor in access.visible_to(anew(district.uma))


def test_what_one_sees_through_a_meeting_is_not_put_on_the_next_agenda(district, meeting):
    other = meeting_of(district, "supportteam", team_of(district))
    with pytest.raises(PermissionDenied):
        actions.put_on(anew(district.tomas), meeting=other, student=district.noor)


def test_the_agenda_has_an_end(district, meeting, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 2)
    with pytest.raises(PermissionDenied):
        actions.put_on(district.ruth, meeting=meeting, student=district.eli)
    actions.put_on(district.ruth, meeting=meeting, student=district.maya)  # is on it: nothing happens
    assert Talk.objects.count() == 2


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one transaction write at a time")
@pytest.mark.django_db(transaction=True)
def test_two_at_once_each_have_a_place_on_the_agenda(district, meeting):
    ended, trouble = threading.Event(), []

    def meanwhile():
        try:
            actions.put_on(district.ruth, meeting=meeting, student=district.theo)
        except Exception as error:  # shown by the test
            trouble.append(error)
        finally:
            connection.close()
            ended.set()

    other = threading.Thread(target=meanwhile)
    with transaction.atomic():
        actions.put_on(district.ruth, meeting=meeting, student=district.eli)
        other.start()
        ended.wait(1)  # it waits until this one has ended
    other.join()
    assert trouble == []
    assert [each.position for each in Talk.objects.all()] == [1, 2, 3, 4]


def test_the_journal_says_who_was_told_of_whom_once_and_nothing_that_was_said(client, district, meeting):
    actions.say(district.ruth, talk=talk(meeting, district.maya), text=SECRET)
    to_stage(district, meeting, Stage.REVEALED)
    for _ in range(3):
        page(client, district.tomas, meeting)
    about = Entry.objects.filter(actor=district.tomas, verb="student.seen")
    assert [entry.subject_pk for entry in about] == [district.maya.pk]
    listed = Entry.objects.filter(actor=district.tomas, verb="students.listed")
    assert [entry.detail for entry in listed] == [{"count": 2, "meeting": meeting.pk}]
    assert SECRET not in repr(list(Entry.objects.values_list("detail", flat=True)))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT text FROM {Hurdle._meta.db_table}")
        assert SECRET not in repr(cursor.fetchall())


# -- the agenda


def test_the_agenda_is_made_of_promises_gaps_and_names(client, district, meeting):
    where = reverse("support-agenda", args=[meeting.public_id])
    client.force_login(district.ruth)
    assert "Nothing is open about a student of yours" in client.get(where).content.decode()
    assert "Eli Scott" in client.get(where, {"q": "eli"}).content.decode()
    assert "Maya Rivera" not in client.get(where, {"q": "maya"}).content.decode()  # on it already
    client.post(where, {"student": district.eli.public_id, "gap": "universal_only"})
    assert [each.student for each in Talk.objects.all()] == [district.maya, district.noor, district.eli]
    for wrong in (district.ida.public_id, meeting.public_id):
        assert client.post(where, {"student": wrong}).status_code == 404
    assert "Nobody of your students is called so" in client.get(where, {"q": "ida"}).content.decode()


def test_a_gap_of_a_sensitive_group_is_not_told_to_the_team(client, district, meeting):
    actions.put_on(district.ruth, meeting=meeting, student=district.eli, why="housing")
    actions.put_on(district.ruth, meeting=meeting, student=district.theo, why="tier_border")
    assert [each.why for each in Talk.objects.order_by("position")] == ["", "", "", "tier_border"]
    assert "border" in page(client, district.tomas, meeting)


def test_who_leads_the_district_may_sit_there_and_is_told_of_nobody(client, district, meeting):
    meetings.join(district.sol, code=meeting.code)
    shown = page(client, district.sol, meeting)
    assert "2 more students are on it whom you do not see." in shown
    assert "Put somebody on the agenda" not in shown
    client.force_login(district.sol)
    assert client.get(reverse("support-agenda", args=[meeting.public_id])).status_code == 404
    assert client.get(reverse("meeting-new", args=["supportteam"])).status_code == 404


def test_whoever_was_not_talked_about_says_so_on_the_recap(client, district, meeting):
    to_stage(district, meeting, Stage.REVEALED)
    meetings.close(district.ruth, meeting=meeting)
    recap = page(client, district.ruth, meeting, "meeting-recap")
    assert recap.count("There was no time left to talk about them.") == 1
    about = Entry.objects.filter(actor=district.ruth, verb="student.seen")
    assert [entry.subject_pk for entry in about] == [district.maya.pk]  # of Noor the recap tells no more than the name
    assert queries.talks_of(anew(district.ruth), district.maya)
    assert queries.talks_of(anew(district.priya), district.maya) == []
    assert queries.talks_of(anew(district.otto), district.maya) == []
    assert (
        reverse("meeting-recap", args=[meeting.public_id])
        in client.get(reverse("student", args=[district.maya.public_id])).content.decode()
    )


def test_an_empty_agenda_says_how_to_begin(client, district):
    begun = meeting_of(district, "supportteam")
    assert "Begin with those about whom you promised something." in page(client, district.ruth, begun)
    to_stage(district, begun, Stage.REVEALED)
    assert "Nobody is on the agenda yet." in page(client, district.ruth, begun)
    with pytest.raises(PermissionDenied):
        actions.go_on(district.ruth, meeting=begun)
    meetings.close(district.ruth, meeting=begun)
    assert not Assignment.objects.filter(sight__meeting=begun).exists()
    assert seen_by(district.ruth, begun).meeting.is_closed
