"""A school is walked through: what each saw, what they saw alike, and who is told of it."""

import datetime
import json
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from heartwork.journal.models import Entry
from heartwork.meetings import actions as meetings
from heartwork.meetings.tests.stories import meeting_of, team_of, to_stage
from heartwork.privacy.retention import SWEEPS
from heartwork.teams.models import Stage
from heartwork.testing.people import DAY
from heartwork.walkthroughs import actions, queries
from heartwork.walkthroughs.models import Visit, Walk
from heartwork.walkthroughs.walking import DESCRIPTIONS

pytestmark = pytest.mark.data
NOTE = "Two eighth graders held the door"
YESTERDAY = DAY - datetime.timedelta(days=1)


@pytest.fixture
def visit(district):
    return actions.plan(district.ruth, school=district.elm, held_on=YESTERDAY)


def saw(seen="yes", note="", at=None, code="smiles"):
    answers = {code: {"seen": seen, "note": note}}
    return answers | ({"mood": {"at": at, "note": ""}} if at else {})


def walked(visit, *said):
    """Each of these people sends what they saw: (person, answers)."""
    for person, answers in said:
        actions.send(person, visit=visit, answers=answers, draft=f"of-{person.pk}")


def page_of(client, person, thing):
    client.force_login(person)
    return client.get(thing if isinstance(thing, str) else thing.get_absolute_url()).content.decode()


def test_there_are_nine_descriptions_and_each_says_what_to_look_for():
    assert len({item.code for item in DESCRIPTIONS}) == 9
    assert all(item.hint for item in DESCRIPTIONS)


def test_a_visit_planned_twice_is_one(district, visit):
    assert actions.plan(district.tomas, school=district.elm, held_on=YESTERDAY) == visit
    with pytest.raises(PermissionDenied):
        actions.plan(district.otto, school=district.elm, held_on=DAY)


def test_who_works_in_the_office_walks_through_every_school_and_others_through_their_own(district):
    assert set(queries.access.schools(district.lena)) == {district.elm, district.oak}
    assert set(queries.access.schools(district.tomas)) == {district.elm}
    assert not queries.access.schools(district.sam)


def test_a_plain_form_is_enough(client, district, visit):
    client.force_login(district.ruth)
    sent = {"seen-smiles": "yes", "note-smiles": NOTE, "seen-mood": "2", "draft": "a-draft", "once": ""}
    page = client.post(reverse("walk", args=[visit.public_id]), sent, follow=True).content.decode()
    assert "What you saw is sent." in page
    assert "1 saw it." not in page
    assert queries.read(Walk.objects.get().answers) == {
        "smiles": {"seen": "yes", "note": NOTE},
        "mood": {"at": 2, "note": ""},
    }
    again = client.get(reverse("walk", args=[visit.public_id])).content.decode()
    assert NOTE in again
    assert "Send it again" in again


def test_what_is_not_on_the_list_of_marks_is_not_taken(client, district, visit):
    client.force_login(district.ruth)
    for sent in ({"seen-smiles": "very"}, {"seen-mood": "9"}):
        assert client.post(reverse("walk", args=[visit.public_id]), sent).status_code == 200
        answer = client.post(reverse("walk", args=[visit.public_id]), sent, headers={"X-Walk": "1"})
        assert answer.status_code == 400
        assert "is not one of the available choices" in answer.json()["said"]
    assert not Walk.objects.exists()


def test_a_draft_sent_twice_is_one_walk_and_the_later_words_stand(district, visit):
    for note in ("One", "Two"):
        actions.send(district.ruth, visit=visit, answers=saw(note=note), draft="phone-1")
    assert queries.read(Walk.objects.get().answers)["smiles"]["note"] == "Two"


def test_what_was_written_on_two_phones_is_joined_and_no_word_is_lost(district, visit):
    actions.send(district.ruth, visit=visit, answers=saw("no", note="One"), draft="phone-1")
    actions.send(district.ruth, visit=visit, answers=saw("yes", note="Two", code="work"), draft="phone-2")
    actions.send(district.ruth, visit=visit, answers=saw("yes", note="Three"), draft="phone-3")
    answers = queries.read(Walk.objects.get().answers)
    assert answers["smiles"] == {"seen": "yes", "note": "One\n\nThree"}
    assert answers["work"] == {"seen": "yes", "note": "Two"}


def test_a_draft_that_follows_what_was_sent_takes_its_place(district, visit):
    actions.send(district.ruth, visit=visit, answers=saw(note="Onn"), draft="first")
    actions.send(district.ruth, visit=visit, answers=saw(note="One"), draft="second", follows="first")
    assert queries.read(Walk.objects.get().answers)["smiles"]["note"] == "One"


def test_what_somebody_else_wrote_on_this_phone_is_not_taken_under_my_name(client, district, visit):
    client.force_login(district.tomas)
    of_ruth = {"seen-smiles": "yes", "observer": str(district.ruth.public_id)}
    answer = client.post(reverse("walk", args=[visit.public_id]), of_ruth, headers={"X-Walk": "1"})
    assert answer.status_code == 404
    assert not Walk.objects.exists()


def test_the_same_request_again_is_answered_as_the_first_and_journaled_once(client, district, visit):
    client.force_login(district.ruth)
    headers = {"X-Walk": "1", "HX-Request": "true", "Idempotency-Key": "a" * 32}
    sent = urlencode({"seen-smiles": "yes", "draft": "phone", "observer": district.ruth.public_id})
    given = {"data": sent, "content_type": "application/x-www-form-urlencoded", "headers": headers}
    answers = [client.post(reverse("walk", args=[visit.public_id]), **given).json() for _ in range(2)]
    assert answers == [{"next": visit.get_absolute_url()}] * 2
    assert Entry.objects.filter(verb="walk.sent").count() == 1


def test_signed_out_a_script_is_told_so_and_nothing_is_taken(client, visit):
    answer = client.post(
        reverse("walk", args=[visit.public_id]), {"seen-smiles": "yes"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 401
    assert not Walk.objects.exists()


def test_a_walk_without_a_mark_is_not_taken(client, district, visit):
    client.force_login(district.ruth)
    where = reverse("walk", args=[visit.public_id])
    for sent in ({"draft": "empty"}, {"note-smiles": NOTE}):
        assert "Nothing is marked yet." in client.post(where, sent).content.decode()
        answer = client.post(where, sent, headers={"X-Walk": "1"})
        assert (answer.status_code, answer.json()["said"].startswith("Nothing is marked yet.")) == (400, True)
    assert not Walk.objects.exists()
    client.post(where, {"seen-mood": "3"})
    assert Walk.objects.exists()


def test_a_walk_without_a_mark_opens_nothing_and_does_not_count(client, district, visit):
    walked(visit, (district.ruth, saw(note=NOTE)), (district.uma, saw("no")), (district.tomas, {}))
    assert queries.found(visit, district.ruth).observers == 2
    assert not queries.found(visit, district.priya).answers
    walked(visit, (district.lena, saw("unsure")))
    assert queries.found(visit, district.priya).answers
    assert NOTE in page_of(client, district.uma, visit)
    assert NOTE not in page_of(client, district.tomas, visit)


def test_nothing_is_told_before_the_day_is_over(client, district):
    today = actions.plan(district.ruth, school=district.elm, held_on=DAY)
    walked(today, (district.ruth, saw(note=NOTE)), (district.uma, saw("no")), (district.lena, saw()))
    for person in (district.ruth, district.priya):
        page = page_of(client, person, today)
        assert "<mark>3 observers</mark>" in page
        assert "told when the day is over" in page
        assert NOTE not in page
    with time_machine.travel(datetime.datetime(2026, 2, 25, 18, tzinfo=datetime.UTC)):
        assert queries.found(today, district.priya).told[0].sentence == "2 saw it, 1 did not see it."


def test_what_is_told_stands_whoever_sends_changes_or_takes_back_later(district, visit):
    """Else the step from one count to the next is what one person marked, and the journal says whose it was."""

    def told():
        here = Visit.objects.get(pk=visit.pk)
        return [queries.found(here, person).told[0].sentence for person in (district.ruth, district.priya)]

    walked(visit, (district.ruth, saw(at=1)), (district.uma, saw("no", at=2)), (district.lena, saw(at=5)))
    picture = queries.found(visit, district.priya).mood
    walked(visit, (district.tomas, saw("no", at=5)), (district.uma, saw("yes", at=4)))
    actions.take_back(district.ruth, visit=visit)
    assert told() == ["2 saw it, 1 did not see it."] * 2
    visit.refresh_from_db()
    assert queries.found(visit, district.priya).mood == picture
    assert len(Walk.objects.all()) == 3
    with connection.cursor() as cursor:
        cursor.execute("select told from walkthroughs_visit")
        assert "smiles" not in repr(cursor.fetchall())


def test_notes_are_for_those_who_walked_and_carry_no_name(client, district, visit):
    walked(visit, (district.ruth, saw(note=NOTE)), (district.uma, saw("no")))
    for other in (district.uma, district.tomas, district.priya, district.dana):
        page = page_of(client, other, visit)
        assert NOTE not in page
        assert "told when the day is over and three have sent theirs" in page
    walked(visit, (district.lena, saw("unsure")))
    assert NOTE in page_of(client, district.uma, visit)
    page = page_of(client, district.tomas, visit)
    assert "1 saw it, 1 did not see it, 1 could not tell." in page
    assert NOTE not in page
    assert "Okafor" not in page_of(client, district.uma, visit)
    client.force_login(district.otto)
    assert client.get(visit.get_absolute_url()).status_code == 404


def test_agreement_is_told_in_a_sentence(district, visit):
    found = queries.found(visit, district.ruth)
    assert (found.observers, found.compared, found.told[0].sentence) == (0, 0, "Nobody marked it.")
    one, two, three = (
        saw(),
        saw() | saw("no", code="work"),
        saw() | saw("yes", code="work") | saw("unsure", code="energy"),
    )
    walked(visit, (district.ruth, one), (district.uma, two), (district.tomas, three))
    found = queries.found(visit, district.ruth)
    assert [each.item.code for each in found.alike] == ["smiles"]
    assert [each.item.code for each in found.apart] == ["work"]
    assert found.apart[0].sentence == "1 saw it, 1 did not see it."
    assert [each.item.code for each in found.told if each.unsure] == ["energy"]
    assert "energy" in {each.item.code for each in found.alone}
    assert (found.compared, found.unmarked) == (2, 6)


def test_lively_or_calm_is_dots_from_three_views_on_and_no_number_is_made_of_them(client, district, visit):
    one = actions.plan(district.ruth, school=district.elm, held_on=YESTERDAY.replace(day=1))
    walked(one, (district.ruth, saw(at=1)), (district.uma, saw(at=5)), (district.tomas, saw()))
    assert queries.found(one, district.ruth).mood is None
    walked(visit, (district.ruth, saw(at=1)), (district.uma, saw(at=5)), (district.tomas, saw(at=5)))
    picture = queries.found(visit, district.ruth).mood
    assert "1 lively throughout, 0 more lively, 0 some of both, 0 more calm, 2 calm throughout" in picture
    assert "Neither end is better" in page_of(client, district.ruth, visit)


def test_what_i_sent_i_can_take_back(client, district, visit):
    walked(visit, (district.ruth, saw()), (district.uma, saw()))
    client.force_login(district.ruth)
    client.post(visit.get_absolute_url(), {"do": "take_back"})
    assert [walk.observer for walk in Walk.objects.all()] == [district.uma]
    assert client.post(visit.get_absolute_url(), {"do": "more"}).status_code == 404


def all_walked(visit, district, answers):
    walked(visit, *((person, answers) for person in (district.ruth, district.uma, district.lena)))


def test_a_school_over_time_is_told_from_three_visits_of_three_observers_in_a_year_on(client, district):
    where = reverse("school-walks", args=[district.elm.public_id])
    assert "No visit to this school is told yet." in page_of(client, district.priya, where)
    for month in (1, 2, 3):
        alone = actions.plan(district.ruth, school=district.elm, held_on=YESTERDAY.replace(month=month, day=1))
        walked(alone, (district.ruth, saw(at=1)))
    assert not queries.over_time(district.priya, district.elm).years  # one person's marks
    for month, seen in ((9, "yes"), (10, "no"), (11, "yes")):
        assert "of 3 visits" not in page_of(client, district.priya, where)
        visit = actions.plan(district.ruth, school=district.elm, held_on=DAY.replace(year=2025, month=month))
        all_walked(visit, district, saw(seen))
    earlier = actions.plan(district.ruth, school=district.elm, held_on=DAY.replace(year=2025, month=3))
    all_walked(earlier, district, saw("no", code="work"))
    unwalked = actions.plan(district.ruth, school=district.elm, held_on=DAY)
    elsewhere = actions.plan(district.lena, school=district.oak, held_on=DAY)
    walked(elsewhere, (district.lena, saw()))
    over_time = queries.over_time(district.priya, district.elm)
    rows = {item.code: cells for item, cells in over_time.rows}
    assert rows["smiles"] == [("2025–26", (2, 3)), ("2024–25", None)]
    assert rows["work"] == [("2025–26", None), ("2024–25", None)]  # no data is no zero
    page = page_of(client, district.priya, where)
    assert "2 of 3 visits" in page
    assert "0 of " not in page
    assert "fewer than three visits" in page
    assert not queries.found(unwalked, district.ruth).observers
    client.force_login(district.otto)
    assert client.get(where).status_code == 404


def test_a_team_talks_about_the_newest_visit_and_what_it_wants_more_of_opens_a_problem(client, district, visit):
    meeting = meeting_of(district, "walkthroughs")
    assert not visit.talks.exists()  # nobody had walked it
    meetings.close(district.ruth, meeting=meeting)
    walked(visit, (district.ruth, saw(note=NOTE)), (district.uma, saw("no")), (district.lena, saw()))
    meeting = meeting_of(district, "walkthroughs", meeting.team)
    assert "2 saw it" not in page_of(client, district.ruth, meeting)  # each writes alone first
    to_stage(district, meeting, Stage.REVEALED)
    for page in (page_of(client, district.ruth, meeting), page_of(client, district.tomas, meeting)):
        assert "2 saw it, 1 did not see it." in page
        assert NOTE not in page  # also for whoever walked: the others look at the same screen
        assert visit.get_absolute_url() in page
    to_stage(district, meeting, Stage.DISCUSSED)
    meetings.write_down(district.ruth, meeting=meeting, kind="more", text="Someone at each door")
    to_stage(district, meeting, Stage.DECIDED)
    assert f"{reverse('problem-new')}?team=" in page_of(client, district.ruth, meeting)
    assert meeting.get_absolute_url() in page_of(client, district.ruth, visit)
    assert meeting.get_absolute_url() not in page_of(client, district.priya, visit)  # not of the team


def test_a_team_of_the_whole_district_talks_about_no_one_school(district, visit):
    walked(visit, (district.ruth, saw()))
    team = team_of(district)
    team.organization = None
    team.save()
    assert not meeting_of(district, "walkthroughs", team).visits.exists()


def test_what_was_seen_is_sealed_in_the_database(district, visit):
    walked(visit, (district.ruth, saw(note=NOTE)))
    with connection.cursor() as cursor:
        cursor.execute("select * from walkthroughs_walk")
        assert "door" not in json.dumps(cursor.fetchall(), default=str)


def test_old_visits_go_with_what_was_seen(district, visit):
    walked(visit, (district.ruth, saw()))
    sweep = SWEEPS["walks"]
    assert (sweep.would_go(YESTERDAY), sweep.would_go(DAY.replace(year=2027))) == (0, 1)
    assert sweep.remove(DAY.replace(year=2027)) == 1
    assert not Visit.objects.exists()
    assert not Walk.objects.exists()


def test_the_blank_page_and_the_worker_hold_nothing_of_anyone(client, district, visit):
    walked(visit, (district.ruth, saw(note=NOTE)))
    client.force_login(district.ruth)
    blank = client.get(reverse("walk-blank")).content.decode()
    worker = client.get(reverse("walk-worker")).content.decode()
    client.logout()
    for page in (blank, worker):
        for word in ("Ruth", "Okafor", "Elm", NOTE, "csrfmiddlewaretoken", str(district.ruth.public_id)):
            assert word not in page
    assert client.get(reverse("walk-blank")).content.decode() == blank
    assert client.get(reverse("walk-worker")).content.decode() == worker


def test_the_list_takes_as_many_queries_however_many_visits(client, district, django_assert_max_num_queries):
    client.force_login(district.ruth)
    for days in range(1, 9):
        actions.plan(district.ruth, school=district.elm, held_on=DAY.replace(day=days))
    with django_assert_max_num_queries(20):
        page = client.get(reverse("walkthroughs")).content.decode()
    assert page.count("Walk it") == 8
    assert page.index("Feb. 8, 2026") < page.index("Feb. 7, 2026")


def test_the_list_plans_a_visit(client, district):
    client.force_login(district.ruth)
    sent = {"school": district.elm.public_id, "held_on": "2026-02-25"}
    response = client.post(reverse("walkthroughs"), sent)
    assert response.url == reverse("walk", args=[Visit.objects.get().public_id])
    other = client.post(reverse("walkthroughs"), sent | {"school": district.oak.public_id})
    assert other.status_code == 200
    assert Visit.objects.count() == 1
