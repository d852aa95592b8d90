"""The district profile: seen alone, then together, and a problem out of it."""

from django.urls import reverse

from heartwork.meetings import actions
from heartwork.meetings.tests.stories import meeting_of, seen_by, to_stage
from heartwork.profile.queries import GROWTH, STRENGTHS
from heartwork.teams.models import Stage


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
