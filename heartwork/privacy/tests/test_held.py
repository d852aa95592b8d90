"""What we hold: who may read each kind of data, as the district has chosen."""

import pytest

from heartwork.privacy import held
from heartwork.roster import reach_actions

pytestmark = pytest.mark.data


def test_what_we_hold_says_who_may_read_it_as_the_district_has_chosen(district):
    def readers():
        (attendance,) = [each for each in held.held(district.dana) if each.key == "attendance"]
        return set(map(str, attendance.readers))

    assert "teacher" in readers()
    reach_actions.choose(district.dana, chosen={"record.read": ["facilitator"]}, why="We talked about it.")
    assert "teacher" not in readers()
    assert "counselor" in readers()


def test_what_we_hold_says_what_the_reader_may_read(district):
    def mine(who):
        return {each.key for each in held.held(district.staff[who]) if each.is_mine}

    assert mine("nadia") < mine("tomas") < mine("ruth")
    assert "attendance" in mine("tomas") - mine("sol")
