"""What a meeting in stages keeps and shows: to the author, to the others, to nobody."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404

from heartwork.journal.models import Entry
from heartwork.meetings import actions, queries
from heartwork.meetings.models import Passage, Rating, Writing
from heartwork.meetings.tests.stories import PROMPT, meeting_of, seen_by, team_of, to_stage
from heartwork.roster.access import MAY
from heartwork.teams.activities import ACTIVITIES, Activity, Item, Mark
from heartwork.teams.models import Meeting, Stage, TeamMember
from heartwork.testing.people import DAY, FIRST_DAY

pytestmark = pytest.mark.data
SECRET = "zq-belonging-first"


def write(person, meeting, text, **how):
    return actions.write(person, meeting=meeting, prompt=PROMPT, text=text, **how)


def test_what_is_written_alone_is_read_by_its_author_only(district):
    meeting = meeting_of(district)
    write(district.tomas, meeting, SECRET)
    assert seen_by(district.tomas, meeting).written[0].writing.text == SECRET
    to_stage(district, meeting, Stage.REVEALED)
    assert seen_by(district.ruth, meeting).written[0].writing.text == ""
    assert seen_by(district.ruth, meeting).shared[0][1] == []


def test_the_database_holds_no_word_and_no_mark_of_it(district, marked):
    meeting = meeting_of(district)
    write(district.tomas, meeting, SECRET)
    actions.share(district.tomas, meeting=meeting, prompt=PROMPT, number=0)
    with connection.cursor() as cursor:
        for model in (Writing, Passage, Entry):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            assert SECRET not in repr(cursor.fetchall())
    meeting = meeting_of(district, "marked")
    actions.rate(district.tomas, meeting=meeting, item="circle", value=4)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT answer FROM {Rating._meta.db_table}")
        assert "value" not in repr(cursor.fetchall())


def test_a_shared_line_is_seen_once_all_is_revealed_and_not_before(district):
    meeting = meeting_of(district)
    write(district.tomas, meeting, f"kept\n{SECRET}")
    actions.share(district.tomas, meeting=meeting, prompt=PROMPT, number=1)
    assert seen_by(district.ruth, meeting).shared == []
    to_stage(district, meeting, Stage.REVEALED)
    assert [p.text for p in seen_by(district.ruth, meeting).shared[0][1]] == [SECRET]


def test_what_was_shared_does_not_change_with_the_draft(district):
    meeting = meeting_of(district)
    writing, _ = write(district.tomas, meeting, "One.")
    actions.share(district.tomas, meeting=meeting, prompt=PROMPT, number=0)
    write(district.tomas, meeting, "Two.", version=writing.version)
    to_stage(district, meeting, Stage.REVEALED)
    assert [p.text for p in seen_by(district.ruth, meeting).shared[0][1]] == ["One."]
    own = seen_by(district.tomas, meeting).written[0]
    assert [line for _, line, shared in own.lines if not shared] == ["Two."]
    assert [text for text, _ in own.no_longer_there] == ["One."]


def test_a_line_is_taken_back_even_after_the_meeting(district):
    meeting = meeting_of(district)
    write(district.tomas, meeting, "One.")
    actions.share(district.tomas, meeting=meeting, prompt=PROMPT, number=0)
    to_stage(district, meeting, Stage.REVEALED)
    actions.close(district.ruth, meeting=meeting)
    with pytest.raises(PermissionDenied):
        actions.take_back(district.ruth, meeting=meeting, passage=Passage.objects.get().pk)
    actions.take_back(district.tomas, meeting=meeting, passage=Passage.objects.get().pk)
    assert seen_by(district.ruth, meeting).shared[0][1] == []


def test_what_one_wrote_is_erased_with_what_one_shared_of_it(district):
    meeting = meeting_of(district)
    for person in (district.tomas, district.ruth):
        write(person, meeting, "One.")
        actions.share(person, meeting=meeting, prompt=PROMPT, number=0)
    actions.erase(district.tomas, meeting=meeting)
    assert list(Writing.objects.values_list("author", flat=True)) == [district.ruth.pk]
    assert Passage.objects.count() == 1


def test_words_from_two_windows_are_both_kept(district):
    meeting = meeting_of(district)
    _first, is_more = write(district.tomas, meeting, "On the phone.", window="phone")
    assert not is_more
    both, is_more = write(district.tomas, meeting, "At the desk.", version=0, window="desk")
    assert is_more
    assert both.text == "On the phone.\n\nAt the desk."


@pytest.fixture
def marked(monkeypatch):
    """An activity in which each marks one thing, from 1 to 5, and may say why."""
    scale, marks = ["not at all", "a little", "partly", "mostly", "strongly"], [Mark("law", "law"), Mark("new", "new")]
    activity = Activity(
        "marked", "Marked", queries.readable, items=lambda meeting: [Item("circle", "Circle")], scale=scale, marks=marks
    )
    monkeypatch.setitem(ACTIVITIES, "marked", activity)
    return activity


def test_marks_are_dots_without_names_and_only_from_three_on(district, marked):
    meeting = meeting_of(district, "marked")
    for person, value in ((district.ruth, 5), (district.tomas, 1)):
        actions.rate(person, meeting=meeting, item="circle", value=value)
    to_stage(district, meeting, Stage.REVEALED)
    assert seen_by(district.tomas, meeting).items[0].mine == {"value": 1}
    assert seen_by(district.tomas, meeting).items[0].counts == []
    actions.join(district.uma, code=meeting.code)
    actions.rate(district.uma, meeting=meeting, item="circle", value=3)
    (seen,) = seen_by(district.tomas, meeting).seen_differently
    assert seen.counts == [1, 0, 1, 0, 1]
    assert "1 not at all, 0 a little, 1 partly, 0 mostly, 1 strongly" in seen.dots
    assert seen.dots.count('class="mine"') == 1
    assert 'class="mine"' not in seen.dots_for_all
    actions.rate(district.uma, meeting=meeting, item="circle", value=3)  # the same again takes it back
    assert seen_by(district.tomas, meeting).items[0].counts == []


def test_before_the_reveal_nobody_sees_a_mark_of_others(district, marked):
    meeting = meeting_of(district, "marked")
    actions.join(district.uma, code=meeting.code)
    for person in (district.ruth, district.tomas, district.uma):
        actions.rate(person, meeting=meeting, item="circle", value=3)
        actions.mark(person, meeting=meeting, item="circle", mark="law")
    (seen,) = seen_by(district.ruth, meeting).items
    assert (seen.counts, [word.people for word in seen.words]) == ([], [0, 0])
    to_stage(district, meeting, Stage.REVEALED)
    (seen,) = seen_by(district.ruth, meeting).items
    assert (seen.counts, [word.people for word in seen.words]) == ([0, 0, 3, 0, 0], [3, 0])


def test_what_is_not_on_the_table_or_the_scale_is_not_marked(district, marked):
    meeting = meeting_of(district, "marked")
    for item, value in (("circle", 6), ("circle", 0), ("square", 3)):
        with pytest.raises(PermissionDenied):
            actions.rate(district.ruth, meeting=meeting, item=item, value=value)
    with pytest.raises(PermissionDenied):
        actions.mark(district.ruth, meeting=meeting, item="circle", mark="magic")


def test_the_dots_of_the_last_time_stand_beside(district, marked):
    team = team_of(district)
    for values in ((1, 1, 1), (5, 5, 5)):
        meeting = meeting_of(district, "marked", team=team)
        actions.join(district.uma, code=meeting.code)
        for person, value in zip((district.ruth, district.tomas, district.uma), values, strict=True):
            actions.rate(person, meeting=meeting, item="circle", value=value)
        to_stage(district, meeting, Stage.REVEALED)
        if values == (1, 1, 1):
            assert seen_by(district.ruth, meeting).items[0].dots_then is None
            actions.close(district.ruth, meeting=meeting)
    assert "3 not at all" in seen_by(district.ruth, meeting).items[0].dots_then


def test_people_join_by_the_spoken_code_however_it_is_typed(district):
    meeting = meeting_of(district)
    spoken = seen_by(district.ruth, meeting).spoken_code
    assert actions.join(district.uma, code=f" {spoken.lower().replace(' ', '-')} ") == meeting
    assert seen_by(district.uma, meeting).my_seat


def test_too_many_wrong_codes_and_no_code_is_right(district):
    meeting = meeting_of(district)
    for _ in range(actions.GUESSES):
        assert actions.join(district.uma, code="maple 99x") is None
    assert actions.join(district.uma, code=meeting.code) is None
    assert actions.join(district.priya, code=meeting.code) == meeting


def test_a_closed_meeting_is_joined_by_nobody_and_takes_no_words(district):
    meeting = meeting_of(district)
    actions.close(district.ruth, meeting=meeting)
    assert actions.join(district.uma, code=meeting.code) is None
    with pytest.raises(PermissionDenied):
        write(district.tomas, meeting, "Late.")


def test_only_who_leads_moves_and_only_to_the_next_stage(district):
    meeting = meeting_of(district)
    with pytest.raises(PermissionDenied):
        actions.move(district.tomas, meeting=meeting, stage=Stage.REVEALED)
    with pytest.raises(PermissionDenied):
        actions.move(district.ruth, meeting=meeting, stage=Stage.DISCUSSED)
    to_stage(district, meeting, Stage.REVEALED, Stage.DISCUSSED, Stage.REVEALED, Stage.DISCUSSED, Stage.DECIDED)
    assert Meeting.objects.get().stage == Stage.DECIDED


def test_a_member_takes_the_lead_and_a_guest_does_not(district):
    meeting = meeting_of(district)
    actions.join(district.uma, code=meeting.code)
    with pytest.raises(PermissionDenied):
        actions.take_the_lead(district.uma, meeting=meeting)
    actions.take_the_lead(district.tomas, meeting=meeting)
    assert seen_by(district.tomas, meeting).leads
    assert not seen_by(district.ruth, meeting).leads


def test_a_stranger_to_the_team_finds_no_meeting(district):
    meeting = meeting_of(district)
    for stranger in (district.priya, district.dana, district.sam, district.ada):
        with pytest.raises(Http404):
            queries.meeting(stranger, meeting.public_id)
        with pytest.raises(PermissionDenied):
            actions.sit_down(stranger, meeting=meeting)


def test_who_has_no_role_that_takes_part_finds_no_meeting_though_in_the_team(district):
    meeting = meeting_of(district)
    assert queries.readable(district.tomas, [meeting]) == {meeting.pk}
    TeamMember.objects.create(team=meeting.team, staff=district.nadia, begin=FIRST_DAY)
    assert queries.readable(district.nadia, [meeting]) == set()
    assert queries.by_code(district.nadia, meeting.code) is None
    assert queries.offered(district.nadia) == []
    opens = {activity.opens for activity in queries.offered(district.sol)}
    assert opens == {"meeting.open"}  # and none about students


def test_whoever_may_open_a_meeting_may_take_a_seat_in_it():
    for activity in ACTIVITIES.values():
        assert set(MAY[activity.opens]) <= set(MAY["meeting.edit"]), activity.code


def test_the_next_meeting_begins_with_what_the_last_one_said_and_left_to_do(district):
    team = team_of(district)
    first = meeting_of(district, team=team)
    actions.write_down(district.tomas, meeting=first, kind=PROMPT, text="Every child is known.")
    from heartwork.teams.actions import promise

    promise(district.ruth, what="Ask the students", owner=district.tomas, due_on=DAY, meeting=first)
    actions.close(district.ruth, meeting=first)
    second = seen_by(district.tomas, meeting_of(district, team=team))
    assert [line.text for _, lines, _ in second.before.lines for line in lines] == ["Every child is known."]
    assert [each.what for each in second.carried_over] == ["Ask the students"]


def test_a_line_is_struck_by_who_wrote_it_or_leads(district):
    meeting = meeting_of(district)
    by_ruth = actions.write_down(district.ruth, meeting=meeting, kind=queries.DECISION, text="Try it.")
    by_tomas = actions.write_down(district.tomas, meeting=meeting, kind=queries.DECISION, text="Wait.")
    with pytest.raises(PermissionDenied):
        actions.strike(district.tomas, meeting=meeting, line=by_ruth.pk)
    actions.strike(district.ruth, meeting=meeting, line=by_tomas.pk)
    assert [line.text for line in seen_by(district.tomas, meeting).decisions] == ["Try it."]
    with pytest.raises(PermissionDenied):
        actions.write_down(district.ruth, meeting=meeting, kind="unheard-of", text="x")


def test_each_change_that_others_see_is_counted(district):
    meeting = meeting_of(district)

    def changes():
        return Meeting.objects.get().changes

    before = changes()
    write(district.tomas, meeting, "Alone.")
    assert changes() == before  # nothing of it is on anybody's screen
    actions.say_done(district.tomas, meeting=meeting, is_done=True)
    to_stage(district, meeting, Stage.REVEALED)
    actions.give_time(district.ruth, meeting=meeting, minutes=2)
    assert changes() == before + 3
