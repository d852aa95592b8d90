"""Teams: who is in them, what an open meeting lets its people see, and until when."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from heartwork.journal.models import Entry
from heartwork.roster import access
from heartwork.roster.models import Assignment
from heartwork.teams import actions, queries
from heartwork.teams.models import Team, TeamMember

pytestmark = pytest.mark.data

WEEK = datetime.timedelta(days=7)


def test_whoever_makes_a_team_belongs_to_it(district):
    team = actions.create_team(district.ruth, name="Grade 7 team", organization=district.elm)
    assert list(queries.my_teams(district.ruth)) == [team]


@pytest.mark.parametrize("person", ["tomas", "uma", "sol", "sam", "nadia"])
def test_who_may_not_make_teams_is_refused(district, person):
    with pytest.raises(PermissionDenied):
        actions.create_team(getattr(district, person), name="Ours", organization=district.elm)


def test_a_counselor_makes_no_team_at_another_school(district):
    with pytest.raises(PermissionDenied):
        actions.create_team(district.ruth, name="Theirs", organization=district.oak)


def test_only_who_answers_for_the_district_makes_a_team_of_all_schools(district):
    assert actions.create_team(district.dana, name="Everywhere", organization=None).organization is None
    with pytest.raises(PermissionDenied):
        actions.create_team(district.priya, name="Everywhere", organization=None)


def test_people_of_the_school_and_of_the_office_above_it_can_be_found_for_a_team(district, team):
    assert queries.could_join(district.ruth, team, "uma") == [district.uma]
    assert queries.could_join(district.ruth, team, "dana") == [district.dana]
    assert queries.could_join(district.ruth, team, "ada") == []  # works at Oak
    assert queries.could_join(district.ruth, team, "tomás") == []  # is in it
    assert queries.could_join(district.ruth, team, " ") == []


def test_someone_who_may_not_change_the_team_finds_nobody_for_it(district, team):
    assert queries.could_join(district.tomas, team, "uma") == []


def test_a_person_joins_and_leaves(district, team):
    actions.add_member(district.ruth, team=team, staff=district.uma)
    assert queries.is_member(district.uma, team)
    actions.end_membership(district.ruth, team=team, staff=district.uma)
    assert not queries.is_member(district.uma, team)


def test_who_leaves_after_a_while_stays_on_record(district, team, day):
    actions.end_membership(district.ruth, team=team, staff=district.tomas)
    member = TeamMember.objects.get(team=team, staff=district.tomas)
    assert member.end == day - datetime.timedelta(days=1)
    assert queries.is_member(district.tomas, team, day - WEEK)


def test_adding_someone_twice_changes_nothing(district, team):
    actions.add_member(district.ruth, team=team, staff=district.uma)
    actions.add_member(district.ruth, team=team, staff=district.uma)
    assert TeamMember.objects.filter(team=team, staff=district.uma).count() == 1


@pytest.mark.parametrize("person", ["tomas", "otto", "uma"])
def test_others_do_not_change_a_team(district, team, person):
    with pytest.raises(PermissionDenied):
        actions.add_member(getattr(district, person), team=team, staff=district.uma)


def test_the_principal_changes_a_team_of_the_school(district, team):
    actions.add_member(district.priya, team=team, staff=district.uma)
    assert queries.is_member(district.uma, team)


def test_an_open_meeting_lets_its_people_see_its_students(district, meeting):
    assert list(access.visible_to(district.nadia)) == [district.maya]
    assert (
        str(access.reason_to_see(district.nadia, district.maya))
        == "your team has an open meeting about this student, until it closes"
    )


def test_closing_a_meeting_ends_that_at_once(district, meeting):
    actions.close_meeting(district.ruth, meeting=meeting)
    assert not access.visible_to(district.nadia).exists()
    assert district.maya in access.visible_to(district.tomas)  # his own section


def test_sight_from_an_earlier_day_ends_yesterday_and_stays_on_record(district, meeting, day):
    Assignment.objects.filter(sight__meeting=meeting).update(begin=day - WEEK)
    actions.close_meeting(district.ruth, meeting=meeting)
    assert set(Assignment.objects.filter(role="facilitator").values_list("end", flat=True)) == {
        day - datetime.timedelta(days=1)
    }
    assert not access.visible_to(district.nadia).exists()


def test_the_journal_keeps_who_was_let_see_whom_and_when_it_ended(district, meeting):
    actions.close_meeting(district.ruth, meeting=meeting)
    entries = Entry.objects.filter(subject_pk=district.maya.pk, detail__staff=district.nadia.pk).order_by("pk")
    assert [entry.verb for entry in entries] == ["sight.lent", "sight.ended"]


def test_closing_one_meeting_leaves_what_another_lends(district, team, meeting, day):
    other = actions.open_meeting(district.ruth, team=team, activity="audits", held_on=day, facilitator=district.ruth)
    actions.lend_sight(district.ruth, meeting=other, students=[district.maya], to=[district.nadia])
    actions.close_meeting(district.ruth, meeting=meeting)
    assert list(access.visible_to(district.nadia)) == [district.maya]


def test_a_meeting_that_nobody_closes_lets_go_of_its_students(district, meeting, day):
    after = day + datetime.timedelta(days=actions.SIGHT_DAYS + 1)
    assert not access.visible_to(district.nadia, after).exists()


def test_leaving_the_team_ends_sight_at_once(district, team, meeting):
    actions.end_membership(district.ruth, team=team, staff=district.nadia)
    assert not access.visible_to(district.nadia).exists()


def test_joining_the_team_during_a_meeting_lets_see_whom_the_one_who_adds_reaches(district, team, meeting):
    actions.add_member(district.ruth, team=team, staff=district.uma)
    assert district.maya in access.visible_to(district.uma)


def test_whom_the_one_who_adds_does_not_reach_the_new_one_does_not_see(district, team, meeting):
    actions.lend_sight(district.dana, meeting=meeting, students=[district.ida], to=[district.nadia])
    actions.add_member(district.ruth, team=team, staff=district.uma)
    assert district.maya in access.visible_to(district.uma)
    assert district.ida not in access.visible_to(district.uma)


def test_nobody_lends_sight_of_a_student_they_do_not_reach(district, meeting):
    with pytest.raises(PermissionDenied):
        actions.lend_sight(district.ruth, meeting=meeting, students=[district.ida], to=[district.nadia])


def test_what_one_sees_through_a_meeting_is_not_lent_on(district, team, meeting, day):
    Assignment.objects.create(staff=district.nadia, role="teacher", section=district.section_7a)
    other = actions.open_meeting(district.nadia, team=team, activity="audits", held_on=day, facilitator=district.nadia)
    with pytest.raises(PermissionDenied):
        actions.lend_sight(district.nadia, meeting=other, students=[district.maya], to=[district.uma])
    actions.lend_sight(district.nadia, meeting=other, students=[district.noor], to=[district.uma])


def test_what_one_sees_in_an_emergency_and_through_a_meeting_is_not_lent_on_either(district, team, meeting, day):
    Assignment.objects.create(staff=district.nadia, role="teacher", section=district.section_7a)
    other = actions.open_meeting(district.nadia, team=team, activity="audits", held_on=day, facilitator=district.nadia)
    Assignment.objects.create(staff=district.nadia, role="break_glass", student=district.maya, begin=day)
    assert queries.only_lent(district.nadia) == {district.maya.pk}
    with pytest.raises(PermissionDenied):
        actions.lend_sight(district.nadia, meeting=other, students=[district.maya], to=[district.uma])


def test_whom_one_sees_otherwise_too_is_ones_own(district, team, meeting):
    assert queries.only_lent(district.tomas) == set()  # teaches her


def test_strangers_neither_open_nor_close_a_meeting(district, team, meeting, day):
    with pytest.raises(PermissionDenied):
        actions.open_meeting(district.priya, team=team, activity="audits", held_on=day, facilitator=district.priya)
    with pytest.raises(PermissionDenied):
        actions.open_meeting(district.ruth, team=team, activity="audits", held_on=day, facilitator=district.priya)
    with pytest.raises(PermissionDenied):
        actions.close_meeting(district.priya, meeting=meeting)


def test_without_the_right_to_open_audits_nobody_opens_a_meeting(district, team, day):
    with pytest.raises(PermissionDenied):
        actions.open_meeting(district.nadia, team=team, activity="audits", held_on=day, facilitator=district.ruth)


def test_a_team_is_there_for_its_people_its_principal_and_the_director(district, team):
    def sees(person):
        try:
            return queries.team(person, team.public_id) == team
        except Exception:
            return False

    assert [name for name, person in district.staff.items() if sees(person)] == [
        "dana",
        "priya",
        "ruth",
        "tomas",
        "nadia",
    ]


def test_a_team_that_has_ended_is_no_longer_mine(district, team, day):
    Team.objects.filter(pk=team.pk).update(ended_on=day)
    assert not queries.my_teams(district.ruth).exists()
