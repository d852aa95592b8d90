"""What a change asks of a day: from a meeting to the page that all there read, its minutes, what people say."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from heartwork.measures.models import Measure
from heartwork.meetings import actions as meetings
from heartwork.meetings.tests.stories import meeting_of, team_of, to_stage
from heartwork.privacy import actions as privacy
from heartwork.roster.models import Assignment
from heartwork.routines import actions, queries
from heartwork.routines.models import Change, Heard, Load, Routine
from heartwork.supports.models import Kind, Support
from heartwork.teams.actions import promise
from heartwork.teams.models import Stage, TeamMember
from heartwork.testing.people import DAY, hire

pytestmark = pytest.mark.data
NEXT_WEEK = datetime.datetime(2026, 3, 3, 18, tzinfo=datetime.UTC)


def support(name, **where):
    kind = Kind.objects.get(code="counselor")
    return Support.objects.create(name=name, tier=kind.tier, domain=kind.domain, emphasis=kind.emphasis, **where)


@pytest.fixture
def circle(district):
    return support("Morning circle", school=district.elm)


@pytest.fixture
def change(district, circle):
    """A change of Ruth's team, which looked at it in a meeting that is over."""
    meeting = meeting_of(district, "routines")
    actions.name_change(
        district.tomas, meeting=meeting, name="Circle every morning", result="Each is greeted", support=circle
    )
    for kind, text in (("alters", "Attendance moves into the circle."), ("bottom-line", "Ten minutes, every day.")):
        meetings.write_down(district.ruth, meeting=meeting, kind=kind, text=text)
    meetings.write_down(district.ruth, meeting=meeting, kind="decision", text="We try it.")
    promise(district.ruth, what="Print the questions", owner=district.tomas, due_on=DAY, meeting=meeting)
    to_stage(district, meeting, Stage.REVEALED, Stage.DISCUSSED, Stage.DECIDED)
    meetings.close(district.ruth, meeting=meeting)
    return Change.objects.get()


def answered(change, *people, what_for="yes", my_day="partly"):
    for person in people:
        actions.answer(person, change=change, question="what-for", answer=what_for)
        actions.answer(person, change=change, question="my-day", answer=my_day)


def teachers(district, count):
    return [hire(f"T{n} More", "teacher", organization=district.elm) for n in range(count)]


def page(client, person, address):
    client.force_login(person)
    return client.get(address).content.decode()


# -- from the meeting to the page of the change


def test_a_change_is_led_by_who_is_in_its_team_with_a_role_that_may_until_it_is_over(district, change):
    for person in (district.nadia, district.uma):
        TeamMember.objects.create(team=change.team, staff=person, begin=DAY)
    Assignment.objects.create(staff=district.nadia, role="facilitator", student=district.maya)
    everyone, looked_in = [*district.staff.values()], change.meetings.get()
    leading = {each for each in everyone if queries.may_lead(each, change)}
    assert leading == {district.ruth, district.tomas, district.uma}
    for named in (change, None):  # before a change is named, too
        assert {each for each in everyone if queries.may_say(each, looked_in, named)} == leading
    assert change in queries.changes(district.uma)
    assert not queries.changes(district.nadia).exists()
    actions.begin_change(district.ruth, change=change)
    assert (queries.to_answer(district.uma), queries.to_answer(district.nadia)) == ([change], [])
    actions.end_change(district.ruth, change=change)
    assert not any(queries.may_lead(each, change) for each in everyone)
    assert not any(queries.may_say(each, looked_in, change) for each in everyone)


def test_what_the_team_says_of_routines_stands_on_the_page_that_everyone_there_reads(client, district, change):
    assert [(each.kind, each.text) for each in Routine.objects.all()] == [
        ("alters", "Attendance moves into the circle."),
        ("bottom-line", "Ten minutes, every day."),
    ]
    shown = page(client, district.priya, change.get_absolute_url())  # leads the school, and is not in the team
    for words in ("Each is greeted", "Ten minutes, every day.", "Morning circle", "Proposed on"):
        assert words in shown
    assert "We try it." not in shown
    assert "Print the questions" not in shown
    for stranger in (district.otto, district.ada, district.sam, district.nadia):
        client.force_login(stranger)
        assert client.get(change.get_absolute_url()).status_code == 404


def test_one_walks_from_the_support_to_the_change_and_on_to_the_meeting_and_a_problem(client, district, circle, change):
    of_support = page(client, district.ruth, reverse("support", args=[circle.public_id]))
    assert "A change by Elm student support team: Circle every morning" in of_support
    assert change.get_absolute_url() in of_support
    shown = page(client, district.ruth, change.get_absolute_url())
    for there in (
        reverse("support", args=[circle.public_id]),
        reverse("meeting-recap", args=[change.meetings.get().public_id]),
        f"{reverse('problem-new')}?team={change.team.public_id}&amp;name=Circle%20every%20morning",
        "Print the questions",
    ):
        assert there in shown
    assert "A change by" not in page(client, district.otto, reverse("support", args=[circle.public_id]))
    recap = page(client, district.ruth, reverse("meeting-recap", args=[change.meetings.get().public_id]))
    assert change.get_absolute_url() in recap


def test_a_meeting_names_its_change_says_it_better_or_goes_on_with_one_of_before(client, district, change):
    again = meeting_of(district, "routines", change.team)
    there = reverse("meeting", args=[again.public_id])
    client.force_login(district.ruth)
    assert "One that you looked at before:" in client.get(there).content.decode()
    nothing = client.post(there, {"do": "minutes", "minutes-teacher": "50"}, follow=True).content.decode()
    assert "Say first which change you look at." in nothing
    client.post(there, {"do": f"go_on {change.pk}"})
    client.post(there, {"do": f"name {change.pk}", "name": "Circle each morning", "result": "Each is greeted"})
    client.post(there, {"do": "minutes", "minutes-teacher": "50", "minutes-counselor": "-10"})
    change.refresh_from_db()
    assert (change.name, change.meetings.count(), change.support) == ("Circle each morning", 2, None)
    assert {load.role: load.minutes for load in change.loads.all()} == {"teacher": 50, "counselor": -10}
    assert "10 min less" in client.get(there).content.decode()
    assert client.post(there, {"do": f"go_on {change.pk}"}).status_code == 404
    wrong = client.post(there, {"do": "minutes", "minutes-teacher": "99999"}, follow=True).content.decode()
    assert "Ensure this value is less than or equal to 2400." in wrong


def test_two_name_the_change_and_the_second_hears_of_the_first(client, district):
    meeting = meeting_of(district, "routines")
    there = reverse("meeting", args=[meeting.public_id])
    client.force_login(district.ruth)
    assert 'value="name 0"' in client.get(there).content.decode()
    first = actions.name_change(district.tomas, meeting=meeting, name="Circle")
    answer = client.post(there, {"do": "name 0", "name": "Notes home"}, follow=True).content.decode()
    assert "Somebody has just said which change it is" in answer
    assert f'value="name {first.pk}"' in answer
    assert [each.name for each in Change.objects.all()] == ["Circle"]


def test_saying_it_better_keeps_what_no_longer_runs(client, district, circle):
    meeting = meeting_of(district, "routines")
    measure = Measure.objects.create(name="Known by an adult", kind="outcome", data="proportion", ended_on=DAY)
    change = actions.name_change(district.ruth, meeting=meeting, name="Circle", support=circle, measure=measure)
    circle.end = DAY - datetime.timedelta(days=30)
    circle.save()
    there = reverse("meeting", args=[meeting.public_id])
    client.force_login(district.ruth)
    better = {"name": "A circle", "support": circle.public_id, "measure": measure.public_id}
    client.post(there, {"do": f"name {change.pk}", **better})
    change.refresh_from_db()
    assert (change.name, change.support, change.measure) == ("A circle", circle, measure)


def test_a_guest_reads_along_and_says_nothing_of_the_team_s_change(client, district, change):
    again = meeting_of(district, "routines", change.team)
    meetings.join(district.uma, code=again.code)  # is not of the team
    there = reverse("meeting", args=[again.public_id])
    client.force_login(district.uma)
    for button in ("name 0", f"go_on {change.pk}"):
        assert client.post(there, {"do": button, "name": "Mine"}).status_code == 404
    actions.go_on_with(district.ruth, meeting=again, change=change.pk)
    assert client.post(there, {"do": f"name {change.pk}", "name": "Mine"}).status_code == 404
    to_stage(district, again, Stage.REVEALED, Stage.DISCUSSED, Stage.DECIDED)
    button, minutes = f'value="name {change.pk}"', 'value="minutes"'
    shown, of_member = client.get(there).content.decode(), page(client, district.tomas, there)
    assert (button in shown, minutes in shown) == (False, False)
    assert (button in of_member, minutes in of_member) == (True, True)


def test_a_school_that_has_closed_keeps_its_changes_to_itself(district, change):
    district.elm.ended_on = DAY
    district.elm.save()
    assert change not in queries.changes(district.otto)
    assert change not in [each.initiative for each in queries.ledger(district.dana, district.oak).proposed]


def test_a_change_of_another_team_is_not_gone_on_with(district, change):
    other = meeting_of(district, "routines", team_of(district))
    with pytest.raises(PermissionDenied):
        actions.go_on_with(district.ruth, meeting=other, change=change.pk)


def test_a_meeting_that_names_no_change_closes_all_the_same(district):
    meeting = meeting_of(district, "routines")
    meetings.write_down(district.ruth, meeting=meeting, kind="alters", text="Bus duty.")
    meetings.close(district.ruth, meeting=meeting)
    assert not Routine.objects.exists()


def test_the_team_begins_it_lets_a_routine_go_and_ends_it(client, district, change):
    client.force_login(district.priya)
    for button in ("begin", "end", "minutes", f"let_go {Routine.objects.first().pk}"):
        assert client.post(change.get_absolute_url(), {"do": button}).status_code == 404
    client.force_login(district.tomas)
    for button in ("begin", f"let_go {Routine.objects.first().pk}"):
        client.post(change.get_absolute_url(), {"do": button})
    assert "Under way since" in (shown := client.get(change.get_absolute_url()).content.decode())
    assert "Attendance moves into the circle." not in shown
    client.post(change.get_absolute_url(), {"do": "end"})
    assert "Over since" in client.get(change.get_absolute_url()).content.decode()
    for button in ("begin", "let_go x", "let_go 0", "fly"):
        assert client.post(change.get_absolute_url(), {"do": button}).status_code == 404


# -- how people find it


def test_a_week_is_told_when_it_is_over_by_role_and_from_five_on(client, district, change):
    actions.begin_change(district.ruth, change=change)
    answered(change, *teachers(district, 4), district.tomas, what_for="no")
    answered(change, district.ruth, district.priya)
    assert queries.page_of(district.priya, change).rounds == []
    with time_machine.travel(NEXT_WEEK):
        (told,) = queries.page_of(district.priya, change).rounds
        assert [(str(role), [each.sentence for each in said]) for role, said in told.lines] == [
            ("teacher", ["0 yes, 0 partly, 5 not yet", "0 yes, 5 partly, 0 not yet"])
        ]  # two more answered, too few to be told, and no sum tells of them
        shown = page(client, district.priya, change.get_absolute_url())
        assert "Fewer than half know what it is for: <mark>teacher</mark>" in shown
        assert "counselor" not in shown.split("How people find it")[1].split("</table>")[0]


def test_roles_with_few_answers_are_told_together_where_they_are_enough(district, change):
    actions.begin_change(district.ruth, change=change)
    aides = [hire(f"A{n} More", "support_staff", organization=district.elm) for n in range(3)]
    answered(change, *aides, district.ruth, district.priya)
    with time_machine.travel(NEXT_WEEK):
        (told,) = queries.page_of(district.ruth, change).rounds
        assert [str(role) for role, _ in told.lines] == ["the other roles together"]
        assert told.unclear == []


def test_one_answers_once_a_week_where_one_works_and_once_it_has_begun(client, district, change):
    with pytest.raises(PermissionDenied):
        answered(change, district.tomas)
    assert "How is it for you" not in page(client, district.tomas, change.get_absolute_url())
    actions.begin_change(district.ruth, change=change)
    assert queries.to_answer(district.tomas) == [change]
    client.force_login(district.tomas)
    for word in ("no", "yes"):
        client.post(change.get_absolute_url(), {"do": f"answer what-for={word}"})
    assert [heard.answer for heard in Heard.objects.all()] == ["yes"]
    assert queries.to_answer(district.tomas) == [change]  # the second question waits
    client.post(change.get_absolute_url(), {"do": "answer my-day=no"})
    assert queries.to_answer(district.tomas) == []
    with time_machine.travel(NEXT_WEEK):
        assert queries.to_answer(district.tomas) == [change]
    for person in (district.dana, district.sol, district.ada):  # read it, or not, and do not work there
        with pytest.raises(PermissionDenied):
            answered(change, person)
    for button in ("answer what-for=perhaps", "answer weather=yes"):
        assert client.post(change.get_absolute_url(), {"do": button}).status_code == 404


def test_the_database_does_not_say_what_anybody_answered_and_old_answers_go(district, change):
    actions.begin_change(district.ruth, change=change)
    answered(change, district.tomas, my_day="partly")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT answer FROM {Heard._meta.db_table}")
        assert "partly" not in repr(cursor.fetchall())
    with time_machine.travel(datetime.datetime(2026, 10, 3, 18, tzinfo=datetime.UTC)):
        privacy.retain()
    assert not Heard.objects.exists()


# -- the load ledger


def test_minutes_are_added_up_by_role_and_what_has_no_entry_is_not_counted(client, district, circle, change):
    mentors = support("Mentors")
    support("Reading club", school=district.oak)
    actions.say_minutes(district.priya, support=circle, minutes={"teacher": 50, "counselor": 0})
    actions.say_minutes(district.dana, support=mentors, minutes={"teacher": 30})
    actions.say_minutes(district.ruth, change=change, minutes={"teacher": -15, "counselor": 20})
    found = queries.ledger(district.tomas, district.elm)
    sums = {str(each.role): each[1:] for each in found.sums}
    assert sums["teacher"] == ("1 h 20 min", "15 min less", "1 h 5 min", 0)
    assert sums["counselor"] == ("0 min", "20 min", "20 min", 1)
    assert sums["principal"] == ("0 min", "", "0 min", 2)
    actions.begin_change(district.ruth, change=change)
    sums = {str(each.role): each[1:] for each in queries.ledger(district.tomas, district.elm).sums}
    assert sums["teacher"] == ("1 h 5 min", "", "1 h 5 min", 0)
    assert {entry.initiative.name for entry in queries.ledger(district.tomas, district.elm).counted} == {
        "Morning circle",
        "Mentors",
        "Circle every morning",
    }
    support("Bus buddies", school=district.elm)
    shown = page(client, district.tomas, reverse("ledger"))
    assert "Of 4 things that run, <mark>one is not counted</mark>" in shown
    assert "Bus buddies" in shown.split("What runs and is not counted")[1]
    assert "Reading club" not in shown
    assert "Say how much" not in shown
    assert "Say how much" in page(client, district.priya, reverse("ledger"))


def test_whoever_answers_for_a_support_says_its_minutes_or_takes_them_back(client, district, circle):
    there = reverse("support-minutes", args=[circle.public_id])
    client.force_login(district.priya)
    assert "What Morning circle asks of a week" in client.get(there).content.decode()
    assert client.post(there, {"minutes-teacher": "50", "minutes-counselor": "0"}, follow=True).status_code == 200
    assert {(load.role, load.minutes) for load in Load.objects.all()} == {("teacher", 50), ("counselor", 0)}
    client.post(there, {"minutes-teacher": "", "minutes-counselor": "0"})
    assert Load.objects.get().role == "counselor"
    assert "Ensure this value is greater than or equal to 0." in client.post(
        there, {"minutes-teacher": "-5"}
    ).content.decode().replace("&#x27;", "'")
    for stranger in (district.otto, district.tomas, district.sol):
        client.force_login(stranger)
        assert client.get(there).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.say_minutes(district.priya, support=circle, minutes={"superintendent": 5})


def test_the_ledger_opens_for_each_school_one_works_at_and_for_all_district_wide(client, district, circle, change):
    address = reverse("ledger") + f"?school={district.oak.public_id}"
    assert "Oak Elementary School" in page(client, district.dana, address)
    client.force_login(district.tomas)
    assert client.get(address).status_code == 404
    assert "Circle every morning" not in page(client, district.dana, address)
    assert "Circle every morning" in page(client, district.sol, reverse("ledger"))


def test_the_days_of_four_roles_are_counted_and_none_that_is_lent():
    assert queries.ROLES == ["teacher", "support_staff", "counselor", "principal"]


def test_an_empty_ledger_says_where_it_comes_from(client, district):
    shown = page(client, district.ruth, reverse("ledger"))
    assert "Nothing runs here yet." in shown
    assert "Look at a change together before everyone is asked to make it." in shown
