"""Follow-ups: who does what by when, and who sees that it slipped."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from heartwork.teams import actions, queries

pytestmark = pytest.mark.data

DAY = datetime.timedelta(days=1)


@pytest.fixture
def promise(district, meeting, day):
    """Tomás asks Maya which adult she would go to, by Friday; Ruth wrote it down."""
    return actions.promise(
        district.ruth,
        what="Ask Maya which adult she would go to",
        owner=district.tomas,
        due_on=day + 3 * DAY,
        meeting=meeting,
        student=district.maya,
    )


def test_a_follow_up_stands_in_its_owners_list(district, promise):
    assert list(queries.my_follow_ups(district.tomas)) == [promise]
    assert not queries.my_follow_ups(district.ruth).exists()


def test_who_wrote_it_down_sees_it_too(district, promise):
    assert list(queries.asked_of_others(district.ruth)) == [promise]


def test_before_its_day_is_over_it_has_not_slipped(district, promise):
    assert not queries.my_follow_ups(district.tomas, promise.due_on).get().has_slipped


def test_the_day_after_it_has_slipped_for_both(district, promise):
    after = promise.due_on + DAY
    assert queries.my_follow_ups(district.tomas, after).get().has_slipped
    assert queries.asked_of_others(district.ruth, after).get().has_slipped


def test_done_is_off_the_list_and_on_the_list_of_what_is_done(district, promise):
    actions.mark_done(district.tomas, follow_up=promise)
    assert not queries.my_follow_ups(district.tomas).exists()
    assert list(queries.done_lately(district.tomas)) == [promise]


def test_what_was_ticked_by_mistake_comes_back(district, promise):
    actions.mark_done(district.tomas, follow_up=promise)
    actions.reopen(district.tomas, follow_up=promise)
    assert list(queries.my_follow_ups(district.tomas)) == [promise]


def test_a_new_day_does_not_hide_the_first_one(district, promise, day):
    first = promise.due_on
    actions.pick_new_day(district.tomas, follow_up=promise, due_on=first + 7 * DAY)
    moved = queries.my_follow_ups(district.tomas).get()
    assert moved.was_moved
    assert moved.first_due_on == first


def test_handed_on_it_is_in_another_list_and_still_seen_by_who_wrote_it_down(district, promise):
    actions.hand_on(district.tomas, follow_up=promise, owner=district.priya)
    assert list(queries.my_follow_ups(district.priya)) == [promise]
    assert not queries.my_follow_ups(district.tomas).exists()
    assert list(queries.asked_of_others(district.ruth)) == [promise]


def test_nobody_is_asked_about_a_student_they_neither_reach_nor_heard_of(district, meeting, day):
    with pytest.raises(PermissionDenied):
        actions.promise(
            district.ruth, what="Call", owner=district.ada, due_on=day, meeting=meeting, student=district.maya
        )


def test_nobody_promises_about_a_student_they_do_not_reach(district, meeting, day):
    with pytest.raises(PermissionDenied):
        actions.promise(
            district.ruth, what="Call", owner=district.ruth, due_on=day, meeting=meeting, student=district.ida
        )


def test_of_the_team_only_who_heard_of_the_student_can_be_asked(district, team, meeting, day):
    from heartwork.teams.models import Meeting

    Meeting.objects.filter(pk=meeting.pk).update(held_on=day - 7 * DAY)
    actions.close_meeting(district.ruth, meeting=meeting)
    meeting.refresh_from_db()
    actions.add_member(district.ruth, team=team, staff=district.uma)
    people = queries.could_own(district.ruth, meeting=meeting, student=district.maya)
    assert district.nadia in people
    assert district.uma not in people


@pytest.mark.parametrize("change", ["mark_done", "reopen"])
def test_others_do_not_change_it(district, promise, change):
    with pytest.raises(PermissionDenied):
        getattr(actions, change)(district.nadia, follow_up=promise)


def test_others_neither_move_it_nor_hand_it_on(district, promise, day):
    with pytest.raises(PermissionDenied):
        actions.pick_new_day(district.nadia, follow_up=promise, due_on=day)
    with pytest.raises(PermissionDenied):
        actions.hand_on(district.nadia, follow_up=promise, owner=district.nadia)


def test_it_is_handed_only_to_who_may_know_of_it(district, promise):
    with pytest.raises(PermissionDenied):
        actions.hand_on(district.tomas, follow_up=promise, owner=district.otto)


def test_one_follow_up_is_for_its_owner_and_who_wrote_it_down(district, promise):
    assert queries.follow_up(district.ruth, promise.public_id) == promise
    with pytest.raises(Http404):
        queries.follow_up(district.nadia, promise.public_id)


def test_those_of_a_student_are_for_who_reaches_the_student(district, promise, meeting):
    assert list(queries.follow_ups_of(district.priya, student=district.maya)) == [promise]
    assert list(queries.follow_ups_of(district.otto, student=district.maya)) == []
    assert queries.open_about(district.otto, district.maya) == []
    assert list(queries.follow_ups_of(district.nadia, meeting=meeting)) == [promise]
    actions.close_meeting(district.ruth, meeting=meeting)
    assert list(queries.follow_ups_of(district.nadia, meeting=meeting)) == []


def test_one_about_nobody_in_particular_is_for_the_team(district, team, meeting, day):
    general = actions.promise(district.ruth, what="Set the next day", owner=district.ruth, due_on=day, meeting=meeting)
    assert general in queries.follow_ups_of(district.nadia, team=team)
    assert general not in queries.follow_ups_of(district.otto, team=team)


def test_the_owner_who_no_longer_reaches_the_student_keeps_the_task_and_not_the_name(district, meeting, day):
    mine = actions.promise(
        district.ruth, what="Say hello", owner=district.nadia, due_on=day, meeting=meeting, student=district.maya
    )
    assert queries.my_follow_ups(district.nadia).get().names_student
    actions.close_meeting(district.ruth, meeting=meeting)
    assert queries.my_follow_ups(district.nadia).get() == mine
    assert not queries.my_follow_ups(district.nadia).get().names_student


def test_a_list_of_follow_ups_is_one_query_however_long(district, meeting, day, django_assert_num_queries):
    for n in range(5):
        actions.promise(
            district.ruth, what=f"{n}", owner=district.tomas, due_on=day, meeting=meeting, student=district.maya
        )
    district.tomas.kept_assignments = {}  # as in a request
    with django_assert_num_queries(2):  # the follow-ups, and whom one sees
        assert len([row.student.name for row in queries.my_follow_ups(district.tomas)]) == 5
