"""Care histories: written alone, told in threes, and nobody's but one's own."""

import pytest
from django.urls import reverse

from heartwork.meetings import actions
from heartwork.meetings.models import Line
from heartwork.meetings.tests.stories import meeting_of, to_stage
from heartwork.stories.groups import groups_of
from heartwork.teams.models import Stage
from heartwork.testing.people import hire

SECRET = "my grandmother, zq"


@pytest.mark.parametrize(("people", "sizes"), [(2, [2]), (3, [3]), (4, [4]), (5, [5]), (6, [3, 3]), (8, [4, 4])])
def test_people_talk_in_threes_and_whoever_comes_late_joins_a_group(district, people, sizes):
    meeting = meeting_of(district, "stories")
    for n in range(people - 2):
        actions.join(hire(f"Late{n} Comer", "teacher", organization=district.elm), code=meeting.code)
    groups = groups_of(meeting)
    assert [len(group.people) for group in groups] == sizes
    assert set.union(*(group.people for group in groups)) == {seat.staff_id for seat in meeting.seats.all()}


def test_a_group_stays_together_when_more_people_come(district):
    meeting = meeting_of(district, "stories")
    actions.join(district.uma, code=meeting.code)
    (first,) = groups_of(meeting)
    for n in range(4):
        actions.join(hire(f"Late{n} Comer", "teacher", organization=district.elm), code=meeting.code)
    assert first.people <= groups_of(meeting)[0].people


def test_each_group_names_a_likeness_and_a_difference_and_the_recap_has_them(client, district):
    meeting = meeting_of(district, "stories")
    actions.write(district.tomas, meeting=meeting, prompt="who", text=SECRET)
    to_stage(district, meeting, Stage.REVEALED, Stage.DISCUSSED)
    client.force_login(district.ruth)
    address = reverse("meeting", args=[meeting.public_id])
    client.post(address, {"do": "notice likeness", "text": "Someone waited for us."})
    client.post(address, {"do": "notice difference", "text": "Words, or none."})
    for other in ("weather", "decision"):  # there is none, and it is not what a group notices
        assert client.post(address, {"do": f"notice {other}", "text": "x"}).status_code == 404
    assert "Nothing was added." in client.post(address, {"do": "notice likeness"}, follow=True).content.decode()
    assert set(Line.objects.values_list("about", flat=True)) == {"group-1"}
    for name in ("meeting", "meeting-wall", "meeting-recap"):
        page = client.get(reverse(name, args=[meeting.public_id])).content.decode()
        assert "Someone waited for us." in page
        assert SECRET not in page
