"""The audit itself: who may open and read it, what is said of supports, and what closing leaves behind."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.http import Http404

from heartwork.audits import actions, queries
from heartwork.audits.models import AuditedStudent, Sighting
from heartwork.audits.tests.conftest import offer, open_audit
from heartwork.roster import access
from heartwork.roster.models import Assignment
from heartwork.supports.models import Domain, Emphasis, Participation, Tier
from heartwork.teams.actions import end_membership, promise

pytestmark = pytest.mark.data


def may_read(person, meeting):
    try:
        return bool(queries.audit(person, meeting.public_id))
    except Http404:
        return False


def own_words(name="Soccer with Coach Lindqvist"):
    return {
        "name": name,
        "tier": Tier.objects.get(number=2),
        "domain": Domain.objects.get(code="belonging"),
        "emphasis": Emphasis.objects.get(code="relationship"),
    }


# -- who may


def test_an_open_audit_is_for_its_team_alone(district, story):
    readers = [name for name, person in district.staff.items() if may_read(person, story.meeting)]
    assert readers == ["ruth", "tomas", "nadia"]


def test_a_closed_audit_is_for_those_who_reach_a_student_of_it_on_their_own(district, story):
    actions.close_audit(district.ruth, meeting=story.meeting)
    readers = [name for name, person in district.staff.items() if may_read(person, story.meeting)]
    assert readers == ["dana", "priya", "ruth", "tomas", "uma"]


def test_of_a_closed_audit_one_reads_only_the_students_one_reaches(district, story):
    actions.close_audit(district.ruth, meeting=story.meeting)
    found = queries.audit(district.tomas, story.meeting.public_id)
    assert [each.student for each in found.audited] == [district.maya, district.eli]
    assert found.unseen == 1
    with pytest.raises(Http404):
        queries.audited(district.tomas, story.meeting.public_id, district.noor.public_id)


def test_a_closed_audit_is_not_edited(district, story):
    actions.close_audit(district.ruth, meeting=story.meeting)
    assert not queries.audit(district.ruth, story.meeting.public_id).may_edit


def test_who_leaves_the_team_leaves_the_audit(district, story):
    end_membership(district.ruth, team=story.team, staff=district.nadia)
    assert not may_read(district.nadia, story.meeting)


def test_who_leaves_the_team_but_teaches_the_student_waits_until_it_closes(district, story):
    end_membership(district.ruth, team=story.team, staff=district.tomas)
    assert not may_read(district.tomas, story.meeting)
    actions.close_audit(district.ruth, meeting=story.meeting)
    assert may_read(district.tomas, story.meeting)


def test_an_open_audit_of_students_one_no_longer_reaches_is_gone(district, story, day):
    Assignment.objects.filter(staff=district.nadia).update(end=day, begin=day)
    with time_machine.travel(datetime.datetime(2026, 2, 26, 18, tzinfo=datetime.UTC), tick=False):
        assert not may_read(district.nadia, story.meeting)


def test_nobody_opens_an_audit_of_a_student_they_do_not_reach(district, story):
    with pytest.raises(PermissionDenied):
        open_audit(district, story.team, [district.maya, district.ida])


@pytest.mark.parametrize("student", ["theo", "noor"])  # not at all, and only through the open audit
def test_nor_of_one_whom_the_facilitator_does_not_reach(district, story, day, student):
    with pytest.raises(PermissionDenied):
        actions.open_audit(
            district.ruth,
            team=story.team,
            held_on=day,
            facilitator=district.tomas,
            students=[getattr(district, student)],
            picked="hand",
        )


@pytest.mark.parametrize("count", [0, 5])
def test_an_audit_is_about_one_to_four_students(district, story, count):
    students = [district.maya, district.eli, district.noor, district.theo, district.ida][:count]
    with pytest.raises(ValueError, match="one to four"):
        open_audit(district, story.team, students)


def test_strangers_change_nothing(district, story):
    stranger = district.priya  # reaches Maya, and is not in the team
    key = f"s{story.circle.pk}"
    for change in (
        lambda: actions.say_seen(stranger, audited=story.maya, key=key, seen=True),
        lambda: actions.say_helps(stranger, audited=story.maya, key=key, helps=True),
        lambda: actions.add_seen(stranger, audited=story.maya, **own_words()),
        lambda: actions.take_out(stranger, audited=story.maya, key=key),
        lambda: actions.write(stranger, audited=story.maya, question="missing", text="x"),
    ):
        with pytest.raises(PermissionDenied):
            change()
    assert not Sighting.objects.exists()


def test_a_member_who_no_longer_sees_the_student_changes_nothing(district, story):
    Assignment.objects.filter(staff=district.nadia, student=district.maya).delete()
    with pytest.raises(PermissionDenied):
        actions.say_seen(district.nadia, audited=story.maya, key=f"s{story.circle.pk}", seen=True)
    with pytest.raises(PermissionDenied):
        actions.write(district.nadia, audited=story.maya, question="missing", text="x")


def test_who_may_edit_audits_is_what_the_table_says(district, story, monkeypatch):
    monkeypatch.setitem(access.MAY, "audit.edit", ["principal"])
    with pytest.raises(PermissionDenied):
        actions.write(district.ruth, audited=story.maya, question="missing", text="x")
    with pytest.raises(PermissionDenied):
        actions.close_audit(district.ruth, meeting=story.meeting)


def test_the_team_changes_nothing_of_a_closed_audit(district, story):
    actions.close_audit(district.ruth, meeting=story.meeting)
    story.maya.meeting.refresh_from_db()
    with pytest.raises(PermissionDenied):
        actions.write(district.ruth, audited=story.maya, question="missing", text="x")
    with pytest.raises(PermissionDenied):
        actions.close_audit(district.ruth, meeting=story.maya.meeting)


def test_who_does_not_see_all_its_students_does_not_close_it(district, story):
    Assignment.objects.filter(staff=district.nadia, student=district.noor).delete()
    with pytest.raises(PermissionDenied):
        actions.close_audit(district.nadia, meeting=story.meeting)


# -- what is said


def test_a_support_on_record_waits_for_a_word(district, story):
    found = story.finding(district.ruth, "Advisory circle")
    assert (found.on_record, found.seen, found.state) == (True, None, "")
    assert found.words == "on record; nobody has said yet"


@pytest.mark.parametrize(
    ("seen", "state", "words"),
    [(True, "", "on record and seen"), (False, "paper", "on paper, not seen")],
)
def test_the_team_says_whether_it_sees_it(district, story, seen, state, words):
    actions.say_seen(district.nadia, audited=story.maya, key=f"s{story.circle.pk}", seen=seen)
    found = story.finding(district.ruth, "Advisory circle")
    assert (found.state, found.words) == (state, words)


def test_a_word_can_be_taken_back(district, story):
    key = f"s{story.circle.pk}"
    actions.say_seen(district.ruth, audited=story.maya, key=key, seen=False)
    actions.say_seen(district.tomas, audited=story.maya, key=key, seen=None)
    assert story.finding(district.ruth, "Advisory circle").seen is None


def test_what_helps_keeps_what_was_said_before(district, story):
    key = f"s{story.circle.pk}"
    actions.say_seen(district.ruth, audited=story.maya, key=key, seen=True)
    actions.say_helps(district.tomas, audited=story.maya, key=key, helps=True)
    found = story.finding(district.ruth, "Advisory circle")
    assert (found.seen, found.helps) == (True, True)


def test_what_is_said_of_one_student_is_not_said_of_another(district, story):
    actions.say_seen(district.ruth, audited=story.maya, key=f"s{story.reading.pk}", seen=False)
    eli = {f.name: f for f in queries.findings(district.ruth, [story.eli])[story.eli.pk]}
    assert eli["Reading group"].seen is None


def test_a_support_that_does_not_bear_on_the_student_cannot_be_spoken_of(district, story):
    with pytest.raises(PermissionDenied):
        actions.say_seen(district.ruth, audited=story.eli, key=f"s{story.contract.pk}", seen=True)
    for odd in ("", "s", "w7", "x1", "s-1"):
        with pytest.raises(PermissionDenied):
            actions.say_helps(district.ruth, audited=story.maya, key=odd, helps=True)


def test_what_no_record_holds_is_dashed(district, story):
    actions.add_seen(district.tomas, audited=story.maya, **own_words())
    found = story.finding(district.ruth, "Soccer with Coach Lindqvist")
    assert (found.state, found.words) == ("unrecorded", "seen, not recorded")


def test_a_support_of_the_inventory_that_is_seen_but_not_recorded(district, story):
    club = offer("Chess club", 2, "belonging", "relationship", school=district.elm)
    actions.add_seen(district.tomas, audited=story.maya, support=club)
    assert story.finding(district.ruth, "Chess club").state == "unrecorded"


def test_when_the_record_catches_up_it_is_on_record_and_seen(district, story, day):
    club = offer("Chess club", 2, "belonging", "relationship", school=district.elm)
    actions.add_seen(district.tomas, audited=story.maya, support=club)
    Participation.objects.create(support=club, student=district.maya, begin=day)
    found = story.finding(district.ruth, "Chess club")
    assert (found.state, found.words) == ("", "on record and seen")
    actions.say_seen(district.ruth, audited=story.maya, key=found.key, seen=False)
    assert story.finding(district.ruth, "Chess club").state == "paper"


def test_the_same_thing_is_not_added_twice(district, story):
    actions.add_seen(district.tomas, audited=story.maya, **own_words("Soccer"))
    actions.add_seen(district.ruth, audited=story.maya, **own_words(" soccer "))
    actions.add_seen(district.ruth, audited=story.maya, support=story.circle)
    assert Sighting.objects.count() == 1


def test_what_is_not_in_the_inventory_needs_all_that_a_support_has(district, story):
    with pytest.raises(ValueError, match="needs a name"):
        actions.add_seen(district.tomas, audited=story.maya, name="Soccer")


def test_what_was_added_can_be_taken_out_and_what_is_on_record_cannot(district, story):
    actions.add_seen(district.tomas, audited=story.maya, **own_words())
    actions.say_seen(district.tomas, audited=story.maya, key=f"s{story.circle.pk}", seen=True)
    actions.take_out(district.ruth, audited=story.maya, key=story.finding(district.ruth, own_words()["name"]).key)
    actions.take_out(district.ruth, audited=story.maya, key=f"s{story.circle.pk}")
    assert [sighting.support for sighting in Sighting.objects.all()] == [story.circle]


def test_nothing_is_taken_out_by_an_odd_key(district, story):
    with pytest.raises(PermissionDenied):
        actions.take_out(district.ruth, audited=story.maya, key="wx")


# -- words


def test_each_member_has_words_of_their_own(district, story):
    actions.write(district.ruth, audited=story.maya, question="missing", text="An adult at arrival.")
    actions.write(district.tomas, audited=story.maya, question="missing", text="Time to read.")
    asked = queries.questions(district.ruth, story.maya)[0]
    assert asked.mine.text == "An adult at arrival."
    assert [answer.text for answer in asked.others] == ["Time to read."]


def test_saves_of_one_window_follow_each_other(district, story):
    for version, text in enumerate(["He", "He re", "Her"]):
        answer, is_more = actions.write(
            district.ruth, audited=story.maya, question="missing", text=text, version=version, window="a"
        )
    assert (answer.text, answer.version, is_more) == ("Her", 3, False)


def test_a_save_whose_answer_got_lost_is_not_taken_for_another_window(district, story):
    actions.write(district.ruth, audited=story.maya, question="missing", text="He reads alone", version=0, window="a")
    answer, is_more = actions.write(
        district.ruth, audited=story.maya, question="missing", text="She reads", version=0, window="a"
    )
    assert (answer.text, is_more) == ("She reads", False)


def test_a_save_from_an_older_window_loses_nothing(district, story):
    actions.write(district.ruth, audited=story.maya, question="missing", text="From the tablet.", window="a")
    answer, is_more = actions.write(
        district.ruth, audited=story.maya, question="missing", text="From the laptop.", version=0, window="b"
    )
    assert is_more
    assert answer.text == "From the tablet.\n\nFrom the laptop."


def test_the_same_text_sent_twice_is_kept_once(district, story):
    for _ in range(2):
        answer, is_more = actions.write(
            district.ruth, audited=story.maya, question="missing", text="Once.", version=0, window=""
        )
    assert (answer.text, answer.version, is_more) == ("Once.", 1, False)


def test_words_can_be_erased_by_who_wrote_them(district, story):
    actions.write(district.ruth, audited=story.maya, question="missing", text="Oh", version=0, window="a")
    answer, _ = actions.write(district.ruth, audited=story.maya, question="missing", text="", version=1, window="a")
    assert answer.text == ""


# -- closing, and afterwards


def test_closing_writes_down_what_was_on_record(district, story):
    actions.say_seen(district.ruth, audited=story.maya, key=f"s{story.circle.pk}", seen=True)
    actions.close_audit(district.ruth, meeting=story.meeting)
    Participation.objects.all().delete()
    names = {
        f.name: f.seen
        for f in queries.findings(district.ruth, [AuditedStudent.objects.get(pk=story.maya.pk)])[story.maya.pk]
    }
    assert names == {"Advisory circle": True, "Behavior contract": None, "Reading group": None}


def test_closing_keeps_what_the_record_caught_up_with(district, story, day):
    club = offer("Chess club", 2, "belonging", "relationship", school=district.elm)
    actions.add_seen(district.tomas, audited=story.maya, support=club)
    Participation.objects.create(support=club, student=district.maya, begin=day)
    actions.close_audit(district.ruth, meeting=story.meeting)
    sighting = Sighting.objects.get(audited=story.maya, support=club)
    assert (sighting.on_record, sighting.seen) == (True, True)


def test_closing_ends_what_the_team_saw_through_it(district, story):
    assert district.maya in access.visible_to(district.nadia)
    actions.close_audit(district.ruth, meeting=story.meeting)
    assert not access.visible_to(district.nadia).exists()


def test_past_audits_of_a_student_are_for_those_who_reach_them(district, story):
    assert queries.audits_of(district.priya, district.maya) == []
    actions.close_audit(district.ruth, meeting=story.meeting)
    assert queries.audits_of(district.priya, district.maya) == [story.maya]
    assert queries.audits_of(district.otto, district.maya) == []


def test_my_open_audits_show_the_students_i_see(district, story):
    ((meeting, portraits),) = queries.my_audits(district.tomas)
    assert meeting == story.meeting
    assert [portrait.student for portrait in portraits] == [district.maya, district.eli, district.noor]
    assert queries.my_audits(district.priya) == []


def test_a_later_audit_tells_what_changed(district, story, day):
    actions.say_seen(district.ruth, audited=story.maya, key=f"s{story.circle.pk}", seen=False)
    actions.close_audit(district.ruth, meeting=story.meeting)
    with time_machine.travel(datetime.datetime(2026, 4, 1, 18, tzinfo=datetime.UTC), tick=False):
        Participation.objects.filter(support=story.contract).update(end=day)
        offer("Soccer", 2, "belonging", "relationship", district.maya, school=district.elm)
        later = open_audit(district, story.team, [district.maya, district.eli, district.noor])
        maya = later.audited.select_related("student", "meeting__team")[0]
        actions.say_seen(district.ruth, audited=maya, key=f"s{story.circle.pk}", seen=True)
        changes = queries.since_last_time(district.ruth, queries.portraits(district.ruth, [maya])[0])
    assert changes == queries.Changes(day, ["Soccer"], ["Behavior contract"], ["Advisory circle"], [])


def test_the_first_audit_has_nothing_to_compare_with(district, story):
    assert queries.since_last_time(district.ruth, queries.portraits(district.ruth, [story.maya])[0]) is None


def test_a_picture_of_four_students_costs_as_many_queries_as_of_one(district, story, django_assert_num_queries):
    district.ruth.kept_assignments = {}
    audited = queries.audit(district.ruth, story.meeting.public_id).audited
    with django_assert_num_queries(7):
        assert queries.portraits(district.ruth, audited[:1])[0].sky.rows
    with django_assert_num_queries(7):
        assert all(portrait.sky.rows for portrait in queries.portraits(district.ruth, audited))


# -- news


def test_news_tells_which_part_of_a_page_others_have_changed(district, story, day):
    before = queries.news(district.ruth, story.maya)
    actions.write(district.tomas, audited=story.maya, question="lived", text="Loud.")
    after = queries.news(district.ruth, story.maya)
    assert (after.words != before.words, after.web, after.follow_ups) == (True, before.web, before.follow_ups)
    actions.say_seen(district.tomas, audited=story.maya, key=f"s{story.circle.pk}", seen=True)
    assert queries.news(district.ruth, story.maya).web != before.web
    promise(district.tomas, what="Call", owner=district.ruth, due_on=day, meeting=story.meeting, student=district.maya)
    assert queries.news(district.ruth, story.maya).follow_ups != before.follow_ups


def test_my_own_words_are_no_news_to_me(district, story):
    before = queries.news(district.ruth, story.maya)
    actions.write(district.ruth, audited=story.maya, question="lived", text="Loud.")
    assert queries.news(district.ruth, story.maya) == before
