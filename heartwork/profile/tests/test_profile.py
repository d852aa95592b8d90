"""The district profile: seen alone, then together, and a problem out of it."""

import itertools
from collections import Counter

import pytest
from django.urls import reverse

from heartwork.meetings import actions
from heartwork.meetings.tests.stories import meeting_of, seen_by, to_stage
from heartwork.profile.activity import GROWTH, PROFILE, STRENGTHS
from heartwork.profile.roles import by_role, grouped
from heartwork.teams.models import Stage
from heartwork.testing.people import hire

pytestmark = pytest.mark.data


def test_all_ten_strengths_and_eleven_areas_for_growth_are_there():
    assert (len(STRENGTHS), len(GROWTH)) == (10, 11)
    assert len({item.code for item in (*STRENGTHS, *GROWTH)}) == 21


def test_an_area_to_grow_in_opens_a_problem(client, district):
    meeting = meeting_of(district, "profile")
    actions.join(district.uma, code=meeting.code)
    for person, value in ((district.ruth, 1), (district.tomas, 1), (district.uma, 2)):
        actions.rate(person, meeting=meeting, item="growth-families", value=value)
    to_stage(district, meeting, Stage.REVEALED)
    (seen,) = seen_by(district.ruth, meeting).seen_alike
    assert (seen.item.code, seen.sentence) == ("growth-families", "Nearly everyone stands at the lower end.")
    to_stage(district, meeting, Stage.DISCUSSED)
    actions.write_down(district.ruth, meeting=meeting, kind="growth", text="Families who do not answer")
    to_stage(district, meeting, Stage.DECIDED)
    client.force_login(district.ruth)
    page = client.get(reverse("meeting", args=[meeting.public_id])).content.decode()
    address = f"{reverse('problem-new')}?team={meeting.team.public_id}&amp;name=Families%20who%20do%20not%20answer"
    assert address in page
    form = client.get(address.replace("&amp;", "&")).content.decode()
    assert 'value="Families who do not answer"' in form


@pytest.fixture
def staffroom(district):
    """Three teachers and three counselors of Elm, and Uma, who supports."""
    more = [("teacher", "Ben Ash"), ("teacher", "Cora Lund"), ("counselor", "Dev Rao"), ("counselor", "Elsa Moe")]
    others = [hire(name, role, organization=district.elm) for role, name in more]
    return [district.tomas, *others[:2]], [district.ruth, *others[2:]], district.uma


def rated(district, meeting, item, *marks):
    """People mark an item: (person, value)."""
    for person, value in marks:
        actions.join(person, code=meeting.code)
        actions.rate(person, meeting=meeting, item=item, value=value)


def told(meeting):
    """Each row that is told: the item, and by group the counts."""
    found = by_role(PROFILE, meeting)
    return found and {item.code: {str(name): seen.counts for name, seen in groups} for item, groups in found.rows}


def test_the_spread_by_role_is_told_where_each_group_is_of_three(client, district, staffroom):
    teachers, counselors, _uma = staffroom
    meeting = meeting_of(district, "profile")
    marks = [(person, 1) for person in teachers] + [(person, 5) for person in counselors]
    rated(district, meeting, "growth-families", *marks)
    rated(district, meeting, "strength-tiers", *marks[:5])  # two counselors
    client.force_login(district.ruth)
    page = reverse("meeting", args=[meeting.public_id])
    assert "How each role sees it" not in client.get(page).content.decode()
    to_stage(district, meeting, Stage.REVEALED)
    both = {"counselor": [0, 0, 0, 0, 3], "teacher": [3, 0, 0, 0, 0]}
    assert told(meeting) == {"growth-families": both}
    shown = client.get(page).content.decode()
    assert "How each role sees it" in shown
    assert "20 items are not here" in shown
    assert "Ruth Okafor: 5" not in shown


def test_one_person_of_a_role_is_never_what_is_left_over(district, staffroom):
    teachers, counselors, uma = staffroom
    meeting = meeting_of(district, "profile")
    marks = [(person, 1) for person in teachers] + [(person, 5) for person in counselors] + [(uma, 3)]
    rated(district, meeting, "growth-families", *marks)
    assert told(meeting) == {"growth-families": {"teacher": [3, 0, 0, 0, 0], "other roles": [0, 0, 1, 0, 3]}}


def test_where_only_one_group_could_be_told_nothing_is(district, staffroom):
    teachers, _counselors, uma = staffroom
    meeting = meeting_of(district, "profile")
    rated(district, meeting, "growth-families", *[(person, 1) for person in teachers], (uma, 5))
    assert told(meeting) is None


def test_nobody_can_work_out_a_group_of_fewer_than_three(district):
    """Whatever people of whatever roles mark: what is told, and what it leaves of all, is nobody or three and more."""
    for sizes in itertools.product(range(5), repeat=4):
        roles = dict(enumerate(role for role, many in zip("abcd", sizes, strict=True) for _ in range(many)))
        groups = Counter(grouped(roles).values())
        assert all(people >= 3 for people in groups.values()) or len(groups) < 2, sizes
